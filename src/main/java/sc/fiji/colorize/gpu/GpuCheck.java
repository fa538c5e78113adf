/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.gpu;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import com.google.gson.GsonBuilder;
import net.imglib2.img.array.ArrayImgs;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.cli.FijiColorize;
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
 * Compares everything that runs on a GPU with the CPU of the same computer, and times it. {@code scripts/gpu-check} starts
 * it, in the project's folder; {@code --device cpu} runs all of it but CUDA itself.
 */
@Command(name = "gpu-check", mixinStandardHelpOptions = true, sortOptions = false,
		description = "Checks and times what runs on a GPU, beside the CPU.",
		footer = {"", "The last line is the verdict, PASSED, FAILED or NO GPU, with a reason.",
				"Exit codes: 0 all checks passed, 1 one failed, 2 wrong usage, 77 there is no GPU to check."})
public final class GpuCheck implements Callable<Integer> {

	static final int FAILED = 1;
	static final int NO_GPU = 77;

	/** ab units; too little to see, and more than the rounding of a GPU's convolutions changes. */
	private static final double AB_LIMIT = 2;
	/** The same in a picture, of 255. */
	private static final int PIXEL_LIMIT = 8;
	private static final double TEMPERATURE = ColorizeOptions.defaults().temperature();
	/** Images at once, to make the memory run out. */
	private static final int BATCH = 64;
	/** Floats that the widest layers of the network take for a pixel, and floats of the logits. */
	private static final double FLOATS_PER_PIXEL = 3 * 64;
	private static final double LOGITS_PER_PIXEL = 313 / 16.0;
	private static final String BAD = "FAILED";
	private static final String SAMPLE = "docs/images/sample-landscape.jpg";

	@Option(names = "--device", paramLabel = "DEVICE", defaultValue = "auto",
			description = "auto, gpu, gpu:N, or cpu for a rehearsal without a GPU. Default: ${DEFAULT-VALUE}.")
	private String word;

	@Option(names = "--json", paramLabel = "FILE", description = "Also write the table as JSON. Default: do not.")
	private Path json;

	@Option(names = "--model", paramLabel = "MODEL", defaultValue = ModelFile.DEFAULT,
			description = "The model to check with: a name or a model zip. Default: ${DEFAULT-VALUE}.")
	private String model;

	@Option(names = "--quick", description = "Check with small pictures. Default: do not.")
	private boolean quick;

	/** A line of the table. */
	private record Row(String check, String value, String limit, String outcome) {
	}

	private final List<Row> rows = new ArrayList<>();
	private final List<String> told = new ArrayList<>();
	private boolean failed;
	private Device device;
	private double width;
	private int size;
	private Path folder;
	private Raster sample;

	private GpuCheck() {
	}

	/**
	 * Runs.
	 *
	 * @param arguments see the help
	 */
	public static void main(final String[] arguments) {
		System.exit(new CommandLine(new GpuCheck()).execute(arguments));
	}

	@Override
	public Integer call() throws IOException, InterruptedException {
		try {
			device = TorchEngine.device(word, told::add);
		}
		catch (final IllegalArgumentException | IllegalStateException e) {
			return verdict(FAILED, e.getMessage());
		}
		if (!device.isGpu() && !word.equals("cpu")) {
			if (told.isEmpty()) {
				return verdict(NO_GPU, "This PyTorch library is for the CPU alone: let PYTORCH_LIBRARY_PATH name the folder"
						+ " of one for CUDA, or rehearse with --device cpu.");
			}
			// With an NVIDIA driver and a library for CUDA, something is broken.
			return verdict(Files.exists(Path.of("/proc/driver/nvidia/version")) ? FAILED : NO_GPU, told.get(0));
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
			commandLine();
			// Last, because PyTorch keeps the memory of the GPU for this process afterwards.
			outOfMemory();
		}
		catch (final IOException | RuntimeException e) {
			require("the check itself", false, String.valueOf(e).split("\\R", 2)[0], "no exception");
		}
		finally {
			try (Stream<Path> files = Files.list(folder)) {
				files.map(Path::toFile).forEach(File::delete);
			}
			Files.delete(folder);
		}
		print();
		final List<String> checks = rows.stream().filter(row -> !row.outcome().isEmpty()).map(Row::check).toList();
		final List<String> bad = rows.stream().filter(row -> row.outcome().equals(BAD)).map(Row::check).toList();
		return bad.isEmpty() ? verdict(0, "All " + checks.size() + " checks are good on " + device + ".")
				: verdict(FAILED, bad.size() + " of " + checks.size() + " checks failed on " + device + ": "
						+ String.join("; ", bad) + ".");
	}

