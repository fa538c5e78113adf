/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.awt.Dimension;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;

import javax.imageio.IIOException;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.event.IIOReadWarningListener;

import com.twelvemonkeys.imageio.util.IIOUtil;

import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.photo.SrgbImage.Meaning;

/**
 * An image of an open {@link PhotoFile}. Its size is known without decoding. It is decoded as a whole or in strips of rows,
 * as often as needed; a whole image is one strip.
 */
public class PhotoPage {

	/** Maximum number of elements of an image, for Java's int indices. */
	private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

	/** Maximum number of pixels of a row of tiles or a strip of pages that are read in strips. */
	private static final long MAX_UNIT = 1 << 24;

	final PhotoFile file;
	final int index;
	private int orientation;
	private int storedWidth;
	private int storedHeight;
	private int maxElements = MAX_ELEMENTS;

	/** Receives the strips of a page. */
	@FunctionalInterface
	public interface Receiver {

		/**
		 * Receives the next strip.
		 *
		 * @param strip rows of the page, in the form of {@link PhotoPage#read()}; the decoder does not reuse it
		 * @throws IOException if it cannot be used; stops the decoding
		 */
		void accept(BufferedImage strip) throws IOException;
	}

	PhotoPage(final PhotoFile file, final int index) {
		this.file = file;
		this.index = index;
	}

	/** A reader that is ready to decode the page. It invalidates the previous one. */
	ImageReader reader() throws IOException {
		return file.restart();
	}

	/** The size as stored, before the orientation is applied. */
	Dimension readSize() throws IOException {
		final ImageReader reader = reader();
		return new Dimension(reader.getWidth(index), reader.getHeight(index));
	}

	/** The EXIF or TIFF orientation, 1 to 8. */
	int readOrientation() throws IOException {
		return Orientation.ofExif(IIOUtil.createStreamAdapter(file.stream()));
	}

	/** Number of rows that must be decoded together; 0 if the rows are not stored from top to bottom. */
	int unit() throws IOException {
		return 0;
	}

	/** The meaning of the samples, where the decoded image does not define it. */
	Meaning meaning() throws IOException {
		return Meaning.PLAIN;
	}

	/** The image type into which the reader decodes the page. */
	ImageTypeSpecifier type(final ImageReader decoder) throws IOException {
		return decoder.getImageTypes(index).next();
	}

	/** Decodes into an image of that type. */
	BufferedImage decode(final ImageReader decoder, final ImageReadParam param) throws IOException {
		return decoder.read(index, param);
	}

	/** Rejects images that the reader would misinterpret. */
	void requireSupported() throws IOException {
	}

	/** Reads the size when the file is opened. */
	final void measure() throws IOException {
		final Dimension size = readSize();
		if (size.width <= 0 || size.height <= 0) {
			throw PhotoFile.damaged("its size is " + size.width + "x" + size.height, null);
		}
		storedWidth = size.width;
		storedHeight = size.height;
	}

	/** {@return width times height} */
	public final long pixels() {
		return (long) storedWidth * storedHeight;
	}

	private int orientation() throws IOException {
		if (orientation == 0) {
			orientation = readOrientation();
		}
		return orientation;
	}

	/**
	 * {@return the width in pixels, 1 or more}
	 *
	 * @throws IOException if the file is damaged
	 */
	public final int width() throws IOException {
		return Orientation.isQuarter(orientation()) ? storedHeight : storedWidth;
	}

	/**
	 * {@return the height in pixels, 1 or more}
	 *
	 * @throws IOException if the file is damaged
	 */
	public final int height() throws IOException {
		return Orientation.isQuarter(orientation()) ? storedWidth : storedHeight;
	}

	/**
	 * Whether the page can be decoded in several strips, so that it is never in memory as a whole. Pages that are not stored
	 * from top to bottom, or must be turned upright, are decoded in one piece.
	 *
	 * @return false if {@link #read(int, Receiver)} passes one strip
	 * @throws IOException if the file is damaged
	 */
	public final boolean isInStrips() throws IOException {
		return PhotoFile.described(() -> {
			requireSupported();
			return orientation() == Orientation.UPRIGHT && unit() > 0 && (long) unit() * width() <= MAX_UNIT;
		});
	}

	/**
	 * Decodes the page.
	 *
	 * @return the upright image: one band of gray, or three bands of red, green and blue, in sRGB; bytes, unsigned shorts,
	 *         or floats of any range
	 * @throws IOException if it cannot be decoded
	 */
	public final BufferedImage read() throws IOException {
		return PhotoFile.described(() -> {
			requireSupported();
			final Meaning meaning = meaning();
			final int turn = orientation();
			final ImageReader decoder = reader();
			final ImageReadParam param = decoder.getDefaultReadParam();
			param.setDestinationType(type(decoder));
			return Orientation.turn(SrgbImage.of(decodeAll(decoder, param), meaning), turn);
		});
	}

