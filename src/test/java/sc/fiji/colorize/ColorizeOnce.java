/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

/** Colorizes one picture in a JVM of its own and writes the result and the logits to a file. */
public final class ColorizeOnce {

	static final int WIDTH = 150;
	static final int HEIGHT = 101;

	private ColorizeOnce() {
	}

	/**
	 * Runs.
	 *
	 * @param arguments the model and the file to write
	 * @throws IOException if one of them fails
	 */
	public static void main(final String[] arguments) throws IOException {
		final ColorizeOptions options = ColorizeOptions.defaults().model(arguments[0]).device("cpu").size(128);
		final byte[] rgb = new byte[3 * WIDTH * HEIGHT];
		try (Colorizer colorizer = Colorizer.open(options.opening());
				DataOutputStream out = new DataOutputStream(Files.newOutputStream(Path.of(arguments[1])))) {
			final Img<UnsignedByteType> gray =
					ArrayImgs.unsignedBytes(TinyModel.picture(WIDTH, HEIGHT, 1), WIDTH, HEIGHT);
			final ColorDistribution distribution = colorizer.predict(gray, options.prediction());
			distribution.colorize(gray, DisplayRange.UNSIGNED_8_BIT, options.decoding(),
					ArrayImgs.unsignedBytes(rgb, WIDTH, HEIGHT, 3));
			out.writeInt(rgb.length);
			out.write(rgb);
			for (final var logit : distribution.logits()) {
				out.writeFloat(logit.get());
			}
		}
	}
}
