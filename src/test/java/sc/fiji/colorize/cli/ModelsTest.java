/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.model.KnownModel;
import sc.fiji.colorize.model.ModelCard;
import sc.fiji.colorize.model.ModelInspection;

/** {@code fiji-colorize models}. */
class ModelsTest {

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
	void optionNamesAreStable() {
		assertEquals(List.of("download", "list", "show", "verify"), FijiColorize.commandLine().getSubcommands()
				.get("models").getSubcommands().keySet().stream().sorted().toList());
	}

	@Test
	void listShowsInstalledAndAvailableModels() throws IOException {
		final Path zip = Files.copy(TinyModel.file(), folder.resolve("tiny.zip"));
		final Outcome list = Outcome.of("models", "list");
		assertEquals(0, list.exit());
		assertEquals(List.of("default          bundled", "tiny             " + zip,
				"eccv16           not here yet: 'fiji-colorize models download eccv16' fetches 129 MB"),
				list.out().lines().toList());
		assertEquals(list, Outcome.of("models"));
	}

	@Test
	void knownModelIsShownWithItsSource() {
		final KnownModel known = KnownModel.all().get(0);
		final Outcome shown = Outcome.of("models", "show", "eccv16");
		assertEquals(0, shown.exit());
		for (final String part : List.of(known.url().toString(), known.sha256(), known.license(), known.copyright(),
				known.citation(), String.valueOf(known.size()), folder.resolve(known.file()).toString())) {
			assertTrue(shown.out().contains(part), part);
		}
	}

	@Test
	void modelIsShownWithItsCard() throws IOException {
		Files.copy(TinyModel.file(), folder.resolve("tiny.zip"));
		for (final String name : List.of("tiny", TinyModel.file().toString())) {
			final Outcome shown = Outcome.of("models", "show", name);
			assertEquals(0, shown.exit());
			for (final String part : List.of("Tiny", "A model for tests.", "0.0625", "rebalanced AuC 60.25",
					"Only for tests")) {
				assertTrue(shown.out().contains(part), part);
			}
		}
		assertTrue(Outcome.of("models", "show", "default").out().contains("bundled"));
		final Outcome none = Outcome.of("models", "show", "none.zip");
		assertEquals(2, none.exit());
		assertEquals(List.of("There is no model 'none.zip': give 'default' or the path of a model zip."), none.err());
		final Outcome unknown = Outcome.of("models", "verify", "vivid");
		assertEquals(1, unknown.exit());
		assertTrue(unknown.err().get(0).contains("'fiji-colorize models list'"), unknown.err().get(0));
	}

	@Test
	void bundledCardIsShortByDefault() throws IOException {
		final ModelCard card = ModelInspection.card("default");
		final Outcome brief = Outcome.of("models", "show", "default");
		assertEquals(0, brief.exit());
		assertTrue(brief.out().length() < 3000, brief.out());
		assertTrue(brief.out().lines().count() < 40, brief.out());
		for (final String part : List.of(card.name(), card.description(), card.origin().license(), card.origin().citation(),
				card.origin().doi(), card.weightsSha256(),
				card.networkSize() + " pixels", "auc_raw_percent", "models show default --full")) {
			assertTrue(brief.out().contains(part), part);
		}
		final Outcome full = Outcome.of("models", "show", "default", "--full");
		assertEquals(0, full.exit());
		for (final String part : List.of(card.documentation().strip(), card.metrics().toString(),
				card.training().toString(), card.origin().license())) {
			assertTrue(full.out().contains(part), part);
		}
		assertFalse(full.out().contains("--full"));
	}

	@Test
	void verifyNamesDamagedModels() throws IOException {
		Files.copy(TinyModel.file(), folder.resolve("good.zip"));
		final byte[] cut = Files.readAllBytes(TinyModel.file());
		Files.write(folder.resolve("cut.zip"), Arrays.copyOf(cut, cut.length / 2));
		final Outcome all = Outcome.of("models", "verify");
		assertEquals(1, all.exit());
		assertEquals(List.of("default is intact.", "good is intact."), all.out().lines().toList());
		assertEquals(List.of("The model " + folder.resolve("cut.zip")
				+ " cannot be opened: the file is cut off before its end."), all.err());
		assertEquals(0, Outcome.of("models", "verify", "good").exit());
		assertEquals(1, Outcome.of("models", "verify", "none").exit());
	}

	@Test
	void replacedWeightsAreNamed() throws IOException {
		final Path weights = Files.write(folder.resolve(KnownModel.all().get(0).file()), new byte[10]);
		for (final String word : List.of("verify", "download")) {
			final Outcome outcome = Outcome.of("models", word, "eccv16");
			assertEquals(1, outcome.exit());
			assertEquals(1, outcome.err().size());
			assertTrue(outcome.err().get(0).startsWith("The file " + weights
					+ " is not the published one: it has 10 bytes instead of 128976165"), outcome.err().get(0));
		}
		assertFalse(Files.exists(folder.resolve("eccv16.zip")));
	}

	@Test
	void wrongUsageIsOneSentence() {
		final Outcome unknown = Outcome.of("models", "download", "vivid");
		assertEquals(2, unknown.exit());
		assertEquals(List.of("There is no model 'vivid' to download: the names are eccv16."), unknown.err());
		final Outcome missing = Outcome.of("models", "download");
		assertEquals(2, missing.exit());
		assertEquals(1, missing.err().size());
	}
}
