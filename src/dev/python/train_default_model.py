# Fiji Colorize: plausible color for gray images.
# Copyright (C) 2026 Fiji Colorize developers.
# SPDX-License-Identifier: BSD-2-Clause
"""Trains the bundled model: a new network on one GPU, in a quarter of an hour, or a trained one further.

    train_default_model.py PACKS OUT [--from MODEL.pth] [--seconds 660] [--width 0.5] ...

PACKS is what pack_photos.py makes. On a GPU, all photos are decoded once into its memory; windows, colors and targets are
computed there. Training starts with the first pack; those that arrive later join in. The network trains with the branches of
RepVGG (arXiv 2101.03697), as the train command does, and is folded at the end. Kernels are optimized by Muon (momentum
orthogonalized by Newton-Schulz iterations), everything else by Adam. The learning rate and the stages follow the clock, so
that a run ends in time on any computer. A new network starts with small pictures and needs a GPU. With --from, a trained one
continues with large pictures, for which a CPU is enough; --alone is faster there. With --average, the result is the mean of
the weights before and after (arXiv 2203.05482). GPUs and processors with instructions for bfloat16 use it.
OUT.pth is a state dict with the names of the published release, which 'fiji-colorize import' reads. OUT.json describes the
training for the model's card, OUT-loss.csv has the loss against the pictures seen.
"""
import argparse
import contextlib
import csv
import io
import json
import math
import os
import random
import shutil
import sys
import tempfile
import threading
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
SQUARE, LANDSCAPE, PORTRAIT = "square", "landscape", "portrait"
# Side of the pictures, batch, share of the time, smallest window as a part of the largest that fits into the photo.
NEW = ((64, 768, 0.42, 0.6), (96, 512, 0.25, 0.75), (112, 384, 0.33, 0.8))
CONTINUED = ((144, 24, 1, 0.75),)
# From this side on, two thirds of the pictures have the shape of whole photos.
SHAPED = 144
# Photos with a shorter side below this part of the pictures' are not drawn.
SMALLEST = 0.65
# Pictures of less than this side are averaged from twice as many pixels, against aliasing.
SMOOTHED = 120


# -- Photos --

