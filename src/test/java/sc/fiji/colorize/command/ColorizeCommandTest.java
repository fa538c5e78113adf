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
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import ij.ImagePlus;
import ij.ImageStack;
import ij.Macro;
import ij.WindowManager;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.macro.Interpreter;
import ij.plugin.FileInfoVirtualStack;
import ij.process.ByteProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scijava.Context;
import org.scijava.ItemVisibility;
import org.scijava.app.StatusService;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.log.LogService;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.module.ModuleService;
import org.scijava.prefs.PrefService;
import org.scijava.service.Service;
import org.scijava.thread.ThreadService;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.imagej.OutputType;

class ColorizeCommandTest extends SciJavaTest {

	/** Far more than anything takes, so that only a hang fails. */
	private static final int PATIENCE_MINUTES = 10;

	private static ImagePlus photo() {
		return new ImagePlus("old photo.png", new ByteProcessor(60, 40, TinyModel.picture(60, 40, 1)));
	}

	private static CommandModule run(final Map<String, Object> changes)
			throws InterruptedException, ExecutionException {
		final Map<String, Object> inputs = new LinkedHashMap<>();
		inputs.put("input", photo());
		inputs.put("model", TinyModel.file().toString());
		inputs.put("device", "cpu");
		inputs.putAll(changes);
		return context.service(CommandService.class).run(ColorizeCommand.class, true, inputs).get();
	}

	// -- What macros hold --

	@Test
	void menuPathIsFrozen() {
		final CommandInfo info = context.service(CommandService.class).getCommand(ColorizeCommand.class);
		assertEquals("Plugins > Colorize > Colorize...", info.getMenuPath().getMenuString(true));
		assertTrue(info.canRunHeadless());
	}

	@Test
	void parameterNamesAreFrozen() {
		final CommandInfo info = context.service(CommandService.class).getCommand(ColorizeCommand.class);
		final List<String> inputs = new ArrayList<>();
		for (final ModuleItem<?> item : info.inputs()) {
			if (item.getVisibility() != ItemVisibility.MESSAGE && item.getType() != Context.class
					&& !Service.class.isAssignableFrom(item.getType())) {
				inputs.add(item.getName() + " " + item.getType().getSimpleName()
						+ (item.isRequired() ? " required" : "")
						+ (item.isPersisted() ? " persisted" : ""));
			}
		}
		assertEquals(Set.of("input Object required", "model String",
				"temperature Double", "saturation Double", "size Integer", "device String",
				"smoothing Double", "upsampling String", "hints String", "reach Double", "outputType String",
				"uncertainty Boolean", "inPlace Boolean", "stack Boolean", "outputFile File", "metadata Boolean",
				"preview Boolean"), Set.copyOf(inputs));
		final List<String> outputs = new ArrayList<>();
		info.outputs().forEach(item -> outputs.add(item.getName() + " " + item.getType().getSimpleName()));
		assertEquals(List.of("output ImagePlus", "uncertaintyImage ImagePlus"), outputs);
	}

	@Test
	void menuLabelIsTheSameInImageJ1() throws IOException {
		try (InputStream in = ColorizeCommand.class.getResourceAsStream("/plugins.config")) {
			final String config = new String(in.readAllBytes(), StandardCharsets.UTF_8);
			assertTrue(config.contains("Plugins>Colorize, \"Colorize...\", " + Ij1Commands.class.getName() + "(\""
					+ ColorizeCommand.class.getName() + "\")"), config);
		}
	}

	// -- Running --

	@Test
	void grayImageGivesNamedColorImage() throws InterruptedException, ExecutionException {
		final CommandModule module = run(Map.of());
		assertFalse(module.isCanceled(), module.getCancelReason());
		final ImagePlus output = (ImagePlus) module.getOutput("output");
		assertEquals("old photo-colorized", output.getTitle());
		assertEquals(ImagePlus.COLOR_RGB, output.getType());
		assertEquals(60, output.getWidth());
	}

