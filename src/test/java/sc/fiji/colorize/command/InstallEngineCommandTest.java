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
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.ItemVisibility;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.module.ModuleItem;
import org.scijava.service.Service;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.torch.TorchLibrary;

/** {@code Install Colorizer Engine...}, and the offer of it where it is missing. Nothing here uses the network. */
class InstallEngineCommandTest extends SciJavaTest {

	private static final String CACHE = "DJL_CACHE_DIR";

	@BeforeEach
	void nameTheCache() {
		System.setProperty(CACHE, folder.toString());
	}

	@AfterEach
	void restore() {
		System.clearProperty(CACHE);
	}

	private static CommandModule run(final String build) throws InterruptedException, ExecutionException {
		return context.service(CommandService.class).run(InstallEngineCommand.class, true, Map.of("build", build)).get();
	}

	@Test
	void namesAreFrozen() throws IOException {
		final CommandInfo info = context.service(CommandService.class).getCommand(InstallEngineCommand.class);
		assertEquals("Plugins > Colorize > Install Colorizer Engine...", info.getMenuPath().getMenuString(true));
		assertTrue(info.canRunHeadless());
		try (InputStream in = InstallEngineCommand.class.getResourceAsStream("/plugins.config")) {
			assertTrue(new String(in.readAllBytes(), StandardCharsets.UTF_8)
					.contains("Plugins>Colorize, \"Install Colorizer Engine...\", " + Ij1Commands.class.getName() + "(\""
							+ InstallEngineCommand.class.getName() + "\")"));
		}
		final List<String> names = new ArrayList<>();
		for (final ModuleItem<?> item : info.inputs()) {
			if (item.getType() != Context.class && !Service.class.isAssignableFrom(item.getType())
					&& item.getVisibility() != ItemVisibility.MESSAGE) {
				names.add(item.getName() + " " + item.getChoices() + (item.isPersisted() ? " persisted" : ""));
			}
		}
		info.outputs().forEach(item -> names.add("-> " + item.getName()));
		assertEquals(List.of("build [cpu, cu128, by hand]", "-> library"), names);
	}

	@Test
	void byHandExplainsAndDownloadsNothing() throws InterruptedException, ExecutionException, IOException {
		final CommandModule module = run(InstallEngineCommand.BY_HAND);
		assertTrue(module.isCanceled());
		assertTrue(module.getCancelReason().contains("PYTORCH_LIBRARY_PATH"), module.getCancelReason());
		assertTrue(module.getCancelReason().contains(TorchLibrary.cacheFolder(TorchLibrary.CPU).getParent().toString()),
				module.getCancelReason());
		assertEquals(0, folder.toFile().list().length);
	}

	@Test
	void installedLibraryIsReturned() throws InterruptedException, ExecutionException, IOException {
		final Path target = Files.createDirectories(TorchLibrary.cacheFolder(TorchLibrary.CPU));
		Files.createFile(target.resolve(System.mapLibraryName("torch")));
		final CommandModule module = run(TorchLibrary.CPU);
		assertFalse(module.isCanceled(), module.getCancelReason());
		assertEquals(target.toFile(), module.getOutput("library"));
	}

	@Test
	void unknownBuildIsReported() throws InterruptedException, ExecutionException {
		final CommandModule module = run("gpu");
		assertEquals("The build must be cpu or cu128 but is 'gpu'.", module.getCancelReason());
		assertNull(module.getOutput("library"));
	}

	@Slow
	@Test
	void macroOfImageJ1EndsWhenTheCommandFails() throws IOException, InterruptedException {
		final Path macro = Files.writeString(folder.resolve("macro.ijm"),
				"run('Install Colorizer Engine...', 'build=[by hand]'); print('gone' + ' on');");
		final String log = MacroInImageJ1.run(folder, macro.toString(), "");
		assertTrue(log.contains("PYTORCH_LIBRARY_PATH"), log);
		assertFalse(log.contains("gone on"), log);
	}

	@Slow
	@Test
	void missingEngineIsOfferedBeforeTheDialog() throws IOException, InterruptedException {
		assumeTrue(VirtualScreen.isPossible(), "Xvfb is not installed");
		final List<String> told = OfferInImageJ1.run(folder);
		final String choices = TorchLibrary.fitting().contains(TorchLibrary.CUDA) ? "cpu, cu128, by hand" : "cpu, by hand";
		assertEquals(List.of("dialog Install Colorizer Engine...", "choices " + choices,
				"message The colors are computed with PyTorch, whose native library is not part of Fiji.",
				"message Installed: nothing yet.",
				"answer by hand", "dialog Colorize", "commands recorded 0", "end"), told);
		assertFalse(Files.exists(folder.resolve(".djl.ai")));
	}
}
