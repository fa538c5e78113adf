/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import sc.fiji.colorize.ops.ColorBins;

/**
 * The network of Zhang, Isola and Efros (2016) as released by the authors: eight blocks of convolutions with a ReLU after
 * each layer and a batch normalization at the end of blocks 1 to 7; three strides of 2 and no pooling; dilation 2 in blocks
 * 5 and 6; one transposed convolution; a 1x1 convolution to the 313 bins.
 * <ul>
 * <li>data: {@code (batch, 1, height, width)} float32, L* in [0, 100], height and width multiples of 8
 * <li>out: {@code (batch, 313, height / 4, width / 4)} float32, logits of the color distribution
 * </ul>
 * A width multiplier scales the number of channels of all hidden layers; 1 is the published network (32.2 million
 * parameters). Parameters have the names of the published PyTorch state dict ({@code model1.0.weight}, ...). The annealed
 * mean replaces the published layer {@code model_out}, which maps the distribution to ab.
 */
public final class ColorizationNetwork extends AbstractBlock {

	/** Height and width of an input must be multiples of this. */
	public static final int GRANULARITY = 8;
	/** The largest width multiplier. */
	public static final double MAX_WIDTH = 2;
	/** Each output cell covers a square of this many input pixels on a side. */
	public static final int OUTPUT_STRIDE = 4;

	private static final float LIGHTNESS_CENTER = 50;
	private static final float LIGHTNESS_SCALE = 100;
	/** DJL's momentum is 1 minus PyTorch's, which is 0.1. */
	private static final float BATCH_NORM_MOMENTUM = 0.9f;
	private static final float BATCH_NORM_EPSILON = 1e-5f;

	/** PyTorch passes single images of up to this many values to NNPACK instead of oneDNN. */
	private static final long NNPACK_LARGEST = 20_480;

	/** Channels of blocks 1 to 8, as published. */
	private static final int[] CHANNELS = {64, 128, 256, 512, 512, 512, 512, 256};
	/** Layers of blocks 1 to 7. */
	private static final int[] DEPTHS = {2, 2, 3, 3, 3, 3, 3};
	private static final int DILATED_FROM = 5;
	private static final int DILATED_TO = 6;
	private static final int STRIDED_TO = 3;

	/** A layer under its published name. */
	record Layer(String name, Block block, boolean relu) {

		boolean isConvolution() {
			return !(block instanceof BatchNorm);
		}
	}

	private final double width;
	private final List<Layer> layers = new ArrayList<>();

	/**
	 * Creates the network without values.
	 *
	 * @param width factor on the number of channels, above 0 and at most 2; 1 is the published network
	 * @throws IllegalArgumentException if the width is out of range
	 */
	public ColorizationNetwork(final double width) {
		if (!(width > 0 && width <= MAX_WIDTH)) {
			throw new IllegalArgumentException("The network width must be above 0 and at most 2 but is " + width + ".");
		}
		this.width = width;
		for (int block = 1; block <= DEPTHS.length; block++) {
			final int depth = DEPTHS[block - 1];
			final int dilation = block >= DILATED_FROM && block <= DILATED_TO ? 2 : 1;
			for (int i = 0; i < depth; i++) {
				final int stride = block <= STRIDED_TO && i == depth - 1 ? 2 : 1;
				// The published module counts the ReLUs between the convolutions.
				add(block, 2 * i, convolution(channels(block), 3, stride, dilation), true);
			}
			add(block, 2 * depth,
					BatchNorm.builder().optMomentum(BATCH_NORM_MOMENTUM).optEpsilon(BATCH_NORM_EPSILON).build(), false);
		}
		add(8, 0, new SubPixelTransposedConvolution(channels(8)), true);
		add(8, 2, convolution(channels(8), 3, 1, 1), true);
		add(8, 4, convolution(channels(8), 3, 1, 1), true);
		// Dilation does not change a 1x1 convolution, but keeps single-threaded PyTorch from using NNPACK.
		add(8, 6, convolution(ColorBins.COUNT, 1, 1, 2), false);
	}

	private int channels(final int block) {
		return Math.max(1, (int) Math.round(width * CHANNELS[block - 1]));
	}

	private static Block convolution(final int filters, final int kernel, final int stride, final int dilation) {
		final int padding = kernel / 2 * dilation;
		return Conv2d.builder().setKernelShape(new Shape(kernel, kernel)).setFilters(filters)
				.optStride(new Shape(stride, stride)).optPadding(new Shape(padding, padding))
				.optDilation(new Shape(dilation, dilation)).build();
	}

	private void add(final int block, final int index, final Block layer, final boolean relu) {
		final String name = "model" + block + "." + index;
		layers.add(new Layer(name, addChildBlock(name, layer), relu));
	}

