/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import sc.fiji.colorize.ops.ColorBins;

/**
 * The network in its training form. Each 3x3 convolution is the sum of branches: a 3x3 convolution, a 1x1 convolution and,
 * if input and output have the same shape, the identity. Each branch, and the transposed convolution, has its own batch
 * normalization. The branches fold into the kernels and biases of a {@link ColorizationNetwork} (Ding, Zhang, Ma, Han,
 * Ding and Sun, 2021: RepVGG: Making VGG-style ConvNets Great Again, arXiv 2101.03697). This form can start from random
 * values, and needs fewer photos than the published form.
 * <ul>
 * <li>data: {@code (batch, 1, height, width)} float32, L* in [0, 100], height and width multiples of 8
 * <li>out: {@code (batch, 313, height / 4, width / 4)} float32, logits of the color distribution; computed by the branches
 * with the statistics of the batch in training, and by the folded network otherwise
 * </ul>
 * The name of a parameter consists of the published layer and the branch: {@code model1.0.3x3.kernel}, and {@code weight},
 * {@code bias}, {@code running_mean} and {@code running_var} of the batch normalization.
 */
public final class BranchedNetwork extends AbstractBlock {

	static final float EPSILON = 1e-5f;
	/** Standard deviation of the weights of the last layer before training. */
	private static final float LAST_DEVIATION = 0.01f;
	/** Initial probability of bins that do not occur, so that their logits are finite. */
	private static final double SMALLEST_SHARE = 1e-6;

	/** The parameters of a batch normalization. */
	private static final Map<String, Parameter.Type> NORMALIZATION = normalization();

	/**
	 * One branch of a layer.
	 *
	 * @param name prefix of the names of its parameters
	 * @param kernel size of its kernel; 0 for the identity
	 */
	record Branch(String name, int kernel) {
	}

	/**
	 * A layer of the published network.
	 *
	 * @param name published name
	 * @param method method of the script that runs it
	 * @param branches branches of the convolution; empty for a batch normalization and for the last layer, which have the
	 *        published parameters
	 * @param in number of input channels
	 * @param out number of output channels
	 */
	record Layer(String name, String method, List<Branch> branches, int in, int out) {

		boolean isTransposed() {
			return method.equals("transposed");
		}
	}

	private final double width;
	private final List<Layer> layers = new ArrayList<>();
	/** Parameters by layer. */
	private final Map<String, List<Parameter>> parameters = new LinkedHashMap<>();
	private boolean mixedPrecision;
	/** Predicts between training steps; null after a training step. */
	private ColorizationNetwork folded;
	private NDManager foldedManager;

	/**
	 * Creates the network without values.
	 *
	 * @param width factor on the number of channels, above 0 and at most 2; 1 is the published network
	 * @throws IllegalArgumentException if the width is out of range
	 */
	public BranchedNetwork(final double width) {
		this.width = width;
		final Map<String, Shape> shapes = ColorizationNetwork.shapes(width);
		int in = 1;
		for (final ColorizationNetwork.Layer published : new ColorizationNetwork(width).layers()) {
			final int out = (int) shapes.get(published.name() + ".bias").get(0);
			final Layer layer = layer(published, in, out);
			layers.add(layer);
			parameters.put(layer.name(), new ArrayList<>());
			for (final Branch branch : layer.branches()) {
				if (branch.kernel() > 0) {
					add(layer, branch.name() + ".kernel", Parameter.Type.WEIGHT, kernelShape(layer, branch));
				}
				NORMALIZATION.forEach((part, type) -> add(layer, branch.name() + "." + part, type, new Shape(out)));
			}
			if (published.block() instanceof BatchNorm) {
				NORMALIZATION.forEach((part, type) -> add(layer, layer.name() + "." + part, type, new Shape(out)));
			}
			else if (layer.branches().isEmpty()) {
				add(layer, layer.name() + ".weight", Parameter.Type.WEIGHT, shapes.get(layer.name() + ".weight"));
				add(layer, layer.name() + ".bias", Parameter.Type.BIAS, new Shape(out));
			}
			in = out;
		}
	}

	private static Map<String, Parameter.Type> normalization() {
		final Map<String, Parameter.Type> parts = new LinkedHashMap<>();
		// In the order of the script's arguments.
		parts.put("weight", Parameter.Type.GAMMA);
		parts.put("bias", Parameter.Type.BETA);
		parts.put("running_mean", Parameter.Type.RUNNING_MEAN);
		parts.put("running_var", Parameter.Type.RUNNING_VAR);
		return parts;
	}

