/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.script.ScriptException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.console.ConsoleService;
import org.scijava.script.ScriptModule;
import org.scijava.script.ScriptService;
import org.scijava.startup.StartupService;
import org.scijava.util.FileUtils;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.cli.FijiColorize;
import sc.fiji.colorize.command.EvaluateCommand;
import sc.fiji.colorize.evaluate.ColorizerEvaluation;
import sc.fiji.colorize.evaluate.EvaluateListener;
import sc.fiji.colorize.evaluate.EvaluateOptions;
import sc.fiji.colorize.evaluate.Report;
import sc.fiji.colorize.train.ColorizerTrainer;
import sc.fiji.colorize.train.TinyTraining;
import sc.fiji.colorize.train.TrainListener;
import sc.fiji.colorize.train.TrainOptions;

/** Runs the examples in {@code scripts/} for servers. */
@Slow
class ScriptExamplesTest {

	private static final Path SCRIPTS = Path.of("scripts");
	/** Far more than anything takes, so that only a hang fails. */
	private static final int MINUTES = 10;

	private Context context;
	@TempDir
	private Path folder;

	@BeforeEach
	void start() {
		context = new Context();
	}

	@AfterEach
	void stop() {
		context.dispose();
	}

	/** As Fiji does with the words after its own name. */
	private void headless(final String script, final String values) {
		headlessRun(SCRIPTS.resolve(script).toString(), values);
	}

	private void headlessRun(final String what, final String values) {
		context.service(ConsoleService.class).processArgs("--headless", "--run", what, values);
		context.service(StartupService.class).executeOperations();
	}

	private ScriptModule run(final String script, final Map<String, Object> values)
			throws IOException, InterruptedException, ExecutionException {
		try {
			return context.service(ScriptService.class).run(SCRIPTS.resolve(script).toFile(), true, values).get();
		}
		catch (final ScriptException e) {
			throw new IOException(e);
		}
	}

