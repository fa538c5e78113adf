/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The program behind {@code scripts/gpu-check}: compares a GPU with the CPU and times it.
 */
package sc.fiji.colorize.gpu;
