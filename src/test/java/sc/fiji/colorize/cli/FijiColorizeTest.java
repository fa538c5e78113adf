/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.batch.BatchOptions;

class FijiColorizeTest {

	@TempDir
	private Path folder;
	private Path photo;
	private Path out;

	@BeforeEach
	void makePhoto() throws IOException {
		photo = picture("photo.png", "png");
		out = folder.resolve("out");
	}

	private Path picture(final String name, final String kind) throws IOException {
		final BufferedImage picture = new BufferedImage(60, 40, BufferedImage.TYPE_BYTE_GRAY);
		picture.getRaster().setDataElements(0, 0, 60, 40, TinyModel.picture(60, 40, name.length()));
		ImageIO.write(picture, kind, folder.resolve(name).toFile());
		return folder.resolve(name);
	}

	private static Outcome run(final Object... words) {
		return Outcome.of(words);
	}

	private Outcome colorize(final Object... words) {
		final List<Object> all = new ArrayList<>(List.of("colorize", "--model", TinyModel.file(), "--device", "cpu",
				"--size", 32));
		all.addAll(List.of(words));
		return run(all.toArray());
	}

	// -- Hints --

	private Path strokes(final String name, final int width) throws IOException {
		final BufferedImage strokes = new BufferedImage(width, 40, BufferedImage.TYPE_INT_ARGB);
		strokes.setRGB(12, 9, 0xffdd2211);
		strokes.setRGB(13, 9, 0xffdd2211);
		Files.createDirectories(folder.resolve(name).getParent());
		ImageIO.write(strokes, "png", folder.resolve(name).toFile());
		return folder.resolve(name);
	}

	@Test
	void hintsColorThePhoto() throws IOException {
		final Path plain = folder.resolve("plain.png");
		assertEquals(0, colorize(photo, "-o", plain).exit());
		final Path hinted = folder.resolve("hinted.png");
		assertEquals(0, colorize(photo, "-o", hinted, "--hints", strokes("strokes.png", 60)).exit());
		final int stroke = ImageIO.read(hinted.toFile()).getRGB(12, 9);
		assertTrue((stroke >> 16 & 0xff) > (stroke & 0xff) + 10, Integer.toHexString(stroke));
		assertFalse(ImageIO.read(plain.toFile()).getRGB(12, 9) == stroke);
	}

	@Test
	void hintsInAFolderAreFoundByPhotoName() throws IOException {
		final Path other = picture("other.png", "png");
		final Path hints = strokes("hints/photo.png", 60).getParent();
		final Path unused = strokes("hints/missing.png", 60);
		final Outcome outcome = colorize(photo, other, "-o", out, "--hints-folder", hints);
		assertEquals(0, outcome.exit(), outcome.toString());
		assertEquals(List.of("The hints " + unused + " are not used: no input has that name."), outcome.err());
		final Path plain = folder.resolve("plain");
		colorize(photo, other, "-o", plain);
		assertFalse(Arrays.equals(Files.readAllBytes(plain.resolve("photo-colorized.png")),
				Files.readAllBytes(out.resolve("photo-colorized.png"))));
		assertTrue(Arrays.equals(Files.readAllBytes(plain.resolve("other-colorized.png")),
				Files.readAllBytes(out.resolve("other-colorized.png"))));
	}

	@Test
	void unsuitableHintsAreReported() throws IOException {
		final Path strokes = strokes("strokes.png", 60);
		final Path small = strokes("small.png", 30);
		final Path empty = Files.createDirectories(folder.resolve("empty"));
		final Path result = folder.resolve("result.png");
		assertSentence(1, small + " has 30x40 pixels but the image has 60x40",
				colorize(photo, "-o", result, "--hints", small));
		assertSentence(1, "cannot be read (there is no such file)",
				colorize(photo, "-o", result, "--hints", folder.resolve("none.png")));
		assertSentence(2, "are for one image but there are 2 inputs: give --hints-folder",
				colorize(photo, picture("other.png", "png"), "-o", out, "--hints", strokes));
		assertSentence(2, "exclude each other",
				colorize(photo, "-o", result, "--hints", strokes, "--hints-folder", empty));
		assertSentence(2, "has no hints for any input", colorize(photo, "-o", result, "--hints-folder", empty));
		assertSentence(2, "There is no folder", colorize(photo, "-o", result, "--hints-folder", strokes));
		assertSentence(2, "The published demo has no hints", run("colorize", photo, "-o", result, "--model",
				TinyModel.file(), "--device", "cpu", "--reference", "--hints", strokes));
		assertSentence(2, "The reach must be from 0.1 to 10.0 but is 0.0",
				colorize(photo, "-o", result, "--hints", strokes, "--reach", 0));
		assertFalse(Files.exists(result));
	}

