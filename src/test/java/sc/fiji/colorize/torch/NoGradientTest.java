/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.torch;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Uses new threads, in which PyTorch records gradients by default. */
class NoGradientTest {

	@BeforeAll
	static void startEngineInOtherThread() {
		TorchEngine.get();
	}

	/** Runs a test in a new thread, with an array that requires gradients. */
	private static void inNewThread(final Consumer<NDArray> work) {
		CompletableFuture.runAsync(() -> {
			try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
				final NDArray value = manager.ones(new Shape(2));
				value.setRequiresGradient(true);
				work.accept(value);
			}
		}, task -> new Thread(task).start()).join();
	}

	@Test
	void allowsInPlaceChanges() {
		inNewThread(value -> {
			assertThrows(EngineException.class, () -> value.muli(3));
			try (NoGradient none = new NoGradient()) {
				value.muli(3);
			}
			assertEquals(6, value.sum().getFloat());
		});
	}

	@Test
	void resultsKeepNoHistory() {
		inNewThread(value -> {
			// PyTorch rejects this call for arrays with a history.
			assertThrows(EngineException.class, () -> value.mul(2).setRequiresGradient(false));
			try (NoGradient none = new NoGradient()) {
				assertDoesNotThrow(() -> value.mul(2).setRequiresGradient(false));
			}
		});
	}

	@Test
	void gradientCollectorStillRecords() {
		inNewThread(value -> {
			try (NoGradient none = new NoGradient()) {
				try (GradientCollector collector = TorchEngine.get().newGradientCollector()) {
					collector.backward(value.mul(5).sum());
				}
				assertEquals(10, value.getGradient().sum().getFloat());
				assertFalse(JniUtils.isGradMode(), "after the collector");
			}
		});
	}

	@Test
	void closeRestoresPreviousState() {
		inNewThread(value -> {
			try (NoGradient outer = new NoGradient()) {
				try (NoGradient inner = new NoGradient()) {
					assertFalse(JniUtils.isGradMode());
				}
				assertFalse(JniUtils.isGradMode());
			}
			assertTrue(JniUtils.isGradMode());
		});
	}
}
