/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import javax.imageio.IIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.FileImageOutputStream;
import javax.imageio.stream.ImageOutputStream;

import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;

/**
 * Reads and writes photo files in one call.
 *
 * <pre>
 * BufferedImage photo = Photos.read(Path.of("old-photo.jpg"));
 * Photos.write(colorizer.colorize(photo), Path.of("old-photo-colorized.png"));
 * </pre>
 */
public final class Photos {

	private static final System.Logger LOG = System.getLogger(Photos.class.getName());
	private static final float JPEG_QUALITY = 0.95f;
	/** Level 3 of deflate: faster than Java's default, level 4, and smaller for photos. */
	private static final float PNG_QUALITY = 0.7f;
	private static final List<String> JPEG = List.of("jpg", "jpeg");
	private static final List<String> TIFF = List.of("tif", "tiff");

	private Photos() {
	}

	/**
	 * Reads a photo: JPEG, PNG, TIFF, GIF, BMP, WebP, PSD or a PNM format, detected from its content.
	 *
	 * @param file a file with one image. Other parts, such as frames of an animation, are ignored and logged
	 * @return the photo, upright and in sRGB: gray or RGB with 8 bits, 16 bits or floats, as in {@link PhotoPage#read}
	 * @throws IOException if it cannot be read; the message names the file and the problem
	 */
	public static BufferedImage read(final Path file) throws IOException {
		try (PhotoFile photo = PhotoFile.of(Files.newByteChannel(file))) {
			if (photo.pages().size() > 1) {
				throw new DescribedException("The file " + file, "has " + photo.pages().size() + " pages",
						"read them one by one with PhotoFile", null);
			}
			if (!photo.leftOut().isEmpty()) {
				LOG.log(System.Logger.Level.WARNING,
						"Left out of " + file + ": " + String.join(", ", photo.leftOut()) + ".");
			}
			return photo.pages().get(0).read();
		}
		catch (final DescribedException e) {
			throw e;
		}
		catch (final IOException e) {
			throw new DescribedException("The photo " + file, "cannot be read (" + Failure.reason(e) + ")", "", e);
		}
	}

	/**
	 * Writes the pixels of a photo atomically, without metadata. Replaces an existing file.
	 *
	 * @param photo the photo
	 * @param file ends in .png, .jpg, .jpeg, .tif or .tiff, which selects the format: JPEG holds 8 bits, PNG 8 or 16, TIFF
	 *        also floats
	 * @throws IOException if it cannot be written; the message names the file and the problem
	 */
	public static void write(final BufferedImage photo, final Path file) throws IOException {
		final String name = file.getFileName().toString();
		final String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
		final int type = photo.getRaster().getTransferType();
		final boolean wide = type == DataBuffer.TYPE_USHORT || type == DataBuffer.TYPE_SHORT;
		final boolean floats = type == DataBuffer.TYPE_FLOAT || type == DataBuffer.TYPE_DOUBLE;
		if (!TIFF.contains(ending) && (floats || wide && JPEG.contains(ending))) {
			throw new DescribedException("The photo " + file, "has " + (floats ? "32" : "16")
					+ " bits for each color, which a " + ending.toUpperCase(Locale.ROOT) + " file cannot hold",
					"use a name that ends in .tif", null);
		}
		if (!ending.equals("png") && !JPEG.contains(ending) && !TIFF.contains(ending)) {
			throw new DescribedException("The photo " + file, "cannot be written: its name has no known ending",
					"use a name that ends in .png, .jpg or .tif", null);
		}
		DescribedException.run("The photo " + file, "cannot be written", () -> {
			try (AtomicFile prepared = AtomicFile.prepare(file, temporary -> encode(photo, ending, temporary, 0))) {
				prepared.commit();
			}
		});
	}

	/**
	 * Encodes the pixels of a photo.
	 *
	 * @param photo the photo; with a {@link StripBuffer}, it need not fit in memory
	 * @param ending png, jpg, jpeg, tif or tiff
	 * @param file written at once, not atomically
	 * @param reserved number of bytes at the beginning of the file that are left free
	 * @throws IOException if it cannot be written; the message is a clause
	 */
	public static void encode(final BufferedImage photo, final String ending, final Path file, final int reserved)
			throws IOException {
		final ImageWriter writer = ImageFormat.writer(ending);
		// Not to a stream, which would be buffered in memory until its end.
		try (ImageOutputStream stream = new FileImageOutputStream(file.toFile())) {
			final ImageWriteParam param = writer.getDefaultWriteParam();
			final boolean jpeg = JPEG.contains(ending);
			if (jpeg || ending.equals("png")) {
				param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
				param.setCompressionQuality(jpeg ? JPEG_QUALITY : PNG_QUALITY);
			}
			stream.seek(reserved);
			writer.setOutput(stream);
			writer.write(null, new IIOImage(photo, null, null), param);
		}
		catch (final IIOException e) {
			// The wrapper has no message of its own.
			throw e.getCause() instanceof IOException cause ? cause : e;
		}
		finally {
			writer.dispose();
		}
	}
}
