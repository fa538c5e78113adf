/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import javax.imageio.ImageIO;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

import sc.fiji.colorize.model.WeightsImport;
import sc.fiji.colorize.ops.ChromaUpsampling;
import sc.fiji.colorize.ops.PublishedDemo;

/**
 * Compares imported weights with the published demo in PyTorch (see published_demo.py): ab after the upsampling of the
 * network, and the final pictures in reference mode.
 */
public final class PublishedDemoComparison {

	/** Number of compared pictures. */
	public static final int PHOTOS = 10;
	private static final int WIDTH = 420;
	private static final int HEIGHT = 320;

	/**
	 * The differences over all photos.
	 *
	 * @param ab largest difference of a* or b*
	 * @param pixels fraction of pixels whose components all differ by at most 1
	 */
	public record Difference(double ab, double pixels) {
	}

	private PublishedDemoComparison() {
	}

	/**
	 * Runs the comparison.
	 *
	 * @param arguments python, published_demo.py, a folder to work in, width of the network, name of the bins' CSV file
	 */
	public static void main(final String[] arguments) throws IOException, InterruptedException {
		final Path folder = Path.of(arguments[2]);
		make(arguments[0], Path.of(arguments[1]), Path.of(arguments[4]), folder, arguments[3]);
		boolean good = true;
		for (final String kind : new String[] {"zip", "legacy"}) {
			final Difference difference =
					compare(arguments[0], Path.of(arguments[1]), folder.resolve(kind + ".pth"), folder);
			System.out.printf(Locale.ROOT, "%s, width %s, %d photos: max |dab| %.2g, %.4f %% of pixels within 1%n", kind,
					arguments[3], PHOTOS, difference.ab(), 100 * difference.pixels());
			good &= difference.ab() < 0.05 && difference.pixels() >= 0.999;
		}
		System.exit(good ? 0 : 1);
	}

	/** Writes the state dicts with PyTorch. */
	public static void make(final String python, final Path script, final Path bins, final Path folder,
			final String width) throws IOException, InterruptedException {
		run(python, script.toString(), "make", bins.toString(), folder.toString(), "--width", width);
	}

	/** Runs a program and requires success. */
	public static void run(final String... command) throws IOException, InterruptedException {
		final Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.INHERIT).start();
		if (process.waitFor() != 0) {
			throw new IOException(String.join(" ", command) + " failed.");
		}
	}

	/** Crops of a landscape with different sizes and shapes, half of them gray. */
	private static List<Path> photos(final Path folder) throws IOException {
		final List<Path> photos = new ArrayList<>();
		BufferedImage landscape = null;
		for (int i = 0; i < PHOTOS; i++) {
			final Path photo = folder.resolve("photo" + i + ".png");
			if (!Files.exists(photo)) {
				landscape = landscape == null ? SampleLandscape.render(WIDTH, HEIGHT, 1) : landscape;
				final int width = WIDTH - 31 * i;
				final int height = HEIGHT / 2 + 17 * i;
				final BufferedImage part = landscape.getSubimage(WIDTH - width, (HEIGHT - height) / 2, width, height);
				ImageIO.write(i % 2 == 0 ? SampleLandscape.gray(part) : part, "png", photo.toFile());
			}
			photos.add(photo);
		}
		return photos;
	}

	/** Compares an imported state dict with PyTorch's results for the same state dict. */
	public static Difference compare(final String python, final Path script, final Path weights, final Path folder)
			throws IOException, InterruptedException {
		final Path results = Files.createDirectories(folder.resolve("demo"));
		final List<Path> photos = photos(folder);
		final List<String> command =
				new ArrayList<>(List.of(python, script.toString(), "run", weights.toString(), results.toString()));
		photos.forEach(photo -> command.add(photo.toString()));
		run(command.toArray(String[]::new));
		final Path model = folder.resolve("imported.zip");
		WeightsImport.run(weights, model, WeightsImport.Options.of(weights), fraction -> { }, () -> false);
		final ColorizeOptions options =
				ColorizeOptions.defaults().model(model.toString()).device("cpu").reference(true);
		double ab = 0;
		long pixels = 0;
		long near = 0;
		try (Colorizer colorizer = Colorizer.open(options.opening())) {
			for (final Path photo : photos) {
				final String name = photo.getFileName().toString().replace(".png", "");
				final Img<UnsignedByteType> image = image(ImageIO.read(photo.toFile()));
				final Img<UnsignedByteType> rgb = ArrayImgs.unsignedBytes(image.dimensionsAsLongArray());
				final ColorDistribution distribution = colorizer.predict(image, options.prediction());
				distribution.colorize(image, DisplayRange.UNSIGNED_8_BIT, options.decoding(), rgb);
				ab = Math.max(ab, difference(distribution.decode(options.temperature()), results.resolve(name + ".ab")));
				final Img<UnsignedByteType> expected = image(ImageIO.read(results.resolve(name + ".png").toFile()));
				pixels += image.dimension(0) * image.dimension(1);
				near += near(expected, rgb);
			}
		}
		return new Difference(ab, near / (double) pixels);
	}

	private static double difference(final Img<FloatType> ab, final Path file) throws IOException {
		final float[] enlarged = new float[2 * PublishedDemo.SIZE * PublishedDemo.SIZE];
		ChromaUpsampling.upsample(ab, ArrayImgs.floats(enlarged, PublishedDemo.SIZE, PublishedDemo.SIZE, 2));
		final ByteBuffer expected = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
		if (expected.remaining() != enlarged.length * Float.BYTES) {
			throw new IOException(file + " has another size.");
		}
		double difference = 0;
		for (final float value : enlarged) {
			difference = Math.max(difference, Math.abs(value - expected.getFloat()));
		}
		return difference;
	}

	/** A planar image. */
	private static Img<UnsignedByteType> image(final BufferedImage picture) {
		final int width = picture.getWidth();
		final int height = picture.getHeight();
		final boolean gray = picture.getRaster().getNumBands() == 1;
		final byte[] values = new byte[3 * width * height];
		for (int i = 0; i < width * height; i++) {
			for (int c = 0; c < 3; c++) {
				values[c * width * height + i] =
						(byte) picture.getRaster().getSample(i % width, i / width, gray ? 0 : c);
			}
		}
		return ArrayImgs.unsignedBytes(values, width, height, 3);
	}

	private static long near(final Img<UnsignedByteType> expected, final Img<UnsignedByteType> actual) {
		final long plane = expected.dimension(0) * expected.dimension(1);
		final byte[] far = new byte[(int) plane];
		final var left = expected.cursor();
		final var right = actual.cursor();
		for (long i = 0; left.hasNext(); i++) {
			if (Math.abs(left.next().get() - right.next().get()) > 1) {
				far[(int) (i % plane)] = 1;
			}
		}
		long near = 0;
		for (final byte one : far) {
			near += 1 - one;
		}
		return near;
	}
}
