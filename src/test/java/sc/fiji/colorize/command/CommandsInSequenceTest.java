/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import ij.ImagePlus;
import ij.process.ByteProcessor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scijava.Context;
import org.scijava.command.Command;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.plugin.Plugin;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.model.PublishedWeights;
import sc.fiji.colorize.torch.TorchLibrary;
import sc.fiji.colorize.train.TinyTraining;

/** All commands after one another in one process: none leaves behind what another stumbles over. */
@Slow
class CommandsInSequenceTest {

	private static final String CACHE = "DJL_CACHE_DIR";

	@TempDir
	private Path folder;
	private Path photo;
	private Path images;
	private Path photos;
	private Path weights;

	@BeforeEach
	void prepare() throws IOException {
		images = Files.createDirectory(folder.resolve("images"));
		photo = images.resolve("old photo.png");
		ImageFiles.write(image(), photo);
		photos = TinyTraining.photos(folder.resolve("photos"));
		weights = PublishedWeights.copy("zip.pth", folder);
	}

	private static ImagePlus image() {
		return new ImagePlus("old photo.png", new ByteProcessor(60, 40, TinyModel.picture(60, 40, 1)));
	}

	/** The commands, with a folder for what they make. */
	private Map<Class<? extends Command>, Map<String, Object>> commands(final Path out) {
		final String model = TinyModel.file().toString();
		final Map<Class<? extends Command>, Map<String, Object>> commands = new LinkedHashMap<>();
		commands.put(InstallEngineCommand.class, Map.of("build", TorchLibrary.CPU));
		commands.put(ColorizeCommand.class, Map.of("input", image(), "model", model, "device", "cpu", "outputFile",
				out.resolve("colorized.png").toFile()));
		commands.put(ColorizeFolderCommand.class, Map.of("inputFolder", images.toFile(), "outputFolder",
				out.resolve("folder").toFile(), "model", model, "device", "cpu"));
		commands.put(TrainCommand.class, Map.of("inputFolder", photos.toFile(), "outputModel",
				out.resolve("trained.zip").toFile(), "from", model, "schedule", "32x4x1", "device", "cpu"));
		commands.put(EvaluateCommand.class, Map.of("inputFolder", photos.toFile(), "outputFolder",
				out.resolve("report").toFile(), "model", model, "temperature", "0.38", "device", "cpu"));
		commands.put(ImportCommand.class, Map.of("weights", weights.toFile(), "outputModel",
				out.resolve("imported.zip").toFile(), "temperature", 1.0));
		return commands;
	}

	private static void assertMade(final Path out) {
		for (final String name : List.of("colorized.png", "folder/old photo-colorized.png", "trained.zip",
				"report/index.html", "imported.zip")) {
			assertTrue(Files.exists(out.resolve(name)), name);
		}
	}

	/** Each of SciJava's threads is new here, and none of them has started the engine: the test model needed it before. */
	@ParameterizedTest
	@ValueSource(booleans = {false, true})
	void commandsRunInAnyOrder(final boolean backward) throws IOException, InterruptedException, ExecutionException {
		final Path out = Files.createDirectory(folder.resolve("out"));
		final List<Map.Entry<Class<? extends Command>, Map<String, Object>>> sequence =
				new ArrayList<>(commands(out).entrySet());
		if (backward) {
			Collections.reverse(sequence);
		}
		System.setProperty(CACHE, folder.toString());
		Files.createFile(Files.createDirectories(TorchLibrary.cacheFolder(TorchLibrary.CPU))
				.resolve(System.mapLibraryName("torch")));
		try (Context context = new Context()) {
			for (final Map.Entry<Class<? extends Command>, Map<String, Object>> entry : sequence) {
				final CommandModule module =
						context.service(CommandService.class).run(entry.getKey(), true, entry.getValue()).get();
				assertNull(module.getCancelReason(), entry.getKey().getSimpleName());
			}
		}
		finally {
			System.clearProperty(CACHE);
		}
		assertMade(out);
	}

	/** The same by macros in one session of plain ImageJ, with a failure in between. */
	@Test
	void commandsRunInAnyOrderInPlainImageJ() throws IOException, InterruptedException {
		assumeTrue(VirtualScreen.isPossible(), "Xvfb is not installed");
		final Path there = Files.createDirectory(folder.resolve("there"));
		final Path back = Files.createDirectory(folder.resolve("back"));
		final String wrong = "open('" + photo + "');\nrun('Colorize...', 'model=none.zip');\nreturn 'not reached';\n";
		assertEquals(
				List.of("done", "Error: There is no model 'none.zip': give 'default' or the path of a model zip.", "done"),
				MacrosInWindows.run(folder, macro(there, false), wrong, macro(back, true)));
		assertMade(there);
		assertMade(back);
	}

	private String macro(final Path out, final boolean backward) {
		final List<String> lines = new ArrayList<>();
		commands(out).forEach((command, parameters) -> {
			final StringBuilder line = new StringBuilder("run('").append(command.getAnnotation(Plugin.class)
					.menu()[2].label()).append("', '");
			parameters.forEach((name, value) -> {
				if (!name.equals(ColorizeCommand.INPUT)) {
					line.append(name).append("=[").append(value instanceof File file ? file.getPath() : value).append("] ");
				}
			});
			lines.add(line.append("');").toString());
		});
		if (backward) {
			Collections.reverse(lines);
		}
		return "open('" + photo + "');\n" + String.join("\n", lines) + "\nreturn 'done';\n";
	}
}
