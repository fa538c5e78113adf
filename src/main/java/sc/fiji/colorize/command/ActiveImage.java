/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import ij.ImagePlus;
import ij.WindowManager;
import org.scijava.Priority;
import org.scijava.module.Module;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.Plugin;

import sc.fiji.colorize.imagej.ImageColorizer;

/**
 * Passes the active image to {@code Colorize...} if no other image was given. ImageJ2 does so itself only for an input of
 * type ImagePlus. Runs after the inputs of a macro are set, and before ImageJ2's recorder notes which inputs it leaves out.
 */
@Plugin(type = PreprocessorPlugin.class, priority = Priority.VERY_HIGH + 2)
public final class ActiveImage extends AbstractPreprocessorPlugin {

	@Override
	public void process(final Module module) {
		if (!(module.getDelegateObject() instanceof ColorizeCommand) || module.isInputResolved(ColorizeCommand.INPUT)) {
			return;
		}
		final ImagePlus image = WindowManager.getCurrentImage();
		try {
			ImageColorizer.planes(image);
			module.setInput(ColorizeCommand.INPUT, image);
			module.resolveInput(ColorizeCommand.INPUT);
		}
		catch (final IllegalArgumentException e) {
			cancel(e.getMessage());
		}
	}
}
