/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sc.fiji.colorize.io.RetryPolicy;
import sc.fiji.colorize.model.MissingModelException.Kind;

class ModelStoreTest {

	@TempDir
	private Path folder;

	private ModelStore store(final Path... folders) {
		return new ModelStore(List.of(folders), KnownModel.all(), RetryPolicy.DEFAULT,
				(weights, model, zip, canceled) -> {
			throw new AssertionError();
		});
	}

	private Path zip(final String name) throws IOException {
		final Path file = folder.resolve(name);
		Files.createDirectories(file.getParent());
		return Files.createFile(file);
	}

	// -- Known models --

	@Test
	void knowsPublishedFile() {
		final KnownModel model = KnownModel.all().get(0);
		assertEquals("eccv16", model.name());
		assertEquals("colorization_release_v2-9b330a0b.pth", model.file());
		assertEquals(128_976_165, model.size());
		assertEquals("9b330a0bae53f4ded77b1e23defbf78beaa09c10ebc4c4999e8e4f4a160b93f9", model.sha256());
		assertEquals("BSD-2-Clause", model.license());
	}

	@Test
	void knownModelsAreValid() {
		for (final KnownModel model : KnownModel.all()) {
			assertEquals("https", model.url().getScheme(), model.name());
			assertTrue(model.url().getPath().endsWith("/" + model.file()), model.name());
			assertTrue(model.sha256().matches("[0-9a-f]{64}"), model.name());
			assertTrue(model.size() > 0, model.name());
			assertTrue(model.name().matches("[a-z][a-z0-9-]*"), model.name());
			assertFalse(model.name().equals(ModelFile.DEFAULT));
			assertTrue(model.doi().startsWith("10."), model.name());
		}
		assertEquals(KnownModel.all().size(), KnownModel.all().stream().map(KnownModel::name).distinct().count());
		assertThrows(IllegalStateException.class, () -> KnownModel.parse("- name: a\n"));
	}

	// -- Names --

	@Test
	void listsZipsOfFolders() throws IOException {
		zip("b/Vivid.zip");
		zip("b/my model.zip");
		zip("a/my model.zip");
		zip("a/notes.txt");
		zip("a/default.zip");
		zip("a/.hidden.zip");
		Files.createDirectories(folder.resolve("a/folder.zip"));
		final ModelStore store = store(folder.resolve("none"), folder.resolve("a"), folder.resolve("b"));
		assertEquals(List.of("default", "my model", "Vivid"), store.names());
		assertEquals(Optional.of(folder.resolve("a/my model.zip")), store.find("my model"));
		assertEquals(Optional.empty(), store.find("default"));
		assertEquals(Optional.empty(), store.find("../b/Vivid"));
		assertTrue(store.has("default") && store.has("Vivid") && store.has(folder.resolve("b/Vivid.zip").toString()));
		assertFalse(store.has(null) || store.has("") || store.has("none") || store.has("a\0b")
				|| store.has(folder.toString()));
	}

	@Test
	void namesTakePrecedenceOverPaths() throws IOException {
		final Path named = zip("a/m.zip");
		final Path other = zip("elsewhere/m.zip");
		final ModelStore store = store(folder.resolve("a"));
		assertEquals(named, store.resolve("m"));
		assertEquals(other, store.resolve(other.toString()));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = {
		"eccv16 | DOWNLOADABLE | is not on this computer yet | download it",
		"vivid | UNKNOWN_NAME | There is no model 'vivid' | the name of a model in the store",
		"vivid.zip | PATH | There is no model 'vivid.zip' | the path of a model zip"})
	void describesMissingModel(final String model, final Kind kind, final String problem, final String remedy) {
		final MissingModelException e = assertThrows(MissingModelException.class, () -> store(folder).resolve(model));
		assertEquals(model, e.model());
		assertEquals(kind, e.kind());
		assertEquals(problem, e.failure().problem());
		assertTrue(e.failure().remedy().contains(remedy), e.failure().remedy());
		assertEquals(e.failure().sentence(), e.getMessage());
	}

	@Test
	void downloadsOnlyKnownModels() {
		final IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
				() -> store(folder).download("vivid", null, () -> false));
		assertEquals("There is no model 'vivid' to download: the names are eccv16.", e.getMessage());
	}

	// -- Folders --

	@Test
	void foldersAreThoseOfFijiAndUser() throws IOException {
		final Path fiji = Files.createDirectories(folder.resolve("Fiji.app"));
		final Path plugins = Files.createDirectories(folder.resolve("ImageJ/plugins"));
		final Map<String, String> set = new HashMap<>(Map.of("user.home", "/home/me", "os.name", "Linux"));
		final Path user = Path.of("/home/me/.local/share/fiji-colorize/models");
		assertEquals(List.of(user), ModelFolders.find(set::get, name -> null));
		set.put("plugins.dir", plugins.toString());
		assertEquals(List.of(folder.resolve("ImageJ/models/colorize"), user), ModelFolders.find(set::get, name -> null));
		set.put("plugins.dir", plugins.getParent().toString());
		assertEquals(folder.resolve("ImageJ/models/colorize"), ModelFolders.find(set::get, name -> null).get(0));
		set.put("imagej.dir", folder.resolve("gone").toString());
		assertEquals(folder.resolve("ImageJ/models/colorize"), ModelFolders.find(set::get, name -> null).get(0));
		set.put("imagej.dir", fiji.toString());
		assertEquals(List.of(fiji.resolve("models/colorize"), user), ModelFolders.find(set::get, name -> null));
		final Map<String, String> variables = Map.of("COLORIZE_MODELS", "/data/models");
		assertEquals(List.of(Path.of("/data/models")), ModelFolders.find(set::get, variables::get));
		set.put("colorize.models", "/other");
		assertEquals(List.of(Path.of("/other")), ModelFolders.find(set::get, variables::get));
	}

	@Test
	void userFolderDependsOnSystem() {
		final Map<String, String> set = new HashMap<>(Map.of("user.home", "/home/me", "os.name", "Mac OS X"));
		assertEquals(List.of(Path.of("/home/me/Library/Application Support/fiji-colorize/models")),
				ModelFolders.find(set::get, name -> null));
		set.put("os.name", "Windows 11");
		assertEquals(List.of(Path.of("/home/me/AppData/Local/fiji-colorize/models")),
				ModelFolders.find(set::get, name -> null));
		set.put("os.name", "Linux");
		assertEquals(List.of(Path.of("/xdg/fiji-colorize/models")),
				ModelFolders.find(set::get, Map.of("XDG_DATA_HOME", "/xdg")::get));
	}

	@Test
	void skipsUnwritableFolders() throws IOException {
		final Path blocked = zip("file").resolve("models");
		assertEquals(folder.resolve("b"), ModelFolders.writable(List.of(blocked, folder.resolve("b"))));
		final IOException e = assertThrows(IOException.class, () -> ModelFolders.writable(List.of(blocked)));
		assertTrue(e.getMessage().startsWith("The folder for models " + blocked + " cannot be written to"), e.getMessage());
		assertTrue(e.getMessage().contains("COLORIZE_MODELS"), e.getMessage());
	}
}
