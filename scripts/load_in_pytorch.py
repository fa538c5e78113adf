#!/usr/bin/env python3
# Fiji Colorize: plausible color for gray images.
# Copyright (C) 2026 Fiji Colorize developers.
# SPDX-License-Identifier: BSD-2-Clause
"""Loads a model of Fiji Colorize into PyTorch and colorizes a photo with it, as ``colorize --reference`` does.

    python3 scripts/load_in_pytorch.py MODEL.zip PHOTO OUTPUT.png [--temperature 0.38] [--ab AB.npy]

Needs torch, scikit-image, Pillow and PyYAML. ``load(path)`` gives the module and the card's temperature.
"""
import argparse
import json
import pathlib
import sys
import zipfile

import numpy as np
import torch
import yaml
from PIL import Image
from skimage import color
from torch.nn import functional

# Model zips contain a copy of this file, which is not run, because a model may come from an untrusted source.
sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "src/main/resources/sc/fiji/colorize/model"))
from colorization_network import ColorizationNetwork  # noqa: E402


def read_safetensors(data):
    """Reads tensors by name. The package safetensors does the same."""
    start = 8 + int.from_bytes(data[:8], "little")
    types = {"F16": "<f2", "F32": "<f4"}
    return {name: torch.from_numpy(np.frombuffer(data[start + entry["data_offsets"][0]:start + entry["data_offsets"][1]],
                                                 types[entry["dtype"]]).reshape(entry["shape"]).astype(np.float32))
            for name, entry in json.loads(data[8:start]).items() if name != "__metadata__"}


def load(path):
    """Loads the network of a model zip, and the factor for its logits."""
    with zipfile.ZipFile(path) as file:
        card = yaml.safe_load(file.read("rdf.yaml"))["config"]["fiji_colorize"]
        network = ColorizationNetwork(card["width"])
        # Not strict: num_batches_tracked is not stored, because only training uses it.
        missing = network.load_state_dict(read_safetensors(file.read("weights.safetensors")), strict=False)
    assert not missing.unexpected_keys and all(name.endswith("num_batches_tracked") for name in missing.missing_keys)
    return network.eval(), card["temperature"]


def predict_ab(network, logit_scale, lightness, temperature):
    """ab (N, 2, H, W): the annealed mean at a temperature, upsampled fourfold."""
    with torch.no_grad():
        probability = functional.softmax(network(lightness) * logit_scale / temperature, dim=1)
        return 110 * functional.interpolate(network.model_out(probability), scale_factor=4, mode="bilinear",
                                            align_corners=False)


def lightness(rgb):
    return torch.from_numpy(color.rgb2lab(rgb)[..., 0].astype(np.float32))[None, None]


def colorize(network, logit_scale, photo, output, temperature=0.38, ab_file=None):
    """Colorizes a photo as the published demo does."""
    photo = Image.open(photo).convert("RGB")
    small = np.asarray(photo.resize((256, 256), resample=Image.BICUBIC))
    ab = predict_ab(network, logit_scale, lightness(small), temperature)
    if ab_file:
        np.save(ab_file, ab[0].numpy())
    full = lightness(np.asarray(photo))
    ab = functional.interpolate(ab, size=full.shape[2:], mode="bilinear", align_corners=False)
    rgb = color.lab2rgb(torch.cat([full, ab], dim=1)[0].numpy().transpose(1, 2, 0))
    Image.fromarray((255 * np.clip(rgb, 0, 1)).astype(np.uint8)).save(output)


def main():
    parser = argparse.ArgumentParser(description="Colorizes a photo with a model of Fiji Colorize, in PyTorch.")
    parser.add_argument("model", help="model zip")
    parser.add_argument("photo", help="image file")
    parser.add_argument("output", help="PNG to write")
    parser.add_argument("--temperature", type=float, default=0.38, help="T of the annealed mean (default: 0.38)")
    parser.add_argument("--ab", help="also write ab at 256 x 256 to this .npy file")
    options = parser.parse_args()

    colorize(*load(options.model), options.photo, options.output, options.temperature, options.ab)


if __name__ == "__main__":
    main()
