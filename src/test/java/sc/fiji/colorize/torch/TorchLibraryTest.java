/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import ai.djl.pytorch.jni.LibUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.torch.TorchLibrary.Environment;

/** The search for the native library. */
class TorchLibraryTest {

	private static final String LIBRARY = System.mapLibraryName("torch");
	private static final String SYSTEM = "some-system";

	private final Map<String, String> settings = new HashMap<>();

	@TempDir
	private Path folder;

	private Environment environment(final String cuda, final String jar) {
		return new Environment(settings::get, folder.resolve("cache"), "2.7.1", SYSTEM, cuda, jar,
				(system, build) -> system.equals(SYSTEM) && List.of("cpu", "cu128").contains(build));
	}

	private Path library(final String path) throws IOException {
		final Path made = Files.createDirectories(folder.resolve(path));
		Files.createFile(made.resolve(LIBRARY));
		return made;
	}

	private Optional<TorchLibrary> find(final String cuda, final String jar) {
		return TorchLibrary.find(environment(cuda, jar));
	}

	@Test
	void findsNoneForOtherVersionsAndSystems() throws IOException {
		assertEquals(Optional.empty(), find("cu128", null));
		Files.createDirectories(folder.resolve("cache/2.7.1-cpu-some-system"));
		library("cache/2.7.1-cpu-other-system");
		library("cache/2.5.1-cpu-some-system");
		assertEquals(Optional.empty(), find("cu128", null));
	}

	@Test
	void cachedCpuBuildComesLast() throws IOException {
		final Path cached = library("cache/2.7.1-cpu-some-system");
		assertEquals(Optional.of(new TorchLibrary(cached, "cpu")), find("cpu", null));
		assertEquals(Optional.of(new TorchLibrary(cached, "cpu")), find("cu128", null));
		assertEquals(Optional.of(new TorchLibrary(null, "cpu")), find("cpu", "cpu"));
	}

	@Test
	void findsLibraryUnpackedFromJar() throws IOException {
		final Path unpacked = library("cache/2.7.1-20250812-cpu-some-system");
		assertEquals(Optional.of(new TorchLibrary(unpacked, "cpu")), find("cpu", null));
		final Path downloaded = library("cache/2.7.1-cpu-some-system");
		assertEquals(Optional.of(new TorchLibrary(downloaded, "cpu")), find("cpu", null));
	}

	@Test
	void cudaBuildNeedsRecentCuda() throws IOException {
		final Path cuda = library("cache/2.7.1-cu128-some-system");
		for (final String newEnough : List.of("cu128", "cu129", "cu130")) {
			assertEquals(Optional.of(new TorchLibrary(cuda, "cu128")), find(newEnough, "cpu"), newEnough);
			assertTrue(environment(newEnough, null).fits("cu128"));
		}
		for (final String older : List.of("cpu", "cu118", "cu126")) {
			assertEquals(Optional.empty(), find(older, null), older);
			assertFalse(environment(older, null).fits("cu128"));
			assertTrue(environment(older, null).fits("cpu"));
		}
	}

	@Test
	void dependsOnCudaOnlyWithCudaBuild() throws IOException {
		final Path cache = folder.resolve("cache");
		assertFalse(TorchLibrary.dependsOnCuda(cache));
		library("cache/2.7.1-20250812-cpu-some-system");
		assertFalse(TorchLibrary.dependsOnCuda(cache));
		library("cache/2.7.1-cu128-some-system");
		assertTrue(TorchLibrary.dependsOnCuda(cache));
	}

	/** Preloading another file than DJL would load the library twice. */
	@Test
	void preloadedFileIsThatOfDjl() {
		TorchEngine.get();
		TorchLibrary.find().flatMap(TorchLibrary::largestFile)
				.ifPresent(file -> assertEquals(Path.of(LibUtils.getLibtorchPath()), file.getParent()));
		assertEquals(Optional.empty(), new TorchLibrary(folder, TorchLibrary.CUDA).largestFile());
		assertEquals(Optional.empty(), new TorchLibrary(folder, TorchLibrary.CPU).largestFile());
	}

	@Test
	void libraryPathComesFirst() throws IOException {
		library("cache/2.7.1-cpu-some-system");
		final Path mine = library("mine");
		settings.put("PYTORCH_LIBRARY_PATH", folder.resolve("nothing") + File.pathSeparator + mine);
		assertEquals(Optional.of(new TorchLibrary(mine, "cpu")), find("cpu", "cpu"));
		settings.put("PYTORCH_LIBRARY_PATH", mine.resolve(LIBRARY).toString());
		assertEquals(Optional.of(new TorchLibrary(mine, "cpu")), find("cpu", "cpu"));
		Files.createFile(mine.resolve(System.mapLibraryName("torch_cuda")));
		assertEquals(Optional.of(new TorchLibrary(mine, "cu128")), find("cpu", "cpu"));
		settings.put("PYTORCH_FLAVOR", "cpu");
		assertEquals(Optional.of(new TorchLibrary(mine, "cpu")), find("cpu", "cpu"));
	}

	@Test
	void rejectsLibraryPathWithoutLibrary() {
		settings.put("PYTORCH_LIBRARY_PATH", folder.toString());
		final Environment environment = environment("cpu", "cpu");
		final String message =
				assertThrows(IllegalStateException.class, () -> TorchLibrary.find(environment)).getMessage();
		assertTrue(message.startsWith("PYTORCH_LIBRARY_PATH is " + folder + ", where there is no " + LIBRARY), message);
		assertTrue(message.contains("libtorch 2.7.1"), message);
	}

	@Test
	void flavorRestrictsSearch() throws IOException {
		library("cache/2.7.1-cu128-some-system");
		settings.put("PYTORCH_FLAVOR", "cpu");
		assertEquals(Optional.empty(), find("cu128", null));
		assertEquals(Optional.of(new TorchLibrary(null, "cpu")), find("cu128", "cpu"));
		final Path cached = library("cache/2.7.1-cpu-some-system");
		assertEquals(Optional.of(new TorchLibrary(cached, "cpu")), find("cu128", "cpu"));
	}

	@Test
	void findsLibraryOfThisJvm() {
		assertTrue(TorchLibrary.find().isPresent());
		assertFalse(TorchEngine.isMissing());
		assertTrue(TorchLibrary.fitting().contains(TorchLibrary.CPU));
		assertTrue(TorchLibrary.cacheFolder(TorchLibrary.CPU).endsWith(
				TorchLibrary.version() + "-cpu-" + TorchLibrary.system()));
	}
}
