/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model.weights;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

import ai.djl.ndarray.NDArray;

/**
 * A state dict in the format of PyTorch before 1.6: a sequence of pickles (magic number, version, byte order, state dict,
 * keys of the storages), then the length and the numbers of each storage. The format has no checksum.
 */
final class LegacyStateDict implements StoredWeights {

	private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
	private static final Object VERSION = 1001L;

	private final InputStream in;
	private final StateDict dict;
	private final List<String> keys;

	/** Reads the pickles of a file with a length in bytes; {@link #close} closes it. */
	LegacyStateDict(final InputStream in, final long length) throws IOException {
		this.in = in;
		try {
			if (!MAGIC.equals(StateDictUnpickler.load(in)) || !VERSION.equals(StateDictUnpickler.load(in))) {
				throw new IOException("it is a pickle but not of PyTorch");
			}
			if (!(StateDictUnpickler.load(in) instanceof Map<?, ?> system)
					|| !Boolean.TRUE.equals(system.get("little_endian"))) {
				throw new IOException("its numbers are not stored little-endian");
			}
			dict = new StateDict(StateDictUnpickler.load(in), length);
			if (!(StateDictUnpickler.load(in) instanceof List<?> list)
					|| !list.stream().allMatch(String.class::isInstance)) {
				throw new IOException("its list of storages is damaged");
			}
			keys = list.stream().map(String.class::cast).toList();
			if (keys.size() != dict.storages().size() || !dict.storages().equals(new HashSet<>(keys))) {
				throw new IOException("its list of storages does not match its tensors");
			}
		}
		catch (final IOException | RuntimeException e) {
			in.close();
			throw e;
		}
	}

	@Override
	public String kind() {
		return "PyTorch state dict, legacy";
	}

	@Override
	public Map<String, Description> tensors() {
		return dict.descriptions();
	}

	@Override
	public void read(final Set<String> wanted, final TensorReader reader, final BiConsumer<String, NDArray> receiver)
			throws IOException {
		for (final String key : keys) {
			final StateDictUnpickler.Storage storage = dict.storage(key);
			// The count is little-endian, unlike Java's.
			if (Long.reverseBytes(new DataInputStream(in).readLong()) != storage.count()) {
				throw new IOException("the size of a storage differs from its pickle");
			}
			if (dict.isWanted(key, wanted)) {
				dict.read(key, in, wanted, reader, receiver);
			}
			else {
				in.skipNBytes(storage.count() * storage.type().bytes());
			}
		}
		if (in.read() >= 0) {
			throw new IOException("the file is longer than it should be");
		}
	}

	@Override
	public void close() throws IOException {
		in.close();
	}
}
