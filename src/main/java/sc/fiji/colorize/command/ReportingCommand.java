/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.util.List;
import java.util.concurrent.ExecutionException;

import ij.IJ;
import org.scijava.app.StatusService;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModuleItem;
import org.scijava.command.ContextCommand;
import org.scijava.log.LogLevel;
import org.scijava.log.LogService;
import org.scijava.module.ModuleItem;
import org.scijava.plugin.Parameter;
import org.scijava.task.TaskService;
import org.scijava.util.ClassUtils;
import org.scijava.widget.WidgetStyle;

import sc.fiji.colorize.io.RootCause;
import sc.fiji.colorize.model.MissingModelException;
import sc.fiji.colorize.model.MissingModelException.Kind;
import sc.fiji.colorize.model.ModelStore;
import sc.fiji.colorize.torch.MissingLibraryException;
import sc.fiji.colorize.torch.TorchEngine;

/**
 * A command that never throws: any failure of {@link #compute()} cancels it with a message of one sentence. SciJava would
 * wrap the exception and show the wrapper.
 */
abstract class ReportingCommand extends ContextCommand {

	@Parameter
	StatusService status;

	@Parameter
	LogService log;

	@Parameter
	TaskService tasks;

	abstract void compute() throws IOException, InterruptedException;

	/** The page of the documentation that the Help button opens. */
	String helpPage() {
		return "README.md";
	}

	/** The choices of a parameter; empty for free text. */
	List<String> choices(final ModuleItem<?> item) {
		if (DialogField.isModel(item)) {
			return ModelStore.ofUser().names();
		}
		if (WidgetStyle.isStyle(item, "device")) {
			return TorchEngine.devices();
		}
		return item.getChoices() == null ? List.of() : item.getChoices().stream().map(String::valueOf).toList();
	}

	/** Whether a dialog asks for a parameter. */
	boolean applies(final ModuleItem<?> item) {
		return true;
	}

	/** Gives parameters that a script has set to null their defaults. */
	final void setDefaults() {
		for (final ModuleItem<?> item : new CommandInfo(getClass()).inputs()) {
			final Field field = ((CommandModuleItem<?>) item).getField();
			if (ClassUtils.getValue(field, this) == null) {
				ClassUtils.setValue(field, this, item.getDefaultValue());
			}
		}
	}

	/** Shows the completed share in the status bar. */
	final void showProgress(final double fraction) {
		status.showProgress((int) Math.round(100 * fraction), 100);
	}

	/** Whether the user canceled the command or pressed Escape. */
	final boolean wantsStop() {
		return isCanceled() || IJ.escapePressed();
	}

	/** Runs after the work, whether it succeeded or not. */
	void cleanUp() {
		status.clearStatus();
	}

	@Override
	public final void run() {
		IJ.resetEscape();
		try {
			setDefaults();
			compute();
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
			cancel("The command was interrupted.");
		}
		catch (final IOException | RuntimeException | Error e) {
			report(e);
		}
		finally {
			cleanUp();
		}
	}

	/** Cancels the command because of a failure, and logs the stack trace. */
	final void report(final Throwable failure) {
		log.log(hasUserMessage(unwrap(failure)) ? LogLevel.DEBUG : LogLevel.ERROR, failure);
		cancel(sentence(failure));
	}

	/**
	 * Describes a failure, perhaps wrapped, in one sentence: by the message that an engine gave it, else by its root cause.
	 * The remedies for a missing model or library are those of Fiji.
	 */
	static String sentence(final Throwable failure) {
		final Throwable unwrapped = unwrap(failure);
		if (unwrapped instanceof MissingModelException missing && missing.kind() != Kind.PATH) {
			return missing.failure().withRemedy(missing.kind() == Kind.DOWNLOADABLE
					? "fetch it with 'fiji-colorize models download " + missing.model() + "' in a terminal"
					: "give 'default', a name that the dialog offers, or the path of a model zip").sentence();
		}
		if (unwrapped instanceof MissingLibraryException missing) {
			return missing.failure("fetch it once with Install Colorizer Engine... in the menu, or with the same name and"
					+ " \"build=cpu\" in a macro").sentence();
		}
		if (hasUserMessage(unwrapped)) {
			return unwrapped.getMessage();
		}
		if (RootCause.of(failure) instanceof OutOfMemoryError || TorchEngine.isOutOfMemory(failure)) {
			return "The memory is not enough: start Java with a larger -Xmx, or take less at a time.";
		}
		return RootCause.sentence("The command", failure);
	}

	/** Removes wrappers; SciJava wraps in a plain RuntimeException. */
	private static Throwable unwrap(final Throwable failure) {
		final boolean wrapper = failure instanceof ExecutionException || failure instanceof UncheckedIOException
				|| failure.getClass() == RuntimeException.class;
		return wrapper && failure.getCause() != null ? unwrap(failure.getCause()) : failure;
	}

	/** Whether the engines throw this failure with a message for users. */
	private static boolean hasUserMessage(final Throwable failure) {
		return (failure instanceof IOException || failure instanceof IllegalArgumentException
				|| failure instanceof IllegalStateException) && failure.getMessage() != null
				&& !failure.getMessage().isBlank();
	}
}
