/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.AWTEvent;
import java.awt.EventQueue;
import java.awt.Toolkit;
import java.awt.Window;
import java.awt.event.WindowEvent;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

import javax.swing.AbstractButton;
import javax.swing.JDialog;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.JTextArea;

import ij.ImageJ;
import org.scijava.Context;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;

/**
 * A session that starts a training in the dialog, and presses the button of its window when the first epoch has a score.
 * Waits for events only.
 */
public final class StoppedTraining {

	/** Far more than an epoch of the smallest network. */
	private static final long PATIENCE_MINUTES = 20;

	private StoppedTraining() {
	}

	/** Runs the session on a virtual screen, in a JVM of its own; returns what it saw. */
	static List<String> run(final Path folder, final Path photos, final Path model)
			throws IOException, InterruptedException {
		return WindowSession.run(folder, StoppedTraining.class, photos, model);
	}

	/**
	 * Runs the session and ends the JVM.
	 *
	 * @param arguments the file for what it sees, the photos, the model to make
	 */
	public static void main(final String[] arguments) {
		int exit = 1;
		try {
			Files.write(Path.of(arguments[0]), session(arguments[1], arguments[2]));
			exit = 0;
		}
		catch (final IOException | InterruptedException | InvocationTargetException | ExecutionException
				| TimeoutException | RuntimeException e) {
			System.err.println("The session broke off: " + e);
		}
		System.exit(exit);
	}

	private static List<String> session(final String photos, final String model) throws InterruptedException,
			InvocationTargetException, ExecutionException, TimeoutException {
		new ImageJ(ImageJ.NO_SHOW);
		final CompletableFuture<Window> asked = opened(window -> window instanceof JDialog);
		final CompletableFuture<Window> opened = opened(window -> window instanceof JFrame frame
				&& frame.getTitle().startsWith("Training of "));
		final Future<CommandModule> run =
				new Context().service(CommandService.class).run(TrainCommand.class, true);
		final JDialog dialog = (JDialog) asked.get(PATIENCE_MINUTES, TimeUnit.MINUTES);
		Dialogs.set(dialog, "inputFolder", photos);
		Dialogs.set(dialog, "outputModel", model);
		Dialogs.set(dialog, "from", "");
		Dialogs.set(dialog, "width", "0.0625");
		Dialogs.set(dialog, "device", "cpu");
		// Only the button ends it.
		Dialogs.set(dialog, "schedule", "32x4x9999");
		press(Dialogs.button(dialog, "OK"));
		final JFrame window = (JFrame) opened.get(PATIENCE_MINUTES, TimeUnit.MINUTES);
		final CompletableFuture<CommandModule> end = CompletableFuture.supplyAsync(() -> result(run));
		CompletableFuture.anyOf(picture(window), end).get(PATIENCE_MINUTES, TimeUnit.MINUTES);
		if (end.isDone()) {
			throw new IllegalStateException("The training ended early: " + end.get().getCancelReason());
		}
		press(Dialogs.button(window, TrainingWindow.STOP));
		final CommandModule ended = end.get(PATIENCE_MINUTES, TimeUnit.MINUTES);
		final String[] text = new String[1];
		EventQueue.invokeAndWait(() -> text[0] = Dialogs.all(window, JTextArea.class).get(0).getText());
		return List.of("canceled " + ended.isCanceled(), "model " + ended.getOutput("model"), text[0]);
	}

	private static CommandModule result(final Future<CommandModule> run) {
		try {
			return run.get();
		}
		catch (final InterruptedException | ExecutionException e) {
			throw new CompletionException(e);
		}
	}

	/** The first window of a kind that opens. */
	private static CompletableFuture<Window> opened(final Predicate<Window> kind) {
		final CompletableFuture<Window> opened = new CompletableFuture<>();
		Toolkit.getDefaultToolkit().addAWTEventListener(event -> {
			if (event.getID() == WindowEvent.WINDOW_OPENED && event.getSource() instanceof Window window
					&& kind.test(window)) {
				opened.complete(window);
			}
		}, AWTEvent.WINDOW_EVENT_MASK);
		return opened;
	}

	/** Completes when the window shows a picture, which it does when an epoch has a score. */
	private static CompletableFuture<Void> picture(final JFrame window)
			throws InterruptedException, InvocationTargetException {
		final CompletableFuture<Void> shown = new CompletableFuture<>();
		EventQueue.invokeAndWait(() -> {
			for (final JLabel label : Dialogs.all(window, JLabel.class)) {
				if (label.getIcon() != null) {
					shown.complete(null);
				}
				label.addPropertyChangeListener("icon", event -> shown.complete(null));
			}
		});
		return shown;
	}

	private static void press(final AbstractButton button) throws InterruptedException, InvocationTargetException {
		EventQueue.invokeAndWait(() -> {
			if (!button.isEnabled()) {
				throw new IllegalStateException("The button " + button.getText() + " is disabled.");
			}
			button.doClick();
		});
	}
}
