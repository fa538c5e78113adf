/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.violations.network;

import sc.fiji.colorize.violations.ops.ForbiddenUser;

/** Uses an allowed package, but is part of a cycle. */
public class AllowedUser {

	private ForbiddenUser ops;
}
