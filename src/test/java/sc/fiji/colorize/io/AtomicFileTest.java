/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AtomicFileTest {

	private static final int WRITERS = 3;
	private static final int WRITES = 40;

	@TempDir
	private Path folder;

	private List<Path> files() throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			return files.sorted().toList();
		}
	}

	private static void write(final Path file, final String text) throws IOException {
		AtomicFile.write(file, out -> out.write(text.getBytes()));
	}

	// -- Atomicity --

	@Test
	void fileAppearsOnlyWhenComplete() throws IOException {
		final Path file = folder.resolve("result.png");
		AtomicFile.write(file, out -> {
			out.write(1);
			out.flush();
			final Path temporary = files().get(0);
			assertEquals(List.of(temporary), files());
			assertTrue(temporary.getFileName().toString().matches("\\.result\\.png\\..+\\.part"), temporary.toString());
			out.write(2);
		});
		assertArrayEquals(new byte[] {1, 2}, Files.readAllBytes(file));
		assertEquals(List.of(file), files());
	}

	@Test
	void oldFileStaysUntilCommit() throws IOException {
		final Path file = Files.writeString(folder.resolve("a"), "old, and longer");
		try (AtomicFile prepared = AtomicFile.prepare(file, temporary -> Files.writeString(temporary, "new"))) {
			assertEquals("old, and longer", Files.readString(file));
			prepared.commit();
			assertEquals("new", Files.readString(file));
		}
		assertEquals("new", Files.readString(file), "after closing");
		assertEquals(List.of(file), files());
	}

	@Test
	void closeWithoutCommitDeletesTemporaryFile() throws IOException {
		final Path file = Files.writeString(folder.resolve("a"), "old");
		AtomicFile.prepare(file, temporary -> Files.writeString(temporary, "new")).close();
		assertEquals("old", Files.readString(file));
		assertEquals(List.of(file), files());
	}

	static Stream<Throwable> failures() {
		return Stream.of(new IOException("No space left on device"), new IllegalStateException("no"),
				new OutOfMemoryError("heap"));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void failureKeepsOldFileAndDeletesTemporaryFile(final Throwable failure) throws IOException {
		final Path file = folder.resolve("a");
		write(file, "old");
		assertSame(failure, assertThrows(failure.getClass(), () -> AtomicFile.write(file, out -> {
			out.write(new byte[100_000]);
			sneakyThrow(failure);
		})));
		assertSame(failure, assertThrows(failure.getClass(), () -> AtomicFile.prepare(file, temporary -> {
			Files.writeString(temporary, "half");
			sneakyThrow(failure);
		})));
		assertEquals("old", Files.readString(file));
		assertEquals(List.of(file), files());
	}

	private static void sneakyThrow(final Throwable failure) throws IOException {
		if (failure instanceof IOException e) {
			throw e;
		}
		if (failure instanceof RuntimeException e) {
			throw e;
		}
		throw (Error) failure;
	}

	@Test
	void failedRenameKeepsTarget() throws IOException {
		final Path blocked = folder.resolve("a");
		final Path within = Files.createFile(Files.createDirectory(blocked).resolve("b"));
		assertThrows(IOException.class, () -> write(blocked, "new"));
		assertTrue(Files.exists(within));
		assertEquals(List.of(blocked), files());
	}

	/** Without it, a power failure could leave an empty file. Flight Recorder logs the call. */
	@Test
	void forcesContentToDiskBeforeRename() throws IOException {
		final Path log = folder.resolve("log.jfr");
		try (Recording recording = new Recording()) {
			recording.enable("jdk.FileForce").withoutThreshold();
			recording.start();
			write(folder.resolve("forced"), "content");
			recording.stop();
			recording.dump(log);
		}
		final List<String> forced = new ArrayList<>();
		for (final RecordedEvent event : RecordingFile.readAllEvents(log)) {
			if (event.getEventType().getName().equals("jdk.FileForce")) {
				forced.add(Path.of(event.getString("path")).getFileName().toString());
			}
		}
		assertEquals(1, forced.stream().filter(name -> name.matches("\\.forced\\..+\\.part")).count(), forced.toString());
	}

	// -- Names --

	@Test
	void writersUseSeparateTemporaryFiles() throws IOException {
		final Path file = folder.resolve("a");
		try (AtomicFile first = AtomicFile.prepare(file, temporary -> Files.writeString(temporary, "first"));
				AtomicFile second = AtomicFile.prepare(file, temporary -> Files.writeString(temporary, "second"))) {
			assertEquals(2, files().size());
			second.commit();
			first.commit();
		}
		assertEquals("first", Files.readString(file));
	}

	@ParameterizedTest
	@ValueSource(strings = {"x", "\uD83D\uDE00"})
	void writesLongestPossibleNames(final String letter) throws IOException {
		final Path file = folder.resolve(letter.repeat(255 / letter.getBytes("UTF-8").length));
		try {
			Files.delete(Files.createFile(file));
		}
		catch (final IOException e) {
			Assumptions.abort("this file system does not allow them: " + e);
		}
		write(file, "long");
		assertEquals(List.of(file), files());
	}

	@Test
	void concurrentWritesNeverMix() throws IOException, InterruptedException, ExecutionException {
		final Path file = folder.resolve("a");
		write(file, "0");
		final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
		final List<Future<?>> writers = new ArrayList<>();
		for (int i = 1; i <= WRITERS; i++) {
			final String text = String.valueOf(i).repeat(10_000 * i);
			writers.add(threads.submit(() -> {
				for (int n = 0; n < WRITES; n++) {
					write(file, text);
				}
				return null;
			}));
		}
		threads.shutdown();
		boolean writing = true;
		while (writing) {
			writing = !writers.stream().allMatch(Future::isDone);
			final String text = Files.readString(file);
			final int writer = text.charAt(0) - '0';
			assertEquals(String.valueOf(writer).repeat(Math.max(1, 10_000 * writer)), text);
		}
		for (final Future<?> writer : writers) {
			writer.get();
		}
		assertEquals(List.of(file), files());
	}

	@Test
	void deletesLeftoversOfKilledPrograms() throws IOException {
		final Path file = folder.resolve("checkpoint.zip");
		final Path other = folder.resolve("checkpoint.zip.old");
		// Neither committed nor closed, as after kill -9.
		AtomicFile.prepare(file, temporary -> Files.writeString(temporary, "half"));
		AtomicFile.prepare(file, temporary -> Files.writeString(temporary, "half"));
		final AtomicFile active = AtomicFile.prepare(other, temporary -> Files.writeString(temporary, "other"));
		write(file, "whole");
		assertEquals(4, files().size());
		AtomicFile.deleteLeftovers(file);
		assertEquals(2, files().size());
		active.commit();
		assertEquals(List.of(file, other), files());
	}

	// -- Folders and drives --

	@Test
	void reportsMissingFolder() throws IOException {
		final IOException e = assertThrows(IOException.class, () -> write(folder.resolve("none/a"), "x"));
		assertEquals("there is no such folder", Failure.reason(e));
		AtomicFile.writeText(folder.resolve("none/deeper/a"), "made, \u00fc");
		assertEquals("made, \u00fc", Files.readString(folder.resolve("none/deeper/a")));
	}

	@Test
	void reportsFolderDeletedBeforeCommit() throws IOException {
		final Path inner = Files.createDirectory(folder.resolve("inner"));
		try (AtomicFile prepared = AtomicFile.prepare(inner.resolve("a"), temporary -> { })) {
			Files.move(inner, folder.resolve("moved"));
			assertEquals("there is no such folder", Failure.reason(assertThrows(IOException.class, prepared::commit)));
			Files.createFile(inner);
			assertEquals("a file stands where a folder is needed",
					Failure.reason(assertThrows(IOException.class, prepared::commit)));
		}
	}

	@Test
	void reportsFileInPlaceOfFolder() throws IOException {
		final Path obstacle = Files.createFile(folder.resolve("file"));
		for (final Path file : List.of(obstacle.resolve("a"), obstacle.resolve("b/a"))) {
			for (final IOException e : List.of(assertThrows(IOException.class, () -> write(file, "x")),
					assertThrows(IOException.class, () -> AtomicFile.writeText(file, "x")),
					assertThrows(IOException.class, () -> AtomicFile.requireWritable(file)))) {
				assertEquals("a file stands where a folder is needed", Failure.reason(e), file + ": " + e);
			}
		}
		assertEquals(List.of(obstacle), files());
	}

	@Test
	void reportsMissingPermission() throws IOException {
		final Path closed = Files.createDirectory(folder.resolve("closed"));
		Assumptions.assumeTrue(closed.toFile().setWritable(false) && !Files.isWritable(closed),
				"this user may write everywhere");
		try {
			assertThrows(AccessDeniedException.class, () -> write(closed.resolve("a"), "x"));
			assertThrows(AccessDeniedException.class, () -> AtomicFile.requireWritable(closed.resolve("b/a")));
		}
		finally {
			closed.toFile().setWritable(true);
		}
	}

	@Test
	void requireWritableCreatesNothing() throws IOException {
		AtomicFile.requireWritable(folder.resolve("a"));
		AtomicFile.requireWritable(folder.resolve("none/deeper/a"));
		assertEquals(List.of(), files());
	}

	/** Moves files like a network drive. */
	private static void moveWithoutAtomicity(final Path from, final Path to, final CopyOption... options)
			throws IOException {
		if (Arrays.asList(options).contains(StandardCopyOption.ATOMIC_MOVE)) {
			throw new AtomicMoveNotSupportedException(from.toString(), to.toString(), "not here");
		}
		Files.move(from, to, options);
	}

	@Test
	void renamesPlainlyWithoutAtomicMoves() throws IOException {
		final Path from = Files.writeString(folder.resolve("from"), "new");
		final Path to = Files.writeString(folder.resolve("to"), "old");
		AtomicFile.move(from, to, AtomicFileTest::moveWithoutAtomicity);
		assertEquals("new", Files.readString(to));
		assertEquals(List.of(to), files());
	}

	@Test
	void doesNotRetryOtherRenameFailures() throws IOException {
		final List<List<CopyOption>> moves = new ArrayList<>();
		assertThrows(AccessDeniedException.class, () -> AtomicFile.move(folder, folder, (from, to, options) -> {
			moves.add(List.of(options));
			throw new AccessDeniedException(from.toString());
		}));
		assertEquals(List.of(List.of(StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING)), moves);
		assertThrows(NoSuchFileException.class, () -> AtomicFile.move(folder.resolve("none"), folder.resolve("to")));
	}

	// -- Interrupts --

	@Test
	void interruptDoesNotStopWrite() throws IOException {
		final Path file = folder.resolve("a");
		Thread.currentThread().interrupt();
		write(file, "complete");
		assertTrue(Thread.interrupted(), "the interrupt was lost");
		assertEquals("complete", Files.readString(file));
		assertEquals(List.of(file), files());
	}

	@Test
	void interruptedContentLeavesNoFile() throws IOException {
		Thread.currentThread().interrupt();
		assertThrows(IOException.class, () -> AtomicFile.prepare(folder.resolve("a"), temporary -> {
			try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
				channel.write(ByteBuffer.allocate(10));
			}
		}));
		assertTrue(Thread.interrupted());
		assertEquals(List.of(), files());
	}

	// -- Content --

	@Test
	void fileHasDefaultPermissions() throws IOException {
		final Path plain = Files.createFile(folder.resolve("plain"));
		write(folder.resolve("atomic"), "x");
		Assumptions.assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"), "no permissions here");
		assertEquals(Files.getPosixFilePermissions(plain), Files.getPosixFilePermissions(folder.resolve("atomic")));
		assertFalse(Files.isHidden(folder.resolve("atomic")));
	}

	@Test
	void sha256MatchesStandard() throws IOException {
		// FIPS 180-2, appendix B.1.
		final String abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
		assertEquals(abc, Sha256.of("abc".getBytes()));
		write(folder.resolve("abc"), "abc");
		assertEquals(abc, Sha256.of(folder.resolve("abc")));
		assertNotEquals(abc, Sha256.of(new byte[0]));
	}
}
