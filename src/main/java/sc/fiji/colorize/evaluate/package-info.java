/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Measures colorizers: takes colour photos, drops their colour, colorizes them and compares with the truth, at full
 * size. A {@link sc.fiji.colorize.evaluate.ColorizerEvaluation} makes a
 * {@link sc.fiji.colorize.evaluate.Report} with one
 * {@link sc.fiji.colorize.evaluate.EvaluationRow} for each thing compared, which writes itself as JSON, CSV and HTML.
 */
package sc.fiji.colorize.evaluate;
