/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.swing.JDialog;

import ij.IJ;
import ij.ImageJ;
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
		final JDialog dialog = Dialogs.dialog("Colorize Folder...");
		Dialogs.set(dialog, "inputFolder", arguments[0]);
		Dialogs.set(dialog, "outputFolder", arguments[1]);
		Dialogs.set(dialog, "pattern", "*.png");
		Dialogs.set(dialog, "model", arguments[2]);
		Dialogs.set(dialog, "temperature", "0.2");
		Dialogs.set(dialog, "recursive", false);
		Dialogs.set(dialog, "type", "tif");
		Dialogs.set(dialog, "outputType", "Lab stack");
		Dialogs.press(dialog, "OK");
		Dialogs.await("a recorded line", () -> recorder.getText().contains("run("));
		Files.writeString(Path.of(arguments[3]), recorder.getText());
		System.exit(0);
	}

	/** Runs on a virtual screen and returns what was recorded. */
	static String record(final Path home, final Path in, final Path out, final Path model)
			throws IOException, InterruptedException {
		final Path recorded = home.resolve("recorded.ijm");
		try (VirtualScreen screen = new VirtualScreen(1280, 960)) {
			final ChildJvm.Ended ended = PlainImageJ.withEngine(home, RecordedFolderCommand.class, Dialogs.class)
					.with("-Xmx512m").env("DISPLAY", screen.display())
					.run(home, RecordedFolderCommand.class, in, out, model, recorded);
			if (!Files.exists(recorded)) {
				throw new IOException("Nothing was recorded: " + String.join("\n", ended.err()));
			}
		}
		return Files.readString(recorded);
	}
}
