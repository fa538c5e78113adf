/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.concurrent.ExecutionException;

import ij.ImagePlus;
import ij.process.ByteProcessor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.ItemVisibility;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.module.ModuleItem;
import org.scijava.service.Service;

import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.image.ImageFiles;

class ColorizeCommandTest {

	private static Context context;

	@BeforeAll
	static void start() {
		context = new Context();
	}

	@AfterAll
	static void stop() {
		context.dispose();
	}

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
	void theMenuPathStays() {
		final CommandInfo info = context.service(CommandService.class).getCommand(ColorizeCommand.class);
		assertEquals("Plugins > Colorize > Colorize...", info.getMenuPath().getMenuString(true));
		assertTrue(info.canRunHeadless());
	}

	@Test
	void theParameterNamesStay() {
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
		// An image cannot persist, whatever its flag says.
		assertEquals(List.of("input ImagePlus required persisted", "model String", "chooseModel Button",
				"temperature Double", "saturation Double", "size Integer", "device String",
				"outputType String", "uncertainty Boolean",
				"inPlace Boolean", "stack Boolean", "outputFile File", "preview Boolean"), inputs);
		final List<String> outputs = new ArrayList<>();
		info.outputs().forEach(item -> outputs.add(item.getName() + " " + item.getType().getSimpleName()));
		assertEquals(List.of("output ImagePlus", "uncertaintyImage ImagePlus"), outputs);
	}

	@Test
	void theMenuOfImageJ1HasTheSameLabel() throws IOException {
		try (InputStream in = ColorizeCommand.class.getResourceAsStream("/plugins.config")) {
			final String config = new String(in.readAllBytes(), StandardCharsets.UTF_8);
			assertTrue(config.contains("Plugins>Colorize, \"Colorize...\", " + Ij1Commands.class.getName() + "(\""
					+ ColorizeCommand.class.getName() + "\")"), config);
		}
	}

	// -- Running --

	@Test
	void aGrayImageBecomesANamedColourImage() throws InterruptedException, ExecutionException {
		final CommandModule module = run(Map.of());
		assertFalse(module.isCanceled(), module.getCancelReason());
		final ImagePlus output = (ImagePlus) module.getOutput("output");
		assertEquals("old photo-colorized", output.getTitle());
		assertEquals(ImagePlus.COLOR_RGB, output.getType());
		assertEquals(60, output.getWidth());
	}

	@Test
	void withoutAnImageTheReasonIsASentence() throws InterruptedException, ExecutionException {
		final CommandModule module = run(Map.of("input", new ImagePlus()));
		assertTrue(module.isCanceled());
		assertEquals("There is no image to colorize: open one first.", module.getCancelReason());
		final CommandModule unset = context.service(CommandService.class)
				.run(ColorizeCommand.class, true, "model", TinyModel.file().toString(), "device", "cpu").get();
		assertTrue(unset.isCanceled());
		assertEquals("There is no image to colorize: open one first.", unset.getCancelReason());
	}

	@Test
	void wrongParametersAreToldInASentence() throws InterruptedException, ExecutionException {
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
	void theOptionsOfAMacroAreRead() {
		assertEquals(Map.of("temperature", "0.2", "model", "my models/a.zip", "uncertainty", "true", "size", ""),
				Ij1Commands.parse("temperature=0.2 model=[my models/a.zip] uncertainty size= "));
		assertEquals("3", Ij1Commands.parse("Size=3").get("size"));
		assertEquals(Map.of(), Ij1Commands.parse(""));
	}

	@Test
	void aMacroGivesWhatTheCommandGives(@TempDir final Path folder)
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
		final ImagePlus expected = (ImagePlus) run(
				Map.of("temperature", 0.2, "saturation", 1.5, "size", 32)).getOutput("output");
		assertArrayEquals(colors(expected), colors(ImageFiles.read(result)));
	}

	/** Without the bits of the alpha channel, which a file does not hold. */
	private static int[] colors(final ImagePlus image) {
		return Arrays.stream((int[]) image.getProcessor().getPixels()).map(color -> color & 0xffffff).toArray();
	}

	@Test
	void aMacroWithAWrongOptionStopsWithASentence(@TempDir final Path folder) throws IOException, InterruptedException {
		final Path after = folder.resolve("after.txt");
		final String log = runMacro("newImage('a', '8-bit ramp', 40, 30, 1);\n"
				+ "run('Colorize...', 'temprature=0.2');\nFile.saveString('x', '" + after + "');\n", folder);
		assertTrue(log.contains(
				"There is no parameter 'temprature': give model, temperature, saturation, size, device, outputType, "
						+ "uncertainty, inPlace, stack, outputFile, preview."),
				log);
		assertFalse(Files.exists(after), "the macro goes on");
	}

	private static String runMacro(final String macro, final Path folder) throws IOException, InterruptedException {
		return MacroInImageJ1.run(folder, Files.writeString(folder.resolve("macro.ijm"), macro).toString(), "");
	}
}
