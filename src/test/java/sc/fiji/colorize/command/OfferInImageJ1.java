/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.Button;
import java.awt.Choice;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dialog;
import java.awt.EventQueue;
import java.awt.Label;
import java.awt.TextComponent;
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

import ij.IJ;
import ij.ImageJ;
import ij.ImagePlus;
import ij.gui.GenericDialog;
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
			final ChildJvm.Ended ended = PlainImageJ.withoutEngine(folder, OfferInImageJ1.class, DialogInImageJ1.class)
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

		final GenericDialog offer = (GenericDialog) await("Install Colorizer Engine...");
		told.add("dialog " + offer.getTitle());
		final Choice build = (Choice) offer.getChoices().get(0);
		told.add("choices " + IntStream.range(0, build.getItemCount()).mapToObj(build::getItem)
				.collect(Collectors.joining(", ")));
		told.add("message " + texts(offer).stream().filter(text -> text.contains("PyTorch,")).findFirst().orElse(""));
		EventQueue.invokeAndWait(() -> build.select(InstallEngineCommand.BY_HAND));
		told.add("answer " + build.getSelectedItem());
		press(offer, offer.getButtons()[0]);

		final Dialog how = await("Colorize");
		told.add("dialog " + how.getTitle());
		press(how, button(how).orElseThrow());
		DialogInImageJ1.await("the end of the command", () -> !DialogInImageJ1.isRunning());
		told.add("commands recorded " + recorder.getText().lines().filter(line -> line.startsWith("run(")).count());
	}

	private static Dialog await(final String title) throws InterruptedException {
		DialogInImageJ1.await("a window '" + title + "'", () -> find(title) != null && DialogInImageJ1.isWaitedFor());
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

	private static List<String> texts(final Container container) {
		final List<String> texts = new ArrayList<>();
		for (final Component component : container.getComponents()) {
			if (component instanceof Label label) {
				texts.add(label.getText());
			}
			else if (component instanceof TextComponent text) {
				texts.add(text.getText());
			}
			else if (component instanceof Container inner) {
				texts.addAll(texts(inner));
			}
		}
		return texts;
	}
}
