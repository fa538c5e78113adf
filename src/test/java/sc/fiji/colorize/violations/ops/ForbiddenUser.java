/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.violations.ops;

import ai.djl.Device;

import sc.fiji.colorize.violations.network.AllowedUser;

/** Uses a library and a package that ops must not use. */
public class ForbiddenUser {

	private AllowedUser network;
	private Device device;
}
