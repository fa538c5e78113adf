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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

import sc.fiji.colorize.ChildJvm;
import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.evaluate.EvaluationRow;
import sc.fiji.colorize.train.TinyTraining;
import sc.fiji.colorize.train.TrainOptions;

/** The subcommands train and evaluate. */
class TrainAndEvaluateTest {

	private static final int INTERRUPT_EPOCHS = 4;

	@TempDir
	private static Path photos;
	@TempDir
	private Path folder;

	@BeforeAll
	static void writePhotos() throws IOException {
		TinyTraining.photos(photos);
	}

	private static List<Object> training(final Path model, final Object... more) {
		final List<Object> words = new ArrayList<>(List.of("train", photos, "-o", model, "--width", "0.0625", "--device",
				"cpu", "--cache", 10));
		words.addAll(List.of(more));
		return words;
	}

	private static Outcome train(final Path model, final Object... more) {
		return Outcome.of(training(model, more).toArray());
	}

	private static Outcome evaluate(final Object... more) {
		final List<Object> words = new ArrayList<>(List.of("evaluate", "--model", TinyModel.file(), "--device", "cpu",
				"--size", 32));
		words.addAll(List.of(more));
		return Outcome.of(words.toArray());
	}

	private static CommandLine subcommand(final String name) {
		return FijiColorize.commandLine().getSubcommands().get(name);
	}

