# Fiji Colorize: plausible color for gray images.
# Copyright (C) 2026 Fiji Colorize developers.
# SPDX-License-Identifier: BSD-2-Clause
"""Times the references of the Java benchmarks, and prints a line of JSON for each.

    python3 reference_timings.py [--repeats 5] [--logits L.npy] [--bins B.npy] [--image I.npy]
    python3 reference_timings.py --no-arrays --network 1.0 --train 0.25 64 32

By default: the annealed mean in numpy, and sRGB to Lab and back in scikit-image. ``--network`` and
``--train`` add PyTorch. Data that is not given is made from a fixed seed. Each line reads
``{"name": ..., "seconds": median, "repeats": N}``; one run before the N is not counted.
"""
import argparse
import json
import statistics
import time

import numpy as np

TEMPERATURE = 0.38
SEED = 20161008
NEIGHBOURS = 5
SIGMA = 5.0


def report(name, repeats, action):
    action()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    median = round(statistics.median(seconds), 6)
    print(json.dumps({"name": name, "seconds": median, "repeats": repeats}), flush=True)


def annealed_mean(logits, bins):
    """ab (2, H, W) of logits (bins, H, W), in plain numpy."""
    scaled = logits / TEMPERATURE
    weights = np.exp(scaled - scaled.max(axis=0))
    weights /= weights.sum(axis=0)
    return np.tensordot(bins.T, weights, axes=1)


def synthetic_bins(random):
    """As many grid points as bins; their values do not affect the time."""
    grid = np.stack(np.meshgrid(np.arange(-90, 101, 10), np.arange(-110, 101, 10), indexing="ij"), axis=-1)
    return grid.reshape(-1, 2)[np.sort(random.choice(20 * 22, 313, replace=False))]


