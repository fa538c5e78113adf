/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.metadata.TiffDirectory;
import sc.fiji.colorize.metadata.TiffWriter;

class ImageFilesTest {

	private static final int WIDTH = 23;
	private static final int HEIGHT = 17;
	private static final int N = WIDTH * HEIGHT;

	@TempDir
	private Path folder;

	// -- Pictures of the JDK's readers --

	@Test
	void eightBitGrayPngKeepsItsValues() throws IOException {
		final BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
		final int[] samples = samples(256);
		picture.getRaster().setSamples(0, 0, WIDTH, HEIGHT, 0, samples);
		final ImagePlus image = ImageFiles.read(save(picture, "png", "a.png"));
		assertEquals(ImagePlus.GRAY8, image.getType());
		assertEquals("a.png", image.getTitle());
		assertValues(samples, image.getProcessor());
	}

	@Test
	void numberOfPixelsIsReadFromTheHeader() throws IOException {
		final BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
		for (final String kind : new String[] {"png", "jpg", "gif", "bmp"}) {
			assertEquals(N, pixels(save(picture, kind, "a." + kind)), kind);
		}
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int z = 0; z < 3; z++) {
			stack.addSlice(new ByteProcessor(WIDTH, HEIGHT));
		}
		final Path file = folder.resolve("a.tif");
		ImageFiles.write(new ImagePlus("x", stack), file);
		assertEquals(3 * N, pixels(file));
	}

	private static long pixels(final Path file) throws IOException {
		try (ImageFile open = ImageFile.open(file)) {
			return open.pixels();
		}
	}

	@Test
	void sixteenBitGrayPngKeepsItsValuesAndItsRange() throws IOException {
		final BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_USHORT_GRAY);
		final int[] samples = samples(60000);
		picture.getRaster().setSamples(0, 0, WIDTH, HEIGHT, 0, samples);
		final ImagePlus image = ImageFiles.read(save(picture, "png", "a.png"));
		assertEquals(ImagePlus.GRAY16, image.getType());
		assertValues(samples, image.getProcessor());
		assertEquals(0, image.getDisplayRangeMin());
		assertEquals(65535, image.getDisplayRangeMax());
	}

	@ParameterizedTest
	@ValueSource(ints = {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_3BYTE_BGR})
	void rgbPngKeepsItsColors(final int type) throws IOException {
		final BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, type);
		final int[] colors = colors(picture);
		assertArrayEquals(colors, rgb(ImageFiles.read(save(picture, "png", "a.png"))));
	}

	@ParameterizedTest
	@ValueSource(strings = {"png", "gif", "bmp"})
	void palettesBecomeColors(final String kind) throws IOException {
		final byte[][] palette = new byte[3][256];
		new Random(1).nextBytes(palette[0]);
		new Random(2).nextBytes(palette[1]);
		new Random(3).nextBytes(palette[2]);
		final BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_INDEXED,
				new IndexColorModel(8, 256, palette[0], palette[1], palette[2]));
		picture.getRaster().setSamples(0, 0, WIDTH, HEIGHT, 0, samples(256));
		final int[] expected = picture.getRGB(0, 0, WIDTH, HEIGHT, null, 0, WIDTH);
		final int[] actual = rgb(ImageFiles.read(save(picture, kind, "a." + kind)));
		for (int i = 0; i < N; i++) {
			assertEquals(expected[i] & 0xffffff, actual[i]);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = {8, 16})
	void alphaOfGrayPngIsDropped(final int bits) throws IOException {
		final int type = bits == 8 ? DataBuffer.TYPE_BYTE : DataBuffer.TYPE_USHORT;
		final ComponentColorModel model = new ComponentColorModel(ColorSpace.getInstance(ColorSpace.CS_GRAY), true,
				false, Transparency.TRANSLUCENT, type);
		final WritableRaster raster = model.createCompatibleWritableRaster(WIDTH, HEIGHT);
		final int[] samples = samples(1 << bits);
		raster.setSamples(0, 0, WIDTH, HEIGHT, 0, samples);
		raster.setSamples(0, 0, WIDTH, HEIGHT, 1, samples(200));
		final ImagePlus image = ImageFiles.read(save(new BufferedImage(model, raster, false, null), "png", "a.png"));
		assertEquals(bits, image.getBitDepth());
		assertValues(samples, image.getProcessor());
	}

	@Test
	void oneBitPngIsRead() throws IOException {
		final BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_BINARY);
		final int[] samples = samples(2);
		picture.getRaster().setSamples(0, 0, WIDTH, HEIGHT, 0, samples);
		final ImagePlus image = ImageFiles.read(save(picture, "png", "a.png"));
		assertEquals(ImagePlus.GRAY8, image.getType());
		assertValues(Arrays.stream(samples).map(sample -> 255 * sample).toArray(), image.getProcessor());
	}

	@Test
	void sixteenBitColorPngIsAComposite() throws IOException {
		final ComponentColorModel model = new ComponentColorModel(ColorSpace.getInstance(ColorSpace.CS_sRGB), false,
				false, Transparency.OPAQUE, DataBuffer.TYPE_USHORT);
		final WritableRaster raster = model.createCompatibleWritableRaster(WIDTH, HEIGHT);
		for (int c = 0; c < 3; c++) {
			raster.setSamples(0, 0, WIDTH, HEIGHT, c, samples(20000 * (c + 1)));
		}
		final ImagePlus image = ImageFiles.read(save(new BufferedImage(model, raster, false, null), "png", "a.png"));
		assertTrue(Composites.isColor(image));
		assertEquals(16, image.getBitDepth());
		for (int c = 0; c < 3; c++) {
			assertValues(samples(20000 * (c + 1)), image.getStack().getProcessor(c + 1));
		}
	}

	@Test
	void grayAndColorJpegsAreRead() throws IOException {
		final BufferedImage gray = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
		gray.getRaster().setSamples(0, 0, WIDTH, HEIGHT, 0, smooth());
		final ImagePlus image = ImageFiles.read(save(gray, "jpg", "a.jpg"));
		assertEquals(ImagePlus.GRAY8, image.getType());
		for (int i = 0; i < N; i++) {
			assertEquals(smooth()[i], image.getProcessor().get(i), 12);
		}
		final BufferedImage color = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
		color.setRGB(3, 3, 0xff0000);
		assertEquals(ImagePlus.COLOR_RGB, ImageFiles.read(save(color, "jpg", "b.jpg")).getType());
	}

	@Test
	void rotatedJpegsAreUpright() throws IOException {
		final BufferedImage gray = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
		gray.getRaster().setSamples(0, 0, WIDTH, HEIGHT, 0, smooth());
		final byte[] plain = Files.readAllBytes(save(gray, "jpg", "a.jpg"));
		final ByteArrayOutputStream exif = new ByteArrayOutputStream();
		exif.write(plain, 0, 2);
		// An APP1 segment with nothing but the orientation 6: turn clockwise.
		exif.write(new byte[] {(byte) 0xff, (byte) 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8,
			0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0});
		exif.write(plain, 2, plain.length - 2);
		final ImagePlus turned = ImageFiles.read(Files.write(folder.resolve("b.jpg"), exif.toByteArray()));
		final ImageProcessor expected = ImageFiles.read(folder.resolve("a.jpg")).getProcessor().rotateRight();
		assertEquals(HEIGHT, turned.getWidth());
		assertArrayEquals((byte[]) expected.getPixels(), (byte[]) turned.getProcessor().getPixels());
	}

	@Test
	void contentDeterminesTheFormat() throws IOException {
		final BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
		assertEquals(WIDTH, ImageFiles.read(save(picture, "png", "a.tif")).getWidth());
		ImageFiles.write(gray8(), folder.resolve("b.tif"));
		Files.move(folder.resolve("b.tif"), folder.resolve("b.jpg"));
		assertEquals(WIDTH, ImageFiles.read(folder.resolve("b.jpg")).getWidth());
	}

	// -- TIFF --

	@Test
	void tiffKeepsEveryDepth() throws IOException {
		final ShortProcessor shorts = new ShortProcessor(WIDTH, HEIGHT);
		final FloatProcessor floats = new FloatProcessor(WIDTH, HEIGHT);
		for (int i = 0; i < N; i++) {
			shorts.set(i, samples(65000)[i]);
			floats.setf(i, i == 5 ? Float.NaN : -0.5f * i);
		}
		final ImagePlus sixteen = new ImagePlus("x", shorts);
		sixteen.setDisplayRange(100, 30000);
		for (final ImagePlus image : List.of(gray8(), sixteen, new ImagePlus("x", floats), color())) {
			final ImagePlus back = throughTiff(image);
			assertEquals(image.getType(), back.getType());
			assertEquals(image.getDisplayRangeMax(), back.getDisplayRangeMax(), 1e-3);
			assertPixels(image, back);
		}
	}

	@Test
	void stacksKeepTheirDimensionsAndLabels() throws IOException {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int i = 0; i < 6; i++) {
			final ByteProcessor slice = new ByteProcessor(WIDTH, HEIGHT);
			slice.set(i, 1, 200);
			stack.addSlice("slice " + i, slice);
		}
		final ImagePlus image = new ImagePlus("x", stack);
		image.setDimensions(1, 2, 3);
		image.setOpenAsHyperStack(true);
		final ImagePlus back = throughTiff(image);
		assertArrayEquals(image.getDimensions(), back.getDimensions());
		assertTrue(back.isHyperStack());
		assertEquals("slice 4", back.getStack().getSliceLabel(5));
		assertPixels(image, back);
	}

	/** ImageJ writes one directory only for stacks beyond 4 GB. */
	@Test
	void stackWithOneDirectoryHasAllSlices() throws IOException {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int i = 0; i < 3; i++) {
			stack.addSlice(null, new ByteProcessor(WIDTH, HEIGHT));
			stack.getProcessor(i + 1).set(i, 1, 200);
		}
		final Path file = folder.resolve("stack.tif");
		ImageFiles.write(new ImagePlus("x", stack), file);
		final byte[] bytes = Files.readAllBytes(file);
		final ByteBuffer tiff = ByteBuffer.wrap(bytes).order(ScanFiles.directories(file).get(0).order());
		final int first = tiff.getInt(Integer.BYTES);
		tiff.putInt(first + Short.BYTES + 12 * tiff.getShort(first), 0);
		final ImagePlus back = ImageFiles.read(Files.write(file, bytes));
		assertEquals(3, back.getStackSize());
		assertPixels(new ImagePlus("x", stack), back);
	}

	@Test
	void compositesAreReadAsComposites() throws IOException {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int i = 0; i < 6; i++) {
			stack.addSlice(null, new ShortProcessor(WIDTH, HEIGHT));
			stack.getProcessor(i + 1).set(i, 2, 1000 + i);
		}
		final ImagePlus image = Composites.of(new ImagePlus("x", stack), 1, 2, 50, 3000);
		final ImagePlus back = throughTiff(image);
		assertTrue(Composites.isColor(back));
		assertArrayEquals(image.getDimensions(), back.getDimensions());
		assertEquals(50, ((CompositeImage) back).getChannelLut(3).min);
		assertEquals(3000, ((CompositeImage) back).getChannelLut(2).max);
		assertPixels(image, back);
	}

	@ParameterizedTest
	@ValueSource(booleans = {false, true})
	void pagesOfOtherProgramsAreAStack(final boolean compressed) throws IOException {
		final Path file = folder.resolve("pages.tif");
		final var writer = ImageIO.getImageWritersByFormatName("tiff").next();
		final var param = writer.getDefaultWriteParam();
		if (compressed) {
			param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
			param.setCompressionType("LZW");
		}
		try (var out = ImageIO.createImageOutputStream(file.toFile())) {
			writer.setOutput(out);
			writer.prepareWriteSequence(null);
			for (int page = 0; page < 3; page++) {
				final BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
				picture.getRaster().setSample(page, 0, 0, 100 + page);
				writer.writeToSequence(new IIOImage(picture, null, null), param);
			}
			writer.endWriteSequence();
		}
		final ImagePlus image = ImageFiles.read(file);
		assertEquals(3, image.getStackSize());
		for (int page = 0; page < 3; page++) {
			assertEquals(100 + page, image.getStack().getProcessor(page + 1).get(page, 0));
		}
		final byte[] bytes = Files.readAllBytes(file);
		assertRefused(Files.write(folder.resolve("cut.tif"), Arrays.copyOf(bytes, bytes.length / 2)), ".+");
	}

	// -- What is wrong --

	@Test
	void otherFilesAreRefusedWithAClause() throws IOException {
		assertRefused(folder.resolve("none.png"), "there is no such file");
		assertRefused(folder, "it is a folder");
		assertRefused(Files.createFile(folder.resolve("empty.png")), "the file is empty");
		assertRefused(Files.writeString(folder.resolve("text.png"), "not an image at all"),
				"the content is not an image of a kind that can be read");
		assertRefused(Files.writeString(folder.resolve("short.png"), "x"),
				"the content is not an image of a kind that can be read");
		assertRefused(folder.resolve("text.png").resolve("below.png"), "a file stands where a folder is needed");
		assertRefused(Files.write(folder.resolve("head.tif"), new byte[] {'I', 'I', 42, 0}),
				"the image is cut off before its end");
	}

	@ParameterizedTest
	@ValueSource(strings = {"png", "jpg", "bmp"})
	void truncatedPicturesAreRefused(final String kind) throws IOException {
		final BufferedImage picture = new BufferedImage(200, 150, BufferedImage.TYPE_INT_RGB);
		final Random random = new Random(1);
		for (int i = 0; i < 200 * 150; i++) {
			picture.setRGB(i % 200, i / 200, random.nextInt(1 << 24));
		}
		final byte[] bytes = Files.readAllBytes(save(picture, kind, "a." + kind));
		for (final double part : new double[] {0.01, 0.1, 0.5, 0.9}) {
			final Path cut = Files.write(folder.resolve("cut." + kind),
					Arrays.copyOf(bytes, (int) (part * bytes.length)));
			assertRefused(cut, ".*(cut off|damaged).*");
		}
	}

	@Test
	void truncatedTiffsAreRefused() throws IOException {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int i = 0; i < 5; i++) {
			stack.addSlice(null, new ShortProcessor(WIDTH, HEIGHT));
		}
		for (final ImagePlus image : List.of(gray8(), color(), new ImagePlus("x", stack))) {
			ImageFiles.write(image, folder.resolve("a.tif"));
			final byte[] bytes = Files.readAllBytes(folder.resolve("a.tif"));
			// After the pixels of a stack come copies of its description, which are no loss.
			for (final double part : new double[] {0.05, 0.4, 0.75}) {
				assertRefused(Files.write(folder.resolve("cut.tif"), Arrays.copyOf(bytes, (int) (part * bytes.length))),
						"the image is cut off before its end");
			}
		}
	}

	@Test
	void damagedFilesThrowOnlyIoExceptions() throws IOException {
		ImageFiles.write(color(), folder.resolve("a.tif"));
		ImageFiles.write(color(), folder.resolve("a.png"));
		ImageFiles.write(color(), folder.resolve("a.jpg"));
		final Random random = new Random(2);
		for (final String name : List.of("a.tif", "a.png", "a.jpg")) {
			final byte[] bytes = Files.readAllBytes(folder.resolve(name));
			for (int i = 0; i < 60; i++) {
				final byte[] damaged = bytes.clone();
				damaged[8 + random.nextInt(Math.min(200, bytes.length - 8))] = (byte) random.nextInt(64);
				try {
					assertTrue(ImageFiles.read(Files.write(folder.resolve("damaged"), damaged)).getWidth() > 0);
				}
				catch (final IOException e) {
					assertTrue(e.getMessage().matches("(the|ImageJ|no reader) [^\\n]+"), e.getMessage());
				}
			}
		}
	}

	@Test
	void tiffsWithDamagedDataAreRefused() throws IOException {
		final byte[] deflated = ImageKinds.files(WIDTH, HEIGHT).get(BufferedImage.TYPE_BYTE_GRAY + "-ZLib.tif");
		final TiffDirectory page = directory(deflated);
		final int start = (int) page.number(TiffDirectory.STRIP_OFFSETS, 0);
		final byte[] zeros = deflated.clone();
		Arrays.fill(zeros, start + 20, start + (int) page.number(TiffDirectory.STRIP_BYTE_COUNTS, 0), (byte) 0);
		final byte[] dictionary = deflated.clone();
		dictionary[start + 1] = (byte) 0xbb;
		final byte[] shorter = withNumber(deflated, TiffDirectory.STRIP_BYTE_COUNTS, 0,
				(int) page.number(TiffDirectory.STRIP_BYTE_COUNTS, 0) / 2);
		final byte[] claims = withNumber(deflated, TiffDirectory.STRIP_OFFSETS, Integer.BYTES, Integer.MAX_VALUE);
		for (final byte[] damaged : List.of(zeros, dictionary, shorter, claims)) {
			final Path file = Files.write(folder.resolve("damaged.tif"), damaged);
			// Far more than it takes, so that only a hang fails.
			assertTimeoutPreemptively(Duration.ofMinutes(10), () -> {
				assertRefused(file, "the image is (damaged|cut off).+");
			});
		}
		assertEquals(WIDTH, ImageFiles.read(Files.write(folder.resolve("good.tif"), deflated)).getWidth());
	}

	@Test
	void unsupportedFormatsAreRefusedByName() throws IOException {
		final byte[] plain = ImageKinds.files(WIDTH, HEIGHT).get(BufferedImage.TYPE_BYTE_GRAY + "-plain.tif");
		final Path file = folder.resolve("other.tif");
		Files.write(file, withNumber(plain, TiffDirectory.COMPRESSION, 0, 50000));
		assertRefused(file, "the TIFF file is compressed as Zstandard, which cannot be read");
		Files.write(file, withNumber(plain, 262, 0, 32803));
		assertRefused(file, "the TIFF file holds raw data of a camera, which cannot be read");
	}

	@Test
	void aFileOfImageJThatClaimsANegativeSizeIsRefused() throws IOException {
		final TiffDirectory page = directory(ImageKinds.files(WIDTH, HEIGHT).get("imagej-16.tif"));
		page.set(TiffDirectory.IMAGE_WIDTH, TiffDirectory.LONG, 0xffff0000L);
		final Path file = Files.write(folder.resolve("negative.tif"), TiffWriter.write(List.of(page), false));
		try (ImageFile open = ImageFile.open(file)) {
			assertTrue(open.isOfImageJ());
			assertEquals(0, open.pixels());
		}
		assertRefused(file, "the image is cut off.+");
	}

	private TiffDirectory directory(final byte[] tiff) throws IOException {
		return ScanFiles.directories(Files.write(folder.resolve("whole.tif"), tiff)).get(0);
	}

	/** Another first number for a tag, or if so many bytes before it, how many it has. */
	private byte[] withNumber(final byte[] tiff, final int tag, final int before, final int number) throws IOException {
		final ByteOrder order = directory(tiff).order();
		final ByteBuffer bytes = ByteBuffer.wrap(tiff.clone()).order(order);
		final int first = bytes.getInt(Integer.BYTES);
		final int entries = bytes.getShort(first) & 0xffff;
		for (int i = 0; i < entries; i++) {
			final int entry = first + Short.BYTES + 12 * i;
			if ((bytes.getShort(entry) & 0xffff) == tag) {
				final int type = bytes.getShort(entry + Short.BYTES);
				if (type == 3 && before == 0) {
					bytes.putShort(entry + 8, (short) number);
				}
				else {
					bytes.putInt(entry + 8 - before, number);
				}
			}
		}
		return bytes.array();
	}

	private static void assertRefused(final Path file, final String clause) {
		final IOException e = assertThrows(IOException.class, () -> ImageFiles.read(file));
		assertTrue(e.getMessage().matches(clause), e.getMessage());
		assertFalse(e.getMessage().endsWith("."), e.getMessage());
	}

	// -- Writing --

	@Test
	void pngAndTiffRoundTrip() throws IOException {
		for (final ImagePlus image : List.of(gray8(), color())) {
			for (final String name : List.of("a.png", "a.tif", "a.TIFF", "a.Png")) {
				ImageFiles.write(image, folder.resolve(name));
				assertPixels(image, ImageFiles.read(folder.resolve(name)));
			}
		}
		ImageFiles.write(color(), folder.resolve("a.jpeg"));
		assertEquals(WIDTH, ImageFiles.read(folder.resolve("a.jpeg")).getWidth());
	}

	@Test
	void writingDoesNotChangeTheImage() throws IOException {
		final ImagePlus image = color();
		ImageFiles.write(image, folder.resolve("a.tif"));
		assertEquals("color", image.getTitle());
	}

	@Test
	void unsuitableFormatsAreRefused() {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		stack.addSlice(null, new ColorProcessor(WIDTH, HEIGHT));
		stack.addSlice(null, new ColorProcessor(WIDTH, HEIGHT));
		assertNotWritten(new ImagePlus("x", stack), "a.png",
				"a PNG file cannot hold a stack: let the name end in .tif");
		assertNotWritten(new ImagePlus("x", new ShortProcessor(WIDTH, HEIGHT)), "a.jpg",
				"a JPG file cannot hold 16-bit images: let the name end in .tif");
		assertNotWritten(color(), "a.gif", "its name must end in .png, .jpg or .tif");
		assertNotWritten(color(), "png", "its name must end in .png, .jpg or .tif");
	}

	@ParameterizedTest
	@ValueSource(strings = {"a.png", "a.tif", "a.jpg"})
	void unwritablePathsAreRefusedWithAClause(final String name) throws IOException {
		Files.createFile(folder.resolve("file"));
		assertNotWritten(color(), "file/" + name, "a file stands where a folder is needed");
		assertNotWritten(color(), "none/" + name, "there is no such folder");
		Files.createDirectories(folder.resolve(name).resolve("full"));
		assertNotWritten(color(), name, ".+");
		try (Stream<Path> files = Files.list(folder)) {
			assertEquals(2, files.count(), "no temporary file is left");
		}
	}

	private void assertNotWritten(final ImagePlus image, final String name, final String clause) {
		final IOException e =
				assertThrows(IOException.class, () -> ImageFiles.write(image, folder.resolve(name)));
		assertTrue(e.getMessage().matches(clause), e.getMessage());
	}

	// -- Pictures --

	private static int[] samples(final int limit) {
		return new Random(limit).ints(N, 0, limit).toArray();
	}

	private static int[] smooth() {
		final int[] samples = new int[N];
		for (int i = 0; i < N; i++) {
			samples[i] = 5 * (i % WIDTH) + 4 * (i / WIDTH);
		}
		return samples;
	}

	private static int[] colors(final BufferedImage picture) {
		final int[] colors = samples(1 << 24);
		for (int i = 0; i < N; i++) {
			picture.setRGB(i % WIDTH, i / WIDTH, 0xff000000 | colors[i]);
		}
		return colors;
	}

	private static int[] rgb(final ImagePlus image) {
		assertEquals(ImagePlus.COLOR_RGB, image.getType());
		return Arrays.stream((int[]) image.getProcessor().getPixels()).map(c -> c & 0xffffff).toArray();
	}

	private static ImagePlus gray8() {
		final ByteProcessor pixels = new ByteProcessor(WIDTH, HEIGHT);
		for (int i = 0; i < N; i++) {
			pixels.set(i, samples(256)[i]);
		}
		return new ImagePlus("gray", pixels);
	}

	private static ImagePlus color() {
		return new ImagePlus("color", new ColorProcessor(WIDTH, HEIGHT, samples(1 << 24)));
	}

	private ImagePlus throughTiff(final ImagePlus image) throws IOException {
		ImageFiles.write(image, folder.resolve("through.tif"));
		return ImageFiles.read(folder.resolve("through.tif"));
	}

	private Path save(final BufferedImage picture, final String kind, final String name) throws IOException {
		final Path file = folder.resolve(name);
		assertTrue(ImageIO.write(picture, kind, file.toFile()), kind);
		return file;
	}

	private static void assertValues(final int[] expected, final ImageProcessor actual) {
		for (int i = 0; i < N; i++) {
			assertEquals(expected[i], actual.get(i));
		}
	}

	private static void assertPixels(final ImagePlus expected, final ImagePlus actual) {
		assertEquals(expected.getStackSize(), actual.getStackSize());
		for (int slice = 1; slice <= expected.getStackSize(); slice++) {
			final ImageProcessor a = expected.getStack().getProcessor(slice);
			final ImageProcessor b = actual.getStack().getProcessor(slice);
			for (int i = 0; i < N; i++) {
				assertEquals(a instanceof ColorProcessor ? a.get(i) & 0xffffff : a.getf(i),
						b instanceof ColorProcessor ? b.get(i) & 0xffffff : b.getf(i));
			}
		}
	}
}
