/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.Metadata;
import com.drew.metadata.MetadataException;
import com.drew.metadata.exif.ExifIFD0Directory;

import sc.fiji.colorize.io.Failure;

/**
 * Decodes JPEG, PNG, GIF and BMP files by their content, whatever their name, turned upright as their EXIF orientation
 * says. A damaged file is an error, not a picture with a gray rest.
 */
public final class PhotoDecoder {

	/** The EXIF orientation of a photo that need not be turned. */
	static final int UPRIGHT = 1;
	static final String CUT_OFF = "the image is cut off before its end";

	private PhotoDecoder() {
	}

	/**
	 * Whether a file starts like one of the kinds that can be decoded.
	 *
	 * @param head the first bytes of the file, eight or more
	 * @return true for JPEG, PNG, GIF and BMP
	 */
	public static boolean recognizes(final byte[] head) {
		return startsWith(head, 0xff, 0xd8, 0xff) || startsWith(head, 0x89, 'P', 'N', 'G')
				|| startsWith(head, 'G', 'I', 'F', '8') || startsWith(head, 'B', 'M');
	}

	private static boolean startsWith(final byte[] head, final int... magic) {
		if (head.length < magic.length) {
			return false;
		}
		for (int i = 0; i < magic.length; i++) {
			if ((head[i] & 0xff) != magic[i]) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Decodes a file.
	 *
	 * @param file its content
	 * @return the upright image, of the bit depth and number of channels that the file has
	 * @throws IOException with a clause that says what is wrong, fit to follow "file X: "
	 */
	public static BufferedImage decode(final byte[] file) throws IOException {
		if (file.length == 0) {
			throw new IOException("the file is empty");
		}
		if (!recognizes(file)) {
			throw new IOException("the content is not a JPEG, PNG, GIF or BMP image");
		}
		// Not ImageIO.createImageInputStream, which would put a cache file on disk.
		try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
			final Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
			if (!readers.hasNext()) {
				throw new IOException("no reader knows this kind of image");
			}
			final ImageReader reader = readers.next();
			try {
				reader.setInput(stream, true, true);
				return turn(read(reader, null), orientation(file));
			}
			finally {
				reader.dispose();
			}
		}
	}

	/**
	 * How many pixels an image has; only the beginning of the file is read.
	 *
	 * @param file the file
	 * @return width times height; 0 if no reader knows this kind of image
	 * @throws IOException if the file cannot be read
	 */
	public static long pixels(final Path file) throws IOException {
		try (ImageInputStream stream = new FileImageInputStream(file.toFile())) {
			final Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
			if (!readers.hasNext()) {
				return 0;
			}
			final ImageReader reader = readers.next();
			try {
				reader.setInput(stream, true, true);
				return (long) reader.getWidth(0) * reader.getHeight(0);
			}
			finally {
				reader.dispose();
			}
		}
	}

	/** Reads the first image with a reader that has its input, and finds out whether all of it was there. */
	static BufferedImage read(final ImageReader reader, final ImageReadParam param) throws IOException {
		final List<String> warnings = new ArrayList<>();
		reader.addIIOReadWarningListener(new IIOReadWarningListener() {

			@Override
			public void warningOccurred(final ImageReader source, final String warning) {
				warnings.add(warning);
			}
		});
		final BufferedImage image;
		try {
			image = reader.read(0, param);
		}
		catch (final EOFException e) {
			throw new IOException(CUT_OFF, e);
		}
		catch (final IIOException e) {
			throw new IOException("the image is damaged (" + Failure.reason(e) + ")", e);
		}
		catch (final RuntimeException e) {
			// The readers of the JDK throw unchecked exceptions on some damaged headers.
			throw new IOException("the image is damaged (" + e + ")", e);
		}
		// The JPEG reader fills what is missing with gray and only warns. Its other warnings are harmless, among them
		// that of a few bytes too many before a marker, which some cameras write.
		for (final String warning : warnings) {
			if (warning.contains("premature end")) {
				throw new IOException(CUT_OFF);
			}
			if (warning.contains("bad Huffman code")) {
				throw new IOException("the image is damaged (" + warning + ")");
			}
		}
		return image;
	}

	/** The EXIF orientation, 1 to 8, or 1 if there is none. */
	private static int orientation(final byte[] file) {
		try {
			return orientation(ImageMetadataReader.readMetadata(new ByteArrayInputStream(file), file.length));
		}
		catch (final ImageProcessingException | IOException e) {
			// A photo with broken metadata is still a photo.
			return UPRIGHT;
		}
	}

	static int orientation(final Metadata metadata) {
		final ExifIFD0Directory exif = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
		try {
			return exif != null && exif.containsTag(ExifIFD0Directory.TAG_ORIENTATION)
					? exif.getInt(ExifIFD0Directory.TAG_ORIENTATION) : UPRIGHT;
		}
		catch (final MetadataException e) {
			return UPRIGHT;
		}
	}

	private static BufferedImage turn(final BufferedImage image, final int orientation) {
		if (orientation < 2 || orientation > 8) {
			return image;
		}
		final int width = image.getWidth();
		final int height = image.getHeight();
		final boolean quarter = orientation >= 5;
		final BufferedImage turned = new BufferedImage(image.getColorModel(),
				image.getRaster().createCompatibleWritableRaster(quarter ? height : width, quarter ? width : height),
				image.isAlphaPremultiplied(), null);
		Object pixel = null;
		for (int y = 0; y < height; y++) {
			for (int x = 0; x < width; x++) {
				pixel = image.getRaster().getDataElements(x, y, pixel);
				final int fromRight = width - 1 - x;
				final int fromBottom = height - 1 - y;
				switch (orientation) {
					case 2 -> turned.getRaster().setDataElements(fromRight, y, pixel);
					case 3 -> turned.getRaster().setDataElements(fromRight, fromBottom, pixel);
					case 4 -> turned.getRaster().setDataElements(x, fromBottom, pixel);
					case 5 -> turned.getRaster().setDataElements(y, x, pixel);
					case 6 -> turned.getRaster().setDataElements(fromBottom, x, pixel);
					case 7 -> turned.getRaster().setDataElements(fromBottom, fromRight, pixel);
					default -> turned.getRaster().setDataElements(y, fromRight, pixel);
				}
			}
		}
		return turned;
	}
}
