/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;

import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;

/**
 * A JPEG or PNG file that is decoded strip by strip, so that a photo larger than the memory can be read. The strips
 * together are what {@link PhotoDecoder#decode} gives. In one piece must be decoded what is stored in another order
 * than from the top to the bottom: interlaced PNG, photos that are turned by their EXIF orientation, GIF and BMP.
 */
public final class PhotoStrips {

	private static final int PNG_INTERLACE = 28;
	/** Elements that an image may have for its indices to be whole numbers of Java. */
	private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

	private final Path file;
	private final int width;
	private final int height;
	private final int maxElements;

	private PhotoStrips(final Path file, final int width, final int height, final int maxElements) {
		this.file = file;
		this.width = width;
		this.height = height;
		this.maxElements = maxElements;
	}

	/** Receives the strips of a photo. */
	@FunctionalInterface
	public interface Receiver {

		/**
		 * Takes the next strip.
		 *
		 * @param strip rows of the photo, not used afterwards by the decoder
		 * @throws IOException if it cannot be used; ends the decoding
		 */
		void accept(BufferedImage strip) throws IOException;
	}

	/**
	 * Opens a file.
	 *
	 * @param file the file; its content decides, not its name
	 * @param minPixels pixels from which on a photo is worth it
	 * @return the strips; none if there are fewer pixels, or if they cannot be decoded so, be it for the kind of the file
	 *         or because it is damaged
	 * @throws IOException if the file cannot be read
	 */
	public static Optional<PhotoStrips> of(final Path file, final long minPixels) throws IOException {
		return of(file, minPixels, MAX_ELEMENTS);
	}

	static Optional<PhotoStrips> of(final Path file, final long minPixels, final int maxElements) throws IOException {
		final byte[] head = new byte[PNG_INTERLACE + 1];
		try (FileChannel channel = FileChannel.open(file)) {
			channel.read(ByteBuffer.wrap(head));
		}
		final boolean png = head[0] == (byte) 0x89;
		if (!PhotoDecoder.recognizes(head) || head[0] == 'G' || head[0] == 'B' || png && head[PNG_INTERLACE] != 0) {
			return Optional.empty();
		}
		try (ImageInputStream stream = new FileImageInputStream(file.toFile())) {
			final ImageReader reader = reader(stream);
			try {
				reader.setInput(stream, true, true);
				// Some JPEG files have a size but no type that can be decoded.
				reader.getImageTypes(0).next();
				final PhotoStrips strips =
						new PhotoStrips(file, reader.getWidth(0), reader.getHeight(0), maxElements);
				final boolean suitable = (long) strips.width * strips.height >= minPixels
						&& PhotoDecoder.orientation(ImageMetadataReader.readMetadata(file.toFile())) == PhotoDecoder.UPRIGHT;
				return suitable ? Optional.of(strips) : Optional.empty();
			}
			finally {
				reader.dispose();
			}
		}
		catch (final IIOException | ImageProcessingException | RuntimeException e) {
			// Whoever decodes it as a whole says what is wrong.
			return Optional.empty();
		}
	}

	private static ImageReader reader(final ImageInputStream stream) throws IOException {
		final Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
		if (!readers.hasNext()) {
			throw new IIOException("no reader knows this kind of image");
		}
		return readers.next();
	}

	/**
	 * Pixels of a row.
	 *
	 * @return 1 or more
	 */
	public int width() {
		return width;
	}

	/**
	 * Rows.
	 *
	 * @return 1 or more
	 */
	public int height() {
		return height;
	}

	/**
	 * Decodes the photo.
	 *
	 * @param rows rows of a strip; the last one may be lower
	 * @param receiver takes the strips from the top to the bottom
	 * @throws IOException with a clause that says what is wrong with the file, or the receiver's
	 */
	public void read(final int rows, final Receiver receiver) throws IOException {
		for (int top = 0; top < height;) {
			try (ImageInputStream stream = new FileImageInputStream(file.toFile())) {
				final ImageReader reader = reader(stream);
				try {
					reader.setInput(stream, true, true);
					top += readPart(reader, top, rows, receiver);
				}
				finally {
					reader.dispose();
				}
			}
		}
	}

	private static int elements(final SampleModel layout) {
		return layout.createDataBuffer().getSize();
	}

	/** Reads as many rows as can have indices, which are all of nearly all photos. */
	private int readPart(final ImageReader reader, final int top, final int rows, final Receiver receiver)
			throws IOException {
		final ImageTypeSpecifier type = reader.getImageTypes(0).next();
		final int part = Math.min(height - top, Math.max(1, maxElements / elements(type.getSampleModel(width, 1))));
		final Filling filling = new Filling(type, width, part, rows, receiver);
		final ImageReadParam param = reader.getDefaultReadParam();
		param.setDestination(filling.image(type.getColorModel(), type.getSampleModel(width, part)));
		if (part < height) {
			param.setSourceRegion(new Rectangle(0, top, width, part));
		}
		try {
			PhotoDecoder.read(reader, param);
		}
		catch (final IOException e) {
			throw filling.failure == null ? e : filling.failure;
		}
		if (filling.left > 0) {
			throw new IOException(PhotoDecoder.CUT_OFF);
		}
		filling.handOver(filling.strip());
		return part;
	}

	/** What the reader fills. */
	private static final class Filling extends StripBuffer {

		private final ImageTypeSpecifier type;
		private final int width;
		private final int rows;
		private final Receiver receiver;
		private int left;
		private SampleModel layout;
		private IOException failure;

		Filling(final ImageTypeSpecifier type, final int width, final int height, final int rows,
				final Receiver receiver) {
			super(type.getSampleModel(width, 1).getDataType(), height * elements(type.getSampleModel(width, 1)));
			this.type = type;
			this.width = width;
			this.rows = rows;
			this.receiver = receiver;
			left = height;
		}

		@Override
		protected DataBuffer following(final DataBuffer done) {
			try {
				handOver(done);
			}
			catch (final IOException e) {
				failure = e;
				throw new IllegalStateException(e);
			}
			layout = type.getSampleModel(width, Math.min(rows, left));
			left -= layout.getHeight();
			return layout.createDataBuffer();
		}

		void handOver(final DataBuffer strip) throws IOException {
			if (strip != null) {
				receiver.accept(new BufferedImage(type.getColorModel(),
						Raster.createWritableRaster(layout, strip, null),
						type.getColorModel().isAlphaPremultiplied(), null));
			}
		}
	}
}
