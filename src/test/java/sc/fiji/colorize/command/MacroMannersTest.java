/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.StreamSupport;

import ij.IJ;
import ij.Macro;
import ij.macro.Interpreter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.Command;
import org.scijava.command.CommandService;
import org.scijava.log.LogLevel;
import org.scijava.log.LogService;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.module.ModuleService;

import sc.fiji.colorize.TinyModel;

/**
 * Macros whose commands are run by SciJava, as imagej-legacy does, and not by this project's bridge. What ImageJ's
 * {@code run} function looks at before and after a command is set and read here.
 */
class MacroMannersTest {

	private static final List<String> ERRORS = new ArrayList<>();
	private static Context context;

	@BeforeAll
	static void start() {
		context = new Context();
		context.service(LogService.class).addLogListener(message -> {
			if (message.level() == LogLevel.ERROR) {
				ERRORS.add(message.text());
			}
		});
	}

	@AfterAll
	static void stop() {
		context.dispose();
	}

	@BeforeEach
	void aMacroRuns() throws ReflectiveOperationException {
		ERRORS.clear();
		set(IJ.class, "macroRunning", true);
		set(Macro.class, "abort", false);
	}

	@AfterEach
	void noMacroRuns() throws ReflectiveOperationException {
		set(IJ.class, "macroRunning", false);
		set(Macro.class, "abort", false);
	}

	private static void set(final Class<?> type, final String field, final boolean value)
			throws ReflectiveOperationException {
		final var flag = type.getDeclaredField(field);
		flag.setAccessible(true);
		flag.setBoolean(null, value);
	}

	private static boolean isAborted() throws ReflectiveOperationException {
		final var flag = Macro.class.getDeclaredField("abort");
		flag.setAccessible(true);
		return flag.getBoolean(null);
	}

	private static void colorize(final double temperature) throws InterruptedException, ExecutionException {
		context.service(CommandService.class).run(ColorizeCommand.class, true, Map.of("input",
				IJ.createImage("x", "8-bit ramp", 16, 16, 1), "model", TinyModel.file().toString(), "device", "cpu",
				"temperature", temperature)).get();
	}

	// -- Errors --

	@Test
	void errorEndsTheMacroWithAMessage()
			throws InterruptedException, ExecutionException, ReflectiveOperationException {
		colorize(2);
		assertEquals(List.of("The temperature must be from 0 to 1 but is 2.0."), ERRORS);
		assertTrue(isAborted());
	}

	/** What a macro of these tests calls. */
	public static final class Called {

		private static final List<String> TEMPERATURES = new ArrayList<>();

		private Called() {
		}

		/** Runs the command and waits for it, as imagej-legacy does. */
		public static void colorize(final String temperature) throws InterruptedException, ExecutionException {
			MacroMannersTest.colorize(Double.parseDouble(temperature));
			TEMPERATURES.add(temperature);
		}
	}

	@Test
	void nothingRunsAfterAnError() {
		Called.TEMPERATURES.clear();
		final String call = "call('" + Called.class.getName() + ".colorize', '%s');\n";
		final Interpreter macro = new Interpreter();
		macro.run(String.format(call, 0.5) + "for (i = 0; i < 3; i++) {\n" + String.format(call, 2)
				+ String.format(call, 0.3) + "}\n" + String.format(call, 0.4));
		assertEquals(List.of("0.5", "2"), Called.TEMPERATURES);
		assertEquals(1, ERRORS.size(), ERRORS.toString());
	}

	/** As it is of ImageJ's own commands. */
	@Test
	void resultIsTheActiveImageInBatchMode() {
		final Interpreter macro = new Interpreter();
		assertEquals("x-colorized, 24", macro.run("setBatchMode(true);\nnewImage('before', '8-bit ramp', 16, 16, 1);\n"
				+ "call('" + Called.class.getName() + ".colorize', 0.5);\nreturn getTitle() + ', ' + bitDepth();\n", ""));
		assertEquals(List.of(), ERRORS);
	}

	@Test
	void successDoesNotEndTheMacro() throws InterruptedException, ExecutionException, ReflectiveOperationException {
		colorize(0.3);
		assertEquals(List.of(), ERRORS);
		assertFalse(isAborted());
	}

	@Test
	void errorOutsideAMacroGivesOnlyTheMessage()
			throws InterruptedException, ExecutionException, ReflectiveOperationException {
		set(IJ.class, "macroRunning", false);
		colorize(2);
		assertEquals(1, ERRORS.size());
		assertFalse(isAborted());
	}

	// -- Defaults --

	/** The parameters of a command that are still missing when some are given. */
	private static Set<String> missing(final Class<? extends Command> command, final String... given) {
		final Module module = context.service(ModuleService.class)
				.createModule(context.service(CommandService.class).getCommand(command));
		List.of(given).forEach(module::resolveInput);
		final MacroDefaults defaults = new MacroDefaults();
		context.inject(defaults);
		defaults.process(module);
		final Set<String> missing = new HashSet<>();
		StreamSupport.stream(module.getInfo().inputs().spliterator(), false).map(ModuleItem::getName)
				.filter(name -> !module.isInputResolved(name)).forEach(missing::add);
		missing.removeAll(Set.of("status", "log", "tasks", "context", "converter", "threads", "citation"));
		return missing;
	}

	@Test
	void missingMacroKeysHaveDefaults() {
		assertEquals(Set.of(), missing(ColorizeCommand.class, "input", "temperature"));
		assertEquals(Set.of("outputFolder"), missing(ColorizeFolderCommand.class, "inputFolder"));
	}

	@Test
	void lineWithoutParametersOpensTheDialog() {
		assertTrue(missing(ColorizeCommand.class, "input").containsAll(Set.of("temperature", "outputFile")));
	}

	@Test
	void scriptCommandHasDefaultsAndNoDialog() throws ReflectiveOperationException {
		set(IJ.class, "macroRunning", false);
		assertEquals(Set.of(), missing(Colorize.class, "input"));
		assertEquals(Set.of("outputModel"), missing(Train.class, "inputFolder"));
	}

	@Test
	void singleMissingFileOpensNoDialogOutsideAMacro() throws ReflectiveOperationException {
		set(IJ.class, "macroRunning", false);
		assertTrue(missing(ColorizeCommand.class, "input", "temperature").contains("saturation"));
		assertEquals(Set.of(), missing(ColorizeCommand.class, "input", "model", "temperature", "saturation", "size",
				"device", "smoothing", "upsampling", "hints", "reach", "outputType", "uncertainty", "inPlace", "stack",
				"metadata",
				"preview"));
	}
}
