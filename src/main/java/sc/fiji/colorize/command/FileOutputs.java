/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.io.File;
import java.util.stream.StreamSupport;

import org.scijava.Priority;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.module.process.AbstractPostprocessorPlugin;
import org.scijava.module.process.PostprocessorPlugin;
import org.scijava.plugin.Plugin;

/**
 * Marks the output files of this project's commands as handled. SciJava would look for a display, find none, and log a
 * warning.
 */
@Plugin(type = PostprocessorPlugin.class, priority = Priority.VERY_HIGH)
public final class FileOutputs extends AbstractPostprocessorPlugin {

	@Override
	public void process(final Module module) {
		if (MacroDefaults.isOurs(module, context())) {
			StreamSupport.stream(module.getInfo().outputs().spliterator(), false)
					.filter(item -> item.getType() == File.class).map(ModuleItem::getName)
					.forEach(module::resolveOutput);
		}
	}
}
