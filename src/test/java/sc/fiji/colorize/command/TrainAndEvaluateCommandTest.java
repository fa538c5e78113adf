/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;

import javax.imageio.ImageIO;

import ij.Macro;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scijava.Cancelable;
import org.scijava.Context;
import org.scijava.ItemVisibility;
import org.scijava.command.Command;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.log.LogListener;
import org.scijava.log.LogService;
import org.scijava.module.MethodCallException;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.module.ModuleService;
import org.scijava.service.Service;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.train.ColorizerTrainer;
import sc.fiji.colorize.train.TinyTraining;

/** The commands that train and evaluate. */
class TrainAndEvaluateCommandTest {

	private static final String TINY = "32x4x2";
	private static final int LONG_EPOCHS = 3;

	private static Context context;
	@TempDir
	private static Path photos;
	@TempDir
	private Path folder;

	@BeforeAll
	static void start() throws IOException {
		context = new Context();
		TinyTraining.photos(photos);
	}

	@AfterAll
	static void stop() {
		context.dispose();
	}

	private static CommandModule run(final Class<? extends Command> command, final Map<String, Object> inputs,
			final Map<String, Object> changes) throws InterruptedException, ExecutionException {
		final Map<String, Object> all = new LinkedHashMap<>(inputs);
		all.putAll(changes);
		return context.service(CommandService.class).run(command, true, all).get();
	}

	/** Tells all parameters that are remembered, so that no other test's or user's values matter. */
	private Map<String, Object> training() {
		return Map.of("inputFolder", photos.toFile(), "outputModel", folder.resolve("tiny.zip").toFile(), "from", "",
				"width", 1 / 16.0, "schedule", TINY, "device", "cpu");
	}

	private CommandModule train(final Map<String, Object> changes) throws InterruptedException, ExecutionException {
		return run(TrainCommand.class, training(), changes);
	}

	private CommandModule evaluate(final Map<String, Object> changes) throws InterruptedException, ExecutionException {
		return run(EvaluateCommand.class, Map.of("inputFolder", photos.toFile(), "outputFolder",
				folder.resolve("report").toFile(), "model", TinyModel.file().toString(), "device", "cpu"), changes);
	}

	// -- What macros hold --

	@Test
	void menuPathsAreFrozen() throws IOException {
		final Map<String, Class<? extends Command>> leaves =
				Map.of("Train Colorizer...", TrainCommand.class, "Evaluate Colorizer...", EvaluateCommand.class);
		try (InputStream in = TrainCommand.class.getResourceAsStream("/plugins.config")) {
			final String config = new String(in.readAllBytes(), StandardCharsets.UTF_8);
			leaves.forEach((leaf, command) -> {
				final CommandInfo info = context.service(CommandService.class).getCommand(command);
				assertEquals("Plugins > Colorize > " + leaf, info.getMenuPath().getMenuString(true));
				assertTrue(info.canRunHeadless());
				assertTrue(config.contains("Plugins>Colorize, \"" + leaf + "\", " + Ij1Commands.class.getName() + "(\""
						+ command.getName() + "\")"), config);
			});
		}
	}

	@Test
	void parameterNamesAreFrozen() {
		assertEquals(Set.of("inputFolder File required persisted", "outputModel File required persisted",
				"from String persisted", "thoroughness String", "resume Boolean", "width Double", "schedule String",
				"learningRate Double", "lambda Double", "validation Integer", "device String", "precision String",
				"aging Double", "seed Long", "-> model File"), Set.copyOf(parameters(TrainCommand.class)));
		assertEquals(Set.of("inputFolder File required persisted", "outputFolder File required persisted",
				"model String persisted", "temperature String", "saturation Double", "size Integer", "device String",
				"-> report File"), Set.copyOf(parameters(EvaluateCommand.class)));
	}

	private static List<String> parameters(final Class<? extends Command> command) {
		final CommandInfo info = context.service(CommandService.class).getCommand(command);
		final List<String> names = new ArrayList<>();
		for (final ModuleItem<?> item : info.inputs()) {
			if (item.getVisibility() != ItemVisibility.MESSAGE && item.getType() != Context.class
					&& !Service.class.isAssignableFrom(item.getType())) {
				names.add(item.getName() + " " + item.getType().getSimpleName() + (item.isRequired() ? " required" : "")
						+ (item.isPersisted() ? " persisted" : ""));
			}
		}
		info.outputs().forEach(item -> names.add("-> " + item.getName() + " " + item.getType().getSimpleName()));
		return names;
	}