	/** Prints the last line, which scripts look for. */
	private static int verdict(final int exit, final String reason) {
		System.out.println((exit == 0 ? "PASSED" : exit == NO_GPU ? "NO GPU" : "FAILED") + ": " + reason);
		return exit;
	}

	// -- The table --

	private void report(final String check, final String format, final Object... values) {
		add(new Row(check, String.format(Locale.ROOT, format, values), "", ""));
	}

	private void require(final String check, final boolean good, final String value, final String limit) {
		failed |= !good;
		add(new Row(check, value, limit, good ? "ok" : BAD));
	}

	private void add(final Row row) {
		rows.add(row);
		System.err.println(row.check() + ": " + row.value() + (row.outcome().isEmpty() ? "" : ", " + row.outcome()));
	}

	private void print() throws IOException {
		final int[] widths = {0, 0, 0};
		for (final Row row : rows) {
			widths[0] = Math.max(widths[0], row.check().length());
			widths[1] = Math.max(widths[1], row.value().length());
			widths[2] = Math.max(widths[2], row.limit().length());
		}
		for (final Row row : rows) {
			System.out.println(String.format(Locale.ROOT,
					"%-" + widths[0] + "s  %-" + widths[1] + "s  %-" + (widths[2] + 1) + "s %s", row.check(),
					row.value(), row.limit(), row.outcome()).stripTrailing());
		}
		if (json != null) {
			final Map<String, Object> all = new LinkedHashMap<>();
			all.put("device", device.toString());
			all.put("quick", quick);
			all.put("passed", !failed);
			all.put("rows", rows);
			Files.writeString(json, new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(all) + "\n");
		}
	}

	// -- The checks --

	private void describe() throws IOException, InterruptedException {
		report("device", "%s", device);
		if (device.isGpu()) {
			try {
				final Process process = new ProcessBuilder("nvidia-smi", "--format=csv,noheader",
						"--query-gpu=name,memory.total,driver_version", "--id=" + device.getDeviceId())
								.redirectErrorStream(true).start();
				final String name = new String(process.getInputStream().readAllBytes()).strip();
				report("GPU", "%s", process.waitFor() == 0 ? name : "unknown (nvidia-smi fails)");
			}
			catch (final IOException e) {
				report("GPU", "unknown (there is no nvidia-smi)");
			}
		}
		report("PyTorch", "%s in %s", TorchEngine.get().getVersion(), LibUtils.getLibtorchPath());
		report("network", "width %s, %d x %d pixels", width == 1 ? "1" : String.valueOf(width), size, size);
	}

