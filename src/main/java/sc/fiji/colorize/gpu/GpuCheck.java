/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.gpu;

import java.awt.image.Raster;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.LibUtils;
import net.imglib2.img.array.ArrayImgs;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import sc.fiji.colorize.DecodeOptions;
import sc.fiji.colorize.OpenOptions;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.model.OpenModel;
import sc.fiji.colorize.network.BatchPrediction;
import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.network.Precision;
import sc.fiji.colorize.ops.AnnealedMean;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.torch.TorchEngine;
import sc.fiji.colorize.train.TrialTraining;

/**
 * Compares the results of a GPU with those of the CPU and measures its speed. {@code scripts/gpu-check} starts it in the
 * project folder; {@code --device cpu} rehearses all checks without CUDA.
 */
@Command(name = "gpu-check", mixinStandardHelpOptions = true, sortOptions = false,
		description = "Compares the results of a GPU with those of the CPU and measures its speed.",
		footer = {"", "The last line is PASSED, FAILED or NO GPU, with a reason.",
				"Exit codes: 0 all checks passed, 1 a check failed, 2 wrong usage, 77 there is no GPU."})
public final class GpuCheck implements Callable<Integer> {

	static final int FAILED = 1;
	static final int NO_GPU = 77;

	/** Largest difference in ab units: invisible, but more than the rounding errors of a GPU. */
	private static final double AB_LIMIT = 2;
	private static final double TEMPERATURE = DecodeOptions.defaults().temperature();
	/** Batch size of the out-of-memory check. */
	private static final int BATCH = 64;
	/** Floats per pixel in the widest layers of the network and in the logits. */
	private static final double FLOATS_PER_PIXEL = 3 * 64;
	private static final double LOGITS_PER_PIXEL = 313 / 16.0;
	static final String SAMPLE = "docs/images/sample-landscape.jpg";

	@Option(names = "--device", paramLabel = "DEVICE",
			description = "auto, gpu, gpu:N, or cpu for a rehearsal without a GPU. Default: ${DEFAULT-VALUE}.")
	private String word = OpenOptions.defaults().device();

	@Option(names = "--json", paramLabel = "FILE", description = "Also write the table as JSON. Default: do not.")
	private Path json;

	@Option(names = "--model", paramLabel = "MODEL", defaultValue = ModelFile.DEFAULT,
			description = "The model to check with: a name or a model zip. Default: ${DEFAULT-VALUE}.")
	private String model;

	@Option(names = "--quick", description = "Check with small pictures. Default: do not.")
	private boolean quick;

	private final CheckTable table = new CheckTable();
	private final List<String> messages = new ArrayList<>();
	private Device device;
	private double width;
	private int size;
	private Path folder;
	private Raster sample;

	private GpuCheck() {
	}

	/**
	 * Runs the checks.
	 *
	 * @param arguments see {@code --help}
	 */
	public static void main(final String[] arguments) {
		System.exit(new CommandLine(new GpuCheck()).execute(arguments));
	}

	@Override
	public Integer call() throws IOException, InterruptedException {
		try {
			device = TorchEngine.device(word, messages::add);
		}
		catch (final IllegalArgumentException | IllegalStateException e) {
			return verdict(FAILED, e.getMessage());
		}
		if (!device.isGpu() && !word.equals("cpu")) {
			if (messages.isEmpty()) {
				return verdict(NO_GPU, "This PyTorch library supports only the CPU: set PYTORCH_LIBRARY_PATH to the folder"
						+ " of a CUDA build, or rehearse with --device cpu.");
			}
			// With an NVIDIA driver and a CUDA build, a failure is an error.
			return verdict(Files.exists(Path.of("/proc/driver/nvidia/version")) ? FAILED : NO_GPU, messages.get(0));
		}
		size = quick ? 64 : 256;
		folder = Files.createTempDirectory("gpu-check");
		try {
			sample = ImageIO.read(new File(SAMPLE)).getRaster();
			try (OpenModel onCpu = ModelFile.open(model, Device.cpu());
					OpenModel onDevice = ModelFile.open(model, device)) {
				width = onCpu.card().width();
				describe();
				forward(onCpu, onDevice);
				speed(onDevice);
			}
			training(false);
			training(true);
			new CommandLineCheck(table, folder, model).run(word, device.isGpu());
			// Last, because PyTorch keeps the memory of the GPU afterwards.
			outOfMemory();
		}
		catch (final IOException | RuntimeException e) {
			table.require("the check itself", false, String.valueOf(e).split("\\R", 2)[0], "no exception");
		}
		finally {
			try (Stream<Path> files = Files.list(folder)) {
				files.map(Path::toFile).forEach(File::delete);
			}
			Files.delete(folder);
		}
		table.print();
		if (json != null) {
			table.write(json, device.toString(), quick);
		}
		final List<String> failed = table.failed();
		return failed.isEmpty() ? verdict(0, "All " + table.count() + " checks passed on " + device + ".")
				: verdict(FAILED, failed.size() + " of " + table.count() + " checks failed on " + device + ": "
						+ String.join("; ", failed) + ".");
	}

