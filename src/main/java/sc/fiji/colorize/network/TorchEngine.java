/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.util.Locale;
import java.util.Optional;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.util.Utils;

/**
 * Starts DJL's PyTorch engine the way this project wants it: without usage tracking and without a network call.
 */
public final class TorchEngine {

	/** Name of the engine in DJL. */
	public static final String NAME = "PyTorch";

	/** DJL's switch: without it, DJL would fetch what is missing. */
	private static final String OFFLINE = "ai.djl.offline";

	private static Engine started;

	private TorchEngine() {
	}

	/**
	 * The engine, started at the first call with the library that {@link TorchLibrary#find()} finds. A JVM started with
	 * {@code -Dai.djl.offline=false} lets DJL fetch a missing one; otherwise a missing one is an error.
	 *
	 * @return the engine
	 * @throws IllegalStateException with a sentence, if its native library is missing or does not load
	 */
	public static synchronized Engine get() {
		if (started == null) {
			started = start();
		}
		return started;
	}

	/**
	 * Whether {@link #get()} would fail because there is no native library.
	 *
	 * @return false also if one is there but may not load
	 */
	public static synchronized boolean isMissing() {
		if (started != null) {
			return false;
		}
		prepare();
		try {
			return Utils.isOfflineMode() && TorchLibrary.find().isEmpty();
		}
		catch (final IllegalStateException e) {
			// What the user has set wrong is told when the engine starts.
			return false;
		}
	}

	private static void prepare() {
		System.setProperty("OPT_OUT_TRACKING", "true");
		if (System.getProperty(OFFLINE) == null) {
			System.setProperty(OFFLINE, "true");
		}
	}

	private static Engine start() {
		prepare();
		final Optional<TorchLibrary> library = TorchLibrary.find();
		if (library.isEmpty() && Utils.isOfflineMode()) {
			throw new IllegalStateException(missing());
		}
		library.ifPresent(TorchLibrary::use);
		try {
			return Engine.getEngine(NAME);
		}
		catch (final EngineException | LinkageError e) {
			throw new IllegalStateException("The PyTorch library " + library.map(TorchLibrary::folder)
					.map(folder -> "in " + folder + " ").orElse("") + "did not start (" + rootMessage(e)
					+ "): a libtorch " + TorchLibrary.version() + " for " + TorchLibrary.system() + " is needed.", e);
		}
	}

	private static String missing() {
		if (TorchLibrary.fitting().isEmpty()) {
			return "There is no PyTorch library for " + TorchLibrary.system()
					+ ": use Linux, Windows on x86-64, or a Mac with Apple silicon.";
		}
		return "The PyTorch library is not on this computer yet: fetch it once with Install Colorizer Engine... in the"
				+ " menu, with the same name and \"build=cpu\" in a macro, or with 'fiji-colorize engine download cpu', or"
				+ " let PYTORCH_LIBRARY_PATH name the folder of a libtorch " + TorchLibrary.version() + ".";
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
