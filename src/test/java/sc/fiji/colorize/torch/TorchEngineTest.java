/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.LibUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.ChildJvm;
import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.cli.FijiColorize;

class TorchEngineTest {

	/** GPUs with given properties; the failure is null if they work. */
	private record FakeGpus(boolean built, boolean available, String failure) implements TorchEngine.Gpus {

		@Override
		public void tryOut(final Device device) {
			if (failure != null) {
				throw new EngineException(failure);
			}
		}
	}

	private static final FakeGpus CPU_LIBRARY = new FakeGpus(false, false, null);
	private static final FakeGpus NO_DRIVER = new FakeGpus(true, false, null);
	private static final FakeGpus WORKING = new FakeGpus(true, true, null);
	private static final FakeGpus BROKEN = new FakeGpus(true, true, "CUDA error: no kernel image is available for execution"
			+ " on the device\nCUDA kernel errors might be asynchronously reported at some other API call");

	private final List<String> messages = new ArrayList<>();

	private Device device(final String word, final TorchEngine.Gpus gpus) {
		return TorchEngine.device(word, gpus, messages::add);
	}

	@Test
	void cpuIgnoresGpus() {
		for (final FakeGpus gpus : List.of(CPU_LIBRARY, NO_DRIVER, WORKING, BROKEN)) {
			assertEquals(Device.cpu(), device(" CPU ", gpus));
		}
		assertEquals(List.of(), messages);
	}

	@Test
	void autoSelectsWorkingGpuOrCpu() {
		assertEquals(Device.gpu(), device("auto", WORKING));
		assertEquals(Device.cpu(), device("auto", CPU_LIBRARY));
		assertEquals(List.of(), messages);
	}

	@Test
	void autoReportsUnusableGpu() {
		assertEquals(Device.cpu(), device("auto", NO_DRIVER));
		assertEquals(Device.cpu(), device("auto", BROKEN));
		assertEquals(2, messages.size());
		assertTrue(messages.get(0).contains("no CUDA GPU with a usable driver"), messages.get(0));
		assertTrue(messages.get(1).contains("CUDA error: no kernel image is available for execution on the device)"),
				messages.get(1));
	}

	@Test
	void gpuIndexStartsAtZero() {
		assertEquals(Device.gpu(), device("gpu", WORKING));
		assertEquals(Device.gpu(0), device("gpu:0", WORKING));
		assertEquals(Device.gpu(3), device("GPU:3", WORKING));
	}

	@Test
	void rejectsUnusableGpu() {
		assertRejected("gpu", CPU_LIBRARY, "'gpu'", "supports only the CPU", "choose auto or cpu");
		assertRejected("gpu:1", NO_DRIVER, "'gpu:1'", "no CUDA GPU with a usable driver", "choose auto or cpu");
		assertRejected("gpu:7",
				new FakeGpus(true, true, "CUDA error: invalid device ordinal\nGPU device may be out of range"), "'gpu:7'",
				"CUDA error: invalid device ordinal)", "choose auto or cpu");
	}

	private void assertRejected(final String word, final FakeGpus gpus, final String... parts) {
		final String message = assertThrows(IllegalArgumentException.class, () -> device(word, gpus)).getMessage();
		for (final String part : parts) {
			assertTrue(message.contains(part), message);
		}
		assertEquals(List.of(), messages);
	}

	@ParameterizedTest
	@ValueSource(strings = {"", "cuda", "gpu:", "gpu:-1", "gpu:1000", "cpu:0"})
	void rejectsInvalidDeviceNames(final String word) {
		assertRejected(word, WORKING, "auto, cpu, gpu or gpu:N", "'" + word + "'");
	}

	@Test
	void queriesRealLibrary() {
		final Exception e =
				assertThrows(IllegalArgumentException.class, () -> TorchEngine.device("gpu:999", messages::add));
		assertTrue(e.getMessage().startsWith("There is no device 'gpu:999' that works ("), e.getMessage());
		assertEquals(TorchEngine.get().hasCapability("CUDA") ? Device.gpu() : Device.cpu(),
				TorchEngine.device("auto", messages::add));
	}

	@ParameterizedTest
	@ValueSource(strings = {"CUDA out of memory. Tried to allocate 2.00 GiB.",
		"[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate"
				+ " 1073741824 bytes. Error code 12 (Cannot allocate memory)",
		"DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes.", "std::bad_alloc",
		"could not create a primitive", "could not create a memory object",
		"CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"})
	void recognizesOutOfMemory(final String message) {
		assertTrue(TorchEngine.isOutOfMemory(new EngineException(message)));
		assertTrue(TorchEngine.isOutOfMemory(new IOException("wrapped", new EngineException(message))));
	}

