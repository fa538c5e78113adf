/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferInt;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.SinglePixelPackedSampleModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.imageio.IIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.FileImageOutputStream;
import javax.imageio.stream.ImageOutputStream;

import ij.CompositeImage;
import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import ij.io.FileInfo;
import ij.io.FileOpener;
import ij.io.FileSaver;
import ij.io.TiffDecoder;
import ij.plugin.FileInfoVirtualStack;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.ShortProcessor;

import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.photo.PhotoDecoder;
import sc.fiji.colorize.photo.StripBuffer;

/**
 * Reads and writes image files without a user interface: JPEG, PNG, GIF and BMP by the JDK's readers, upright; TIFF by
 * ImageJ's. Every failure is an exception whose message is a clause, fit to follow "file X: ".
 */
public final class ImageFiles {

	/** Endings of the files that are read from a folder. */
	public static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png", ".tif", ".tiff", ".gif", ".bmp");

	/** Held while ImageJ reads or writes: where its messages of errors go is one switch for all threads. */
	private static final ReentrantLock IMAGEJ = new ReentrantLock();
	private static final float JPEG_QUALITY = 0.95f;
	/** Pixels that an image in memory can have: elements of an array. */
	static final int MAX_PIXELS = Integer.MAX_VALUE - 8;
	private static final int HEAD = 8;
	private static final Pattern QUOTED = Pattern.compile("\"(.+)\"");
	private static final int[] RGB_MASKS = {0xff0000, 0xff00, 0xff};
	private static final ColorModel RGB = new DirectColorModel(24, RGB_MASKS[0], RGB_MASKS[1], RGB_MASKS[2]);
	/** Endings of other image files, which are neither read nor written. */
	private static final List<String> OTHER_ENDINGS = List.of(".webp", ".avif", ".heic", ".heif", ".jxl", ".jp2", ".jfif",
			".svg", ".pdf", ".psd", ".ppm", ".pgm", ".pnm", ".tga", ".ico", ".exr", ".hdr", ".dcm", ".fits", ".dng");
	/** Endings of the files that are written. */
	public static final List<String> WRITABLE_ENDINGS = List.of(".png", ".jpg", ".jpeg", ".tif", ".tiff");

	private ImageFiles() {
	}

	/**
	 * Whether a name has one of the {@link #ENDINGS}.
	 *
	 * @param file the file
	 * @return true if it looks like an image by its name
	 */
	public static boolean hasImageEnding(final Path file) {
		final String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
		return ENDINGS.stream().anyMatch(name::endsWith);
	}

	/**
	 * Whether a name is that of an image file, even of a kind that is not read or written.
	 *
	 * @param file the file
	 * @return true for the {@link #ENDINGS} and the usual other ones, such as .webp
	 */
	public static boolean isNamedAsImage(final Path file) {
		final String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
		return hasImageEnding(file) || OTHER_ENDINGS.stream().anyMatch(name::endsWith);
	}

	/**
	 * Whether a name has an ending that {@link #write} knows.
	 *
	 * @param file the file
	 * @return true for .png, .jpg, .jpeg, .tif and .tiff
	 */
	public static boolean hasWritableEnding(final Path file) {
		final String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
		return WRITABLE_ENDINGS.stream().anyMatch(name::endsWith);
	}

	/**
	 * Reads an image.
	 *
	 * @param file the file; its content decides, not its name
	 * @return the image: 8-bit, 16-bit, 32-bit or RGB, a stack if the file holds one, 16-bit colour as three channels
	 * @throws IOException with a clause that says what is wrong
	 */
	public static ImagePlus read(final Path file) throws IOException {
		final ImagePlus image = whileUnchanged(file, () -> decode(file));
		image.setTitle(file.getFileName().toString());
		return image;
	}

	/**
	 * Makes something of a file.
	 *
	 * @param <T> what it makes
	 */
	@FunctionalInterface
	public interface Reading<T> {

		/**
		 * Reads the file.
		 *
		 * @return what was made of it
		 * @throws IOException if it cannot be read
		 */
		T read() throws IOException;
	}

