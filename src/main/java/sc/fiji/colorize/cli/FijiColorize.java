/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.model.MissingModelException;
import sc.fiji.colorize.model.MissingModelException.Kind;
import sc.fiji.colorize.network.Precision;
import sc.fiji.colorize.torch.MissingLibraryException;
import sc.fiji.colorize.torch.TorchEngine;

/** The program {@code fiji-colorize}: dispatches to a subcommand. */
@Command(name = "fiji-colorize", mixinStandardHelpOptions = true, versionProvider = FijiColorize.Version.class,
		synopsisSubcommandLabel = "COMMAND",
		description = "Plausible, vivid color for gray images.",
		footer = {"", "Exit codes: 0 all done, 1 some inputs or the work failed, 2 wrong usage, 130 interrupted.",
				"Cite: Zhang, Isola, Efros, Colorful Image Colorization, ECCV 2016."})
public final class FijiColorize {

	/** Exit code: some inputs failed, or the work as a whole. */
	static final int SOME_FAILED = 1;
	/** Exit code: the command line is invalid. */
	static final int WRONG_USAGE = 2;
	/** Exit code: the user stopped the work. */
	static final int INTERRUPTED = 130;

	private static final List<Class<?>> SUBCOMMANDS = List.of(ColorizeSubcommand.class, TrainSubcommand.class,
			EvaluateSubcommand.class, ProvenanceSubcommand.class, ImportSubcommand.class, ModelsSubcommand.class,
			EngineSubcommand.class, ServeSubcommand.class);

	/** Reads the version from the jar. */
	static final class Version implements IVersionProvider {

		@Override
		public String[] getVersion() {
			final String version = FijiColorize.class.getPackage().getImplementationVersion();
			return new String[] {"fiji-colorize " + (version == null ? "(not from a jar)" : version)};
		}
	}

	/** Package-private: picocli creates the instance. */
	FijiColorize() {
	}

	/**
	 * Runs a command line.
	 *
	 * @param arguments the words after the program's name
	 */
	public static void main(final String[] arguments) {
		// Set before any AWT class is loaded: servers have no display.
		System.setProperty("java.awt.headless", "true");
		final Thread engine = new Thread(() -> startEngine(arguments), "engine");
		if (needsEngine(arguments)) {
			resolveNativeMethods();
			engine.start();
			// These need native methods, too, but are slow.
			FijiColorize.class.getAnnotations();
			System.getLogger(FijiColorize.class.getName());
		}
		final int exit = run(arguments);
		try {
			// Waits because a library must not be unloaded while it is loading.
			engine.join();
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
		}
		System.exit(exit);
	}

	/**
	 * Calls the native methods that parsing the command line and reading the model need. On Linux, loading a library blocks
	 * the lookup of native methods, so that this thread would wait for PyTorch at the first of them.
	 */
	private static void resolveNativeMethods() {
		FijiColorize.class.getDeclaredMethods()[0].getParameters();
		Array.get(new int[Array.getLength(new int[1])], 0);
		final File file = new File("/dev/null");
		if (file.canRead() && Files.exists(file.toPath()) && Files.exists(file.toPath(), LinkOption.NOFOLLOW_LINKS)) {
			try (InputStream in = new FileInputStream(file)) {
				in.read(new byte[in.available() + 1]);
			}
			catch (final IOException e) {
				// Only costs time.
			}
		}
	}

	private static boolean needsEngine(final String... arguments) {
		final List<String> words = List.of(arguments);
		return words.size() > 2 && words.get(0).equals("colorize")
				&& Stream.of("-h", "--help", "-V", "--version", "--dry-run").noneMatch(words::contains);
	}

	/** Starts PyTorch while the command line is parsed, because loading it takes a while. */
	private static void startEngine(final String... arguments) {
		final List<String> words = List.of(arguments);
		try {
			TorchEngine.preload();
			if (Stream.of("--reference", "--precision=float32", "float32").noneMatch(words::contains)) {
				Precision.preload();
			}
		}
		catch (final IllegalStateException e) {
			// Commands that need it try again and report the error.
		}
	}

	/** The file name in a command line that is no valid path, if that is the error. */
	private static Optional<InvalidPathException> unusableName(final ParameterException e) {
		if (e.getArgSpec() != null && List.of(e.getArgSpec().auxiliaryTypes()).contains(Path.class)
				&& e.getValue() != null) {
			try {
				Path.of(e.getValue());
			}
			catch (final InvalidPathException name) {
				return Optional.of(name);
			}
		}
		return Optional.empty();
	}

