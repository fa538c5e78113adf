/*
 * Fiji Colorize: plausible color for gray images.
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
 * Makes an error abort the macro in Fiji, as in plain ImageJ 1. Otherwise Fiji shows the error in a dialog and continues the
 * macro, or drops the error when headless. The service is optional, so that a too old version of Java disables only
 * this plugin.
 */
@Plugin(type = Service.class)
public final class MacroErrors extends AbstractService implements Optional {

	@Parameter
	private LogService log;

	@EventHandler
	private void onCanceled(final ModuleCanceledEvent event) {
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

	/** Aborts the macro that waits for this command. ImageJ checks the flag of Macro.abort only outside of macros. */
	private static void end(final Interpreter macro) {
		if (macro == null) {
			return;
		}
		// Aborting marks the macro as done and then waits until it ends, for which this thread must continue.
		final Thread ending = new Thread(macro::abortMacro, "Colorize ends a macro");
		ending.setDaemon(true);
		ending.start();
		while (!macro.done() && ending.isAlive()) {
			Thread.onSpinWait();
		}
	}
}
