/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sc.fiji.colorize.imagej.ImageFile;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Sha256;
import sc.fiji.colorize.metadata.Provenance;

/** {@code fiji-colorize provenance FILE}. */
@Command(name = "provenance", mixinStandardHelpOptions = true,
		description = {"Prints how a colorized image was made: software, model, options and original.",
				"Exit code 1: Fiji Colorize did not mark the file as its own, or it was made from another original."},
		footer = {"", "Example: fiji-colorize provenance photo-colorized.png",
				"Example: fiji-colorize provenance photo-colorized.png --original scans/photo.jpg"})
final class ProvenanceSubcommand implements Callable<Integer> {

	@Spec
	private CommandSpec spec;

	@Parameters(paramLabel = "FILE", description = "A colorized image.")
	private Path file;

	@Option(names = "--original", paramLabel = "FILE",
			description = "Check whether the image was made from this file. Default: no check. Example: scans/photo.jpg")
	private Path original;

	@Override
	public Integer call() throws IOException {
		requireFile(file);
		if (original != null) {
			requireFile(original);
		}
		final PrintWriter out = spec.commandLine().getOut();
		final Optional<Provenance> provenance = DescribedException.get("The file " + file, "cannot be read", () -> {
			try (ImageFile open = ImageFile.open(file)) {
				return open.metadata().provenance();
			}
		});
		if (provenance.isEmpty()) {
			spec.commandLine().getErr().println(file + " does not say that " + Provenance.PROGRAM + " made it.");
			return FijiColorize.SOME_FAILED;
		}
		final Provenance made = provenance.get();
		out.println(file + ": colors are predicted, not recorded");
		out.println("software: " + made.software());
		made.settings().forEach((name, value) -> out.println(name + ": " + value));
		if (!made.source().isEmpty()) {
			out.println("original: " + made.source());
		}
		if (!made.sourceSha256().isEmpty()) {
			out.println("original sha256: " + made.sourceSha256());
		}
		return original == null || isOriginal(made) ? 0 : FijiColorize.SOME_FAILED;
	}

	private static void requireFile(final Path path) {
		if (!Files.isRegularFile(path)) {
			throw new IllegalArgumentException(
					"There is no file " + path + (Files.isDirectory(path) ? ": it is a folder." : "."));
		}
	}

	private boolean isOriginal(final Provenance made) throws IOException {
		if (made.sourceSha256().isEmpty()) {
			spec.commandLine().getErr().println(file + " does not say from which file it was made.");
			return false;
		}
		final String found = DescribedException.get("The file " + original, "cannot be read", () -> Sha256.of(original));
		if (found.equals(made.sourceSha256())) {
			spec.commandLine().getOut().println(original + " is the file it was made from.");
			return true;
		}
		spec.commandLine().getErr().println(original + " is not the file it was made from: its sha256 is " + found + ".");
		return false;
	}
}
