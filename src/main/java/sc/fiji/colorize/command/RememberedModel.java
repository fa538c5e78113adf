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
	 * Forgets remembered models that no longer exist, with a message, so that the parameters start with their defaults. Runs
	 * before a dialog or a macro uses the last values.
	 */
	static void forgetVanished(final Context context, final Class<? extends Command> command,
			final Consumer<String> messages) {
		for (final ModuleItem<?> item : context.service(CommandService.class).getCommand(command).inputs()) {
			if (item.isPersisted() && DialogField.isModel(item)) {
				forgetVanished(context.service(ModuleService.class), item, messages);
			}
		}
	}

	private static <T> void forgetVanished(final ModuleService modules, final ModuleItem<T> item,
			final Consumer<String> messages) {
		final ModelStore store = ModelStore.ofUser();
		Arrays.stream(Objects.toString(modules.load(item), "").split(",")).map(String::trim)
				.filter(model -> !model.isEmpty() && !store.has(model)).findFirst().ifPresent(vanished -> {
					modules.save(item, item.getDefaultValue());
					messages.accept("The model '" + vanished + "', which was used last, no longer exists.");
				});
	}
}
