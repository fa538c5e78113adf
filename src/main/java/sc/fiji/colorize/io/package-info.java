/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Files without images, and the work around them: a file that appears only when it is complete, CSV, checksums, downloads
 * that resume, errors in three parts, and work on several threads whose results keep their order.
 */
package sc.fiji.colorize.io;
