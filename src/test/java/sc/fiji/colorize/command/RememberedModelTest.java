/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import ij.ImagePlus;
import ij.process.ByteProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.module.MethodCallException;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.module.ModuleService;

import sc.fiji.colorize.TinyModel;

/** What the dialogs offer where they ask for a model, and what becomes of a model of the last time. */
class RememberedModelTest {

	private static final String PROPERTY = "colorize.models";

	@TempDir
	private Path folder;
	private String before;

	@BeforeEach
	void nameTheFolder() {
		before = System.getProperty(PROPERTY);
		System.setProperty(PROPERTY, folder.toString());
	}

	@AfterEach
	void restore() {
		System.setProperty(PROPERTY, before);
	}

	@Test
	void modelFieldsOfferTheNames() throws IOException {
		Files.copy(TinyModel.file(), folder.resolve("tiny.zip"));
		try (Context context = new Context()) {
			final Map<Class<? extends ReportingCommand>, String> asking = Map.of(ColorizeCommand.class, "model",
					ColorizeFolderCommand.class, "model", EvaluateCommand.class, "model", TrainCommand.class, "from");
			asking.forEach((command, parameter) -> {
				final Module module = context.service(ModuleService.class)
						.createModule(context.service(CommandService.class).getCommand(command));
				final List<String> offered = ((ReportingCommand) module.getDelegateObject())
						.choices(module.getInfo().getInput(parameter));
				assertEquals(List.of("default", "tiny"), offered.subList(0, 2), command.getName());
			});
		}
	}

	@Test
	void modelIsFoundByItsName() throws IOException, InterruptedException, ExecutionException {
		Files.copy(TinyModel.file(), folder.resolve("my own.zip"));
		try (Context context = new Context()) {
			final ImagePlus photo = new ImagePlus("photo", new ByteProcessor(20, 10, TinyModel.picture(20, 10, 1)));
			final CommandModule module = context.service(CommandService.class).run(ColorizeCommand.class, true,
					"input", photo, "model", "my own", "device", "cpu").get();
			assertFalse(module.isCanceled(), module.getCancelReason());
			assertEquals("photo-colorized", ((ImagePlus) module.getOutput("output")).getTitle());
		}
	}

	@Test
	void vanishedModelIsForgotten() throws IOException {
		final Path zip = Files.copy(TinyModel.file(), folder.resolve("tiny.zip"));
		final List<String> told = new ArrayList<>();
		try (Context context = new Context()) {
			final ModuleService modules = context.service(ModuleService.class);
			final CommandInfo info = context.service(CommandService.class).getCommand(EvaluateCommand.class);
			final ModuleItem<String> item = info.getInput("model", String.class);
			for (final String gone : List.of("tiny", zip.toString())) {
				modules.save(item, "default, " + gone);
				RememberedModel.forgetVanished(context, EvaluateCommand.class, told::add);
				assertEquals("default, " + gone, modules.load(item), "it is still there");
			}
			Files.delete(zip);
			RememberedModel.forgetVanished(context, EvaluateCommand.class, told::add);
			assertEquals(List.of("The model '" + zip + "', which was used last, no longer exists."),
					told);
			assertNull(modules.load(item));
			RememberedModel.forgetVanished(context, EvaluateCommand.class, told::add);
			assertEquals(1, told.size());
		}
	}

	@Test
	void colorizingAFolderForgetsVanishedModel() throws MethodCallException {
		try (Context context = new Context()) {
			final CommandInfo info = context.service(CommandService.class).getCommand(ColorizeFolderCommand.class);
			final ModuleItem<String> item = info.getInput("model", String.class);
			final ModuleService modules = context.service(ModuleService.class);
			modules.save(item, folder.resolve("gone.zip").toString());
			modules.createModule(info).initialize();
			assertNull(modules.load(item));
		}
	}

	@Test
	void commandWithVanishedModelRunsWithItsDefault()
			throws IOException, InterruptedException, ExecutionException {
		try (Context context = new Context()) {
			final CommandService commands = context.service(CommandService.class);
			final ModuleItem<String> item = commands.getCommand(TrainCommand.class).getInput("from", String.class);
			context.service(ModuleService.class).save(item, folder.resolve("gone.zip").toString());
			// There are no photos: what was remembered is looked at before.
			final CommandModule module = commands.run(TrainCommand.class, true, "inputFolder", folder.toFile(),
					"outputModel", folder.resolve("new.zip").toFile()).get();
			assertEquals("", module.getInput("from"));
		}
	}
}
