/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The commands in the menu {@code Plugins > Colorize}: parameters, one call into an engine, progress and cancel. Menu
 * leaves and parameter names are what recorded macros hold, so they stay as they are.
 */
package sc.fiji.colorize.command;