	@Test
	void doesNotTakeOtherFailuresForOutOfMemory() {
		assertFalse(TorchEngine.isOutOfMemory(new EngineException("shape '[3]' is invalid")));
		assertFalse(TorchEngine.isOutOfMemory(new OutOfMemoryError("Java heap space")));
		assertFalse(TorchEngine.isOutOfMemory(new EngineException("could not create a primitive descriptor for a"
				+ " convolution forward propagation primitive")));
		assertFalse(TorchEngine.isOutOfMemory(new EngineException(null, null)));
	}

	/** Allocates an array larger than any computer's memory. */
	@Test
	void recognizesOutOfMemoryOfRealLibrary() {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final EngineException e =
					assertThrows(EngineException.class, () -> manager.zeros(new Shape(1L << 30, 1L << 20)));
			assertTrue(TorchEngine.isOutOfMemory(e), e.getMessage());
		}
	}

	/** Starts the engine in a thread whose class loader sees neither DJL nor this project, like AWT's in ImageJ 1. */
	public static final class ForeignThread {

		private ForeignThread() {
		}

		public static void main(final String[] arguments) {
			final ClassLoader foreign = ClassLoader.getPlatformClassLoader();
			Thread.currentThread().setContextClassLoader(foreign);
			System.out.println("PyTorch " + TorchLibrary.version() + " for " + TorchLibrary.fitting().get(0));
			System.out.println(TorchEngine.isMissing() ? "missing" : TorchEngine.get().getEngineName());
			System.out.println(Thread.currentThread().getContextClassLoader() == foreign ? "restored" : "changed");
			System.exit(0);
		}
	}

	@Slow
	@Test
	void startsInThreadWithForeignClassLoader(@TempDir final Path folder) throws IOException, InterruptedException {
		final ChildJvm.Ended ended = new ChildJvm().run(folder, ForeignThread.class);
		assertEquals(List.of("PyTorch " + TorchLibrary.version() + " for cpu", "PyTorch", "restored"), ended.out(),
				() -> ended.err().toString());
	}

	/** Starts a process without a native jar and without a cache, but with a folder with the library. */
	@Slow
	@Test
	void startsLibraryOfLibraryPath(@TempDir final Path folder) throws IOException, InterruptedException {
		TorchEngine.get();
		final Path libtorch = Files.createDirectories(folder.resolve("libtorch"));
		try (Stream<Path> files = Files.list(Path.of(LibUtils.getLibtorchPath()))) {
			// DJL's bindings are in the same folder of its cache.
			for (final Path file : files.filter(file -> !file.toString().contains("djl_torch")).toList()) {
				Files.createSymbolicLink(libtorch.resolve(file.getFileName()), file);
			}
		}
		final Path picture = folder.resolve("picture.png");
		ImageIO.write(new BufferedImage(32, 32, BufferedImage.TYPE_BYTE_GRAY), "png", picture.toFile());
		final Path result = folder.resolve("result.png");
		assertEquals(0, colorize(libtorch, folder, picture, result), () -> read(folder));
		assertTrue(Files.exists(result));
		// A wrong folder is an error; the search must not fall back to the jar.
		assertEquals(1, colorize(folder, folder, picture, folder.resolve("none.png")), () -> read(folder));
		assertTrue(read(folder).startsWith("PYTORCH_LIBRARY_PATH is " + folder), read(folder));
	}

	private static int colorize(final Path library, final Path folder, final Path picture, final Path result)
			throws IOException, InterruptedException {
		final String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
				.filter(entry -> !entry.contains("pytorch-native")).collect(Collectors.joining(File.pathSeparator));
		final ProcessBuilder builder = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-cp",
				classPath, FijiColorize.class.getName(), "colorize", picture.toString(), "-o", result.toString(),
				"--model", TinyModel.file().toString());
		builder.environment().put("PYTORCH_LIBRARY_PATH", library.toString());
		builder.environment().put("DJL_CACHE_DIR", folder.resolve("cache").toString());
		return builder.redirectErrorStream(true).redirectOutput(folder.resolve("output.txt").toFile()).start().waitFor();
	}

	private static String read(final Path folder) {
		try {
			return Files.readString(folder.resolve("output.txt"));
		}
		catch (final IOException e) {
			return e.toString();
		}
	}
}
