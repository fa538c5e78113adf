/*
 * Fiji Colorize: plausible colour for gray images.
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
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Utils;
import ai.djl.util.cuda.CudaUtils;

import sc.fiji.colorize.io.RootCause;

/**
 * Starts DJL's PyTorch engine the way this project wants it: without usage tracking and without a network call.
 */
public final class TorchEngine {

	/** Name of the engine in DJL. */
	public static final String NAME = "PyTorch";

	/** DJL's switch: without it, DJL would fetch what is missing. */
	private static final String OFFLINE = "ai.djl.offline";

	/** DJL's switch: with it, another process asks for CUDA, and JNA is not started. */
	private static final String ASK_CUDA_ELSEWHERE = "ai.djl.util.cuda.fork";

	/**
	 * DJL passes on no kind of error, only what PyTorch, CUDA's libraries and oneDNN say. A primitive that oneDNN has
	 * chosen but cannot create wants memory for its code; of one that does not exist it cannot create a descriptor.
	 */
	private static final Pattern OUT_OF_MEMORY = Pattern.compile("out of memory|can't allocate memory|not enough memory"
			+ "|cannot reserve|bad_alloc|alloc_failed|could not create a (memory|primitive(?! desc))",
			Pattern.CASE_INSENSITIVE);

	private static Engine started;

	private TorchEngine() {
	}

	/**
	 * The engine, started at the first call with the library that {@link TorchLibrary#find()} finds, whatever the context
	 * class loader of the thread. A JVM started with {@code -Dai.djl.offline=false} lets DJL fetch a missing one;
	 * otherwise a missing one is an error.
	 *
	 * @return the engine
	 * @throws MissingLibraryException if its native library is missing
	 * @throws IllegalStateException with a sentence, if it does not load
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
					+ "): a libtorch " + TorchLibrary.version() + " for " + TorchLibrary.system() + " is needed.", e);
		}
	}

	/**
	 * The same for a process that only colorizes, and begins with it: what takes long is begun at once, and what DJL would
	 * ask of CUDA is left out where there is only a library for the CPU. {@link TorchLibrary#cuda()} and the like are not
	 * to be relied on afterwards. The classes of DJL and of this project must come from one class loader.
	 *
	 * @return the engine
	 * @throws MissingLibraryException if its native library is missing
	 * @throws IllegalStateException with a sentence, if it does not load
	 */
	public static Engine getEarly() {
		prepare();
		if (!TorchLibrary.dependsOnCuda()) {
			leaveCudaOut();
		}
		TorchLibrary.find().flatMap(TorchLibrary::largestFile).ifPresent(file -> {
			final Thread loading = new Thread(() -> load(file), "library");
			loading.setDaemon(true);
			loading.start();
		});
		return get();
	}

	/** DJL looks for CUDA through JNA, which is slow to start, when a class is initialized, unless another way is set. */
	private static void leaveCudaOut() {
		if (System.getProperty(ASK_CUDA_ELSEWHERE) == null) {
			System.setProperty(ASK_CUDA_ELSEWHERE, "true");
			try {
				Class.forName(CudaUtils.class.getName());
			}
			catch (final ClassNotFoundException e) {
				throw new IllegalStateException(e);
			}
			finally {
				System.clearProperty(ASK_CUDA_ELSEWHERE);
			}
		}
	}

	/** DJL will find it loaded; while it is, DJL's own classes are prepared. */
	private static void load(final Path file) {
		try {
			System.load(file.toString());
		}
		catch (final UnsatisfiedLinkError e) {
			// DJL tries again, and what is wrong is told then.
			return;
		}
	}

	/** What PyTorch says of GPUs; tests say it in its place. */
	interface Gpus {

		/** Whether the library is one for CUDA at all. */
		boolean built();

		/** Whether the library sees a GPU and a driver that it can use. */
		boolean available();

		/**
		 * Lets a GPU do a little of what the network does.
		 *
		 * @throws EngineException if it cannot
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
			// Not DJL's count of the GPUs, which is 0 where the CUDA runtime is only among the files of PyTorch.
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
	 * Finds the device that a user's word names.
	 *
	 * @param name {@code auto} (the first GPU if there is one that works), {@code cpu}, {@code gpu} or {@code gpu:N}
	 * @param listener is told, in one sentence, when {@code auto} is the CPU although the library is one for GPUs
	 * @return the device
	 * @throws IllegalArgumentException if the word is not one of these or there is no such GPU that works
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
			problem = "this PyTorch library is for the CPU alone";
		}
		else if (!gpus.available()) {
			problem = "PyTorch sees no CUDA GPU with a driver that it can use";
		}
		else {
			try {
				gpus.tryOut(device);
				return device;
			}
			catch (final EngineException e) {
				problem = "PyTorch sees a CUDA GPU, but says: " + RootCause.reason(e);
			}
		}
		if (auto) {
			listener.accept("The GPU is left out (" + problem + "): going on with the CPU, which is slower.");
			return Device.cpu();
		}
		throw new IllegalArgumentException(
				"There is no device '" + name + "' that works (" + problem + "): choose auto or cpu.");
	}

	/**
	 * The words for the devices that are there. The engine is started only if its library is one for GPUs.
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
			// A library that does not start is told when it is needed.
			return words;
		}
		return words;
	}

	/**
	 * Tells exhausted memory, of a GPU or outside of the Java heap, from other failures.
	 *
	 * @param failure of a call of the engine
	 * @return whether less at once may succeed
	 */
	public static boolean isOutOfMemory(final Throwable failure) {
		return Stream.iterate(failure, e -> e != null && e != e.getCause(), Throwable::getCause)
				.anyMatch(e -> OUT_OF_MEMORY.matcher(String.valueOf(e.getMessage())).find());
	}

	/**
	 * What a failure of the engine says is wrong.
	 *
	 * @param failure of a call of the engine
	 * @return a clause
	 */
	public static String reason(final Throwable failure) {
		return RootCause.reason(failure);
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
}
