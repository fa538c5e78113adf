/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import ij.IJ;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImageJCallTest {

	private final PrintStream before = System.out;
	private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
	private final List<String> messages = new ArrayList<>();

	@BeforeEach
	void watch() {
		System.setOut(new PrintStream(terminal, true, StandardCharsets.UTF_8));
	}

	@AfterEach
	void stopWatching() {
		System.setOut(before);
	}

	@Test
	void imageJLogBecomesAMessage() throws IOException {
		final PrintStream watched = System.out;
		assertEquals(7, ImageJCall.run(() -> {
			IJ.log("\nodd overlay\nmore of it");
			return 7;
		}, messages::add));
		assertEquals(List.of("odd overlay"), messages);
		assertEquals("", terminal.toString(StandardCharsets.UTF_8));
		assertSame(watched, System.out);
	}

	@Test
	void imageJMessageIsPartOfTheFailure() {
		final IOException failure = assertThrows(IOException.class, () -> ImageJCall.run(() -> {
			IJ.handleException(new IllegalStateException("no pixels"));
			throw new IOException("ImageJ cannot read it");
		}, messages::add));
		assertEquals("ImageJ cannot read it (" + IllegalStateException.class.getName() + ": no pixels)",
				failure.getMessage());
		assertEquals("", terminal.toString(StandardCharsets.UTF_8));
	}

	@Test
	void otherThreadsPrintNormally() throws IOException {
		ImageJCall.run(() -> {
			final Thread other = new Thread(() -> System.out.print("[1/2] a.png"));
			other.start();
			try {
				other.join();
			}
			catch (final InterruptedException e) {
				throw new IllegalStateException(e);
			}
			return 0;
		}, messages::add);
		assertEquals("[1/2] a.png", terminal.toString(StandardCharsets.UTF_8));
		assertEquals(List.of(), messages);
	}
}