def decode(records, folder):
    """Decodes some records into a file in the folder: the path of the pixels, sources, sizes."""
    sources, sizes, pixels = [], [], []
    for source, data in records:
        image = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
        sources.append(source)
        sizes.append(image.shape[:2])
        pixels.append(image.reshape(-1))
    file, path = tempfile.mkstemp(dir=folder)
    with os.fdopen(file, "wb") as out:
        out.writelines(pixels)
    return path, sources, sizes


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
    """The photos of packs, in the memory of the CPU as the packs have them, and decoded whenever they are drawn."""

    def __init__(self, weights, device="cpu"):
        self.device, self.lock = device, threading.Lock()
        # A row of the table is the height, the width and the place of a photo.
        self.files, self.sources, self.table = [], np.zeros(0, np.int64), torch.zeros(0, 3, dtype=torch.int64)
        self.weigh(weights)

    def weigh(self, weights):
        """Sets how often the photos of each source are drawn."""
        self.weights, self.chances = weights, {}

    def add(self, pack, pool):
        """Adds the photos of a pack. Safe while another thread draws windows."""
        sources, files = zip(*records(pack))
        sizes = [Image.open(io.BytesIO(file)).size[::-1] for file in files]
        places = range(len(self.files), len(self.files) + len(files))
        self.files += files
        self.extend(sources, torch.cat([torch.tensor(sizes), torch.tensor(places)[:, None]], 1))

    def extend(self, sources, rows):
        with self.lock:
            self.sources = np.concatenate([self.sources, np.array(sources, np.int64)])
            self.table, self.chances = torch.cat([self.table, rows]), {}

    def decoded(self, rows):
        """The pixels of some photos as one flat array, and where each photo begins in it."""
        pixels = [np.asarray(Image.open(io.BytesIO(self.files[place])).convert("RGB")).reshape(-1) for place in rows[:, 2]]
        return torch.from_numpy(np.concatenate(pixels)), torch.tensor([0, *(len(photo) for photo in pixels)]).cumsum(0)[:-1]

    def draw(self, count, crop, shape):
        """Draws photos by the weight of their source, those of few pixels or of another shape less often or not at all."""
        with self.lock:
            if (crop, shape) not in self.chances:
                height, width = self.table[:, :2].double().T
                side = torch.minimum(height, width) / crop
                weight = torch.tensor(self.weights[self.sources]) * side.clamp_max(1) ** 2 * (side >= SMALLEST)
                if shape != SQUARE:
                    weight = weight * ((width / height if shape == LANDSCAPE else height / width) > 1.2)
                chances = weight.cumsum(0) / weight.sum()
                self.chances[crop, shape] = chances.to(self.device), self.table.to(self.device)
            chances, table = self.chances[crop, shape]
        place = torch.rand(count, device=self.device, dtype=torch.float64)
        return table[torch.searchsorted(chances, place).clamp_max(len(chances) - 1)]

    def windows(self, count, crop, smallest, shape=SQUARE):
        """Random windows, mirrored at random, as (count, 3, height, width) from 0 to 255."""
        device = self.device
        finer = 2 if crop < SMOOTHED else 1
        rows, columns = crop, crop
        if shape != SQUARE:
            rows, columns = round(crop / 1.5 ** 0.5 / 8) * 8, round(crop * 1.5 ** 0.5 / 8) * 8
        if shape == PORTRAIT:
            rows, columns = columns, rows
        photo = self.draw(count, crop, shape)
        pixels, begin = self.decoded(photo)
        height, width = photo[:, :2].float().T
        scale = torch.minimum(height / rows, width / columns) * (smallest + (1 - smallest) * torch.rand(count, device=device))
        top = torch.rand(count, device=device) * (height - rows * scale)
        left = torch.rand(count, device=device) * (width - columns * scale)
        mirrored = (torch.rand(count, device=device) < 0.5)[:, None]
        y = top[:, None] + ((torch.arange(rows * finer, device=device) + 0.5) / finer)[None] * scale[:, None] - 0.5
        across = ((torch.arange(columns * finer, device=device) + 0.5) / finer)[None]
        x = left[:, None] + torch.where(mirrored, columns - across, across) * scale[:, None] - 0.5
        channels = torch.arange(3, device=device)[None, :, None, None]

        def at(y, x):
            row = torch.minimum(y.clamp_min(0), (height - 1)[:, None]).long()
            column = torch.minimum(x.clamp_min(0), (width - 1)[:, None]).long()
            index = row[:, :, None] * photo[:, 1, None, None] + column[:, None, :]
            return pixels[(begin[:, None, None] + 3 * index)[:, None] + channels].float()

        fy, fx = (y - y.floor())[:, None, :, None], (x - x.floor())[:, None, None, :]
        y, x = y.floor(), x.floor()
        upper = at(y, x) * (1 - fx) + at(y, x + 1) * fx
        lower = at(y + 1, x) * (1 - fx) + at(y + 1, x + 1) * fx
        rgb = upper * (1 - fy) + lower * fy
        return functional.avg_pool2d(rgb, finer) if finer > 1 else rgb


class DecodedPhotos(Photos):
    """All photos decoded in the memory of a GPU, as one flat array of bytes."""

    def __init__(self, weights, device, gigabytes):
        super().__init__(weights, device)
        self.pixels, self.filled = torch.empty(int(gigabytes * 1e9), dtype=torch.uint8, device=device), 0

    def add(self, pack, pool):
        shared = "/dev/shm"
        folder = shared if os.path.isdir(shared) and shutil.disk_usage(shared).free > 4e9 else None
        sources, rows = [], []
        for job in [pool.submit(decode, chunk, folder) for chunk in chunks(records(pack))]:
            path, chunk_sources, sizes = job.result()
            part = torch.from_file(path, size=os.path.getsize(path), dtype=torch.uint8)
            if self.filled + len(part) <= len(self.pixels):
                self.pixels[self.filled:self.filled + len(part)] = part
                for height, width in sizes:
                    rows.append((height, width, self.filled))
                    self.filled += 3 * height * width
                sources += chunk_sources
            else:
                print("No room for", len(chunk_sources), "photos: raise --gigabytes.", flush=True)
            os.remove(path)
        torch.cuda.current_stream().synchronize()
        self.extend(sources, torch.tensor(rows, dtype=torch.int64).reshape(-1, 3))

    def decoded(self, rows):
        return self.pixels, rows[:, 2]


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