	private List<Path> images(final int count) throws IOException {
		final List<Path> images = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			images.add(ExampleImages.write(folder.resolve("in/sub" + i % 2 + "/p" + i + ".png"), i));
		}
		return images;
	}

	private Path result(final Path image) {
		final Path relative = folder.resolve("in").relativize(image);
		return folder.resolve("out").resolve(relative)
				.resolveSibling(image.getFileName().toString().replace(".png", "-colorized.png"));
	}

	@Test
	void folderIsColorizedInShares() throws IOException {
		final List<Path> images = images(3);
		final String values = "input='" + folder.resolve("in") + "',output='" + folder.resolve("out") + "',model='"
				+ TinyModel.file() + "',temperature=0.2,shards=2,shard=";
		headless("colorize_folder.groovy", values + 2);
		assertEquals(1, images.stream().filter(image -> Files.exists(result(image))).count());
		headless("colorize_folder.groovy", values + 1);
		for (final Path image : images) {
			ExampleImages.assertColorized(image, 0.2, result(image));
		}
	}

	@Test
	void damagedImageDoesNotStopTheOthers() throws IOException, InterruptedException, ExecutionException {
		final List<Path> images = images(2);
		Files.writeString(folder.resolve("in/a.png"), "Just text.");
		final Map<String, Object> values = Map.of("input", folder.resolve("in").toFile(), "output",
				folder.resolve("out").toFile(), "model", TinyModel.file().toString());
		assertEquals("2 colorized, 0 skipped, 1 failed.", run("colorize_folder.groovy", values).getOutput("summary"));
		ExampleImages.assertColorized(images.get(0), 0.38, result(images.get(0)));
		assertTrue(Files.readString(folder.resolve("out/share-1-of-1.csv")).contains("a.png,failed,,"));
		assertEquals("0 colorized, 2 skipped, 1 failed.", run("colorize_folder.groovy", values).getOutput("summary"));
	}

	@Test
	void scriptTrains() throws IOException, InterruptedException, ExecutionException {
		final Path photos = TinyTraining.photos(folder.resolve("photos"));
		final Path model = folder.resolve("mine.zip");
		headless("train.groovy", "photos='" + photos + "',output='" + model
				+ "',width=0.0625,schedule='32x4x1',device='cpu'");
		final Path expected = folder.resolve("expected.zip");
		final TrainOptions options = TrainOptions.defaults().width(1 / 16.0)
				.schedule(List.of(new TrainOptions.Stage(32, 4, 1))).device("cpu");
		assertTrue(new ColorizerTrainer(photos, expected, options, TrainListener.NONE, () -> false).run(false));
		assertArrayEquals(ExampleImages.entry(expected, "weights.safetensors"),
				ExampleImages.entry(model, "weights.safetensors"));

		// Run again, it goes on: here there is nothing left to do.
		assertEquals(true, run("train.groovy", Map.of("photos", photos.toFile(), "output", model.toFile(), "width",
				1 / 16.0, "schedule", "32x4x1", "device", "cpu")).getOutput("complete"));
	}

	@Test
	void scriptEvaluates() throws IOException, InterruptedException {
		final Path photos = TinyTraining.photos(folder.resolve("photos"));
		final Path report = folder.resolve("report");
		headless("evaluate.groovy", "photos='" + photos + "',output='" + report + "',models='" + TinyModel.file()
				+ "',temperatures='0.2;1'");
		final Path expected = folder.resolve("expected");
		new ColorizerEvaluation(photos, EvaluateOptions.defaults().rows(List.of(TinyModel.options().temperature(0.2),
				TinyModel.options().temperature(1))), EvaluateListener.NONE, () -> false).run().orElseThrow()
						.write(expected);
		for (final String file : List.of(Report.JSON, Report.CSV, Report.HTML)) {
			assertEquals(Files.readString(expected.resolve(file)), Files.readString(report.resolve(file)), file);
		}
	}

	@Test
	void commandRunsByClassName() throws IOException {
		final Path photos = TinyTraining.photos(folder.resolve("photos"));
		final Path report = folder.resolve("report");
		headlessRun(EvaluateCommand.class.getName(), "inputFolder='" + photos + "',outputFolder='" + report + "',model='"
				+ TinyModel.file() + "',temperature='0.2'");
		assertTrue(Files.readString(report.resolve(Report.JSON)).contains("64 px, T 0.2"));
	}

	// -- SLURM --

	/** A task of an array job; a small launcher stands for the one that builds the jar. */
	private Process task(final Map<String, String> variables, final Object... words)
			throws IOException, InterruptedException {
		final Path launcher = Files.writeString(folder.resolve("launcher"), "#!/bin/sh\nexec '"
				+ Path.of(System.getProperty("java.home"), "bin", "java")
				+ "' -Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dai.djl.pytorch.num_threads=1 -cp '"
				+ System.getProperty("java.class.path") + "' " + FijiColorize.class.getName() + " \"$@\"\n");
		assertTrue(launcher.toFile().setExecutable(true));
		final List<String> command = new ArrayList<>(List.of("bash", SCRIPTS.resolve("slurm_array.sh").toString()));
		Arrays.stream(words).map(Object::toString).forEach(command::add);
		final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(folder.resolve("log.txt").toFile());
		builder.environment().put("FIJI_COLORIZE", launcher.toString());
		builder.environment().putAll(variables);
		final Process process = builder.start();
		assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES));
		return process;
	}

	@Test
	void arrayTasksShareTheWork() throws IOException, InterruptedException {
		final List<Path> images = images(3);
		for (int id = 0; id < 2; id++) {
			final Process task = task(Map.of("SLURM_ARRAY_TASK_ID", String.valueOf(id), "SLURM_ARRAY_TASK_MIN", "0",
					"SLURM_ARRAY_TASK_COUNT", "2"), folder.resolve("in"), folder.resolve("out"), "--model",
					TinyModel.file(), "--device", "cpu");
			final String log = Files.readString(folder.resolve("log.txt"));
			assertEquals(0, task.exitValue(), log);
			assertFalse(log.contains("skipped\n"), log);
			assertEquals(id == 0 ? 2 : 3, images.stream().filter(image -> Files.exists(result(image))).count(), log);
			assertTrue(Files.exists(folder.resolve("out/report-" + (id + 1) + "-of-2.json")), log);
		}
		ExampleImages.assertColorized(images.get(2), 0.38, result(images.get(2)));
	}

	@Test
	void scriptWithoutAnArrayJobSaysWhatToDo() throws IOException, InterruptedException {
		assertEquals(2, task(Map.of(), "in").exitValue());
		assertTrue(Files.readString(folder.resolve("log.txt")).startsWith("usage: sbatch scripts/slurm_array.sh "));
		assertEquals(1, task(Map.of(), "in", "out").exitValue());
		assertTrue(Files.readString(folder.resolve("log.txt")).contains("submit this file with sbatch"));
	}

	@Test
	void everyExampleSaysHowToRunIt() throws IOException {
		try (Stream<Path> files = Stream.concat(Files.list(Path.of("macros")), Files.list(SCRIPTS))) {
			final List<File> examples = files.map(Path::toFile)
					.filter(file -> file.getName().matches(".*\\.(ijm|groovy)")).toList();
			assertEquals(8, examples.size(), examples.toString());
			for (final File example : examples) {
				final String text = Files.readString(example.toPath());
				assertTrue(text.startsWith("// "), example.toString());
				assertTrue(text.contains("//   fiji --headless -" + (example.getName().endsWith(".ijm") ? "macro " : "-run ")
						+ example.getParentFile().getName() + "/" + example.getName() + " '"), example.toString());
			}
		}
	}

	/** Where the Script Editor looks for its Templates menu, and how. */
	@Test
	void fijiFindsTheExampleTemplates() throws IOException {
		final Map<String, URL> templates = new TreeMap<>(FileUtils.findResources(null, "script_templates", folder.toFile()));
		templates.keySet().removeIf(name -> !name.startsWith("Colorize/"));
		final Map<String, Path> examples = new TreeMap<>();
		try (Stream<Path> files = Stream.concat(Files.list(Path.of("macros")), Files.list(SCRIPTS))) {
			files.filter(file -> file.toString().matches(".*\\.(ijm|groovy)"))
					.forEach(file -> examples.put("Colorize/" + file.getFileName(), file));
		}
		assertEquals(examples.keySet(), templates.keySet());
		for (final Map.Entry<String, Path> example : examples.entrySet()) {
			try (InputStream in = templates.get(example.getKey()).openStream()) {
				assertArrayEquals(Files.readAllBytes(example.getValue()), in.readAllBytes(), example.getKey());
			}
		}
	}
}
