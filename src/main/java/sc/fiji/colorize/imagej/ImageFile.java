/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.awt.image.BufferedImage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import ij.ImagePlus;
import ij.ImageStack;

import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.io.Reading;
import sc.fiji.colorize.io.Sha256;
import sc.fiji.colorize.metadata.ImageMetadata;
import sc.fiji.colorize.photo.ImageFormat;
import sc.fiji.colorize.photo.PhotoFile;
import sc.fiji.colorize.photo.PhotoPage;

/**
 * An open image file, whose format is detected from its content. It is opened once, knows its size without decoding, and is
 * read as a whole or in strips. ImageJ reads its own files; {@link PhotoFile} reads all others. The message of every
 * exception is a clause that can follow "file X: ". Not thread-safe.
 */
public final class ImageFile implements Closeable {

	private final Path path;
	private final List<Object> state;
	private final FileChannel channel;
	private final ImageFormat format;
	private final ImageJTiff own;
	private final PhotoFile photo;

	private ImageFile(final Path path, final List<Object> state, final FileChannel channel) throws IOException {
		this.path = path;
		this.state = state;
		this.channel = channel;
		final ByteBuffer head = ByteBuffer.allocate(ImageFormat.HEAD);
		channel.read(head);
		format = ImageFormat.of(head.array()).orElse(null);
		own = format == ImageFormat.TIFF ? ImageJTiff.of(channel).orElse(null) : null;
		channel.position(0);
		photo = own == null ? PhotoFile.of(channel) : null;
	}

	/**
	 * Opens a file.
	 *
	 * @param path the file
	 * @return the open file
	 * @throws IOException if it cannot be read, or is damaged
	 */
	public static ImageFile open(final Path path) throws IOException {
		if (Files.isDirectory(path)) {
			throw new IOException(Files.isReadable(path) ? "it is a folder" : "permission denied");
		}
		final List<Object> state = state(path);
		final FileChannel channel;
		try {
			channel = FileChannel.open(path);
		}
		catch (final IOException e) {
			throw new IOException(Failure.reason(e), e);
		}
		boolean complete = false;
		try {
			final ImageFile file = new ImageFile(path, state, channel);
			complete = true;
			return file;
		}
		catch (final IOException | RuntimeException e) {
			requireUnchanged(path, state);
			throw e;
		}
		finally {
			if (!complete) {
				channel.close();
			}
		}
	}

	/** {@return the number of pixels of all planes and pages, 0 or more; a damaged file may claim any number} */
	public long pixels() {
		if (own != null) {
			return (long) ((double) Math.max(0, own.width()) * Math.max(0, own.height()) * own.planes());
		}
		double pixels = 0;
		for (final PhotoPage page : photo.pages()) {
			pixels += page.pixels();
		}
		return (long) pixels;
	}

	/** {@return whether the image has so many pixels that it is read in strips if possible} */
	public boolean isLarge() {
		return pixels() >= ImageStrips.LARGE;
	}

	/** {@return whether ImageJ wrote the file: with dimensions, calibration and other properties in its format} */
	public boolean isOfImageJ() {
		return own != null;
	}

	/**
	 * {@return the parts of the file that are not among its images, such as "2 smaller copies"; empty for nearly all files}
	 * For files of ImageJ, it includes the parts that ImageJ could not read only after {@link #read()}.
	 */
	public List<String> leftOut() {
		return own == null ? photo.leftOut()
				: own.messages().stream().map(message -> "a part that ImageJ cannot read (" + message + ")").toList();
	}

	/**
	 * {@return EXIF, IPTC, XMP and resolution of the first page}
	 *
	 * @throws IOException on a read error
	 */
	public ImageMetadata metadata() throws IOException {
		return ImageMetadata.read(channel, format);
	}

	/**
	 * {@return the SHA-256 checksum of the file, 64 hexadecimal digits}
	 *
	 * @throws IOException on a read error
	 */
	public String sha256() throws IOException {
		channel.position(0);
		return Sha256.of(Channels.newInputStream(channel));
	}

	/**
	 * Reads the file.
	 *
	 * @return the image: 8-bit, 16-bit, 32-bit or RGB, a stack if the file has several pages or planes of one type, 16-bit
	 *         and 32-bit color as three channels; several images, one per page, if their sizes or depths differ
	 * @throws IOException if it cannot be decoded, or changed since it was opened
	 */
	public List<ImagePlus> read() throws IOException {
		final List<ImagePlus> images = whileUnchanged(() -> own == null ? readPages() : List.of(own.read()));
		images.forEach(image -> image.setTitle(path.getFileName().toString()));
		return images;
	}