# Root mean square of a row of a kernel when training continues, about that of a network in the middle of its training.
ROW = 0.05


def folded(kernel, norm):
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    return kernel * scale.view(-1, 1, 1, 1), norm.bias - norm.running_mean * scale


class Branches(nn.Module):
    """A 3x3 convolution as the sum of a 3x3, a 1x1 and, where shapes allow, an identity branch, each with a BatchNorm.

    Alone, it has only the 3x3 branch, which is faster on a CPU.
    """

    def __init__(self, channels_in, channels, stride=1, dilation=1, alone=False):
        super().__init__()
        self.large = nn.Conv2d(channels_in, channels, 3, stride, dilation, dilation, bias=False)
        self.large_norm = nn.BatchNorm2d(channels)
        self.small = self.identity_norm = None
        if not alone:
            self.small = nn.Conv2d(channels_in, channels, 1, stride, bias=False)
            self.small_norm = nn.BatchNorm2d(channels)
            self.identity_norm = nn.BatchNorm2d(channels) if channels_in == channels and stride == 1 else None

    def forward(self, x):
        y = self.large_norm(self.large(x))
        if self.small is not None:
            y = y + self.small_norm(self.small(x))
        if self.identity_norm is not None:
            y = y + self.identity_norm(x)
        return functional.relu(y)

    def fold(self):
        kernel, bias = folded(self.large.weight, self.large_norm)
        branches = [] if self.small is None else [(self.small.weight, self.small_norm)]
        if self.identity_norm is not None:
            branches.append((torch.eye(len(bias), device=bias.device)[:, :, None, None], self.identity_norm))
        for weight, norm in branches:
            more, shift = folded(weight, norm)
            kernel, bias = kernel + functional.pad(more, (1, 1, 1, 1)), bias + shift
        return kernel, bias

    def unfold(self, kernel, x, mean, deviation):
        """The 1x1 branch gets half of the central tap, and the identity a factor of 0."""
        if self.small is not None:
            small = kernel[:, :, 1:2, 1:2] / 2
            start(self.small, self.small_norm, small, x, deviation)
            kernel = kernel - functional.pad(small, (1, 1, 1, 1))
        start(self.large, self.large_norm, kernel, x, deviation)
        self.large_norm.bias.copy_(mean / deviation)
        if self.identity_norm is not None:
            self.identity_norm.weight.zero_()


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

    def unfold(self, kernel, x, mean, deviation):
        start(self.kernel, self.norm, kernel, x, deviation)
        self.norm.bias.copy_(mean / deviation)


def start(convolution, norm, kernel, x, deviation):
    """Sets a kernel and the weight of its normalization, so that together they compute kernel * x / deviation.

    The rows get one size, as far as they read channels that are active.
    """
    rows, columns = (1, 0) if isinstance(convolution, nn.ConvTranspose2d) else (0, 1)
    activity = x.std((0, 2, 3))
    activity = (activity / activity.median()).clamp_max(1).view([-1 if axis == columns else 1 for axis in range(4)])
    size = (kernel * activity).square().mean([axis for axis in range(4) if axis != rows]).sqrt().clamp_min(1e-12) / ROW
    convolution.weight.copy_(kernel / size.view([-1 if axis == rows else 1 for axis in range(4)]))
    norm.weight.copy_(divisor(convolution(x), norm) * size / deviation)


def divisor(x, norm):
    """What a normalization divides each channel by."""
    return (x.var((0, 2, 3), correction=0) + norm.eps).sqrt()