	/**
	 * Decodes the page in strips if possible.
	 *
	 * @param rows approximate number of rows of a strip
	 * @param receiver receives the strips from top to bottom
	 * @throws IOException if the page cannot be decoded, or the exception of the receiver
	 */
	public final void read(final int rows, final Receiver receiver) throws IOException {
		if (rows >= height() || !isInStrips()) {
			receiver.accept(read());
			return;
		}
		final int unit = unit();
		final int wanted = Math.max(1, rows / unit) * unit;
		for (int top = 0; top < storedHeight;) {
			top += readPart(top, unit, wanted, receiver);
		}
	}

	/** For tests: lowers the maximum number of elements of an image. */
	final void setMaxElements(final int count) {
		maxElements = count;
	}

	private static int elements(final SampleModel layout) {
		return layout.createDataBuffer().getSize();
	}

	/** Reads as many rows as an array can index, which is all rows of nearly all images. */
	private int readPart(final int top, final int unit, final int rows, final Receiver receiver) throws IOException {
		final Meaning meaning = meaning();
		final ImageReader decoder = reader();
		final ImageTypeSpecifier type = PhotoFile.described(() -> type(decoder));
		final int possible = Math.max(1, maxElements / elements(type.getSampleModel(storedWidth, 1)) / unit) * unit;
		final int part = Math.min(storedHeight - top, possible);
		final Filling filling = new Filling(type, part, rows, receiver, meaning);
		final ImageReadParam param = decoder.getDefaultReadParam();
		param.setDestination(filling.image(type.getColorModel(), type.getSampleModel(storedWidth, part)));
		if (part < storedHeight) {
			param.setSourceRegion(new Rectangle(0, top, storedWidth, part));
		}
		try {
			PhotoFile.described(() -> decodeAll(decoder, param));
		}
		catch (final IOException e) {
			throw filling.failure == null ? e : filling.failure;
		}
		if (filling.left > 0) {
			throw new IOException(PhotoFile.CUT_OFF);
		}
		filling.handOver(filling.strip());
		return part;
	}

	/**
	 * Decodes, but rejects damaged data. The JPEG reader fills missing data with gray and only warns. Its other warnings are
	 * harmless, such as that of extra bytes before a marker, which some cameras write.
	 */
	private BufferedImage decodeAll(final ImageReader decoder, final ImageReadParam param) throws IOException {
		final List<String> warnings = new ArrayList<>();
		final IIOReadWarningListener listener = (source, warning) -> warnings.add(warning);
		decoder.addIIOReadWarningListener(listener);
		final BufferedImage image;
		try {
			image = decode(decoder, param);
		}
		catch (final EOFException | IIOException | FileSystemException e) {
			throw e;
		}
		catch (final IOException e) {
			// Decompressors throw many types of exceptions on damaged data.
			throw PhotoFile.damaged(Failure.reason(e), e);
		}
		finally {
			decoder.removeIIOReadWarningListener(listener);
		}
		for (final String warning : warnings) {
			if (warning.contains("premature end")) {
				throw new IOException(PhotoFile.CUT_OFF);
			}
			if (warning.contains("bad Huffman code")) {
				throw PhotoFile.damaged(warning, null);
			}
		}
		return image;
	}

	/** The buffer that the reader fills. */
	private final class Filling extends StripBuffer {

		private final ImageTypeSpecifier type;
		private final int rows;
		private final Receiver receiver;
		private final Meaning meaning;
		private int left;
		private SampleModel layout;
		private IOException failure;

		Filling(final ImageTypeSpecifier type, final int height, final int rows, final Receiver receiver,
				final Meaning meaning) {
			super(type.getSampleModel(storedWidth, 1).getDataType(), height * elements(type.getSampleModel(storedWidth, 1)));
			this.type = type;
			this.rows = rows;
			this.receiver = receiver;
			this.meaning = meaning;
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
			layout = type.getSampleModel(storedWidth, Math.min(rows, left));
			left -= layout.getHeight();
			return layout.createDataBuffer();
		}

		void handOver(final DataBuffer strip) throws IOException {
			if (strip != null) {
				receiver.accept(SrgbImage.of(new BufferedImage(type.getColorModel(),
						Raster.createWritableRaster(layout, strip, null), type.getColorModel().isAlphaPremultiplied(), null),
						meaning));
			}
		}
	}
}
