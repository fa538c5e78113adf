/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.examples;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import sc.fiji.colorize.ColorDistribution;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.OpenOptions;
import sc.fiji.colorize.photo.Photos;

/** Loads the classes of the API and uses them. {@link ApiWithoutUserInterfaceTest} runs it. */
public final class ApiProgram {

	private static final List<String> PACKAGES =
			List.of("", "ops", "io", "metadata", "photo", "model", "model/weights", "network", "torch", "evaluate");

	private ApiProgram() {
	}

	/**
	 * Runs.
	 *
	 * @param arguments the folder of the classes, the model, a photo and the file to write
	 * @throws IOException if the model or a file cannot be read or written
	 * @throws ClassNotFoundException if a class of the API cannot be loaded
	 */
	public static void main(final String[] arguments) throws IOException, ClassNotFoundException {
		for (final String name : ApiClassPath.CLASSES) {
			try {
				throw new IllegalStateException("There is the class " + Class.forName(name).getName() + ".");
			}
			catch (final ClassNotFoundException e) {
				System.out.println("without " + name);
			}
		}
		System.out.println(load(Path.of(arguments[0])) + " classes");
		try (Colorizer colorizer = Colorizer.open(OpenOptions.defaults().model(arguments[1]).device("cpu"))) {
			final BufferedImage photo = Photos.read(Path.of(arguments[2]));
			final Img<UnsignedByteType> gray = ArrayImgs.unsignedBytes(photo.getWidth(), photo.getHeight());
			for (int i = 0; i < photo.getWidth() * photo.getHeight(); i++) {
				final int x = i % photo.getWidth();
				final int y = i / photo.getWidth();
				gray.getAt(x, y).set(photo.getRaster().getSample(x, y, 0));
			}
			final ColorDistribution colors = colorizer.predict(gray);
			final Img<UnsignedByteType> rgb = colors.colorize(gray, 0.2);
			System.out.println(rgb.dimension(0) + "x" + rgb.dimension(1) + "x" + rgb.dimension(2));
			Photos.write(colorizer.colorize(photo), Path.of(arguments[3]));
		}
	}

	/** Initializes every class, so that each is linked. */
	private static int load(final Path classes) throws IOException, ClassNotFoundException {
		int loaded = 0;
		for (final String name : PACKAGES) {
			final List<Path> files;
			try (Stream<Path> entries = Files.list(classes.resolve("sc/fiji/colorize").resolve(name))) {
				files = entries.filter(file -> file.toString().endsWith(".class")
						&& !file.endsWith("package-info.class")).toList();
			}
			for (final Path file : files) {
				final String path = classes.relativize(file).toString();
				final Class<?> type = Class.forName(path.substring(0, path.length() - ".class".length())
						.replace(file.getFileSystem().getSeparator(), "."));
				// What its fields and methods name must be there, too.
				type.getDeclaredFields();
				type.getDeclaredMethods();
				type.getDeclaredConstructors();
				loaded++;
			}
		}
		return loaded;
	}
}
