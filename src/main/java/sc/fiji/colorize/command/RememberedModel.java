/*
 * Fiji Colorize: plausible colour for gray images.
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

/** Looks at the models that SciJava remembers from the last time. */
final class RememberedModel {

	private RememberedModel() {
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
}
