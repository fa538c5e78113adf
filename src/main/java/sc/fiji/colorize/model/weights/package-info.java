/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Readers of weights files: PyTorch state dicts, as zip or in the older format, and safetensors. They check sizes before
 * they allocate memory, and never execute pickles. Also the writer of safetensors for models.
 */
package sc.fiji.colorize.model.weights;
