/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

import sc.fiji.colorize.train.TrainListener.EpochSummary;

/**
 * Draws the progress of a run: the loss on training and validation photos, the raw and rebalanced AuC, and the chroma of
 * the validation photos compared with the truth.
 */
final class LossChart {

	private static final int WIDTH = 900;
	private static final int HEIGHT = 900;
	private static final Color[] COLORS = {new Color(0x1f5fa8), new Color(0xd9822b)};

	private LossChart() {
	}

	/** Draws the chart; empty if Java finds no fonts. */
	static Optional<BufferedImage> draw(final List<EpochSummary> epochs) {
		return drawn(() -> chart(epochs).createBufferedImage(WIDTH, HEIGHT));
	}

	static Optional<BufferedImage> drawn(final Supplier<BufferedImage> chart) {
		try {
			return Optional.of(chart.get());
		}
		catch (final OutOfMemoryError e) {
			throw e;
		}
		catch (final Error | RuntimeException e) {
			// Without fonts or fontconfig, Java throws various exceptions and errors; training continues without a chart.
			return Optional.empty();
		}
	}

	static JFreeChart chart(final List<EpochSummary> epochs) {
		final NumberAxis photos = axis("photos seen", 10);
		photos.setStandardTickUnits(NumberAxis.createIntegerTickUnits());
		final CombinedDomainXYPlot plot = new CombinedDomainXYPlot(photos);
		plot.add(panel("loss (nats)", epochs, new String[] {"training", "validation"}, EpochSummary::trainingLoss,
				EpochSummary::validationLoss));
		plot.add(panel("AuC (percent)", epochs, new String[] {"raw", "rebalanced"}, EpochSummary::aucRaw,
				EpochSummary::aucRebalanced));
		plot.add(panel("mean chroma", epochs, new String[] {"predicted", "true"}, EpochSummary::chroma,
				EpochSummary::trueChroma));
		final JFreeChart chart = new JFreeChart("Training", JFreeChart.DEFAULT_TITLE_FONT, plot, true);
		chart.setBackgroundPaint(Color.WHITE);
		return chart;
	}

	/** An axis with a smallest range; otherwise a single value gets labels such as 8E1. */
	private static NumberAxis axis(final String label, final double smallestRange) {
		final NumberAxis axis = new NumberAxis(label);
		axis.setAutoRangeIncludesZero(false);
		axis.setAutoRangeMinimumSize(smallestRange);
		return axis;
	}

	@SafeVarargs
	private static XYPlot panel(final String label, final List<EpochSummary> epochs, final String[] names,
			final ToDoubleFunction<EpochSummary>... values) {
		final XYSeriesCollection lines = new XYSeriesCollection();
		final XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, true);
		for (int i = 0; i < names.length; i++) {
			final XYSeries line = new XYSeries(label + ": " + names[i]);
			for (final EpochSummary epoch : epochs) {
				line.add(epoch.photosSeen(), values[i].applyAsDouble(epoch));
			}
			lines.addSeries(line);
			renderer.setSeriesPaint(i, COLORS[i]);
			renderer.setSeriesStroke(i, new BasicStroke(2));
			// Points are visible as long as a line may have only one. The starting model has no training loss.
			renderer.setSeriesShapesVisible(i, epochs.size() <= 2);
		}
		final XYPlot plot = new XYPlot(lines, null, axis(label, 0.1), renderer);
		plot.setBackgroundPaint(Color.WHITE);
		plot.setDomainGridlinePaint(Color.LIGHT_GRAY);
		plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
		return plot;
	}
}
