/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * A model on disk: one zip in the form of the bioimage.io model description, with the weights under the names of the
 * published PyTorch release, a card, and checksums that are verified when it is opened.
 */
package sc.fiji.colorize.model;
