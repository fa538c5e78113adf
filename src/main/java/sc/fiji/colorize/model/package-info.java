/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Models on disk: zips in the format of bioimage.io, with the weights under the names of the published PyTorch release, a
 * card, and checksums that are verified on opening.
 */
package sc.fiji.colorize.model;
