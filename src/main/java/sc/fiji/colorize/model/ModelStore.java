/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Download;
import sc.fiji.colorize.io.DownloadListener;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.io.RetryPolicy;
import sc.fiji.colorize.io.Sha256;
import sc.fiji.colorize.model.MissingModelException.Kind;

/**
 * The models that have a name: the zips in the model folders of this computer, and the models that can be downloaded.
 *
 * <pre>
 * ModelStore store = ModelStore.ofUser();
 * store.names();                                  // [default, eccv16, my-model]
 * Colorizer.open(OpenOptions.defaults().model("my-model"));      // FOLDER/my-model.zip
 * </pre>
 *
 * Only {@link #download} uses the network. {@code docs/models.md} lists the folders.
 */
public final class ModelStore {

	private static final String ZIP = ".zip";

	/** Converts published weights, whose checksum was verified, to a model zip; tests pass a fake. */
	@FunctionalInterface
	interface WeightsImporter {

		void run(Path weights, KnownModel known, Path model, BooleanSupplier canceled) throws IOException;
	}

	private final List<Path> folders;
	private final List<KnownModel> known;
	private final RetryPolicy policy;
	private final WeightsImporter importer;

	/** A store with the given folders, in the order of the search. */
	ModelStore(final List<Path> folders, final List<KnownModel> known, final RetryPolicy policy,
			final WeightsImporter importer) {
		this.folders = List.copyOf(folders);
		this.known = List.copyOf(known);
		this.policy = policy;
		this.importer = importer;
	}

	/** {@return the store of this Fiji and this user; its folders need not exist} */
	public static ModelStore ofUser() {
		return new ModelStore(ModelFolders.find(), KnownModel.all(), RetryPolicy.DEFAULT, ModelStore::importWeights);
	}

	/** {@return the models that can be downloaded, including those that were} */
	public List<KnownModel> known() {
		return known;
	}

	/**
	 * Finds a model that can be downloaded.
	 *
	 * @param name name of the model
	 * @return the model; empty if the name is unknown
	 */
	public Optional<KnownModel> known(final String name) {
		return known.stream().filter(model -> model.name().equals(name)).findFirst();
	}

	/**
	 * The names of the models on this computer.
	 *
	 * @return {@link ModelFile#DEFAULT}, then the models in the folders in alphabetical order
	 */
	public List<String> names() {
		final TreeSet<String> found = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
		for (final Path folder : folders) {
			try (DirectoryStream<Path> zips = Files.newDirectoryStream(folder, "*" + ZIP)) {
				for (final Path zip : zips) {
					final String file = zip.getFileName().toString();
					final String name = file.substring(0, file.length() - ZIP.length());
					if (find(name).isPresent()) {
						found.add(name);
					}
				}
			}
			catch (final IOException e) {
				// A missing or unreadable folder has no models.
				continue;
			}
		}
		final List<String> names = new ArrayList<>(List.of(ModelFile.DEFAULT));
		names.addAll(found);
		return names;
	}

	/**
	 * Finds the zip of a model.
	 *
	 * @param name name of the model
	 * @return the zip; empty if there is none, and for {@link ModelFile#DEFAULT}, which is in the jar
	 */
	public Optional<Path> find(final String name) {
		if (!isName(name) || name.equals(ModelFile.DEFAULT)) {
			return Optional.empty();
		}
		return folders.stream().map(folder -> folder.resolve(name + ZIP)).filter(Files::isRegularFile).findFirst();
	}

	/**
	 * Finds the zip of a model by its name or path.
	 *
	 * @param model a name other than {@link ModelFile#DEFAULT}, or a path
	 * @return an existing zip
	 * @throws MissingModelException if there is none
	 */
	public Path resolve(final String model) throws MissingModelException {
		final Optional<Path> file = find(model).or(() -> file(model));
		if (file.isPresent()) {
			return file.get();
		}
		throw new MissingModelException(model, known(model).isPresent() ? Kind.DOWNLOADABLE
				: isName(model) && !model.endsWith(ZIP) ? Kind.UNKNOWN_NAME : Kind.PATH);
	}

	/**
	 * Whether a model is on this computer. The model is not opened.
	 *
	 * @param model {@link ModelFile#DEFAULT}, a name, or the path of a zip; may be null or empty
	 * @return true if the model exists
	 */
	public boolean has(final String model) {
		return model != null
				&& (model.equals(ModelFile.DEFAULT) || find(model).isPresent() || file(model).isPresent());
	}

