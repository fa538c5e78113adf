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
import java.util.List;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.OptionSpec;

import sc.fiji.colorize.SampleLandscape;
import sc.fiji.colorize.model.PublishedWeights;

/** {@code fiji-colorize import}. */
class ImportTest {

	@TempDir
	private Path folder;

	@Test
	void optionsAreStableAndShowDefaults() {
		final List<OptionSpec> options = FijiColorize.commandLine().getSubcommands().get("import")
				.getCommandSpec().options();
		assertEquals(List.of("--overwrite", "--temperature", "-V --version", "-h --help", "-o --output"),
				options.stream().map(option -> String.join(" ", option.names())).sorted().toList());
		for (final OptionSpec option : options) {
			assertTrue(option.required() || option.usageHelp() || option.versionHelp()
					|| String.join(" ", option.description()).contains("Default: "), option.longestName());
		}
		assertTrue(Outcome.of("import", "--help").out().contains("Example: fiji-colorize import"));
	}

	@Test
	void importedModelColorizes() throws IOException {
		final Path weights = PublishedWeights.copy("legacy.pth", folder);
		final Path model = folder.resolve("model.zip");
		final Outcome made = Outcome.of("import", weights, "-o", model);
		assertEquals(0, made.exit(), String.join("\n", made.err()));
		assertEquals(weights + " -> " + model + System.lineSeparator(), made.out());
		final Path photo = folder.resolve("photo.png");
		ImageIO.write(SampleLandscape.gray(SampleLandscape.render(90, 60, 1)), "png", photo.toFile());
		final Path colorized = folder.resolve("colorized.png");
		final Outcome outcome = Outcome.of("colorize", photo, "-o", colorized, "--model", model, "--device", "cpu",
				"--reference");
		assertEquals(0, outcome.exit(), String.join("\n", outcome.err()));
		assertEquals(90, ImageIO.read(colorized.toFile()).getWidth());
		final Outcome refused = Outcome.of("colorize", photo, "-o", colorized, "--reference", "--size", "128");
		assertEquals(2, refused.exit());
		assertEquals(List.of("The published demo uses 256x256 pixels, so as a reference the size must be 256 or left "
				+ "out but is 128."), refused.err());
	}

	@Test
	void existingModelIsAnErrorUnlessOverwritten() throws IOException {
		final Path weights = PublishedWeights.copy("zip.pth", folder);
		final Path model = Files.writeString(folder.resolve("model.zip"), "mine");
		final Outcome left = Outcome.of("import", weights, "-o", model);
		assertEquals(2, left.exit());
		assertEquals(1, left.err().size());
		for (final String part : List.of(model.toString(), "already exists", "--overwrite")) {
			assertTrue(left.err().get(0).contains(part), left.err().get(0));
		}
		assertEquals("mine", Files.readString(model));
		assertEquals(0, Outcome.of("import", weights, "-o", model, "--overwrite").exit());
		assertTrue(Files.size(model) > 1000);
	}

	@Test
	void failuresAreOneSentence() throws IOException {
		final Path model = folder.resolve("model.zip");
		final Outcome none = Outcome.of("import", folder.resolve("none.pth"), "-o", model);
		assertEquals(2, none.exit());
		assertEquals(List.of("There is no file " + folder.resolve("none.pth") + "."), none.err());
		final Path text = Files.writeString(folder.resolve("text.pth"), "Only some text.");
		final Outcome wrong = Outcome.of("import", text, "-o", model);
		assertEquals(1, wrong.exit());
		assertEquals(List.of("The weights " + text + " cannot be imported: it is neither a PyTorch state dict (.pth) nor a"
				+ " safetensors file."), wrong.err());
		assertEquals(2, Outcome.of("import", text, "-o", model, "--temperature", 2).exit());
		assertEquals(2, Outcome.of("import", text).exit());
		assertFalse(Files.exists(model));
	}
}
