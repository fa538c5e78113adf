/*
 * Fiji Colorize: plausible color for gray images.
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
 * The native PyTorch library (libtorch) that the engine uses. The search needs neither the engine nor the network. The
 * first match wins:
 * <ol>
 * <li>the folder in the environment variable or system property {@code PYTORCH_LIBRARY_PATH};</li>
 * <li>a CUDA build in DJL's cache, if this computer has CUDA 12.8 or newer;</li>
 * <li>a pytorch-native jar on the class path;</li>
 * <li>a CPU build in DJL's cache.</li>
 * </ol>
 * {@code PYTORCH_FLAVOR} restricts the search to one build.
 *
 * @param folder folder of libtorch; null for a jar on the class path, which DJL unpacks
 * @param build {@link #CPU}, {@link #CUDA}, or another of DJL's build names
 */
public record TorchLibrary(Path folder, String build) {

	/** DJL's name of the CPU build. */
	public static final String CPU = "cpu";
	/** DJL's name of the build for NVIDIA GPUs with CUDA 12.8. */
	public static final String CUDA = "cu128";

	private static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";
	private static final String FLAVOR = "PYTORCH_FLAVOR";
	private static final String VERSION = "PYTORCH_VERSION";
	private static final String ENGINE = "pytorch";
	private static final String LIBRARY = System.mapLibraryName("torch");

	/**
	 * The settings and files on which the search depends.
	 *
	 * @param setting returns an environment variable, else a system property, else null
	 * @param cache DJL's cache folder of PyTorch
	 * @param version PyTorch version of this DJL, such as 2.7.1
	 * @param system DJL's name of the system, such as linux-x86_64
	 * @param cuda CUDA version of this computer, such as cu128; {@link #CPU} if none
	 * @param jar build of the native jar on the class path; null if none
	 * @param bindings whether DJL has bindings for a system (first) and a build (second)
	 */
	record Environment(UnaryOperator<String> setting, Path cache, String version, String system, String cuda,
			String jar, BiPredicate<String, String> bindings) {

		static Environment ofJvm() {
			return OwnClassLoader.call(Environment::detect);
		}

		private static Environment detect() {
			final UnaryOperator<String> setting = Utils::getEnvOrSystemProperty;
			final Platform system = Platform.fromSystem(ENGINE);
			final Platform bundled = Platform.detectPlatform(ENGINE);
			final String version = setting.apply(VERSION);
			return new Environment(setting, Utils.getEngineCacheDir(ENGINE),
					version == null || version.isEmpty() ? system.getVersion() : version, system.getClassifier(),
					system.getFlavor(), bundled.isPlaceholder() ? null : bundled.getFlavor(),
					Environment::hasBindings);
		}

		private static boolean hasBindings(final String system, final String build) {
			return Environment.class.getClassLoader().getResource("jnilib/" + system + "/" + build + "/"
					+ System.mapLibraryName("djl_torch")) != null;
		}

		/** Whether a build runs on this computer. */
		boolean fits(final String build) {
			return bindings.test(system, build) && (build.equals(CPU) || number(cuda) >= number(build));
		}

		private static int number(final String build) {
			return build.matches("cu\\d{3}.*") ? Integer.parseInt(build.substring(2, 5)) : 0;
		}

		/** DJL's cache folder of a build. */
		Path folder(final String build) {
			return cache.resolve(version + "-" + build + "-" + system);
		}
	}

	/**
	 * Finds the library.
	 *
	 * @return the library; empty if there is none on this computer
	 * @throws IllegalStateException if {@code PYTORCH_LIBRARY_PATH} names a folder without a library
	 */
	public static Optional<TorchLibrary> find() {
		return find(Environment.ofJvm());
	}

	static Optional<TorchLibrary> find(final Environment environment) {
		final String named = environment.setting().apply(LIBRARY_PATH);
		final String wanted = Optional.ofNullable(environment.setting().apply(FLAVOR)).orElse("");
		if (named != null && !named.isBlank()) {
			final Path folder = folder(named).orElseThrow(() -> new IllegalStateException(LIBRARY_PATH + " is " + named
					+ ", where there is no " + LIBRARY + ": set it to the folder of libtorch " + environment.version()
					+ " with this file."));
			return Optional.of(new TorchLibrary(folder, wanted.isEmpty() ? buildIn(folder) : wanted));
		}
		if (!wanted.isEmpty()) {
			return cached(environment, wanted)
					.or(() -> bundled(environment).filter(library -> library.build().equals(wanted)));
		}
		final Optional<TorchLibrary> cuda = environment.fits(CUDA) ? cached(environment, CUDA) : Optional.empty();
		return cuda.or(() -> bundled(environment)).or(() -> cached(environment, CPU));
	}

