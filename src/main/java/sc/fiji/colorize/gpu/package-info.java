/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The program of {@code scripts/gpu-check}, which compares a GPU with the CPU.
 */
package sc.fiji.colorize.gpu;
