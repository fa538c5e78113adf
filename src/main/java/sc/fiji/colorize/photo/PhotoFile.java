/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.awt.image.BufferedImage;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import javax.imageio.IIOException;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.io.Reading;

/**
 * An open image file of an {@link ImageFormat}, detected from its content. It is read from one stream, page by page, each as
 * a whole or in strips.
 *
 * <pre>
 * try (PhotoFile file = PhotoFile.of(FileChannel.open(path))) {
 * 	for (PhotoPage page : file.pages()) {
 * 		show(page.read());
 * 	}
 * }
 * </pre>
 *
 * Pages are upright, according to their EXIF or TIFF orientation, and in sRGB, converted from their ICC profiles: {@link
 * PhotoPage#read}. A damaged file is an error; it never gives a partly gray image. The message of every exception is a
 * clause that can follow "file X: ". Not thread-safe.
 */
public final class PhotoFile implements Closeable {

	/** The error for truncated files. */
	public static final String CUT_OFF = "the image is cut off before its end";

	private final Closeable source;
	private final ChannelInput stream;
	private final ImageFormat format;
	private ImageReader reader;
	private final List<PhotoPage> pages = new ArrayList<>();
	private final List<String> leftOut = new ArrayList<>();

	private PhotoFile(final SeekableByteChannel channel) throws IOException {
		source = channel;
		stream = new ChannelInput(channel);
		final byte[] head = Channels.newInputStream(channel.position(0)).readNBytes(ImageFormat.HEAD);
		if (head.length == 0) {
			throw new IOException("the file is empty");
		}
		format = ImageFormat.of(head)
				.orElseThrow(() -> new IOException("the content is not an image of a kind that can be read"));
	}

	/** The content, at its beginning. */
	ImageInputStream stream() {
		stream.restart();
		return stream;
	}

	/** The reader of the format, at the beginning of the file. Readers expect the stream position that they left. */
	ImageReader restart() throws IOException {
		return restart(format.reader(), true);
	}

	ImageReader restart(final ImageReader another, final boolean ignoreMetadata) throws IOException {
		if (reader != null) {
			reader.dispose();
		}
		reader = another;
		reader.setInput(stream(), false, ignoreMetadata);
		return reader;
	}

	/**
	 * Opens a file.
	 *
	 * @param channel its content, closed with the file, or if it cannot be opened
	 * @return the open file
	 * @throws IOException if it is empty, damaged or of an unsupported format
	 */
	public static PhotoFile of(final SeekableByteChannel channel) throws IOException {
		boolean complete = false;
		try {
			final PhotoFile file = new PhotoFile(channel);
			described(() -> {
				file.list();
				return null;
			});
			complete = true;
			return file;
		}
		finally {
			if (!complete) {
				channel.close();
			}
		}
	}

	/**
	 * Opens a file in memory.
	 *
	 * @param content the whole file
	 * @return the open file
	 * @throws IOException if it is empty, damaged or of an unsupported format
	 */
	public static PhotoFile of(final byte[] content) throws IOException {
		return of(new SeekableInMemoryByteChannel(content));
	}

	/**
	 * {@return the first page of a file, as in {@link PhotoPage#read}}
	 *
	 * @param content the whole file
	 * @throws IOException if it cannot be decoded
	 */
	public static BufferedImage decode(final byte[] content) throws IOException {
		try (PhotoFile file = of(content)) {
			return file.pages().get(0).read();
		}
	}

	private void list() throws IOException {
		switch (format) {
			case JPEG -> pages.add(new JpegPage(this));
			case PNG -> {
				final PngPage page = new PngPage(this);
				pages.add(page);
				leaveOut(page.frames() - 1, "further frame", "further frames");
			}
			case TIFF -> pages.addAll(TiffPage.list(this));
			case GIF -> {
				final GifFrames frames = new GifFrames(restart(format.reader(), false));
				for (int i = 0; i < frames.count; i++) {
					pages.add(new GifPage(this, frames, i));
				}
			}
			case WEBP -> {
				pages.add(new PhotoPage(this, 0));
				leaveOut(restart().getNumImages(true) - 1, "further frame", "further frames");
			}
			default -> pages.add(new PhotoPage(this, 0));
		}
		if (pages.isEmpty()) {
			throw new IIOException("it holds no image");
		}
		for (final PhotoPage page : pages) {
			page.measure();
		}
	}

	void leaveOut(final int count, final String singular, final String plural) {
		if (count > 0) {
			leftOut.add(count + " " + (count == 1 ? singular : plural));
		}
	}

	/** {@return the images of the file, one or more, unmodifiable} */
	public List<PhotoPage> pages() {
		return Collections.unmodifiableList(pages);
	}

	/** {@return the parts of the file that are not pages, such as "3 further frames"; empty for nearly all files} */
	public List<String> leftOut() {
		return Collections.unmodifiableList(leftOut);
	}

	@Override
	public void close() throws IOException {
		if (reader != null) {
			reader.dispose();
		}
		source.close();
	}

	/** Converts the exceptions of readers to clauses. */
	static <T> T described(final Reading<T> reading) throws IOException {
		try {
			return reading.read();
		}
		catch (final EOFException e) {
			throw new IOException(CUT_OFF, e);
		}
		catch (final IIOException e) {
			if (e.getCause() instanceof EOFException) {
				throw new IOException(CUT_OFF, e);
			}
			throw isKindUnknown(e) ? new UnsupportedImageException("the image is of a kind that cannot be read ("
					+ Failure.reason(e) + ")") : damaged(Failure.reason(e), e);
		}
		catch (final RuntimeException e) {
			// Readers throw unchecked exceptions on some damaged files.
			throw damaged(e.toString(), e);
		}
	}

	/** Readers have no specific exception for unsupported formats. */
	private static boolean isKindUnknown(final IIOException e) {
		return e.getMessage() != null && e.getMessage().matches("(?i)(unsupported|unknown|variable|could not determine) .*");
	}

	static IOException damaged(final String why, final Exception cause) {
		return new IOException("the image is damaged (" + why + ")", cause);
	}
}
