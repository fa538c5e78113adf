/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import ai.djl.ndarray.NDManager;

import sc.fiji.colorize.network.ColorizationNetwork;

/**
 * A model in memory, ready to run on a device.
 *
 * @param card the description of the model
 * @param network the network with frozen parameters
 * @param manager owner of the parameters; its sub-managers create the inputs
 */
public record OpenModel(ModelCard card, ColorizationNetwork network, NDManager manager) implements AutoCloseable {

	/** Frees the parameters. */
	@Override
	public void close() {
		manager.close();
	}
}
