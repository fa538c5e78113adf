/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import ai.djl.ndarray.NDManager;

import sc.fiji.colorize.network.ColorizationNetwork;

/**
 * A model in memory: its card and its network, ready to run on a device.
 *
 * @param card what the model says of itself
 * @param network the network, its values frozen
 * @param manager owner of the values; arrays for the network are made by its sub-managers
 */
public record OpenModel(ModelCard card, ColorizationNetwork network, NDManager manager) implements AutoCloseable {

	/** Frees the network's values. */
	@Override
	public void close() {
		manager.close();
	}
}
