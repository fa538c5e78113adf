/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;

import javax.imageio.ImageIO;
import javax.script.ScriptException;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.ShortProcessor;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.img.cell.CellImgFactory;
import net.imglib2.type.numeric.ARGBType;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.integer.UnsignedShortType;
import net.imglib2.util.ImgUtil;
import net.imglib2.view.Views;
import org.junit.jupiter.api.Test;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.script.ScriptService;

import sc.fiji.colorize.ColorDistribution;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.DisplayRange;
import sc.fiji.colorize.StackColorizer;
import sc.fiji.colorize.TinyModel;

/** The command over ImgLib2 images gives the pixels that {@code Colorize...} gives for an ImageJ image. */
class ColorizeTest extends SciJavaTest {

	private static final int WIDTH = 48;
	private static final int HEIGHT = 32;
	private static final int N = WIDTH * HEIGHT;

	private static CommandModule run(final Class<? extends ReportingCommand> command, final Object input,
			final Object... more) throws InterruptedException, ExecutionException {
		final Map<String, Object> inputs = new LinkedHashMap<>(
				Map.of("input", input, "model", TinyModel.file().toString(), "device", "cpu", "temperature", 0.3));
		for (int i = 0; i < more.length; i += 2) {
			inputs.put((String) more[i], more[i + 1]);
		}
		return context.service(CommandService.class).run(command, true, inputs).get();
	}

	/** The output of the command over ImgLib2 images. */
	private static Img<?> colorize(final Object input, final Object... more)
			throws InterruptedException, ExecutionException {
		final CommandModule module = run(Colorize.class, input, more);
		assertNull(module.getCancelReason());
		return (Img<?>) module.getOutput("output");
	}

	/** The output of the command over ImageJ images. */
	private static ImagePlus colorizeInImageJ(final ImagePlus input, final Object... more)
			throws InterruptedException, ExecutionException {
		final CommandModule module = run(ColorizeCommand.class, input, more);
		assertNull(module.getCancelReason());
		return (ImagePlus) module.getOutput("output");
	}

	private static String refusal(final Object input, final Object... more)
			throws InterruptedException, ExecutionException {
		final CommandModule module = run(Colorize.class, input, more);
		assertNull(module.getOutput("output"));
		return module.getCancelReason();
	}

	private static Img<UnsignedByteType> photo() {
		return ArrayImgs.unsignedBytes(TinyModel.picture(WIDTH, HEIGHT, 1), WIDTH, HEIGHT);
	}

	/** The samples of an image {@code (x, y, 3)} of bytes, packed. */
	private static int[] packed(final RandomAccessibleInterval<?> rgb) {
		assertArrayEquals(new long[] {WIDTH, HEIGHT, 3}, rgb.dimensionsAsLongArray());
		final int[] samples = samples(rgb);
		final int[] packed = new int[N];
		for (int i = 0; i < N; i++) {
			packed[i] = samples[i] << 16 | samples[N + i] << 8 | samples[2 * N + i];
		}
		return packed;
	}

	private static int[] samples(final RandomAccessibleInterval<?> image) {
		final int[] samples = new int[(int) image.size()];
		int i = 0;
		for (final Object value : Views.flatIterable(image)) {
			samples[i++] = (int) ((RealType<?>) value).getRealDouble();
		}
		return samples;
	}

	private static int[] colors(final ImagePlus image, final int slice) {
		final int[] colors = ((int[]) image.getStack().getPixels(slice)).clone();
		for (int i = 0; i < colors.length; i++) {
			colors[i] &= 0xffffff;
		}
		return colors;
	}

	@Test
	void grayImageIsColorizedAsInImageJ() throws InterruptedException, ExecutionException {
		final Img<?> rgb = colorize(photo());
		assertTrue(rgb.getType() instanceof UnsignedByteType);
		final ImagePlus image = new ImagePlus("", new ByteProcessor(WIDTH, HEIGHT, TinyModel.picture(WIDTH, HEIGHT, 1)));
		final int[] expected = colors(colorizeInImageJ(image), 1);
		assertArrayEquals(expected, packed(rgb));
		final Img<UnsignedByteType> cells = new CellImgFactory<>(new UnsignedByteType(), 7).create(WIDTH, HEIGHT);
		ImgUtil.copy(photo(), cells);
		assertArrayEquals(expected, packed(colorize(cells)));
		assertArrayEquals(expected, packed(colorize(Views.translate(photo(), 5, -3))));
	}

