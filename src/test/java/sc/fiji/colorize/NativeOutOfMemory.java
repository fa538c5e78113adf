/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.io.IOException;
import java.util.Arrays;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

/**
 * Lets the memory run out in PyTorch: limits the address space of this process, which is to be one of its own, to little
 * more than it has, and asks for a large network. Prints what is said, and whether the colorizer works as before after it.
 */
public final class NativeOutOfMemory {

	private static final int WIDTH = 60;
	private static final int HEIGHT = 40;
	private static final long MORE = 32L << 20;

	private NativeOutOfMemory() {
	}

	/**
	 * Runs.
	 *
	 * @param arguments the model
	 * @throws IOException if it cannot be opened
	 * @throws InterruptedException never
	 */
	public static void main(final String[] arguments) throws IOException, InterruptedException {
		final ColorizeOptions options = ColorizeOptions.defaults().model(arguments[0]).device("cpu").size(32);
		try (Colorizer colorizer = Colorizer.open(options.opening())) {
			final byte[] before = colorize(colorizer, options);
			limit(String.valueOf(ProcessMemory.status("VmSize") + MORE));
			try {
				colorize(colorizer, options.size(PredictOptions.MAX_SIZE));
				System.out.println("It was enough.");
			}
			catch (final IllegalStateException e) {
				System.out.println(e.getMessage());
			}
			limit("unlimited");
			System.out.println(
					Arrays.equals(before, colorize(colorizer, options)) ? "It works as before." : "It is broken.");
		}
		System.exit(0);
	}

	private static byte[] colorize(final Colorizer colorizer, final ColorizeOptions options) {
		final byte[] rgb = new byte[3 * WIDTH * HEIGHT];
		final Img<UnsignedByteType> gray = ArrayImgs.unsignedBytes(TinyModel.picture(WIDTH, HEIGHT, 1), WIDTH, HEIGHT);
		colorizer.predict(gray, options.prediction()).colorize(gray, DisplayRange.UNSIGNED_8_BIT, options.decoding(),
				ArrayImgs.unsignedBytes(rgb, WIDTH, HEIGHT, 3));
		return rgb;
	}

	/** Only the limit that can be lifted again. */
	private static void limit(final String bytes) throws IOException, InterruptedException {
		final int exit = new ProcessBuilder("prlimit", "--pid", String.valueOf(ProcessHandle.current().pid()),
				"--as=" + bytes + ":").inheritIO().start().waitFor();
		if (exit != 0) {
			throw new IOException("prlimit ended with " + exit);
		}
	}
}
