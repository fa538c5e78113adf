/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.Button;
import java.awt.Checkbox;
import java.awt.Choice;
import java.awt.Component;
import java.awt.Container;
import java.awt.TextField;
import java.awt.event.ActionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import ij.IJ;
import ij.ImageJ;
import ij.gui.GenericDialog;
import ij.plugin.frame.Recorder;

import sc.fiji.colorize.ChildJvm;

/**
 * Fills in the dialog of {@code Colorize Folder...} in an ImageJ 1 with windows while the recorder runs, and writes what
 * was recorded to a file.
 */
public final class RecordedFolderCommand {

	private RecordedFolderCommand() {
	}

	/**
	 * Runs.
	 *
	 * @param arguments input folder, output folder, model, and the file for the recorded text
	 * @throws Exception if the dialog does not come or has other fields
	 */
	public static void main(final String[] arguments) throws Exception {
		Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
			System.err.println("The session broke off: " + e);
			System.exit(1);
		});
		new ImageJ(ImageJ.STANDALONE);
		final Recorder recorder = new Recorder(false);
		Recorder.record = true;
		IJ.doCommand("Colorize Folder...");
		final GenericDialog dialog = DialogInImageJ1.window(GenericDialog.class);
		final List<TextField> texts = all(dialog, TextField.class);
		texts.get(0).setText(arguments[0]);
		texts.get(1).setText(arguments[1]);
		texts.get(2).setText("*.png");
		final Choice model = all(dialog, Choice.class).stream()
				.filter(choice -> choice.getSelectedItem().equals("default")).findFirst().orElseThrow();
		model.insert(arguments[2], 0);
		model.select(0);
		texts.stream().filter(field -> field.getText().equals("0.38")).findFirst().orElseThrow().setText("0.2");
		all(dialog, Checkbox.class).get(0).setState(false);
		all(dialog, Choice.class).get(0).select("tif");
		all(dialog, Choice.class).get(1).select("Lab stack");
		final Button ok = all(dialog, Button.class).stream().filter(button -> button.getLabel().contains("OK"))
				.findFirst().orElseThrow();
		dialog.actionPerformed(new ActionEvent(ok, ActionEvent.ACTION_PERFORMED, ok.getLabel()));
		DialogInImageJ1.await("a recorded line", () -> recorder.getText().contains("run("));
		Files.writeString(Path.of(arguments[3]), recorder.getText());
		System.exit(0);
	}

	private static <T extends Component> List<T> all(final Container container, final Class<T> kind) {
		final List<T> found = new ArrayList<>();
		for (final Component component : container.getComponents()) {
			if (kind.isInstance(component)) {
				found.add(kind.cast(component));
			}
			else if (component instanceof Container inner) {
				found.addAll(all(inner, kind));
			}
		}
		return found;
	}

	/** Runs on a virtual screen and returns what was recorded. */
	static String record(final Path home, final Path in, final Path out, final Path model)
			throws IOException, InterruptedException {
		final Path recorded = home.resolve("recorded.ijm");
		try (VirtualScreen screen = new VirtualScreen(1280, 960)) {
			final ChildJvm.Ended ended = PlainImageJ.withEngine(home, RecordedFolderCommand.class, DialogInImageJ1.class)
					.with("-Xmx512m").env("DISPLAY", screen.display())
					.run(home, RecordedFolderCommand.class, in, out, model, recorded);
			if (!Files.exists(recorded)) {
				throw new IOException("Nothing was recorded: " + String.join("\n", ended.err()));
			}
		}
		return Files.readString(recorded);
	}
}
