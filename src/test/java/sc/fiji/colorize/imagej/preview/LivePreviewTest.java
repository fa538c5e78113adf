/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej.preview;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import ij.ImagePlus;
import ij.gui.ImageCanvas;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.process.ByteProcessor;
import ij.process.ImageProcessor;
import org.junit.jupiter.api.Test;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.imagej.ImageColorizer;
import sc.fiji.colorize.imagej.ImageHints;
import sc.fiji.colorize.imagej.OutputType;

class LivePreviewTest {

	private static final int WIDTH = 120;
	private static final int HEIGHT = 90;
	private static final ColorizeOptions OPTIONS = TinyModel.options().size(32);

	private final List<String> told = Collections.synchronizedList(new ArrayList<>());

	private static ImagePlus photo() {
		return new ImagePlus("photo.png", new ByteProcessor(WIDTH, HEIGHT, TinyModel.picture(WIDTH, HEIGHT, 1)));
	}

	private static int[] pixels(final BufferedImage picture) {
		return picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
	}

	// -- The picture --

	@Test
	void pictureAtFullScaleEqualsTheResult() throws IOException {
		final ImagePlus image = photo();
		image.setRoi(new Roi(20, 10, 60, 50));
		try (Colorizer colorizer = Colorizer.open(OPTIONS.opening())) {
			final ColorPreview preview = new ColorPreview(image, image.getRoi(), colorizer, OPTIONS);
			for (final double temperature : new double[] {0, 0.38, 1}) {
				final ColorizeOptions options = OPTIONS.temperature(temperature).saturation(1.3);
				final int[] expected = (int[]) new ImageColorizer(colorizer, options)
						.colorize(image, fraction -> { }, () -> false).getProcessor().getPixels();
				final int[] actual = pixels(preview.render(options, OutputType.AUTOMATIC, view(1, 0, 0, WIDTH, HEIGHT)));
				assertClose(expected, actual, 1);
			}
		}
	}

	@Test
	void partEqualsThatPartOfTheWhole() throws IOException {
		try (Colorizer colorizer = Colorizer.open(OPTIONS.opening())) {
			final ColorPreview preview = new ColorPreview(photo(), null, colorizer, OPTIONS);
			final BufferedImage whole = preview.render(OPTIONS, OutputType.RGB, view(1, 0, 0, WIDTH, HEIGHT));
			final BufferedImage part = preview.render(OPTIONS, OutputType.RGB, view(1, 30, 20, 50, 40));
			assertClose(pixels(whole.getSubimage(30, 20, 50, 40)), pixels(part), 0);
			final BufferedImage half = preview.render(OPTIONS, OutputType.RGB, view(0.5, 0, 0, WIDTH, HEIGHT));
			assertEquals(WIDTH / 2, half.getWidth());
			assertEquals(HEIGHT / 2, half.getHeight());
			final BufferedImage tiny = preview.render(OPTIONS, OutputType.RGB, view(0.001, 7, 7, 1, 1));
			assertEquals(1, tiny.getWidth() * tiny.getHeight());
		}
	}

	@Test
	void uncertaintyIsShownInGray() throws IOException {
		try (Colorizer colorizer = Colorizer.open(OPTIONS.opening())) {
			final BufferedImage picture = new ColorPreview(photo(), null, colorizer, OPTIONS).render(OPTIONS,
					OutputType.UNCERTAINTY, view(1, 0, 0, WIDTH, HEIGHT));
			final float[] expected = (float[]) new ImageColorizer(colorizer, OPTIONS, OutputType.UNCERTAINTY)
					.colorize(photo(), fraction -> { }, () -> false).getProcessor().getPixels();
			final int[] shown = pixels(picture);
			for (int i = 0; i < shown.length; i++) {
				assertEquals(255 * expected[i] / Math.log(313), shown[i] & 0xff, 1);
				assertEquals(shown[i] & 0xff, shown[i] >> 16 & 0xff);
			}
		}
	}

	@Test
	void pictureIsNeverLargerThanAScreen() {
		final ColorPreview.View view = ColorPreview.View.of(new Rectangle(4000, 3000), 1);
		assertTrue(4000 * view.scale() * 3000 * view.scale() <= ColorPreview.MAX_PIXELS * 1.001);
		assertEquals(0.25, ColorPreview.View.of(new Rectangle(4000, 3000), 0.25).scale());
		assertEquals(1, ColorPreview.View.of(new Rectangle(100, 100), 8).scale());
	}

	private static ColorPreview.View view(final double scale, final int x, final int y, final int width,
			final int height) {
		return new ColorPreview.View(new Rectangle(x, y, width, height), scale);
	}

