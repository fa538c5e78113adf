/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.util.Locale;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;

/**
 * Starts DJL's PyTorch engine the way this project wants it: without usage tracking and without a network call.
 */
public final class TorchEngine {

	/** Name of the engine in DJL. */
	public static final String NAME = "PyTorch";

	private TorchEngine() {
	}

	/**
	 * The engine, started at the first call. A JVM started with {@code -Dai.djl.offline=false} lets DJL fetch a missing
	 * native library; otherwise a missing one is an error.
	 *
	 * @return the engine
	 * @throws IllegalStateException if its native library is missing or does not load
	 */
	public static synchronized Engine get() {
		System.setProperty("OPT_OUT_TRACKING", "true");
		if (System.getProperty("ai.djl.offline") == null) {
			System.setProperty("ai.djl.offline", "true");
		}
		try {
			return Engine.getEngine(NAME);
		}
		catch (final EngineException | LinkageError e) {
			throw new IllegalStateException("The PyTorch library did not start (" + rootMessage(e)
					+ "): put the pytorch-native-cpu jar of this platform on the class path, or point "
					+ "PYTORCH_LIBRARY_PATH to a libtorch folder; if a file is damaged, delete its folder first.", e);
		}
	}

	/**
	 * Finds the device that a user's word names.
	 *
	 * @param name {@code auto} (the first GPU if there is one), {@code cpu}, {@code gpu} or {@code gpu:N}
	 * @return the device
	 * @throws IllegalArgumentException if the word is not one of these or the GPU does not exist
	 */
	public static Device device(final String name) {
		final String word = name.trim().toLowerCase(Locale.ROOT);
		if (!word.matches("auto|cpu|gpu(:\\d{1,3})?")) {
			throw new IllegalArgumentException("The device must be auto, cpu, gpu or gpu:N but is '" + name + "'.");
		}
		if (word.equals("cpu")) {
			return Device.cpu();
		}
		final int gpus = get().getGpuCount();
		if (word.equals("auto")) {
			return gpus > 0 ? Device.gpu() : Device.cpu();
		}
		final int index = word.indexOf(':') < 0 ? 0 : Integer.parseInt(word.substring(4));
		if (index >= gpus) {
			throw new IllegalArgumentException("There is no device '" + name + "': PyTorch sees "
					+ (gpus == 0 ? "no CUDA GPU" : gpus + " CUDA GPU(s), counted from 0") + ". Choose auto or cpu.");
		}
		return Device.gpu(index);
	}

	/**
	 * A new manager of native arrays, to be closed by the caller.
	 *
	 * @param device where its arrays live
	 * @return the manager
	 */
	public static NDManager newManager(final Device device) {
		return get().newBaseManager(device);
	}

	private static String rootMessage(final Throwable e) {
		Throwable root = e;
		while (root.getCause() != null && root.getCause() != root) {
			root = root.getCause();
		}
		return String.valueOf(root.getMessage()).split("\\R", 2)[0];
	}
}
