/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import org.scijava.plugin.Parameter;

import sc.fiji.colorize.network.Precision;
import sc.fiji.colorize.train.TrainOptions;

/** A command that trains: the parameters that all of them have, except what the dialog asks for first. */
abstract class TrainingCommand extends EngineCommand {

	@Parameter(required = false, persist = false, label = "Width", min = "0", max = "2", stepSize = "0.125",
			style = "group:Advanced", description = "Factor on the channels of the network; 1 is the network of the paper."
					+ " 0 takes that of the model to start from, else 0.5.")
	private Double width = TrainOptions.defaults().width();

	@Parameter(required = false, persist = false, label = "Schedule", style = "group:Advanced", callback = "custom",
			description = "Stages CROPxBATCHxEPOCHS with commas between, small pictures first.")
	String schedule = (String) TrainOptions.defaults().toMap().get("schedule");

	@Parameter(required = false, persist = false, label = "Learning rate", min = "0.000001", max = "1",
			stepSize = "0.0001", style = "group:Advanced,format:0.000000", callback = "custom",
			description = "About 0.0001 to continue from a model, 0.002 from random values.")
	Double learningRate = TrainOptions.defaults().learningRate();

	@Parameter(required = false, persist = false, label = "Lambda", min = "0", max = "1", stepSize = "0.1",
			style = "group:Advanced",
			description = "Rebalancing of rare colors, from 0 (full) to 1 (none). Lower it if results are brown.")
	private Double lambda = TrainOptions.defaults().lambda();

	@Parameter(required = false, persist = false, label = "Validation photos", min = "0", style = "group:Advanced",
			description = "Photos that are kept apart to measure the model, at most a tenth of all.")
	private Integer validation = TrainOptions.defaults().validationPhotos();

	@Parameter(required = false, persist = false, label = "Device", style = "device,group:Advanced",
			description = "Where the training runs; auto is the first GPU that works, else the CPU.")
	private String device = TrainOptions.defaults().device();

	@Parameter(required = false, persist = false, label = "Precision", choices = {"float32", "bfloat16"},
			style = "group:Advanced", description = "bfloat16 is faster on processors and GPUs made for it.")
	private String precision = TrainOptions.defaults().precision().toString();

	@Parameter(required = false, persist = false, label = "Aged pictures", min = "0", max = "1", stepSize = "0.1",
			style = "group:Advanced",
			description = "Share of the pictures that are faded, blurred and grained like old prints.")
	private Double aging = TrainOptions.defaults().aging();

	@Parameter(required = false, persist = false, label = "Seed", style = "group:Advanced",
			description = "The same seed gives the same model on the same computer.")
	private Long seed = TrainOptions.defaults().seed();

	final TrainOptions options(final String from) {
		return TrainOptions.defaults().from(from).width(width).schedule(TrainOptions.parseSchedule(schedule))
				.learningRate(learningRate).lambda(lambda).validationPhotos(validation).device(device).seed(seed)
				.precision(Precision.parse(precision)).aging(aging);
	}
}
