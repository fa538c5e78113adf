/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import sc.fiji.colorize.photo.PhotoFolder.Photo;
import sc.fiji.colorize.photo.RgbPhoto;

/**
 * Decoded photos in a temporary file, so that the epochs after the first decode nothing. The operating system keeps in
 * memory as much of the file as there is room for. Thread-safe.
 */
final class PhotoCache implements Closeable {

	/** Part of the free disk space that the file may take. */
	private static final double LARGEST_SHARE = 0.5;

	/** The place of a photo in the file. */
	private record Place(long offset, int width, int height) {
	}

	/** Null if there is no room for photos. */
	private final FileChannel file;
	private final long limit;
	private final AtomicLong end = new AtomicLong();
	private final Map<Photo, Place> places = new ConcurrentHashMap<>();

	/**
	 * Creates an empty cache.
	 *
	 * @param folder folder of the file
	 * @param megabytes maximum size of the file; it also takes at most half of the free disk space
	 * @throws IOException if the file cannot be created
	 */
	PhotoCache(final Path folder, final int megabytes) throws IOException {
		limit = Math.min(megabytes * 1_000_000L,
				(long) (LARGEST_SHARE * Files.getFileStore(folder).getUsableSpace()));
		file = limit == 0 ? null : open(Files.createTempFile(folder, "decoded-photos-", ".tmp"));
	}

	/** Opens a file that vanishes with this process, even if it is killed. */
	private static FileChannel open(final Path path) throws IOException {
		try {
			return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
		}
		finally {
			Files.delete(path);
		}
	}

	/** Adds a photo if there is room. A photo that cannot be written is left out. */
	void put(final Photo photo, final RgbPhoto pixels) {
		if (places.containsKey(photo)) {
			return;
		}
		final int size = pixels.rgb().length;
		final long offset = end.getAndUpdate(bytes -> bytes + size > limit ? bytes : bytes + size);
		if (offset + size > limit) {
			return;
		}
		final ByteBuffer bytes = ByteBuffer.wrap(pixels.rgb());
		try {
			while (bytes.hasRemaining()) {
				file.write(bytes, offset + bytes.position());
			}
			places.put(photo, new Place(offset, pixels.width(), pixels.height()));
		}
		catch (final IOException e) {
			// The disk is full. This photo and all others are decoded each time.
			end.set(limit);
		}
	}

	/**
	 * Returns a photo.
	 *
	 * @return its pixels; empty if it is not in the cache
	 * @throws IOException if the file cannot be read
	 */
	Optional<RgbPhoto> get(final Photo photo) throws IOException {
		final Place place = places.get(photo);
		if (place == null) {
			return Optional.empty();
		}
		final ByteBuffer bytes = ByteBuffer.allocate(3 * place.width() * place.height());
		while (bytes.hasRemaining()) {
			if (file.read(bytes, place.offset() + bytes.position()) < 0) {
				throw new EOFException("The file of decoded photos ends too early: resume the training.");
			}
		}
		return Optional.of(new RgbPhoto(place.width(), place.height(), bytes.array()));
	}

	/** Deletes the photos. */
	@Override
	public void close() throws IOException {
		if (file != null) {
			file.close();
		}
	}
}
