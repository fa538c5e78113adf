/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.Choice;
import java.awt.FileDialog;
import java.awt.Frame;
import java.awt.GraphicsEnvironment;
import java.awt.event.ItemEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ij.gui.GenericDialog;
import org.scijava.Context;
import org.scijava.command.Command;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;
import org.scijava.module.ModuleItem;
import org.scijava.module.ModuleService;

import sc.fiji.colorize.model.ModelStore;

/** What a dialog offers where it asks for a model: names, the file of the last time, and any other file. */
final class ModelChoice {

	/** The choice that opens a file dialog; never the value of a parameter when a command runs. */
	static final String OTHER_FILE = "Choose a model file...";

	/** The parameter of a command that names one model. */
	private static final String PARAMETER = "model";

	private ModelChoice() {
	}

	/**
	 * What can be chosen.
	 *
	 * @param store the models with names
	 * @param value the model that is chosen, a name or a path; a path is among the choices if its file is there
	 * @return a path if one is chosen, {@code default}, the other names, and {@link #OTHER_FILE}
	 */
	static List<String> choices(final ModelStore store, final String value) {
		final List<String> choices = new ArrayList<>(store.names());
		if (store.has(value) && !choices.contains(value)) {
			// First, because a box whose items change falls back to its first one.
			choices.add(0, value);
		}
		choices.add(OTHER_FILE);
		return choices;
	}

	/**
	 * Before a dialog or a macro takes what was used the last time: a model that is not there any more is forgotten, so
	 * that the parameter begins as if it were new.
	 *
	 * @param context of SciJava
	 * @param command the command
	 * @param parameter one of its parameters, which names models with commas between
	 * @param usual what takes its place
	 * @param tell is given a sentence if a model is forgotten
	 */
	static void forgetVanished(final Context context, final Class<? extends Command> command, final String parameter,
			final String usual, final Consumer<String> tell) {
		final ModelStore store = ModelStore.ofUser();
		final ModuleService modules = context.service(ModuleService.class);
		final ModuleItem<String> item =
				context.service(CommandService.class).getCommand(command).getInput(parameter, String.class);
		final String remembered = Objects.requireNonNullElse(modules.load(item), "");
		Arrays.stream(remembered.split(",")).map(String::trim)
				.filter(model -> !model.isEmpty() && !store.has(model)).findFirst().ifPresent(vanished -> {
					modules.save(item, usual);
					tell.accept("The model '" + vanished + "' of the last time is not there any more, and is forgotten.");
				});
	}

	/**
	 * Whether a dialog of ImageJ 1 is to offer the {@link #choices} for a parameter.
	 *
	 * @param command the command
	 * @param item one of its parameters
	 * @return whether it names one model, of those that are there
	 */
	static boolean isFor(final CommandInfo command, final ModuleItem<?> item) {
		return item.getName().equals(PARAMETER)
				&& Stream.of(ColorizeCommand.class, ColorizeFolderCommand.class).map(Class::getName)
						.anyMatch(command.getClassName()::equals);
	}

	/**
	 * Asks for a model in a dialog of its own.
	 *
	 * @param value the model until now
	 * @return the chosen one, the same if the user cancels
	 */
	static String ask(final String value) {
		final GenericDialog dialog = new GenericDialog("Model");
		final String[] choices = choices(ModelStore.ofUser(), value).toArray(String[]::new);
		dialog.addChoice("Model", choices, value);
		final Choice box = (Choice) dialog.getChoices().get(0);
		offerFiles(box);
		dialog.showDialog();
		// Not through the dialog, which would record it a second time.
		return dialog.wasCanceled() ? value : box.getSelectedItem();
	}

	/**
	 * Lets the user choose a file in a dialog of ImageJ 1, which knows no callbacks.
	 *
	 * @param box has the {@link #choices}
	 */
	static void offerFiles(final Choice box) {
		final AtomicReference<String> before = new AtomicReference<>(box.getSelectedItem());
		box.addItemListener(event -> {
			if (!OTHER_FILE.equals(box.getSelectedItem())) {
				before.set(box.getSelectedItem());
				return;
			}
			final String chosen = askForFile().orElse(before.get());
			if (IntStream.range(0, box.getItemCount()).mapToObj(box::getItem).noneMatch(chosen::equals)) {
				box.insert(chosen, 0);
			}
			box.select(chosen);
			// Which by itself tells nobody.
			box.dispatchEvent(new ItemEvent(box, ItemEvent.ITEM_STATE_CHANGED, chosen, ItemEvent.SELECTED));
		});
	}

	/** Asks for the file of a model; empty if the user cancels, or without a screen. */
	static Optional<String> askForFile() {
		if (GraphicsEnvironment.isHeadless()) {
			return Optional.empty();
		}
		final FileDialog dialog = new FileDialog((Frame) null, OTHER_FILE, FileDialog.LOAD);
		dialog.setFilenameFilter((folder, name) -> name.endsWith(".zip"));
		dialog.setVisible(true);
		return Optional.ofNullable(dialog.getFile()).map(file -> Path.of(dialog.getDirectory(), file).toString());
	}
}
