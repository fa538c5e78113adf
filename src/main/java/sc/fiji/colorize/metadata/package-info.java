/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The metadata of image files: EXIF, IPTC, XMP and resolution, read from one file and written into another, and the
 * provenance of a result.
 */
package sc.fiji.colorize.metadata;