	@Test
	void sixteenBitImageKeepsItsTypeAndRange() throws InterruptedException, ExecutionException {
		final short[] values = new short[N];
		final byte[] bytes = TinyModel.picture(WIDTH, HEIGHT, 1);
		for (int i = 0; i < N; i++) {
			values[i] = (short) (1000 + 37 * (bytes[i] & 0xff));
		}
		final ImagePlus image = new ImagePlus("", new ShortProcessor(WIDTH, HEIGHT, values, null));
		image.setDisplayRange(2000, 9000);
		final ImagePlus expected = colorizeInImageJ(image);
		assertTrue(expected instanceof CompositeImage);
		final Img<?> rgb = colorize(ArrayImgs.unsignedShorts(values, WIDTH, HEIGHT), "black", 2000.0, "white", 9000.0);
		assertTrue(rgb.getType() instanceof UnsignedShortType);
		final int[] samples = samples(rgb);
		for (int c = 0; c < 3; c++) {
			final short[] channel = (short[]) expected.getStack().getPixels(c + 1);
			for (int i = 0; i < N; i++) {
				assertEquals(channel[i] & 0xffff, samples[c * N + i]);
			}
		}
	}

	@Test
	void colorsMayBeAlongAnyDimension() throws InterruptedException, ExecutionException {
		final byte[] samples = TinyModel.picture(WIDTH, 3 * HEIGHT, 4);
		final int[] rgb = new int[N];
		for (int i = 0; i < N; i++) {
			rgb[i] = (samples[i] & 0xff) << 16 | (samples[N + i] & 0xff) << 8 | samples[2 * N + i] & 0xff;
		}
		final int[] expected = colors(colorizeInImageJ(new ImagePlus("", new ColorProcessor(WIDTH, HEIGHT, rgb))), 1);
		final Img<UnsignedByteType> image = ArrayImgs.unsignedBytes(samples, WIDTH, HEIGHT, 3);
		assertArrayEquals(expected, packed(colorize(image)));
		final Img<?> last = colorize(Views.addDimension(image, 0, 0), "channelDimension", 2);
		assertArrayEquals(new long[] {WIDTH, HEIGHT, 3, 1}, last.dimensionsAsLongArray());
		final Img<?> moved = colorize(Views.moveAxis(Views.addDimension(image, 0, 0), 2, 3), "channelDimension", 3);
		assertArrayEquals(new long[] {WIDTH, HEIGHT, 1, 3}, moved.dimensionsAsLongArray());
		assertArrayEquals(expected, packed(Views.hyperSlice(moved, 2, 0)));
	}

	/** Three gray planes are no colors if that is said. */
	@Test
	void planesOfAStackAreColorizedSeparately() throws InterruptedException, ExecutionException {
		final Img<UnsignedByteType> stack =
				ArrayImgs.unsignedBytes(TinyModel.picture(WIDTH, 3 * HEIGHT, 4), WIDTH, HEIGHT, 3);
		final Img<?> result = colorize(stack, "channelDimension", -1);
		assertArrayEquals(new long[] {WIDTH, HEIGHT, 3, 3}, result.dimensionsAsLongArray());
		for (int z = 0; z < 3; z++) {
			assertArrayEquals(packed(colorize(Views.hyperSlice(stack, 2, z))), packed(Views.hyperSlice(result, 3, z)));
		}
	}

	/** Along the last dimension, each slice by itself: as in a time series of stacks in ImageJ. */
	@Test
	void timeSeriesIsSmoothedAsInImageJ() throws InterruptedException, ExecutionException {
		final int slices = 2;
		final int frames = 3;
		final byte[] samples = new byte[N * slices * frames];
		final ImageStack planes = new ImageStack(WIDTH, HEIGHT);
		for (int i = 0; i < slices * frames; i++) {
			final byte[] plane = TinyModel.picture(WIDTH, HEIGHT, i % slices);
			for (int k = 0; k < N; k++) {
				plane[k] += (byte) (k % 5 == i / slices ? 3 : 0);
			}
			planes.addSlice(new ByteProcessor(WIDTH, HEIGHT, plane));
			System.arraycopy(plane, 0, samples, i * N, N);
		}
		final ImagePlus film = new ImagePlus("film", planes);
		film.setDimensions(1, slices, frames);
		final ImagePlus expected = colorizeInImageJ(film, "smoothing", 0.8);
		final Img<?> result =
				colorize(ArrayImgs.unsignedBytes(samples, WIDTH, HEIGHT, slices, frames), "smoothing", 0.8);
		assertArrayEquals(new long[] {WIDTH, HEIGHT, 3, slices, frames}, result.dimensionsAsLongArray());
		for (int i = 0; i < slices * frames; i++) {
			assertArrayEquals(colors(expected, i + 1),
					packed(Views.hyperSlice(Views.hyperSlice(result, 4, i / slices), 3, i % slices)), "plane " + i);
		}
	}

