/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The command line: thin picocli subcommands over the same engines that the menu uses. Options, exit codes and output
 * names are public contracts.
 */
package sc.fiji.colorize.cli;
