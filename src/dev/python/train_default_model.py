# Fiji Colorize: plausible color for gray images.
# Copyright (C) 2026 Fiji Colorize developers.
# SPDX-License-Identifier: BSD-2-Clause
"""Trains the bundled model on one GPU, in bfloat16, in a quarter of an hour.

    train_default_model.py PACKS OUT [--seconds 660] [--width 0.5] ...

PACKS is what pack_photos.py makes. All photos are decoded once into the memory of the GPU; windows, colors and targets are
computed there. The network trains with the branches of RepVGG (arXiv 2101.03697), as the train command does, and is folded
at the end. Kernels are optimized by Muon (momentum orthogonalized by Newton-Schulz iterations), everything else by Adam.
The learning rate and the stages follow the clock, so that a run ends in time on any GPU.
OUT.pth is a state dict with the names of the published release, which 'fiji-colorize import' reads. OUT.json describes the
training for the model's card, OUT-loss.csv has the loss against the pictures seen.
"""
import argparse
import csv
import glob
import io
import json
import math
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional

from network_reference import AB_SCALE, BINS, DECODER_CHANNELS, TRUNK, scaled
from pack_photos import RECORD

NEIGHBORS, SIGMA = 5, 5
# The bins: for a of -90, -80, ..., 100 the smallest and the largest b, in steps of 10.
B_RANGES = (
    (50, 90), (20, 90), (0, 90), (-20, 90), (-30, 100), (-40, 100), (-50, 100), (-50, 100), (-60, 100), (-70,
    100), (-80, 90), (-80, 90), (-90, 90), (-100, 90), (-100, 80), (-110, 80), (-110, 80), (-110, 70), (-110,
    70), (-90, 0))
# Crop, batch, share of the time, smallest shorter side of a photo, smallest window as a part of the shorter side.
STAGES = ((64, 768, 0.42, 48, 0.6), (96, 512, 0.25, 80, 0.75), (112, 384, 0.33, 100, 0.8))


# -- Photos --

def decode(records):
    """Sources, sizes and pixels (one flat array) of some records."""
    sources, sizes, pixels = [], [], []
    for source, data in records:
        image = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
        sources.append(source)
        sizes.append(image.shape[:2])
        pixels.append(image.reshape(-1))
    return sources, sizes, np.concatenate(pixels)


def records(pack):
    with open(pack, "rb") as file:
        while header := file.read(RECORD.size):
            source, length = RECORD.unpack(header)
            yield source, file.read(length)


def chunks(items, size=250):
    chunk = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class Photos:
    """All photos in the memory of the device, as one flat array of bytes."""

    def __init__(self, packs, pool, device):
        sources, sizes, pixels = zip(*(part for pack in packs for part in pool.map(decode, chunks(records(pack)))))
        self.device = device
        self.sources = np.concatenate(sources)
        self.sizes = torch.tensor(np.concatenate(sizes).astype(np.int64), device=device)
        self.pixels = torch.from_numpy(np.concatenate(pixels)).to(device)
        lengths = self.sizes.prod(1) * 3
        self.offsets = lengths.cumsum(0) - lengths

    def draw_by(self, weights, shortest):
        """Photos are drawn by the weight of their source; those with a shorter side below the given one are not."""
        weight = torch.tensor(weights[self.sources], dtype=torch.float64, device=self.device)
        weight = weight * (self.sizes.min(1).values >= shortest)
        self.cumulative = weight.cumsum(0) / weight.sum()

    def windows(self, count, crop, smallest):
        """Random square windows, mirrored at random, as (count, 3, crop, crop) from 0 to 255."""
        device = self.device
        place = torch.rand(count, device=device, dtype=torch.float64)
        photo = torch.searchsorted(self.cumulative, place).clamp_max(len(self.cumulative) - 1)
        height, width = self.sizes[photo].float().T
        side = torch.minimum(height, width) * (smallest + (1 - smallest) * torch.rand(count, device=device))
        top = torch.rand(count, device=device) * (height - side)
        left = torch.rand(count, device=device) * (width - side)
        steps = (torch.arange(crop, device=device).float() + 0.5) / crop
        mirrored = torch.rand(count, device=device) < 0.5
        y = top[:, None] + steps * side[:, None] - 0.5
        x = left[:, None] + torch.where(mirrored[:, None], 1 - steps, steps) * side[:, None] - 0.5

        def at(y, x):
            row = torch.minimum(y.clamp_min(0), (height - 1)[:, None]).long()
            column = torch.minimum(x.clamp_min(0), (width - 1)[:, None]).long()
            index = row[:, :, None] * self.sizes[photo, 1][:, None, None] + column[:, None, :]
            index = self.offsets[photo][:, None, None] + 3 * index
            return torch.stack([self.pixels[index + c] for c in range(3)], 1).float()

        fy, fx = (y - y.floor())[:, None, :, None], (x - x.floor())[:, None, None, :]
        y, x = y.floor(), x.floor()
        upper = at(y, x) * (1 - fx) + at(y, x + 1) * fx
        lower = at(y + 1, x) * (1 - fx) + at(y + 1, x + 1) * fx
        return upper * (1 - fy) + lower * fy


