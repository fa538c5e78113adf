/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.gpu;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.imageio.ImageIO;

import sc.fiji.colorize.cli.FijiColorize;

/** Runs the command line in new processes on the device, on the CPU, and with CUDA hidden, and compares the results. */
record CommandLineCheck(CheckTable table, Path folder, String model) {

	/** Largest difference of 8-bit values between the devices. */
	private static final int PIXEL_LIMIT = 8;

	/** The exit code of a process and its lines on standard error. */
	private record Run(int exit, List<String> errors) {
	}

	/** Colorizes the sample on the command line, with CUDA hidden or not. */
	private Run colorize(final boolean hidden, final String device, final Path output)
			throws IOException, InterruptedException {
		final Path errors = folder.resolve("errors.txt");
		final ProcessBuilder builder = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"),
				"--enable-native-access=ALL-UNNAMED", "-Djava.awt.headless=true", "-cp",
				System.getProperty("java.class.path"), FijiColorize.class.getName(), "colorize", GpuCheck.SAMPLE, "-o",
				output.toString(), "--model", model, "--device", device)
						.redirectError(errors.toFile()).redirectOutput(ProcessBuilder.Redirect.DISCARD);
		builder.environment().put("TORCH_CPP_LOG_LEVEL", "ERROR");
		if (hidden) {
			builder.environment().put("CUDA_VISIBLE_DEVICES", "-1");
		}
		final int exit = builder.start().waitFor();
		// Ignore warnings of PyTorch, which start with [W.
		return new Run(exit, Files.readAllLines(errors).stream().filter(line -> !line.startsWith("[W")).toList());
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

	void run(final String device, final boolean isGpu) throws IOException, InterruptedException {
		final Path cpu = folder.resolve("cpu.png");
		final Path automatic = folder.resolve("auto.png");
		final Path hidden = folder.resolve("hidden.png");
		final Run onCpu = colorize(false, "cpu", cpu);
		if (onCpu.exit() != 0) {
			table.require("colorize --device cpu", false, onCpu.toString(), "exit code 0");
			return;
		}
		final Run onDevice = colorize(false, device, automatic);
		final boolean same = onDevice.exit() == 0 && largestDifference(cpu, automatic) <= PIXEL_LIMIT;
		table.require("colorize --device " + device, same && onDevice.errors().isEmpty(),
				onDevice.exit() == 0 ? largestDifference(cpu, automatic) + " of 255 from the CPU's"
						: onDevice.toString(),
				"at most " + PIXEL_LIMIT);
		// Only a CUDA build reports that it falls back to the CPU.
		final int sentences = isGpu ? 1 : 0;
		final Run withoutGpu = colorize(true, "auto", hidden);
		table.require("colorize when CUDA is broken",
				withoutGpu.exit() == 0 && withoutGpu.errors().size() == sentences && largestDifference(cpu, hidden) == 0,
				"exit " + withoutGpu.exit() + ", " + withoutGpu.errors(),
				"the CPU's picture, " + sentences + " sentence(s)");
		final Run refused = colorize(true, "gpu", folder.resolve("none.png"));
		table.require("colorize --device gpu then", refused.exit() == 2 && refused.errors().size() == 1
				&& refused.errors().get(0).startsWith("There is no device 'gpu' that works ("),
				"exit " + refused.exit() + ", " + refused.errors(), "exit 2, 1 sentence");
	}
}
