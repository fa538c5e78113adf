/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model.weights;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

import ai.djl.ndarray.NDArray;

/** The tensors of a state dict by name and by storage. */
final class StateDict {

	/** Key of the state dict in a checkpoint. */
	private static final String NESTED = "state_dict";

	private final Map<String, StateDictUnpickler.Tensor> tensors = new LinkedHashMap<>();
	private final Map<String, List<String>> names = new LinkedHashMap<>();

	/**
	 * Collects the tensors of an unpickled state dict. No storage may exceed the length of the file in bytes.
	 *
	 * @throws IOException if the object is not a state dict; the message is a clause
	 */
	StateDict(final Object root, final long length) throws IOException {
		final Object dict = root instanceof Map<?, ?> outer && outer.get(NESTED) instanceof Map<?, ?> nested ? nested : root;
		if (!(dict instanceof Map<?, ?> map)) {
			throw new IOException("its pickle is not a state dict");
		}
		for (final Map.Entry<?, ?> entry : map.entrySet()) {
			if (!(entry.getKey() instanceof String name)
					|| !(entry.getValue() instanceof StateDictUnpickler.Tensor tensor)) {
				throw new IOException("its '" + Names.printable(String.valueOf(entry.getKey())) + "' is not a tensor");
			}
			final StateDictUnpickler.Storage storage = tensor.storage();
			if (storage.count() > length / storage.type().bytes()) {
				throw new IOException("its " + Names.printable(name) + " claims " + storage.count()
						+ " numbers, which is more than the file has");
			}
			tensors.put(name, tensor);
			names.computeIfAbsent(storage.key(), key -> new ArrayList<>()).add(name);
			if (!tensors.get(names.get(storage.key()).get(0)).storage().equals(storage)) {
				throw new IOException("its tensors differ in the size of a storage that they share");
			}
		}
	}

	Map<String, StoredWeights.Description> descriptions() {
		final Map<String, StoredWeights.Description> descriptions = new LinkedHashMap<>();
		tensors.forEach((name, tensor) -> descriptions.put(name,
				new StoredWeights.Description(tensor.shape(), tensor.storage().type().format())));
		return descriptions;
	}

	Set<String> storages() {
		return names.keySet();
	}

	/** The storage with a key, or null. */
	StateDictUnpickler.Storage storage(final String key) {
		final List<String> users = names.get(key);
		return users == null ? null : tensors.get(users.get(0)).storage();
	}

	/** Whether a storage contains one of the wanted tensors. */
	boolean isWanted(final String key, final Set<String> wanted) {
		return names.get(key).stream().anyMatch(wanted::contains);
	}

	/** Reads a storage and passes on the wanted tensors in it. */
	void read(final String key, final InputStream in, final Set<String> wanted, final TensorReader reader,
			final BiConsumer<String, NDArray> receiver) throws IOException {
		final StateDictUnpickler.Storage storage = storage(key);
		reader.stage(in, storage.type().format(), storage.count());
		for (final String name : names.get(key)) {
			if (wanted.contains(name)) {
				final StateDictUnpickler.Tensor tensor = tensors.get(name);
				receiver.accept(name, reader.array(tensor.offset(), tensor.shape(), tensor.strides()));
			}
		}
	}
}
