/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.ops.AnnealedMean;
import sc.fiji.colorize.ops.ChromaUpsampling;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.torch.TorchEngine;

class ColorizationNetworkTest {

	private static final double LOGIT_TOLERANCE = NetworkFixture.TOLERANCE;
	/** The tolerance of the logits times a typical distance of colors from their mean. */
	private static final double AB_TOLERANCE = 1e-2;
	/** Two runs in float32 may differ by twice the error of each. */
	private static final double TOLERANCE_BETWEEN_RUNS = 2 * LOGIT_TOLERANCE;
	/** Long enough that only a hang fails. */
	private static final int MINUTES = 10;

	@Test
	void logitsEqualPyTorch() throws IOException {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final Map<String, NDArray> fixture = NetworkFixture.tensors(manager);
			final ColorizationNetwork network = NetworkFixture.network(manager);
			final NDArray logits = network.predict(fixture.get("fixture.input"));
			final NDArray expected = fixture.get("fixture.logits");
			assertEquals(expected.getShape(), logits.getShape());
			final double difference = NetworkFixture.maxDifference(expected.toFloatArray(), logits.toFloatArray());
			assertTrue(difference < LOGIT_TOLERANCE, "largest difference " + difference);
		}
	}

	@Test
	void upsampledMeanColorEqualsPyTorch() throws IOException {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final Map<String, NDArray> fixture = NetworkFixture.tensors(manager);
			final NDArray expected = fixture.get("fixture.ab");
			final NDArray logits = NetworkFixture.network(manager).predict(fixture.get("fixture.input"));
			final int batch = (int) logits.getShape().get(0);
			final int height = (int) logits.getShape().get(2);
			final int width = (int) logits.getShape().get(3);
			final int cells = height * width;
			final int scale = ColorizationNetwork.OUTPUT_STRIDE;
			final float[] z = logits.toFloatArray();
			final float[] a = new float[cells];
			final float[] b = new float[cells];
			final float[] rowA = new float[scale * width];
			final float[] rowB = new float[scale * width];
			final ByteBuffer ab = ByteBuffer.allocate(Float.BYTES * 2 * batch * cells * scale * scale);
			for (int n = 0; n < batch; n++) {
				AnnealedMean.decode(z, n * ColorBins.COUNT * cells, cells, 1, a, b);
				final ChromaUpsampling upsampling =
						new ChromaUpsampling(a, b, width, height, scale * width, scale * height);
				for (int y = 0; y < scale * height; y++) {
					upsampling.row(y, rowA, rowB);
					for (int x = 0; x < rowA.length; x++) {
						final int plane = scale * scale * cells;
						final int at = 2 * n * plane + y * rowA.length + x;
						ab.putFloat(Float.BYTES * at, rowA[x]);
						ab.putFloat(Float.BYTES * (at + plane), rowB[x]);
					}
				}
			}
			final float[] actual = new float[ab.capacity() / Float.BYTES];
			ab.asFloatBuffer().get(actual);
			final double difference = NetworkFixture.maxDifference(expected.toFloatArray(), actual);
			assertTrue(difference < AB_TOLERANCE, "largest difference " + difference);
		}
	}

	/** The names by their rule: the block, then the index among convolutions and ReLUs, batch normalization last. */
	private static List<String> publishedNames() {
		final List<String> names = new ArrayList<>();
		final String[] blocks = {"1:0 2 n4", "2:0 2 n4", "3:0 2 4 n6", "4:0 2 4 n6", "5:0 2 4 n6", "6:0 2 4 n6",
			"7:0 2 4 n6", "8:0 2 4 6"};
		for (final String block : blocks) {
			final String prefix = "model" + block.charAt(0) + ".";
			for (final String layer : block.substring(2).split(" ")) {
				final String name = prefix + layer.replace("n", "");
				names.add(name + ".weight");
				names.add(name + ".bias");
				if (layer.startsWith("n")) {
					names.add(name + ".running_mean");
					names.add(name + ".running_var");
				}
			}
		}
		return names;
	}

	@Test
	void parametersHavePublishedNames() throws IOException {
		assertEquals(publishedNames(), List.copyOf(ColorizationNetwork.shapes(1).keySet()));
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork network = NetworkFixture.network(manager);
			assertEquals(publishedNames(), List.copyOf(network.stateDict().keySet()));
		}
	}

	@Test
	void fullWidthHasPublishedParameterCount() {
		long learnable = 0;
		long statistics = 0;
		for (final Map.Entry<String, Shape> entry : ColorizationNetwork.shapes(1).entrySet()) {
			if (entry.getKey().contains(".running_")) {
				statistics += entry.getValue().size();
			}
			else {
				learnable += entry.getValue().size();
			}
		}
		// The published count includes the layer from the distribution to ab, which the annealed mean replaces.
		assertEquals(32_236_011, learnable + 2 * ColorBins.COUNT);
		assertEquals(4_992, statistics);
	}

	@ParameterizedTest
	@ValueSource(doubles = {1 / 16.0, 0.3, 0.5})
	void initializedParametersHaveDeclaredShapes(final double width) {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork network = new ColorizationNetwork(width);
			network.initialize(manager, Map.of());
			final Map<String, Shape> shapes = ColorizationNetwork.shapes(width);
			network.stateDict().forEach(
					(name, parameter) -> assertEquals(shapes.get(name), parameter.getArray().getShape(), name));
		}
	}

	@ParameterizedTest
	@CsvSource({"1, 8, 8", "1, 8, 40", "2, 64, 48", "3, 16, 24", "1, 256, 256"})
	void outputIsQuarterOfInputSize(final int batch, final int height, final int width) throws IOException {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork network = NetworkFixture.network(manager);
			final Shape expected = new Shape(batch, ColorBins.COUNT, height / 4, width / 4);
			assertEquals(expected, network.getOutputShapes(new Shape[] {new Shape(batch, 1, height, width)})[0]);
			final NDArray logits = network.predict(NetworkFixture.lightness(manager, batch, height, width, 1));
			assertEquals(expected, logits.getShape());
			assertTrue(logits.isNaN().none().getBoolean());
		}
	}

	@ParameterizedTest
	@ValueSource(doubles = {0, -1, 2.1, Double.NaN})
	void rejectsWidthOutOfRange(final double width) {
		final Exception e = assertThrows(IllegalArgumentException.class, () -> new ColorizationNetwork(width));
		assertTrue(e.getMessage().contains("above 0 and at most 2"), e.getMessage());
	}

	@Test
	void rejectsValuesOfOtherWidth() throws IOException {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final Map<String, NDArray> values = NetworkFixture.tensors(manager);
			final Exception e = assertThrows(IllegalArgumentException.class,
					() -> new ColorizationNetwork(1 / 8.0).initialize(manager, values));
			assertTrue(e.getMessage().contains("model1.0.weight") && e.getMessage().contains("(8, 1, 3, 3)")
					&& e.getMessage().contains("(4, 1, 3, 3)"), e.getMessage());
		}
	}

	@Test
	void batchEqualsSingleImages() throws IOException {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork network = NetworkFixture.network(manager);
			final NDArray images = NetworkFixture.lightness(manager, 3, 40, 32, 2);
			final NDArray together = network.predict(images);
			for (int n = 0; n < 3; n++) {
				final float[] alone = network.predict(images.get(n + ":" + (n + 1))).toFloatArray();
				final double difference = NetworkFixture.maxDifference(alone, together.get(n).toFloatArray());
				assertTrue(difference < TOLERANCE_BETWEEN_RUNS, "largest difference " + difference);
			}
		}
	}

	@Test
	void predictionsLeakNoArrays() throws IOException {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork network = NetworkFixture.network(manager);
			final Map<String, Integer> before = new HashMap<>();
			final NDManager owner = network.stateDict().get("model8.0.weight").getArray().getManager();
			for (int i = 0; i < 51; i++) {
				try (NDManager scratch = manager.newSubManager()) {
					assertEquals(4, network.predict(NetworkFixture.lightness(scratch, 1, 16, 16, i)).getShape()
							.dimension());
				}
				final Map<String, Integer> now = Map.of("base", manager.getManagedArrays().size(), "parameters",
						owner.getManagedArrays().size(), "above", manager.getParentManager().getManagedArrays().size());
				if (i == 0) {
					before.putAll(now);
				}
				assertEquals(before, now, "after prediction " + (i + 1));
			}
		}
	}

	@Test
	void rejectsTraining() throws IOException {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork network = NetworkFixture.network(manager);
			final NDList x = new NDList(NetworkFixture.lightness(manager, 1, 16, 16, 1));
			assertThrows(UnsupportedOperationException.class,
					() -> network.forward(new ParameterStore(manager, false), x, true));
		}
	}

	/** Runs in a new JVM, because PyTorch sets its number of threads once per process. */
	static final class PredictToFile {

		private PredictToFile() {
		}

		/**
		 * Predicts one image.
		 *
		 * @param args the file to write the logits to
		 */
		public static void main(final String[] args) throws IOException {
			try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
				final NDArray logits = NetworkFixture.network(manager)
						.predict(NetworkFixture.lightness(manager, 1, 128, 128, 3));
				final ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * (int) logits.size());
				bytes.asFloatBuffer().put(logits.toFloatArray());
				Files.write(Path.of(args[0]), bytes.array());
			}
		}
	}

	@Slow
	@Test
	void resultDoesNotDependOnThreads(@TempDir final Path folder) throws IOException, InterruptedException {
		final List<float[]> logits = new ArrayList<>();
		final List<Process> processes = new ArrayList<>();
		for (int threads = 1; threads <= 2; threads++) {
			processes.add(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-Xmx512m", "-Dai.djl.pytorch.num_threads=" + threads, "-cp", System.getProperty("java.class.path"),
					PredictToFile.class.getName(), folder.resolve(threads + ".logits").toString())
					.redirectErrorStream(true).redirectOutput(new File(folder.toFile(), threads + ".log")).start());
		}
		for (int threads = 1; threads <= 2; threads++) {
			final Process process = processes.get(threads - 1);
			assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), "the JVM with " + threads + " threads hangs");
			final String log = Files.readString(folder.resolve(threads + ".log"));
			assertEquals(0, process.exitValue(), log);
			assertFalse(log.contains("NNPACK"), log);
			final ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(threads + ".logits")));
			final float[] values = new float[bytes.capacity() / Float.BYTES];
			bytes.asFloatBuffer().get(values);
			logits.add(values);
		}
		assertEquals(ColorBins.COUNT * 32 * 32, logits.get(0).length);
		assertArrayEquals(logits.get(0), logits.get(1), (float) TOLERANCE_BETWEEN_RUNS);
	}
}