# -- Color --

def lab(rgb):
    """CIE L*a*b* (D65) of sRGB from 0 to 255: L as (n, 1, h, w), ab as (n, 2, h, w)."""
    rgb = rgb / 255
    linear = torch.where(rgb > 0.04045, ((rgb + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    matrix = torch.tensor([[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]],
                          device=rgb.device)
    xyz = torch.einsum("nchw,dc->ndhw", linear, matrix / torch.tensor([[0.95047], [1], [1.08883]], device=rgb.device))
    f = torch.where(xyz > 0.008856, xyz.clamp_min(1e-9) ** (1 / 3), 7.787 * xyz + 16 / 116)
    x, y, z = f[:, 0:1], f[:, 1:2], f[:, 2:3]
    return 116 * y - 16, torch.cat([500 * (x - y), 200 * (y - z)], 1)


class SoftEncoding:
    """The five nearest bins of a color and their Gaussian weights, from a table with a step of half a unit."""

    def __init__(self, bins):
        axis = torch.arange(-110, 110.25, 0.5)
        grid = torch.stack(torch.meshgrid(axis, axis, indexing="ij"), -1).reshape(-1, 2)
        distance, nearest = torch.cdist(grid, bins.cpu()).topk(NEIGHBORS, largest=False)
        weights = functional.softmax(-distance ** 2 / (2 * SIGMA ** 2), 1)
        self.steps, self.nearest, self.weights = len(axis), nearest.to(bins.device), weights.to(bins.device)

    def __call__(self, ab):
        """Bins and weights, each (cells, 5), of ab of shape (n, 2, h, w)."""
        place = ((ab.clamp(-110, 110) + 110) * 2).round().long()
        place = (place[:, 0] * self.steps + place[:, 1]).reshape(-1)
        return self.nearest[place], self.weights[place]


def aged(lightness, part):
    """Applies the gamma, contrast, blur and grain of old prints to a part of the pictures."""

    def uniform(low, high):
        return low + (high - low) * torch.rand(len(lightness), 1, 1, 1, device=lightness.device)

    old = 100 * (lightness / 100).clamp(1e-4, 1) ** uniform(0.7, 1.45)
    old = (old - 50) * uniform(0.65, 1.05) + 50 + uniform(-8, 8)
    blurred = functional.avg_pool2d(functional.pad(old, (1, 1, 1, 1), mode="replicate"), 3, 1)
    old = torch.where(uniform(0, 1) < 0.5, old, blurred) + torch.randn_like(lightness) * uniform(0, 4)
    return torch.where(uniform(0, 1) < part, old.clamp(0, 100), lightness)


# -- Network --

def folded(kernel, norm):
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    return kernel * scale.view(-1, 1, 1, 1), norm.bias - norm.running_mean * scale


class Branches(nn.Module):
    """A 3x3 convolution as the sum of a 3x3, a 1x1 and, where shapes allow, an identity branch, each with a BatchNorm."""

    def __init__(self, channels_in, channels, stride=1, dilation=1):
        super().__init__()
        self.large = nn.Conv2d(channels_in, channels, 3, stride, dilation, dilation, bias=False)
        self.small = nn.Conv2d(channels_in, channels, 1, stride, bias=False)
        self.large_norm, self.small_norm = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)
        self.identity_norm = nn.BatchNorm2d(channels) if channels_in == channels and stride == 1 else None

    def forward(self, x):
        y = self.large_norm(self.large(x)) + self.small_norm(self.small(x))
        if self.identity_norm is not None:
            y = y + self.identity_norm(x)
        return functional.relu(y)

    def fold(self):
        kernel, bias = folded(self.large.weight, self.large_norm)
        branches = [(self.small.weight, self.small_norm)]
        if self.identity_norm is not None:
            branches.append((torch.eye(len(bias), device=bias.device)[:, :, None, None], self.identity_norm))
        for weight, norm in branches:
            more, shift = folded(weight, norm)
            kernel, bias = kernel + functional.pad(more, (1, 1, 1, 1)), bias + shift
        return kernel, bias


class Enlarging(nn.Module):
    """The transposed convolution with a BatchNorm."""

    def __init__(self, channels_in, channels):
        super().__init__()
        self.kernel = nn.ConvTranspose2d(channels_in, channels, 4, 2, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x):
        return functional.relu(self.norm(self.kernel(x)))

    def fold(self):
        kernel, bias = folded(self.kernel.weight.transpose(0, 1), self.norm)
        return kernel.transpose(0, 1), bias


class Network(nn.Module):
    def __init__(self, width):
        super().__init__()
        layers, names, channels_in = [], [], 1
        for block, (full, depth, last_stride, dilation) in enumerate(TRUNK, start=1):
            channels = scaled(full, width)
            for k in range(depth):
                layers.append(Branches(channels_in, channels, last_stride if k == depth - 1 else 1, dilation))
                names.append(f"model{block}.{2 * k}")
                channels_in = channels
            layers.append(nn.BatchNorm2d(channels))
            names.append(f"model{block}.{2 * depth}")
        channels = scaled(DECODER_CHANNELS, width)
        layers += [Enlarging(channels_in, channels), Branches(channels, channels), Branches(channels, channels),
                   nn.Conv2d(channels, BINS, 1)]
        names += ["model8.0", "model8.2", "model8.4", "model8.6"]
        self.layers, self.names = nn.ModuleList(layers), names
        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        nn.init.normal_(self.logits.weight, std=0.01)

    @property
    def logits(self):
        return self.layers[-1]

    def forward(self, lightness):
        x = (lightness - 50) / 100
        for layer in self.layers:
            x = layer(x)
        return x

    @torch.no_grad()
    def published(self, bins):
        """The state dict of the folded network, as the published release has it."""
        tensors = {}
        for name, layer in zip(self.names, self.layers):
            if isinstance(layer, nn.BatchNorm2d):
                for part in ("weight", "bias", "running_mean", "running_var"):
                    tensors[f"{name}.{part}"] = getattr(layer, part)
            else:
                weight, bias = layer.fold() if hasattr(layer, "fold") else (layer.weight, layer.bias)
                tensors[name + ".weight"], tensors[name + ".bias"] = weight, bias
        tensors["model_out.weight"] = bins.T[:, :, None, None] / AB_SCALE
        return {name: tensor.detach().float().cpu().contiguous() for name, tensor in tensors.items()}


# -- Training --

class Muon(torch.optim.Optimizer):
    """Momentum orthogonalized by five Newton-Schulz iterations; kernels are matrices of shape (out, in * k * k).

    The update of an entry has about the size of one of Adam's, so that both take the same learning rate.
    """

    def __init__(self, params, lr, weight_decay, momentum=0.95):
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            same_shape = {}
            for p in group["params"]:
                average = self.state[p].setdefault("momentum", torch.zeros_like(p))
                average.lerp_(p.grad, 1 - group["momentum"])
                update = p.grad.lerp(average, group["momentum"])
                same_shape.setdefault(p.shape, []).append((p, update.reshape(len(p), -1)))
            for pairs in same_shape.values():
                x = torch.stack([update for _, update in pairs]).to(torch.bfloat16)
                rows, columns = x.shape[1:]
                if rows > columns:
                    x = x.mT
                x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
                for _ in range(5):
                    a = x @ x.mT
                    x = 3.4445 * x + (-4.7750 * a + 2.0315 * (a @ a)) @ x
                if rows > columns:
                    x = x.mT
                size = 0.2 * math.sqrt(max(rows, columns))
                for (p, _), update in zip(pairs, x):
                    p.mul_(1 - group["lr"] * group["weight_decay"])
                    p.add_(update.reshape(p.shape).to(p.dtype), alpha=-group["lr"] * size)


def smoothed_prior(photos, encode, bins, batches):
    """The color prior of the photos as they are drawn, smoothed by a Gaussian of sigma 5 on the grid of bins."""
    histogram = torch.zeros(BINS, device=bins.device)
    for _ in range(batches):
        nearest, weights = encode(functional.avg_pool2d(lab(photos.windows(256, 64, 0.6))[1], 4))
        histogram += torch.bincount(nearest.reshape(-1), weights.reshape(-1), BINS)
    kernel = torch.exp(-torch.cdist(bins, bins) ** 2 / (2 * SIGMA ** 2))
    prior = (kernel / kernel.sum(1, keepdim=True)).T @ (histogram / histogram.sum())
    return prior / prior.sum()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packs")
    parser.add_argument("out")
    parser.add_argument("--sources", help="CSV file with the columns source and weight")
    parser.add_argument("--width", type=float, default=0.5)
    parser.add_argument("--seconds", type=float, default=660, help="time of the training, without decoding")
    parser.add_argument("--learning-rate", type=float, default=0.006)
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--lambda", type=float, default=0.5, dest="mixed", help="share of the uniform distribution in the weights")
    parser.add_argument("--aging", type=float, default=0.25, help="share of the pictures that look like old prints")
    parser.add_argument("--warmup", type=int, default=150, help="steps of linear warm-up")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--compile", action="store_true", help="compile the step; takes a minute for each stage")
    options = parser.parse_args()

    pool = ProcessPoolExecutor(max(1, os.cpu_count() - 2))
    list(pool.map(abs, range(64)))  # starts the processes before CUDA
    torch.manual_seed(options.seed)
    torch.backends.cudnn.benchmark = True
    device = "cuda" if torch.cuda.is_available() else "cpu"
    layout = torch.channels_last if device == "cuda" else torch.contiguous_format
    bins = torch.tensor([(a, b) for a, (low, high) in zip(range(-90, 101, 10), B_RANGES) for b in range(low, high + 1, 10)],
                        dtype=torch.float32, device=device)
    encode = SoftEncoding(bins)

    with open(os.path.join(options.packs, "sources.json")) as file:
        packed = json.load(file)
    numbers = packed["numbers"]
    drawn = np.ones(len(numbers))
    if options.sources:
        with open(options.sources, newline="") as file:
            for row in csv.DictReader(file):
                if row["source"] in numbers:
                    drawn[numbers[row["source"]]] = float(row["weight"])
    photos = Photos(sorted(glob.glob(os.path.join(options.packs, "*.bin"))), pool, device)
    photos.draw_by(drawn, STAGES[0][3])
    print(len(photos.sources), "photos", flush=True)

    prior = smoothed_prior(photos, encode, bins, 200 if device == "cuda" else 20)
    rarity = 1 / ((1 - options.mixed) * prior + options.mixed / BINS)
    rarity = rarity / (prior * rarity).sum()
    network = Network(options.width).to(device).to(memory_format=layout)
    with torch.no_grad():
        network.logits.bias.copy_((prior * rarity + 1e-6).log())

    def loss_of(lightness, nearest, weights):
        with torch.autocast(device, torch.bfloat16):
            logits = network(lightness)
        logs = functional.log_softmax(logits.float().permute(0, 2, 3, 1).reshape(-1, BINS), 1)
        return -(rarity[nearest[:, 0]] * (weights * logs.gather(1, nearest)).sum(1)).mean()

    step_loss = torch.compile(loss_of, dynamic=False) if options.compile else loss_of
    others = [p for p in network.parameters() if p.dim() == 1]
    kernels = [p for p in network.parameters() if p.dim() > 1 and p is not network.logits.weight]
    optimizers = [Muon(kernels, options.learning_rate, options.weight_decay),
                  torch.optim.AdamW([{"params": [network.logits.weight], "weight_decay": options.weight_decay},
                                     {"params": others, "weight_decay": 0}], options.learning_rate, betas=(0.9, 0.99))]

    start, step, pictures, stage, curve = time.time(), 0, 0, -1, []
    while (at := (time.time() - start) / options.seconds) < 1:
        reached = sum(at >= sum(s[2] for s in STAGES[:j + 1]) for j in range(len(STAGES) - 1))
        if reached != stage:
            stage = reached
            crop, batch, _, shortest, smallest = STAGES[stage]
            photos.draw_by(drawn, shortest)
        rate = options.learning_rate * min(1, (step + 1) / options.warmup) * (0.003 + 0.997 * 0.5 * (1 + math.cos(math.pi * at)))
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.zero_grad(set_to_none=True)
        lightness, ab = lab(photos.windows(batch, crop, smallest))
        nearest, weights = encode(functional.avg_pool2d(ab, 4))
        loss = step_loss(aged(lightness, options.aging).contiguous(memory_format=layout), nearest, weights)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        for optimizer in optimizers:
            optimizer.step()
        step, pictures = step + 1, pictures + batch
        if step % 50 == 0:
            if not math.isfinite(loss.item()):
                sys.exit("The loss is not a number: lower --learning-rate.")
            curve.append((pictures, crop, round(loss.item(), 4)))
            print(f"crop {crop} step {step} pictures {pictures} loss {loss.item():.3f} rate {rate:.2e} {100 * at:.0f} %", flush=True)

    # Running statistics: the mean over unaged pictures at the last size.
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
            module.momentum = None
    with torch.no_grad(), torch.autocast(device, torch.bfloat16):
        for _ in range(100 if device == "cuda" else 5):
            network(lab(photos.windows(batch, crop, smallest))[0].contiguous(memory_format=layout))
    torch.save(network.eval().published(bins), options.out + ".pth")
    training = {"program": os.path.basename(__file__), "settings": {**vars(options), "stages": STAGES}, "torch": torch.__version__,
                "device": torch.cuda.get_device_name() if device == "cuda" else device, "photos": len(photos.sources),
                "photos_by_source": packed["photos"], "photos_seen": pictures, "steps": step,
                "hours": round((time.time() - start) / 3600, 3), "prior": prior.tolist()}
    with open(options.out + ".json", "w") as file:
        json.dump(training, file, indent=1)
    with open(options.out + "-loss.csv", "w", newline="") as file:
        csv.writer(file).writerows([("pictures", "crop", "loss"), *curve])
    print(f"{pictures} pictures in {time.time() - start:.0f} s; {options.out}.pth")


if __name__ == "__main__":
    main()
