/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Evaluates colorizers: removes the color of photos, colorizes them and compares the results with the truth at full size. A
 * {@link sc.fiji.colorize.evaluate.ColorizerEvaluation} returns a {@link sc.fiji.colorize.evaluate.Report} with one
 * {@link sc.fiji.colorize.evaluate.EvaluationRow} per configuration, which is written as JSON, CSV and HTML.
 */
package sc.fiji.colorize.evaluate;
