/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sc.fiji.colorize.torch.EngineDownload;
import sc.fiji.colorize.torch.TorchLibrary;

/** {@code fiji-colorize engine [show|download]}. */
@Command(name = "engine", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "[show|download]",
		description = {"Shows and downloads the native PyTorch library that runs the network.",
				"Default: show."},
		footer = {"", "Example: fiji-colorize engine show", "Example: fiji-colorize engine download cu128"})
final class EngineSubcommand implements Callable<Integer> {

	@Spec
	private CommandSpec spec;

	@Override
	public Integer call() {
		return show();
	}

	@Command(name = "show", mixinStandardHelpOptions = true,
			description = "Shows which PyTorch library is used, and which builds run on this computer.",
			footer = {"", "Example: fiji-colorize engine show"})
	int show() {
		final PrintWriter out = spec.commandLine().getOut();
		final Optional<TorchLibrary> library = TorchLibrary.find();
		final List<String> fitting = TorchLibrary.fitting();
		out.println("PyTorch:   " + TorchLibrary.version() + " for " + TorchLibrary.system());
		out.println("CUDA:      " + (TorchLibrary.cuda().equals(TorchLibrary.CPU) ? "none to be seen"
				: TorchLibrary.cuda()));
		out.println("library:   " + library.map(found -> found.build() + ", "
				+ (found.folder() == null ? "in a jar on the class path" : found.folder())).orElse("not here yet"));
		for (final String build : List.of(TorchLibrary.CPU, TorchLibrary.CUDA)) {
			out.printf("%-10s %s%n", build + ":", !fitting.contains(build) ? "does not run on this computer"
					: TorchLibrary.hasLibrary(TorchLibrary.cacheFolder(build))
							? "downloaded to " + TorchLibrary.cacheFolder(build)
							: "'fiji-colorize engine download " + build + "' fetches " + EngineDownload.size(build) + " to "
									+ TorchLibrary.cacheFolder(build));
		}
		return 0;
	}

	@Command(name = "download", mixinStandardHelpOptions = true,
			description = {"Downloads the PyTorch library from publish.djl.ai into the cache of DJL.",
				"An interrupted download resumes where it stopped."},
			footer = {"", "Example: fiji-colorize engine download cpu"})
	int download(@Parameters(paramLabel = "BUILD",
			description = "cpu, or cu128 for NVIDIA GPUs with CUDA 12.8 or newer.") final String build) throws IOException {
		final PrintWriter out = spec.commandLine().getOut();
		final EngineDownload download = new EngineDownload(build);
		try (Interrupt interrupt = new Interrupt()) {
			if (!download.run(new DownloadPrinter(out), interrupt::isGiven)) {
				return FijiColorize.INTERRUPTED;
			}
			out.println("The PyTorch library is there: " + download.folder());
			return 0;
		}
	}
}
