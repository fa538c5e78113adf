/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej.preview;

import java.awt.Color;
import java.awt.Rectangle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import ij.ImagePlus;
import ij.gui.OvalRoi;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.process.ByteProcessor;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.imagej.ImageColorizer;
import sc.fiji.colorize.imagej.ImageHints;
import sc.fiji.colorize.imagej.OutputType;

/**
 * Measures the preview of a photo of 12 megapixels with the bundled model: the time to the first colors, before and after
 * PyTorch and the model are loaded; one slider step, which only decodes, compared with a full run; and how many steps of a
 * slider that moves 60 times a second are displayed; and the time from a moved color hint to the picture.
 */
public final class PreviewBenchmark {

	private static final int WIDTH = 4000;
	private static final int HEIGHT = 3000;
	private static final int FULL_RUNS = 5;
	private static final int STEPS = 60;
	private static final int HINTS = 3;
	private static final double SECONDS_PER_STEP = 1 / 60.0;
	/** A window of about 1000 by 750 pixels. */
	private static final double MAGNIFICATION = 0.25;

	private PreviewBenchmark() {
	}

	/**
	 * Runs the benchmark.
	 *
	 * @param arguments none
	 * @throws IOException if the model cannot be opened
	 * @throws InterruptedException if interrupted
	 * @throws ExecutionException if the preview fails
	 */
	public static void main(final String[] arguments)
			throws IOException, InterruptedException, ExecutionException {
		final ImagePlus image =
				new ImagePlus("photo", new ByteProcessor(WIDTH, HEIGHT, TinyModel.picture(WIDTH, HEIGHT, 1)));
		final ColorizeOptions options = ColorizeOptions.defaults().device("cpu");
		report("The first colors, nothing loaded", List.of(firstColors(image, options)));
		final List<Double> first = new ArrayList<>();
		for (int i = 0; i < FULL_RUNS; i++) {
			first.add(firstColors(image, options));
		}
		report("The first colors of another preview", first);
		try (Colorizer colorizer = Colorizer.open(options.opening())) {
			final List<Double> full = new ArrayList<>();
			for (int i = 0; i <= FULL_RUNS; i++) {
				final long start = System.nanoTime();
				new ImageColorizer(colorizer, options).colorize(image, fraction -> { }, () -> false);
				full.add(secondsSince(start));
			}
			final long start = System.nanoTime();
			final ColorPreview preview = new ColorPreview(image, image.getRoi(), colorizer, options);
			report("The network for the preview, once", List.of(secondsSince(start)));
			// The first run is a warm-up.
			final double whole = report("A full run", full.subList(1, full.size()));
			final double window = report("A step, window of 1000x750", steps(preview, options, MAGNIFICATION));
			final double large = report("A step, largest preview (1155x866)", steps(preview, options, 1));
			report("A moved hint, window of 1000x750", hints(preview, image, options));
			System.out.printf(Locale.ROOT, "Ratio: %.4f in the window, %.4f in the largest preview%n", window / whole,
					large / whole);
		}
		moveASlider(image, options);
	}

	/** From the opening of the dialog to the first picture. */
	private static double firstColors(final ImagePlus image, final ColorizeOptions options)
			throws InterruptedException, ExecutionException {
		final long start = System.nanoTime();
		try (LivePreview live = new LivePreview(image, message -> { })) {
			live.show(options, OutputType.AUTOMATIC).get();
			return secondsSince(start);
		}
	}

	private static List<Double> steps(final ColorPreview preview, final ColorizeOptions options,
			final double magnification) {
		final ColorPreview.View view = ColorPreview.View.of(new Rectangle(WIDTH, HEIGHT), magnification);
		final List<Double> seconds = new ArrayList<>();
		for (int i = 0; i < 2 * STEPS; i++) {
			final long start = System.nanoTime();
			preview.render(options.temperature((double) i / (2 * STEPS)), OutputType.AUTOMATIC, view);
			seconds.add(secondsSince(start));
		}
		return seconds.subList(STEPS, 2 * STEPS);
	}

	/** Moves one of three hints. */
	private static List<Double> hints(final ColorPreview preview, final ImagePlus image, final ColorizeOptions options)
			throws IOException {
		final ColorPreview.View view = ColorPreview.View.of(new Rectangle(WIDTH, HEIGHT), MAGNIFICATION);
		final Overlay overlay = new Overlay();
		for (int i = 0; i < HINTS; i++) {
			final Roi hint = new OvalRoi(200 + 1200 * i, 400 + 800 * i, 100, 100);
			hint.setFillColor(Color.getHSBColor(i / (float) HINTS, 1, 1));
			overlay.add(hint);
		}
		image.setOverlay(overlay);
		final List<Double> seconds = new ArrayList<>();
		for (int i = 0; i < 2 * STEPS; i++) {
			overlay.get(0).setLocation(200 + 10 * i, 400);
			final long start = System.nanoTime();
			preview.hint(ImageHints.of(ImageHints.OVERLAY, image, 1), false);
			preview.render(options, OutputType.AUTOMATIC, view);
			seconds.add(secondsSince(start));
		}
		image.setOverlay(null);
		return seconds.subList(STEPS, 2 * STEPS);
	}

	/** Requests a picture every 1/60 s without waiting, like an event thread. */
	private static void moveASlider(final ImagePlus image, final ColorizeOptions options)
			throws InterruptedException, ExecutionException {
		final List<String> told = Collections.synchronizedList(new ArrayList<>());
		try (LivePreview live = new LivePreview(image, told::add)) {
			live.show(options, OutputType.AUTOMATIC).get();
			told.clear();
			double slowest = 0;
			Future<?> last = null;
			for (int i = 0; i < 3 * STEPS; i++) {
				final long start = System.nanoTime();
				last = live.show(options.temperature((double) i / (3 * STEPS)), OutputType.AUTOMATIC);
				slowest = Math.max(slowest, secondsSince(start));
				Thread.sleep((long) (1000 * SECONDS_PER_STEP));
			}
			final long start = System.nanoTime();
			last.get();
			System.out.printf(Locale.ROOT, "A slider that moves for 3 s at 60 Hz: %d of %d steps painted, the last %.0f ms"
					+ " after the end; the event thread waits at most %.1f ms%n", told.size(), 3 * STEPS,
					1000 * secondsSince(start), 1000 * slowest);
		}
	}

	private static double secondsSince(final long start) {
		return (System.nanoTime() - start) / 1e9;
	}

	private static double report(final String what, final List<Double> seconds) {
		final List<Double> sorted = seconds.stream().sorted().toList();
		final double median = sorted.get(sorted.size() / 2);
		System.out.printf(Locale.ROOT, "%-40s median %7.1f ms, fastest %7.1f, slowest %7.1f%n", what, 1000 * median,
				1000 * sorted.get(0), 1000 * sorted.get(sorted.size() - 1));
		return median;
	}
}
