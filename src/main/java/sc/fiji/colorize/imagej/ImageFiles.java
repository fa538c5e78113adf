/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.imageio.IIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;
import javax.imageio.plugins.tiff.TIFFTag;
import javax.imageio.stream.FileImageOutputStream;
import javax.imageio.stream.ImageOutputStream;

import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import ij.io.FileInfo;
import ij.io.FileSaver;
import ij.io.TiffDecoder;
import ij.plugin.FileInfoVirtualStack;

import sc.fiji.colorize.DisplayRange;
import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.metadata.ResultMetadata;
import sc.fiji.colorize.metadata.TiffDirectory;
import sc.fiji.colorize.photo.ImageFormat;
import sc.fiji.colorize.photo.Photos;
import sc.fiji.colorize.photo.StripBuffer;

/**
 * Writes image files, without a user interface, and classifies file names. The message of every exception is a clause that
 * can follow "file X: ".
 */
public final class ImageFiles {

	/** File extensions of the files that are read from a folder. */
	public static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".jfif", ".jpe", ".png", ".tif", ".tiff", ".gif",
			".bmp", ".webp", ".pbm", ".pgm", ".ppm", ".pnm", ".pam", ".psd");

	/** Maximum number of pixels of an image in memory: elements of an array. */
	static final int MAX_PIXELS = Integer.MAX_VALUE - 8;
	private static final Pattern QUOTED = Pattern.compile("\"(.+)\"");
	private static final int COLORS = 3;
	private static final List<String> COLOR_LABELS = List.of("Red", "Green", "Blue");
	/** File extensions of other image formats, which are neither read nor written. */
	private static final List<String> OTHER_ENDINGS = List.of(".avif", ".heic", ".heif", ".jxl", ".jp2", ".j2k", ".jpx",
			".jpf", ".jxr", ".jls", ".svg", ".pdf", ".psb", ".tga", ".pcx", ".ico", ".exr", ".hdr", ".pfm", ".dcm", ".fits",
			".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf", ".raf", ".rw2", ".pef", ".djvu", ".eps");
	/** File extensions of the files that are written. */
	public static final List<String> WRITABLE_ENDINGS = List.of(".png", ".jpg", ".jpeg", ".tif", ".tiff");

	private ImageFiles() {
	}

	/**
	 * {@return whether a file name is that of a readable image, with one of the {@link #ENDINGS}}
	 *
	 * @param file the file
	 */
	public static boolean hasImageEnding(final Path file) {
		return endsWithOneOf(ENDINGS, file);
	}

	/**
	 * {@return whether a file name is that of an image, with one of the {@link #ENDINGS} or another one such as .heic}
	 *
	 * @param file the file
	 */
	public static boolean isNamedAsImage(final Path file) {
		return hasImageEnding(file) || endsWithOneOf(OTHER_ENDINGS, file);
	}

	/**
	 * {@return whether a file name has an extension that {@link #write} supports: .png, .jpg, .jpeg, .tif or .tiff}
	 *
	 * @param file the file
	 */
	public static boolean hasWritableEnding(final Path file) {
		return endsWithOneOf(WRITABLE_ENDINGS, file);
	}

	private static boolean endsWithOneOf(final List<String> endings, final Path file) {
		final String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
		return endings.stream().anyMatch(name::endsWith);
	}

	/**
	 * Reads the image of a file whose pages, if there are several, have the same size and depth.
	 *
	 * @param file the file; its format is detected from its content
	 * @return the image, as in {@link ImageFile#read()}
	 * @throws IOException if it cannot be read; the message is a clause
	 */
	public static ImagePlus read(final Path file) throws IOException {
		try (ImageFile open = ImageFile.open(file)) {
			final List<ImagePlus> images = open.read();
			if (images.size() > 1) {
				throw new IOException("the file holds " + images.size() + " images of different sizes or depths");
			}
			return images.get(0);
		}
	}

	/** Opens the planes of a TIFF file that ImageJ wrote, each read on demand. The message of exceptions is a clause. */
	static ImageStack virtualStack(final Path file, final int size) throws IOException {
		final FileInfo first = new TiffDecoder(file.toAbsolutePath().getParent() + "/", file.getFileName().toString())
				.getTiffInfo()[0];
		final FileInfo[] planes = new FileInfo[size];
		final long bytes = (long) first.width * first.height * first.getBytesPerPixel();
		for (int i = 0; i < size; i++) {
			planes[i] = (FileInfo) first.clone();
			planes[i].nImages = 1;
			planes[i].longOffset = first.getOffset() + i * (bytes + first.getGap());
		}
		final FileInfoVirtualStack stack = new FileInfoVirtualStack(planes);
		stack.setBitDepth(stack.getProcessor(1).getBitDepth());
		return stack;
	}

	/**
	 * Whether PNG can hold an image without loss of depth, display range or slices.
	 *
	 * @param image the image
	 * @return true for single 8-bit and RGB images, and for 16-bit color with the full display range
	 */
	public static boolean fitsPng(final ImagePlus image) {
		return image.getStackSize() == 1 && (image.getBitDepth() == 24 || image.getBitDepth() == 8)
				|| isDeepColor(image) && image.getStackSize() == COLORS
						&& Composites.range(image).equals(DisplayRange.UNSIGNED_16_BIT);
	}

	private static boolean isDeepColor(final ImagePlus image) {
		return image.getBitDepth() == Short.SIZE && Composites.isColor(image);
	}

	/**
	 * Writes an image atomically.
	 *
	 * @param image the image
	 * @param file ends in .png, .jpg, .jpeg, .tif or .tiff, which selects the format
	 * @throws IOException if it cannot be written; the message is a clause
	 */
	public static void write(final ImagePlus image, final Path file) throws IOException {
		write(image, ResultMetadata.NONE, file);
	}

	/**
	 * Writes an image with metadata atomically.
	 *
	 * @param image the image
	 * @param metadata metadata of the file
	 * @param file ends in .png, .jpg, .jpeg, .tif or .tiff, which selects the format
	 * @throws IOException if it cannot be written; the message is a clause
	 */
	public static void write(final ImagePlus image, final ResultMetadata metadata, final Path file) throws IOException {
		try (AtomicFile prepared = prepare(image, metadata, file)) {
			prepared.commit();
		}
		catch (final IOException e) {
			throw new IOException(Failure.reason(e), e);
		}
	}

	private static AtomicFile prepare(final ImagePlus image, final ResultMetadata metadata, final Path file)
			throws IOException {
		requireKind(image, false, file);
		return AtomicFile.prepare(file, temporary -> {
			if (isTiff(file)) {
				writeTiff(image, temporary);
				metadata.addToTiff(temporary);
			}
			else {
				writePhoto(Pictures.picture(image, 0), metadata, ending(file), temporary);
			}
		});
	}

	/**
	 * Writes the results of a file to a temporary file, for all programs: 16-bit color as RGB, and images of different sizes
	 * or depths as pages.
	 *
	 * @param images the results, one or more; 16-bit color of one plane gets the labels Red, Green and Blue
	 * @param ofImageJ whether the original is a file of ImageJ, whose dimensions and calibration the result keeps
	 * @param metadata metadata of the file
	 * @param file ends in .png, .jpg, .jpeg, .tif or .tiff, which selects the format
	 * @return the file, to be committed or closed
	 * @throws IOException if it cannot be written
	 */
	public static AtomicFile prepare(final List<ImagePlus> images, final boolean ofImageJ,
			final ResultMetadata metadata, final Path file) throws IOException {
		final ImagePlus first = images.get(0);
		final boolean stack = first.getStackSize() > first.getNChannels();
		if (images.size() == 1 && !(isDeepColor(first) && stack && !ofImageJ && isTiff(file))) {
			labelColors(first);
			return prepare(first, metadata, file);
		}
		requireKind(first, images.size() > 1, file);
		return AtomicFile.prepare(file, temporary -> {
			writePages(images, temporary);
			metadata.addToTiff(temporary);
		});
	}

	/** ImageJ writes 16-bit channels with these labels as one RGB image, which other programs can read. */
	private static void labelColors(final ImagePlus image) {
		if (isDeepColor(image) && image.getStackSize() == COLORS) {
			for (int c = 0; c < COLORS; c++) {
				image.getStack().setSliceLabel(COLOR_LABELS.get(c), c + 1);
			}
		}
	}

	private static void writePages(final List<ImagePlus> images, final Path file) throws IOException {
		final ImageWriter writer = ImageFormat.writer("tif");
		try (ImageOutputStream stream = new FileImageOutputStream(file.toFile())) {
			final ImageWriteParam param = writer.getDefaultWriteParam();
			writer.setOutput(stream);
			writer.prepareWriteSequence(null);
			for (final ImagePlus image : images) {
				for (int page = 0; page < Pictures.pages(image); page++) {
					final BufferedImage picture = Pictures.picture(image, page);
					final TIFFDirectory tags = TIFFDirectory.createFromMetadata(
							writer.getDefaultImageMetadata(new ImageTypeSpecifier(picture), param));
					if (image.getInfoProperty() != null) {
						tags.addTIFFField(new TIFFField(BaselineTIFFTagSet.getInstance()
								.getTag(BaselineTIFFTagSet.TAG_IMAGE_DESCRIPTION), TIFFTag.TIFF_ASCII, 1,
								new String[] {image.getInfoProperty()}));
					}
					writer.writeToSequence(new IIOImage(picture, null, tags.getAsMetadata()), param);
				}
			}
			writer.endWriteSequence();
		}
		catch (final IIOException e) {
			throw e.getCause() instanceof IOException cause ? cause : e;
		}
		finally {
			writer.dispose();
		}
	}

	/**
	 * Writes an image to a temporary file strip by strip, while the strips are computed; beyond 4 GB as BigTIFF.
	 *
	 * @param template an image that equals the whole one except for its height and pixels: calibration, channels, Info
	 * @param height rows of the whole image
	 * @param strips supplies the strips from top to bottom; its exceptions are passed on
	 * @return the file, to be committed or closed
	 */
	static AtomicFile prepare(final ImagePlus template, final int height, final Supplier<ResultStrip> strips,
			final ResultMetadata metadata, final Path file) throws IOException {
		requireKind(template, false, file);
		labelColors(template);
		if (isTiff(file)) {
			final TiffStripWriter writer = new TiffStripWriter(template, height, TiffDirectory.MAX_OFFSET);
			return AtomicFile.prepare(file, temporary -> {
				writer.write(strips, temporary);
				metadata.addToTiff(temporary);
			});
		}
		final int width = template.getWidth();
		if (!fitsPixels(template, height)) {
			throw new IOException("a " + ending(file).toUpperCase(Locale.ROOT) + " file of " + width + "x" + height
					+ " pixels cannot be written: let the name end in .tif");
		}
		final boolean deep = isDeepColor(template);
		return AtomicFile.prepare(file, temporary -> writePhoto(new StripBuffer(
				deep ? DataBuffer.TYPE_USHORT : DataBuffer.TYPE_INT,
				Math.multiplyExact(width, height * (deep ? COLORS : 1))) {

			@Override
			protected DataBuffer following(final DataBuffer done) {
				return Pictures.buffer(strips.get().channels());
			}
		}.image(Pictures.model(deep), Pictures.layout(deep, width, height)), metadata, ending(file), temporary));
	}

	/** Whether the JDK's writers can index an image of this height. */
	static boolean fitsPixels(final ImagePlus template, final int height) {
		return (long) template.getWidth() * height * (isDeepColor(template) ? COLORS : 1) <= MAX_PIXELS;
	}

	private static String ending(final Path file) {
		final String name = file.getFileName().toString();
		return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
	}

	private static boolean isTiff(final Path file) {
		return ending(file).equals("tif") || ending(file).equals("tiff");
	}

	private static void requireKind(final ImagePlus image, final boolean several, final Path file) throws IOException {
		if (!hasWritableEnding(file)) {
			throw new IOException("its name must end in .png, .jpg or .tif");
		}
		final boolean stack = several || image.getStackSize() > image.getNChannels();
		if (!isTiff(file) && (stack || !fitsPng(image) || isDeepColor(image) && !ending(file).equals("png"))) {
			final boolean range = ending(file).equals("png") && isDeepColor(image);
			throw new IOException("a " + ending(file).toUpperCase(Locale.ROOT) + " file cannot hold "
					+ (stack ? "a stack" : range ? "a display range" : image.getBitDepth() + "-bit images")
					+ ": let the name end in .tif");
		}
	}

	static void writeTiff(final ImagePlus image, final Path file) throws IOException {
		ImageJCall.run(() -> {
			final FileSaver saver = new FileSaver(image);
			final boolean saved = image.getStackSize() > 1 ? saver.saveAsTiffStack(file.toString())
					: saver.saveAsTiff(file.toString());
			if (!saved) {
				// ImageJ's message contains the reason in quotes.
				final Matcher reason = QUOTED.matcher(String.valueOf(IJ.getErrorMessage()));
				throw new IOException(reason.find() ? reason.group(1) : "ImageJ could not write all of it");
			}
			return saved;
		}, message -> {
			throw new UncheckedIOException(new IOException("ImageJ could not write all of it (" + message + ")"));
		});
	}

	private static void writePhoto(final BufferedImage picture, final ResultMetadata metadata, final String ending,
			final Path file) throws IOException {
		final boolean png = ending.equals("png");
		final byte[] head = png ? metadata.png(picture.getWidth(), picture.getHeight())
				: metadata.jpeg(picture.getWidth(), picture.getHeight());
		Photos.encode(picture, ending, file, head.length);
		metadata.insert(file, png ? ResultMetadata.PNG_HEADER : ResultMetadata.JPEG_HEADER, head);
	}
}
