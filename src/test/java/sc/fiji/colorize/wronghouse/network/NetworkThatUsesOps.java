/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.wronghouse.network;

import sc.fiji.colorize.wronghouse.ops.OpsThatUsesTooMuch;

/** Keeps the rules of its room, but closes a circle. */
public class NetworkThatUsesOps {

	private OpsThatUsesTooMuch ops;
}
