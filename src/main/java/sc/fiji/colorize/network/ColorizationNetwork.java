/*
 * Fiji Colorize: plausible colour for gray images.
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
 * The network of Zhang, Isola and Efros (2016) as released by the authors: eight blocks of convolutions, each layer
 * followed by a ReLU and blocks 1 to 7 closed by a batch normalisation; three steps of stride 2 and no pooling;
 * dilation 2 in blocks 5 and 6; one transposed convolution; a 1x1 convolution to the 313 bins.
 * <ul>
 * <li>data: {@code (batch, 1, height, width)} float32, L* in [0, 100], height and width multiples of 8
 * <li>out: {@code (batch, 313, height / 4, width / 4)} float32, logits of the colour distribution
 * </ul>
 * A width multiplier scales the number of channels of all hidden layers; 1 is the published network (32.2 million
 * parameters). Parameters have the names of the published PyTorch state dict ({@code model1.0.weight}, ...). The
 * published layer {@code model_out} (distribution to ab) is no part of it: that is the annealed mean.
 */
public final class ColorizationNetwork extends AbstractBlock {

	/** Height and width of an input must be multiples of this. */
	public static final int GRANULARITY = 8;
	/** The largest width multiplier. */
	public static final double MAX_WIDTH = 2;
	/** An output place stands for a square of this many input pixels on a side. */
	public static final int OUTPUT_STRIDE = 4;

	private static final float LIGHTNESS_CENTER = 50;
	private static final float LIGHTNESS_SCALE = 100;
	/** What DJL calls momentum is one minus PyTorch's 0.1. */
	private static final float BATCH_NORM_MOMENTUM = 0.9f;
	private static final float BATCH_NORM_EPSILON = 1e-5f;

	/** The most values of a single image that PyTorch does not give to oneDNN. */
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
	 * Builds the network without values; {@link #initialize} or loading gives it some.
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
				// In the published module each convolution is followed by a ReLU, so the indices go in steps of two.
				add(block, 2 * i, convolution(channels(block), 3, stride, dilation), true);
			}
			add(block, 2 * depth,
					BatchNorm.builder().optMomentum(BATCH_NORM_MOMENTUM).optEpsilon(BATCH_NORM_EPSILON).build(), false);
		}
		add(8, 0, new SubPixelTransposedConvolution(channels(8)), true);
		add(8, 2, convolution(channels(8), 3, 1, 1), true);
		add(8, 4, convolution(channels(8), 3, 1, 1), true);
		// A kernel of one place has nothing to dilate, but PyTorch with one thread leaves it to NNPACK if it is not dilated.
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
	 * The shapes of all parameters of a network of the given width, under the names of the published state dict.
	 *
	 * @param width factor on the number of channels
	 * @return name to shape
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
	 * The width of the network that tensors belong to, found from the numbers of its channels.
	 *
	 * @param shapes by published name
	 * @return a width, or none if no width gives these numbers; other sizes are not looked at
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
		// Most likely the widest layers have a whole number of channels before rounding.
		final double exact = widest / (double) CHANNELS[DILATED_FROM];
		return widest == 0 || low >= high ? OptionalDouble.empty()
				: OptionalDouble.of(exact >= low && exact < high ? exact : (low + high) / 2);
	}

	/**
	 * Gives the network its values; parameters without one start at the usual constants (batch normalisation as the
	 * identity, biases 0).
	 *
	 * @param manager becomes the owner of all values
	 * @param values by published name, of the shapes that {@link #shapes} tells; others are ignored
	 * @throws IllegalArgumentException if a value has another shape
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

	/** A copy for predictions, its values owned by a manager and on that manager's device. */
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
	 * The distribution of an image as the network sees it.
	 *
	 * @param lightness {@code (batch, 1, height, width)}, L* in [0, 100]
	 * @return {@code (batch, 313, height / 4, width / 4)} logits, owned by the input's manager, which should be one of
	 *         its own and closed after use
	 */
	public NDArray predict(final NDArray lightness) {
		// A parameter store keeps nothing on the parameters' own device: it only hands them out.
		final ParameterStore store = new ParameterStore(lightness.getManager(), false);
		final long batch = lightness.getShape().get(0);
		if (batch == 1 || lightness.getDevice().isGpu()) {
			return forward(store, new NDList(lightness), false).singletonOrThrow();
		}
		// One by one: a processor gains nothing by a batch, and loses by arrays that leave its caches and that the system
		// gives, takes back and clears each time.
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

	/** The network's own scale of lightness: (L - 50) / 100. */
	static NDArray normalize(final NDArray lightness) {
		return lightness.sub(LIGHTNESS_CENTER).divi(LIGHTNESS_SCALE);
	}

	/** One layer without the ReLU after it. */
	static NDArray beforeRelu(final Layer layer, final ParameterStore store, final NDArray x) {
		if (layer.block() instanceof Conv2d block) {
			final NDArray weight = store.getValue(block.getParameters().get("weight"), x.getDevice(), false);
			final NDArray bias = store.getValue(block.getParameters().get("bias"), x.getDevice(), false);
			return Conv2d.conv2d(ChannelPadding.fillInputs(x, x), ChannelPadding.fillInputs(weight, x), bias,
					block.getStride(), block.getPadding(), block.getDilation(), 1).singletonOrThrow();
		}
		return layer.block().forward(store, new NDList(x), false).singletonOrThrow();
	}

	/** One layer and the ReLU after it. */
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
	 * Whether PyTorch leaves a convolution to NNPACK: not to oneDNN as all others, and not without a complaint on standard
	 * error, each time, on processors that NNPACK does not know.
	 */
	private static boolean isForNnpack(final NDArray x) {
		return x.getShape().get(0) == 1 && x.size() <= NNPACK_LARGEST && !x.getDevice().isGpu();
	}

	/** A layer as of a batch of two equal images, which NNPACK is not given. */
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
