/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntConsumer;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import org.junit.jupiter.api.Test;

import sc.fiji.colorize.train.Batches.Batch;

class TrainingStepTest {

	private static final int CROP = 16;
	private static final String TOO_LARGE = "CUDA out of memory. Tried to allocate 2.00 GiB";

	/** Records the parts and limits the number of photos. */
	private static final class Memory implements IntConsumer {

		private final List<Integer> tried = new ArrayList<>();
		private final int room;

		Memory(final int room) {
			this.room = room;
		}

		@Override
		public void accept(final int photos) {
			tried.add(photos);
			if (photos > room) {
				throw new EngineException(TOO_LARGE);
			}
		}
	}

	private static final class Messages implements TrainListener {

		private final List<String> heard = new ArrayList<>();

		@Override
		public void message(final String sentence) {
			heard.add(sentence);
		}
	}

	private static Device[] cpus(final int count) {
		final Device[] devices = new Device[count];
		Arrays.fill(devices, Device.cpu());
		return devices;
	}

	private static TrainerFixture fixture(final Device[] devices, final IntConsumer beforePart,
			final TrainListener listener) {
		return new TrainerFixture(TinyTraining.options(), devices, beforePart, listener);
	}

	private static void assertEqual(final Map<String, float[]> expected, final Map<String, float[]> actual) {
		assertEquals(expected.keySet(), actual.keySet());
		expected.forEach((name, values) -> assertArrayEquals(values, actual.get(name), name));
	}

	@Test
	void halvesPartsUntilTheyFit() {
		final Memory memory = new Memory(3);
		final Messages messages = new Messages();
		try (TrainerFixture fixture = fixture(cpus(1), memory, messages)) {
			final Batch batch = TrialTraining.batch(CROP, 12, new Random(2));
			fixture.step(batch);
			assertEquals(List.of(12, 6, 3, 3, 3, 3), memory.tried);
			fixture.step(batch);
			assertEquals(List.of(12, 6, 3, 3, 3, 3, 3, 3, 3, 3), memory.tried);
			assertEquals(2, messages.heard.size());
			assertTrue(messages.heard.get(0).startsWith("The memory is not enough for 12 photos"), messages.heard.get(0));
			assertTrue(messages.heard.get(0).contains("continuing with 6"), messages.heard.get(0));
			assertTrue(messages.heard.get(1).contains("continuing with 3"), messages.heard.get(1));
		}
	}

	@Test
	void reducedPartsLearnTheSameAsSmallParts() {
		final Batch first = TrialTraining.batch(CROP, 4, new Random(3));
		final Batch second = TrialTraining.batch(CROP, 4, new Random(4));
		// With two devices, parts have two photos from the start.
		try (TrainerFixture small = fixture(cpus(2), photos -> { }, TrainListener.NONE);
				TrainerFixture steppedDown = fixture(cpus(1), new Memory(2), TrainListener.NONE)) {
			for (final Batch batch : List.of(first, second)) {
				assertEquals(small.step(batch), steppedDown.step(batch));
			}
			assertEqual(small.values(), steppedDown.values());
		}
	}

	@Test
	void discardsGradientsBeforeFailedPart() {
		final Batch batch = TrialTraining.batch(CROP, 4, new Random(3));
		final int[] parts = {0};
		// The second part of the first step fails, and later parts have one photo.
		final IntConsumer failing = photos -> {
			if (++parts[0] == 2) {
				throw new EngineException(TOO_LARGE);
			}
		};
		try (TrainerFixture small = fixture(cpus(4), photos -> { }, TrainListener.NONE);
				TrainerFixture failed = fixture(cpus(2), failing, TrainListener.NONE)) {
			assertEquals(small.step(batch), failed.step(batch));
			final Map<String, float[]> expected = small.values();
			// Except the running statistics, which the successful part has changed twice.
			failed.values().forEach((name, values) -> {
				if (!name.contains("running")) {
					assertArrayEquals(expected.get(name), values, name);
				}
			});
		}
	}

	@Test
	void reportsOutOfMemoryForSinglePhoto() {
		final Memory memory = new Memory(0);
		try (TrainerFixture fixture = fixture(cpus(1), memory, TrainListener.NONE)) {
			final Map<String, float[]> before = fixture.values();
			final String message = assertThrows(IllegalStateException.class,
					() -> fixture.step(TrialTraining.batch(CROP, 5, new Random(2)))).getMessage();
			assertTrue(message.startsWith("The memory is not enough for a single photo of 16 x 16"), message);
			assertTrue(message.contains("smaller crop or width"), message);
			assertEquals(List.of(5, 2, 1), memory.tried);
			assertEqual(before, fixture.values());
		}
	}

	@Test
	void doesNotTakeOtherFailuresForOutOfMemory() {
		final EngineException broken = new EngineException("shape '[3]' is invalid");
		try (TrainerFixture fixture = fixture(cpus(1), photos -> {
			throw broken;
		}, TrainListener.NONE)) {
			assertEquals(broken, assertThrows(EngineException.class,
					() -> fixture.step(TrialTraining.batch(CROP, 2, new Random(2)))));
		}
	}

	@Test
	void gradientsOfPartsAddUp() {
		// Both halves have the same photos, so that batch normalization has the same statistics.
		final Batch half = TrialTraining.batch(CROP, 2, new Random(5));
		final Batch batch = twice(half);
		try (TrainerFixture whole = fixture(cpus(1), photos -> { }, TrainListener.NONE);
				TrainerFixture parts = fixture(cpus(2), photos -> assertEquals(2, photos), TrainListener.NONE)) {
			final Map<String, float[]> expected = whole.gradients(batch);
			final Map<String, float[]> sums = parts.gradients(batch);
			double largest = 0;
			for (final Map.Entry<String, float[]> gradient : expected.entrySet()) {
				final double scale = norm(gradient.getValue());
				largest = Math.max(largest, scale);
				final float[] difference = sums.get(gradient.getKey()).clone();
				for (int i = 0; i < difference.length; i++) {
					difference[i] -= gradient.getValue()[i];
				}
				assertTrue(norm(difference) <= 1e-3 * scale + 1e-6,
						gradient.getKey() + ": " + norm(difference) + " of " + scale);
			}
			assertNotEquals(0, largest);
		}
	}

	private static double norm(final float[] values) {
		double sum = 0;
		for (final float value : values) {
			sum += value * value;
		}
		return Math.sqrt(sum);
	}

	private static Batch twice(final Batch half) {
		final Batch batch = TrialTraining.batch(half.crop(), 2 * half.count(), new Random(1));
		for (int i = 0; i < 2; i++) {
			System.arraycopy(half.lightness(), 0, batch.lightness(), i * half.lightness().length, half.lightness().length);
			System.arraycopy(half.bins(), 0, batch.bins(), i * half.bins().length, half.bins().length);
			System.arraycopy(half.shares(), 0, batch.shares(), i * half.shares().length, half.shares().length);
			System.arraycopy(half.weights(), 0, batch.weights(), i * half.weights().length, half.weights().length);
		}
		return batch;
	}
}
