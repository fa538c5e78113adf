/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Deterministic data for the benchmarks, also as {@code .npy} files for the Python references. */
final class BenchmarkData {

	/** Width and height of the distribution. */
	static final int SIDE = 64;
	/** Size of the photo: 12 megapixels. */
	static final int WIDTH = 4000;
	static final int HEIGHT = 3000;

	private static final long SEED = 20161008;
	private static final int BLOCK = 50;

	private BenchmarkData() {
	}

	/** Logits {@code (64, 64, 313)}, normal with deviation 3, planar. */
	static float[] logits() {
		final Random random = new Random(SEED);
		final float[] logits = new float[ColorBins.COUNT * SIDE * SIDE];
		for (int i = 0; i < logits.length; i++) {
			logits[i] = (float) (3 * random.nextGaussian());
		}
		return logits;
	}

	/** A photo with blocks of random colors and grain: {@code (4000, 3000, 3)}, planar. */
	static byte[] photo() {
		final Random random = new Random(SEED);
		final int[] colors = random.ints(3 * (WIDTH / BLOCK) * (HEIGHT / BLOCK), 16, 240).toArray();
		final byte[] photo = new byte[3 * WIDTH * HEIGHT];
		for (int i = 0; i < photo.length; i++) {
			final int x = i % WIDTH;
			final int y = i / WIDTH % HEIGHT;
			final int channel = i / WIDTH / HEIGHT;
			final int block = (channel * (HEIGHT / BLOCK) + y / BLOCK) * (WIDTH / BLOCK) + x / BLOCK;
			photo[i] = (byte) (colors[block] + random.nextInt(16));
		}
		return photo;
	}

	/** Writes the logits for NumPy: (313, 64, 64) float32. */
	static void writeLogits(final Path file) throws IOException {
		final float[] logits = logits();
		final ByteBuffer bytes = ByteBuffer.allocate(4 * logits.length).order(ByteOrder.LITTLE_ENDIAN);
		bytes.asFloatBuffer().put(logits);
		writeNpy(file, "<f4", "(313, 64, 64)", bytes.array());
	}

	/** Writes the bins for NumPy: (313, 2) float32. */
	static void writeBins(final Path file) throws IOException {
		final ByteBuffer bytes = ByteBuffer.allocate(8 * ColorBins.COUNT).order(ByteOrder.LITTLE_ENDIAN);
		for (int q = 0; q < ColorBins.COUNT; q++) {
			bytes.putFloat(ColorBins.a(q)).putFloat(ColorBins.b(q));
		}
		writeNpy(file, "<f4", "(313, 2)", bytes.array());
	}

	/** Writes the photo for scikit-image: (3000, 4000, 3) uint8, interleaved. */
	static void writePhoto(final Path file) throws IOException {
		final byte[] photo = photo();
		final byte[] interleaved = new byte[photo.length];
		final int plane = WIDTH * HEIGHT;
		for (int i = 0; i < photo.length; i++) {
			interleaved[i % plane * 3 + i / plane] = photo[i];
		}
		writeNpy(file, "|u1", "(3000, 4000, 3)", interleaved);
	}

	/** Writes ab planes for NumPy: (2, height, width) float32. */
	static void writeAb(final Path file, final float[] a, final float[] b, final int width, final int height)
			throws IOException {
		final ByteBuffer bytes = ByteBuffer.allocate(8 * width * height).order(ByteOrder.LITTLE_ENDIAN);
		bytes.asFloatBuffer().put(a).put(b);
		writeNpy(file, "<f4", "(2, " + height + ", " + width + ")", bytes.array());
	}

	/** The npy format, version 1: magic, header length, a Python dictionary padded to 64 bytes, the values. */
	private static void writeNpy(final Path file, final String type, final String shape, final byte[] values)
			throws IOException {
		final String header = String.format("%-117s\n",
				"{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }");
		try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
			out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
			out.write(header.getBytes(StandardCharsets.US_ASCII));
			out.write(values);
		}
	}

	/** Starts Python without the memory settings of our launcher. */
	static ProcessBuilder python(final List<String> command) {
		final ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
		builder.environment().keySet().removeAll(List.of("MALLOC_ARENA_MAX", "GLIBC_TUNABLES"));
		return builder;
	}
}
