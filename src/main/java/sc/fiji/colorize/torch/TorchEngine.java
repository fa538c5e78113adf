/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.torch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Utils;
import ai.djl.util.cuda.CudaUtils;

import sc.fiji.colorize.io.RootCause;

/**
 * Starts DJL's PyTorch engine without usage tracking and without network access.
 */
public final class TorchEngine {

	/** Name of the engine in DJL. */
	public static final String NAME = "PyTorch";

	/** DJL property; if it is not true, DJL downloads missing files. */
	private static final String OFFLINE = "ai.djl.offline";

	/** DJL property; if it is true, DJL queries CUDA in another process instead of through JNA. */
	private static final String QUERY_CUDA_IN_PROCESS = "ai.djl.util.cuda.fork";

	/**
	 * Messages of PyTorch, CUDA and oneDNN; DJL passes on no error codes. If oneDNN cannot create a primitive, memory for
	 * its code is missing; if it cannot create a primitive descriptor, the operation is not supported.
	 */
	private static final Pattern OUT_OF_MEMORY = Pattern.compile("out of memory|can't allocate memory|not enough memory"
			+ "|cannot reserve|bad_alloc|alloc_failed|could not create a (memory|primitive(?! desc))",
			Pattern.CASE_INSENSITIVE);

	private static Engine started;

	private TorchEngine() {
	}

	/**
	 * Returns the engine. The first call starts it with the library of {@link TorchLibrary#find()}. With
	 * {@code -Dai.djl.offline=false}, DJL downloads a missing library.
	 *
	 * @return the engine
	 * @throws MissingLibraryException if the native library is missing
	 * @throws IllegalStateException if the native library does not load; the message is a sentence
	 */
	public static synchronized Engine get() {
		if (started == null) {
			started = start();
		}
		return started;
	}

	/**
	 * Whether {@link #get()} would throw a {@link MissingLibraryException}.
	 *
	 * @return false if a library exists, even if it does not load
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
			// get() reports wrong settings.
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
			throw TorchLibrary.fitting().isEmpty()
					? new IllegalStateException("There is no PyTorch library for " + TorchLibrary.system()
							+ ": use Linux, Windows on x86-64, or a Mac with Apple silicon.")
					: new MissingLibraryException();
		}
		library.ifPresent(TorchLibrary::use);
		try {
			return OwnClassLoader.call(() -> Engine.getEngine(NAME));
		}
		catch (final EngineException | LinkageError e) {
			throw new IllegalStateException("The PyTorch library " + library.map(TorchLibrary::folder)
					.map(folder -> "in " + folder + " ").orElse("") + "did not start (" + RootCause.reason(e)
					+ "): libtorch " + TorchLibrary.version() + " for " + TorchLibrary.system() + " is required.", e);
		}
	}

	/**
	 * Starts the engine faster, for a process that only colorizes: a thread loads the largest native library, and CUDA is
	 * not queried if there is no CUDA build. {@link TorchLibrary#cuda()} is unreliable afterwards. The classes of DJL and
	 * of this project must have the same class loader.
	 *
	 * @return the engine
	 * @throws MissingLibraryException if the native library is missing
	 * @throws IllegalStateException if the native library does not load; the message is a sentence
	 */
	public static Engine preload() {
		prepare();
		if (!TorchLibrary.dependsOnCuda()) {
			skipCudaQuery();
		}
		TorchLibrary.find().flatMap(TorchLibrary::largestFile).ifPresent(file -> {
			final Thread loading = new Thread(() -> load(file), "library");
			loading.setDaemon(true);
			loading.start();
		});
		return get();
	}

	/** Initializes DJL's CudaUtils without JNA, which is slow to start. */
	private static void skipCudaQuery() {
		if (System.getProperty(QUERY_CUDA_IN_PROCESS) == null) {
			System.setProperty(QUERY_CUDA_IN_PROCESS, "true");
			try {
				Class.forName(CudaUtils.class.getName());
			}
			catch (final ClassNotFoundException e) {
				throw new IllegalStateException(e);
			}
			finally {
				System.clearProperty(QUERY_CUDA_IN_PROCESS);
			}
		}
	}

	/** Loads a library while the main thread initializes DJL. */
	private static void load(final Path file) {
		try {
			System.load(file.toString());
		}
		catch (final UnsatisfiedLinkError e) {
			// DJL loads it again and reports the error.
			return;
		}
	}

	/** PyTorch's view of the GPUs; tests replace it. */
	interface Gpus {

		/** Whether the library is a CUDA build. */
		boolean built();

		/** Whether PyTorch finds a GPU with a usable driver. */
		boolean available();

		/**
		 * Runs a small convolution on a GPU.
		 *
		 * @throws EngineException if the GPU fails
		 */
		void tryOut(Device device);
	}

	/** The GPUs of this computer. */
	private static final class RealGpus implements Gpus {

