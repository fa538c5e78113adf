/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

import ai.djl.engine.EngineException;
import ij.IJ;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.scijava.Context;
import org.scijava.command.Command;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.log.LogLevel;
import org.scijava.log.LogService;
import org.scijava.plugin.Plugin;

/** How users read about failures, by SciJava and in plain ImageJ. */
class ReportingCommandTest {

	private static final String LEAF = "a leaf Variable that requires grad is being used in an in-place operation.";
	private static final String FORESEEN = "There is no photo in the folder.";

	/** What the commands of this test fail with. */
	private static Throwable failure;

	/** A command of ours. */
	public static final class FailingCommand extends ReportingCommand {

		@Override
		void compute() throws IOException, InterruptedException {
			fail();
		}
	}

	/** A command as others write them. */
	@Plugin(type = Command.class)
	public static final class ThrowingCommand implements Command {

		@Override
		public void run() {
			fail();
		}
	}

	@SuppressWarnings("unchecked")
	private static <E extends Throwable> void fail() throws E {
		throw (E) failure;
	}

	static Stream<Arguments> failures() {
		return Stream.of(
				Arguments.of(new IOException(FORESEEN, new IOException("cause")), FORESEEN),
				Arguments.of(new IllegalStateException(FORESEEN), FORESEEN),
				Arguments.of(new UncheckedIOException(new IOException(FORESEEN)), FORESEEN),
				Arguments.of(new EngineException(LEAF),
						"The command failed (EngineException: " + LEAF + "); please report this."),
				Arguments.of(new EngineException("wrapper", new AssertionError("No version found.\nat all")),
						"The command failed (AssertionError: No version found.); please report this."),
				Arguments.of(new ExceptionInInitializerError(new AssertionError("No version found.")),
						"The command failed (AssertionError: No version found.); please report this."),
				Arguments.of(new IllegalStateException(),
						"The command failed (IllegalStateException); please report this."),
				Arguments.of(new OutOfMemoryError(),
						"The memory is not enough: start Java with a larger -Xmx, or take less at a time."),
				Arguments.of(new EngineException("DefaultCPUAllocator: can't allocate memory"),
						"The memory is not enough: start Java with a larger -Xmx, or take less at a time."),
				Arguments.of(new InterruptedException(), "The command was interrupted."));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void sciJavaReportsTheRootCause(final Throwable thrown, final String sentence)
			throws InterruptedException, ExecutionException {
		failure = thrown;
		try (Context context = new Context()) {
			final CommandModule module = context.service(CommandService.class)
					.run(new CommandInfo(FailingCommand.class), true).get();
			assertEquals(sentence, module.getCancelReason());
		}
	}

	@Test
	void stackTraceOfUnexpectedErrorIsLogged() throws InterruptedException, ExecutionException {
		try (Context context = new Context()) {
			final List<Throwable> logged = new ArrayList<>();
			context.service(LogService.class).addLogListener(message -> {
				if (message.level() == LogLevel.ERROR) {
					logged.add(message.throwable());
				}
			});
			failure = new EngineException(LEAF);
			context.service(CommandService.class).run(new CommandInfo(FailingCommand.class), true).get();
			assertTrue(logged.contains(failure), logged.toString());
		}
	}

	@Test
	void plainImageJReportsTheRootCause() {
		failure = new EngineException(LEAF);
		IJ.redirectErrorMessages(true);
		new Ij1Commands().run(ThrowingCommand.class.getName());
		assertEquals("The command failed (EngineException: " + LEAF + "); please report this.", IJ.getErrorMessage());
	}
}
