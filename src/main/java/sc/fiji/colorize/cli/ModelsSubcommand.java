/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sc.fiji.colorize.model.KnownModel;
import sc.fiji.colorize.model.ModelCard;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.model.ModelInspection;
import sc.fiji.colorize.model.ModelStore;

/** {@code fiji-colorize models [list|show|download|verify]}. */
@Command(name = "models", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "[list|show|download|verify]",
		description = {"Lists, shows, downloads and verifies the models that --model accepts by name.",
				"They are in models/colorize of your Fiji, or in your user data folder; the environment variable"
						+ " COLORIZE_MODELS sets another folder. Default: list."},
		footer = {"", "Example: fiji-colorize models download eccv16",
				"Example: fiji-colorize colorize scans/ -o colorized/ --model eccv16"})
final class ModelsSubcommand implements Callable<Integer> {

	private static final double MEGA = 1e6;
	/** READMEs up to this number of lines are shown in full. */
	private static final int SHORT_README = 20;
	private static final MathContext DIGITS = new MathContext(4);

	@Spec
	private CommandSpec spec;

	private final ModelStore store = ModelStore.ofUser();

	@Override
	public Integer call() {
		return list();
	}

	@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the models by name.",
			footer = {"", "Example: fiji-colorize models list"})
	int list() {
		for (final String name : store.names()) {
			print("%-16s %s", name, store.find(name).map(Path::toString).orElse("bundled"));
		}
		for (final KnownModel model : store.known()) {
			if (store.find(model.name()).isEmpty()) {
				print("%-16s not here yet: 'fiji-colorize models download %s' fetches %.0f MB", model.name(),
						model.name(), model.size() / MEGA);
			}
		}
		return 0;
	}

	@Command(name = "show", mixinStandardHelpOptions = true,
			description = "Shows the card of a model: description, origin, license, training and metrics.",
			footer = {"", "Example: fiji-colorize models show default"})
	int show(@Parameters(paramLabel = "MODEL", description = "A name, or a model zip.") final String name,
			@Option(names = "--full", description = "Also show the training settings, all figures and the whole README."
					+ " Default: the main points.") final boolean full) throws IOException {
		final Optional<KnownModel> known = store.known(name);
		known.ifPresent(this::show);
		if (known.isEmpty() || store.find(name).isPresent()) {
			final ModelCard card = ModelInspection.card(name);
			print("name:         %s", card.name());
			print("description:  %s", card.description());
			print("file:         %s", name.equals(ModelFile.DEFAULT) ? "bundled" : store.find(name).orElse(Path.of(name)));
			if (known.isEmpty()) {
				show(card.origin());
			}
			print("width:        %s", card.width());
			print("size:         %d pixels", card.networkSize());
			print("temperature:  %s (of the published weights)", card.temperature());
			print("weights:      sha256 %s", card.weightsSha256());
			if (full) {
				print("training:     %s", card.training());
			}
			print("metrics:      %s", card.metrics().isEmpty() ? "none" : full ? card.metrics() : brief(card.metrics()));
			showDocumentation(card.documentation().strip(), full);
			if (!full) {
				print("%n'fiji-colorize models show %s --full' shows the whole card.", name);
			}
		}
		return 0;
	}

	private void show(final ModelCard.Origin origin) {
		print("authors:      %s", origin.authors().isEmpty() ? "unknown" : String.join(", ", origin.authors()));
		print("license:      %s", origin.license().isEmpty() ? "unknown" : origin.license());
		if (!origin.citation().isEmpty()) {
			print("please cite:  %s%s", origin.citation(),
					origin.doi().isEmpty() ? "" : " https://doi.org/" + origin.doi());
		}
	}

	/** The README, or its part before the second heading if it is long. */
	private void showDocumentation(final String documentation, final boolean full) {
		final String intro = documentation.split("\\R(?=##)", 2)[0].strip();
		final String shown = full || documentation.lines().count() <= SHORT_README ? documentation : intro;
		if (!shown.isEmpty()) {
			print("%n%s", shown);
		}
	}

	/** Formats metrics on one line: the length of a list, four digits of a number. */
	private static String brief(final Object value) {
		if (value instanceof Map<?, ?> map) {
			return map.entrySet().stream().map(entry -> entry.getKey() + (entry.getValue() instanceof Map
					? " (" + brief(entry.getValue()) + ")" : " " + brief(entry.getValue())))
					.collect(Collectors.joining(", "));
		}
		if (value instanceof List<?> list) {
			return String.valueOf(list.size());
		}
		return value instanceof Double number && Double.isFinite(number)
				? new BigDecimal(number).round(DIGITS).stripTrailingZeros().toPlainString() : String.valueOf(value);
	}

	private void show(final KnownModel model) {
		print("title:        %s", model.title());
		print("about:        %s", model.description());
		print("source:       %s", model.url());
		print("download:     %d bytes, sha256 %s", model.size(), model.sha256());
		print("license:      %s, %s", model.license(), model.copyright());
		print("please cite:  %s https://doi.org/%s", model.citation(), model.doi());
		if (store.find(model.name()).isEmpty()) {
			print("state:        not here yet: fetch it with 'fiji-colorize models download %s', or put the file at %s and"
					+ " give the same command", model.name(), store.weights(model));
		}
	}

	@Command(name = "download", mixinStandardHelpOptions = true,
			description = {"Downloads a known model, verifies it and converts it to a model zip.",
					"An interrupted download resumes where it stopped. Only this command and 'engine"
						+ " download' use the network."},
			footer = {"", "Example: fiji-colorize models download eccv16"})
	int download(@Parameters(paramLabel = "NAME", description = "The name of a known model.") final String name)
			throws IOException {
		try (Interrupt interrupt = new Interrupt()) {
			final Optional<Path> zip = store.download(name, new DownloadPrinter(spec.commandLine().getOut()),
					interrupt::isGiven);
			zip.ifPresent(file -> print("%s is there: %s", name, file));
			return zip.isPresent() ? 0 : FijiColorize.INTERRUPTED;
		}
	}

	@Command(name = "verify", mixinStandardHelpOptions = true,
			description = {"Verifies the checksums of models, and that their test input still gives the same output as when"
					+ " they were saved.", "Default: all installed models."},
			footer = {"", "Example: fiji-colorize models verify eccv16"})
	int verify(@Parameters(paramLabel = "MODEL", arity = "0..*",
			description = "Names, or model zips. Default: all models in the store.") final List<String> models) {
		int failed = 0;
		for (final String name : models == null || models.isEmpty() ? store.names() : models) {
			try {
				verify(name);
			}
			catch (final IOException e) {
				spec.commandLine().getErr().println(FijiColorize.sentence(e));
				failed++;
			}
		}
		return failed > 0 ? FijiColorize.SOME_FAILED : 0;
	}

	private void verify(final String name) throws IOException {
		final Optional<KnownModel> known = store.known(name);
		if (known.isPresent() && store.find(name).isEmpty() && Files.exists(store.weights(known.get()))) {
			final Path weights = store.weights(known.get());
			store.verify(known.get(), weights);
			print("%s is the published file; 'fiji-colorize models download %s' makes a model of it.", weights, name);
			return;
		}
		ModelInspection.verify(name);
		print("%s is intact.", name);
	}

	private void print(final String format, final Object... values) {
		spec.commandLine().getOut().printf(Locale.ROOT, format + "%n", values);
	}
}
