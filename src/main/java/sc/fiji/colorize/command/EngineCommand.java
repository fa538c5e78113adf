/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.GraphicsEnvironment;

import ij.IJ;
import org.scijava.Context;
import org.scijava.Initializable;

import sc.fiji.colorize.torch.NativeMemory;
import sc.fiji.colorize.torch.TorchEngine;

/**
 * A command that computes with PyTorch. If the library is missing, it offers to install it before asking for anything else;
 * in macros and headless it fails with a message.
 * <p>
 * In every case it finally clears the status bar and returns unused PyTorch memory to the system.
 */
abstract class EngineCommand extends ReportingCommand implements Initializable {

	@Override
	void cleanUp() {
		super.cleanUp();
		NativeMemory.trimAsync();
	}

	@Override
	public void initialize() {
		try {
			if (!offerEngine(context())) {
				cancel("The PyTorch library is missing.");
			}
			RememberedModel.forgetVanished(context(), getClass(), status::showStatus);
		}
		catch (final RuntimeException | Error e) {
			report(e);
		}
	}

	/** Offers to install a missing library. Returns false if it is still missing, after reporting that to the user. */
	static boolean offerEngine(final Context context) {
		return GraphicsEnvironment.isHeadless() || IJ.getInstance() == null || IJ.isMacro() || !TorchEngine.isMissing()
				|| Ij1Commands.runUnrecorded(context, InstallEngineCommand.class);
	}
}