	/**
	 * The factor on the number of channels.
	 *
	 * @return above 0
	 */
	public double width() {
		return width;
	}

	/** The layers in the order in which they run. */
	List<Layer> layers() {
		return Collections.unmodifiableList(layers);
	}

	/**
	 * The parameters under the names of the published state dict, in its order.
	 *
	 * @return name to parameter, unmodifiable
	 */
	public Map<String, Parameter> stateDict() {
		final Map<String, Parameter> parameters = new LinkedHashMap<>();
		for (final Layer layer : layers) {
			for (final Parameter parameter : layer.block().getDirectParameters().values()) {
				parameters.put(layer.name() + "." + switch (parameter.getType()) {
					case WEIGHT, GAMMA -> "weight";
					case BIAS, BETA -> "bias";
					case RUNNING_MEAN -> "running_mean";
					case RUNNING_VAR -> "running_var";
					default -> throw new IllegalStateException("unexpected parameter " + parameter.getName());
				}, parameter);
			}
		}
		return Collections.unmodifiableMap(parameters);
	}

	/**
	 * The shapes of all parameters of a network.
	 *
	 * @param width factor on the number of channels
	 * @return shapes by published name, in the order of the state dict
	 */
	public static Map<String, Shape> shapes(final double width) {
		final Map<String, Shape> shapes = new LinkedHashMap<>();
		long in = 1;
		for (final Layer layer : new ColorizationNetwork(width).layers) {
			if (layer.block() instanceof Conv2d convolution) {
				final long kernel = convolution.getKernelShape().get(0);
				final long out = convolution.getFilters();
				shapes.put(layer.name() + ".weight", new Shape(out, in, kernel, kernel));
				shapes.put(layer.name() + ".bias", new Shape(out));
				in = out;
			}
			else if (layer.block() instanceof SubPixelTransposedConvolution transposed) {
				final long out = transposed.getOutputShapes(new Shape[] {new Shape(1, in, 1, 1)})[0].get(1);
				shapes.put(layer.name() + ".weight", new Shape(in, out, 4, 4));
				shapes.put(layer.name() + ".bias", new Shape(out));
				in = out;
			}
			else {
				for (final String part : new String[] {"weight", "bias", "running_mean", "running_var"}) {
					shapes.put(layer.name() + "." + part, new Shape(in));
				}
			}
		}
		return shapes;
	}

	/**
	 * Derives the width of a network from its numbers of channels.
	 *
	 * @param shapes shapes by published name; only those of the biases are used
	 * @return the width; empty if no width has these numbers of channels
	 */
	public static OptionalDouble width(final Map<String, Shape> shapes) {
		double low = 0;
		double high = Math.nextUp(MAX_WIDTH);
		long widest = 0;
		for (final Map.Entry<String, Shape> published : shapes(1).entrySet()) {
			final Shape shape = shapes.get(published.getKey());
			if (!published.getKey().endsWith(".bias") || shape == null || shape.dimension() != 1
					|| published.getValue().get(0) == ColorBins.COUNT) {
				continue;
			}
			final double channels = shape.get(0);
			final long all = published.getValue().get(0);
			low = Math.max(low, channels <= 1 ? 0 : (channels - 0.5) / all);
			high = Math.min(high, (channels + 0.5) / all);
			widest = Math.max(widest, shape.get(0));
		}
		// Prefer the width at which the widest layers need no rounding.
		final double exact = widest / (double) CHANNELS[DILATED_FROM];
		return widest == 0 || low >= high ? OptionalDouble.empty()
				: OptionalDouble.of(exact >= low && exact < high ? exact : (low + high) / 2);
	}

	/**
	 * Initializes the network with given values. Missing batch normalizations start as the identity, missing biases as 0.
	 *
	 * @param manager owner of all values
	 * @param values values by published name; other names are ignored
	 * @throws IllegalArgumentException if a shape differs from {@link #shapes}
	 */
	public void initialize(final NDManager manager, final Map<String, NDArray> values) {
		shapes(width).forEach((name, shape) -> {
			final NDArray value = values.get(name);
			if (value != null && !value.getShape().equals(shape)) {
				throw new IllegalArgumentException("The values of " + name + " have the shape " + value.getShape()
						+ ", but a network of width " + width + " needs " + shape + ".");
			}
		});
		stateDict().forEach((name, parameter) -> {
			final NDArray value = values.get(name);
			if (value != null) {
				parameter.setInitializer((owner, shape, type) -> {
					value.attach(owner);
					return value;
				});
			}
		});
		initialize(manager, DataType.FLOAT32, new Shape(1, 1, GRANULARITY, GRANULARITY));
	}

