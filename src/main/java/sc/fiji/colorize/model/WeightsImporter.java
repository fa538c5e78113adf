/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Converts published weights to a model zip. */
@FunctionalInterface
interface WeightsImporter {

	/**
	 * Reads the weights and writes the model atomically.
	 *
	 * @param weights the weights file, whose checksum was verified
	 * @param known description of the model
	 * @param model the zip to write
	 * @param canceled polled before each tensor; true cancels
	 * @throws IOException if the conversion fails; the message is a sentence
	 * @throws CancellationException if canceled; nothing is written
	 */
	void run(Path weights, KnownModel known, Path model, BooleanSupplier canceled) throws IOException;
}
