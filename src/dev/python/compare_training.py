# Fiji Colorize: plausible color for gray images.
# Copyright (C) 2026 Fiji Colorize developers.
# SPDX-License-Identifier: BSD-2-Clause
"""Compares short trainings with and without branches, and without some of the sources.

    compare_training.py PACKS OUT.csv RUN... [--sources FILE] [--pictures 144000]

PACKS is what pack_photos.py makes; only the first packs are used. Each RUN is branches-muon, branches-adam, plain-muon,
plain-adam, or without:SOURCE,SOURCE,..., which trains with branches and Muon and leaves these sources out. All runs see
pictures of 64 pixels and start from the same seed. OUT.csv receives the loss against the pictures seen, and the loss on
photos that no run sees: all of them, and at the end of each run those of the sources that each run leaves out.
"""
import argparse
import csv
import os

import numpy as np
import torch
from torch import nn
from torch.nn import functional

import train_default_model as training
from network_reference import scaled, DECODER_CHANNELS

CROP, BATCH, SMALLEST = 64, 256, 0.6
RATES = {"muon": 0.006, "adam": 0.002}


class Plain(nn.Module):
    """The published layer: a convolution and ReLU."""

    def __init__(self, convolution):
        super().__init__()
        self.convolution = convolution

    def forward(self, x):
        return functional.relu(self.convolution(x))


def plain(network, width):
    """Replaces the branches by the published layers."""
    for i, layer in enumerate(network.layers):
        if isinstance(layer, training.Branches):
            old = layer.large
            network.layers[i] = Plain(nn.Conv2d(old.in_channels, old.out_channels, 3, old.stride, old.padding, old.dilation))
        elif isinstance(layer, training.Enlarging):
            network.layers[i] = Plain(nn.ConvTranspose2d(layer.kernel.in_channels, scaled(DECODER_CHANNELS, width), 4, 2, 1))
        if isinstance(network.layers[i], Plain):
            convolution = network.layers[i].convolution
            nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
            nn.init.zeros_(convolution.bias)
    return network


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packs")
    parser.add_argument("out")
    parser.add_argument("runs", nargs="+", metavar="RUN")
    parser.add_argument("--sources", help="CSV file with the columns source and weight")
    parser.add_argument("--count", type=int, default=2, help="packs used")
    parser.add_argument("--width", type=float, default=0.25)
    parser.add_argument("--pictures", type=int, default=144000)
    parser.add_argument("--gigabytes", type=float, default=6)
    options = parser.parse_args()
    pool, device = training.started(1, 4)
    bins = training.all_bins(device)
    packed, drawn = training.read_sources(options.packs, options.sources)
    photos = training.photos_on(device, drawn, options.gigabytes)
    for i in range(options.count):
        photos.add(training.pack_path(options.packs, i), pool)
    held_out = training.photos_on(device, np.ones(len(drawn)), 0.2)
    held_out.add(os.path.join(options.packs, "validation.bin"), pool)
    prior = training.smoothed_prior(photos, bins, CROP, SMALLEST, 100)
    objective = training.Objective(bins, prior, 0.5)

    def left_out(run):
        sources = run.removeprefix("without:").split(",") if run.startswith("without:") else []
        return np.isin(np.arange(len(drawn)), [packed["numbers"][source] for source in sources])

    def held_out_photos(count, weights):
        held_out.weigh(weights)
        torch.manual_seed(2)
        return training.lab(held_out.windows(count, CROP, 1))

    validation = held_out_photos(512, np.ones(len(drawn)))
    groups = {run: held_out_photos(128, left_out(run).astype(float)) for run in options.runs if left_out(run).any()}

    def loss_on(photos, network):
        with torch.no_grad():
            return round(objective(network, *photos).item(), 4)

    with open(options.out, "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("run", "pictures", "loss", "validation", *groups))
        for run in options.runs:
            photos.weigh(np.where(left_out(run), 0, drawn))
            torch.manual_seed(1)
            network = training.Network(options.width)
            network = training.in_layout((plain(network, options.width) if run.startswith("plain") else network).to(device))
            with torch.no_grad():
                network.logits.bias.copy_((prior * objective.rarity + 1e-6).log())
            kind = "adam" if run.endswith("adam") else "muon"
            if kind == "adam":
                optimizers = [torch.optim.AdamW(network.parameters(), RATES[kind], betas=(0.9, 0.99), weight_decay=0.05)]
            else:
                optimizers = training.optimizers_of(network, RATES[kind], 0.05)
            steps = options.pictures // BATCH
            for step in range(1, steps + 1):
                lightness, ab = training.lab(photos.windows(BATCH, CROP, SMALLEST))
                loss = objective(network, lightness, ab)
                rate = RATES[kind] * min(1, step / 50) * training.cosine(step / steps)
                training.step(network, optimizers, rate, loss)
                if step % 25 == 0 or step == steps:
                    others = [loss_on(group, network) for group in groups.values()] if step == steps else []
                    table.writerow((run, step * BATCH, round(loss.item(), 4), loss_on(validation, network), *others))
                    file.flush()
            print(run, "validation loss", loss_on(validation, network), flush=True)


if __name__ == "__main__":
    main()
