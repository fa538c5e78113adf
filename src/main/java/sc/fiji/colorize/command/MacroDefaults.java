/*
 * Fiji Colorize: plausible color for gray images.
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
 * Gives a macro line the same meaning on every machine, as in plain ImageJ 1: parameters that it leaves out have their
 * defaults. Otherwise Fiji would ask for them in a dialog or reuse the last values; and if only a file is missing, it would
 * ask for that alone, or fail silently when headless. Does the same for the commands that are only for scripts.
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
		// Without parameters, a command of the menu opens its dialog.
		final boolean some = missing.size() < parameters.size();
		if (some && (IJ.isMacro() || missing.size() == 1) || module.getInfo().getMenuPath().isEmpty()) {
			missing.stream().filter(item -> !item.isRequired()).forEach(item -> module.resolveInput(item.getName()));
		}
	}

	/** Whether a module is a command of this project that SciJava runs, not {@link Ij1Commands}. */
	static boolean isOurs(final Module module, final Context context) {
		return module.getInfo() instanceof CommandInfo command
				&& command.getClassName().startsWith(MacroDefaults.class.getPackageName() + ".")
				&& !Ij1Commands.owns(context);
	}
}
