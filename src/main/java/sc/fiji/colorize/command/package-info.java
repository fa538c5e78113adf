/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The commands in the menu {@code Plugins > Colorize}: parameters, one call into an engine, progress and cancellation. Menu
 * labels and parameter names never change, because recorded macros contain them.
 */
package sc.fiji.colorize.command;
