/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

import ij.ImagePlus;
import ij.process.ByteProcessor;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.imagej.ImageFiles;

/** A folder of inputs and one of results for each test, and a tiny model for the class. */
abstract class BatchFixture {

	@AutoClose
	static Colorizer colorizer;
	static ColorizeOptions options;

	@TempDir
	Path folder;
	Path in;
	/** Does not exist at first. */
	Path out;

	@BeforeAll
	static void openModel() throws IOException {
		options = TinyModel.options().size(32);
		colorizer = Colorizer.open(options.opening());
	}

	@BeforeEach
	void makeFolders() throws IOException {
		in = Files.createDirectory(folder.resolve("in"));
		out = folder.resolve("out");
	}

	/** A gray image of noise. */
	static ImagePlus gray(final int width, final int height, final long seed) {
		return new ImagePlus("x", new ByteProcessor(width, height, TinyModel.picture(width, height, seed)));
	}

	/** Writes a gray image among the inputs. */
	Path photo(final String name) throws IOException {
		final Path file = in.resolve(name);
		Files.createDirectories(file.getParent());
		ImageFiles.write(gray(20, 15, name.length()), file);
		return file;
	}

	BatchReport run(final List<Path> inputs, final BatchOptions batch, final BatchListener listener,
			final BooleanSupplier canceled) throws IOException {
		return new BatchRunner(colorizer, options, batch).run(BatchPlan.of(inputs, out, batch), listener, canceled);
	}

	BatchReport run(final List<Path> inputs, final BatchOptions batch) throws IOException {
		return run(inputs, batch, (result, progress) -> { }, () -> false);
	}
}
