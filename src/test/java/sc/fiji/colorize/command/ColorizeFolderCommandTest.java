/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.event.KeyEvent;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ij.IJ;
import ij.ImagePlus;
import ij.measure.ResultsTable;
import ij.process.ByteProcessor;
import ij.process.ImageProcessor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.scijava.Cancelable;
import org.scijava.Context;
import org.scijava.ItemVisibility;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.event.EventHandler;
import org.scijava.event.EventService;
import org.scijava.log.LogListener;
import org.scijava.log.LogService;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.module.ModuleService;
import org.scijava.service.Service;
import org.scijava.task.Task;
import org.scijava.task.event.TaskEvent;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.Upsampling;
import sc.fiji.colorize.batch.BatchOptions;
import sc.fiji.colorize.batch.BatchReport;
import sc.fiji.colorize.batch.Job;
import sc.fiji.colorize.batch.JobResult;
import sc.fiji.colorize.batch.Outcome;
import sc.fiji.colorize.imagej.ImageColorizer;
import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.imagej.OutputType;

class ColorizeFolderCommandTest {

	private static final int WIDTH = 20;
	private static final int HEIGHT = 15;
	private static final int FILES = 300;
	private static final int BROKEN = 15;
	private static final int MANY = 12;

	private static final List<String> LOG = new CopyOnWriteArrayList<>();
	private static Context context;
	@TempDir
	private Path folder;
	private Path in;
	private Path out;

	@BeforeAll
	static void start() {
		context = new Context();
		context.service(LogService.class).addLogListener(message -> LOG.add(message.text()));
	}

	@AfterAll
	static void stop() {
		context.dispose();
	}

	@BeforeEach
	void makeFolders() throws IOException {
		LOG.clear();
		in = Files.createDirectory(folder.resolve("my scans"));
		out = folder.resolve("my results");
	}

	private Path photo(final String name) throws IOException {
		final Path file = in.resolve(name);
		Files.createDirectories(file.getParent());
		ImageFiles.write(new ImagePlus("x",
				new ByteProcessor(WIDTH, HEIGHT, TinyModel.picture(WIDTH, HEIGHT, name.hashCode()))), file);
		return file;
	}

	private Map<String, Object> inputs(final Map<String, Object> changes) {
		final Map<String, Object> inputs = new LinkedHashMap<>();
		inputs.put("inputFolder", in.toFile());
		inputs.put("outputFolder", out.toFile());
		inputs.put("model", TinyModel.file().toString());
		inputs.put("device", "cpu");
		inputs.put("size", 32);
		inputs.putAll(changes);
		return inputs;
	}

	private CommandModule run(final Map<String, Object> changes) throws InterruptedException, ExecutionException {
		return context.service(CommandService.class).run(ColorizeFolderCommand.class, true, inputs(changes)).get();
	}

	/** The lines of the table without its head, by the names of the files. */
	private Map<String, String> table() throws IOException {
		final Map<String, String> rows = new TreeMap<>();
		Files.readAllLines(out.resolve(BatchReport.CSV)).stream().skip(1)
				.forEach(line -> rows.put(in.relativize(Path.of(line.substring(0, line.indexOf(',')))).toString(),
						line.split(",")[1]));
		return rows;
	}

	/** The line of the log that sums a run up. */
	private static String summary() {
		return LOG.stream().filter(line -> line.contains(" colorized, ")).reduce((first, last) -> last).orElse("");
	}

	private List<String> results() throws IOException {
		try (Stream<Path> files = Files.walk(out)) {
			return files.filter(Files::isRegularFile).map(file -> out.relativize(file).toString()).sorted().toList();
		}
	}

	// -- What macros hold --

	@Test
	void menuPathIsFrozen() throws IOException {
		final CommandInfo info = context.service(CommandService.class).getCommand(ColorizeFolderCommand.class);
		assertEquals("Plugins > Colorize > Colorize Folder...", info.getMenuPath().getMenuString(true));
		assertTrue(info.canRunHeadless());
		try (InputStream config = ColorizeFolderCommand.class.getResourceAsStream("/plugins.config")) {
			assertTrue(new String(config.readAllBytes(), StandardCharsets.UTF_8).contains("Plugins>Colorize, "
					+ "\"Colorize Folder...\", " + Ij1Commands.class.getName() + "(\""
					+ ColorizeFolderCommand.class.getName() + "\")"));
		}
	}

