/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import ij.IJ;
import ij.macro.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scijava.Context;
import org.scijava.command.Command;
import org.scijava.command.CommandService;
import org.scijava.log.LogLevel;
import org.scijava.log.LogService;

import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.examples.GivesUp;

/** Macros whose commands are run by SciJava, as imagej-legacy does, and not by this project's bridge. */
class MacroErrorsTest {

	/** What the macros call. */
	public static final class Calls {

		private static final List<String> HEARD = new ArrayList<>();

		private Calls() {
		}

		/** Colorizes at a temperature. */
		public static String colorize(final String temperature) throws InterruptedException, ExecutionException {
			run(ColorizeCommand.class, Map.of("input", IJ.createImage("x", "8-bit ramp", 16, 16, 1), "model",
					TinyModel.file().toString(), "device", "cpu", "temperature", Double.valueOf(temperature)));
			return "";
		}

		/** Runs a command of somebody else, which gives up. */
		public static String other() throws InterruptedException, ExecutionException {
			run(GivesUp.class, Map.of());
			return "";
		}

		/** The macro came here. */
		public static String reach() {
			HEARD.add("reached");
			return "";
		}

		private static void run(final Class<? extends Command> command, final Map<String, Object> inputs)
				throws InterruptedException, ExecutionException {
			try (Context context = new Context()) {
				context.service(LogService.class).addLogListener(message -> {
					if (message.level() == LogLevel.ERROR) {
						HEARD.add(message.text());
					}
				});
				context.service(CommandService.class).run(command, true, inputs).get();
			}
		}
	}

	private static List<String> heard(final String call) {
		Calls.HEARD.clear();
		final String calls = Calls.class.getName();
		new Interpreter().run("call('" + calls + "." + call + ");\ncall('" + calls + ".reach');\n");
		return List.copyOf(Calls.HEARD);
	}

	@Test
	void anErrorEndsTheMacroWithASentence() {
		assertEquals(List.of("The temperature must be from 0 to 1 but is 2.0."), heard("colorize', '2'"));
	}

	@ParameterizedTest
	@ValueSource(strings = {"colorize', '0.3'", "other'"})
	void whatGoesWellAndWhatIsNotOursDoesNot(final String call) {
		assertEquals(List.of("reached"), heard(call));
	}
}