	/** Prints the last line, which scripts read. */
	private static int verdict(final int exit, final String reason) {
		System.out.println((exit == 0 ? "PASSED" : exit == NO_GPU ? "NO GPU" : "FAILED") + ": " + reason);
		return exit;
	}

	// -- The checks --

	private void describe() throws IOException, InterruptedException {
		table.report("device", "%s", device);
		if (device.isGpu()) {
			try {
				final Process process = new ProcessBuilder("nvidia-smi", "--format=csv,noheader",
						"--query-gpu=name,memory.total,driver_version", "--id=" + device.getDeviceId())
								.redirectErrorStream(true).start();
				final String name = new String(process.getInputStream().readAllBytes()).strip();
				table.report("GPU", "%s", process.waitFor() == 0 ? name : "unknown (nvidia-smi fails)");
			}
			catch (final IOException e) {
				table.report("GPU", "unknown (there is no nvidia-smi)");
			}
		}
		table.report("PyTorch", "%s in %s", TorchEngine.get().getVersion(), LibUtils.getLibtorchPath());
		table.report("network", "width %s, %d x %d pixels", width == 1 ? "1" : String.valueOf(width), size, size);
	}

	/** Crops of the sample photo, which is repeated periodically. */
	private float[][] pictures(final int count, final int side) {
		final float[][] pictures = new float[count][side * side];
		for (int i = 0; i < count; i++) {
			for (int p = 0; p < side * side; p++) {
				pictures[i][p] = sample.getSample((5 * i + p % side) % sample.getWidth(),
						(3 * i + p / side) % sample.getHeight(), 0) / 2.55f;
			}
		}
		return pictures;
	}

	private BatchPrediction prediction(final OpenModel opened) {
		return new BatchPrediction(opened.network(), opened.manager(), Precision.FLOAT32, messages::add);
	}

	private static float[] ab(final float[] logits, final int side) {
		final int cells = side / ColorizationNetwork.OUTPUT_STRIDE;
		final float[] ab = new float[2 * cells * cells];
		AnnealedMean.annealedMean(ArrayImgs.floats(logits, cells, cells, ColorBins.COUNT), TEMPERATURE,
				ArrayImgs.floats(ab, cells, cells, 2));
		return ab;
	}

