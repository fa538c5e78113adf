/*
 * Fiji Colorize: plausible colour for gray images.
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
 * The models that are called by a name: the zips in the folders of this computer that are meant for them, and those
 * that can be downloaded.
 *
 * <pre>
 * ModelStore store = ModelStore.ofUser();
 * store.names();                                  // [default, eccv16, my-model]
 * Colorizer.open(OpenOptions.defaults().model("my-model"));      // FOLDER/my-model.zip
 * </pre>
 *
 * Nothing is ever fetched from the network but by {@link #download}. See {@code docs/models.md} for the folders.
 */
public final class ModelStore {

	private static final String ZIP = ".zip";

	private final List<Path> folders;
	private final List<KnownModel> known;
	private final RetryPolicy policy;
	private final WeightsImporter importer;

	/** A store in these folders, the first one is looked at first. */
	ModelStore(final List<Path> folders, final List<KnownModel> known, final RetryPolicy policy,
			final WeightsImporter importer) {
		this.folders = List.copyOf(folders);
		this.known = List.copyOf(known);
		this.policy = policy;
		this.importer = importer;
	}

	/**
	 * The store of this Fiji and this user.
	 *
	 * @return the store; its folders need not exist
	 */
	public static ModelStore ofUser() {
		return new ModelStore(ModelFolders.find(), KnownModel.all(), RetryPolicy.DEFAULT, ModelStore::importWeights);
	}

	/**
	 * Where models lie.
	 *
	 * @return at least one folder, which need not exist; the first one is looked at first
	 */
	public List<Path> folders() {
		return folders;
	}

	/**
	 * The models that can be downloaded.
	 *
	 * @return those that are here already included
	 */
	public List<KnownModel> known() {
		return known;
	}

	/**
	 * A model that can be downloaded.
	 *
	 * @param name its name
	 * @return empty if no known model is called so
	 */
	public Optional<KnownModel> known(final String name) {
		return known.stream().filter(model -> model.name().equals(name)).findFirst();
	}

	/**
	 * The names of the models that can be opened at once.
	 *
	 * @return {@link ModelFile#DEFAULT}, then those in the folders in alphabetical order
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
				// Not there, or not for this user to see: then it has no models for him.
				continue;
			}
		}
		final List<String> names = new ArrayList<>(List.of(ModelFile.DEFAULT));
		names.addAll(found);
		return names;
	}

	/**
	 * The zip of a model in the store.
	 *
	 * @param name its name
	 * @return empty if there is none, and for {@link ModelFile#DEFAULT}, which lives in the jar
	 */
	public Optional<Path> find(final String name) {
		if (!isName(name) || name.equals(ModelFile.DEFAULT)) {
			return Optional.empty();
		}
		return folders.stream().map(folder -> folder.resolve(name + ZIP)).filter(Files::isRegularFile).findFirst();
	}

	/**
	 * The zip that a user means: a model of the store by its name, else the path of a zip.
	 *
	 * @param model not {@link ModelFile#DEFAULT}
	 * @return the zip, which exists
	 * @throws MissingModelException if there is none
	 */
	Path resolve(final String model) throws MissingModelException {
		final Optional<Path> file = find(model).or(() -> file(model));
		if (file.isPresent()) {
			return file.get();
		}
		throw new MissingModelException(model, known(model).isPresent() ? Kind.DOWNLOADABLE
				: isName(model) && !model.endsWith(ZIP) ? Kind.UNKNOWN_NAME : Kind.PATH);
	}

	/**
	 * Whether a model can be opened, as far as can be told without opening it. What a dialog remembers from the last
	 * time may have been moved or deleted since.
	 *
	 * @param model {@link ModelFile#DEFAULT}, a name, or the path of a zip; null and empty mean none
	 * @return whether it is there
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
	 * Where the weights of a known model are looked for before they are downloaded, and where they are downloaded to.
	 *
	 * @param model a known model
	 * @return a file, which need not exist
	 */
	public Path weights(final KnownModel model) {
		final List<Path> files = folders.stream().map(folder -> folder.resolve(model.file())).toList();
		return files.stream().filter(Files::isRegularFile).findFirst().orElse(files.get(0));
	}

	/**
	 * Brings a known model into the store: takes its weights from {@link #weights}, where a user may have put them, else
	 * from the network; verifies them, and makes a model of them. What a download that broke off has left is gone on from.
	 *
	 * @param name of a known model
	 * @param listener is told how it goes on
	 * @param cancelled is asked a few times a second
	 * @return the model's zip; empty if cancelled
	 * @throws IllegalArgumentException if no known model is called so
	 * @throws IOException with a sentence that says what is wrong, and how to do without the network
	 */
	public Optional<Path> download(final String name, final DownloadListener listener,
			final BooleanSupplier cancelled) throws IOException {
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
			listener.message("The weights are taken from " + weights + ".");
		}
		else {
			weights = folder.resolve(model.file());
			if (!fetch(model, weights, listener, cancelled)) {
				return Optional.empty();
			}
		}
		final Path zip = folder.resolve(name + ZIP);
		listener.message("The model " + name + " is made of " + weights.getFileName() + ".");
		try {
			importer.run(weights, model, zip, cancelled);
		}
		catch (final CancellationException e) {
			// The weights stay, verified: the next time it goes on from them.
			return Optional.empty();
		}
		if (!byHand) {
			Files.delete(weights);
		}
		return Optional.of(zip);
	}

	private boolean fetch(final KnownModel model, final Path weights, final DownloadListener listener,
			final BooleanSupplier cancelled) throws IOException {
		try {
			return new Download(model.url(), weights, model.size(), Download.sha256(model.sha256()), policy, listener,
					cancelled).run();
		}
		catch (final IOException e) {
			throw new DescribedException("The model " + model.name(), "cannot be downloaded (" + Failure.reason(e) + ")",
					"try again later, or fetch " + model.url() + " by other means, put it at " + weights
							+ " and give the same command", e);
		}
	}

	/**
	 * Verifies weights of a known model that were fetched by hand.
	 *
	 * @param model the known model
	 * @param weights an existing file
	 * @throws IOException with a sentence, if it is not the published file
	 */
	public void verify(final KnownModel model, final Path weights) throws IOException {
		final long size = Files.size(weights);
		final String wrong = size != model.size() ? "has " + size + " bytes instead of " + model.size()
				: Sha256.of(weights).equals(model.sha256()) ? "" : "has another sha256 than " + model.sha256();
		if (!wrong.isEmpty()) {
			throw new DescribedException("The file " + weights, "is not the published one: it " + wrong,
					"delete it, and fetch " + model.url() + " again", null);
		}
	}

	/** Makes a model whose card tells what is known of it. */
	static void importWeights(final Path weights, final KnownModel known, final Path model,
			final BooleanSupplier cancelled) throws IOException {
		final String readme = "# " + known.title() + "\n\n" + known.description() + "\n\nPlease cite: " + known.citation()
				+ " https://doi.org/" + known.doi() + "\n\nMade of " + known.url() + " by Fiji Colorize. "
				+ known.licence() + ": " + known.copyright() + ".\n";
		WeightsImport.run(weights, model, new WeightsImport.Options(known.name(), known.description(), readme,
				known.temperature(), new ModelCard.Origin(known.authors(), known.licence(), known.citation(),
						known.doi())), fraction -> { }, cancelled);
	}
}
