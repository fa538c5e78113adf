/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.util.LinkedHashMap;
import java.util.Map;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.optimizer.Optimizer;

/**
 * Adam (Kingma and Ba, 2015) with DJL's update and accessible moments for checkpoints. DJL's own Adam does not expose them.
 */
final class ResumableAdam extends Optimizer {

	private static final float BETA_1 = 0.9f;
	/** As in the authors' solver settings. */
	private static final float BETA_2 = 0.99f;
	private static final float EPSILON = 1e-8f;

	private final NDManager manager;
	private final Map<String, String> names;
	private final float weightDecay;
	/** Moments by parameter name and device. */
	private final Map<String, NDArray> means = new LinkedHashMap<>();
	private final Map<String, NDArray> variances = new LinkedHashMap<>();
	private double learningRate;
	private long step;
	private boolean discarding;

	/**
	 * @param manager owner of the moments
	 * @param names published names of the parameters by DJL's id
	 * @param weightDecay weight decay of kernels; each step subtracts it times the learning rate times the kernel
	 */
	ResumableAdam(final NDManager manager, final Map<String, String> names, final double weightDecay) {
		super(new Builder());
		this.manager = manager;
		this.names = names;
		this.weightDecay = (float) weightDecay;
	}

	/** For the parameters of a network by published name. */
	static ResumableAdam of(final NDManager manager, final Map<String, Parameter> parameters, final double weightDecay) {
		final Map<String, String> names = new LinkedHashMap<>();
		parameters.forEach((name, parameter) -> names.put(parameter.getId(), name));
		return new ResumableAdam(manager, names, weightDecay);
	}

	/** Sets the learning rate and the number, from 1, of the next step. */
	void beginStep(final double rate, final long number) {
		learningRate = rate;
		step = number;
	}

	/** Selects whether the next updates discard the gradients on all devices instead of applying them. */
	void discard(final boolean discard) {
		discarding = discard;
	}

	@Override
	public void update(final String parameterId, final NDArray weight, final NDArray gradient) {
		if (discarding) {
			try (NDArray stale = weight.getGradient()) {
				stale.subi(stale);
			}
			return;
		}
		final String key = key(names.get(parameterId), weight.getDevice());
		final NDArray mean = means.computeIfAbsent(key, k -> zeros(weight));
		final NDArray variance = variances.computeIfAbsent(key, k -> zeros(weight));
		final double correction = Math.sqrt(1 - Math.pow(BETA_2, step)) / (1 - Math.pow(BETA_1, step));
		final boolean kernel = weight.getShape().dimension() == 4;
		weight.getNDArrayInternal().adamUpdate(new NDList(weight, gradient, mean, variance), new NDList(weight),
				(float) learningRate, (float) (learningRate * correction), kernel ? weightDecay : 0, 1, -1,
				BETA_1, BETA_2, EPSILON, false, true);
	}

	private NDArray zeros(final NDArray weight) {
		return manager.zeros(weight.getShape(), weight.getDataType(), weight.getDevice());
	}

	private static String key(final String name, final Device device) {
		return name + "@" + device;
	}

	/** The moments on one device; they are the same on all devices. */
	Map<String, NDArray> state(final Device device) {
		final Map<String, NDArray> state = new LinkedHashMap<>();
		for (final String name : names.values()) {
			if (means.containsKey(key(name, device))) {
				state.put("mean." + name, means.get(key(name, device)));
				state.put("variance." + name, variances.get(key(name, device)));
			}
		}
		return state;
	}

	/** Restores the moments of a checkpoint on all devices. */
	void restore(final Map<String, NDArray> state, final Device[] devices) {
		for (final String name : names.values()) {
			for (final Device device : devices) {
				if (state.containsKey("mean." + name)) {
					means.put(key(name, device), own(state.get("mean." + name), device));
					variances.put(key(name, device), own(state.get("variance." + name), device));
				}
			}
		}
	}

	private NDArray own(final NDArray array, final Device device) {
		// On the same device, toDevice shares the memory, which is freed with the arrays of the checkpoint.
		final NDArray copy = array.toDevice(device, false).duplicate();
		copy.attach(manager);
		return copy;
	}

	private static final class Builder extends OptimizerBuilder<Builder> {

		@Override
		protected Builder self() {
			return this;
		}
	}
}
