/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.examples;

import org.scijava.command.ContextCommand;

/** Stands for a command of somebody else. */
public final class GivesUp extends ContextCommand {

	@Override
	public void run() {
		cancel("Not today.");
	}
}