	@Test
	void parameterNamesAreFrozen() {
		final CommandInfo info = context.service(CommandService.class).getCommand(ColorizeFolderCommand.class);
		final List<String> names = new ArrayList<>();
		for (final ModuleItem<?> item : info.inputs()) {
			if (item.getVisibility() != ItemVisibility.MESSAGE && item.getType() != Context.class
					&& !Service.class.isAssignableFrom(item.getType())) {
				names.add(item.getName() + " " + item.getType().getSimpleName() + (item.isRequired() ? " required" : "")
						+ (item.isPersisted() ? " persisted" : ""));
			}
		}
		info.outputs().forEach(item -> names.add("-> " + item.getName() + " " + item.getType().getSimpleName()));
		assertEquals(Set.of("inputFolder File required persisted", "outputFolder File required persisted",
				"pattern String", "recursive Boolean", "overwrite Boolean", "type String", "outputType String",
				"uncertainty Boolean", "metadata Boolean", "model String persisted", "temperature Double",
				"saturation Double", "size Integer", "smoothing Double", "upsampling String", "device String",
				"-> report File"), Set.copyOf(names));
		assertEquals(Upsampling.labels(), info.getInput("upsampling").getChoices());
		assertEquals(BatchOptions.TYPES, info.getInput("type").getChoices());
		assertEquals(OutputType.labels(), info.getInput("outputType").getChoices());
	}

	// -- Running --

	@Test
	void colorizesOneFolderIntoAnother() throws IOException, InterruptedException, ExecutionException {
		final Path photo = photo("a.png");
		photo("sub/b.png");
		final CommandModule module = run(Map.of("temperature", 0.2));
		assertFalse(module.isCanceled(), module.getCancelReason());
		assertEquals(out.resolve(BatchReport.CSV).toFile(), module.getOutput("report"));
		assertEquals(List.of("a-colorized.png", "colorize-folder.csv", "sub/b-colorized.png"), results());
		assertEquals(Map.of("a.png", "done", "sub/b.png", "done"), table());
		assertArrayEquals(colors(colorized(photo, 0.2, OutputType.AUTOMATIC)),
				colors(ImageFiles.read(out.resolve("a-colorized.png"))));
	}

	private static ImagePlus colorized(final Path photo, final double temperature, final OutputType type)
			throws IOException {
		final ColorizeOptions options = TinyModel.options().size(32).temperature(temperature);
		try (Colorizer colorizer = Colorizer.open(options.opening())) {
			return new ImageColorizer(colorizer, options, type)
					.colorize(ImageFiles.read(photo), fraction -> { }, () -> false);
		}
	}

	/** Without the bits of the alpha channel, which a file does not hold. */
	private static int[] colors(final ImagePlus image) {
		return Arrays.stream((int[]) image.getProcessor().getPixels()).map(color -> color & 0xffffff).toArray();
	}

	@Test
	void everyOptionHasAnEffect() throws IOException, InterruptedException, ExecutionException {
		photo("a.png");
		photo("b.tif");
		photo("sub/c.tif");
		run(Map.of("pattern", "*.tif", "recursive", false, "type", "jpg", "uncertainty", true));
		assertEquals(List.of("b-colorized.jpg", "b-uncertainty.tif", "colorize-folder.csv"), results());
		final FileTime old = FileTime.fromMillis(1000);
		Files.setLastModifiedTime(out.resolve("b-colorized.jpg"), old);
		run(Map.of("pattern", "b*", "type", "jpg"));
		assertEquals(Map.of("b.tif", "skipped"), table());
		assertTrue(summary().matches("0 colorized, 1 skipped, 0 failed\\..*Overwrite.*overwrite=true.*"), summary());
		assertEquals(old, Files.getLastModifiedTime(out.resolve("b-colorized.jpg")));
		assertTrue(LOG.stream().noneMatch(line -> line.contains("unsupported output")), LOG.toString());
		run(Map.of("pattern", "b*", "type", "jpg", "overwrite", true));
		assertTrue(Files.getLastModifiedTime(out.resolve("b-colorized.jpg")).compareTo(old) > 0);
	}

