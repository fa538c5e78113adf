/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

import org.scijava.ItemIO;
import org.scijava.ItemVisibility;
import org.scijava.command.Command;
import org.scijava.module.ModuleItem;
import org.scijava.plugin.Menu;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

import sc.fiji.colorize.io.DownloadListener;
import sc.fiji.colorize.io.Durations;
import sc.fiji.colorize.torch.EngineDownload;
import sc.fiji.colorize.torch.TorchEngine;
import sc.fiji.colorize.torch.TorchLibrary;

/** {@code Plugins > Colorize > Install Colorizer Engine...}: downloads the native PyTorch library. */
@Plugin(type = Command.class, headless = true,
		menu = {@Menu(label = "Plugins"), @Menu(label = "Colorize"),
				@Menu(label = "Install Colorizer Engine...", weight = 6)},
		description = "Downloads the native PyTorch library, which computes the colors.")
public class InstallEngineCommand extends ReportingCommand {

	/** The choice for users who have a library, or no network. */
	static final String BY_HAND = "by hand";

	private static final double MEGA = 1e6;

	@Parameter(visibility = ItemVisibility.MESSAGE, required = false, persist = false)
	private final String about = "The colors are computed with PyTorch, whose native library is not part of Fiji.";

	@Parameter(visibility = ItemVisibility.MESSAGE, required = false, persist = false)
	private final String installed = installed();

	@Parameter(visibility = ItemVisibility.MESSAGE, required = false, persist = false)
	private final String cpu = describe(TorchLibrary.CPU, "for every computer");

	@Parameter(visibility = ItemVisibility.MESSAGE, required = false, persist = false)
	private final String cuda = TorchLibrary.fitting().contains(TorchLibrary.CUDA)
			? describe(TorchLibrary.CUDA, "for the NVIDIA GPU of this computer") : "";

	@Parameter(visibility = ItemVisibility.MESSAGE, required = false, persist = false)
	private final String place = "It is fetched from publish.djl.ai, once, and goes to "
			+ TorchLibrary.cacheFolder(TorchLibrary.CPU).getParent() + ".";

	@Parameter(visibility = ItemVisibility.MESSAGE, required = false, persist = false)
	private final String otherwise = "If you have a libtorch already, or no network, choose '" + BY_HAND + "'.";

	@Parameter(required = false, persist = false, label = "Fetch the build", choices = {TorchLibrary.CPU,
		TorchLibrary.CUDA, BY_HAND},
			description = "The build for processors (cpu) or for NVIDIA GPUs (cu128), or by hand, which only says how.")
	private String build = TorchLibrary.CPU;

	@Parameter(type = ItemIO.OUTPUT)
	private File library;

	private String end = "";

	private static String installed() {
		try {
			return TorchLibrary.find().map(found -> "Installed: PyTorch " + TorchLibrary.version() + ", " + found.build()
					+ (found.folder() == null ? "." : ", in " + found.folder() + ".")).orElse("Installed: nothing yet.");
		}
		catch (final IllegalStateException e) {
			// An invalid setting.
			return e.getMessage();
		}
	}

	@Override
	String helpPage() {
		return "install.md";
	}

	@Override
	List<String> choices(final ModuleItem<?> item) {
		return super.choices(item).stream()
				.filter(choice -> !choice.equals(TorchLibrary.CUDA) || TorchLibrary.fitting().contains(choice)).toList();
	}

	private static String describe(final String build, final String whom) {
		return build + ": " + EngineDownload.size(build) + ", " + whom
				+ (TorchLibrary.fitting().contains(build) ? "." : "; it does not run on this computer.");
	}

	@Override
	void compute() throws IOException {
		if (BY_HAND.equals(build)) {
			cancel(byHand());
			return;
		}
		try (TaskProgress progress = new TaskProgress(this, "Install Colorizer Engine")) {
			final EngineDownload download = new EngineDownload(build);
			if (!download.run(reporter(progress), progress::wantsStop)) {
				cancel("The download was canceled; the next one continues where it stopped.");
				return;
			}
			library = download.folder().toFile();
			TorchEngine.get();
			end = "The PyTorch library is there.";
			log.info("The PyTorch library is in " + library
					+ "; if another one was in use already, it takes its place when ImageJ is started again.");
		}
	}

	@Override
	void cleanUp() {
		super.cleanUp();
		status.showStatus(end);
	}

	private static String byHand() {
		return "Set the environment variable PYTORCH_LIBRARY_PATH to the folder of a libtorch " + TorchLibrary.version()
				+ " and start ImageJ again;\nor copy the folder "
				+ TorchLibrary.cacheFolder(TorchLibrary.CPU).getFileName() + " of another computer like this one to "
				+ TorchLibrary.cacheFolder(TorchLibrary.CPU).getParent() + ".\nSee docs/install.md.";
	}

	private DownloadListener reporter(final TaskProgress progress) {
		return new DownloadListener() {

			@Override
			public void received(final long bytes, final long total, final double secondsLeft) {
				progress.show(String.format(Locale.ROOT, "Fetching PyTorch: %.0f of %.0f MB%s; Escape cancels",
						bytes / MEGA, total / MEGA, Durations.left(secondsLeft)), bytes, total);
			}

			@Override
			public void message(final String sentence) {
				log.info(sentence);
				status.showStatus(sentence);
			}
		};
	}
}
