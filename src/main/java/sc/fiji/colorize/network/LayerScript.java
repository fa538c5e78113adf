/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;

import sc.fiji.colorize.torch.TorchEngine;

/**
 * Runs single layers as TorchScript, because DJL's operations do not support bfloat16 and one call per layer is faster:
 * those of a {@link BranchedNetwork} in training ({@code layers.py}) and of a {@link Bfloat16Network}
 * ({@code prediction.py}).
 */
final class LayerScript {

	/** Prefix of the name of an extra input, from which DJL takes the method to call. */
	private static final String METHOD = "module_method:";
	/** A pickled empty tuple. */
	private static final String NO_CONSTANTS = "\u0080\2).";
	/** PyTorch's numbers for types and memory formats. */
	private static final int FLOAT32 = 6;
	private static final int BFLOAT16 = 15;
	private static final int CHANNELS_LAST = 2;

	/** Loaded at first use and never closed: DJL closes the block of an unreachable model. */
	private static final class Float32 {

		private static final Model LAYERS = loadForTraining(FLOAT32);
	}

	/** The layers of the training in bfloat16, see {@link Float32}. */
	private static final class Mixed {

		private static final Model LAYERS = loadForTraining(BFLOAT16);
	}

	/** The layers of the prediction, see {@link Float32}. */
	private static final class Prediction {

		private static final Model LAYERS = load("prediction.py", BFLOAT16);
	}

	private LayerScript() {
	}

	private static Model loadForTraining(final int type) {
		TorchEngine.runScriptsAsTheyAre();
		return load("layers.py", type);
	}

	private static Model load(final String script, final int type) {
		final Model model = Model.newInstance("layers", TorchEngine.NAME);
		try {
			model.load(new ByteArrayInputStream(archive(script, type)));
			return model;
		}
		catch (final IOException | MalformedModelException e) {
			throw new IllegalStateException("PyTorch cannot load the script of the layers: use PyTorch 2.7.1.", e);
		}
	}

	private static byte[] archive(final String script, final int type) throws IOException {
		final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (InputStream code = LayerScript.class.getResourceAsStream(script);
				ZipOutputStream zip = new ZipOutputStream(bytes)) {
			put(zip, "data.pkl", object(type).getBytes(StandardCharsets.ISO_8859_1));
			put(zip, "code/__torch__.py", code.readAllBytes());
			put(zip, "constants.pkl", NO_CONSTANTS.getBytes(StandardCharsets.ISO_8859_1));
			put(zip, "version", "3\n".getBytes(StandardCharsets.ISO_8859_1));
		}
		return bytes.toByteArray();
	}

	/** A pickled instance of Layers with the attributes training = true, type and order. */
	private static String object(final int type) {
		return "\u0080\2c__torch__\nLayers\n)\u0081}(" + word("training") + "\u0088" + word("type") + "K" + (char) type
				+ word("order") + "K" + (char) CHANNELS_LAST + "ub.";
	}

	private static String word(final String text) {
		return "X" + (char) text.length() + "\0\0\0" + text;
	}

	private static void put(final ZipOutputStream zip, final String name, final byte[] content) throws IOException {
		zip.putNextEntry(new ZipEntry("layers/" + name));
		zip.write(content);
	}

	/**
	 * Runs a layer of the training with the statistics of its input, and updates the running statistics.
	 *
	 * @param method a method of layers.py
	 * @param x {@code (batch, channel, height, width)}
	 * @param arrays the other arguments of the method; arrays with four dimensions are kernels
	 * @param mixed whether to compute in bfloat16
	 * @return the output, owned by the input's manager; bfloat16 if mixed, except from the method logits
	 */
	static NDArray run(final String method, final NDArray x, final NDList arrays, final boolean mixed) {
		final NDList padded = new NDList();
		for (final NDArray array : arrays) {
			padded.add(array.getShape().dimension() == 4 ? pad(array, x, mixed) : array);
		}
		return call(mixed ? Mixed.LAYERS : Float32.LAYERS, method, x, padded);
	}

	/** Loads the layers of the prediction, which otherwise happens at the first use. */
	static void preload() {
		Prediction.LAYERS.getBlock();
	}

	/**
	 * Runs a layer of the prediction.
	 *
	 * @param method a method of prediction.py
	 * @param x {@code (batch, channel, height, width)}
	 * @param arrays the other arguments of the method; kernels are padded
	 * @return the output, owned by the input's manager
	 */
	static NDArray predict(final String method, final NDArray x, final NDList arrays) {
		return call(Prediction.LAYERS, method, x, arrays);
	}

	private static NDArray call(final Model layers, final String method, final NDArray x, final NDList arrays) {
		final NDManager manager = x.getManager();
		final NDList inputs = new NDList(x);
		inputs.addAll(arrays);
		// DJL would pass inputs with a dot in their name as a dictionary.
		inputs.forEach(value -> value.setName(null));
		final NDArray name = manager.create(0f);
		name.setName(METHOD + method);
		inputs.add(name);
		return layers.getBlock().forward(new ParameterStore(manager, false), inputs, true).singletonOrThrow();
	}

	/** Pads the channels of a kernel. */
	static NDArray pad(final NDArray kernel, final NDArray x, final boolean mixed) {
		// In bfloat16 a single channel needs padding, too.
		final NDArray inputs = mixed ? ChannelPadding.pad(kernel, 1, x) : ChannelPadding.padInputs(kernel, x);
		return ChannelPadding.pad(inputs, 0, x);
	}
}
