# Fiji Colorize: plausible color for gray images.
# Copyright (C) 2026 Fiji Colorize developers.
# SPDX-License-Identifier: BSD-2-Clause
"""Times all work at the full size of a photo in scikit-image, as demos of colorizers do it: L from RGB, bilinear
enlargement of ab, Lab to RGB with clipping, 8 bits. One line of JSON.

    python3 full_size_timings.py --image I.npy --ab AB.npy [--repeats 3]
"""
import argparse
import json
import statistics
import time

import numpy as np
from skimage.color import lab2rgb, rgb2lab
from skimage.transform import resize


def join(image, ab):
    lightness = rgb2lab(image)[..., :1]
    enlarged = [resize(plane, image.shape[:2], order=1, anti_aliasing=False) for plane in ab]
    rgb = lab2rgb(np.dstack([lightness, *enlarged]))
    return np.rint(255 * rgb).astype(np.uint8)


def main():
    parser = argparse.ArgumentParser(description="Times scikit-image at the full-size work of a colorization.")
    parser.add_argument("--image", required=True, help=".npy of an RGB image, (H, W, 3) uint8")
    parser.add_argument("--ab", required=True, help=".npy of its colors, (2, h, w) float32")
    parser.add_argument("--repeats", type=int, default=3, help="runs to take the median of (default: 3)")
    options = parser.parse_args()
    image = np.load(options.image)
    ab = np.load(options.ab)
    seconds = []
    for _ in range(options.repeats):
        start = time.perf_counter()
        join(image, ab)
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"name": "full-size-skimage", "seconds": round(statistics.median(seconds), 6),
                      "repeats": options.repeats}), flush=True)


if __name__ == "__main__":
    main()