	@Test
	void strokesOfColorAreHintsAsInImageJ() throws IOException, InterruptedException, ExecutionException {
		final int[] strokes = new int[N];
		for (int i = 0; i < 60; i++) {
			strokes[5 * WIDTH + 3 + i % 20 + i / 20 * WIDTH] = 0xffd02030;
		}
		final BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_ARGB);
		picture.setRGB(0, 0, WIDTH, HEIGHT, strokes, 0, WIDTH);
		final Path file = folder.resolve("strokes.png");
		ImageIO.write(picture, "png", file.toFile());
		final Img<ARGBType> hints = ArrayImgs.argbs(strokes, WIDTH, HEIGHT);
		final int[] hinted = packed(colorize(photo(), "hints", hints, "reach", 2.0));
		assertArrayEquals(
				colors(colorizeInImageJ(
						new ImagePlus("", new ByteProcessor(WIDTH, HEIGHT, TinyModel.picture(WIDTH, HEIGHT, 1))), "hints",
						file.toString(), "reach", 2.0), 1),
				hinted);
		assertTrue(hinted[5 * WIDTH + 3] >> 16 > (hinted[5 * WIDTH + 3] >> 8 & 0xff) + 20);
		assertEquals("The image of the color hints must be of 48x32 pixels, as the image to colorize.",
				refusal(photo(), "hints", ArrayImgs.argbs(WIDTH, 5)));
	}

	@Test
	void uncertaintyIsTheEntropyOfEachPlane() throws IOException, InterruptedException, ExecutionException {
		assertNull(run(Colorize.class, photo()).getOutput("uncertaintyImage"));
		final Img<UnsignedByteType> stack =
				ArrayImgs.unsignedBytes(TinyModel.picture(WIDTH, 2 * HEIGHT, 4), WIDTH, HEIGHT, 2);
		final Img<?> entropy = (Img<?>) run(Colorize.class, stack, "uncertainty", true).getOutput("uncertaintyImage");
		try (Colorizer colorizer = Colorizer.open(TinyModel.options().opening())) {
			final ColorDistribution second = colorizer.predict(Views.hyperSlice(stack, 2, 1));
			assertArrayEquals(new long[] {second.width(), second.height(), 2}, entropy.dimensionsAsLongArray());
			assertArrayEquals(samples(second.entropy()), samples(Views.hyperSlice(entropy, 2, 1)));
		}
	}

	@Test
	void wrongInputsAreReported() throws InterruptedException, ExecutionException {
		assertEquals("The image (48, 32) needs three samples along its dimension 2, red, green and blue: give another"
				+ " dimension, or -1 for gray planes.", refusal(photo(), "channelDimension", 2));
		assertEquals("The temperature must be from 0 to 1 but is 2.0.", refusal(photo(), "temperature", 2.0));
		assertTrue(refusal(photo(), "model", "nowhere.zip").contains("nowhere.zip"));
		assertEquals("The image (5) has no pixels to colorize.", refusal(ArrayImgs.unsignedBytes(5)));
	}

	@Test
	void cancelingStopsBetweenPlanes() throws IOException {
		final Img<UnsignedByteType> stack =
				ArrayImgs.unsignedBytes(TinyModel.picture(WIDTH, 4 * HEIGHT, 4), WIDTH, HEIGHT, 4);
		final double[] done = new double[1];
		try (Colorizer colorizer = Colorizer.open(TinyModel.options().opening())) {
			final StackColorizer stacks = new StackColorizer(colorizer, TinyModel.options());
			assertThrows(CancellationException.class, () -> stacks.colorize(stack, StackColorizer.GRAY,
					DisplayRange.UNSIGNED_8_BIT, fraction -> done[0] = fraction, () -> done[0] >= 0.5));
		}
		assertEquals(0.5, done[0]);
	}

	@Test
	void scriptRunsCommandByName()
			throws IOException, InterruptedException, ExecutionException, ScriptException {
		context.service(ScriptService.class).addAlias(Img.class);
		final String script = """
				#@ Img image
				#@ String model
				#@ CommandService commands
				#@output Img rgb
				rgb = commands.run("%s", true, "input", image, "model", model,
						"device", "cpu", "temperature", 0.3d).get().getOutput("output")
				""".formatted(Colorize.class.getName());
		final Object rgb = context.service(ScriptService.class).run("colorize.groovy", new StringReader(script), true,
				Map.of("image", photo(), "model", TinyModel.file().toString())).get().getOutput("rgb");
		assertNotNull(rgb);
		assertArrayEquals(packed(colorize(photo())), packed((Img<?>) rgb));
	}
}