def synthetic_image(random, height=3000, width=4000, block=50):
    """Blocks of random colors with grain, uint8."""
    colors = random.integers(16, 240, (height // block, width // block, 3), dtype=np.uint8)
    image = colors.repeat(block, axis=0).repeat(block, axis=1)
    return image + random.integers(0, 16, image.shape, dtype=np.uint8)


def time_arrays(options, random, bins):
    logits = np.load(options.logits) if options.logits else 3 * random.standard_normal((313, 64, 64))
    logits = logits.astype(np.float32)
    bins = bins.astype(np.float32)
    shape = "x".join(str(size) for size in logits.shape)
    report(f"annealed-mean-{shape}-numpy", options.repeats, lambda: annealed_mean(logits, bins))

    from skimage.color import lab2rgb, rgb2lab
    image = np.load(options.image) if options.image else synthetic_image(random)
    megapixels = image.shape[0] * image.shape[1] / 1e6
    report(f"rgb2lab-lab2rgb-{megapixels:g}MP-skimage", options.repeats, lambda: lab2rgb(rgb2lab(image)))


def time_network(options, random):
    """The published module, and the same with our sub-pixel layer in place of its transposed convolution."""
    import torch
    from torch.nn import functional
    from network_reference import Reference

    class SubPixel(torch.nn.Module):
        """The transposed convolution as a 2x2 convolution to four channels for each, which are interleaved."""

        def __init__(self, layer):
            super().__init__()
            inputs, outputs = layer.weight.shape[:2]
            self.bias = layer.bias
            # Tap f of the flipped kernel is tap f / 2 of parity f % 2.
            self.kernel = torch.nn.Parameter(layer.weight.detach().flip(2, 3).view(inputs, outputs, 2, 2, 2, 2)
                                             .permute(3, 5, 1, 0, 2, 4).reshape(4 * outputs, inputs, 2, 2))

        def forward(self, x):
            height, width = x.shape[2:]
            parities = functional.conv2d(x, self.kernel, padding=1).unflatten(1, (2, 2, -1))
            rows = [torch.stack([parities[:, r, s, :, r:r + height, s:s + width] for s in range(2)], dim=4).flatten(3)
                    for r in range(2)]
            return torch.stack(rows, dim=3).flatten(2, 3) + self.bias[:, None, None]

    torch.manual_seed(SEED)
    network = Reference(options.network).eval()
    inputs = [torch.from_numpy(random.uniform(0, 100, (batch, 1, 256, 256)).astype(np.float32))
              for batch in options.batch]
    transposed = network.model8[0]
    with torch.inference_mode():
        for x in inputs:
            outputs = []
            for layer, name in ((transposed, "published"), (SubPixel(transposed), "subpixel")):
                network.model8[0] = layer
                outputs.append(network(x))
                report(f"network-width{options.network:g}-batch{len(x)}-{name}", options.repeats, lambda: network(x))
            assert torch.allclose(*outputs, atol=1e-3), "the sub-pixel layer is not the transposed convolution"


def time_training(options, random, bins):
    import torch
    from torch.nn import functional
    from network_reference import Reference

    width, crop, batch = float(options.train[0]), int(options.train[1]), int(options.train[2])
    torch.manual_seed(SEED)
    network = Reference(width).train()
    learned = [value for name, value in network.named_parameters() if name != "model_out.weight"]
    optimizer = torch.optim.Adam(learned, lr=1e-4, betas=(0.9, 0.99), weight_decay=1e-3)

    lightness = torch.from_numpy(random.uniform(0, 100, (batch, 1, crop, crop)).astype(np.float32))
    ab = torch.from_numpy(random.normal(0, 15, (batch, crop, crop, 2)).astype(np.float32))[:, ::4, ::4]
    distance, nearest = torch.cdist(ab.reshape(-1, 2), torch.from_numpy(bins.astype(np.float32))).topk(
        NEIGHBOURS, dim=1, largest=False)
    target = functional.softmax(-distance ** 2 / (2 * SIGMA ** 2), dim=1)
    rarity = torch.from_numpy(random.uniform(0.1, 6, 313).astype(np.float32))[nearest[:, 0]]

    def planes(values):
        """(batch * h * w, k) to (batch, k, h, w)."""
        return values.view(batch, crop // 4, crop // 4, -1).permute(0, 3, 1, 2).contiguous()

    nearest, target, rarity = planes(nearest), planes(target), planes(rarity)[:, 0]

    def step():
        optimizer.zero_grad()
        log_probability = functional.log_softmax(network(lightness), dim=1)
        entropy = -(target * log_probability.gather(1, nearest)).sum(dim=1)
        (rarity * entropy).mean().backward()
        optimizer.step()

    report(f"train-width{width:g}-crop{crop}-batch{batch}-torch", options.repeats, step)


def main():
    parser = argparse.ArgumentParser(
        description="Times numpy, scikit-image and PyTorch at what the Java code does.")
    parser.add_argument("--repeats", type=int, default=5, help="runs to take the median of (default: 5)")
    parser.add_argument("--logits", help=".npy of logits, (313, H, W) (default: generated, 64 x 64)")
    parser.add_argument("--bins", help=".npy of the bins, (313, 2) (default: generated)")
    parser.add_argument("--image", help=".npy of an RGB image, (H, W, 3) uint8 (default: generated, 3000 x 4000)")
    parser.add_argument("--no-arrays", action="store_true", help="leave out numpy and scikit-image")
    parser.add_argument("--network", type=float, metavar="WIDTH",
                        help="also 256 x 256 images through the network")
    parser.add_argument("--batch", nargs="+", type=int, default=[1], help="batch sizes (default: 1)")
    parser.add_argument("--train", nargs=3, metavar=("WIDTH", "CROP", "BATCH"),
                        help="also one training step; CROP a multiple of 8")
    parser.add_argument("--threads", type=int, default=2, help="threads of PyTorch (default: 2)")
    options = parser.parse_args()

    random = np.random.default_rng(SEED)
    bins = np.load(options.bins) if options.bins else synthetic_bins(random)
    if not options.no_arrays:
        time_arrays(options, random, bins)
    if options.network or options.train:
        import torch
        torch.set_num_threads(options.threads)
    if options.network:
        time_network(options, random)
    if options.train:
        time_training(options, random, bins)


if __name__ == "__main__":
    main()
