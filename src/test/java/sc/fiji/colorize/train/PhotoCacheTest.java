/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.photo.PhotoFolder.Photo;
import sc.fiji.colorize.photo.RgbPhoto;

class PhotoCacheTest {

	private static final int SIDE = 200;
	private static final int BYTES = 3 * SIDE * SIDE;

	@TempDir
	private Path folder;

	private static Photo photo(final int number) {
		return new Photo("", "photo-" + number + ".jpg", Path.of("photo-" + number + ".jpg"), 0, 0, null);
	}

	/** Different pixels for each number. */
	private static RgbPhoto pixels(final int number) {
		final byte[] rgb = new byte[BYTES];
		new Random(number).nextBytes(rgb);
		return new RgbPhoto(SIDE, SIDE, rgb);
	}

	@Test
	void returnsWhatThreadsPutIn() throws IOException {
		final List<Integer> numbers = IntStream.range(0, 60).boxed().toList();
		try (PhotoCache cache = new PhotoCache(folder, 10)) {
			numbers.parallelStream().forEach(number -> cache.put(photo(number), pixels(number)));
			for (final int number : numbers) {
				final RgbPhoto found = cache.get(photo(number)).orElseThrow();
				assertEquals(SIDE, found.width());
				assertEquals(SIDE, found.height());
				assertArrayEquals(pixels(number).rgb(), found.rgb());
			}
		}
	}

	@Test
	void holdsAsManyPhotosAsFit() throws IOException {
		final int fitting = 1_000_000 / BYTES;
		try (PhotoCache cache = new PhotoCache(folder, 1)) {
			IntStream.range(0, 40).parallel().forEach(number -> cache.put(photo(number), pixels(number)));
			int found = 0;
			for (int number = 0; number < 40; number++) {
				final Optional<RgbPhoto> photo = cache.get(photo(number));
				if (photo.isPresent()) {
					assertArrayEquals(pixels(number).rgb(), photo.get().rgb());
					found++;
				}
			}
			assertEquals(fitting, found);
		}
	}

	@Test
	void leavesNoFileBehind() throws IOException {
		try (PhotoCache cache = new PhotoCache(folder, 1)) {
			cache.put(photo(0), pixels(0));
			// Deleted already, so that a killed process leaves nothing either.
			try (Stream<Path> files = Files.list(folder)) {
				assertEquals(0, files.count());
			}
			assertTrue(cache.get(photo(0)).isPresent());
		}
	}

	@Test
	void withoutRoomHoldsNothing() throws IOException {
		try (PhotoCache cache = new PhotoCache(folder, 0)) {
			cache.put(photo(0), pixels(0));
			assertEquals(Optional.empty(), cache.get(photo(0)));
		}
	}
}
