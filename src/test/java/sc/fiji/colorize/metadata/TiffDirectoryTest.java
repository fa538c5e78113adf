/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.imagej.ScanFiles;

class TiffDirectoryTest {

	private static final int PRIVATE = 65000;
	private static final int DESCRIPTION = 270;

	@TempDir
	private Path folder;

	@ParameterizedTest
	@ValueSource(booleans = {false, true})
	void directoriesRoundTrip(final boolean big) throws IOException {
		final TiffDirectory first = directory();
		first.set(TiffDirectory.STRIP_OFFSETS, TiffDirectory.LONG8, 5, 77, 1000);
		first.set(PRIVATE, TiffDirectory.LONG, 0xfffffffeL);
		final TiffDirectory second = directory();
		second.set(PRIVATE, TiffDirectory.LONG, 1, 2);
		final byte[] bytes = TiffWriter.write(List.of(first, second), big);
		assertEquals(big ? TiffFormat.BIG : TiffFormat.SMALL, TiffFormat.of(bytes));
		final List<TiffDirectory> read = read(bytes);
		assertEquals(2, read.size());
		for (int tag = 0; tag <= PRIVATE; tag++) {
			assertArrayEquals(first.numbers(tag), read.get(0).numbers(tag), "tag " + tag);
			assertArrayEquals(second.numbers(tag), read.get(1).numbers(tag), "tag " + tag);
		}
		assertEquals(first.order(), read.get(0).order());
	}

	@Test
	void largeOffsetsNeedBigTiff() throws IOException {
		final TiffDirectory directory = directory();
		directory.set(TiffDirectory.STRIP_OFFSETS, TiffDirectory.LONG8, 1L << 33);
		assertEquals(1L << 33, read(TiffWriter.write(List.of(directory), true)).get(0)
				.number(TiffDirectory.STRIP_OFFSETS, 0));
		assertEquals(7, directory.number(PRIVATE, 7));
	}

	@Test
	void missingValuesAreDropped() throws IOException {
		final byte[] bytes = TiffWriter.write(List.of(directory()), false);
		final ByteBuffer file = ByteBuffer.wrap(bytes).order(directory().order());
		final int entry = entry(file, DESCRIPTION);
		file.putInt(entry + 8, 1 << 30);
		assertFalse(read(bytes).get(0).has(DESCRIPTION));
		file.putInt(entry + 8, 8).putInt(entry + 4, -1);
		assertFalse(read(bytes).get(0).has(DESCRIPTION));
		file.putInt(entry + 4, 1).putShort(entry + 2, (short) 99);
		assertFalse(read(bytes).get(0).has(DESCRIPTION));
		assertEquals(9, read(bytes).get(0).number(TiffDirectory.IMAGE_WIDTH, 0));
	}

	@Test
	void firstDirectoryIsRequired() throws IOException {
		final byte[] bytes = TiffWriter.write(List.of(directory(), directory()), false);
		final int half = (bytes.length + 8) / 2;
		assertEquals(2, read(bytes).size());
		assertEquals(1, read(Arrays.copyOf(bytes, half + 20)).size());
		assertThrows(EOFException.class, () -> read(Arrays.copyOf(bytes, 30)));
		assertThrows(IOException.class, () -> read("MM is no TIFF file".getBytes()));
	}

	@Test
	void hugeDirectoriesAreRefused() throws IOException {
		final byte[] bytes = TiffWriter.write(List.of(directory()), false);
		final ByteBuffer file = ByteBuffer.wrap(bytes).order(directory().order());
		final int entry = entry(file, DESCRIPTION);
		file.putInt(entry + 4, 1 << 28);
		assertFalse(read(bytes).get(0).has(DESCRIPTION));
		for (final int tag : new int[] {TiffDirectory.STRIP_OFFSETS, TiffDirectory.IMAGEJ_DATA_COUNTS}) {
			file.putShort(entry, (short) tag);
			assertTrue(assertThrows(IOException.class, () -> read(bytes)).getMessage().contains("damaged"));
		}
	}

	@Test
	void cyclicPagesAreRefused() throws IOException {
		final byte[] bytes = TiffWriter.write(List.of(directory(), directory()), false);
		final ByteBuffer file = ByteBuffer.wrap(bytes).order(directory().order());
		final int first = file.getInt(4);
		final int second = file.getInt(first + 2 + 12 * file.getShort(first));
		for (final int place : new int[] {first, second}) {
			file.putInt(second + 2 + 12 * file.getShort(second), place);
			assertTrue(assertThrows(IOException.class, () -> read(bytes)).getMessage().contains("an earlier one"));
		}
	}

	/** As ImageJ writes it. */
	private TiffDirectory directory() throws IOException {
		ImageFiles.write(ScanFiles.image(9, 4), folder.resolve("image.tif"));
		return ScanFiles.directories(folder.resolve("image.tif")).get(0).copy();
	}

	private static int entry(final ByteBuffer file, final int tag) {
		final int directory = file.getInt(4);
		for (int i = 0; i < file.getShort(directory); i++) {
			if ((file.getShort(directory + 2 + 12 * i) & 0xffff) == tag) {
				return directory + 2 + 12 * i;
			}
		}
		throw new IllegalArgumentException("There is no tag " + tag + ".");
	}

	private List<TiffDirectory> read(final byte[] bytes) throws IOException {
		return ScanFiles.directories(Files.write(folder.resolve("directories.tif"), bytes));
	}
}
