/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.torch;

import ai.djl.pytorch.jni.JniUtils;

/**
 * Disables gradient recording in the current thread until it is closed, except within a gradient collector. PyTorch
 * records by default in every thread, and DJL disables it only in the thread that starts the engine. While PyTorch
 * records, parameters cannot be changed in place, and all intermediate results stay in memory.
 *
 * <pre>
 * try (NoGradient none = new NoGradient()) {
 * 	weight.muli(2);
 * }
 * </pre>
 */
public final class NoGradient implements AutoCloseable {

	private final boolean before;

	/**
	 * Disables recording in this thread, and starts the engine if necessary.
	 *
	 * @throws IllegalStateException if the engine does not start
	 */
	public NoGradient() {
		TorchEngine.get();
		before = JniUtils.isGradMode();
		JniUtils.setGradMode(false);
	}

	/** Restores the previous state; must be called by the same thread. */
	@Override
	public void close() {
		JniUtils.setGradMode(before);
	}
}