	@Test
	void thoroughnessDependsOnTheStartingModel() throws MethodCallException {
		final Module module = context.service(ModuleService.class)
				.createModule(context.service(CommandService.class).getCommand(TrainCommand.class));
		assertEquals("custom", module.getInput("thoroughness"), "a macro without it trains by its schedule");
		final ModuleItem<?> item = module.getInfo().getInput("thoroughness");
		module.setInput("thoroughness", "normal");
		module.setInput("from", "default");
		item.callback(module);
		assertEquals("112x16x2", module.getInput("schedule"));
		assertEquals(0.0001, module.getInput("learningRate"));
		module.setInput("from", "");
		item.callback(module);
		assertEquals("64x32x20,112x16x5 at 0.002", module.getInput("schedule") + " at " + module.getInput("learningRate"));
		module.getInfo().getInput("schedule").callback(module);
		assertEquals("custom", module.getInput("thoroughness"), "a schedule of one's own");
	}

	@Test
	void unknownThoroughnessIsReported() throws InterruptedException, ExecutionException {
		assertEquals("The thoroughness must be quick, normal, thorough or custom but is 'much'.",
				train(Map.of("thoroughness", "much")).getCancelReason());
	}

	/** ImageJ looks for keys in lower case, so that is how Fiji's recorder writes them and how macros must. */
	@Test
	void imageJReadsOnlyLowerCaseKeys() {
		assertEquals("x", Macro.getValue("inputfolder=x ", "inputFolder", null));
		assertNull(Macro.getValue("inputFolder=x ", "inputFolder", null));
	}

	// -- Running --

	@Slow
	@Test
	void trainedModelCanBeEvaluated() throws InterruptedException, ExecutionException, IOException {
		final List<String> told = new CopyOnWriteArrayList<>();
		final LogListener listener = message -> told.add(message.text());
		context.service(LogService.class).addLogListener(listener);
		final CommandModule training = train(Map.of());
		context.service(LogService.class).removeLogListener(listener);
		assertFalse(training.isCanceled(), training.getCancelReason());
		final File model = (File) training.getOutput("model");
		assertEquals(folder.resolve("tiny.zip").toFile(), model);
		assertTrue(told.stream().anyMatch(text -> text.startsWith("The model is in " + model + "; ")), told.toString());
		assertTrue(model.length() > 0);
		final Path files = folder.resolve("tiny-training");
		final List<String> log = Files.readAllLines(files.resolve("log.csv"));
		assertEquals(3, log.size(), log.toString());
		assertTrue(log.get(2).startsWith("2,4,16,32,"), log.get(2));
		for (final String picture : List.of("loss.png", "contact-sheet.png")) {
			assertTrue(ImageIO.read(files.resolve(picture).toFile()).getWidth() > 100, picture);
		}

		final CommandModule evaluation = evaluate(Map.of("model", model.toString(), "temperature", "0.38, 1"));
		assertFalse(evaluation.isCanceled(), evaluation.getCancelReason());
		assertEquals(folder.resolve("report/index.html").toFile(), evaluation.getOutput("report"));
		final String json = Files.readString(folder.resolve("report/report.json"));
		assertTrue(json.contains("\"name\": \"tiny, 40 px, T 0.38\"") && json.contains("\"name\": \"tiny, 40 px, T 1\""),
				json.lines().filter(line -> line.contains("\"name\"")).toList().toString());
		assertTrue(Files.exists(folder.resolve("report/images.csv")));
	}