	@Test
	void missingImageIsReported() throws InterruptedException, ExecutionException {
		final CommandModule module = run(Map.of("input", new ImagePlus()));
		assertTrue(module.isCanceled());
		assertEquals("There is no image to colorize: open one first.", module.getCancelReason());
		final CommandModule unset = context.service(CommandService.class)
				.run(ColorizeCommand.class, true, "model", TinyModel.file().toString(), "device", "cpu").get();
		assertTrue(unset.isCanceled());
		assertEquals("There is no image to colorize: open one first.", unset.getCancelReason());
	}

	@Test
	void wrongParametersAreReported() throws InterruptedException, ExecutionException {
		final Map<Map<String, Object>, String> wrong = Map.of(Map.of("temperature", 2.0),
				"The temperature must be from 0 to 1 but is 2.0.", Map.of("size", 100),
				"The size must be a multiple of 8 from 32 to 2048, or 0 for the model's own, but is 100.",
				Map.of("model", "none.zip"),
				"There is no model 'none.zip': give 'default' or the path of a model zip.", Map.of("device", "abacus"),
				"The device must be auto, cpu, gpu or gpu:N but is 'abacus'.");
		for (final Map.Entry<Map<String, Object>, String> entry : wrong.entrySet()) {
			final CommandModule module = run(entry.getKey());
			assertTrue(module.isCanceled());
			assertEquals(entry.getValue(), module.getCancelReason());
			assertNull(module.getOutput("output"));
		}
	}

	@Test
	void missingModelIsReportedWithRemedyOfFiji() throws InterruptedException, ExecutionException {
		final String unknown = run(Map.of("model", "vivid")).getCancelReason();
		assertTrue(unknown.startsWith("There is no model 'vivid': "), unknown);
		assertTrue(unknown.contains("the dialog"), unknown);
		final String known = run(Map.of("model", "eccv16")).getCancelReason();
		assertTrue(known.startsWith("The model 'eccv16' is not on this computer yet: "), known);
		assertTrue(known.contains("models download eccv16"), known);
	}

	@Test
	void outputChoicesAreThoseOfTheEngine() {
		final ModuleItem<?> item =
				context.service(CommandService.class).getCommand(ColorizeCommand.class).getInput("outputType");
		assertEquals(OutputType.labels(), item.getChoices());
		assertEquals(List.of("automatic", "RGB", "composite", "ab channels", "Lab stack", "uncertainty"),
				OutputType.labels());
	}

	@Test
	void macroIgnoresRememberedValues() throws InterruptedException, ExecutionException {
		final CommandInfo info = context.service(CommandService.class).getCommand(ColorizeCommand.class);
		final Map<String, Object> others = Map.of("temperature", 0.9, "saturation", 3.0, "size", 32, "outputType",
				"uncertainty", "stack", false, "inPlace", true, "uncertainty", true);
		final int[] before = colors((ImagePlus) run(Map.of()).getOutput("output"));
		others.forEach((name, value) -> context.service(PrefService.class).put(ColorizeCommand.class, name,
				value.toString()));
		run(Map.of("temperature", 0.9, "saturation", 3.0, "size", 32));
		final CommandModule module = run(Map.of());
		assertArrayEquals(before, colors((ImagePlus) module.getOutput("output")));
		assertNull(module.getOutput("uncertaintyImage"));
		assertFalse(info.getInput("model").isPersisted());
	}

	@Test
	void outputTypesOfTheDialogAreReturned(@TempDir final Path folder)
			throws IOException, InterruptedException, ExecutionException {
		final Path file = folder.resolve("saved.tif");
		final CommandModule module =
				run(Map.of("outputType", "Lab stack", "uncertainty", true, "outputFile", file.toFile()));
		assertFalse(module.isCanceled(), module.getCancelReason());
		assertEquals(3, ((ImagePlus) module.getOutput("output")).getNChannels());
		assertEquals("old photo-uncertainty", ((ImagePlus) module.getOutput("uncertaintyImage")).getTitle());
		assertEquals(32, ImageFiles.read(file).getBitDepth());
		final CommandModule wrong = run(Map.of("outputType", "crayons"));
		assertEquals("The output type must be one of automatic, RGB, composite, ab channels, Lab stack, uncertainty but is"
				+ " 'crayons'.", wrong.getCancelReason());
	}

