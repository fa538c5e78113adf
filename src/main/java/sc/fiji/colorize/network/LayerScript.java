/*
 * Fiji Colorize: plausible colour for gray images.
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
 * The layers of a {@link BranchedNetwork} as they run in a training step. They are written in {@code layers.py} as
 * TorchScript, which is wrapped here into the archive that PyTorch loads: DJL's own operations offer no bfloat16, and the
 * branches of a layer cost less in one call.
 */
final class LayerScript {

	/** DJL takes the method of a script from the name of an input that is not passed on. */
	private static final String METHOD = "module_method:";
	/** A pickled empty tuple. */
	private static final String NO_CONSTANTS = "\u0080\2).";
	/** PyTorch's numbers for types and memory formats. */
	private static final int FLOAT32 = 6;
	private static final int BFLOAT16 = 15;
	private static final int CHANNELS_LAST = 2;

	/** Loaded at the first use, for the life of the JVM: DJL closes the block of a model that nobody holds. */
	private static final class Float32 {

		private static final Model LAYERS = load(FLOAT32);
	}

	/** The same. */
	private static final class Mixed {

		private static final Model LAYERS = load(BFLOAT16);
	}

	private LayerScript() {
	}

	private static Model load(final int type) {
		final Model model = Model.newInstance("layers", TorchEngine.NAME);
		try {
			model.load(new ByteArrayInputStream(archive(type)));
			return model;
		}
		catch (final IOException | MalformedModelException e) {
			throw new IllegalStateException("PyTorch refuses the layers of the training: use PyTorch 2.7.1.", e);
		}
	}

	private static byte[] archive(final int type) throws IOException {
		final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (InputStream code = LayerScript.class.getResourceAsStream("layers.py");
				ZipOutputStream zip = new ZipOutputStream(bytes)) {
			put(zip, "data.pkl", object(type).getBytes(StandardCharsets.ISO_8859_1));
			put(zip, "code/__torch__.py", code.readAllBytes());
			put(zip, "constants.pkl", NO_CONSTANTS.getBytes(StandardCharsets.ISO_8859_1));
			put(zip, "version", "3\n".getBytes(StandardCharsets.ISO_8859_1));
		}
		return bytes.toByteArray();
	}

	/** A pickled object of the class Layers with the attributes training = true, type and order. */
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
	 * Runs one layer as in a training step: with the statistics of its input, by which the running statistics move.
	 *
	 * @param method a method of the script
	 * @param x {@code (batch, channel, height, width)}
	 * @param arrays the further arguments of the method; kernels are those with four dimensions
	 * @param mixed whether the work is done in bfloat16
	 * @return its output, owned by the input's manager; of float32 only if not mixed, or from the method logits
	 */
	static NDArray run(final String method, final NDArray x, final NDList arrays, final boolean mixed) {
		final NDList inputs = new NDList(x);
		for (final NDArray array : arrays) {
			inputs.add(array.getShape().dimension() == 4 ? filled(array, x, mixed) : array);
		}
		// A name with a dot would make DJL pass a dictionary.
		inputs.forEach(value -> value.setName(null));
		final NDManager manager = x.getManager();
		final NDArray name = manager.create(0f);
		name.setName(METHOD + method);
		inputs.add(name);
		final Model layers = mixed ? Mixed.LAYERS : Float32.LAYERS;
		return layers.getBlock().forward(new ParameterStore(manager, false), inputs, true).singletonOrThrow();
	}

	static NDArray filled(final NDArray kernel, final NDArray x, final boolean mixed) {
		// In bfloat16 a single channel, the lightness, needs filling, too.
		final NDArray inputs = mixed ? ChannelPadding.fill(kernel, 1, x) : ChannelPadding.fillInputs(kernel, x);
		return ChannelPadding.fill(inputs, 0, x);
	}
}
