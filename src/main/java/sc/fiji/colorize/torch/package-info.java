/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * PyTorch through DJL: finds or downloads its native library, starts the engine, chooses a device and frees native memory.
 * Everything else reaches the engine through this package.
 */
package sc.fiji.colorize.torch;