	@Test
	void colorizesOneSliceOrAllAndInPlace() throws InterruptedException, ExecutionException {
		final ImageStack stack = new ImageStack(60, 40);
		for (int i = 0; i < 3; i++) {
			stack.addSlice(new ByteProcessor(60, 40, TinyModel.picture(60, 40, i)));
		}
		final ImagePlus film = new ImagePlus("film", stack);
		film.setSlice(2);
		assertEquals(3, ((ImagePlus) run(Map.of("input", film)).getOutput("output")).getStackSize());
		assertEquals(1, ((ImagePlus) run(Map.of("input", film, "stack", false)).getOutput("output")).getStackSize());
		final CommandModule module = run(Map.of("input", film, "inPlace", true));
		assertFalse(module.isCanceled(), module.getCancelReason());
		assertNull(module.getOutput("output"));
		assertEquals(24, film.getBitDepth());
		assertEquals(3, film.getStackSize());
	}

	@Test
	void missingOutputFileOpensNoDialog() throws InterruptedException, ExecutionException {
		final Map<String, Object> all = new LinkedHashMap<>();
		for (final ModuleItem<?> item : context.service(CommandService.class).getCommand(ColorizeCommand.class).inputs()) {
			if (item.getType() != Context.class && !Service.class.isAssignableFrom(item.getType())) {
				all.put(item.getName(), null);
			}
		}
		all.remove("outputFile");
		all.putAll(Map.of("input", photo(), "model", TinyModel.file().toString(), "device", "cpu", "size", 32));
		final CommandModule module =
				context.service(CommandService.class).run(ColorizeCommand.class, true, all).get();
		assertFalse(module.isCanceled(), "canceled: " + module.getCancelReason());
		assertEquals("old photo-colorized", ((ImagePlus) module.getOutput("output")).getTitle());
	}

	@Test
	void batchMacroShowsResultWithoutActivatingItForTheNextCommand() {
		final ImagePlus image = photo();
		final Module module = context.service(ModuleService.class)
				.createModule(context.service(CommandService.class).getCommand(ColorizeCommand.class));
		Map.of("input", image, "model", TinyModel.file().toString(), "device", "cpu", "size", 32)
				.forEach(module::setInput);
		module.setInput("status", context.service(StatusService.class));
		module.setInput("log", context.service(LogService.class));
		module.setInput("threads", context.service(ThreadService.class));
		Interpreter.batchMode = true;
		try {
			// On this thread, as if it were one of SciJava's.
			module.run();
			final ImagePlus output = (ImagePlus) module.getOutput("output");
			assertSame(output, WindowManager.getImage(output.getID()));
			assertNull(WindowManager.getTempCurrentImage());
		}
		finally {
			Interpreter.batchMode = false;
		}
	}

	@Test
	void virtualStackGivesVirtualStack(@TempDir final Path folder)
			throws IOException, InterruptedException, ExecutionException {
		final ImageStack stack = new ImageStack(60, 40);
		for (int i = 0; i < 3; i++) {
			stack.addSlice(new ByteProcessor(60, 40, TinyModel.picture(60, 40, i)));
		}
		ImageFiles.write(new ImagePlus("film", stack), folder.resolve("film.tif"));
		final ImagePlus virtual = FileInfoVirtualStack.openVirtual(folder.resolve("film.tif").toString());
		final ImagePlus output = (ImagePlus) run(Map.of("input", virtual)).getOutput("output");
		assertTrue(output.getStack().isVirtual());
		assertEquals(3, output.getStackSize());
		final CommandModule png = run(Map.of("input", virtual, "outputFile", folder.resolve("a.png").toFile()));
		assertTrue(png.getCancelReason().startsWith("A virtual stack is saved as TIFF"), png.getCancelReason());
	}

