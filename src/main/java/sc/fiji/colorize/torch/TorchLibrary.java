/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.torch;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import ai.djl.util.Platform;
import ai.djl.util.Utils;

/**
 * The native PyTorch library (libtorch) that the engine starts with. It is looked for without starting the engine and
 * without the network, first where the user says and then where DJL's own downloads and jars are:
 * <ol>
 * <li>the folder that {@code PYTORCH_LIBRARY_PATH} names, an environment variable or a system property;</li>
 * <li>a CUDA build in DJL's cache, if this computer has CUDA that is new enough;</li>
 * <li>a pytorch-native jar on the class path;</li>
 * <li>a CPU build in DJL's cache.</li>
 * </ol>
 * {@code PYTORCH_FLAVOR} allows only the build that it names.
 *
 * @param folder where libtorch is; null for a jar on the class path, which DJL unpacks by itself
 * @param build {@link #CPU}, {@link #CUDA}, or another of DJL's words that the user has set
 */
public record TorchLibrary(Path folder, String build) {

	/** DJL's word for the build for processors. */
	public static final String CPU = "cpu";
	/** DJL's word for the build for NVIDIA GPUs, with CUDA 12.8. */
	public static final String CUDA = "cu128";

	private static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";
	private static final String FLAVOR = "PYTORCH_FLAVOR";
	private static final String VERSION = "PYTORCH_VERSION";
	private static final String ENGINE = "pytorch";
	private static final String LIBRARY = System.mapLibraryName("torch");

	/**
	 * What the search depends on.
	 *
	 * @param setting gives an environment variable or else a system property, null if neither is set
	 * @param cache DJL's folder for PyTorch
	 * @param version of PyTorch that fits DJL, such as 2.7.1
	 * @param system such as linux-x86_64
	 * @param cuda what this computer has, such as cu128; {@link #CPU} if nothing
	 * @param jar the build in a native jar on the class path; null if there is none
	 * @param bindings whether DJL's bindings for a system (first) and a build (second) are there
	 */
	record Surroundings(UnaryOperator<String> setting, Path cache, String version, String system, String cuda,
			String jar, BiPredicate<String, String> bindings) {

		static Surroundings ofJvm() {
			return OwnClassLoader.call(Surroundings::look);
		}

		private static Surroundings look() {
			final UnaryOperator<String> setting = Utils::getEnvOrSystemProperty;
			final Platform system = Platform.fromSystem(ENGINE);
			final Platform bundled = Platform.detectPlatform(ENGINE);
			final String version = setting.apply(VERSION);
			return new Surroundings(setting, Utils.getEngineCacheDir(ENGINE),
					version == null || version.isEmpty() ? system.getVersion() : version, system.getClassifier(),
					system.getFlavor(), bundled.isPlaceholder() ? null : bundled.getFlavor(),
					Surroundings::hasBindings);
		}

		private static boolean hasBindings(final String system, final String build) {
			return Surroundings.class.getClassLoader().getResource("jnilib/" + system + "/" + build + "/"
					+ System.mapLibraryName("djl_torch")) != null;
		}

		/** Whether a build would run here. */
		boolean fits(final String build) {
			return bindings.test(system, build) && (build.equals(CPU) || number(cuda) >= number(build));
		}

		private static int number(final String build) {
			return build.matches("cu\\d{3}.*") ? Integer.parseInt(build.substring(2, 5)) : 0;
		}

		/** Where DJL looks for a build. */
		Path folder(final String build) {
			return cache.resolve(version + "-" + build + "-" + system);
		}
	}

	/**
	 * Finds the library.
	 *
	 * @return empty if there is none on this computer
	 * @throws IllegalStateException with a sentence, if {@code PYTORCH_LIBRARY_PATH} names a place without a library
	 */
	public static Optional<TorchLibrary> find() {
		return find(Surroundings.ofJvm());
	}

	static Optional<TorchLibrary> find(final Surroundings here) {
		final String named = here.setting().apply(LIBRARY_PATH);
		final String wanted = Optional.ofNullable(here.setting().apply(FLAVOR)).orElse("");
		if (named != null && !named.isBlank()) {
			final Path folder = folder(named).orElseThrow(() -> new IllegalStateException(LIBRARY_PATH + " is " + named
					+ ", where there is no " + LIBRARY + ": let it name the folder of a libtorch " + here.version()
					+ " that has this file."));
			return Optional.of(new TorchLibrary(folder, wanted.isEmpty() ? buildIn(folder) : wanted));
		}
		if (!wanted.isEmpty()) {
			return cached(here, wanted).or(() -> bundled(here).filter(library -> library.build().equals(wanted)));
		}
		final Optional<TorchLibrary> cuda = here.fits(CUDA) ? cached(here, CUDA) : Optional.empty();
		return cuda.or(() -> bundled(here)).or(() -> cached(here, CPU));
	}

