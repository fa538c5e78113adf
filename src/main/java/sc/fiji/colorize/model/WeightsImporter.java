/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Makes a model zip of a file of published weights. */
@FunctionalInterface
interface WeightsImporter {

	/**
	 * Reads the weights and writes the model; an older file of the name stays until the new one is complete.
	 *
	 * @param weights a file whose checksum is that of the known model
	 * @param known what is said of the model
	 * @param model the zip to write
	 * @param cancelled is asked now and then
	 * @throws IOException with a sentence that says what is wrong
	 * @throws CancellationException if cancelled; nothing is written then
	 */
	void run(Path weights, KnownModel known, Path model, BooleanSupplier cancelled) throws IOException;
}
