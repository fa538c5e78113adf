/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

import ai.djl.pytorch.jni.LibUtils;
import ij.ImageJ;

import sc.fiji.colorize.ChildJvm;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.torch.TorchEngine;
import sc.fiji.colorize.torch.TorchLibrary;

/**
 * Installs the plugin in a plain ImageJ 1: the class path has only ImageJ, the jar of this project is in {@code plugins},
 * its dependencies are in {@code jars}, and ImageJ's class loader loads them. Test programs are added to the class path and
 * see only ImageJ's classes.
 */
public final class PlainImageJ {

	private PlainImageJ() {
	}

	/**
	 * Installs an ImageJ and prints the Java options that start a program in it, one per line.
	 *
	 * @param arguments the folder of ImageJ, and the simple names of the classes of the program
	 * @throws IOException if it cannot be installed
	 * @throws ClassNotFoundException if there is no such class
	 */
	public static void main(final String[] arguments) throws IOException, ClassNotFoundException {
		final Class<?>[] program = new Class<?>[arguments.length - 1];
		for (int i = 0; i < program.length; i++) {
			program[i] = Class.forName(PlainImageJ.class.getPackageName() + "." + arguments[i + 1]);
		}
		final Path folder = Path.of(arguments[0]);
		Stream.of("-Dplugins.dir=" + folder, installEngine(folder), "-cp", install(folder, program))
				.forEach(System.out::println);
		System.exit(0);
	}

	/**
	 * Prepares a program in an ImageJ with the PyTorch library.
	 *
	 * @param folder folder of ImageJ, also used as the user's home
	 * @param program classes of the program
	 */
	static ChildJvm withEngine(final Path folder, final Class<?>... program) throws IOException {
		return withoutEngine(folder, program).with(installEngine(folder));
	}

	/** Prepares a program in an ImageJ without the PyTorch library. */
	static ChildJvm withoutEngine(final Path folder, final Class<?>... program) throws IOException {
		return new ChildJvm().with("-Djava.awt.headless=false", "-Dplugins.dir=" + folder).home(folder)
				.classPath(install(folder, program));
	}

	/**
	 * Installs an ImageJ.
	 *
	 * @param folder folder of ImageJ, the value of {@code plugins.dir}
	 * @param program classes to add to the class path, with their nested classes
	 * @return the class path
	 */
	private static String install(final Path folder, final Class<?>... program) throws IOException {
		final Path classes = place(Colorizer.class);
		final Path plugins = Files.createDirectories(folder.resolve("plugins"));
		pack(plugins.resolve("Colorize_.jar"), classes, file -> true);
		final Path jars = Files.createDirectories(folder.resolve("jars"));
		for (final String jar : Files.readString(classes.resolveSibling("runtime-class-path.txt")).trim()
				.split(File.pathSeparator)) {
			final Path file = Path.of(jar);
			// Skip ImageJ's own jar and the native PyTorch library.
			if (!file.equals(place(ImageJ.class)) && !file.getFileName().toString().startsWith("pytorch-native")) {
				Files.copy(file, jars.resolve(file.getFileName()));
			}
		}
		final Path driver = folder.resolve("driver.jar");
		pack(driver, place(PlainImageJ.class), file -> {
			final String name = file.toString().replace(File.separatorChar, '.');
			return Stream.of(program).anyMatch(type -> name.matches(type.getName() + "(\\$.*)?\\.class"));
		});
		return place(ImageJ.class) + File.pathSeparator + driver;
	}

	/**
	 * Installs the PyTorch library like {@code Install Colorizer Engine...}.
	 *
	 * @param folder folder of ImageJ
	 * @return the Java option with which ImageJ finds it
	 */
	private static String installEngine(final Path folder) throws IOException {
		TorchEngine.get();
		final Path cache = folder.resolve("engine");
		final Path library = cache.resolve("pytorch").resolve(TorchLibrary.cacheFolder(TorchLibrary.CPU).getFileName());
		Files.createDirectories(library.getParent());
		Files.createSymbolicLink(library, Path.of(LibUtils.getLibtorchPath()));
		return "-DDJL_CACHE_DIR=" + cache;
	}

	/** The folder or jar of a class. */
	private static Path place(final Class<?> type) throws IOException {
		try {
			return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
		}
		catch (final URISyntaxException e) {
			throw new IOException(e);
		}
	}

	private static void pack(final Path jar, final Path folder, final Predicate<Path> wanted) throws IOException {
		final List<Path> files;
		try (Stream<Path> all = Files.walk(folder)) {
			files = all.filter(Files::isRegularFile).map(folder::relativize).filter(wanted).sorted().toList();
		}
		try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
			for (final Path file : files) {
				out.putNextEntry(new JarEntry(file.toString().replace(File.separatorChar, '/')));
				Files.copy(folder.resolve(file), out);
			}
		}
	}
}