		@Override
		public boolean built() {
			get();
			return Files.exists(Path.of(LibUtils.getLibtorchPath(), System.mapLibraryName("torch_cuda")));
		}

		@Override
		public boolean available() {
			// DJL's GPU count is 0 if only PyTorch brings the CUDA runtime.
			return get().hasCapability(StandardCapabilities.CUDA);
		}

		@Override
		public void tryOut(final Device device) {
			try (NDManager manager = newManager(device)) {
				final NDArray image = manager.ones(new Shape(1, 1, 8, 8));
				Conv2d.conv2d(image, manager.ones(new Shape(1, 1, 3, 3))).singletonOrThrow().sum().getFloat();
			}
		}
	}

	/**
	 * Finds a device by name.
	 *
	 * @param name {@code auto} (the first GPU if it works, else the CPU), {@code cpu}, {@code gpu} or {@code gpu:N}
	 * @param listener receives a sentence if {@code auto} falls back to the CPU although the library is a CUDA build
	 * @return the device
	 * @throws IllegalArgumentException if the name is invalid or the GPU does not work
	 */
	public static Device device(final String name, final Consumer<String> listener) {
		return device(name, new RealGpus(), listener);
	}

	static Device device(final String name, final Gpus gpus, final Consumer<String> listener) {
		final String word = name.trim().toLowerCase(Locale.ROOT);
		if (!word.matches("auto|cpu|gpu(:\\d{1,3})?")) {
			throw new IllegalArgumentException("The device must be auto, cpu, gpu or gpu:N but is '" + name + "'.");
		}
		if (word.equals("cpu")) {
			return Device.cpu();
		}
		final boolean auto = word.equals("auto");
		final String problem;
		final Device device = Device.gpu(word.indexOf(':') < 0 ? 0 : Integer.parseInt(word.substring(4)));
		if (!gpus.built()) {
			if (auto) {
				return Device.cpu();
			}
			problem = "this PyTorch library supports only the CPU";
		}
		else if (!gpus.available()) {
			problem = "PyTorch finds no CUDA GPU with a usable driver";
		}
		else {
			try {
				gpus.tryOut(device);
				return device;
			}
			catch (final EngineException e) {
				problem = "the CUDA GPU failed: " + RootCause.reason(e);
			}
		}
		if (auto) {
			listener.accept("The GPU cannot be used (" + problem + "); using the CPU, which is slower.");
			return Device.cpu();
		}
		throw new IllegalArgumentException(
				"There is no device '" + name + "' that works (" + problem + "): choose auto or cpu.");
	}

	/**
	 * The names of the devices of this computer. The engine is started only if its library is one for GPUs.
	 *
	 * @return {@code auto}, {@code cpu}, and {@code gpu:N} for each GPU that PyTorch can use
	 */
	public static List<String> devices() {
		final List<String> words = new ArrayList<>(List.of("auto", "cpu"));
		try {
			if (TorchLibrary.find().filter(library -> !library.build().equals(TorchLibrary.CPU)).isPresent()
					&& get().hasCapability(StandardCapabilities.CUDA)) {
				// DJL counts none where the CUDA runtime is only among the files of PyTorch.
				IntStream.range(0, Math.max(1, CudaUtils.getGpuCount())).forEach(i -> words.add("gpu:" + i));
			}
		}
		catch (final IllegalStateException e) {
			// The error is reported when the engine is needed.
			return words;
		}
		return words;
	}

	/**
	 * Switches off PyTorch's optimizer of scripts for this process. It makes predictions faster, but the first steps of a
	 * training differ from the same steps later in their last bits.
	 */
	public static void runScriptsAsTheyAre() {
		get();
		JniUtils.setGraphExecutorOptimize(false);
	}

	/**
	 * Sets the number of threads that compute on the CPU, for the whole process.
	 *
	 * @param threads 1 or more
	 */
	public static void setThreads(final int threads) {
		get();
		JniUtils.setNumThreads(threads);
	}

	/**
	 * Whether a call of the engine ran out of memory, on a GPU or in native memory.
	 *
	 * @param failure exception of the engine
	 * @return true if a smaller batch may succeed
	 */
	public static boolean isOutOfMemory(final Throwable failure) {
		return Stream.iterate(failure, e -> e != null && e != e.getCause(), Throwable::getCause)
				.anyMatch(e -> OUT_OF_MEMORY.matcher(String.valueOf(e.getMessage())).find());
	}

	/**
	 * The reason of a failed call of the engine.
	 *
	 * @param failure exception of the engine
	 * @return a clause
	 */
	public static String reason(final Throwable failure) {
		return RootCause.reason(failure);
	}

	/**
	 * Creates a manager of native arrays, which the caller closes.
	 *
	 * @param device device of its arrays
	 * @return the manager
	 */
	public static NDManager newManager(final Device device) {
		return get().newBaseManager(device);
	}
}