	@Test
	void commandShowsAndEndsItsPreview() throws InterruptedException, ExecutionException {
		final CountDownLatch shown = new CountDownLatch(1);
		final ImagePlus image = new ImagePlus("old photo.png", new ByteProcessor(60, 40, TinyModel.picture(60, 40, 1))) {

			@Override
			public void setOverlay(final Overlay overlay) {
				super.setOverlay(overlay);
				shown.countDown();
			}
		};
		final CommandInfo info = context.service(CommandService.class).getCommand(ColorizeCommand.class);
		final Module module = context.service(ModuleService.class).createModule(info);
		module.setInput("status", context.service(StatusService.class));
		module.setInput("input", image);
		module.setInput("model", TinyModel.file().toString());
		module.setInput("device", "cpu");
		module.preview();
		assertNull(image.getOverlay(), "not asked for");
		module.setInput("preview", true);
		for (final double temperature : new double[] {7, 0.1}) {
			// A number out of range is only told.
			module.setInput("temperature", temperature);
			module.preview();
		}
		assertTrue(shown.await(PATIENCE_MINUTES, TimeUnit.MINUTES), "there is no preview");
		assertEquals(1, image.getOverlay().size());
		module.setInput("preview", false);
		module.preview();
		assertNull(image.getOverlay());
		module.setInput("preview", true);
		module.preview();
		module.cancel();
		assertNull(image.getOverlay());
		module.preview();
		assertFalse(previews(), "a change that is told after the end");
		assertArrayEquals(TinyModel.picture(60, 40, 1), (byte[]) image.getProcessor().getPixels());
	}

	/** Whether a preview waits for work or works; one that has ended may take a moment for it. */
	private static boolean previews() throws InterruptedException {
		for (final Thread thread : Thread.getAllStackTraces().keySet()) {
			if (thread.getName().equals("Colorize preview")) {
				thread.join(TimeUnit.MINUTES.toMillis(PATIENCE_MINUTES));
				if (thread.isAlive()) {
					return true;
				}
			}
		}
		return false;
	}

	@Test
	void macroOptionsAreParsed() {
		assertEquals(Map.of("temperature", "0.2", "model", "my models/a.zip", "uncertainty", "true", "size", ""),
				Ij1Commands.parse("temperature=0.2 model=[my models/a.zip] uncertainty size= "));
		assertEquals("3", Ij1Commands.parse("Size=3").get("size"));
		assertEquals(Map.of(), Ij1Commands.parse(""));
	}

	@ParameterizedTest
	@ValueSource(strings = {"a=1 b=2", "a=[/x y/[1] z.tif] b=[c=d]", "a='it [is' b='q r' c", "b= a=3", "a=1 a=2 b=[]",
		"a=[x]y b=2", "b=x=y a=]", "a='' b=''"})
	void valuesAreParsedAsInImageJ(final String options) {
		final Map<String, String> values = Ij1Commands.parse(options);
		for (final String key : List.of("a", "b")) {
			assertEquals(Macro.getValue(options, key, null), values.get(key), key);
		}
	}

	@Test
	void unterminatedValueIsRefused() {
		assertEquals("The value of the parameter model has no ] at its end.",
				assertThrows(IllegalArgumentException.class,
						() -> Ij1Commands.parse("model=[a [b] size=3")).getMessage());
	}

	@Slow
	@Test
	void macroAndCommandGiveTheSamePixels(@TempDir final Path folder)
			throws IOException, InterruptedException, ExecutionException {
		final Path input = folder.resolve("old photo.png");
		ImageFiles.write(photo(), input);
		final Path model = Files.copy(TinyModel.file(), folder.resolve("my model.zip"));
		final Path result = folder.resolve("result.tif");
		final String macro = "open('" + input + "');\n"
				+ "run('Colorize...', 'temperature=0.2 saturation=1.5 size=32 device=cpu model=[" + model + "]');\n"
				+ "selectImage('old photo-colorized');\nsaveAs('Tiff', '" + result + "');\n";
		final String log = runMacro(macro, folder);
		assertTrue(Files.exists(result), log);
		assertFalse(log.contains("unsupported output"), log);
		final ImagePlus expected = (ImagePlus) run(
				Map.of("temperature", 0.2, "saturation", 1.5, "size", 32)).getOutput("output");
		assertArrayEquals(colors(expected), colors(ImageFiles.read(result)));
	}

