/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.util.List;

import ij.IJ;
import org.scijava.Context;
import org.scijava.command.CommandInfo;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.Plugin;

/**
 * Lets a macro line in Fiji mean the same on every machine, as it does in plain ImageJ 1: parameters that it does not give
 * have their defaults. Otherwise Fiji asks for them in a dialog, or takes those of the last time; and if only a file is
 * missing, it asks for that alone, or gives up in silence where it cannot ask.
 */
@Plugin(type = PreprocessorPlugin.class)
public final class MacroDefaults extends AbstractPreprocessorPlugin {

	@Override
	public void process(final Module module) {
		if (!isOurs(module, context())) {
			return;
		}
		final List<ModuleItem<?>> parameters = CommandDialog.parameters(module.getInfo());
		final List<ModuleItem<?>> missing =
				parameters.stream().filter(item -> !module.isInputResolved(item.getName())).toList();
		// A line without any parameter is for the dialog.
		final boolean some = missing.size() < parameters.size();
		if (some && (IJ.isMacro() || missing.size() == 1)) {
			missing.stream().filter(item -> !item.isRequired()).forEach(item -> module.resolveInput(item.getName()));
		}
	}

	/** Whether a module is one of this project's commands, run by SciJava and not by the bridge for plain ImageJ 1. */
	static boolean isOurs(final Module module, final Context context) {
		return module.getInfo() instanceof CommandInfo command
				&& command.getClassName().startsWith(MacroDefaults.class.getPackageName() + ".")
				&& !Ij1Commands.owns(context);
	}
}