	private static void assertSentence(final int exit, final String part, final Outcome outcome) {
		assertEquals(exit, outcome.exit(), outcome.toString());
		assertTrue(outcome.err().get(0).contains(part), outcome.toString());
	}

	// -- Words --

	private static CommandLine subcommand() {
		return FijiColorize.commandLine().getSubcommands().get("colorize");
	}

	@Test
	void invalidFileNameIsReported() {
		for (final String[] words : new String[][] {{"colorize", "a\0.png", "-o", "b.png"},
				{"colorize", "a.png", "-o", "b\0.png"}}) {
			final Outcome outcome = Outcome.of((Object[]) words);
			assertEquals(2, outcome.exit());
			assertEquals(1, outcome.err().size());
			assertTrue(outcome.err().get(0).startsWith("The file name '"), outcome.err().get(0));
		}
	}

	@Test
	void optionNamesAreStable() {
		final List<String> names = subcommand().getCommandSpec().options().stream()
				.map(option -> String.join(" ", option.names())).sorted().toList();
		assertEquals(List.of("--contact-sheet", "--device", "--dry-run", "--hints", "--hints-folder", "--metadata",
				"--model",
				"--output-type", "--overwrite", "--pattern", "--precision", "--reach", "--recursive", "--reference",
				"--report", "--saturation", "--shard", "--size", "--smoothing", "--temperature", "--type", "--uncertainty",
				"--upsampling", "-h --help", "-o --output", "-V --version"),
				names.stream().sorted(String.CASE_INSENSITIVE_ORDER).toList());
	}

	@Test
	void helpShowsDefaultsAndAnExample() {
		final Outcome help = run("colorize", "--help");
		assertEquals(0, help.exit());
		assertTrue(help.out().contains("Example: fiji-colorize colorize old-photo.jpg -o old-photo-colorized.png"));
		for (final OptionSpec option : subcommand().getCommandSpec().options()) {
			final String text = String.join(" ", option.description());
			if (!option.required() && !option.usageHelp() && !option.versionHelp()) {
				assertTrue(text.contains("Default: "), option.longestName());
				assertTrue(option.arity().max() == 0 || text.contains("Example: "), option.longestName());
			}
			final String name = option.negatable() ? option.longestName().replace("--", "--[no-]") : option.longestName();
			assertTrue(help.out().contains(name), name);
		}
		assertEquals(0, run("--help").exit());
		assertEquals(0, run("--version").exit());
	}

	@Test
	void defaultsEqualThoseOfTheLibrary() {
		final ColorizeOptions defaults = ColorizeOptions.defaults();
		final Map<String, String> expected = new TreeMap<>(Map.of("--model", defaults.model(), "--device",
				defaults.device(), "--temperature", String.valueOf(defaults.temperature()), "--saturation",
				String.valueOf(defaults.saturation()), "--size", String.valueOf(defaults.size()), "--smoothing",
				String.valueOf(defaults.smoothing()), "--upsampling", defaults.upsampling().label(), "--pattern",
				BatchOptions.defaults().pattern(), "--type", BatchOptions.defaults().type(), "--recursive",
				String.valueOf(BatchOptions.defaults().recursive())));
		final Map<String, String> actual = new TreeMap<>();
		expected.keySet().forEach(name -> {
			final OptionSpec option = subcommand().getCommandSpec().findOption(name);
			actual.put(name, option.defaultValue() == null ? option.initialValue().toString() : option.defaultValue());
		});
		assertEquals(expected, actual);
	}

