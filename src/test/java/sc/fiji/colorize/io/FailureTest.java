/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureTest {

	@TempDir
	private Path folder;

	@Test
	void joinsPartsIntoSentence() {
		final Failure failure = new Failure("The result a.png", "cannot be written (permission denied)", "");
		assertEquals("The result a.png cannot be written (permission denied).", failure.sentence());
		assertEquals("The result a.png cannot be written (permission denied): choose another folder.",
				failure.withRemedy("choose another folder").sentence());
		assertEquals("The model a.zip cannot be opened: it is empty; fetch it again.",
				new Failure("The model a.zip", "cannot be opened: it is empty", "fetch it again").sentence(),
				"two colons");
		assertEquals("The model m cannot be downloaded (its size is wrong: 3): try again later.",
				new Failure("The model m", "cannot be downloaded (its size is wrong: 3)", "try again later").sentence());
	}

	@Test
	void exceptionMessageIsSentence() {
		final IOException cause = new IOException("x");
		final DescribedException e = new DescribedException("The file a", "is gone", "look for it", cause);
		assertEquals("The file a is gone: look for it.", e.getMessage());
		assertEquals(new Failure("The file a", "is gone", "look for it"), e.failure());
		assertSame(cause, e.getCause());
		assertNull(new DescribedException("The file a", "is gone", "", null).getCause());
	}

	@Test
	void sentenceIsOneLineWithOnePeriod() {
		assertEquals("It failed.", Failure.sentence(new IllegalStateException("It failed.")));
		assertEquals("It failed.", Failure.sentence(new IllegalStateException("It failed\nat line 3")));
		assertEquals(IllegalStateException.class.getName() + ".", Failure.sentence(new IllegalStateException()));
		assertEquals("The file a is gone.", Failure.sentence(new DescribedException("The file a", "is gone", "", null)));
	}

	// -- Reasons --

	@Test
	void reasonOfDescribedExceptionIsClause() {
		assertEquals("the file a is gone: look for it",
				Failure.reason(new DescribedException("The file a", "is gone", "look for it", null)));
		assertEquals("the image is cut off",
				Failure.reason(new UncheckedIOException(new DescribedException("", "the image is cut off", "", null))));
	}

	@Test
	void reasonIsFirstLineWithoutPeriod() {
		assertEquals("unknown compression", Failure.reason(new IOException("unknown compression.\nat byte 3")));
		assertEquals("unknown compression", Failure.reason(new IllegalStateException("unknown compression")));
		assertEquals(NullPointerException.class.getName(), Failure.reason(new NullPointerException()));
	}

	@Test
	void describesTruncationAndOutOfMemory() {
		assertEquals("the file is cut off before its end", Failure.reason(new EOFException()));
		assertEquals("the file is cut off before its end",
				Failure.reason(new EOFException("Unexpected end of ZLIB input stream")));
		assertTrue(Failure.reason(new OutOfMemoryError("Java heap space")).contains("-Xmx"));
	}

	@Test
	void describesFileExceptionsOfJdk() throws IOException {
		final Path none = folder.resolve("none");
		assertEquals("there is no such file",
				Failure.reason(assertThrows(NoSuchFileException.class, () -> Files.readAllBytes(none))));
		assertEquals("permission denied", Failure.reason(new AccessDeniedException("/root/x")));
		assertEquals("a link leads to a folder above it", Failure.reason(new FileSystemLoopException("a/b")));
		assertEquals("No space left on device",
				Failure.reason(new FileSystemException("a", null, "No space left on device")));
		assertEquals("/dev/sdx", Failure.reason(new FileSystemException("/dev/sdx")));
		final Path file = Files.createFile(folder.resolve("file"));
		for (final IOException e : new IOException[] {
			assertThrows(IOException.class, () -> Files.createFile(file.resolve("a"))),
			assertThrows(IOException.class, () -> Files.createDirectories(file)),
			assertThrows(IOException.class, () -> Files.createDirectories(file.resolve("a/b"))),
			new NoSuchFileException(file.resolve("a/b").toString()),
			new FileSystemException("a", null, "Not a directory")}) {
			assertEquals("a file stands where a folder is needed", Failure.reason(e), e.toString());
		}
	}

	@Test
	void describesUnencodableName() {
		final String sentence = Failure.of(new InvalidPathException("\u00fc.jpg", "unmappable")).sentence();
		assertTrue(sentence.startsWith("The file name '\u00fc.jpg' cannot be used here (unmappable)"), sentence);
		assertTrue(sentence.contains("LC_ALL"), sentence);
	}

	@Test
	void exceptionIsSerializable() throws IOException, ClassNotFoundException {
		final DescribedException e = new DescribedException("The file a", "is gone", "look for it", null);
		final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
			out.writeObject(e);
		}
		try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
			final DescribedException copy = (DescribedException) in.readObject();
			assertEquals(e.failure(), copy.failure());
			assertEquals(e.getMessage(), copy.getMessage());
		}
	}
}