	private static void assertClose(final int[] expected, final int[] actual, final int tolerance) {
		assertEquals(expected.length, actual.length);
		for (int i = 0; i < expected.length; i++) {
			for (int shift = 0; shift < 24; shift += 8) {
				assertEquals(expected[i] >> shift & 0xff, actual[i] >> shift & 0xff, tolerance, "pixel " + i);
			}
		}
	}

	// -- In the window --

	@Test
	void imageIsUnchangedDuringAndAfterThePreview() throws InterruptedException, ExecutionException {
		final ImagePlus image = photo();
		final Overlay own = new Overlay(new Roi(1, 2, 3, 4));
		image.setOverlay(own);
		final byte[] before = ((byte[]) image.getProcessor().getPixels()).clone();
		try (LivePreview preview = new LivePreview(image, told::add)) {
			assertSame(own, image.getOverlay());
			preview.show(OPTIONS, OutputType.AUTOMATIC).get();
			assertNotSame(own, image.getOverlay());
			assertEquals(2, image.getOverlay().size(), "the picture below, its own selections above");
			assertSame(own.get(0), image.getOverlay().get(1));
			preview.hide();
			assertSame(own, image.getOverlay());
			preview.show(OPTIONS, OutputType.AUTOMATIC).get();
			assertNotSame(own, image.getOverlay());
		}
		assertSame(own, image.getOverlay());
		assertEquals(1, own.size());
		assertArrayEquals(before, (byte[]) image.getProcessor().getPixels());
		assertEquals(8, image.getBitDepth());
	}

	@Test
	void hintsNeedNoNewPrediction() throws IOException, InterruptedException, ExecutionException {
		final ImagePlus image = photo();
		final Roi note = new Roi(1, 2, 3, 4);
		image.setOverlay(new Overlay(note));
		try (HintEditor editor = new HintEditor(image, () -> { }); LivePreview preview = new LivePreview(image, told::add)) {
			preview.show(OPTIONS, OutputType.AUTOMATIC).get();
			image.setRoi(new Roi(20, 10, 6, 5));
			editor.add(Optional.of(Color.RED));
			assertEquals(3, image.getOverlay().size(), "the picture, the note and the hint");
			assertTrue(LivePreview.isPicture(image.getOverlay().get(0)));
			preview.show(OPTIONS, OutputType.AUTOMATIC, ImageHints.of(ImageHints.OVERLAY, image, 1)).get();
			assertEquals(1, runs());
			preview.hide();
			assertEquals(List.of(note, editor.hints().get(0)), List.of(image.getOverlay().toArray()));
			preview.show(OPTIONS, OutputType.AUTOMATIC).get();
			editor.undo();
		}
		assertEquals(List.of(note), List.of(image.getOverlay().toArray()));
	}

	@Test
	void initialRegionIsColoredWhateverIsSelectedLater() throws IOException {
		final ImagePlus image = photo();
		image.setRoi(new Roi(20, 10, 60, 50));
		try (Colorizer colorizer = Colorizer.open(OPTIONS.opening())) {
			final int[] expected = pixels(new ColorPreview(image, image.getRoi(), colorizer, OPTIONS).render(OPTIONS,
					OutputType.RGB, view(1, 0, 0, WIDTH, HEIGHT)));
			final Roi region = image.getRoi();
			image.setRoi(new Roi(1, 1, 5, 5));
			assertArrayEquals(expected, pixels(new ColorPreview(image, region, colorizer, OPTIONS).render(OPTIONS,
					OutputType.RGB, view(1, 0, 0, WIDTH, HEIGHT))));
		}
	}

	@Test
	void networkRunsOnce() throws InterruptedException, ExecutionException {
		try (LivePreview preview = new LivePreview(photo(), told::add)) {
			for (int i = 0; i < 10; i++) {
				preview.show(OPTIONS.temperature(i / 10.0).saturation(i / 5.0), OutputType.AUTOMATIC).get();
			}
			assertEquals(1, runs());
			preview.show(OPTIONS.size(64), OutputType.AUTOMATIC).get();
			assertEquals(2, runs());
		}
	}

	private long runs() {
		return told.stream().filter(text -> text.startsWith("Preview: the network runs")).count();
	}

	@Test
	void latestOfManyRequestsIsShown() throws InterruptedException, ExecutionException {
		final CountDownLatch begun = new CountDownLatch(1);
		final CountDownLatch allAsked = new CountDownLatch(1);
		try (LivePreview preview = new LivePreview(photo(), text -> {
			begun.countDown();
			await(allAsked);
			told.add(text);
		})) {
			Future<?> last = preview.show(OPTIONS.temperature(0), OutputType.AUTOMATIC);
			// What is told first is told while the first wish is being fulfilled.
			await(begun);
			for (int i = 1; i <= 1000; i++) {
				last = preview.show(OPTIONS.temperature(i / 1000.0), OutputType.AUTOMATIC);
			}
			allAsked.countDown();
			last.get();
			assertEquals(List.of("Preview: the network runs once ...", "", ""), told, "the first and the last");
		}
	}