class Network(nn.Module):
    def __init__(self, width, alone=False):
        super().__init__()
        layers, names, channels_in = [], [], 1
        for block, (full, depth, last_stride, dilation) in enumerate(TRUNK, start=1):
            channels = scaled(full, width)
            for k in range(depth):
                layers.append(Branches(channels_in, channels, last_stride if k == depth - 1 else 1, dilation, alone))
                names.append(f"model{block}.{2 * k}")
                channels_in = channels
            layers.append(nn.BatchNorm2d(channels))
            names.append(f"model{block}.{2 * depth}")
        channels = scaled(DECODER_CHANNELS, width)
        layers += [Enlarging(channels_in, channels), *(Branches(channels, channels, alone=alone) for _ in range(2)),
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
    def unfold(self, tensors, lightness):
        """Starts from a published network. Some photos supply the statistics that each normalization must undo.

        Each channel is divided by its deviation, and the next kernels are multiplied by it, so that all learn at one rate.
        """
        x, scale = (lightness - 50) / 100, torch.ones(1, device=lightness.device)
        for name, layer in zip(self.names, self.layers):
            weight, bias = tensors[name + ".weight"], tensors[name + ".bias"]
            if isinstance(layer, nn.BatchNorm2d):
                factor = weight / (tensors[name + ".running_var"] + layer.eps).sqrt()
                shift = bias - tensors[name + ".running_mean"] * factor
                layer.weight.copy_(factor * scale * divisor(x / scale.view(1, -1, 1, 1), layer))
                layer.bias.copy_(shift + factor * x.mean((0, 2, 3)))
                x, scale = x * factor.view(1, -1, 1, 1) + shift.view(1, -1, 1, 1), torch.ones(1, device=x.device)
            elif layer is self.logits:
                layer.weight.copy_(weight * scale.view(1, -1, 1, 1))
                layer.bias.copy_(bias)
            else:
                if isinstance(layer, Enlarging):
                    y = functional.conv_transpose2d(x, weight, bias, 2, 1)
                    weight = weight * scale.view(-1, 1, 1, 1)
                else:
                    large = layer.large
                    y = functional.conv2d(x, weight, bias, large.stride, large.padding, large.dilation)
                    weight = weight * scale.view(1, -1, 1, 1)
                deviation = y.std((0, 2, 3))
                deviation = deviation.clamp_min(1e-3 * deviation.median())
                layer.unfold(weight, x / scale.view(1, -1, 1, 1), y.mean((0, 2, 3)), deviation)
                x, scale = functional.relu(y), deviation

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
                x = torch.stack([update for _, update in pairs])
                x = x.to(torch.bfloat16 if has_bfloat16(x.device.type) else torch.float32)
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


def shape_of(crop):
    """Square pictures, and also those of the shape of whole photos if they are large."""
    return random.choices((SQUARE, LANDSCAPE, PORTRAIT), (1, 1.4, 0.6))[0] if crop >= SHAPED else SQUARE


def smoothed_prior(photos, bins, crop, smallest, batches):
    """The color prior of the photos as they are drawn, smoothed by a Gaussian of sigma 5 on the grid of bins."""
    histogram, encode = torch.zeros(BINS, device=bins.device), SoftEncoding(bins)
    for _ in range(batches):
        nearest, weights = encode(functional.avg_pool2d(lab(photos.windows(256, crop, smallest, shape_of(crop)))[1], 4))
        histogram += torch.bincount(nearest.reshape(-1), weights.reshape(-1), BINS)
    kernel = torch.exp(-torch.cdist(bins, bins) ** 2 / (2 * SIGMA ** 2))
    prior = (kernel / kernel.sum(1, keepdim=True)).T @ (histogram / histogram.sum())
    return prior / prior.sum()


class Objective:
    """Cross-entropy of soft-encoded colors, each cell weighted by the rarity of its nearest bin."""

    def __init__(self, bins, prior, mixed):
        self.encode = SoftEncoding(bins)
        self.rarity = 1 / ((1 - mixed) * prior + mixed / BINS)
        self.rarity = self.rarity / (prior * self.rarity).sum()

    def __call__(self, network, lightness, ab):
        nearest, weights = self.encode(functional.avg_pool2d(ab, 4))
        with half_precision(lightness.device.type):
            logits = network(in_layout(lightness))
        logs = functional.log_softmax(logits.float().permute(0, 2, 3, 1).reshape(-1, BINS), 1)
        return -(self.rarity[nearest[:, 0]] * (weights * logs.gather(1, nearest)).sum(1)).mean()


def has_bfloat16(device):
    return device == "cuda" or torch.ops.mkldnn._is_mkldnn_bf16_supported()


def half_precision(device):
    return torch.autocast(device, torch.bfloat16, enabled=has_bfloat16(device))


def in_layout(module_or_tensor):
    """Channels last, which is faster."""
    if isinstance(module_or_tensor, nn.Module):
        return module_or_tensor.to(memory_format=torch.channels_last)
    return module_or_tensor.contiguous(memory_format=torch.channels_last)


def optimizers_of(network, rate, weight_decay):
    fused = torch.cuda.is_available()
    kernels = [p for p in network.parameters() if p.dim() > 1 and p is not network.logits.weight]
    others = [p for p in network.parameters() if p.dim() == 1]
    adam = torch.optim.AdamW([{"params": [network.logits.weight], "weight_decay": weight_decay},
                              {"params": others, "weight_decay": 0}], rate, betas=(0.9, 0.99), fused=fused)
    return [Muon(kernels, rate, weight_decay), adam]


def step(network, optimizers, rate, loss):
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), 5.0)
    for optimizer in optimizers:
        optimizer.step()


