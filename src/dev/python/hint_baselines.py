# Fiji Colorize: plausible color for gray images.
# Copyright (C) 2026 Fiji Colorize developers.
# SPDX-License-Identifier: BSD-2-Clause
"""Compares color hints with other ways to spread them, on the same simulated hints.

    python3 hint_baselines.py prepare PHOTOS FOLDER [--side 144] [--every 1]
    python3 hint_baselines.py score FOLDER --predicted COLORIZED --cache SCORES --seed SEED [--hints 1,2,5,10,20,50]
    python3 hint_baselines.py table SCORES REPORT... [--chart C.svg]

prepare writes the photos as PNG with a shorter side of so many pixels. score computes

* Levin, Lischinski and Weiss (2004), Colorization using Optimization, from the hints alone,
* the same with the automatic colors of COLORIZED as weak evidence at each pixel, and
* the color of the nearest hint,

and keeps the errors of each photo in SCORES; photos that are there already are not computed again. table prints the errors
beside those of each REPORT (report.json of `fiji-colorize evaluate FOLDER --hints ... --seed SEED`; the first one is that of
the seed 0, the next that of 1). The figures are those of the report: PSNR and ab RMSE over all pixels, and both areas under
the error curve.
"""
import argparse
import json
import os
import sys

import numpy as np
import scipy.linalg
import scipy.ndimage
import scipy.sparse
from PIL import Image
from skimage.color import lab2rgb, rgb2lab

PATCH = 7
OURS = "Fiji Colorize"
METHODS = ("Levin et al.", "Levin et al. with prediction", "nearest hint")
# Weights of a hint and of a predicted color relative to smoothness; the second is the best of 1e-7 to 1e-3 on other photos.
HINT_WEIGHT = 10
PREDICTION_WEIGHT = 1e-7
# Keeps the system solvable where hints alone determine the colors.
ALONE_WEIGHT = 1e-9