	/** The folder that one of several places names, each a folder or the file in it. */
	private static Optional<Path> folder(final String places) {
		for (final String place : places.split(File.pathSeparator)) {
			try {
				final Path path = Path.of(place).toAbsolutePath();
				if (hasLibrary(path)) {
					return Optional.of(path);
				}
				if (path.endsWith(LIBRARY) && Files.isRegularFile(path)) {
					return Optional.of(path.getParent());
				}
			}
			catch (final InvalidPathException e) {
				// Then it is no folder with a library.
				continue;
			}
		}
		return Optional.empty();
	}

	private static String buildIn(final Path folder) {
		return Files.exists(folder.resolve(System.mapLibraryName("torch_cuda"))) ? CUDA : CPU;
	}

	private static Optional<TorchLibrary> bundled(final Surroundings here) {
		return Optional.ofNullable(here.jar()).map(build -> new TorchLibrary(null, build));
	}

	/** What DJL has downloaded, or else what it has unpacked from a jar, which has a date behind the version. */
	private static Optional<TorchLibrary> cached(final Surroundings here, final String build) {
		final List<Path> folders = new ArrayList<>(List.of(here.folder(build)));
		try (DirectoryStream<Path> unpacked = Files.newDirectoryStream(here.cache(),
				here.version() + "-*-" + build + "-" + here.system())) {
			unpacked.forEach(folders::add);
		}
		catch (final IOException e) {
			// No cache, nothing unpacked.
			return Optional.empty();
		}
		return folders.stream().filter(TorchLibrary::hasLibrary).findFirst()
				.map(folder -> new TorchLibrary(folder.toAbsolutePath(), build));
	}

	/** Tells DJL to take this one. */
	void use() {
		if (folder != null) {
			// By itself DJL would look for a build for the GPU where there is one, and take a jar before its cache.
			System.setProperty(LIBRARY_PATH, folder.toString());
			System.setProperty(FLAVOR, build);
		}
	}

	/**
	 * The file of this library that takes by far the longest to load, if it is known where DJL will take it from, and
	 * that it needs no others but those beside it.
	 */
	Optional<Path> largestFile() {
		final Surroundings here = Surroundings.ofJvm();
		if (!build.equals(CPU) || !here.system().startsWith("linux-") || here.setting().apply(VERSION) != null) {
			return Optional.empty();
		}
		return Optional.of((folder == null ? unpacked() : folder).resolve(System.mapLibraryName("torch_cpu")))
				.filter(Files::isRegularFile);
	}

	/** Where DJL unpacks the jar on the class path. */
	private static Path unpacked() {
		final Platform jar = OwnClassLoader.call(() -> Platform.detectPlatform(ENGINE));
		return Utils.getEngineCacheDir(ENGINE)
				.resolve(jar.getVersion() + "-" + jar.getFlavor() + "-" + jar.getClassifier());
	}

	/**
	 * Whether CUDA on this computer plays a part in which library is found: without a build for it there is nothing to
	 * choose.
	 */
	static boolean dependsOnCuda() {
		return dependsOnCuda(Utils.getEngineCacheDir(ENGINE));
	}

	static boolean dependsOnCuda(final Path cache) {
		try (DirectoryStream<Path> builds = Files.newDirectoryStream(cache, "*-cu[0-9]*")) {
			return builds.iterator().hasNext();
		}
		catch (final IOException e) {
			// No cache, no build in it.
			return false;
		}
	}

	/**
	 * The version of PyTorch that fits this version of DJL.
	 *
	 * @return such as 2.7.1
	 */
	public static String version() {
		return Surroundings.ofJvm().version();
	}

	/**
	 * The builds that run on this computer.
	 *
	 * @return of {@link #CPU} and {@link #CUDA}, in this order; empty if there is no PyTorch for this system
	 */
	public static List<String> fitting() {
		final Surroundings here = Surroundings.ofJvm();
		return Stream.of(CPU, CUDA).filter(here::fits).toList();
	}

	/**
	 * What this computer is, in DJL's words.
	 *
	 * @return such as linux-x86_64
	 */
	public static String system() {
		return Surroundings.ofJvm().system();
	}

	/**
	 * The CUDA that DJL finds on this computer.
	 *
	 * @return such as cu128; {@link #CPU} if none
	 */
	public static String cuda() {
		return Surroundings.ofJvm().cuda();
	}

	/**
	 * Where a build is looked for, and downloaded to.
	 *
	 * @param build {@link #CPU} or {@link #CUDA}
	 * @return a folder in DJL's cache, which need not exist
	 */
	public static Path cacheFolder(final String build) {
		return Surroundings.ofJvm().folder(build);
	}

	/**
	 * Whether a folder has a library.
	 *
	 * @param folder that may have libtorch in it
	 * @return whether it is there
	 */
	public static boolean hasLibrary(final Path folder) {
		return Files.isRegularFile(folder.resolve(LIBRARY));
	}
}