	/**
	 * Reads a file, and refuses one that somebody writes meanwhile: its parts would be of different pictures, or not
	 * there yet.
	 *
	 * @param <T> what is made of the file
	 * @param file the file
	 * @param reading reads it
	 * @return what was made of it
	 * @throws IOException if the file changed meanwhile, or the exception of the reading
	 */
	public static <T> T whileUnchanged(final Path file, final Reading<T> reading) throws IOException {
		final List<Object> before = state(file);
		try {
			final T made = reading.read();
			requireUnchanged(file, before);
			return made;
		}
		catch (final IOException | RuntimeException e) {
			// Which may be the reason why it cannot be read.
			requireUnchanged(file, before);
			throw e;
		}
	}

	private static void requireUnchanged(final Path file, final List<Object> before) throws IOException {
		if (!state(file).equals(before)) {
			throw new IOException("the file changed while it was read: try again when it is complete");
		}
	}

	private static List<Object> state(final Path file) throws IOException {
		try {
			final BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
			return List.of(attributes.size(), attributes.lastModifiedTime(), String.valueOf(attributes.fileKey()));
		}
		catch (final IOException e) {
			throw new IOException(Failure.reason(e), e);
		}
	}

	private static ImagePlus decode(final Path file) throws IOException {
		final byte[] head = head(file);
		if (TiffDirectory.recognizes(head)) {
			return readTiff(file, TiffDirectory.isBig(head));
		}
		if (head.length == 0 || PhotoDecoder.recognizes(head)) {
			return wrap(PhotoDecoder.decode(Files.readAllBytes(file)));
		}
		throw new IOException("the content is not a JPEG, PNG, GIF, BMP or TIFF image");
	}

	/** The first bytes of a file, as far as there are any. */
	static byte[] head(final Path file) throws IOException {
		if (Files.isDirectory(file)) {
			throw new IOException(Files.isReadable(file) ? "it is a folder" : "permission denied");
		}
		try (InputStream in = Files.newInputStream(file)) {
			return in.readNBytes(HEAD);
		}
		catch (final IOException e) {
			throw new IOException(Failure.reason(e), e);
		}
	}

	/**
	 * How many pixels an image has, read from the beginning of its file.
	 *
	 * @param file the file
	 * @return pixels of all planes; 0 if the file cannot be read, or not as an image
	 */
	public static long pixels(final Path file) {
		try {
			final byte[] head = head(file);
			if (!TiffDirectory.recognizes(head)) {
				return PhotoDecoder.pixels(file);
			}
			long pixels = 0;
			for (final FileInfo part : infos(file, TiffDirectory.isBig(head))) {
				pixels += (long) part.width * part.height * Math.max(1, part.nImages);
			}
			return pixels;
		}
		catch (final IOException | RuntimeException | OutOfMemoryError e) {
			// Whoever reads it will be told why.
			return 0;
		}
	}

	private static FileInfo[] infos(final Path file, final boolean big) throws IOException {
		// First, because ImageJ would look for ever for values that a damaged directory claims.
		final TiffFile tiff = new TiffFile(file);
		return big ? tiff.images() : TiffFile.infos(decoder(file));
	}

	private static TiffDecoder decoder(final Path file) {
		return new TiffDecoder(file.toAbsolutePath().getParent() + "/", file.getFileName().toString());
	}

