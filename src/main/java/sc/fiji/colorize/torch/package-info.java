/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * PyTorch through DJL: finds or downloads the native library, starts the engine, selects a device and frees native memory.
 * All other packages use the engine through this package.
 */
package sc.fiji.colorize.torch;