	private static Layer layer(final ColorizationNetwork.Layer published, final int in, final int out) {
		final String name = published.name();
		if (published.block() instanceof BatchNorm) {
			return new Layer(name, "normalization", List.of(), in, out);
		}
		if (published.block() instanceof SubPixelTransposedConvolution) {
			return new Layer(name, "transposed", List.of(new Branch(name + ".4x4", 4)), in, out);
		}
		if (!published.relu()) {
			return new Layer(name, "logits", List.of(), in, out);
		}
		final Conv2d convolution = (Conv2d) published.block();
		final boolean strided = convolution.getStride().get(0) > 1;
		final boolean dilated = convolution.getDilation().get(0) > 1;
		final boolean identity = in == out && !strided;
		final List<Branch> branches = new ArrayList<>();
		branches.add(new Branch(name + ".3x3", 3));
		branches.add(new Branch(name + ".1x1", 1));
		if (identity) {
			branches.add(new Branch(name + ".identity", 0));
		}
		final String method = strided ? "strided" : dilated ? "dilated" : "convolution";
		return new Layer(name, identity ? method + "_identity" : method, branches, in, out);
	}

	static Shape kernelShape(final Layer layer, final Branch branch) {
		return layer.isTransposed() ? new Shape(layer.in(), layer.out(), branch.kernel(), branch.kernel())
				: new Shape(layer.out(), layer.in(), branch.kernel(), branch.kernel());
	}

	private void add(final Layer layer, final String name, final Parameter.Type type, final Shape shape) {
		parameters.get(layer.name()).add(addParameter(Parameter.builder().setName(name).setType(type).optShape(shape)
				.optRequiresGrad(type != Parameter.Type.RUNNING_MEAN && type != Parameter.Type.RUNNING_VAR).build()));
	}

	/**
	 * The factor on the number of channels.
	 *
	 * @return above 0
	 */
	public double width() {
		return width;
	}

	/**
	 * Selects the precision of training steps; predictions use float32.
	 *
	 * @param mixed whether convolutions compute in bfloat16, which is faster on processors and GPUs that support it
	 */
	public void setMixedPrecision(final boolean mixed) {
		mixedPrecision = mixed;
	}

	/** The layers in the order in which they run. */
	List<Layer> layers() {
		return Collections.unmodifiableList(layers);
	}

	/**
	 * The parameters by name.
	 *
	 * @return in the order of the layers, unmodifiable
	 */
	public Map<String, Parameter> parameters() {
		final Map<String, Parameter> byName = new LinkedHashMap<>();
		parameters.values().forEach(all -> all.forEach(parameter -> byName.put(parameter.getName(), parameter)));
		return Collections.unmodifiableMap(byName);
	}

	/**
	 * Initializes the network with random values (He et al., 2015) such that it predicts nearly the same distribution for
	 * all images.
	 *
	 * @param manager owner of all values
	 * @param constant that distribution, 313 numbers of 0 or more (for rebalanced training: prior times weights)
	 * @param seed seed of the random numbers
	 */
	public void initialize(final NDManager manager, final double[] constant, final long seed) {
		final Random random = new Random(seed);
		final Map<String, float[]> values = new LinkedHashMap<>();
		for (final Layer layer : layers) {
			for (final Branch branch : layer.branches()) {
				if (branch.kernel() > 0) {
					values.put(branch.name() + ".kernel", random(layer, branch, random));
				}
			}
			if (layer.method().equals("logits")) {
				values.put(layer.name() + ".weight", gaussian(layer.in() * layer.out(), LAST_DEVIATION, random));
				values.put(layer.name() + ".bias", logarithms(constant));
			}
		}
		initialize(values, manager);
	}

	private static float[] logarithms(final double[] constant) {
		final double sum = Arrays.stream(constant).sum();
		final float[] logits = new float[ColorBins.COUNT];
		for (int q = 0; q < logits.length; q++) {
			logits[q] = (float) Math.log(constant[q] / sum + SMALLEST_SHARE);
		}
		return logits;
	}

	/** Random values of a kernel. */
	static float[] random(final Layer layer, final Branch branch, final Random random) {
		return gaussian((int) kernelShape(layer, branch).size(), deviation(layer, branch), random);
	}

	/** The standard deviation of a random kernel. */
	static double deviation(final Layer layer, final Branch branch) {
		// Each output of the transposed convolution reads a quarter of the taps.
		final int taps = branch.kernel() * branch.kernel() / (layer.isTransposed() ? 4 : 1);
		return Math.sqrt(2.0 / (layer.in() * taps));
	}

	private static float[] gaussian(final int count, final double deviation, final Random random) {
		final float[] values = new float[count];
		for (int i = 0; i < count; i++) {
			values[i] = (float) (deviation * random.nextGaussian());
		}
		return values;
	}

