/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.examples;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The class path of a program that depends on this project: without its optional dependencies. */
final class ApiClassPath {

	/** The optional dependencies, each with a class. */
	static final List<String> OPTIONAL = List.of("ij", "scijava-common", "picocli", "jfreechart");
	static final List<String> CLASSES =
			List.of("ij.ImagePlus", "org.scijava.Context", "picocli.CommandLine", "org.jfree.chart.JFreeChart");

	private ApiClassPath() {
	}

	/** The class path of the tests but for the jars of the optional dependencies, and of what patches ImageJ. */
	static String get() {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
				.filter(entry -> !Path.of(entry).getFileName().toString()
						.matches("(" + String.join("|", OPTIONAL) + "|ij1-patcher)-\\d.*\\.jar"))
				.collect(Collectors.joining(File.pathSeparator));
	}
}