	/** The first folder with a library in a list of folders and library files. */
	private static Optional<Path> folder(final String paths) {
		for (final String text : paths.split(File.pathSeparator)) {
			try {
				final Path path = Path.of(text).toAbsolutePath();
				if (hasLibrary(path)) {
					return Optional.of(path);
				}
				if (path.endsWith(LIBRARY) && Files.isRegularFile(path)) {
					return Optional.of(path.getParent());
				}
			}
			catch (final InvalidPathException e) {
				continue;
			}
		}
		return Optional.empty();
	}

	private static String buildIn(final Path folder) {
		return Files.exists(folder.resolve(System.mapLibraryName("torch_cuda"))) ? CUDA : CPU;
	}

	private static Optional<TorchLibrary> bundled(final Environment environment) {
		return Optional.ofNullable(environment.jar()).map(build -> new TorchLibrary(null, build));
	}

	/** A build that DJL downloaded, or else one that it unpacked from a jar to a folder with a date in its name. */
	private static Optional<TorchLibrary> cached(final Environment environment, final String build) {
		final List<Path> folders = new ArrayList<>(List.of(environment.folder(build)));
		try (DirectoryStream<Path> unpacked = Files.newDirectoryStream(environment.cache(),
				environment.version() + "-*-" + build + "-" + environment.system())) {
			unpacked.forEach(folders::add);
		}
		catch (final IOException e) {
			// There is no cache.
			return Optional.empty();
		}
		return folders.stream().filter(TorchLibrary::hasLibrary).findFirst()
				.map(folder -> new TorchLibrary(folder.toAbsolutePath(), build));
	}

	/** Makes DJL use this library. */
	void use() {
		if (folder != null) {
			// DJL would prefer a build for the GPU of this computer, and a jar to its cache.
			System.setProperty(LIBRARY_PATH, folder.toString());
			System.setProperty(FLAVOR, build);
		}
	}

	/**
	 * The library file that takes longest to load, if its path is known and it depends only on files in its folder.
	 */
	Optional<Path> largestFile() {
		final Environment environment = Environment.ofJvm();
		if (!build.equals(CPU) || !environment.system().startsWith("linux-")
				|| environment.setting().apply(VERSION) != null) {
			return Optional.empty();
		}
		return Optional.of((folder == null ? unpacked() : folder).resolve(System.mapLibraryName("torch_cpu")))
				.filter(Files::isRegularFile);
	}

	/** The folder to which DJL unpacks the jar on the class path. */
	private static Path unpacked() {
		final Platform jar = OwnClassLoader.call(() -> Platform.detectPlatform(ENGINE));
		return Utils.getEngineCacheDir(ENGINE)
				.resolve(jar.getVersion() + "-" + jar.getFlavor() + "-" + jar.getClassifier());
	}

	/** Whether the result of the search depends on CUDA, that is, whether the cache has a CUDA build. */
	static boolean dependsOnCuda() {
		return dependsOnCuda(Utils.getEngineCacheDir(ENGINE));
	}

	static boolean dependsOnCuda(final Path cache) {
		try (DirectoryStream<Path> builds = Files.newDirectoryStream(cache, "*-cu[0-9]*")) {
			return builds.iterator().hasNext();
		}
		catch (final IOException e) {
			// There is no cache.
			return false;
		}
	}

	/**
	 * The PyTorch version of this DJL.
	 *
	 * @return a version such as 2.7.1
	 */
	public static String version() {
		return Environment.ofJvm().version();
	}

	/**
	 * The builds that run on this computer.
	 *
	 * @return a subset of {@link #CPU} and {@link #CUDA}, in this order; empty if DJL does not support this system
	 */
	public static List<String> fitting() {
		final Environment environment = Environment.ofJvm();
		return Stream.of(CPU, CUDA).filter(environment::fits).toList();
	}

	/**
	 * DJL's name of this system.
	 *
	 * @return a name such as linux-x86_64
	 */
	public static String system() {
		return Environment.ofJvm().system();
	}

	/**
	 * The CUDA version that DJL finds on this computer.
	 *
	 * @return a name such as cu128; {@link #CPU} if none
	 */
	public static String cuda() {
		return Environment.ofJvm().cuda();
	}

	/**
	 * The cache folder of a build.
	 *
	 * @param build {@link #CPU} or {@link #CUDA}
	 * @return a folder in DJL's cache, which need not exist
	 */
	public static Path cacheFolder(final String build) {
		return Environment.ofJvm().folder(build);
	}

	/**
	 * Whether a folder contains libtorch.
	 *
	 * @param folder the folder, which need not exist
	 * @return true if it contains libtorch
	 */
	public static boolean hasLibrary(final Path folder) {
		return Files.isRegularFile(folder.resolve(LIBRARY));
	}
}
