/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.XYPlot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.train.TrainListener.EpochSummary;

class LossChartTest {

	/** The tick labels of an axis. */
	private static List<String> labels(final NumberAxis axis) {
		final List<String> labels = new ArrayList<>();
		final double size = axis.getTickUnit().getSize();
		for (double tick = Math.ceil(axis.getLowerBound() / size) * size; tick <= axis.getUpperBound(); tick += size) {
			labels.add(axis.getTickUnit().valueToString(tick));
		}
		return labels;
	}

	@ParameterizedTest
	@ValueSource(ints = {1, 2, 25})
	void axesHaveDistinctPlainLabels(final int epochs) {
		final List<EpochSummary> some = new ArrayList<>();
		for (int e = 1; e <= epochs; e++) {
			some.add(new EpochSummary(e, 2L * e, 80L * e, 64, 3.9, 3.8, 78.51, 68.51, 14, 15, e));
		}
		final JFreeChart chart = LossChart.chart(some);
		chart.createBufferedImage(900, 900);
		final CombinedDomainXYPlot plot = (CombinedDomainXYPlot) chart.getPlot();
		final List<NumberAxis> axes = new ArrayList<>(List.of((NumberAxis) plot.getDomainAxis()));
		for (final Object panel : plot.getSubplots()) {
			axes.add((NumberAxis) ((XYPlot) panel).getRangeAxis());
		}
		assertEquals(4, axes.size());
		for (final NumberAxis axis : axes) {
			final List<String> labels = labels(axis);
			assertTrue(labels.size() > 1, axis.getLabel() + labels);
			assertEquals(labels.size(), new HashSet<>(labels).size(), axis.getLabel() + labels);
			assertFalse(labels.toString().contains("E"), axis.getLabel() + labels);
		}
	}

	@Test
	void returnsNoChartWithoutFonts() {
		assertTrue(LossChart.drawn(() -> {
			throw new Error("Probable fatal error: No physical fonts found.");
		}).isEmpty());
		assertTrue(LossChart.drawn(() -> new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)).isPresent());
	}
}
