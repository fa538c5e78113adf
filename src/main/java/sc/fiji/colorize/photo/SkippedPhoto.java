/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

/**
 * A photo that is left out.
 *
 * @param name of the photo
 * @param reason why, as a clause: "it is gray"
 */
public record SkippedPhoto(String name, String reason) {
}
