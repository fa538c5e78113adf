/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

import javax.imageio.ImageIO;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.view.Views;
import org.junit.jupiter.api.Test;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;

/** Training on images gives the model that training on the same photos in a folder gives. */
class TrainTest extends SciJavaTest {

	private static final int PHOTOS = 6;
	private static final int SIDE = 40;

	private static CommandModule train(final Path model, final Map<String, Object> more)
			throws InterruptedException, ExecutionException {
		final Map<String, Object> inputs = new LinkedHashMap<>(Map.of("outputModel", model.toFile(), "width", 1 / 16.0,
				"schedule", "32x4x1", "device", "cpu", "validation", 1));
		inputs.putAll(more);
		return context.service(CommandService.class).run(Train.class, true, inputs).get();
	}

	/** The weights of the model that the command makes. */
	private byte[] weights(final String name, final Map<String, Object> input)
			throws IOException, InterruptedException, ExecutionException {
		final Path model = folder.resolve(name);
		final CommandModule module = train(model, input);
		assertNull(module.getCancelReason());
		assertEquals(model.toFile(), module.getOutput("model"));
		try (ZipFile zip = new ZipFile(model.toFile())) {
			return zip.getInputStream(zip.getEntry("weights.safetensors")).readAllBytes();
		}
	}

	private static List<RandomAccessibleInterval<UnsignedByteType>> photos() {
		final List<RandomAccessibleInterval<UnsignedByteType>> photos = new ArrayList<>();
		for (int p = 0; p < PHOTOS; p++) {
			final byte[] samples = new byte[3 * SIDE * SIDE];
			for (int i = 0; i < samples.length; i++) {
				final int pixel = i % (SIDE * SIDE);
				samples[i] = (byte) (128 + 90 * Math.sin(0.1 * (p + 1) * (pixel % SIDE) + 2 * (i / (SIDE * SIDE)) + p)
						+ pixel / SIDE % 30);
			}
			photos.add(ArrayImgs.unsignedBytes(samples, SIDE, SIDE, 3));
		}
		return photos;
	}

	@Test
	void stackListAndFolderGiveTheSameModel() throws IOException, InterruptedException, ExecutionException {
		final Path photos;
		final File kept = folder.resolve("photos").toFile();
		try (TrainingImages images = new TrainingImages(photos())) {
			photos = images.folder();
			try (Stream<Path> files = Files.list(photos)) {
				Files.createDirectories(kept.toPath());
				for (final Path file : files.toList()) {
					Files.copy(file, kept.toPath().resolve(file.getFileName()));
				}
			}
		}
		assertEquals(false, Files.exists(photos));
		final byte[] expected = weights("folder.zip", Map.of("inputFolder", kept));
		assertArrayEquals(expected, weights("list.zip", Map.of("images", photos())));
		assertArrayEquals(expected, weights("stack.zip", Map.of("input", Views.stack(photos()))));
	}

	@Test
	void imagesAreWrittenAsDisplayed() throws IOException {
		final short[] samples = {0, 257, 257 * 2, (short) 65535, 257 * 4, 257 * 5};
		try (TrainingImages images = new TrainingImages(List.of(ArrayImgs.unsignedShorts(samples, 2, 1, 3)));
				Stream<Path> files = Files.list(images.folder())) {
			final var picture = ImageIO.read(files.findFirst().orElseThrow().toFile());
			assertEquals(0x00_02_04, picture.getRGB(0, 0) & 0xffffff);
			assertEquals(0x01_ff_05, picture.getRGB(1, 0) & 0xffffff);
		}
	}

	@Test
	void wrongInputsAreReported() throws InterruptedException, ExecutionException {
		assertEquals("Give one of input, images and inputFolder to train on.",
				train(folder.resolve("m.zip"), Map.of()).getCancelReason());
		assertEquals("Give one of input, images and inputFolder to train on.",
				train(folder.resolve("m.zip"), Map.of("images", photos(), "inputFolder", folder.toFile()))
						.getCancelReason());
		assertEquals("An image for the training needs the dimensions (x, y, 3) or more, with red, green and blue along the"
				+ " third, but has (5, 5).",
				train(folder.resolve("m.zip"), Map.of("input", ArrayImgs.unsignedBytes(5, 5))).getCancelReason());
	}
}
