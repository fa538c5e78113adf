# Fiji Colorize: plausible color for gray images.
# Copyright (C) 2026 Fiji Colorize developers.
# SPDX-License-Identifier: BSD-2-Clause
"""Writes state dicts with PyTorch, and runs the published demo with them, as the reference for the import.

    python3 published_demo.py make BINS.csv FOLDER [--width 1] [--seed 1] [--kinds zip,legacy]
    python3 published_demo.py run WEIGHTS.pth FOLDER PHOTO...

``make`` writes a random network, its batch normalizations far from the identity, as FOLDER/KIND.pth or
FOLDER/KIND.safetensors. Kinds: zip, legacy, half, bfloat, double (zips of these types), parallel (names with
``module.``), permuted (bins in another order), strided (kernels in channels-last order), shared (one storage for all),
safetensors, safetensors-bf16. ``run`` does what the published demo does, step by step, and writes for each photo
FOLDER/NAME.ab (float32, 2 x 256 x 256) and FOLDER/NAME.png.
"""
import argparse
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from make_network_fixture import randomise, smooth_lightness
from network_reference import AB_SCALE, BINS, Reference, write_safetensors


def make(options):
    bins = np.loadtxt(options.bins, delimiter=",", skiprows=1, usecols=(0, 1))
    assert bins.shape == (BINS, 2)
    random = torch.Generator().manual_seed(options.seed)
    network = Reference(options.width).double().eval()
    with torch.no_grad():
        randomise(network, smooth_lightness(random), random)
        network.model_out.weight.copy_(torch.from_numpy(bins.T / AB_SCALE).view(2, BINS, 1, 1))
    state = network.float().state_dict()
    for kind in options.kinds.split(","):
        write(kind, state, random, options.folder)


def write(kind, state, random, folder):
    if kind.startswith("safetensors"):
        write_safetensors(folder / f"{kind}.safetensors", {name: value.numpy() for name, value in state.items()})
        return
    types = {"half": torch.half, "bfloat": torch.bfloat16, "double": torch.double}
    new = OrderedDict((name, value.to(types[kind]) if kind in types and value.is_floating_point() else value)
                      for name, value in state.items())
    new._metadata = state._metadata
    if kind == "parallel":
        new = OrderedDict(("module." + name, value) for name, value in new.items())
    elif kind == "permuted":
        order = torch.randperm(BINS, generator=random)
        new["model8.6.weight"] = new["model8.6.weight"][order]
        new["model8.6.bias"] = new["model8.6.bias"][order]
        new["model_out.weight"] = new["model_out.weight"][:, order]
    elif kind == "strided":
        new = OrderedDict((name, value.contiguous(memory_format=torch.channels_last) if value.dim() == 4 else value)
                          for name, value in new.items())
    elif kind == "shared":
        floats = [name for name, value in new.items() if value.is_floating_point()]
        whole = torch.cat([new[name].flatten() for name in floats])
        parts = whole.split([new[name].numel() for name in floats])
        new.update((name, part.view(new[name].shape)) for name, part in zip(floats, parts))
    torch.save(new, folder / f"{kind}.pth", _use_new_zipfile_serialization=kind != "legacy")


def run(options):
    from PIL import Image
    from skimage import color

    state = torch.load(options.weights, map_location="cpu")
    network = Reference(state["model1.0.bias"].numel() / 64)
    network.load_state_dict(state)
    network.float().eval()

    def tensor(image):
        return torch.from_numpy(color.rgb2lab(image)[:, :, 0]).float()[None, None]

    for photo in options.photos:
        original = np.asarray(Image.open(photo))
        if original.ndim == 2:
            original = np.tile(original[:, :, None], 3)
        resized = np.asarray(Image.fromarray(original).resize((256, 256), resample=3))
        with torch.no_grad():
            ab = network.ab(tensor(resized))
        ab.numpy().astype("<f4").tofile(options.folder / (photo.stem + ".ab"))
        lightness = tensor(original)
        if ab.shape[2:] != lightness.shape[2:]:
            ab = functional.interpolate(ab, size=lightness.shape[2:], mode="bilinear")
        rgb = color.lab2rgb(torch.cat((lightness, ab), dim=1)[0].numpy().transpose(1, 2, 0))
        # As in matplotlib's imsave, which the demo uses.
        Image.fromarray((rgb * 255).astype(np.uint8)).save(options.folder / (photo.stem + ".png"))


def main():
    parser = argparse.ArgumentParser(description="Makes state dicts and runs the published demo on them.")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("make", help="write random state dicts")
    command.add_argument("bins", type=Path, help="CSV of the 313 bins, columns a and b, with a heading")
    command.add_argument("folder", type=Path)
    command.add_argument("--width", type=float, default=1.0)
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--kinds", default="zip,legacy")
    command.set_defaults(action=make)
    command = commands.add_parser("run", help="run the demo")
    command.add_argument("weights", type=Path)
    command.add_argument("folder", type=Path)
    command.add_argument("photos", type=Path, nargs="+")
    command.set_defaults(action=run)
    options = parser.parse_args()
    options.action(options)


if __name__ == "__main__":
    main()
