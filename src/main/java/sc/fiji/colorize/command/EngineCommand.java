/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.GraphicsEnvironment;

import ij.IJ;
import org.scijava.Context;
import org.scijava.Initializable;
import org.scijava.command.ContextCommand;

import sc.fiji.colorize.network.TorchEngine;

/**
 * A command that computes with PyTorch. Where somebody sits before ImageJ's windows and the library is missing, it is
 * offered before the command asks for anything; in macros and without a screen the command fails with a sentence.
 */
abstract class EngineCommand extends ContextCommand implements Initializable {

	@Override
	public void initialize() {
		if (!offerEngine(context())) {
			cancel("Without the PyTorch library there is nothing to compute with.");
		}
	}

	/** Offers the library if it is missing; false if it is missing still, and somebody has been told. */
	static boolean offerEngine(final Context context) {
		return GraphicsEnvironment.isHeadless() || IJ.getInstance() == null || IJ.isMacro() || !TorchEngine.isMissing()
				|| Ij1Commands.runUnrecorded(context, InstallEngineCommand.class);
	}
}