def cosine(at):
    return 0.003 + 0.997 * 0.5 * (1 + math.cos(math.pi * at))


def started(seed, processes):
    """A pool of processes, which must start before CUDA, and the device."""
    pool = ProcessPoolExecutor(processes)
    list(pool.map(abs, range(64)))
    torch.manual_seed(seed)
    random.seed(seed)
    torch.backends.cudnn.benchmark = True
    return pool, "cuda" if torch.cuda.is_available() else "cpu"


def all_bins(device):
    return torch.tensor([(a, b) for a, (low, high) in zip(range(-90, 101, 10), B_RANGES) for b in range(low, high + 1, 10)],
                        dtype=torch.float32, device=device)


def read_sources(packs, table):
    """What pack_photos.py wrote, and how often the photos of each source are drawn."""
    with open(os.path.join(packs, "sources.json")) as file:
        packed = json.load(file)
    drawn = np.ones(len(packed["numbers"]))
    if table:
        with open(table, newline="") as file:
            for row in csv.DictReader(file):
                if row["source"] in packed["numbers"]:
                    drawn[packed["numbers"][row["source"]]] = float(row["weight"])
    return packed, drawn


def photos_on(device, weights, gigabytes):
    return DecodedPhotos(weights, device, gigabytes) if device == "cuda" else Photos(weights)


