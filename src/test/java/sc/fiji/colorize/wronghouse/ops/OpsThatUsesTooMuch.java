/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.wronghouse.ops;

import ai.djl.Device;

import sc.fiji.colorize.wronghouse.network.NetworkThatUsesOps;

/** Breaks the rules of the house, so that a test can see them fail: ops may use neither DJL nor the network. */
public class OpsThatUsesTooMuch {

	private NetworkThatUsesOps network;
	private Device device;
}
