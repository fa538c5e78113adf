/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

import ai.djl.ndarray.NDArray;

/**
 * A state dict in the format of PyTorch 1.6 and newer: a zip with a pickle, {@code NAME/data.pkl}, and one entry per
 * storage, {@code NAME/data/KEY}. Names of entries are never used as paths.
 */
final class ZipStateDict implements StoredWeights {

	private static final String PICKLE = "/data.pkl";
	private static final int LONGEST_NOTE = 16;

	private final ZipFile zip;
	private final String folder;
	private final StateDict dict;

	/** Opens a file and reads its pickle, see {@link StoredWeights#open}. */
	ZipStateDict(final Path file, final String modelEntry) throws IOException {
		try {
			zip = new ZipFile(file.toFile());
		}
		catch (final ZipException e) {
			throw new IOException("its zip is damaged or cut off", e);
		}
		try {
			final String pickle = zip.stream().map(ZipEntry::getName).filter(name -> name.endsWith(PICKLE)).findFirst()
					.orElseThrow(() -> new IOException(zip.getEntry(modelEntry) == null
							? "it is a zip without a state dict" : "it is already a model"));
			folder = pickle.substring(0, pickle.length() - PICKLE.length());
			requireLittleEndian();
			dict = new StateDict(unpickle(zip.getEntry(pickle)), Files.size(file));
		}
		catch (final IOException | RuntimeException e) {
			zip.close();
			throw e;
		}
	}

	private void requireLittleEndian() throws IOException {
		final ZipEntry order = zip.getEntry(folder + "/byteorder");
		if (order != null) {
			try (InputStream in = zip.getInputStream(order)) {
				if (!"little".equals(new String(in.readNBytes(LONGEST_NOTE)).strip())) {
					throw new IOException("its numbers are not stored little-endian");
				}
			}
		}
	}

	private Object unpickle(final ZipEntry entry) throws IOException {
		try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
			final Object root = StateDictUnpickler.load(in);
			if (in.readNBytes(PickleInput.MAX_PICKLE).length == PickleInput.MAX_PICKLE) {
				throw new IOException("its pickle is larger than " + PickleInput.MAX_PICKLE + " bytes");
			}
			requireChecksum(in, entry);
			return root;
		}
	}

	/** ZipFile does not check checksums, unlike ZipInputStream. */
	private static void requireChecksum(final CheckedInputStream in, final ZipEntry entry) throws IOException {
		if (in.getChecksum().getValue() != entry.getCrc()) {
			throw new IOException("its part " + Names.printable(entry.getName()) + " is damaged: the checksum differs");
		}
	}

	@Override
	public String kind() {
		return "PyTorch state dict, zip";
	}

	@Override
	public Map<String, Description> tensors() {
		return dict.descriptions();
	}

	@Override
	public void read(final Set<String> wanted, final TensorReader reader, final BiConsumer<String, NDArray> receiver)
			throws IOException {
		for (final String key : dict.storages()) {
			if (!dict.isWanted(key, wanted)) {
				continue;
			}
			final ZipEntry entry = zip.getEntry(folder + "/data/" + key);
			final StateDictUnpickler.Storage storage = dict.storage(key);
			if (entry == null || entry.getSize() != storage.count() * storage.type().bytes()) {
				throw new IOException("its part " + Names.printable("data/" + key)
						+ (entry == null ? " is missing" : " differs in size from the pickle"));
			}
			try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
				dict.read(key, in, wanted, reader, receiver);
				requireChecksum(in, entry);
			}
		}
	}

	@Override
	public void close() throws IOException {
		zip.close();
	}
}
