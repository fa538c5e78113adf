/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import sc.fiji.colorize.OpenOptions;

/** {@code fiji-colorize serve}. */
@Command(name = "serve", mixinStandardHelpOptions = true, sortOptions = false,
		description = {"Keeps PyTorch and a model in memory and does the work of later calls of 'fiji-colorize colorize', so"
				+ " that one photo takes a fraction of the time.",
			"Later calls of the same user find it by themselves. It ends on Ctrl-C, or after some time without work."},
		footer = {"", "Example: fiji-colorize serve &", "Example: fiji-colorize serve --idle 480"})
final class ServeSubcommand implements Callable<Integer> {

	/** System property of the launcher: the file through which it finds the server. */
	private static final String FILE = "colorize.server.file";
	/** System property of the launcher: the jar that it runs. */
	private static final String JAR = "colorize.server.jar";

	@Spec
	private CommandSpec spec;

	@Option(names = "--idle", paramLabel = "MINUTES",
			description = "Ends after this time without work, 1 or more. Default: ${DEFAULT-VALUE}. Example: 480")
	private int idle = 30;

	@Override
	public Integer call() throws IOException {
		if (idle < 1) {
			throw new IllegalArgumentException("The time without work must be 1 minute or more but is " + idle + ".");
		}
		final String file = System.getProperty(FILE);
		if (file == null) {
			throw new IllegalArgumentException("Only the launcher can start the server: run scripts/fiji-colorize serve.");
		}
		// In it, the launcher sends file names.
		if (!System.getProperty("sun.jnu.encoding").equals("UTF-8")) {
			throw new IllegalArgumentException("The server needs a language setting with UTF-8: set the environment variable"
					+ " LC_ALL to C.UTF-8.");
		}
		final PrintWriter err = spec.commandLine().getErr();
		try (Interrupt interrupt = new Interrupt(); Server server = new Server(OpenOptions.defaults(), Path.of(file),
				Path.of(System.getProperty(JAR)), interrupt::isGiven, err::println)) {
			spec.commandLine().getOut().println("The server is ready (process " + ProcessHandle.current().pid()
					+ "). It ends after " + idle + (idle == 1 ? " minute" : " minutes") + " without work, or on Ctrl-C.");
			server.run(Duration.ofMinutes(idle));
			return interrupt.isGiven() ? FijiColorize.INTERRUPTED : 0;
		}
	}
}
