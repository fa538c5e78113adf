/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.module.ModuleItem;
import org.scijava.service.Service;

import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.OpenOptions;
import sc.fiji.colorize.Slow;
import sc.fiji.colorize.model.PublishedWeights;

/** {@code Import Colorizer Weights...}. */
class ImportCommandTest extends SciJavaTest {

	private static CommandInfo command() {
		return context.service(CommandService.class).getCommand(ImportCommand.class);
	}

	private CommandModule run(final Path weights) throws InterruptedException, ExecutionException {
		return context.service(CommandService.class).run(ImportCommand.class, true, Map.of("weights", weights.toFile(),
				"outputModel", folder.resolve("model.zip").toFile(), "temperature", 1.0)).get();
	}

	@Test
	void namesAreFrozen() throws IOException {
		assertEquals("Plugins > Colorize > Import Colorizer Weights...", command().getMenuPath().getMenuString(true));
		assertTrue(command().canRunHeadless());
		try (InputStream in = ImportCommand.class.getResourceAsStream("/plugins.config")) {
			assertTrue(new String(in.readAllBytes(), StandardCharsets.UTF_8)
					.contains("Plugins>Colorize, \"Import Colorizer Weights...\", " + Ij1Commands.class.getName() + "(\""
							+ ImportCommand.class.getName() + "\")"));
		}
		final List<String> names = new ArrayList<>();
		for (final ModuleItem<?> item : command().inputs()) {
			if (item.getType() != Context.class && !Service.class.isAssignableFrom(item.getType())) {
				names.add(item.getName() + " " + item.getType().getSimpleName() + (item.isRequired() ? " required" : "")
						+ (item.isPersisted() ? " persisted" : ""));
			}
		}
		command().outputs().forEach(item -> names.add("-> " + item.getName() + " " + item.getType().getSimpleName()));
		assertEquals(List.of("weights File required persisted", "outputModel File required persisted",
				"temperature Double", "-> model File"), names);
	}

	@Test
	void importedWeightsGiveAModelThatOpens() throws IOException, InterruptedException, ExecutionException {
		final CommandModule module = run(PublishedWeights.copy("zip.pth", folder));
		assertFalse(module.isCanceled(), module.getCancelReason());
		final File model = (File) module.getOutput("model");
		try (Colorizer colorizer = Colorizer.open(OpenOptions.defaults().model(model.toString()).device("cpu"))) {
			assertEquals("zip", colorizer.card().name());
			assertEquals(1, colorizer.card().temperature());
		}
	}

	@Test
	void refusedWeightsAreReported() throws IOException, InterruptedException, ExecutionException {
		final Path text = Files.writeString(folder.resolve("text.pth"), "Only some text.");
		final CommandModule module = run(text);
		assertTrue(module.isCanceled());
		assertEquals("The weights " + text + " cannot be imported: it is neither a PyTorch state dict (.pth) nor a"
				+ " safetensors file.", module.getCancelReason());
		assertNull(module.getOutput("model"));
	}

	@Slow
	@Test
	void macroOfImageJ1Imports() throws IOException, InterruptedException {
		final Path weights = PublishedWeights.copy("legacy.pth", folder);
		final Path macro = Files.writeString(folder.resolve("macro.ijm"), "run('Import Colorizer Weights...', 'weights=["
				+ weights + "] outputmodel=[" + folder.resolve("my model.zip") + "]'); print('all done');");
		final String log = MacroInImageJ1.run(folder, macro.toString(), "");
		assertTrue(log.contains("all done"), log);
		assertTrue(Files.exists(folder.resolve("my model.zip")), log);
	}
}
