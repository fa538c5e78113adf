/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.torch.TorchLibrary;

/** The subcommand engine, without a network. */
class EngineTest {

	private static final String CACHE = "DJL_CACHE_DIR";

	@TempDir
	private Path folder;

	@BeforeEach
	void nameTheCache() {
		System.setProperty(CACHE, folder.toString());
	}

	@AfterEach
	void restore() {
		System.clearProperty(CACHE);
	}

	@Test
	void optionNamesAreStable() {
		assertEquals(List.of("download", "show"), FijiColorize.commandLine().getSubcommands().get("engine")
				.getSubcommands().keySet().stream().sorted().toList());
	}

	@Test
	void listShowsInstalledAndAvailableBuilds() throws IOException {
		final Outcome before = Outcome.of("engine");
		assertEquals(0, before.exit());
		assertEquals(before, Outcome.of("engine", "show"));
		assertTrue(before.out().contains("PyTorch:   " + TorchLibrary.version() + " for " + TorchLibrary.system()),
				before.out());
		final Path target = TorchLibrary.cacheFolder(TorchLibrary.CPU);
		assertTrue(target.startsWith(folder));
		assertTrue(before.out().contains("cpu:       'fiji-colorize engine download cpu' fetches "), before.out());
		assertTrue(before.out().contains(" to " + target), before.out());
		Files.createDirectories(target);
		Files.createFile(target.resolve(System.mapLibraryName("torch")));
		assertTrue(Outcome.of("engine").out().contains("cpu:       downloaded to " + target));
	}

	@Test
	void installedBuildIsNotDownloaded() throws IOException {
		final Path target = Files.createDirectories(TorchLibrary.cacheFolder(TorchLibrary.CPU));
		Files.createFile(target.resolve(System.mapLibraryName("torch")));
		final Outcome outcome = Outcome.of("engine", "download", "cpu");
		assertEquals(0, outcome.exit());
		assertEquals("The PyTorch library is there: " + target, outcome.out().strip());
	}

	@Test
	void buildsForOtherSystemsAreRefused() {
		final Outcome nonsense = Outcome.of("engine", "download", "gpu");
		assertEquals(2, nonsense.exit());
		assertEquals(List.of("The build must be cpu or cu128 but is 'gpu'."), nonsense.err());
		assumeFalse(TorchLibrary.fitting().contains(TorchLibrary.CUDA), "this computer has CUDA");
		final Outcome cuda = Outcome.of("engine", "download", "cu128");
		assertEquals(2, cuda.exit());
		assertTrue(cuda.err().get(0).startsWith("The build cu128 does not run on this computer: it is "
				+ TorchLibrary.system()), cuda.err().toString());
	}
}