	@Test
	void tableNamesTheOptionForSkippedFiles() {
		final Job job = new Job(in.resolve("a.png"), out.resolve("a-colorized.png"), true);
		final BatchReport report = new BatchReport(
				List.of(new JobResult(job, Outcome.DONE, Optional.of(job.output()), job.output().toString(), "", 1),
						new JobResult(job, Outcome.SKIPPED, Optional.of(job.output()), "there", "", 0),
						new JobResult(job, Outcome.FAILED, Optional.empty(), "broken", "", 0)),
				3);
		final ResultsTable table = ColorizeFolderCommand.table(report);
		assertEquals("", table.getStringValue("message", 0));
		assertTrue(table.getStringValue("message", 1).contains("overwrite=true"), table.getStringValue("message", 1));
		assertEquals("broken", table.getStringValue("message", 2));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
		"automatic | a-colorized.png | 24 | 1", "RGB | a-colorized.png | 24 | 1", "composite | a-colorized.tif | 8 | 3",
		"ab channels | a-colorized.tif | 32 | 2", "Lab stack | a-colorized.tif | 32 | 3",
		"uncertainty | a-uncertainty.tif | 32 | 1"})
	void eachKindOfOutputIsAsOfASingleImage(final String kind, final String file, final int bits, final int channels)
			throws IOException, InterruptedException, ExecutionException {
		final Path photo = photo("a.png");
		final CommandModule module = run(Map.of("outputType", kind, "uncertainty", kind.equals("uncertainty")));
		assertFalse(module.isCanceled(), module.getCancelReason());
		assertEquals(List.of(file, "colorize-folder.csv"), results());
		final ImagePlus result = ImageFiles.read(out.resolve(file));
		assertEquals(bits, result.getBitDepth());
		assertEquals(channels, result.getStackSize());
		final ImagePlus single = colorized(photo, ColorizeOptions.defaults().temperature(), OutputType.of(kind));
		for (int c = 1; c <= channels; c++) {
			assertArrayEquals(values(single.getStack().getProcessor(c)), values(result.getStack().getProcessor(c)));
		}
		run(Map.of("outputType", kind));
		assertEquals(Map.of("a.png", "skipped"), table());
	}

	/** Without alpha, as above. */
	private static int[] values(final ImageProcessor plane) {
		return IntStream.range(0, plane.getPixelCount()).map(i -> plane.get(i) & (plane.getBitDepth() == 32 ? -1 : 0xffffff))
				.toArray();
	}

	@Test
	void missingValuesHaveDefaults() throws IOException, InterruptedException, ExecutionException {
		photo("a.png");
		final Map<String, Object> nothing = new LinkedHashMap<>();
		for (final String name : List.of("pattern", "recursive", "overwrite", "type", "outputType", "uncertainty",
				"metadata", "temperature", "saturation", "size", "smoothing", "upsampling", "device")) {
			nothing.put(name, null);
		}
		final CommandModule module = run(nothing);
		assertFalse(module.isCanceled(), module.getCancelReason());
		assertEquals(Map.of("a.png", "done"), table());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
		"inputFolder | /no/such | There is no folder /no/such.",
		"pattern | b* | There is no image to colorize in IN with a name like b*.",
		"pattern | *.{a | The pattern '*.{a' makes no sense: write it like scan*.tif or *.{png,jpg}, or leave it empty "
			+ "for all images.",
		"type | gif | The type must be auto, png, jpg or tif but is 'gif'.",
		"outputType | hue | The output type must be one of automatic, RGB, composite, ab channels, Lab stack, uncertainty "
			+ "but is 'hue'.",
		"outputFolder | IN/a.png | The output must be a folder but is the file IN/a.png.",
		"outputFolder | IN/a.png/x | The folder IN/a.png/x cannot be written to (a file stands where a folder is needed).",
		"temperature | 2 | The temperature must be from 0 to 1 but is 2.0.",
		"smoothing | 2 | The smoothing must be from 0 to 1 but is 2.0.",
		"upsampling | cubic | The upsampling must be edge-aware or bilinear but is 'cubic'.",
		"model | none.zip | There is no model 'none.zip': give 'default' or the path of a model zip."})
	void whatMakesNoSenseIsToldInASentence(final String name, final String value, final String sentence)
			throws IOException, InterruptedException, ExecutionException {
		photo("a.png");
		final CommandModule module = run(Map.of(name, value.replace("IN", in.toString())));
		assertTrue(module.isCanceled());
		assertEquals(sentence.replace("IN", in.toString()), module.getCancelReason());
		assertNull(module.getOutput("report"));
		assertFalse(Files.exists(out));
	}

	/** Ways to stop: the command's own, the Escape key, and the button of the task in Fiji's status bar. */
	private enum Stop {
		COMMAND, ESCAPE, TASK
	}

	@ParameterizedTest
	@EnumSource(Stop.class)
	void cancelingKeepsResultsAndReportsTheRest(final Stop stop)
			throws IOException, InterruptedException, ExecutionException {
		for (int i = 0; i < MANY; i++) {
			photo("p" + i + ".png");
		}
		final Module module = context.service(ModuleService.class)
				.createModule(context.service(CommandService.class).getCommand(ColorizeFolderCommand.class));
		final List<Task> tasks = new CopyOnWriteArrayList<>();
		final Object listener = new Object() {

			@EventHandler
			private void began(final TaskEvent event) {
				tasks.add(event.getTask());
			}
		};
		context.service(EventService.class).subscribe(listener);
		final int done = 3;
		// On the thread that works, which goes on only afterwards.
		final LogListener impatient = message -> {
			if (message.text().startsWith("[" + done + "/" + MANY + ",")) {
				switch (stop) {
					case COMMAND -> ((Cancelable) module).cancel("Enough.");
					case ESCAPE -> IJ.setKeyDown(KeyEvent.VK_ESCAPE);
					default -> tasks.get(tasks.size() - 1).cancel("Enough.");
				}
			}
		};
		context.service(LogService.class).addLogListener(impatient);
		try {
			context.service(ModuleService.class).run(module, true, inputs(Map.of())).get();
		}
		finally {
			context.service(LogService.class).removeLogListener(impatient);
		}
		assertEquals(done, results().size() - 1);
		assertEquals("The folder was not finished: " + done + " colorized, 0 skipped, 0 failed, " + (MANY - done)
				+ " not reached. Run it again to continue.", ((Cancelable) module).getCancelReason());
		assertEquals(done, table().size());
		assertEquals(out.resolve(BatchReport.CSV).toFile(), module.getOutput("report"));
		assertTrue(listener.getClass().isAnonymousClass(), "held until here: the event service holds it weakly");
	}

	// -- A folder of 300 files, 15 of them broken, in a macro of ImageJ 1 --

	@Slow
	@Test
	void damagedFilesDoNotStopAMacro() throws IOException, InterruptedException {
		final List<String> broken = new ArrayList<>();
		for (int i = 0; i < FILES - BROKEN; i++) {
			photo((i % 3 == 0 ? "sub/" : "") + "p" + i + List.of(".png", ".tif", ".jpg").get(i % 7 % 3));
		}
		for (int i = 0; i < BROKEN; i++) {
			broken.add(breakOne(i));
		}
		final String options = "inputfolder=[" + in + "] outputfolder=[" + out + "] model=[" + TinyModel.file()
				+ "] device=cpu size=32";
		final String log = macro("run('Colorize Folder...', '" + options + "');\nprint('went on');\n");
		assertTrue(log.contains("285 colorized, 0 skipped, 15 failed."), log);
		assertTrue(log.contains("went on"), log);
		broken.sort(null);
		assertEquals(broken, table().entrySet().stream().filter(row -> row.getValue().equals("failed"))
				.map(Map.Entry::getKey).toList());
		assertEquals(FILES - BROKEN + 1, results().size());

		// A restart does what is missing and nothing else.
		final List<String> missing = results().stream().filter(name -> name.matches(".*p\\d?7\\d?-colorized.*")).toList();
		final FileTime old = FileTime.fromMillis(1000);
		for (final String name : results()) {
			Files.setLastModifiedTime(out.resolve(name), old);
		}
		for (final String name : missing) {
			Files.delete(out.resolve(name));
		}
		final String mended = broken.get(0);
		photo(mended);
		final String again = macro("run('Colorize Folder...', '" + options + "');\n");
		assertTrue(again.contains((missing.size() + 1) + " colorized, " + (FILES - BROKEN - missing.size())
				+ " skipped, 14 failed."), again);
		assertEquals("done", table().get(mended));
		final List<String> fresh = new ArrayList<>();
		for (final String name : results()) {
			if (Files.getLastModifiedTime(out.resolve(name)).compareTo(old) > 0) {
				fresh.add(name);
			}
		}
		assertEquals(missing.size() + 2, fresh.size(), fresh.toString());
		assertTrue(fresh.containsAll(missing), fresh.toString());
	}

	/** A file that looks like an image by its name. */
	private String breakOne(final int i) throws IOException {
		final byte[] good = Files.readAllBytes(photo("whole" + List.of(".png", ".tif", ".jpg").get(i % 3)));
		final Path file = in.resolve("broken" + i + List.of(".png", ".tif", ".jpg").get(i % 3));
		switch (i % 5) {
			case 0 -> Files.writeString(file, "Just text.");
			case 1 -> Files.write(file, Arrays.copyOf(good, good.length / 2));
			case 2 -> Files.createFile(file);
			case 3 -> Files.write(file, new byte[1000]);
			default -> Files.write(file, Arrays.copyOf(good, 20));
		}
		Files.delete(in.resolve("whole" + List.of(".png", ".tif", ".jpg").get(i % 3)));
		return file.getFileName().toString();
	}

	private String macro(final String text) throws IOException, InterruptedException {
		return MacroInImageJ1.run(folder, Files.writeString(folder.resolve("macro.ijm"), text).toString(), "");
	}

	@Slow
	@Test
	void recordedMacroGivesTheSameResults() throws IOException, InterruptedException {
		Assumptions.assumeTrue(VirtualScreen.isPossible(), "Xvfb is not installed");
		photo("a.png");
		photo("b.jpg");
		photo("sub/c.png");
		final String text = RecordedFolderCommand.record(folder, in, out, TinyModel.file());
		assertTrue(text.startsWith("run(\"Colorize Folder...\", \"inputfolder=["), text);
		assertTrue(text.contains(" pattern=*.png recursive=false overwrite=false type=tif outputtype=[Lab stack] ")
				&& text.contains(" temperature=0.2 ") && text.contains(" model="), text);
		final Path first = Files.move(out, folder.resolve("recorded results"));
		final String log = macro(text);
		assertEquals(List.of("a-colorized.tif", "colorize-folder.csv"), results(), log);
		final ImagePlus recorded = ImageFiles.read(first.resolve("a-colorized.tif"));
		final ImagePlus replayed = ImageFiles.read(out.resolve("a-colorized.tif"));
		assertEquals(3, replayed.getStackSize());
		for (int c = 1; c <= 3; c++) {
			assertArrayEquals((float[]) recorded.getStack().getPixels(c), (float[]) replayed.getStack().getPixels(c));
		}
	}

	@Slow
	@Test
	void missingFoldersStopTheMacroWithAMessage() throws IOException, InterruptedException {
		final String log = macro("run('Colorize Folder...', 'pattern=*.png');\nprint('went on');\n");
		assertTrue(log.contains("is required but unset"), log);
		assertFalse(log.contains("went on"), log);
		assertEquals(List.of(), Arrays.stream(folder.toFile().listFiles()).filter(File::isFile).map(File::getName)
				.filter(name -> name.endsWith(".csv")).toList());
	}
}
