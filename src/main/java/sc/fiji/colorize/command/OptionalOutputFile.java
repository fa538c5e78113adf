/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.util.stream.StreamSupport;

import org.scijava.command.CommandInfo;
import org.scijava.module.Module;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.Plugin;

/**
 * Lets {@code Colorize...} save no file if none is given. SciJava asks for a file if that is all that is missing, as in a
 * macro that was recorded without one, and cancels the command in silence where it cannot ask.
 */
@Plugin(type = PreprocessorPlugin.class)
public final class OptionalOutputFile extends AbstractPreprocessorPlugin {

	@Override
	public void process(final Module module) {
		if (module.getInfo() instanceof CommandInfo command
				&& command.getClassName().equals(ColorizeCommand.class.getName())
				&& StreamSupport.stream(command.inputs().spliterator(), false).allMatch(input -> input.getName()
						.equals(ColorizeCommand.OUTPUT_FILE) || module.isInputResolved(input.getName()))) {
			module.resolveInput(ColorizeCommand.OUTPUT_FILE);
		}
	}
}