	/** Runs a command line without ending the JVM, and returns the exit code. */
	static int run(final String... arguments) {
		return run(commandLine(arguments), arguments);
	}

	/**
	 * The command line with the subcommand that the first argument names, or with all of them if it names none. Reading the
	 * options of all subcommands takes long.
	 */
	static CommandLine commandLine(final String... arguments) {
		final CommandLine line = new CommandLine(new FijiColorize());
		final String first = arguments.length == 0 ? "" : arguments[0];
		final List<Class<?>> named = SUBCOMMANDS.stream()
				.filter(type -> type.getAnnotation(Command.class).name().equals(first)).toList();
		(named.isEmpty() ? SUBCOMMANDS : named).forEach(line::addSubcommand);
		return line;
	}

	static int run(final CommandLine line, final String... arguments) {
		// A photo may be named @home.jpg.
		line.setExpandAtFiles(false);
		line.setParameterExceptionHandler((e, words) -> {
			final Optional<InvalidPathException> name = unusableName(e);
			if (name.isPresent()) {
				e.getCommandLine().getErr().println(Failure.of(name.get()).sentence());
				return WRONG_USAGE;
			}
			final String message = e instanceof UnmatchedArgumentException unmatched ? unknown(unmatched)
					: sentence(e).replaceFirst("\\.$", "");
			e.getCommandLine().getErr().println(message + (message.endsWith("?") ? " Try '" : "; try '")
					+ e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
			return WRONG_USAGE;
		});
		line.setExecutionExceptionHandler((e, command, result) -> {
			command.getErr().println(sentence(e));
			// Invalid requests and missing files are wrong usage; everything else failed during the work.
			return e instanceof IllegalArgumentException || e instanceof FileNotFoundException ? WRONG_USAGE : SOME_FAILED;
		});
		if (arguments.length == 0) {
			line.usage(line.getErr());
			return WRONG_USAGE;
		}
		try {
			return line.execute(arguments);
		}
		catch (final OutOfMemoryError e) {
			line.getErr().println("The memory is not enough: start Java with a larger -Xmx.");
			return SOME_FAILED;
		}
	}

	/** Names the unknown word and suggests similar ones. */
	private static String unknown(final UnmatchedArgumentException e) {
		final CommandLine line = e.getCommandLine();
		final String word = e.getUnmatched().get(0);
		// Picocli suggests words that share only two letters.
		final List<String> similar = e.getSuggestions().stream()
				.filter(known -> e.isUnknownOption() || known.regionMatches(true, 0, word, 0, 1)).toList();
		if (e.isUnknownOption()) {
			final Optional<String> owner = line.getSubcommands().values().stream().map(CommandLine::getCommandSpec)
					.filter(subcommand -> subcommand.findOption(word) != null).map(CommandSpec::name).findFirst();
			return owner.map(name -> "The option '" + word + "' must follow a command, such as " + name)
					.orElse("Unknown option: '" + word + "'"
							+ (similar.isEmpty() ? "" : ": did you mean " + String.join(" or ", similar) + "?"));
		}
		if (line.getSubcommands().isEmpty()) {
			return sentence(e).replaceFirst("\\.$", "");
		}
		final String problem = "There is no command '" + word + "': ";
		if (line.getParent() == null && isInput(word)) {
			final String quote = word.contains(" ") ? "\"" : "";
			return problem + "did you mean 'fiji-colorize colorize " + quote + word + quote + " -o OUTPUT'?";
		}
		return problem + (similar.isEmpty() ? "the commands are " + String.join(", ", line.getSubcommands().keySet())
				: "did you mean " + similar.get(0) + "?");
	}

	/** Whether a word is a folder or has the name of an image. */
	private static boolean isInput(final String word) {
		try {
			return !word.isEmpty() && (Files.isDirectory(Path.of(word)) || ImageFiles.isNamedAsImage(Path.of(word)));
		}
		catch (final InvalidPathException e) {
			return false;
		}
	}

	/** Describes an error, with the command that helps. */
	static String sentence(final Exception e) {
		if (e instanceof MissingModelException missing && missing.kind() != Kind.PATH) {
			return missing.failure().withRemedy(missing.kind() == Kind.DOWNLOADABLE
					? "fetch it with 'fiji-colorize models download " + missing.model() + "'"
					: "give 'default', a name that 'fiji-colorize models list' lists, or the path of a model zip")
					.sentence();
		}
		if (e instanceof MissingLibraryException missing) {
			return missing.failure("fetch it once with 'fiji-colorize engine download cpu'").sentence();
		}
		return Failure.sentence(e);
	}
}
