/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;

import org.scijava.Context;
import org.scijava.command.Command;
import org.scijava.command.CommandService;
import org.scijava.module.ModuleItem;
import org.scijava.module.ModuleService;

import sc.fiji.colorize.model.ModelStore;

/** Checks the models that SciJava remembers from the last run. */
final class RememberedModel {

	private RememberedModel() {
	}

	/**
	 * Forgets a remembered model that no longer exists, so that the parameter starts with its default. Runs before a dialog
	 * or a macro uses the last values.
	 *
	 * @param context SciJava's context
	 * @param command the command
	 * @param parameter a parameter with the names of models, separated by commas
	 * @param usual replaces a forgotten model
	 * @param tell receives a message if a model is forgotten
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
}
