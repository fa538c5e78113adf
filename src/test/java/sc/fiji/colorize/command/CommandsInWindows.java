/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.Window;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.StreamSupport;

import javax.swing.JDialog;

import ij.ImageJ;
import ij.ImagePlus;
import ij.process.ByteProcessor;
import org.scijava.Context;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.module.ModuleItem;

/** Runs {@code Colorize...} by SciJava beside an ImageJ 1 with windows, as Fiji does, and tells in a file what it saw. */
public final class CommandsInWindows {

	private CommandsInWindows() {
	}

	/** Runs the session on a virtual screen, in a JVM of its own; gives what it saw. */
	static List<String> run(final Path folder, final Path model) throws IOException, InterruptedException {
		return WindowSession.run(folder, CommandsInWindows.class, model);
	}

	/**
	 * Runs the session and ends the JVM.
	 *
	 * @param arguments the file to tell in, and the model
	 */
	public static void main(final String[] arguments) {
		int exit = 1;
		try {
			Files.write(Path.of(arguments[0]), session(arguments[1]));
			exit = 0;
		}
		catch (final IOException | InterruptedException | InvocationTargetException | ExecutionException
				| RuntimeException e) {
			System.err.println("The session broke off: " + e);
		}
		System.exit(exit);
	}

	private static List<String> session(final String model)
			throws InterruptedException, InvocationTargetException, ExecutionException {
		final List<String> told = new ArrayList<>();
		new ImageJ(ImageJ.NO_SHOW);
		final CommandService commands = new Context().service(CommandService.class);
		final Map<String, Object> inputs = new HashMap<>();
		inputs.put("input", new ImagePlus("photo", new ByteProcessor(60, 40)));
		inputs.put("size", 64);

		Future<CommandModule> run = commands.run(ColorizeCommand.class, true, inputs);
		JDialog dialog = Dialogs.dialog("Colorize...");
		told.add("fields " + Dialogs.parameters(dialog));
		Dialogs.press(dialog, "Cancel");
		told.add("canceled " + run.get().isCanceled());
		told.add("windows " + Arrays.stream(Window.getWindows()).filter(Window::isShowing).count());

		run = commands.run(ColorizeCommand.class, true, inputs);
		dialog = Dialogs.dialog("Colorize...");
		Dialogs.set(dialog, "model", model);
		Dialogs.set(dialog, "device", "cpu");
		Dialogs.set(dialog, "temperature", "0.2");
		Dialogs.press(dialog, "OK");
		told.add("title " + ((ImagePlus) run.get().getOutput("output")).getTitle());
		told.add("temperature " + run.get().getInput("temperature"));
		told.add("size " + run.get().getInput("size"));
		final CommandModule colorized = run.get();
		told.add("unresolved " + StreamSupport.stream(colorized.getInfo().inputs().spliterator(), false)
				.map(ModuleItem::getName).filter(name -> !colorized.isInputResolved(name)).toList());

		// All is given: nothing to ask for.
		for (final ModuleItem<?> item : CommandDialog.parameters(commands.getCommand(ColorizeCommand.class))) {
			inputs.put(item.getName(), run.get().getInput(item.getName()));
		}
		told.add("no dialog "
				+ ((ImagePlus) commands.run(ColorizeCommand.class, true, inputs).get().getOutput("output")).getTitle());
		return told;
	}
}