	private List<ImagePlus> readPages() throws IOException {
		final List<ImagePlus> images = new ArrayList<>();
		final int count = photo.pages().size();
		for (int i = 0; i < count; i++) {
			try {
				images.add(Pictures.wrap(photo.pages().get(i).read()));
			}
			catch (final IOException e) {
				throw count == 1 ? e : new IOException("page " + (i + 1) + " of " + count + ": " + Failure.reason(e), e);
			}
		}
		if (count == 1 || !images.stream().allMatch(image -> isLike(image, images.get(0)))) {
			images.forEach(image -> ValueRange.of(image).applyTo(image));
			return images;
		}
		final ImageStack stack = new ImageStack(images.get(0).getWidth(), images.get(0).getHeight());
		for (final ImagePlus image : images) {
			for (int channel = 1; channel <= image.getStackSize(); channel++) {
				stack.addSlice(image.getStack().getProcessor(channel));
			}
		}
		final ImagePlus planes = new ImagePlus("", stack);
		final ImagePlus result = Composites.isColor(images.get(0)) ? Composites.of(planes, count, 1, 0, 1) : planes;
		ValueRange.of(result).applyTo(result);
		return List.of(result);
	}

	private static boolean isLike(final ImagePlus image, final ImagePlus first) {
		return image.getWidth() == first.getWidth() && image.getHeight() == first.getHeight()
				&& image.getBitDepth() == first.getBitDepth() && image.getNChannels() == first.getNChannels();
	}

	/**
	 * Opens the file for reading in strips of about {@code stripPixels} pixels.
	 *
	 * @return empty if the image has fewer than {@code large} pixels, or can only be read as a whole
	 * @throws IOException if it cannot be decoded
	 */
	Optional<ImageStrips> strips(final long large, final int stripPixels) throws IOException {
		if (pixels() < large || own != null && own.planes() > 1) {
			return Optional.empty();
		}
		if (own == null) {
			final PhotoPage page = photo.pages().get(0);
			return photo.pages().size() == 1 && page.isInStrips() ? Optional.of(ofPhoto(page, stripPixels))
					: Optional.empty();
		}
		final ImagePlus first = own.read(0, 1);
		return first.getRoi() == null && new SourcePlanes(first).count() == 1 ? Optional.of(ofImageJ(stripPixels))
				: Optional.empty();
	}

	private ImageStrips ofPhoto(final PhotoPage page, final int stripPixels) throws IOException {
		return new ImageStrips(page.width(), page.height(), path.getFileName().toString(), false, receiver ->
				page.read(ImageStrips.rows(page.width(), stripPixels), new PhotoPage.Receiver() {

					private int top;

					@Override
					public void accept(final BufferedImage strip) throws IOException {
						receiver.accept(Pictures.wrap(strip), top);
						top += strip.getHeight();
					}
				}));
	}

	private ImageStrips ofImageJ(final int stripPixels) {
		final int rows = ImageStrips.rows(own.width(), stripPixels);
		return new ImageStrips(own.width(), own.height(), path.getFileName().toString(), true, receiver -> {
			for (int top = 0; top < own.height(); top += rows) {
				receiver.accept(own.read(top, Math.min(rows, own.height() - top)), top);
			}
		});
	}

	/**
	 * Reads, and rejects a file that changed since it was opened: its parts might belong to different images, or be
	 * incomplete.
	 *
	 * @param <T> type of the result
	 * @param reading reads the file
	 * @return the result
	 * @throws IOException if the file changed, or the exception of the reading
	 */
	public <T> T whileUnchanged(final Reading<T> reading) throws IOException {
		try {
			final T made = reading.read();
			requireUnchanged(path, state);
			return made;
		}
		catch (final IOException | RuntimeException e) {
			// A change may also be the cause of a failure.
			requireUnchanged(path, state);
			throw e;
		}
	}

	private static void requireUnchanged(final Path path, final List<Object> before) throws IOException {
		if (!state(path).equals(before)) {
			throw new IOException("the file changed while it was read: try again when it is complete");
		}
	}

	private static List<Object> state(final Path path) throws IOException {
		try {
			final BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
			return List.of(attributes.size(), attributes.lastModifiedTime(), String.valueOf(attributes.fileKey()));
		}
		catch (final IOException e) {
			throw new IOException(Failure.reason(e), e);
		}
	}

	@Override
	public void close() throws IOException {
		if (photo != null) {
			photo.close();
		}
		channel.close();
	}
}
