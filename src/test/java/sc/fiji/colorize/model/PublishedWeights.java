/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import ai.djl.Device;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/**
 * Weights files in the format of the published release, written by PyTorch (see published_demo.py): one random network of
 * 1/64 of the published width in many file formats. Also helpers to modify them.
 */
public final class PublishedWeights {

	/** Factor on the channels of the published network. */
	static final double WIDTH = 1 / 64.0;

	private PublishedWeights() {
	}

	/** The content of one of the files. */
	static byte[] bytes(final String name) throws IOException {
		try (InputStream in =
				Objects.requireNonNull(PublishedWeights.class.getResourceAsStream(name), name + " is missing")) {
			return in.readAllBytes();
		}
	}

	/** Copies one of the files to a folder. */
	public static Path copy(final String name, final Path folder) throws IOException {
		return Files.write(folder.resolve(name), bytes(name));
	}

	/** Imports a file with the default options. */
	static void run(final Path weights, final Path model) throws IOException {
		WeightsImport.run(weights, model, WeightsImport.Options.of(weights), fraction -> { }, () -> false);
	}

	/** The values of an opened model by published name. */
	static Map<String, float[]> values(final Path model) throws IOException {
		final Map<String, float[]> values = new LinkedHashMap<>();
		try (OpenModel open = ModelFile.open(model.toString(), Device.cpu())) {
			open.network().stateDict()
					.forEach((name, parameter) -> values.put(name, parameter.getArray().toFloatArray()));
		}
		return values;
	}

	static Map<String, byte[]> unzip(final byte[] zip) throws IOException {
		final Map<String, byte[]> entries = new LinkedHashMap<>();
		// ZipInputStream cannot read the zips of PyTorch.
		try (ZipFile file = ZipFile.builder().setSeekableByteChannel(new SeekableInMemoryByteChannel(zip)).get()) {
			for (final ZipArchiveEntry entry : Collections.list(file.getEntriesInPhysicalOrder())) {
				entries.put(entry.getName(), file.getInputStream(entry).readAllBytes());
			}
		}
		return entries;
	}

	static byte[] zip(final Map<String, byte[]> entries) throws IOException {
		final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
			zip.setLevel(1);
			for (final Map.Entry<String, byte[]> entry : entries.entrySet()) {
				zip.putNextEntry(new ZipEntry(entry.getKey()));
				zip.write(entry.getValue());
			}
		}
		return bytes.toByteArray();
	}

	/** The name of the entry with the given suffix. */
	static String entry(final Map<String, byte[]> entries, final String end) {
		return entries.keySet().stream().filter(name -> name.endsWith(end)).findFirst().orElseThrow();
	}

	/** A zipped state dict with another pickle. */
	static byte[] withPickle(final byte[] pickle) throws IOException {
		final Map<String, byte[]> entries = unzip(bytes("zip.pth"));
		entries.put(entry(entries, "/data.pkl"), pickle);
		return zip(entries);
	}

	/** A pickle with one byte per character. */
	static byte[] pickle(final String characters) {
		return characters.getBytes(StandardCharsets.ISO_8859_1);
	}
}
