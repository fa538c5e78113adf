/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

import ij.ImagePlus;
import ij.process.ByteProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;

import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.model.ModelStore;

/** What the dialogs offer where they ask for a model. */
class ModelChoiceTest {

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
	void namesAndTheFileOfTheLastTimeAreOffered() throws IOException {
		final ModelStore store = ModelStore.ofUser();
		assertEquals(List.of("default", ModelChoice.OTHER_FILE), ModelChoice.choices(store, "default"));
		Files.copy(TinyModel.file(), folder.resolve("tiny.zip"));
		final String path = TinyModel.file().toString();
		assertEquals(List.of("default", "tiny", ModelChoice.OTHER_FILE), ModelChoice.choices(store, "tiny"));
		assertEquals(List.of(path, "default", "tiny", ModelChoice.OTHER_FILE), ModelChoice.choices(store, path));
	}

	@Test
	void aVanishedModelFallsBackWithASentence() throws IOException {
		final List<String> told = new ArrayList<>();
		final ModelStore store = ModelStore.ofUser();
		for (final String nothing : new String[] {null, "", ModelChoice.OTHER_FILE}) {
			assertEquals("default", ModelChoice.fallBack(store, nothing, told::add));
		}
		assertEquals(List.of(), told);
		final Path zip = Files.copy(TinyModel.file(), folder.resolve("tiny.zip"));
		assertEquals("tiny", ModelChoice.fallBack(store, "tiny", told::add));
		assertEquals(zip.toString(), ModelChoice.fallBack(store, zip.toString(), told::add));
		assertEquals(List.of(), told);
		Files.delete(zip);
		for (final String gone : List.of("tiny", zip.toString(), "a\0b")) {
			assertEquals("default", ModelChoice.fallBack(store, gone, told::add));
			assertEquals("The model '" + gone + "' of the last time is not there any more: 'default' takes its place.",
					told.remove(0));
		}
	}

	@Test
	void aModelIsFoundByItsName() throws IOException, InterruptedException, ExecutionException {
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
	void theModelOfTheLastTimeMayBeGoneWithoutTheCommandFailing()
			throws IOException, InterruptedException, ExecutionException {
		final Path zip = Files.copy(TinyModel.file(), folder.resolve("tiny.zip"));
		try (Context context = new Context()) {
			final ImagePlus photo = new ImagePlus("photo", new ByteProcessor(20, 10, TinyModel.picture(20, 10, 1)));
			final CommandService commands = context.service(CommandService.class);
			commands.run(ColorizeCommand.class, true, "input", photo, "model", zip.toString(), "device", "cpu").get();
			Files.delete(zip);
			final CommandModule module =
					commands.run(ColorizeCommand.class, true, "input", photo, "device", "cpu").get();
			assertFalse(module.isCanceled(), module.getCancelReason());
			assertEquals("default", module.getInput("model"));
		}
	}
}
