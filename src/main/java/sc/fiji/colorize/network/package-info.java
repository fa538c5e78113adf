/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The convolutional network of the paper as DJL blocks, with a width multiplier; its transposed convolution as a
 * sub-pixel convolution, because DJL's PyTorch engine has none; the data-dependent initialisation that it needs to
 * start learning; and the rebalanced cross-entropy as a DJL {@code Loss}.
 */
package sc.fiji.colorize.network;
