/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.gpu;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Limits the address space of this process on Linux, so that it runs out of native memory. The JVM should do nothing else.
 */
final class AddressSpace implements Closeable {

	private static final Path STATUS = Path.of("/proc/self/status");
	private static final String SIZE = "VmSize:";
	private static final int KIBI = 1024;

	/** Waits for the end of its input and removes the limit. A process at its limit may be unable to start one. */
	private final Process remover;

	/** Limits the address space to the current size plus a number of bytes, until closed. */
	AddressSpace(final long bytes) throws IOException {
		remover = new ProcessBuilder("sh", "-c", "read line; exec prlimit --pid $0 --as=unlimited:", pid()).start();
		final String line = Files.readAllLines(STATUS).stream().filter(l -> l.startsWith(SIZE)).findFirst().orElseThrow();
		final long limit = KIBI * Long.parseLong(line.replaceAll("\\D", "")) + bytes;
		// The colon sets only the soft limit, which can be raised again.
		if (prlimit("--pid", pid(), "--as=" + limit + ":") != 0) {
			throw new IOException("prlimit cannot set the limit " + limit);
		}
	}

	private static String pid() {
		return String.valueOf(ProcessHandle.current().pid());
	}

	/** Whether this computer supports the limit. */
	static boolean canBeLimited() {
		try {
			return Files.exists(STATUS) && prlimit("--version") == 0;
		}
		catch (final IOException e) {
			return false;
		}
	}

	private static int prlimit(final String... words) throws IOException {
		final List<String> command = new ArrayList<>(List.of(words));
		command.add(0, "prlimit");
		try {
			return new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
					.redirectError(ProcessBuilder.Redirect.DISCARD).start().waitFor();
		}
		catch (final InterruptedException e) {
			throw new IOException("interrupted", e);
		}
	}

	@Override
	public void close() throws IOException {
		remover.getOutputStream().close();
		try {
			if (remover.waitFor() != 0) {
				throw new IOException("prlimit cannot remove the limit");
			}
		}
		catch (final InterruptedException e) {
			throw new IOException("interrupted", e);
		}
	}
}