	// -- Words --

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
		"train | --aging --batch --cache --checkpoint-minutes --crop --device --epochs --from --lambda --learning-rate "
			+ "--neighbors --precision --resume --schedule --seed --temperature --validation --warmup --weight-decay "
			+ "--weights --width -h --help -o --output -V --version",
		"evaluate | --device --hints --model --out --precision --prior --saturation --seed --size --temperature "
			+ "--upsampling -h --help -V --version"})
	void optionNamesAreStable(final String name, final String options) {
		assertEquals(options, String.join(" ", subcommand(name).getCommandSpec().options().stream()
				.map(option -> String.join(" ", option.names())).sorted(String.CASE_INSENSITIVE_ORDER).toList()));
	}

	@ParameterizedTest
	@ValueSource(strings = {"train", "evaluate"})
	void helpShowsDefaultsAndAnExample(final String name) {
		final Outcome help = Outcome.of(name, "--help");
		assertEquals(0, help.exit());
		assertTrue(help.out().contains("Example: fiji-colorize " + name + " photos/ "), help.out());
		assertFalse(help.out().contains("${"), help.out());
		for (final OptionSpec option : subcommand(name).getCommandSpec().options()) {
			final String text = String.join(" ", option.description());
			if (!option.required() && !option.usageHelp() && !option.versionHelp()) {
				assertTrue(text.contains("Default: "), option.longestName());
				assertTrue(option.arity().max() == 0 || text.contains("Example: "), option.longestName());
			}
			assertTrue(help.out().contains(option.longestName()), option.longestName());
		}
	}

	@Test
	void defaultsEqualThoseOfTheLibrary() {
		final TrainOptions train = TrainOptions.defaults();
		final Map<String, Object> training = Map.of("--width", train.width(), "--learning-rate", train.learningRate(),
				"--warmup", train.warmupSteps(), "--lambda", train.lambda(), "--neighbors", train.neighbors(),
				"--temperature", train.temperature(), "--validation", train.validationPhotos(), "--cache",
				train.cacheMegabytes(), "--device", train.device(), "--seed", train.seed());
		training.forEach((option, value) -> assertEquals(value.toString(),
				subcommand("train").getCommandSpec().findOption(option).initialValue().toString(), option));
		assertTrue(subcommand("train").getCommandSpec().findOption("--schedule").description()[0]
				.contains("Default: " + train.toMap().get("schedule") + ","));
		final ColorizeOptions colorize = ColorizeOptions.defaults();
		final Map<String, Object> evaluating = Map.of("--model", colorize.model(), "--temperature",
				colorize.temperature(), "--saturation", colorize.saturation(), "--size", colorize.size(), "--upsampling",
				colorize.upsampling().label(), "--device", colorize.device());
		evaluating.forEach((option, value) -> assertEquals(value.toString(),
				subcommand("evaluate").getCommandSpec().findOption(option).initialValue().toString(), option));
	}

	@Test
	void fineTuningRateIsTheSameEverywhere() throws IOException {
		final List<String> rates = new ArrayList<>();
		for (final String text : List.of(Outcome.of("train", "--help").out(), Files.readString(Path.of("README.md")),
				Files.readString(Path.of("docs/training.md")))) {
			Pattern.compile("0\\.000\\d*").matcher(text).results().map(MatchResult::group).forEach(rates::add);
		}
		assertTrue(rates.size() > 3, rates.toString());
		assertEquals(Set.of("0.0001"), Set.copyOf(rates));
	}

	// -- Wrong usage --

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
		"train PHOTOS | Missing required option: '--output=MODEL.zip'; try 'fiji-colorize train --help'.",
		"train -o OUT | Missing required parameter: 'FOLDER'; try 'fiji-colorize train --help'.",
		"train PHOTOS -o OUT --color | Unknown option: '--color'; try 'fiji-colorize train --help'.",
		"train PHOTOS -o OUT --lambda 2 | The lambda must be from 0 to 1 but is 2.0.",
		"train PHOTOS -o OUT --width wide | Invalid value for option '--width': 'wide' is not a double; "
			+ "try 'fiji-colorize train --help'.",
		"train PHOTOS -o OUT --schedule 64x32 | A stage is written CROPxBATCHxEPOCHS, such as 64x32x20, but not "
			+ "'64x32'.",
		"train PHOTOS -o OUT --schedule 60x32x1 | The crop must be a multiple of 8 up to 1024 but is 60.",
		"train PHOTOS -o OUT --schedule 64x32x1 --epochs 2 | Give --schedule, or --crop, --batch and --epochs, but not "
			+ "both.",
		"train PHOTOS -o OUT --crop 96 | With --crop or --batch give --epochs too, such as --epochs 10.",
		"train PHOTOS -o OUT --epochs 0 | The number of epochs must be 1 or more but is 0.",
		"train PHOTOS -o OUT --weights houses | Weights are written FOLDER=NUMBER,..., such as houses=0.3, but not "
			+ "'houses'.",
		"train PHOTOS -o OUT --device abacus | The device must be auto, cpu, gpu or gpu:N but is 'abacus'.",
		"train PHOTOS -o OUT --from none.zip | There is no model 'none.zip': give 'default' or the path of a model zip.",
		"train PHOTOS -o PHOTOS | The model to make must be a file, such as my-model.zip, but PHOTOS is a folder.",
		"train none -o OUT | There is no folder none.",
		"evaluate | Missing required parameter: 'FOLDER'; try 'fiji-colorize evaluate --help'.",
		"evaluate PHOTOS --temperature 0.2,2 --out OUT | The temperature must be from 0 to 1 but is 2.0.",
		"evaluate PHOTOS --size 100 --out OUT | The size must be a multiple of 8 from 32 to 2048, or 0 for the model's "
			+ "own, but is 100.",
		"evaluate PHOTOS --model none.zip --out OUT | There is no model 'none.zip': give 'default' or the path of a "
			+ "model zip.",
		"evaluate none --out OUT | There is no folder none."})
	void wrongUsageIsOneSentence(final String words, final String sentence) throws IOException {
		final Path out = folder.resolve("out.zip");
		final Outcome outcome = Outcome.of(Stream.of(words.split(" "))
				.map(word -> word.equals("PHOTOS") ? photos : word.equals("OUT") ? out : word).toArray());
		assertEquals(List.of(sentence.replace("PHOTOS", photos.toString())), outcome.err());
		assertEquals(2, outcome.exit());
		assertEquals("", outcome.out());
		assertFalse(Files.isRegularFile(out));
	}

	@Test
	void folderWithoutPhotosIsReported() throws IOException {
		final Path empty = Files.createDirectory(folder.resolve("empty"));
		final Outcome training = Outcome.of("train", empty, "-o", folder.resolve("a.zip"), "--device", "cpu");
		assertEquals(List.of("The folder " + empty
				+ " holds 0 photo(s) usable for training of 0 found; at least 2 are needed."), training.err());
		assertEquals(1, training.exit());
		final Outcome evaluation = evaluate(empty, "--out", folder.resolve("report"));
		assertEquals(List.of("The folder " + empty + " holds no color photo that can be scored, of 0 found."),
				evaluation.err());
		assertEquals(1, evaluation.exit());
	}

	@Test
	void unwritableOutputIsReportedFirst() throws IOException {
		final Path file = Files.createFile(folder.resolve("file"));
		final Outcome training = train(file.resolve("a.zip"), "--schedule", "32x4x1");
		assertEquals(1, training.exit());
		assertEquals(1, training.err().size());
		assertTrue(training.err().get(0).startsWith("The folder " + file.resolve("a-training")
				+ " for the files of the training cannot be created ("), training.err().get(0));
		assertEquals("", training.out());
		final Outcome evaluation = evaluate(photos, "--out", file.resolve("report"));
		assertEquals(1, evaluation.exit());
		assertEquals(1, evaluation.err().size());
		assertTrue(evaluation.err().get(0).startsWith("The folder " + file.resolve("report")
				+ " for the report cannot be created ("), evaluation.err().get(0));
	}

	// -- Work --

	@Slow
	@Test
	void trainingWritesAModelAndResumesOnRequest() throws IOException {
		final Path model = folder.resolve("tiny.zip");
		final Outcome outcome = train(model, "--crop", 32, "--batch", 4, "--epochs", 2);
		assertEquals(List.of(), outcome.err());
		assertEquals(0, outcome.exit());
		assertTrue(outcome.out().startsWith("11 photos for training, 1 for validation, 0 skipped."), outcome.out());
		assertTrue(outcome.out().contains("11 photos are few for training from random values"), outcome.out());
		assertTrue(outcome.out().contains("epoch 2 done: loss "), outcome.out());
		assertTrue(outcome.out().contains("The model is in " + model + "; its log, chart and pictures are in "
				+ folder.resolve("tiny-training") + ". Epoch "), outcome.out());
		for (final String name : List.of("tiny.zip", "tiny-training/log.csv", "tiny-training/loss.png",
				"tiny-training/contact-sheet.png", "tiny-training/checkpoint.zip", "tiny-training/latest.zip")) {
			assertTrue(Files.size(folder.resolve(name)) > 0, name);
		}

		final byte[] before = Files.readAllBytes(model);
		final Outcome again = train(model, "--schedule", "32x4x2");
		assertEquals(List.of("There is a training of " + model
				+ " already: give --resume to continue it, or another --output."), again.err());
		assertEquals(2, again.exit());
		final Outcome resumed = train(model, "--schedule", "32x4x2", "--resume");
		assertEquals(0, resumed.exit(), String.join("\n", resumed.err()));
		assertTrue(resumed.out().contains("Resuming at epoch 3, step 4."), resumed.out());
		final Outcome changed = train(model, "--schedule", "32x4x3", "--resume");
		assertEquals(1, changed.exit());
		assertTrue(changed.err().get(0).contains("was started with schedule 32x4x2 and cannot continue with 32x4x3"),
				changed.err().get(0));
		assertEquals(before.length, Files.size(model));
	}

	@Slow
	@Test
	void resumeWithoutACheckpointStartsATraining() {
		assertEquals(0, train(folder.resolve("a.zip"), "--schedule", "32x4x1", "--resume").exit());
	}

	@Test
	void priorWeightsTheColorsAndAnInvalidOneIsReported() throws IOException {
		final Path prior = Files.writeString(folder.resolve("prior.txt"), ("0.003194888," + "0.003194888\n").repeat(156)
				+ "0.003194888");
		final Outcome outcome = evaluate(photos, "--out", folder.resolve("report"), "--prior", prior);
		assertEquals(List.of(), outcome.err());
		// A uniform prior weighs all pixels alike: both areas are the same.
		final String gray = Files.readString(folder.resolve("report/report.json"));
		final double[] areas = Stream.of("aucRaw", "aucRebalanced")
				.mapToDouble(key -> Double.parseDouble(gray.split("\"" + key + "\": ")[1].split(",")[0])).toArray();
		assertEquals(areas[0], areas[1], 1e-6);
		Files.writeString(prior, "0.5 0.5");
		assertEquals(List.of("A color prior needs 313 probabilities but has 2."),
				evaluate(photos, "--out", folder.resolve("other"), "--prior", prior).err());
		Files.writeString(prior, "one half");
		assertEquals(List.of("The color prior " + prior + " holds something that is no number."),
				evaluate(photos, "--out", folder.resolve("other"), "--prior", prior).err());
	}

	@Test
	void evaluatePrintsTheTableAndWritesTheReport() throws IOException {
		final Path out = folder.resolve("deep/report");
		final Outcome outcome = evaluate(photos, "--out", out, "--temperature", "0.2,1");
		assertEquals(List.of(), outcome.err());
		assertEquals(0, outcome.exit());
		// YAML is a superset of JSON.
		final Map<String, Object> report = new Yaml().load(Files.readString(out.resolve("report.json")));
		final List<?> rows = (List<?>) report.get("rows");
		assertEquals(4, rows.size());
		final List<String> lines = outcome.out().lines().toList();
		assertEquals(1 + rows.size() + 1, lines.size(), outcome.out());
		for (int i = 0; i < rows.size(); i++) {
			final Map<?, ?> row = (Map<?, ?>) rows.get(i);
			assertTrue(lines.get(1 + i).startsWith(row.get("name") + " "), lines.get(1 + i));
			final String area = String.format(Locale.ROOT, "  %7.2f  ", (Double) row.get("aucRaw"));
			assertTrue(lines.get(1 + i).contains(area), lines.get(1 + i));
		}
		assertTrue(lines.get(1).startsWith(EvaluationRow.GRAY), lines.get(1));
		assertEquals(TinyTraining.PHOTOS + " photos scored; the report is in " + out + ".", lines.get(5));
		assertEquals(1 + 4 * TinyTraining.PHOTOS, Files.readAllLines(out.resolve("images.csv")).size());
		assertTrue(Files.readString(out.resolve("index.html")).contains("<table"));
	}

	@Test
	void damagedPhotoIsNamedAndTheOthersAreScored() throws IOException {
		final Path some = Files.createDirectory(folder.resolve("some"));
		Files.copy(photos.resolve("photo1.png"), some.resolve("a.png"));
		Files.writeString(some.resolve("b.png"), "Just text.");
		final Outcome outcome = evaluate(some, "--out", folder.resolve("report"));
		assertEquals(1, outcome.exit());
		assertEquals(1, outcome.err().size());
		assertTrue(outcome.err().get(0).startsWith("b.png: "), outcome.err().get(0));
		assertTrue(outcome.out().contains("1 photos scored"), outcome.out());
	}

	// -- Ctrl-C --

	@Slow
	@Test
	void interruptSavesACheckpoint() throws IOException, InterruptedException {
		Assumptions.assumeFalse(System.getProperty("os.name").startsWith("Windows"), "Windows has no signals");
		final Path model = folder.resolve("tiny.zip");
		final boolean deaf = ChildJvm.ignoresInterrupts();
		final Object[] schedule = {"--schedule", "32x4x" + INTERRUPT_EPOCHS};
		final String line = "epoch 2 done.*";
		final List<Object> held = new ArrayList<>(List.of(line));
		held.addAll(training(model, schedule));
		final ChildJvm.Ended ended;
		final String errors;
		// The launcher would silence PyTorch's warnings.
		try (ChildJvm.Running running = new ChildJvm().with("-Xmx512m").env("TORCH_CPP_LOG_LEVEL", "WARNING")
				.start(folder, HeldCommandLine.class, held.toArray())) {
			running.awaitLine(line);
			running.signal(deaf ? "TERM" : "INT");
			ended = running.join();
			errors = Files.readString(running.err());
		}
		final String output = String.join("\n", ended.out());
		assertEquals(deaf ? 143 : 130, ended.exit(), output + ended.err());
		assertTrue(output.contains("checkpoint is saved"), output);
		assertFalse(output.contains("epoch 3 done"), output);
		assertFalse(errors.contains("is deprecated"), errors);

		final Outcome resumed = train(model, schedule[0], schedule[1], "--resume");
		assertEquals(0, resumed.exit(), String.join("\n", resumed.err()));
		assertTrue(resumed.out().contains("Resuming at epoch "), resumed.out());
		assertTrue(resumed.out().contains("epoch " + INTERRUPT_EPOCHS + " done"), resumed.out());
	}
}
