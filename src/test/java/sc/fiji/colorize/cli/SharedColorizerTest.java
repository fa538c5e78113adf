/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.OpenOptions;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.model.MissingModelException;
import sc.fiji.colorize.network.Precision;

class SharedColorizerTest {

	private static final BufferedImage PICTURE = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
	private static final Consumer<String> QUIET = sentence -> { };

	@TempDir
	private Path folder;

	private Path model() throws IOException {
		return Files.copy(TinyModel.file(), folder.resolve("model.zip"));
	}

	private static OpenOptions options(final Path model) {
		return OpenOptions.defaults().model(model.toString()).device("cpu");
	}

	@Test
	void sameOptionsShareOneColorizer() throws IOException {
		final OpenOptions options = options(model());
		try (SharedColorizer shared = new SharedColorizer(); RunContext.Loan one = shared.lend(options, QUIET);
				RunContext.Loan two = shared.lend(options, QUIET)) {
			assertSame(one.colorizer(), two.colorizer());
		}
	}

	@Test
	void replacedColorizerStaysOpenUntilItIsGivenBack() throws IOException {
		final OpenOptions options = options(model());
		try (SharedColorizer shared = new SharedColorizer()) {
			final RunContext.Loan one = shared.lend(options, QUIET);
			try (RunContext.Loan two = shared.lend(options.precision(Precision.FLOAT32), QUIET)) {
				assertNotSame(one.colorizer(), two.colorizer());
				assertDoesNotThrow(() -> one.colorizer().colorize(PICTURE));
				one.close();
				assertThrows(IllegalStateException.class, () -> one.colorizer().colorize(PICTURE));
				assertDoesNotThrow(() -> two.colorizer().colorize(PICTURE));
			}
		}
	}

	@Test
	void changedModelFileIsOpenedAgain() throws IOException {
		final Path model = model();
		try (SharedColorizer shared = new SharedColorizer(); RunContext.Loan before = shared.lend(options(model), QUIET)) {
			TinyModel.save(model, false, 2);
			try (RunContext.Loan after = shared.lend(options(model), QUIET)) {
				assertNotSame(before.colorizer().provenance(), after.colorizer().provenance());
			}
			Files.delete(model);
			assertThrows(MissingModelException.class, () -> shared.lend(options(model), QUIET));
		}
	}
}
