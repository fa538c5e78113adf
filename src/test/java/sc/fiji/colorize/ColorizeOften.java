/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.io.IOException;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

/** Colorizes one picture many times in a JVM of its own and prints how many native arrays and bytes are added by that. */
public final class ColorizeOften {

	/** Times that are not counted, until everything has been used. */
	private static final int WARM_UP = 50;
	private static final int WIDTH = 96;
	private static final int HEIGHT = 64;

	private ColorizeOften() {
	}

	/**
	 * Runs.
	 *
	 * @param arguments the model and how many times
	 * @throws IOException if the model cannot be opened
	 */
	public static void main(final String[] arguments) throws IOException {
		final ColorizeOptions options = ColorizeOptions.defaults().model(arguments[0]).device("cpu").size(64);
		final int times = Integer.parseInt(arguments[1]);
		final Img<UnsignedByteType> gray = ArrayImgs.unsignedBytes(TinyModel.picture(WIDTH, HEIGHT, 1), WIDTH, HEIGHT);
		final Img<UnsignedByteType> rgb = ArrayImgs.unsignedBytes(WIDTH, HEIGHT, 3);
		try (Colorizer colorizer = Colorizer.open(options.opening())) {
			for (int i = 0; i < WARM_UP; i++) {
				colorizer.predict(gray, options.prediction()).colorize(gray, DisplayRange.UNSIGNED_8_BIT,
						options.decoding(), rgb);
			}
			final ProcessMemory before = ProcessMemory.now();
			for (int i = 0; i < times; i++) {
				colorizer.predict(gray, options.prediction()).colorize(gray, DisplayRange.UNSIGNED_8_BIT,
						options.decoding(), rgb);
			}
			final ProcessMemory after = ProcessMemory.now();
			System.out.println(after.arrays() - before.arrays());
			System.out.println(after.resident() - before.resident());
		}
		System.exit(0);
	}
}