def pack_path(packs, i):
    return os.path.join(packs, f"pack-{i:02d}.bin")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packs")
    parser.add_argument("out")
    parser.add_argument("--sources", help="CSV file with the columns source and weight")
    parser.add_argument("--from", dest="parent", help="state dict of a trained network that continues with large pictures")
    parser.add_argument("--width", type=float, default=0.5)
    parser.add_argument("--seconds", type=float, default=660, help="time of the training, after the first pack is decoded")
    parser.add_argument("--learning-rate", type=float, help="0.006, or 0.00015 with --from")
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--lambda", type=float, default=0.5, dest="mixed", help="share of the uniform distribution in the weights")
    parser.add_argument("--rebalancing", type=float, default=0,
                        help="power of the weights of rare colors by which the predicted distribution is multiplied at the end")
    parser.add_argument("--average", action="store_true", help="write the mean of the weights of --from and of the trained ones")
    parser.add_argument("--aging", type=float, default=0.25, help="share of the pictures that look like old prints")
    parser.add_argument("--warmup", type=int, default=150, help="steps of linear warm-up")
    parser.add_argument("--gigabytes", type=float, default=36, help="memory of the GPU for the photos")
    parser.add_argument("--stages", help="such as 96x512x0.4x0.7,144x256x0.6x0.8: side, batch, share of the time, smallest window")
    parser.add_argument("--alone", action="store_true", help="train without the 1x1 and identity branches")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.average and not options.parent:
        parser.error("--average needs --from.")
    stages = CONTINUED if options.parent else NEW
    if options.stages:
        stages = [(int(crop), int(batch), float(share), float(smallest))
                  for crop, batch, share, smallest in (stage.split("x") for stage in options.stages.split(","))]
    options.learning_rate = options.learning_rate or (0.00015 if options.parent else 0.006)

    pool, device = started(options.seed, max(2, (os.cpu_count() or 1) - 2))
    bins = all_bins(device)
    packed, drawn = read_sources(options.packs, options.sources)
    photos, held_out = photos_on(device, drawn, options.gigabytes), photos_on(device, np.ones(len(drawn)), 0.2)
    held_out.add(os.path.join(options.packs, "validation.bin"), pool)
    photos.add(pack_path(options.packs, 0), pool)

    def add_others():
        with torch.cuda.stream(torch.cuda.Stream()) if device == "cuda" else contextlib.nullcontext():
            for i in range(1, packed["packs"]):
                while not os.path.exists(pack_path(options.packs, i)):
                    time.sleep(0.5)
                photos.add(pack_path(options.packs, i), pool)
                print(len(photos.sources), "photos", flush=True)

    threading.Thread(target=add_others, daemon=True).start()

    last_crop, last_batch, _, last_smallest = stages[-1]
    prior = smoothed_prior(photos, bins, last_crop, last_smallest, 200 if device == "cuda" else 4)
    objective = Objective(bins, prior, options.mixed)
    network = Network(options.width, options.alone).to(device)
    if options.parent:
        tensors = {name: tensor.float().to(device) for name, tensor in torch.load(options.parent, weights_only=True).items()}
        network.unfold(tensors, lab(photos.windows(64, stages[0][0], 0.8))[0])
    else:
        with torch.no_grad():
            network.logits.bias.copy_((prior * objective.rarity + 1e-6).log())
    network = in_layout(network)
    optimizers = optimizers_of(network, options.learning_rate, options.weight_decay)
    validation = lab(held_out.windows(min(256, len(held_out.sources)), last_crop, 1))

    def validation_loss():
        with torch.no_grad():
            return objective(network, *validation).item()

    print(f"{len(photos.sources)} photos; validation loss {validation_loss():.4f}", flush=True)
    start, steps, pictures, curve = time.time(), 0, 0, []
    while (at := (time.time() - start) / options.seconds) < 1:
        crop, batch, _, smallest = stages[sum(at >= sum(s[2] for s in stages[:j + 1]) for j in range(len(stages) - 1))]
        lightness, ab = lab(photos.windows(batch, crop, smallest, shape_of(crop)))
        rate = options.learning_rate * min(1, (steps + 1) / options.warmup) * cosine(at)
        loss = objective(network, aged(lightness, options.aging), ab)
        step(network, optimizers, rate, loss)
        steps, pictures = steps + 1, pictures + batch
        if steps % 50 == 0:
            if not math.isfinite(loss.item()):
                sys.exit("The loss is not a number: lower --learning-rate.")
            curve.append((pictures, crop, round(loss.item(), 4), round(validation_loss(), 4) if steps % 200 == 0 else ""))
            print(f"crop {crop} step {steps} pictures {pictures} loss {loss.item():.3f} {curve[-1][-1]} rate {rate:.2e} "
                  f"{100 * at:.0f} %", flush=True)

    # Running statistics: the mean over unaged pictures at the last size.
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
            module.momentum = None
    with torch.no_grad(), half_precision(device):
        for _ in range(100 if device == "cuda" else 5):
            lightness = lab(photos.windows(last_batch // 2, last_crop, last_smallest, shape_of(last_crop)))[0]
            network(in_layout(lightness))
    print(f"validation loss {validation_loss():.4f}")
    weights = network.eval().published(bins)
    if options.average:
        weights = {name: (weight + tensors[name].cpu()) / 2 for name, weight in weights.items()}
    weights["model8.6.bias"] += options.rebalancing * objective.rarity.log().cpu()
    torch.save(weights, options.out + ".pth")
    training = {"program": os.path.basename(__file__), "settings": {**vars(options), "stages": stages}, "torch": torch.__version__,
                "device": torch.cuda.get_device_name() if device == "cuda" else device, "photos": len(photos.sources),
                "photos_by_source": packed["photos"], "photos_seen": pictures, "steps": steps,
                "hours": round((time.time() - start) / 3600, 3), "prior": prior.tolist()}
    with open(options.out + ".json", "w") as file:
        json.dump(training, file, indent=1)
    with open(options.out + "-loss.csv", "w", newline="") as file:
        csv.writer(file).writerows([("pictures", "crop", "loss", "validation"), *curve])
    print(f"{pictures} pictures in {time.time() - start:.0f} s; {options.out}.pth", flush=True)


if __name__ == "__main__":
    main()
