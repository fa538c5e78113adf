/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Readers of weights that others trained: PyTorch state dicts, as zip or in the older format, and safetensors. They check
 * sizes before they take memory, and never run a pickle. The safetensors format of our own models is written here too.
 */
package sc.fiji.colorize.model.weights;
