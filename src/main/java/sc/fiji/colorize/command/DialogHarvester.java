/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.GraphicsEnvironment;

import ij.IJ;
import org.scijava.module.Module;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.Plugin;
import org.scijava.widget.InputHarvester;

/**
 * Asks for the parameters of this project's commands in Fiji, with the same dialog as in plain ImageJ 1. Runs after SciJava
 * has loaded the last values and before SciJava's own dialog, which then has nothing left to ask for.
 */
@Plugin(type = PreprocessorPlugin.class, priority = InputHarvester.PRIORITY + 0.5)
public final class DialogHarvester extends AbstractPreprocessorPlugin {

	@Override
	public void process(final Module module) {
		// Commands outside the menu are for scripts and have no dialog.
		if (!MacroDefaults.isOurs(module, context()) || module.getInfo().getMenuPath().isEmpty()
				|| GraphicsEnvironment.isHeadless() || IJ.getInstance() == null) {
			return;
		}
		final boolean complete = CommandDialog.parameters(module.getInfo()).stream()
				.allMatch(item -> module.isInputResolved(item.getName()));
		if (!complete && !new CommandDialog(context(), module).ask()) {
			// Ends a preview.
			module.cancel();
			cancel("");
			return;
		}
		// Also those that do not apply to this image; otherwise SciJava would ask for them.
		module.getInfo().inputs().forEach(item -> module.resolveInput(item.getName()));
	}
}
