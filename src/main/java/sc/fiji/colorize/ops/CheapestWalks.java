/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.Arrays;
import java.util.PriorityQueue;

/** The cheapest walks from a cell of a grid to the others, up to a limit (Dijkstra, 1959). Not thread-safe. */
final class CheapestWalks {

	private final StepCosts costs;
	private final int width;
	private final float limit;
	private final float[] lengths;
	/** The cells whose walks are known, nearest first. */
	private final int[] cells;
	private final PriorityQueue<Long> queue = new PriorityQueue<>();
	private int count;

	/**
	 * Prepares walks.
	 *
	 * @param costs the costs of the steps
	 * @param width cells in a row
	 * @param height rows
	 * @param limit the cost that a walk stays below
	 */
	CheapestWalks(final StepCosts costs, final int width, final int height, final float limit) {
		this.costs = costs;
		this.width = width;
		this.limit = limit;
		lengths = new float[width * height];
		cells = new int[width * height];
		Arrays.fill(lengths, Float.POSITIVE_INFINITY);
	}

	/**
	 * Walks from a cell.
	 *
	 * @param start the cell
	 * @return the cells that it reaches, nearest first
	 */
	int[] from(final int start) {
		for (int k = 0; k < count; k++) {
			lengths[cells[k]] = Float.POSITIVE_INFINITY;
		}
		count = 0;
		reach(0, start);
		while (!queue.isEmpty()) {
			final long next = queue.poll();
			final int cell = (int) next;
			if (Float.intBitsToFloat((int) (next >> 32)) > lengths[cell]) {
				continue;
			}
			cells[count++] = cell;
			if (cell % width > 0) {
				step(cell, cell - 1);
			}
			if (cell % width < width - 1) {
				step(cell, cell + 1);
			}
			if (cell >= width) {
				step(cell, cell - width);
			}
			if (cell + width < lengths.length) {
				step(cell, cell + width);
			}
		}
		return Arrays.copyOf(cells, count);
	}

	private void step(final int from, final int to) {
		reach(lengths[from] + costs.between(from, to), to);
	}

	private void reach(final float length, final int cell) {
		if (length < lengths[cell] && length < limit) {
			lengths[cell] = length;
			// The bits of nonnegative floats sort like the numbers.
			queue.add((long) Float.floatToIntBits(length) << 32 | cell);
		}
	}

	/** The cost of the walk to a cell that is reached from the last start. */
	float length(final int cell) {
		return lengths[cell];
	}
}
