/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.torch.TorchEngine;

/** Rehearses the GPU check on the CPU. */
@Slow
class GpuCheckTest {

	@TempDir
	private Path folder;

	private int check(final Path output, final String... words) throws IOException, InterruptedException {
		// In a new process, because it limits the memory of its process.
		final List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java"),
				"-Xmx1200m", "-Djava.awt.headless=true", "-Dai.djl.pytorch.num_threads=1", "-cp",
				System.getProperty("java.class.path"), GpuCheck.class.getName()));
		command.addAll(List.of(words));
		return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start().waitFor();
	}

	@Test
	void rehearsalOnCpuPasses() throws IOException, InterruptedException {
		final Path output = folder.resolve("output.txt");
		final Path json = folder.resolve("check.json");
		final int exit = check(output, "--device", "cpu", "--quick", "--json", json.toString());
		assertEquals(0, exit, () -> read(output));
		assertTrue(lastLine(output).matches("PASSED: .* \\d+ checks .*cpu\\(\\).*\\."), lastLine(output));
		final JsonObject table = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
		assertTrue(table.get("passed").getAsBoolean());
		assertEquals("cpu()", table.get("device").getAsString());
		final List<String> checked = new ArrayList<>();
		for (final JsonElement row : table.getAsJsonArray("rows")) {
			if (!row.getAsJsonObject().get("outcome").getAsString().isEmpty()) {
				assertEquals("ok", row.getAsJsonObject().get("outcome").getAsString(), row.toString());
				checked.add(row.getAsJsonObject().get("check").getAsString());
			}
		}
		final List<String> expected = new ArrayList<>(List.of("forward against the CPU, ab", "training step, float32",
				"training step, bfloat16"));
		expected.addAll(List.of("colorize --device cpu", "colorize when CUDA is broken", "colorize --device gpu then"));
		if (AddressSpace.canBeLimited()) {
			expected.addAll(List.of("memory runs out, fewer at once", "memory runs out, then a sentence"));
		}
		assertEquals(expected, checked);
	}

	@Test
	void reportsMissingGpuWithOwnExitCode() throws IOException, InterruptedException {
		assumeFalse(TorchEngine.get().hasCapability("CUDA"), "there is a GPU");
		final Path output = folder.resolve("output.txt");
		assertEquals(GpuCheck.NO_GPU, check(output));
		final List<String> lines = Files.readAllLines(output);
		assertEquals(1, lines.size(), lines.toString());
		assertTrue(lines.get(0).matches("NO GPU: .*PYTORCH_LIBRARY_PATH.*--device cpu.*"), lines.get(0));
	}

	@Test
	void failsIfRequestedGpuIsMissing() throws IOException, InterruptedException {
		final Path output = folder.resolve("output.txt");
		assertEquals(GpuCheck.FAILED, check(output, "--device", "gpu:99"));
		final String said = read(output);
		assertTrue(said.matches("FAILED: [^\\n]*'gpu:99'[^\\n]*\\n"), said);
		assertFalse(said.contains("Exception"), said);
	}

	/** The script reports a crash of the native library. */
	@Test
	void failsIfJavaCrashes() throws IOException, InterruptedException {
		final Path script = Path.of("scripts/gpu-check");
		assumeTrue(Files.isExecutable(script) && Files.isExecutable(Path.of("/bin/bash")), "there is no shell");
		final Path project = Files.createDirectories(folder.resolve("project/target/gpu-check")).getParent().getParent();
		Files.createDirectories(project.resolve("target/classes"));
		final Path copy = Files.createDirectories(project.resolve("scripts")).resolve("gpu-check");
		Files.copy(script, copy);
		final Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
		Files.writeString(java, "#!/bin/bash\nkill -ABRT $$\n");
		Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
		final Path output = folder.resolve("output.txt");
		final ProcessBuilder check = new ProcessBuilder(copy.toString()).redirectErrorStream(true)
				.redirectOutput(output.toFile());
		check.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
		assertEquals(GpuCheck.FAILED, check.start().waitFor());
		assertTrue(lastLine(output).matches("FAILED: .* 134 .*\\."), lastLine(output));
	}

	private static String lastLine(final Path file) {
		return read(file).strip().replaceFirst("(?s).*\\R", "");
	}

	private static String read(final Path file) {
		try {
			return Files.readString(file);
		}
		catch (final IOException e) {
			return e.toString();
		}
	}
}
