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
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;

import sc.fiji.colorize.ops.ColorBins;

/**
 * The layers as they run in a training step of mixed precision: rounded to bfloat16 where the work is, in float32 where
 * the values are kept. DJL has no bfloat16 of its own, but PyTorch's scripts do, and DJL runs those: the layers are
 * written in {@code layers.py}, which is wrapped here into the archive that PyTorch loads.
 */
final class MixedPrecision {

	/** DJL takes the method of a script from the name of an input that is not passed on. */
	private static final String METHOD = "module_method:";
	/** A pickled object of the class Layers with the attribute training = true. */
	private static final String OBJECT = "\u0080\2c__torch__\nLayers\n)\u0081}X\10\0\0\0training\u0088sb.";
	/** A pickled empty tuple. */
	private static final String NO_CONSTANTS = "\u0080\2).";

	/** Loaded at the first use, for the life of the JVM: DJL closes the block of a model that nobody holds. */
	private static final class Script {

		private static final Model LAYERS = load();

		private static Model load() {
			final Model model = Model.newInstance("layers", TorchEngine.NAME);
			try {
				model.load(new ByteArrayInputStream(archive()));
				return model;
			}
			catch (final IOException | MalformedModelException e) {
				throw new IllegalStateException("PyTorch refuses the layers of mixed precision: use float32.", e);
			}
		}
	}

	private MixedPrecision() {
	}

	private static byte[] archive() throws IOException {
		final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (InputStream code = MixedPrecision.class.getResourceAsStream("layers.py");
				ZipOutputStream zip = new ZipOutputStream(bytes)) {
			put(zip, "data.pkl", OBJECT.getBytes(StandardCharsets.ISO_8859_1));
			put(zip, "code/__torch__.py", code.readAllBytes());
			put(zip, "constants.pkl", NO_CONSTANTS.getBytes(StandardCharsets.ISO_8859_1));
			put(zip, "version", "3\n".getBytes(StandardCharsets.ISO_8859_1));
		}
		return bytes.toByteArray();
	}

	private static void put(final ZipOutputStream zip, final String name, final byte[] content) throws IOException {
		zip.putNextEntry(new ZipEntry("layers/" + name));
		zip.write(content);
	}

	/**
	 * One layer and the ReLU after it, in training.
	 *
	 * @param layer the layer
	 * @param store hands out its parameters
	 * @param x float32 or bfloat16
	 * @return bfloat16; float32 from the last layer
	 */
	static NDArray apply(final ColorizationNetwork.Layer layer, final ParameterStore store, final NDArray x) {
		// In the order in which the layers were given their parameters: weight, bias and the running mean and variance.
		final NDList inputs = new NDList(x);
		layer.block().getDirectParameters().values()
				.forEach(parameter -> inputs.add(store.getValue(parameter, x.getDevice(), true)));
		if (layer.isConvolution()) {
			// One channel is lightness, not a channel of the network.
			final NDArray weight = inputs.get(1);
			final NDArray filled = weight.getShape().get(1) == 1 ? weight : ChannelPadding.fill(weight, 1, x);
			inputs.set(1, ChannelPadding.fill(filled, 0, x));
			inputs.set(2, ChannelPadding.fill(inputs.get(2), 0, x));
		}
		// A name with a dot would make DJL pass a dictionary.
		inputs.forEach(value -> value.setName(null));
		final NDArray method = x.getManager().create(0f);
		method.setName(METHOD + method(layer));
		inputs.add(method);
		final NDArray y = Script.LAYERS.getBlock().forward(store, inputs, true).singletonOrThrow();
		// Only the logits are of a type that DJL can cut.
		return layer.isConvolution() && !layer.relu() ? y.get(new NDIndex(":, :{}", ColorBins.COUNT)) : y;
	}

	private static String method(final ColorizationNetwork.Layer layer) {
		if (layer.block() instanceof BatchNorm) {
			return "normalization";
		}
		if (layer.block() instanceof SubPixelTransposedConvolution) {
			return "transposed";
		}
		final Conv2d convolution = (Conv2d) layer.block();
		if (!layer.relu()) {
			return "logits";
		}
		if (convolution.getStride().get(0) == 2) {
			return "strided";
		}
		return convolution.getDilation().get(0) == 2 ? "dilated" : "convolution";
	}
}
