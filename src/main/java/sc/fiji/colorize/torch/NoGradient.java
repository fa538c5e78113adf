/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.torch;

import ai.djl.pytorch.jni.JniUtils;

/**
 * While one is open, PyTorch records no gradients in the thread that opened it, except within a gradient collector.
 * PyTorch has this switch once per thread, and it is on by default; DJL turns it off only in the thread that starts the
 * engine. With it on, the values of a network cannot be changed in place, and everything computed from them stays in
 * memory.
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
	 * Stops the recording in this thread, and starts the engine if need be.
	 *
	 * @throws IllegalStateException with a sentence, if the engine does not start
	 */
	public NoGradient() {
		TorchEngine.get();
		before = JniUtils.isGradMode();
		JniUtils.setGradMode(false);
	}

	/** Restores the state before; to be called by the same thread. */
	@Override
	public void close() {
		JniUtils.setGradMode(before);
	}
}
