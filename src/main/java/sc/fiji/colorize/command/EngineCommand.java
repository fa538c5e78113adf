/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.GraphicsEnvironment;
import java.io.IOException;

import ij.IJ;
import org.scijava.Context;
import org.scijava.Initializable;
import org.scijava.app.StatusService;
import org.scijava.command.ContextCommand;
import org.scijava.log.LogService;
import org.scijava.plugin.Parameter;

import sc.fiji.colorize.model.MissingModelException;
import sc.fiji.colorize.model.MissingModelException.Kind;
import sc.fiji.colorize.network.NativeMemory;
import sc.fiji.colorize.network.TorchEngine;

/**
 * A command that computes with PyTorch. Where somebody sits before ImageJ's windows and the library is missing, it is
 * offered before the command asks for anything; in macros and without a screen the command fails with a sentence.
 * <p>
 * What goes wrong in {@link #compute()} cancels the command with the sentence of the exception, and however it ends, the
 * status bar is cleared and memory that PyTorch no longer uses goes back to the system.
 */
abstract class EngineCommand extends ContextCommand implements Initializable {

	@Parameter
	StatusService status;

	@Parameter
	LogService log;

	/** Does the work of the command. */
	abstract void compute() throws IOException, InterruptedException;

	@Override
	public final void run() {
		try {
			compute();
		}
		catch (final IOException | IllegalArgumentException | IllegalStateException e) {
			log.debug(e);
			cancel(sentence(e));
		}
		catch (final OutOfMemoryError e) {
			log.debug(e);
			cancel("The memory is not enough: start Java with a larger -Xmx, or take less at a time.");
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
			cancel("The command was interrupted.");
		}
		finally {
			status.clearStatus();
			NativeMemory.giveBackSoon();
		}
	}

	/** What went wrong, and what helps in Fiji. */
	private static String sentence(final Exception e) {
		if (e instanceof MissingModelException missing && missing.kind() != Kind.PATH) {
			return missing.failure().withRemedy(missing.kind() == Kind.DOWNLOADABLE
					? "fetch it with 'fiji-colorize models download " + missing.model() + "' in a terminal"
					: "give 'default', a name that the dialog offers, or the path of a model zip").sentence();
		}
		return e.getMessage();
	}

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