	// -- Wrong usage --

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
		"colorize x.png -o y --zzz | Unknown option: '--zzz'; try 'fiji-colorize colorize --help'.",
		"colorize -o y | Missing required parameter: 'INPUT'; try 'fiji-colorize colorize --help'.",
		"colorize x.png | Missing required option: '--output=OUTPUT'; try 'fiji-colorize colorize --help'.",
		"colorize x.png -o y --temperature 2 | The temperature must be from 0 to 1 but is 2.0.",
		"colorize x.png -o y --size 100 | The size must be a multiple of 8 from 32 to 2048, or 0 for the model's own, "
			+ "but is 100.",
		"colorize x.png -o y --saturation -1 | The saturation must be from 0 to 5.0 but is -1.0.",
		"colorize x.png -o y --temperature warm | Invalid value for option '--temperature': 'warm' is not a double; "
			+ "try 'fiji-colorize colorize --help'.",
		"colorize x.png -o y --shard 3/2 | The shard must be i/n with i from 1 to n but is 3/2.",
		"colorize x.png -o y --shard some | The shard must be i/n, such as 2/8, but is 'some'.",
		"colorize x.png -o y --model none.zip | There is no model 'none.zip': give 'default' or the path of a "
			+ "model zip.",
		"colorize x.png -o y --device abacus | The device must be auto, cpu, gpu or gpu:N but is 'abacus'.",
		"colorize x.png z.png -o y.png | For several inputs the output must be a folder but is the file y.png.",
		"colorize x.png -o y --smoothing 2 | The smoothing must be from 0 to 1 but is 2.0.",
		"colorize x.png -o y --upsampling cubic | The upsampling must be edge-aware or bilinear but is 'cubic'.",
		"colorize x.png -o y --type gif | The type must be auto, png, jpg or tif but is 'gif'.",
		"colorize x.png -o y.gif | The output y.gif must end in .png, .jpg or .tif.",
		"colorize x.png -o y.webp | The output y.webp must end in .png, .jpg or .tif.",
		"colorize x.png z.png -o y.WebP | For several inputs the output must be a folder but is the file y.WebP."})
	void wrongUsageIsOneSentence(final String words, final String sentence) {
		final Outcome outcome = run((Object[]) words.split(" "));
		assertEquals(List.of(sentence), outcome.err());
		assertEquals(2, outcome.exit());
		assertEquals("", outcome.out());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = {
		"colorize x.png -o y --model eccv16 | The model 'eccv16' is not on this computer yet | models download eccv16'",
		"models show vivid | There is no model 'vivid' | 'fiji-colorize models list'"})
	void theCommandLineSaysHowToGetAModel(final String words, final String problem, final String command) {
		final Outcome outcome = run((Object[]) words.split(" "));
		assertEquals(2, outcome.exit());
		assertEquals(1, outcome.err().size(), outcome.err().toString());
		assertTrue(outcome.err().get(0).startsWith(problem + ": "), outcome.err().get(0));
		assertTrue(outcome.err().get(0).contains(command), outcome.err().get(0));
	}

	/** What the error says after the subject; each word must be there. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
		"colorise x.png | 'colorise' | did you mean colorize? | 'fiji-colorize --help'",
		"trian x | 'trian' | did you mean train? | 'fiji-colorize --help'",
		"photo.jpg | 'photo.jpg' | did you mean 'fiji-colorize colorize photo.jpg -o OUTPUT'? | 'fiji-colorize --help'",
		"photo.webp | 'photo.webp' | fiji-colorize colorize photo.webp | 'fiji-colorize --help'",
		"src -o y | 'src' | fiji-colorize colorize src | 'fiji-colorize --help'",
		"help | 'help' | colorize, train, evaluate, provenance, import, models, engine | 'fiji-colorize --help'",
		"xyz | 'xyz' | colorize, train, evaluate, provenance, import, models, engine | 'fiji-colorize --help'",
		"models shw | 'shw' | did you mean show? | 'fiji-colorize models --help'",
		"models show | 'MODEL' | Missing | 'fiji-colorize models show --help'",
		"--temperature 0.3 x.png | '--temperature' | must follow a command, such as colorize | 'fiji-colorize --help'",
		"colorize x.png -o y --overwrit | '--overwrit' | did you mean --overwrite? | 'fiji-colorize colorize --help'"})
	void anUnknownWordIsNamedWithWhatWasMeant(final String words, final String subject, final String remedy,
			final String help) {
		final Outcome outcome = run((Object[]) words.split(" "));
		assertEquals(2, outcome.exit());
		assertEquals(1, outcome.err().size(), outcome.err().toString());
		for (final String part : List.of(subject, remedy, help)) {
			assertTrue(outcome.err().get(0).contains(part), outcome.err().get(0));
		}
		assertEquals("", outcome.out());
	}

	@Test
	void noArgumentsPrintHelp() {
		final Outcome outcome = run();
		assertEquals(2, outcome.exit());
		assertTrue(String.join(" ", outcome.err()).contains("Usage: fiji-colorize"));
	}

	// -- Work --

	@Test
	void photoIsColorized() throws IOException {
		final Path result = folder.resolve("result.png");
		final Outcome outcome = colorize(photo, "-o", result);
		assertEquals(0, outcome.exit(), String.join("\n", outcome.err()));
		assertEquals(List.of(), outcome.err());
		assertEquals("[1/1, 0 s left] " + photo + " -> " + result + System.lineSeparator(), outcome.out());
		assertEquals(60, ImageIO.read(result.toFile()).getWidth());
	}

	@Test
	void damagedInputsAreOneLineEachAndOthersAreDone() throws IOException {
		final byte[] jpeg = Files.readAllBytes(picture("good.jpg", "jpg"));
		final Path cut = Files.write(folder.resolve("cut.jpg"), Arrays.copyOf(jpeg, jpeg.length / 2));
		final Path text = Files.writeString(folder.resolve("text.png"), "Just text.");
		final Path empty = Files.createFile(folder.resolve("empty.png"));
		final Path none = folder.resolve("none.png");
		final Outcome outcome = colorize(none, text, cut, empty, photo, "-o", out);
		assertEquals(1, outcome.exit());
		assertEquals(List.of(none + ": there is no such file.",
				text + ": the content is not an image of a kind that can be read.",
				cut + ": the image is cut off before its end.", empty + ": the file is empty."), outcome.err());
		assertTrue(outcome.out().contains("1 colorized, 0 skipped, 4 failed."), outcome.out());
		try (Stream<Path> files = Files.list(out)) {
			assertEquals(List.of(out.resolve("photo-colorized.png")), files.toList());
		}
	}

	@Test
	void unwritableFolderIsReported() {
		final Outcome outcome = colorize(photo, "-o", photo.resolve("below"));
		assertEquals(1, outcome.exit());
		assertEquals(List.of(photo + ": the result " + photo.resolve("below/photo-colorized")
				+ " cannot be written (a file stands where a folder is needed)."), outcome.err());
	}

	@Test
	void emptyFolderIsReported() throws IOException {
		final Path nothing = Files.createDirectory(folder.resolve("nothing"));
		final Outcome outcome = colorize(nothing, "-o", out);
		assertEquals(1, outcome.exit());
		assertEquals(List.of("There is no image to colorize in " + nothing + "."), outcome.err());
	}

	@Test
	void existingResultsAreSkippedUnlessOverwritten() throws IOException {
		colorize(photo, "-o", out);
		final Path result = out.resolve("photo-colorized.png");
		Files.setLastModifiedTime(result, FileTime.fromMillis(0));
		final Outcome skipped = colorize(photo, "-o", out);
		assertEquals(0, skipped.exit());
		assertTrue(skipped.out().contains(result + " already exists, skipped"), skipped.out());
		assertTrue(skipped.out().contains("--overwrite"), skipped.out());
		assertEquals(0, Files.getLastModifiedTime(result).toMillis());
		assertEquals(0, colorize(photo, "-o", out, "--overwrite").exit());
		assertTrue(Files.getLastModifiedTime(result).toMillis() > 0);
	}

	@Test
	void existingOutputFileIsAnErrorUnlessOverwritten() throws IOException {
		final Path result = Files.writeString(folder.resolve("result.png"), "mine");
		for (final String more : List.of("--temperature=0.9", "--dry-run", "--uncertainty")) {
			final Outcome refused = colorize(photo, "-o", result, more);
			assertEquals(2, refused.exit());
			assertEquals(1, refused.err().size(), refused.err().toString());
			assertTrue(refused.err().get(0).contains(result.toString()), refused.err().get(0));
			assertTrue(refused.err().get(0).contains("already exists"), refused.err().get(0));
			assertTrue(refused.err().get(0).contains("--overwrite"), refused.err().get(0));
			assertEquals("", refused.out());
			assertEquals("mine", Files.readString(result));
		}
		assertEquals(0, colorize(photo, "-o", result, "--shard", "2/2").exit(), "it is the work of another machine");
		assertEquals(0, colorize(photo, "-o", result, "--overwrite").exit());
		assertEquals(60, ImageIO.read(result.toFile()).getWidth());
	}

	/** Otherwise the picture and its uncertainty could come from different models. */
	@Test
	void existingUncertaintyIsAnErrorUnlessOverwritten() throws IOException {
		final Path result = folder.resolve("result.png");
		final Path old = Files.writeString(folder.resolve("result-uncertainty.tif"), "mine");
		final Outcome refused = colorize(photo, "-o", result, "--uncertainty");
		assertEquals(2, refused.exit());
		assertTrue(refused.err().get(0).contains(old.toString()), refused.err().get(0));
		assertTrue(refused.err().get(0).contains("--overwrite"), refused.err().get(0));
		assertFalse(Files.exists(result));
		assertEquals(0, colorize(photo, "-o", result).exit(), "nobody asked for the uncertainty");
	}

	@Test
	void unknownExtensionCreatesNoFolder() throws IOException {
		for (final String name : List.of("z.webp", "z.HEIC", "z.avif", "z.bmp")) {
			final Outcome refused = colorize(photo, "-o", folder.resolve(name));
			assertEquals(2, refused.exit());
			assertTrue(refused.err().get(0).contains(name), refused.err().get(0));
			assertTrue(refused.err().get(0).contains(".png, .jpg or .tif"), refused.err().get(0));
			assertFalse(Files.exists(folder.resolve(name)));
		}
		final Path dotted = folder.resolve("results.v2");
		assertEquals(0, colorize(photo, "-o", dotted).exit(), "the name of a folder may have a dot");
		assertTrue(Files.exists(dotted.resolve("photo-colorized.png")));
		final Path odd = Files.createDirectory(folder.resolve("folder.webp"));
		assertEquals(0, colorize(photo, picture("other.png", "png"), "-o", odd).exit(), "this one is a folder");
	}

	@Test
	void dryRunWritesNothing() throws IOException {
		picture("other.png", "png");
		Files.createDirectory(out);
		Files.createFile(out.resolve("other-colorized.png"));
		final Outcome outcome = run("colorize", photo, folder.resolve("other.png"), folder.resolve("none.png"), "-o",
				out, "--dry-run", "--uncertainty", "--report", folder.resolve("report.json"));
		assertEquals(0, outcome.exit(), "not even the model is opened");
		assertTrue(outcome.out().contains(photo + " -> " + out.resolve("photo-colorized") + ".png or .tif and "
				+ out.resolve("photo-uncertainty.tif")), outcome.out());
		assertTrue(outcome.out().contains(folder.resolve("none.png") + ": there is no such file"));
		assertTrue(run("colorize", folder.resolve("other.png"), "-o", out, "--dry-run").out()
				.contains("already exists, would be skipped"));
		assertFalse(Files.exists(folder.resolve("report.json")));
		try (Stream<Path> files = Files.list(out)) {
			assertEquals(1, files.count());
		}
	}

	@Test
	void folderOptionsSelectFiles() throws IOException {
		final Path sub = Files.createDirectories(folder.resolve("sub/deep"));
		Files.copy(photo, sub.resolve("scan1.png"));
		Files.copy(photo, folder.resolve("scan2.png"));
		final Outcome all = run("colorize", folder, "-o", out, "--dry-run", "--pattern", "scan*.png", "--type", "tif");
		assertEquals(List.of(folder.resolve("scan2.png") + " -> " + out.resolve("scan2-colorized.tif"),
				sub.resolve("scan1.png") + " -> " + out.resolve("sub/deep/scan1-colorized.tif")),
				all.out().lines().toList());
		assertEquals(all.out(), run("colorize", folder, "-o", out, "--dry-run", "--pattern", "scan*.png", "--type", "tif",
				"--recursive").out());
		assertEquals(List.of(folder.resolve("photo.png") + " -> " + out.resolve("photo-colorized") + ".png or .tif",
				folder.resolve("scan2.png") + " -> " + out.resolve("scan2-colorized") + ".png or .tif"),
				run("colorize", folder, "-o", out, "--dry-run", "--no-recursive").out().lines().toList());
	}

	@Test
	void shardsAreDisjointAndComplete() throws IOException {
		final Path in = Files.createDirectory(folder.resolve("in"));
		for (int i = 0; i < 5; i++) {
			Files.copy(photo, in.resolve("p" + i + ".png"));
		}
		final List<String> lines = new ArrayList<>();
		for (int i = 1; i <= 3; i++) {
			lines.addAll(run("colorize", in, "-o", out, "--dry-run", "--shard", i + "/3").out().lines().toList());
		}
		assertEquals(5, lines.size());
		assertEquals(5, lines.stream().distinct().count());
		assertEquals(0, colorize(in, "-o", out, "--shard", "9/9").exit());
		assertFalse(Files.exists(out), "nothing was left for it");
	}

	@Test
	void reportListsEachOutcome() throws IOException {
		final Path odd = folder.resolve("odd \"name\".png");
		Files.copy(photo, odd);
		final Path report = folder.resolve("reports/report.json");
		assertEquals(1, colorize(photo, odd, folder.resolve("none.png"), "-o", out, "--report", report).exit());
		// YAML is a superset of JSON.
		final Map<String, Object> root = new Yaml().load(Files.readString(report));
		assertEquals(List.of(2, 0, 1), List.of(root.get("done"), root.get("skipped"), root.get("failed")));
		assertEquals(List.of(
				Map.of("input", photo.toString(), "outcome", "done", "output",
						out.resolve("photo-colorized.png").toString()),
				Map.of("input", odd.toString(), "outcome", "done", "output",
						out.resolve("odd \"name\"-colorized.png").toString()),
				Map.of("input", folder.resolve("none.png").toString(), "outcome", "failed", "message",
						folder.resolve("none.png") + ": there is no such file.")),
				root.get("files"));
		colorize(photo, "-o", out, "--report", report);
		assertTrue(Files.readString(report).contains("\"skipped\": 1"));
		colorize(photo, "-o", out, "--report", folder.resolve("report.csv"));
		assertTrue(Files.readString(folder.resolve("report.csv")).startsWith("input,outcome,output,message,seconds\n" + photo
				+ ",skipped," + out.resolve("photo-colorized.png") + ",,"));
		final Outcome refused = colorize(photo, "-o", out, "--report", photo.resolve("report.json"));
		assertEquals(2, refused.exit());
		assertEquals(List.of("The report " + photo.resolve("report.json")
				+ " cannot be written (a file stands where a folder is needed)."), refused.err());
	}

	@Test
	void uncertaintyHasTheSizeOfTheImage() {
		assertEquals(0, colorize(photo, "-o", out, "--uncertainty").exit());
		assertTrue(Files.exists(out.resolve("photo-colorized.png")));
		assertTrue(Files.exists(out.resolve("photo-uncertainty.tif")));
	}

	// -- The launcher itself --

	@Test
	void launcherRunsTheJar() throws IOException, InterruptedException {
		final Path project = Path.of("").toAbsolutePath();
		final Path script = project.resolve("scripts/fiji-colorize");
		final File[] jars = project.resolve("target").toFile()
				.listFiles((dir, name) -> name.matches("Colorize_-[0-9.]+\\.jar"));
		Assumptions.assumeTrue(Files.isExecutable(script) && jars != null && jars.length > 0
				&& Files.exists(project.resolve("target/runtime-class-path.txt")), "there is no jar yet");
		final Path result = folder.resolve("result.png");
		final Path err = folder.resolve("err.txt");
		final Process process = new ProcessBuilder(script.toString(), "colorize", photo.toString(),
				folder.resolve("none.png").toString(), "-o", out.toString(), "--model", TinyModel.file().toString(),
				"--device", "cpu").redirectError(err.toFile()).redirectOutput(result.toFile()).start();
		assertEquals(1, process.waitFor());
		// PyTorch warns of processors that it does not know.
		assertEquals(List.of(folder.resolve("none.png") + ": there is no such file."),
				Files.readAllLines(err).stream().filter(line -> !line.startsWith("[W")).toList());
		assertTrue(Files.exists(out.resolve("photo-colorized.png")));
	}
}