	/** Copies the network to a manager and its device, for predictions. */
	ColorizationNetwork copy(final NDManager manager) {
		final Map<String, NDArray> values = new LinkedHashMap<>();
		stateDict().forEach((name, parameter) -> {
			final NDArray value = parameter.getArray();
			values.put(name, manager.create(value.toFloatArray(), value.getShape()));
		});
		final ColorizationNetwork copy = new ColorizationNetwork(width);
		copy.initialize(manager, values);
		copy.freezeParameters(true);
		return copy;
	}

	/**
	 * Predicts color distributions.
	 *
	 * @param lightness {@code (batch, 1, height, width)}, L* in [0, 100]
	 * @return {@code (batch, 313, height / 4, width / 4)} logits, owned by the input's manager; close a manager per call to
	 *         free intermediate results
	 */
	public NDArray predict(final NDArray lightness) {
		// Without copies: the parameters are on the device of the input.
		final ParameterStore store = new ParameterStore(lightness.getManager(), false);
		final long batch = lightness.getShape().get(0);
		if (batch == 1 || lightness.getDevice().isGpu()) {
			return forward(store, new NDList(lightness), false).singletonOrThrow();
		}
		// On a CPU, batches are slower than single images: their arrays exceed the caches and are allocated each time.
		final NDList logits = new NDList();
		for (long i = 0; i < batch; i++) {
			logits.add(forward(store, new NDList(lightness.get(new NDIndex("{}:{}", i, i + 1))), false)
					.singletonOrThrow());
		}
		final NDArray all = NDArrays.concat(logits);
		logits.close();
		return all;
	}

	@Override
	protected NDList forwardInternal(final ParameterStore store, final NDList inputs, final boolean training,
			final PairList<String, Object> params) {
		if (training) {
			throw new UnsupportedOperationException("This network predicts; a BranchedNetwork trains.");
		}
		NDArray x = normalize(inputs.singletonOrThrow());
		for (final Layer layer : layers) {
			final NDArray y = apply(layer, store, x);
			x.close();
			x = y;
		}
		return new NDList(x);
	}

	/** Scales L* to the input of the network: (L - 50) / 100. */
	static NDArray normalize(final NDArray lightness) {
		return lightness.sub(LIGHTNESS_CENTER).divi(LIGHTNESS_SCALE);
	}

	/** Runs one layer without its ReLU. */
	static NDArray beforeRelu(final Layer layer, final ParameterStore store, final NDArray x) {
		if (layer.block() instanceof Conv2d block) {
			final NDArray weight = store.getValue(block.getParameters().get("weight"), x.getDevice(), false);
			final NDArray bias = store.getValue(block.getParameters().get("bias"), x.getDevice(), false);
			return Conv2d.conv2d(ChannelPadding.padInputs(x, x), ChannelPadding.padInputs(weight, x), bias,
					block.getStride(), block.getPadding(), block.getDilation(), 1).singletonOrThrow();
		}
		return layer.block().forward(store, new NDList(x), false).singletonOrThrow();
	}

	/** Runs one layer and its ReLU. */
	static NDArray apply(final Layer layer, final ParameterStore store, final NDArray x) {
		final NDArray y = layer.isConvolution() && isForNnpack(x) ? twice(layer, store, x) : beforeRelu(layer, store, x);
		if (!layer.relu()) {
			return y;
		}
		try (y) {
			return Activation.relu(y);
		}
	}

	/**
	 * Whether PyTorch would use NNPACK for a convolution, which prints a warning per call on processors that it does not
	 * support.
	 */
	private static boolean isForNnpack(final NDArray x) {
		return x.getShape().get(0) == 1 && x.size() <= NNPACK_LARGEST && !x.getDevice().isGpu();
	}

	/** Runs a layer on a batch of two equal images, which PyTorch does not pass to NNPACK. */
	private static NDArray twice(final Layer layer, final ParameterStore store, final NDArray x) {
		try (NDArray two = x.concat(x);
				NDArray both = beforeRelu(layer, store, two)) {
			return both.get(new NDIndex("0:1"));
		}
	}

	@Override
	public void initializeChildBlocks(final NDManager manager, final DataType dataType, final Shape... inputShapes) {
		Shape[] shapes = inputShapes;
		for (final Layer layer : layers) {
			layer.block().initialize(manager, dataType, shapes);
			shapes = layer.block().getOutputShapes(shapes);
		}
	}

	@Override
	public Shape[] getOutputShapes(final Shape[] inputShapes) {
		Shape[] shapes = inputShapes;
		for (final Layer layer : layers) {
			shapes = layer.block().getOutputShapes(shapes);
		}
		return shapes;
	}
}