	private static double largestDifference(final float[] a, final float[] b) {
		return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i]))
				.map(d -> Double.isNaN(d) ? Double.POSITIVE_INFINITY : d).max().orElseThrow();
	}

	private void forward(final OpenModel onCpu, final OpenModel onDevice) {
		final float[][] pictures = pictures(4, size);
		double logits = 0;
		double ab = 0;
		double chroma = 0;
		try (BatchPrediction reference = prediction(onCpu); BatchPrediction checked = prediction(onDevice)) {
			final float[][] expected = reference.predict(pictures, size, size, 1);
			final float[][] actual = checked.predict(pictures, size, size, 1);
			for (int i = 0; i < pictures.length; i++) {
				logits = Math.max(logits, largestDifference(expected[i], actual[i]));
				final float[] colors = ab(expected[i], size);
				ab = Math.max(ab, largestDifference(colors, ab(actual[i], size)));
				chroma = Math.max(chroma, largestDifference(colors, new float[colors.length]));
			}
		}
		table.report("forward against the CPU, logits", "%.2g at most", logits);
		table.require("forward against the CPU, ab", ab <= AB_LIMIT && chroma > 1,
				String.format(Locale.ROOT, "%.2g at most, of %.0f", ab, chroma), "at most " + AB_LIMIT);
	}

	private void speed(final OpenModel onDevice) {
		for (final int count : new int[] {1, 8, 64}) {
			final float[][] pictures = pictures(count, size);
			try (BatchPrediction checked = prediction(onDevice)) {
				// On the CPU a batch of 64 is slow.
				final int rounds = device.isGpu() ? 7 : count > 8 ? 1 : 3;
				float[][] logits = checked.predict(pictures, size, size, 1);
				final double[] forward = new double[rounds];
				final double[] decode = new double[rounds];
				for (int round = 0; round < rounds; round++) {
					final long start = System.nanoTime();
					logits = checked.predict(pictures, size, size, 1);
					final long middle = System.nanoTime();
					for (final float[] one : logits) {
						ab(one, size);
					}
					forward[round] = (middle - start) / 1e9;
					decode[round] = (System.nanoTime() - middle) / 1e9;
				}
				Arrays.sort(forward);
				Arrays.sort(decode);
				final double network = forward[rounds / 2];
				final double colors = decode[rounds / 2];
				table.report("batch " + count, "%.1f images/s, decoding takes %.0f %% of the time",
						count / (network + colors), 100 * colors / (network + colors));
			}
		}
	}

	private void training(final boolean mixed) {
		final String check = "training step, " + (mixed ? "bfloat16" : "float32");
		final String limit = "loss falls";
		try {
			final TrialTraining.Steps steps = quick ? TrialTraining.run(device, width, mixed, 32, 4, 6)
					: TrialTraining.run(device, width, mixed, 176, device.isGpu() ? 32 : 4, device.isGpu() ? 12 : 4);
			table.require(check, steps.last() < steps.first(), String.format(Locale.ROOT, "%.3f s, loss %.4f to %.4f",
					steps.seconds(), steps.first(), steps.last()), limit);
		}
		catch (final IllegalStateException | EngineException e) {
			table.require(check, false, String.valueOf(e.getMessage()).split("\\R", 2)[0], limit);
		}
	}

	// -- Out of memory --

	/** Bytes that a batch needs at least; on the CPU its images run one by one. */
	private long need(final int count, final int side) {
		final int together = device.isGpu() ? count : 1;
		return (long) (Float.BYTES * Math.max(FLOATS_PER_PIXEL * width * together, LOGITS_PER_PIXEL * count) * side * side);
	}

	/** Occupies the memory of the device, except a number of bytes, until the result is closed. */
	private Closeable leaving(final long bytes) throws IOException {
		if (!device.isGpu()) {
			return new AddressSpace(bytes);
		}
		final NDManager ballast = TorchEngine.newManager(device);
		final List<NDArray> taken = new ArrayList<>();
		// Allocate smaller and smaller pieces until nothing is left.
		for (long piece = Math.max(bytes / 4, 1 << 26); piece >= 1 << 22; piece /= 4) {
			try {
				while (true) {
					taken.add(ballast.create(new Shape(piece), DataType.UINT8));
				}
			}
			catch (final EngineException e) {
				if (!TorchEngine.isOutOfMemory(e)) {
					throw e;
				}
			}
		}
		long left = bytes;
		for (int i = 0; i < taken.size() && left > 0; i++) {
			left -= taken.get(i).size();
			taken.get(i).close();
		}
		return ballast::close;
	}

	private void outOfMemory() throws IOException {
		if (!device.isGpu() && !AddressSpace.canBeLimited()) {
			table.report("memory runs out", "skipped: needs Linux and prlimit");
			return;
		}
		final String fewer = "memory runs out, fewer at once";
		final String limit = "at most " + AB_LIMIT;
		final int side = quick ? 128 : 256;
		final float[][] pictures = pictures(BATCH, side);
		try (OpenModel opened = ModelFile.open(model, device); BatchPrediction checked = prediction(opened)) {
			// One by one, because memory that a batch has freed could serve the next one.
			final float[][] expected = Arrays.stream(pictures)
					.map(picture -> ab(checked.predict(new float[][] {picture}, side, side, 1)[0], side))
					.toArray(float[][]::new);
			messages.clear();
			double difference = 0;
			try (Closeable shortage = leaving(need(BATCH, side) / 4)) {
				final float[][] actual = checked.predict(pictures, side, side, 1);
				for (int i = 0; i < BATCH; i++) {
					difference = Math.max(difference, largestDifference(expected[i], ab(actual[i], side)));
				}
			}
			catch (final IllegalStateException e) {
				table.require(fewer, false, e.getMessage(), limit);
				return;
			}
			final String tries = messages.stream().map(sentence -> sentence.replaceAll("\\D*(\\d+).*", "$1"))
					.reduce((a, b) -> a + ", " + b).orElse("none") + " at once too many";
			table.require(fewer, !messages.isEmpty() && difference <= AB_LIMIT,
					String.format(Locale.ROOT, "%s, ab %.2g", tries, difference), limit);
			messages.clear();
			if (device.isGpu()) {
				tooLargeForTheGpu(checked);
			}
			else {
				tooLargeForTheCpu(checked);
			}
		}
	}

	private void tooLargeForTheGpu(final BatchPrediction checked) throws IOException {
		final int side = 1024;
		final float[][] picture = pictures(1, side);
		final float[] expected = ab(checked.predict(picture, side, side, 1)[0], side);
		messages.clear();
		final float[] actual;
		try (Closeable shortage = leaving(0)) {
			actual = ab(checked.predict(picture, side, side, 1)[0], side);
		}
		final double difference = largestDifference(expected, actual);
		table.require("memory runs out, then the CPU", messages.size() == 1 && difference <= AB_LIMIT,
				String.format(Locale.ROOT, "%d sentence(s), ab %.2g", messages.size(), difference),
				"1 sentence, at most " + AB_LIMIT);
	}

	private void tooLargeForTheCpu(final BatchPrediction checked) throws IOException {
		final int side = 2048;
		String sentence = "no failure";
		try (Closeable shortage = leaving(need(1, side) / 4)) {
			checked.predict(pictures(1, side), side, side, 1);
		}
		catch (final IllegalStateException e) {
			sentence = e.getMessage();
		}
		table.require("memory runs out, then a sentence", sentence.startsWith("The memory is not enough for the network on"),
				"'" + sentence + "'", "a sentence");
	}
}