	@Test
	void missingValuesHaveDefaults() throws InterruptedException, ExecutionException {
		final Map<String, Object> nothing = new LinkedHashMap<>();
		for (final String name : List.of("temperature", "saturation", "size", "device")) {
			nothing.put(name, null);
		}
		final CommandModule module = evaluate(nothing);
		assertFalse(module.isCanceled(), module.getCancelReason());
		assertTrue(folder.resolve("report/index.html").toFile().exists());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
		"width | 3.0 | The width must be from 0 (automatic) to 2 but is 3.0.",
		"schedule | soon | A stage is written CROPxBATCHxEPOCHS, such as 64x32x20, but not 'soon'.",
		"learningRate | 2 | The learning rate must be above 0 and at most 1 but is 2.0.",
		"lambda | -1 | The lambda must be from 0 to 1 but is -1.0.",
		"validation | -1 | The number of validation photos must be 0 or more but is -1.",
		"device | abacus | The device must be auto, cpu, gpu or gpu:N but is 'abacus'.",
		"from | none.zip | There is no model 'none.zip': give 'default' or the path of a model zip.",
		"inputFolder | /no/such | There is no folder /no/such.",
		"outputModel | / | The model to make must be a file, such as my-model.zip, but / is a folder."})
	void wrongTrainingIsToldInASentence(final String name, final String value, final String sentence)
			throws InterruptedException, ExecutionException {
		final CommandModule module = train(Map.of(name, value));
		assertTrue(module.isCanceled());
		assertEquals(sentence, module.getCancelReason());
		assertNull(module.getOutput("model"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
		"temperature | 0.38,warm | The temperature must be a number but is 'warm'.",
		"temperature | 2 | The temperature must be from 0 to 1 but is 2.0.",
		"saturation | 9 | The saturation must be from 0 to 5.0 but is 9.0.",
		"size | 100 | The size must be a multiple of 8 from 32 to 2048, or 0 for the model's own, but is 100.",
		"device | abacus | The device must be auto, cpu, gpu or gpu:N but is 'abacus'.",
		"model | none.zip | There is no model 'none.zip': give 'default' or the path of a model zip.",
		"inputFolder | /no/such | There is no folder /no/such."})
	void wrongEvaluationIsToldInASentence(final String name, final String value, final String sentence)
			throws InterruptedException, ExecutionException {
		final CommandModule module = evaluate(Map.of(name, value));
		assertTrue(module.isCanceled());
		assertEquals(sentence, module.getCancelReason());
		assertNull(module.getOutput("report"));
	}

	@Test
	void folderWithoutPhotosIsReported() throws IOException, InterruptedException, ExecutionException {
		final Path empty = Files.createDirectory(folder.resolve("empty"));
		assertEquals("The folder " + empty
				+ " holds 0 photo(s) usable for training of 0 found; at least 2 are needed.",
				train(Map.of("inputFolder", empty.toFile())).getCancelReason());
		assertEquals("The folder " + empty + " holds no color photo that can be scored, of 0 found.",
				evaluate(Map.of("inputFolder", empty.toFile())).getCancelReason());
	}

	@Slow
	@Test
	void cancelingSavesACheckpoint() throws InterruptedException, ExecutionException, IOException {
		final Map<String, Object> inputs = new LinkedHashMap<>(training());
		inputs.put("schedule", "32x4x" + LONG_EPOCHS);
		final Module module = context.service(ModuleService.class)
				.createModule(context.service(CommandService.class).getCommand(TrainCommand.class));
		// Told by the thread that trains, in the middle of its work.
		final LogListener impatient = message -> {
			if (message.text().startsWith("Epoch 1:")) {
				((Cancelable) module).cancel("Enough.");
			}
		};
		context.service(LogService.class).addLogListener(impatient);
		try {
			context.service(ModuleService.class).run(module, true, inputs).get();
		}
		finally {
			context.service(LogService.class).removeLogListener(impatient);
		}
		final Path log = folder.resolve("tiny-training/log.csv");
		assertEquals("The training was stopped. The best model so far is " + folder.resolve("tiny.zip")
				+ ". Run it again with 'Resume an earlier run' to continue.",
				((Cancelable) module).getCancelReason());
		assertTrue(ColorizerTrainer.canResume(folder.resolve("tiny.zip")));
		assertEquals(1 + 1, Files.readAllLines(log).size(), "the head and an epoch");

		final CommandModule refused = train(Map.of("schedule", "32x4x" + LONG_EPOCHS));
		assertEquals("There is an unfinished or finished training in " + folder.resolve("tiny-training")
				+ ": resume it, or choose another output, or delete that folder.", refused.getCancelReason());
		final CommandModule resumed = train(Map.of("schedule", "32x4x" + LONG_EPOCHS, "resume", true));
		assertFalse(resumed.isCanceled(), resumed.getCancelReason());
		assertEquals(1 + LONG_EPOCHS, Files.readAllLines(log).size());
	}

	@Slow
	@Test
	void macrosOfImageJ1NeedNoImage() throws IOException, InterruptedException {
		final Path model = folder.resolve("my tiny.zip");
		final Path macro = Files.writeString(folder.resolve("macro.ijm"), String.join("\n",
				"run('Train Colorizer...', 'inputfolder=[" + photos + "] outputModel=[" + model
						+ "] width=0.0625 schedule=32x4x1 learningrate=0.001 device=cpu');",
				"run('Train Colorizer...', 'inputfolder=[" + photos + "] outputmodel=[" + model
						+ "] width=0.0625 schedule=32x4x1 learningrate=0.001 device=cpu resume');",
				"run('Evaluate Colorizer...', 'inputfolder=[" + photos + "] outputfolder=[" + folder.resolve("report")
						+ "] model=[" + model + "] temperature=0.2,1 device=cpu');",
				"print('all done');",
				// What was given before must not creep in.
				"run('Evaluate Colorizer...', 'model=[" + model + "]');",
				"print('not reached');"));
		final String log = MacroInImageJ1.run(folder, macro.toString(), "");
		assertTrue(Files.exists(model), log);
		assertTrue(Files.exists(folder.resolve("report/index.html")), log);
		assertTrue(log.contains("all done"), log);
		assertTrue(log.contains("is required but unset"), log);
		assertFalse(log.contains("not reached"), log);
		assertEquals(List.of("my tiny-training"), Arrays.stream(folder.toFile().list())
				.filter(name -> name.endsWith("-training")).toList());
	}
}