	private static void await(final CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void previewHiddenDuringComputationStaysHidden() throws InterruptedException, ExecutionException {
		final ImagePlus image = photo();
		final AtomicReference<LivePreview> preview = new AtomicReference<>();
		preview.set(new LivePreview(image, text -> {
			// Just before the network runs.
			if (told.isEmpty()) {
				preview.get().hide();
			}
			told.add(text);
		}));
		preview.get().show(OPTIONS, OutputType.AUTOMATIC).get();
		assertTrue(told.size() > 1, "the picture was computed to the end");
		assertNull(image.getOverlay());
		preview.get().show(OPTIONS, OutputType.AUTOMATIC).get();
		assertEquals(1, image.getOverlay().size());
		assertEquals(1, runs());
		preview.get().close();
	}

	/** An image with a canvas but without a window, so that no screen is needed. */
	private static final class SeenImage extends ImagePlus {

		private final ImageCanvas canvas;

		SeenImage() {
			super("photo.png", new ByteProcessor(WIDTH, HEIGHT, TinyModel.picture(WIDTH, HEIGHT, 1)));
			canvas = new ImageCanvas(this);
		}

		@Override
		public ImageCanvas getCanvas() {
			return canvas;
		}

		void zoomOut() {
			canvas.setMagnification(0.5);
		}

		void zoomIn() {
			canvas.setMagnification(1);
		}

		/** What is painted of the preview. */
		int[] paint() {
			final BufferedImage screen = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
			final Graphics graphics = screen.getGraphics();
			getOverlay().get(0).draw(graphics);
			graphics.dispose();
			return pixels(screen);
		}
	}

	@Test
	void zoomingWhileASliderMovesShowsTheLatest() throws InterruptedException, ExecutionException {
		final SeenImage image = new SeenImage();
		final ColorizeOptions late = OPTIONS.size(64).temperature(0);
		final AtomicReference<Runnable> whileItRuns = new AtomicReference<>(() -> { });
		final CountDownLatch pictures = new CountDownLatch(4);
		try (LivePreview preview = new LivePreview(image, text -> {
			whileItRuns.getAndSet(() -> { }).run();
			if (text.isEmpty()) {
				pictures.countDown();
			}
		})) {
			preview.show(late, OutputType.AUTOMATIC).get();
			final int[] expected = image.paint();
			preview.show(OPTIONS.saturation(0), OutputType.AUTOMATIC).get();
			assertFalse(Arrays.equals(expected, image.paint()));
			whileItRuns.set(() -> {
				image.zoomOut();
				image.paint();
				image.zoomIn();
			});
			preview.show(late, OutputType.AUTOMATIC).get();
			assertTrue(pictures.await(10, TimeUnit.MINUTES), "one more, because the window was zoomed");
			assertArrayEquals(expected, image.paint());
		}
	}

	@Test
	void unexpectedErrorIsReported() throws InterruptedException, ExecutionException {
		final AtomicReference<Throwable> failure = new AtomicReference<>(new AssertionError("No version found."));
		final ImagePlus image = new ImagePlus("photo.png", photo().getProcessor()) {

			@Override
			public ImageProcessor getProcessor() {
				if (failure.get() instanceof Error error) {
					throw error;
				}
				return super.getProcessor();
			}
		};
		try (LivePreview preview = new LivePreview(image, told::add)) {
			preview.show(OPTIONS, OutputType.AUTOMATIC).get();
			assertEquals(List.of("The preview failed (AssertionError: No version found.); please report this."), told);
			failure.set(null);
			preview.show(OPTIONS, OutputType.AUTOMATIC).get();
			assertEquals(1, image.getOverlay().size());
		}
	}

	@Test
	void errorsAreReportedAndAClosedPreviewShowsNothing() throws InterruptedException, ExecutionException {
		final ImagePlus image = photo();
		final LivePreview preview = new LivePreview(image, told::add);
		preview.show(OPTIONS.model("none.zip"), OutputType.AUTOMATIC).get();
		assertTrue(told.contains("There is no model 'none.zip': give 'default' or the path of a model zip."),
				told.toString());
		assertNull(image.getOverlay());
		final Future<?> late = preview.show(OPTIONS, OutputType.AUTOMATIC);
		preview.close();
		late.get();
		assertNull(image.getOverlay(), "what was on its way comes too late");
		preview.show(OPTIONS, OutputType.AUTOMATIC).get();
		assertNull(image.getOverlay());
		preview.close();
	}
}
