/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.GraphicsEnvironment;

import ij.IJ;
import ij.Macro;
import ij.macro.Interpreter;
import org.scijava.Optional;
import org.scijava.event.EventHandler;
import org.scijava.log.LogService;
import org.scijava.module.event.ModuleCanceledEvent;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.service.AbstractService;
import org.scijava.service.Service;

/**
 * Lets an error end a macro in Fiji as it does in plain ImageJ 1: there a command that gives up tells why in a dialog, and
 * the macro goes on; without a screen nobody hears of it. Optional, so that a Java that is too old for this class only costs
 * the plugin and not the start of Fiji.
 */
@Plugin(type = Service.class)
public final class MacroErrors extends AbstractService implements Optional {

	@Parameter
	private LogService log;

	@EventHandler
	private void gaveUp(final ModuleCanceledEvent event) {
		final String reason = event.getReason();
		if (reason == null || reason.isBlank() || !MacroDefaults.isOurs(event.getModule(), context())) {
			return;
		}
		if (GraphicsEnvironment.isHeadless()) {
			log.error(reason);
		}
		if (IJ.isMacro()) {
			end(Interpreter.getInstance());
			Macro.abort();
		}
	}

	/** Ends the macro that waits for this command. ImageJ looks at what Macro.abort tells only where no macro runs it. */
	private static void end(final Interpreter macro) {
		if (macro == null) {
			return;
		}
		// It says at once that the macro is done, and then waits for its end, for which this thread is needed.
		final Thread ending = new Thread(macro::abortMacro, "Colorize ends a macro");
		ending.setDaemon(true);
		ending.start();
		while (!macro.done() && ending.isAlive()) {
			Thread.onSpinWait();
		}
	}
}
