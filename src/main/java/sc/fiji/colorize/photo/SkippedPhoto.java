/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

/**
 * A photo that was skipped.
 *
 * @param name name of the photo
 * @param reason the reason, as a clause: "it is gray"
 */
public record SkippedPhoto(String name, String reason) {
}