class JavaRandom:
    """java.util.Random.nextInt(bound), so that the hints equal those of the evaluation in Java."""

    def __init__(self, seed):
        self.state = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1)

    def bits(self, count):
        self.state = (self.state * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        value = self.state >> (48 - count)
        return value - (1 << count) if value >= 1 << (count - 1) and count == 32 else value

    def next_int(self, bound):
        value = self.bits(31)
        if bound & (bound - 1) == 0:
            return (bound * value) >> 31
        while value - value % bound + bound - 1 >= 1 << 31:
            value = self.bits(31)
        return value % bound


def java_hash(text):
    value = 0
    for unit in np.frombuffer(text.encode("utf-16-le"), np.uint16):
        value = (31 * value + int(unit)) & 0xFFFFFFFF
    return value - (1 << 32) if value >= 1 << 31 else value


def places(name, seed, height, width, count):
    """The left and top of each patch, as SimulatedHints chooses them."""
    random = JavaRandom(31 * seed + java_hash(name))
    found = []
    for _ in range(count):
        left = random.next_int(width - PATCH + 1)
        found.append((left, random.next_int(height - PATCH + 1)))
    return found


class Levin:
    """Each pixel has the weighted mean color of its eight neighbors; weights fall with the difference in lightness."""

    def __init__(self, lightness):
        height, width = self.shape = lightness.shape
        self.index = index = np.arange(height * width).reshape(height, width)
        gray = lightness / 100
        mean = scipy.ndimage.uniform_filter(gray, 3)
        variance = 0.6 * np.maximum(scipy.ndimage.uniform_filter(gray * gray, 3) - mean * mean, 2e-6)
        sums = np.zeros((height, width))
        parts = []
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                if dx or dy:
                    here = slice(max(0, -dy), height - max(0, dy)), slice(max(0, -dx), width - max(0, dx))
                    there = slice(max(0, dy), height - max(0, -dy)), slice(max(0, dx), width - max(0, -dx))
                    weight = np.exp(-(gray[here] - gray[there]) ** 2 / variance[here]) + 1e-6
                    parts.append((index[here].ravel(), index[there].ravel(), weight.ravel()))
                    sums[here] += weight
        rows = np.concatenate([part[0] for part in parts])
        columns = np.concatenate([part[1] for part in parts])
        values = np.concatenate([part[2] / sums.ravel()[part[0]] for part in parts])
        n = height * width
        step = scipy.sparse.eye(n) - scipy.sparse.coo_matrix((values, (rows, columns)), (n, n))
        # Pixels in the order of the shorter side, so that the matrix has a narrow band.
        self.order = (index.T if height < width else index).ravel()
        smoothness = (step.T @ step).tocsr()[self.order][:, self.order].tocoo()
        below = smoothness.row - smoothness.col
        self.band = np.zeros((below.max() + 1, n))
        self.band[below[below >= 0], smoothness.col[below >= 0]] = smoothness.data[below >= 0]

    def colors(self, hints, predicted):
        """The colors from the hints alone, and those with the predicted colors as weak evidence."""
        n = self.index.size
        hinted = np.zeros(n)
        wanted = np.zeros((n, 2))
        for left, top, ab in hints:
            pixels = self.index[top:top + PATCH, left:left + PATCH].ravel()
            hinted[pixels] = HINT_WEIGHT
            wanted[pixels] = HINT_WEIGHT * ab
        free = np.where(hinted > 0, 0, 1)
        colors = []
        for weight, guess in ((ALONE_WEIGHT, np.zeros((n, 2))), (PREDICTION_WEIGHT, predicted.reshape(n, 2))):
            band = self.band.copy()
            band[0] += (hinted + weight * free)[self.order]
            evidence = (wanted + weight * free[:, None] * guess)[self.order]
            solution = np.empty((n, 2))
            solution[self.order] = scipy.linalg.solveh_banded(band, evidence, overwrite_ab=True, lower=True)
            colors.append(solution.reshape(*self.shape, 2))
        return colors


def nearest(shape, hints):
    y, x = np.mgrid[:shape[0], :shape[1]]
    away = [(y - top - PATCH // 2) ** 2 + (x - left - PATCH // 2) ** 2 for left, top, _ in hints]
    return np.array([ab for _, _, ab in hints])[np.argmin(away, 0)]


def errors(lightness, ab, rgb, truth):
    """Sums over the pixels of a photo: squares of RGB, squares of ab, pixels; then errors and pixels of each true color."""
    joined = np.rint(255 * np.clip(lab2rgb(np.dstack([lightness, ab])), 0, 1))
    distance = np.sqrt(((ab - truth) ** 2).sum(-1)).ravel()
    # Bins of the true colors: squares of ten units.
    bins = ((np.rint(truth / 10).astype(int) + 32) @ (64, 1)).ravel()
    return np.concatenate([[((joined - rgb) ** 2).sum(), (distance ** 2).sum(), distance.size],
                           np.bincount(bins, np.minimum(distance, 150), 64 * 64), np.bincount(bins, minlength=64 * 64)])


def figures(sums):
    squared_rgb, squared_ab, pixels = sums[:3]
    distances, counts = sums[3:].reshape(2, -1)
    seen = counts > 0
    return {"psnr": 10 * np.log10(255 ** 2 * 3 * pixels / squared_rgb), "abRmse": np.sqrt(squared_ab / pixels / 2),
            "aucRaw": 100 * (1 - distances.sum() / counts.sum() / 150),
            "aucRebalanced": 100 * (1 - (distances[seen] / counts[seen]).mean() / 150)}


def pooled(rows):
    """Combines the scores of several draws of the hints."""
    mean = lambda key, change, back: float(back(np.mean([change(row[key]) for row in rows])))
    return {"psnr": mean("psnr", lambda x: 10 ** (-x / 10), lambda x: -10 * np.log10(x)),
            "abRmse": mean("abRmse", np.square, np.sqrt), "aucRaw": mean("aucRaw", float, float),
            "aucRebalanced": mean("aucRebalanced", float, float)}


def prepare(options):
    os.makedirs(options.folder, exist_ok=True)
    found = sorted(os.path.join(parent, name) for parent, _, names in os.walk(options.photos) for name in names
                   if name.lower().endswith((".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff")))
    for number, path in enumerate(found[::options.every]):
        photo = Image.open(path).convert("RGB")
        scale = options.side / min(photo.size)
        photo.resize([round(side * scale) for side in photo.size], Image.LANCZOS).save(
            os.path.join(options.folder, "%04d.png" % number))


def score(options):
    os.makedirs(options.cache, exist_ok=True)
    counts = [int(count) for count in options.hints.split(",")]
    for name in sorted(name for name in os.listdir(options.folder) if name.endswith(".png")):
        kept = os.path.join(options.cache, "%s-%d.npz" % (name[:-4], options.seed))
        if os.path.exists(kept):
            continue
        rgb = np.asarray(Image.open(os.path.join(options.folder, name)).convert("RGB"))
        lab = rgb2lab(rgb)
        lightness, truth = lab[..., 0], lab[..., 1:]
        if np.abs(truth).max() <= 5:
            continue
        result = os.path.join(options.predicted, name[:-4] + "-colorized.png")
        predicted = rgb2lab(np.asarray(Image.open(result).convert("RGB")))[..., 1:]
        all_hints = [(left, top, truth[top:top + PATCH, left:left + PATCH].mean((0, 1)))
                     for left, top in places(name, options.seed, *lightness.shape, max(counts))]
        levin = Levin(lightness)
        sums = {}
        for count in counts:
            hints = all_hints[:count]
            for method, ab in zip(METHODS, (*levin.colors(hints, predicted), nearest(lightness.shape, hints))):
                sums["%s, %d" % (method, count)] = errors(lightness, ab, rgb, truth)
        np.savez_compressed(kept + ".part.npz", **sums)
        os.replace(kept + ".part.npz", kept)
        print(name, file=sys.stderr, flush=True)


def table(options):
    draws = {}
    for seed, report in enumerate(options.reports):
        sums = {}
        for name in sorted(os.listdir(options.cache)):
            if name.endswith("-%d.npz" % seed):
                for key, value in np.load(os.path.join(options.cache, name)).items():
                    sums[key] = sums.get(key, 0) + value
        for key, value in sums.items():
            method, count = key.split(", ")
            draws.setdefault((method, int(count)), []).append(figures(value))
        with open(report, encoding="utf-8") as file:
            for row in json.load(file)["rows"]:
                if row["model"] is not None:
                    hinted = row["name"].split(", ")[-1]
                    count = int(hinted.split(" ")[0]) if hinted.endswith(("hint", "hints")) else 0
                    draws.setdefault((OURS, count), []).append(row)
    rows = {key: pooled(value) for key, value in draws.items()}
    print("| hints | method | PSNR | ab RMSE | raw AuC | rebalanced AuC |\n|-:|-|-:|-:|-:|-:|")
    for method, count in sorted(rows, key=lambda key: (key[1], (OURS, *METHODS).index(key[0]))):
        row = rows[method, count]
        print("| %d | %s | %.2f | %.2f | %.2f | %.2f |" % (
            count, method, row["psnr"], row["abRmse"], row["aucRaw"], row["aucRebalanced"]))
    if options.chart:
        with open(options.chart, "w", encoding="utf-8") as file:
            file.write(chart(rows))


def chart(rows):
    """PSNR against the number of hints, on a logarithmic axis, as SVG."""
    colors = {OURS: "#c02020", METHODS[0]: "#2060c0", METHODS[1]: "#20a060", METHODS[2]: "#808080"}
    counts = sorted({count for _, count in rows if count})
    values = [row["psnr"] for row in rows.values()]
    low, high = np.floor(min(values)), np.ceil(max(values))
    x = lambda count: 60 + 400 * np.log(count) / np.log(counts[-1])
    y = lambda psnr: 310 - 280 * (psnr - low) / (high - low)
    lines = ['<svg xmlns="http://www.w3.org/2000/svg" width="680" height="360" font-family="sans-serif" font-size="13">',
             '<rect width="680" height="360" fill="white"/>']
    for psnr in range(int(low), int(high) + 1):
        lines.append('<path d="M60 %.1fH460" stroke="#ddd"/><text x="52" y="%.1f" text-anchor="end">%d</text>'
                     % (y(psnr), y(psnr) + 4, psnr))
    for count in counts:
        lines.append('<text x="%.1f" y="330" text-anchor="middle">%d</text>' % (x(count), count))
    lines.append('<text x="260" y="352" text-anchor="middle">hints</text><text x="60" y="18">PSNR in dB</text>')
    if (OURS, 0) in rows:
        automatic = y(rows[OURS, 0]["psnr"])
        lines.append('<path d="M60 %.1fH460" stroke="#c02020" stroke-dasharray="4 4"/><text x="468" y="%.1f">automatic</text>'
                     % (automatic, automatic + 4))
    last = {method: max(count for m, count in rows if m == method) for method, _ in rows}
    last = sorted(((rows[method, count]["psnr"], method) for method, count in last.items()), reverse=True)
    label = 0
    for psnr, method in last:
        points = "L".join("%.1f,%.1f" % (x(count), y(rows[method, count]["psnr"])) for count in counts
                          if (method, count) in rows)
        label = max(y(psnr) + 4, label + 16)
        lines.append('<path d="M%s" fill="none" stroke="%s" stroke-width="2.5"/>'
                     '<text x="468" y="%.1f" fill="%s">%s</text>' % (points, colors[method], label, colors[method], method))
    return "\n".join(lines) + "\n</svg>\n"


def main():
    parser = argparse.ArgumentParser(description="Compares color hints with other ways to spread them.")
    commands = parser.add_subparsers(required=True)
    preparing = commands.add_parser("prepare", help="writes small photos")
    preparing.add_argument("photos", help="folder of color photos")
    preparing.add_argument("folder", help="output folder")
    preparing.add_argument("--side", type=int, default=144, help="pixels of the shorter side (default: 144)")
    preparing.add_argument("--every", type=int, default=1, help="take every n-th photo (default: 1)")
    preparing.set_defaults(run=prepare)
    scoring = commands.add_parser("score", help="computes the errors of the other methods")
    scoring.add_argument("folder", help="the small photos")
    scoring.add_argument("--predicted", required=True, help="folder of their automatic results")
    scoring.add_argument("--cache", required=True, help="folder for the errors of each photo")
    scoring.add_argument("--seed", type=int, default=0, help="random seed of the places of the hints (default: 0)")
    scoring.add_argument("--hints", default="1,2,5,10,20,50", help="numbers of hints (default: 1,2,5,10,20,50)")
    scoring.set_defaults(run=score)
    printing = commands.add_parser("table", help="prints the table")
    printing.add_argument("cache", help="the folder with the errors")
    printing.add_argument("reports", nargs="+", help="report.json of the evaluation with the seeds 0, 1, ...")
    printing.add_argument("--chart", help="also write a chart, as SVG")
    printing.set_defaults(run=table)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
