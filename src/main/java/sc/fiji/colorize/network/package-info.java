/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The convolutional network of the paper as DJL blocks, with a width multiplier: its published form, its training form with
 * branches, the conversion between both, and the rebalanced cross-entropy as a DJL {@code Loss}. The transposed convolution
 * is a sub-pixel convolution, because DJL's PyTorch engine has none.
 */
package sc.fiji.colorize.network;
