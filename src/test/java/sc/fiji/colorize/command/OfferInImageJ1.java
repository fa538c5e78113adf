/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.Button;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dialog;
import java.awt.EventQueue;
import java.awt.Window;
import java.awt.event.ActionEvent;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.swing.JComboBox;
import javax.swing.JDialog;
import javax.swing.JLabel;

import ij.IJ;
import ij.ImageJ;
import ij.ImagePlus;
import ij.plugin.frame.Recorder;
import ij.process.ByteProcessor;

import sc.fiji.colorize.ChildJvm;

/**
 * A session of plain ImageJ 1 with its windows on a computer without the PyTorch library: {@code Colorize...} is started
 * from the menu while the recorder runs, and the offer is answered with "by hand". Tells in a file what it saw.
 */
public final class OfferInImageJ1 {

	private static final String TOLD = "told.txt";

	private OfferInImageJ1() {
	}

	/** Runs the session on a virtual screen, in a JVM of its own; gives what it saw. */
	static List<String> run(final Path folder) throws IOException, InterruptedException {
		try (VirtualScreen screen = new VirtualScreen(1280, 800)) {
			final ChildJvm.Ended ended = PlainImageJ.withoutEngine(folder, OfferInImageJ1.class, Dialogs.class)
					.with("-Xmx512m").env("DISPLAY", screen.display())
					.run(folder, OfferInImageJ1.class, folder.resolve(TOLD));
			if (!Files.exists(folder.resolve(TOLD))) {
				throw new IOException(String.join("\n", ended.err()));
			}
			return Files.readAllLines(folder.resolve(TOLD));
		}
	}

	/**
	 * Runs the session and ends the JVM.
	 *
	 * @param arguments the file to tell in
	 */
	public static void main(final String[] arguments) {
		final List<String> told = new ArrayList<>();
		try {
			session(told);
			told.add("end");
			Files.write(Path.of(arguments[0]), told);
			System.exit(0);
		}
		catch (final IOException | InterruptedException | InvocationTargetException | RuntimeException e) {
			System.err.println("The session broke off after " + told + ": " + e);
			System.exit(1);
		}
	}

	private static void session(final List<String> told) throws InterruptedException, InvocationTargetException {
		new ImageJ(ImageJ.NO_SHOW).setVisible(true);
		new ImagePlus("gray", new ByteProcessor(64, 48)).show();
		final Recorder recorder = new Recorder();
		IJ.doCommand("Colorize...");

		final JDialog offer = Dialogs.dialog("Install Colorizer Engine...");
		told.add("dialog " + offer.getTitle());
		final JComboBox<?> build = Dialogs.field(offer, "build", JComboBox.class);
		told.add("choices " + IntStream.range(0, build.getItemCount()).mapToObj(build::getItemAt).map(String::valueOf)
				.collect(Collectors.joining(", ")));
		for (final String start : List.of("The colors", "Installed")) {
			told.add("message " + Dialogs.all(offer, JLabel.class).stream().map(label -> text(label.getText()))
					.filter(text -> text.startsWith(start)).findFirst().orElse(""));
		}
		Dialogs.set(offer, "build", InstallEngineCommand.BY_HAND);
		told.add("answer " + build.getSelectedItem());
		Dialogs.press(offer, "OK");

		final Dialog how = await("Colorize");
		told.add("dialog " + how.getTitle());
		press(how, button(how).orElseThrow());
		Dialogs.await("the end of the command", () -> !Dialogs.isRunning());
		told.add("commands recorded " + recorder.getText().lines().filter(line -> line.startsWith("run(")).count());
	}

	private static Dialog await(final String title) throws InterruptedException {
		Dialogs.await("a window '" + title + "'", () -> find(title) != null && isWaitedFor());
		return find(title);
	}

	private static Dialog find(final String title) {
		return Arrays.stream(Window.getWindows()).filter(window -> window.isShowing() && window instanceof Dialog dialog
				&& title.equals(dialog.getTitle())).map(Dialog.class::cast).findFirst().orElse(null);
	}

	private static void press(final Dialog dialog, final Button button)
			throws InterruptedException, InvocationTargetException {
		if (dialog.isShowing()) {
			EventQueue.invokeAndWait(() -> button.dispatchEvent(
					new ActionEvent(button, ActionEvent.ACTION_PERFORMED, button.getActionCommand())));
		}
	}

	private static Optional<Button> button(final Container container) {
		for (final Component component : container.getComponents()) {
			if (component instanceof Button button) {
				return Optional.of(button);
			}
			if (component instanceof Container inner && button(inner).isPresent()) {
				return button(inner);
			}
		}
		return Optional.empty();
	}

	/** What is in a label, without its markup. */
	private static String text(final String html) {
		return html == null ? "" : html.replaceAll("<[^>]*>", "");
	}

	/**
	 * Whether some thread waits for the end of a modal dialog. It is shown a little earlier, but if it is closed in
	 * between, AWT lets the command wait for ever; nobody's hand is that fast.
	 */
	private static boolean isWaitedFor() {
		return Thread.getAllStackTraces().values().stream().map(Arrays::asList)
				.anyMatch(stack -> !stack.isEmpty() && stack.get(0).getMethodName().startsWith("wait")
						&& stack.stream().anyMatch(frame -> frame.getClassName().endsWith(".WaitDispatchSupport")));
	}
}