	/** Initializes the network with values by name; missing batch normalizations start as the identity. */
	void initialize(final Map<String, float[]> values, final NDManager manager) {
		final Map<String, NDArray> arrays = new LinkedHashMap<>();
		parameters().forEach((name, parameter) -> {
			if (values.containsKey(name)) {
				arrays.put(name, manager.create(values.get(name), parameter.getShape()));
			}
		});
		initialize(manager, arrays);
	}

	/**
	 * Initializes the network with given values.
	 *
	 * @param manager owner of all values
	 * @param values values by the names of {@link #parameters}; missing batch normalizations start as the identity
	 * @throws IllegalArgumentException if a value has another shape
	 */
	public void initialize(final NDManager manager, final Map<String, NDArray> values) {
		parameters().forEach((name, parameter) -> {
			final NDArray value = values.get(name);
			if (value != null && !value.getShape().equals(parameter.getShape())) {
				throw new IllegalArgumentException("The values of " + name + " have the shape " + value.getShape()
						+ ", but a network of width " + width + " needs " + parameter.getShape() + ".");
			}
			if (value != null) {
				parameter.setInitializer((owner, shape, type) -> {
					value.attach(owner);
					return value;
				});
			}
		});
		initialize(manager, DataType.FLOAT32,
				new Shape(1, 1, ColorizationNetwork.GRANULARITY, ColorizationNetwork.GRANULARITY));
	}

	/**
	 * Folds the branches into one kernel and one bias per convolution.
	 *
	 * @param manager owner of the new network's values
	 * @return the published form of the network; it computes the same, with the running statistics, up to rounding
	 */
	public ColorizationNetwork fold(final NDManager manager) {
		final Map<String, Shape> shapes = ColorizationNetwork.shapes(width);
		final Map<String, NDArray> published = new LinkedHashMap<>();
		for (final Layer layer : layers) {
			final Map<String, float[]> values = new LinkedHashMap<>();
			parameters.get(layer.name())
					.forEach(parameter -> values.put(parameter.getName(), parameter.getArray().toFloatArray()));
			(layer.branches().isEmpty() ? values : Folding.fold(layer, values))
					.forEach((name, value) -> published.put(name, manager.create(value, shapes.get(name))));
		}
		final ColorizationNetwork network = new ColorizationNetwork(width);
		network.initialize(manager, published);
		network.freezeParameters(true);
		DeadChannels.resetRunningVariance(network);
		return network;
	}

	@Override
	protected NDList forwardInternal(final ParameterStore store, final NDList inputs, final boolean training,
			final PairList<String, Object> params) {
		final NDArray lightness = inputs.singletonOrThrow();
		if (!training) {
			return new NDList(folded().predict(lightness));
		}
		forget();
		NDArray x = ColorizationNetwork.normalize(lightness);
		for (final Layer layer : layers) {
			final NDList arrays = new NDList();
			for (final Parameter parameter : parameters.get(layer.name())) {
				arrays.add(store.getValue(parameter, x.getDevice(), true));
			}
			x = run(layer, x, arrays, mixedPrecision);
		}
		return new NDList(x);
	}

	/**
	 * Runs one layer and its ReLU in training.
	 *
	 * @param arrays values of the layer's parameters, in their order
	 */
	static NDArray run(final Layer layer, final NDArray x, final NDList arrays, final boolean mixed) {
		if (!layer.method().equals("logits")) {
			return LayerScript.run(layer.method(), x, arrays, mixed);
		}
		// A matrix product, because the 1x1 convolution of PyTorch 2.7.1 computes the last of 313 channels wrong on AVX-512.
		final NDArray matrix = arrays.get(0).reshape(layer.out(), layer.in());
		matrix.attach(x.getManager());
		return LayerScript.run("logits", x, new NDList(matrix, arrays.get(1)), mixed);
	}

	/** The folded network, which is valid until the next training step. */
	private ColorizationNetwork folded() {
		if (folded == null) {
			foldedManager = getDirectParameters().get(0).getValue().getArray().getManager().newSubManager();
			folded = fold(foldedManager);
		}
		return folded;
	}

	private void forget() {
		if (folded != null) {
			foldedManager.close();
			folded = null;
		}
	}

	@Override
	public Shape[] getOutputShapes(final Shape[] inputShapes) {
		final Shape in = inputShapes[0];
		return new Shape[] {new Shape(in.get(0), ColorBins.COUNT, in.get(2) / ColorizationNetwork.OUTPUT_STRIDE,
				in.get(3) / ColorizationNetwork.OUTPUT_STRIDE)};
	}
}