	/** Parts of the sample photo, which repeats. */
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
		return new BatchPrediction(opened.network(), opened.manager(), Precision.FLOAT32, told::add);
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
		report("forward against the CPU, logits", "%.2g at most", logits);
		require("forward against the CPU, ab", ab <= AB_LIMIT && chroma > 1,
				String.format(Locale.ROOT, "%.2g at most, of %.0f", ab, chroma), "at most " + AB_LIMIT);
	}

	private void speed(final OpenModel onDevice) {
		for (final int count : new int[] {1, 8, 64}) {
			final float[][] pictures = pictures(count, size);
			try (BatchPrediction checked = prediction(onDevice)) {
				// On the CPU a batch of 64 takes long and shows nothing new.
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
				report("batch " + count, "%.1f images/s, decoding takes %.0f %% of the time", count / (network + colors),
						100 * colors / (network + colors));
			}
		}
	}

	private void training(final boolean mixed) {
		final String check = "training step, " + (mixed ? "bfloat16" : "float32");
		final String limit = "loss falls";
		try {
			final TrialTraining.Steps steps = quick ? TrialTraining.run(device, width, mixed, 32, 4, 6)
					: TrialTraining.run(device, width, mixed, 176, device.isGpu() ? 32 : 4, device.isGpu() ? 12 : 4);
			require(check, steps.last() < steps.first(), String.format(Locale.ROOT, "%.3f s, loss %.4f to %.4f",
					steps.seconds(), steps.first(), steps.last()), limit);
		}
		catch (final IllegalStateException | EngineException e) {
			require(check, false, String.valueOf(e.getMessage()).split("\\R", 2)[0], limit);
		}
	}

	// -- Memory that really runs out --

	/** Bytes that a batch needs at least; on the CPU its images go through the network one by one. */
	private long need(final int count, final int side) {
		final int together = device.isGpu() ? count : 1;
		return (long) (Float.BYTES * Math.max(FLOATS_PER_PIXEL * width * together, LOGITS_PER_PIXEL * count) * side * side);
	}

	/** Holds the memory of the device, until closed. */
	private interface Shortage extends AutoCloseable {

		@Override
		void close() throws IOException;
	}

	private Shortage leaving(final long bytes) throws IOException {
		if (!device.isGpu()) {
			return new AddressSpace(bytes)::close;
		}
		final NDManager ballast = TorchEngine.newManager(device);
		final List<NDArray> taken = new ArrayList<>();
		// In ever smaller pieces, until nothing is left.
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
			report("memory runs out", "skipped: needs Linux and prlimit");
			return;
		}
		final String fewer = "memory runs out, fewer at once";
		final String limit = "at most " + AB_LIMIT;
		final int side = quick ? 128 : 256;
		final float[][] pictures = pictures(BATCH, side);
		try (OpenModel opened = ModelFile.open(model, device); BatchPrediction checked = prediction(opened)) {
			final float[][] expected = Arrays.stream(checked.predict(pictures, side, side, 1))
					.map(logits -> ab(logits, side)).toArray(float[][]::new);
			told.clear();
			double difference = 0;
			try (Shortage shortage = leaving(need(BATCH, side) / 4)) {
				final float[][] actual = checked.predict(pictures, side, side, 1);
				for (int i = 0; i < BATCH; i++) {
					difference = Math.max(difference, largestDifference(expected[i], ab(actual[i], side)));
				}
			}
			catch (final IllegalStateException e) {
				require(fewer, false, e.getMessage(), limit);
				return;
			}
			final String tries = told.stream().map(sentence -> sentence.replaceAll("\\D*(\\d+).*", "$1"))
					.reduce((a, b) -> a + ", " + b).orElse("none") + " at once too many";
			require(fewer, !told.isEmpty() && difference <= AB_LIMIT,
					String.format(Locale.ROOT, "%s, ab %.2g", tries, difference), limit);
			told.clear();
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
		told.clear();
		final float[] actual;
		try (Shortage shortage = leaving(0)) {
			actual = ab(checked.predict(picture, side, side, 1)[0], side);
		}
		final double difference = largestDifference(expected, actual);
		require("memory runs out, then the CPU", told.size() == 1 && difference <= AB_LIMIT,
				String.format(Locale.ROOT, "%d sentence(s), ab %.2g", told.size(), difference),
				"1 sentence, at most " + AB_LIMIT);
	}

	private void tooLargeForTheCpu(final BatchPrediction checked) throws IOException {
		final int side = 2048;
		String sentence = "no failure";
		try (Shortage shortage = leaving(need(1, side) / 4)) {
			checked.predict(pictures(1, side), side, side, 1);
		}
		catch (final IllegalStateException e) {
			sentence = e.getMessage();
		}
		require("memory runs out, then a sentence", sentence.startsWith("The memory is not enough for the network on"),
				"'" + sentence + "'", "a sentence");
	}

	// -- The whole command line --

	private record Run(int exit, List<String> errors) {
	}

	private Run run(final boolean hidden, final String... words) throws IOException, InterruptedException {
		final List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java"),
				"--enable-native-access=ALL-UNNAMED", "-Djava.awt.headless=true", "-cp",
				System.getProperty("java.class.path"), FijiColorize.class.getName()));
		command.addAll(List.of(words));
		final Path errors = folder.resolve("errors.txt");
		final ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile())
				.redirectOutput(ProcessBuilder.Redirect.DISCARD);
		builder.environment().put("TORCH_CPP_LOG_LEVEL", "ERROR");
		if (hidden) {
			builder.environment().put("CUDA_VISIBLE_DEVICES", "-1");
		}
		final int exit = builder.start().waitFor();
		// PyTorch has warnings of its own about the processor, each beginning with [W.
		return new Run(exit, Files.readAllLines(errors).stream().filter(line -> !line.startsWith("[W")).toList());
	}

	private Run colorize(final boolean hidden, final String how, final Path output)
			throws IOException, InterruptedException {
		return run(hidden, "colorize", SAMPLE, "-o", output.toString(), "--model", model, "--device", how);
	}

	private static int largestDifference(final Path a, final Path b) throws IOException {
		final BufferedImage first = ImageIO.read(a.toFile());
		final BufferedImage second = ImageIO.read(b.toFile());
		int largest = 0;
		for (int i = 0; i < first.getWidth() * first.getHeight(); i++) {
			final int p = first.getRGB(i % first.getWidth(), i / first.getWidth());
			final int q = second.getRGB(i % first.getWidth(), i / first.getWidth());
			for (int shift = 0; shift < 24; shift += 8) {
				largest = Math.max(largest, Math.abs((p >> shift & 255) - (q >> shift & 255)));
			}
		}
		return largest;
	}

	private void commandLine() throws IOException, InterruptedException {
		final Path cpu = folder.resolve("cpu.png");
		final Path automatic = folder.resolve("auto.png");
		final Path hidden = folder.resolve("hidden.png");
		final Run onCpu = colorize(false, "cpu", cpu);
		if (onCpu.exit() != 0) {
			require("colorize --device cpu", false, onCpu.toString(), "exit code 0");
			return;
		}
		final Run onDevice = colorize(false, word, automatic);
		final boolean same = onDevice.exit() == 0 && largestDifference(cpu, automatic) <= PIXEL_LIMIT;
		require("colorize --device " + word, same && onDevice.errors().isEmpty(),
				onDevice.exit() == 0 ? largestDifference(cpu, automatic) + " of 255 from the CPU's"
						: onDevice.toString(),
				"at most " + PIXEL_LIMIT);
		// Without a GPU there is nothing to report.
		final int sentences = device.isGpu() ? 1 : 0;
		final Run withoutGpu = colorize(true, "auto", hidden);
		require("colorize when CUDA is broken",
				withoutGpu.exit() == 0 && withoutGpu.errors().size() == sentences && largestDifference(cpu, hidden) == 0,
				"exit " + withoutGpu.exit() + ", " + withoutGpu.errors(),
				"the CPU's picture, " + sentences + " sentence(s)");
		final Run refused = colorize(true, "gpu", folder.resolve("none.png"));
		require("colorize --device gpu then", refused.exit() == 2 && refused.errors().size() == 1
				&& refused.errors().get(0).startsWith("There is no device 'gpu' that works ("),
				"exit " + refused.exit() + ", " + refused.errors(), "exit 2, 1 sentence");
	}
}