	/**
	 * The planes of a TIFF file that ImageJ wrote, each read when it is needed.
	 *
	 * @param file the file
	 * @param size number of planes
	 * @return a virtual stack
	 * @throws IOException with a clause that says what is wrong
	 */
	static ImageStack virtualStack(final Path file, final int size) throws IOException {
		final FileInfo first = TiffFile.infos(decoder(file))[0];
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

	private static ImagePlus readTiff(final Path file, final boolean big) throws IOException {
		final TiffFile tiff = new TiffFile(file);
		for (final TiffDirectory page : tiff.pages()) {
			final long width = page.number(TiffDirectory.IMAGE_WIDTH, 0);
			final long height = page.number(TiffDirectory.IMAGE_LENGTH, 0);
			if (width > MAX_PIXELS || height > MAX_PIXELS || width * height > MAX_PIXELS) {
				throw new IOException("the image has more pixels than ImageJ can have in memory (" + width + "x" + height
						+ ")");
			}
			tiff.requireDecodable(page);
		}
		try {
			final FileInfo[] parts = infos(file, big);
			if (!big) {
				requireComplete(parts, Files.size(file));
			}
			return open(parts, false);
		}
		catch (final RuntimeException e) {
			throw new IOException("the TIFF file is damaged (" + e + ")", e);
		}
	}

	/**
	 * Lets ImageJ open images of a TIFF file.
	 *
	 * @param parts pages, or a stack that ImageJ wrote
	 * @param page whether it is one page of several
	 * @return the image
	 * @throws IOException if ImageJ cannot
	 */
	static ImagePlus open(final FileInfo[] parts, final boolean page) throws IOException {
		IMAGEJ.lock();
		IJ.redirectErrorMessages(true);
		try {
			final ImagePlus image = parts.length > 1 || page ? stack(parts)
					: composite(new FileOpener(parts[0]).openImage(), parts[0]);
			if (image == null || image.getProcessor() == null || image.getWidth() == 0) {
				throw new IOException("ImageJ cannot read this kind of TIFF file");
			}
			return image;
		}
		finally {
			IJ.redirectErrorMessages(false);
			IMAGEJ.unlock();
		}
	}

	/** ImageJ fills what is missing of a truncated file with zeros, so it must not get that far. */
	private static void requireComplete(final FileInfo[] parts, final long length) throws IOException {
		for (final FileInfo part : parts) {
			// Strips tell where the data of compressed and packed pixels ends, and of those whose strips are scattered.
			final boolean inOnePiece = part.compression <= FileInfo.COMPRESSION_NONE
					&& part.fileType != FileInfo.BITMAP && part.fileType != FileInfo.GRAY12_UNSIGNED
					&& (part.nImages > 1 || part.stripOffsets == null || part.stripOffsets.length == 1);
			final long pixels = (long) part.width * part.height * Math.max(1, part.nImages);
			final long end = part.getOffset() + (inOnePiece ? pixels * part.getBytesPerPixel() : 1);
			if (part.width <= 0 || part.height <= 0 || end > length) {
				throw new IOException(TiffFile.CUT_OFF);
			}
			if (part.stripOffsets != null && part.stripLengths != null) {
				for (int i = 0; i < part.stripOffsets.length; i++) {
					if ((part.stripOffsets[i] & 0xffffffffL) + part.stripLengths[Math.min(i,
							part.stripLengths.length - 1)] > length) {
						throw new IOException(TiffFile.CUT_OFF);
					}
				}
			}
		}
	}

	/** Channels that ImageJ wrote; its file opener leaves them a plain stack. */
	private static ImagePlus composite(final ImagePlus image, final FileInfo info) {
		if (image == null || image.getNChannels() == 1 || image.isComposite() || image.getBitDepth() == 24
				|| info.description == null || !info.description.contains("mode=")) {
			return image;
		}
		return new CompositeImage(image, info.description.contains("mode=composite") ? CompositeImage.COMPOSITE
				: info.description.contains("mode=gray") ? CompositeImage.GRAYSCALE : CompositeImage.COLOR);
	}

	/** The pages of a TIFF file that ImageJ did not write; ImageJ's own stacks have one entry for all pages. */
	private static ImagePlus stack(final FileInfo[] pages) throws IOException {
		final ImagePlus first = new FileOpener(pages[0]).openImage();
		if (first == null) {
			return null;
		}
		final ImageStack stack = new ImageStack(first.getWidth(), first.getHeight());
		for (final FileInfo page : pages) {
			final ImagePlus image = page == pages[0] ? first : new FileOpener(page).openImage();
			// Scanners put a thumbnail beside the picture.
			if (image != null && image.getWidth() == first.getWidth() && image.getHeight() == first.getHeight()
					&& image.getBitDepth() == first.getBitDepth() && image.getNChannels() == first.getNChannels()) {
				for (int channel = 1; channel <= image.getStackSize(); channel++) {
					stack.addSlice(image.getStack().getProcessor(channel));
				}
			}
		}
		final ImagePlus planes = new ImagePlus(first.getTitle(), stack);
		final ImagePlus result = !Composites.isColor(first) ? planes : Composites.of(planes,
				stack.getSize() / first.getNChannels(), 1, first.getDisplayRangeMin(), first.getDisplayRangeMax());
		result.setCalibration(first.getCalibration());
		return result;
	}

	/** The pixels of a photo. */
	static ImagePlus wrap(final BufferedImage image) {
		final Raster raster = image.getRaster();
		final int width = image.getWidth();
		final int height = image.getHeight();
		final boolean indexed = image.getColorModel() instanceof IndexColorModel;
		final boolean wide = raster.getSampleModel().getSampleSize(0) > Byte.SIZE;
		if (wide && !indexed) {
			final int channels = raster.getNumBands() >= 3 ? 3 : 1;
			final ImageStack stack = new ImageStack(width, height);
			for (int c = 0; c < channels; c++) {
				final short[] pixels = new short[width * height];
				int[] samples = null;
				for (int y = 0; y < height; y++) {
					samples = raster.getSamples(0, y, width, 1, c, samples);
					for (int x = 0; x < width; x++) {
						pixels[y * width + x] = (short) samples[x];
					}
				}
				stack.addSlice(new ShortProcessor(width, height, pixels, null));
			}
			final ImagePlus result = new ImagePlus("", stack);
			result.setDisplayRange(0, 65535);
			return channels == 3 ? Composites.of(result, 1, 1, 0, 65535) : result;
		}
		if (raster.getNumBands() <= 2 && !indexed) {
			final byte[] pixels = new byte[width * height];
			final int largest = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
			int[] samples = null;
			for (int y = 0; y < height; y++) {
				samples = raster.getSamples(0, y, width, 1, 0, samples);
				for (int x = 0; x < width; x++) {
					pixels[y * width + x] = (byte) (samples[x] * 255 / largest);
				}
			}
			return new ImagePlus("", new ByteProcessor(width, height, pixels));
		}
		return new ImagePlus("", new ColorProcessor(width, height,
				image.getRGB(0, 0, width, height, null, 0, width)));
	}

	/**
	 * Whether an image can be written as PNG or JPEG without loss of depth or slices.
	 *
	 * @param image the image
	 * @return true for single 8-bit and RGB images
	 */
	public static boolean fitsPng(final ImagePlus image) {
		return image.getStackSize() == 1 && (image.getBitDepth() == 24 || image.getBitDepth() == 8);
	}

	/**
	 * Writes an image; no half-written file ever has the name.
	 *
	 * @param image the image
	 * @param file ends in .png, .jpg, .jpeg, .tif or .tiff, which decides the kind
	 * @throws IOException with a clause that says what is wrong
	 */
	public static void write(final ImagePlus image, final Path file) throws IOException {
		try (AtomicFile prepared = prepare(image, file)) {
			prepared.commit();
		}
		catch (final IOException e) {
			throw new IOException(Failure.reason(e), e);
		}
	}

	/**
	 * Writes an image but does not give the file its name yet.
	 *
	 * @param image the image
	 * @param file ends in .png, .jpg, .jpeg, .tif or .tiff, which decides the kind
	 * @return the file, to be committed or closed
	 * @throws IOException if it cannot be written
	 */
	public static AtomicFile prepare(final ImagePlus image, final Path file) throws IOException {
		requireKind(image, file);
		return AtomicFile.prepare(file, temporary -> {
			if (isTiff(file)) {
				writeTiff(image, temporary);
			}
			else {
				writePhoto(image.getProcessor() instanceof ColorProcessor color ? opaque(color)
						: image.getProcessor().getBufferedImage(), ending(file), temporary);
			}
		});
	}

	/**
	 * Writes an image that is made strip by strip while it is written, but does not give the file its name yet.
	 *
	 * @param template an image that is as the whole one but for its height and its pixels: calibration, channels, Info ...
	 * @param height rows of the whole image
	 * @param strips gives the strips from the top to the bottom
	 * @param file ends in .png, .jpg, .jpeg, .tif or .tiff, which decides the kind; beyond 4 GB .tif is BigTIFF
	 * @return the file, to be committed or closed
	 * @throws IOException if it cannot be written; exceptions of the strips come as they are
	 */
	static AtomicFile prepare(final ImagePlus template, final int height, final Supplier<ResultStrip> strips,
			final Path file) throws IOException {
		requireKind(template, file);
		if (isTiff(file)) {
			final TiffStripWriter writer = new TiffStripWriter(template, height, TiffDirectory.MAX_OFFSET);
			return AtomicFile.prepare(file, temporary -> writer.write(strips, temporary));
		}
		final int width = template.getWidth();
		if ((long) width * height > MAX_PIXELS) {
			throw new IOException("a " + ending(file).toUpperCase(Locale.ROOT) + " file of " + width + "x" + height
					+ " pixels cannot be written: let the name end in .tif");
		}
		return AtomicFile.prepare(file, temporary -> writePhoto(new StripBuffer(DataBuffer.TYPE_INT, width * height) {

			@Override
			protected DataBuffer following(final DataBuffer done) {
				final int[] colors = (int[]) strips.get().channels()[0];
				return new DataBufferInt(colors, colors.length);
			}
		}.image(RGB, new SinglePixelPackedSampleModel(DataBuffer.TYPE_INT, width, height, RGB_MASKS)), ending(file),
				temporary));
	}

	private static String ending(final Path file) {
		final String name = file.getFileName().toString();
		return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
	}

	private static boolean isTiff(final Path file) {
		return ending(file).equals("tif") || ending(file).equals("tiff");
	}

	private static void requireKind(final ImagePlus image, final Path file) throws IOException {
		if (!hasWritableEnding(file)) {
			throw new IOException("its name must end in .png, .jpg or .tif");
		}
		if (!isTiff(file) && !fitsPng(image)) {
			throw new IOException("a " + ending(file).toUpperCase(Locale.ROOT) + " file cannot hold "
					+ (image.getStackSize() / image.getNChannels() > 1 ? "a stack"
							: image.getBitDepth() + "-bit images")
					+ ": let the name end in .tif");
		}
	}

	/** Lets ImageJ write a TIFF file. */
	static void writeTiff(final ImagePlus image, final Path file) throws IOException {
		IMAGEJ.lock();
		IJ.redirectErrorMessages(true);
		try {
			final FileSaver saver = new FileSaver(image);
			final boolean saved = image.getStackSize() > 1 ? saver.saveAsTiffStack(file.toString())
					: saver.saveAsTiff(file.toString());
			if (!saved) {
				// ImageJ tells the reason in quotes, among other words.
				final Matcher reason = QUOTED.matcher(String.valueOf(IJ.getErrorMessage()));
				throw new IOException(reason.find() ? reason.group(1) : "ImageJ could not write all of it");
			}
		}
		finally {
			IJ.redirectErrorMessages(false);
			IMAGEJ.unlock();
		}
	}

	private static void writePhoto(final BufferedImage picture, final String kind, final Path file) throws IOException {
		final ImageWriter writer = ImageIO.getImageWritersByFormatName(kind).next();
		// To the file itself: a stream would be kept in memory until its end.
		try (ImageOutputStream stream = new FileImageOutputStream(file.toFile())) {
			final ImageWriteParam param = writer.getDefaultWriteParam();
			if (!kind.equals("png")) {
				param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
				param.setCompressionQuality(JPEG_QUALITY);
			}
			writer.setOutput(stream);
			writer.write(null, new IIOImage(picture, null, null), param);
		}
		catch (final IIOException e) {
			// It only says that there was one.
			throw e.getCause() instanceof IOException cause ? cause : e;
		}
		finally {
			writer.dispose();
		}
	}

	/** The pixels themselves, not a copy, whose alpha plays no part. */
	private static BufferedImage opaque(final ColorProcessor pixels) {
		final int[] colors = (int[]) pixels.getPixels();
		return new BufferedImage(RGB, Raster.createPackedRaster(new DataBufferInt(colors, colors.length),
				pixels.getWidth(), pixels.getHeight(), pixels.getWidth(), RGB_MASKS, null), false, null);
	}
}