	private static Optional<Path> file(final String model) {
		try {
			return Optional.of(Path.of(model)).filter(Files::isRegularFile);
		}
		catch (final InvalidPathException e) {
			return Optional.empty();
		}
	}

	private static boolean isName(final String text) {
		return !text.isBlank() && text.chars().noneMatch(c -> c < ' ' || "/\\:*?\"<>|".indexOf(c) >= 0)
				&& !text.startsWith(".");
	}

	/**
	 * The weights file of a known model: an existing file in one of the folders, or else the target of the download.
	 *
	 * @param model a known model
	 * @return a file, which need not exist
	 */
	public Path weights(final KnownModel model) {
		final List<Path> files = folders.stream().map(folder -> folder.resolve(model.file())).toList();
		return files.stream().filter(Files::isRegularFile).findFirst().orElse(files.get(0));
	}

	/**
	 * Adds a known model to the store: uses existing {@link #weights} or downloads them, verifies them, and converts them to
	 * a model. An interrupted download resumes.
	 *
	 * @param name name of a known model
	 * @param listener receives the progress
	 * @param canceled polled a few times a second; true cancels
	 * @return the zip of the model; empty if canceled
	 * @throws IllegalArgumentException if the name is unknown
	 * @throws IOException if the download or the conversion fails; the message is a sentence
	 */
	public Optional<Path> download(final String name, final DownloadListener listener,
			final BooleanSupplier canceled) throws IOException {
		final KnownModel model = known(name).orElseThrow(() -> new IllegalArgumentException(
				"There is no model '" + name + "' to download: the names are "
						+ String.join(", ", known.stream().map(KnownModel::name).toList()) + "."));
		final Optional<Path> present = find(name);
		if (present.isPresent()) {
			return present;
		}
		final Path folder = ModelFolders.writable(folders);
		Path weights = weights(model);
		final boolean byHand = Files.exists(weights);
		if (byHand) {
			verify(model, weights);
			listener.message("Using the weights in " + weights + ".");
		}
		else {
			weights = folder.resolve(model.file());
			if (!fetch(model, weights, listener, canceled)) {
				return Optional.empty();
			}
		}
		final Path zip = folder.resolve(name + ZIP);
		listener.message("Converting " + weights.getFileName() + " to the model " + name + ".");
		try {
			importer.run(weights, model, zip, canceled);
		}
		catch (final CancellationException e) {
			// The verified weights stay for the next call.
			return Optional.empty();
		}
		if (!byHand) {
			Files.delete(weights);
		}
		return Optional.of(zip);
	}

	private boolean fetch(final KnownModel model, final Path weights, final DownloadListener listener,
			final BooleanSupplier canceled) throws IOException {
		try {
			return new Download(model.url(), weights, model.size(), Download.sha256(model.sha256()), policy, listener,
					canceled).run();
		}
		catch (final IOException e) {
			throw new DescribedException("The model " + model.name(), "cannot be downloaded (" + Failure.reason(e) + ")",
					"try again later, or download " + model.url() + " by other means, save it as " + weights
							+ " and repeat the command", e);
		}
	}

	/**
	 * Verifies manually downloaded weights of a known model.
	 *
	 * @param model the known model
	 * @param weights an existing file
	 * @throws IOException if it is not the published file; the message is a sentence
	 */
	public void verify(final KnownModel model, final Path weights) throws IOException {
		final long size = Files.size(weights);
		final String wrong = size != model.size() ? "has " + size + " bytes instead of " + model.size()
				: Sha256.of(weights).equals(model.sha256()) ? "" : "does not have the sha256 " + model.sha256();
		if (!wrong.isEmpty()) {
			throw new DescribedException("The file " + weights, "is not the published one: it " + wrong,
					"delete it and download " + model.url() + " again", null);
		}
	}

	/** Converts the weights to a model whose card has the data of the known model. */
	static void importWeights(final Path weights, final KnownModel known, final Path model,
			final BooleanSupplier canceled) throws IOException {
		final String readme = "# " + known.title() + "\n\n" + known.description() + "\n\nPlease cite: " + known.citation()
				+ " https://doi.org/" + known.doi() + "\n\nConverted from " + known.url() + " by Fiji Colorize. "
				+ known.license() + ": " + known.copyright() + ".\n";
		WeightsImport.run(weights, model, new WeightsImport.Options(known.name(), known.description(), readme,
				known.temperature(), new ModelCard.Origin(known.authors(), known.license(), known.citation(),
						known.doi())), fraction -> { }, canceled);
	}
}