	/** As it was published, with the parameters of that version. */
	@Slow
	@Test
	void macroOfTheFirstVersionStillRuns(@TempDir final Path folder)
			throws IOException, InterruptedException, ExecutionException, URISyntaxException {
		final Path macro = Path.of(ColorizeCommandTest.class.getResource("first-version.ijm").toURI());
		final Path input = folder.resolve("old photo.png");
		ImageFiles.write(photo(), input);
		final Path result = folder.resolve("result.png");
		final String log = MacroInImageJ1.run(folder, macro.toString(), input + ";" + result
				+ ";temperature=0.2 saturation=1.5 size=32 device=cpu model=[" + TinyModel.file() + "]");
		assertTrue(log.contains(input + " -> " + result), log);
		final ImagePlus expected = (ImagePlus) run(
				Map.of("temperature", 0.2, "saturation", 1.5, "size", 32)).getOutput("output");
		assertArrayEquals(colors(expected), colors(ImageFiles.read(result)));
	}

	@Slow
	@Test
	void macroAndCommandGiveTheSamePixelsWithOverlayHints(@TempDir final Path folder)
			throws IOException, InterruptedException, ExecutionException {
		final Path input = folder.resolve("old photo.png");
		ImageFiles.write(photo(), input);
		final Path result = folder.resolve("result.tif");
		final String log = runMacro("open('" + input + "');\nmakeRectangle(10, 10, 8, 6);\n"
				+ "Overlay.addSelection('', 0, '#ff0000');\nrun('Select None');\n"
				+ "run('Colorize...', 'hints=overlay reach=2 size=32 device=cpu model=[" + TinyModel.file() + "]');\n"
				+ "selectImage('old photo-colorized');\nsaveAs('Tiff', '" + result + "');\n", folder);
		assertTrue(Files.exists(result), log);
		final ImagePlus hinted = photo();
		final Roi red = new Roi(10, 10, 8, 6);
		red.setFillColor(Color.RED);
		hinted.setOverlay(new Overlay(red));
		final ImagePlus expected = (ImagePlus) run(
				Map.of("input", hinted, "hints", "overlay", "reach", 2.0, "size", 32)).getOutput("output");
		assertArrayEquals(colors(expected), colors(ImageFiles.read(result)));
		final ImagePlus plain = (ImagePlus) run(Map.of("size", 32)).getOutput("output");
		assertFalse(Arrays.equals(colors(plain), colors(expected)), "the hint changes nothing");
	}

	/** Without the bits of the alpha channel, which a file does not hold. */
	private static int[] colors(final ImagePlus image) {
		return Arrays.stream((int[]) image.getProcessor().getPixels()).map(color -> color & 0xffffff).toArray();
	}

	@Slow
	@Test
	void wrongMacroOptionStopsTheMacroWithAMessage(@TempDir final Path folder) throws IOException, InterruptedException {
		final Path after = folder.resolve("after.txt");
		final String log = runMacro("newImage('a', '8-bit ramp', 40, 30, 1);\n"
				+ "run('Colorize...', 'temprature=0.2');\nFile.saveString('x', '" + after + "');\n", folder);
		assertTrue(log.contains(
				"There is no parameter 'temprature': give model, temperature, saturation, size, device, smoothing, "
						+ "upsampling, hints, reach, outputType, uncertainty, inPlace, stack, outputFile, metadata,"
						+ " preview."),
				log);
		assertFalse(Files.exists(after), "the macro goes on");
	}

	private static String runMacro(final String macro, final Path folder) throws IOException, InterruptedException {
		return MacroInImageJ1.run(folder, Files.writeString(folder.resolve("macro.ijm"), macro).toString(), "");
	}
}
