# Fiji Colorize: plausible color for gray images.
# Copyright (C) 2026 Fiji Colorize developers.
# SPDX-License-Identifier: BSD-2-Clause
"""Writes network-fixture.safetensors: a tiny random network, an input, and its output in PyTorch.

    python3 make_network_fixture.py pts_in_hull.npy [OUTPUT]

The file holds every tensor of the network under its published name, and ``fixture.input`` (L in [0, 100]),
``fixture.logits`` and ``fixture.ab`` (Lab units, at the resolution of the input). Outputs are computed in
double precision from the float32 weights and input, in evaluation mode, and rounded to float32 once.
"""
import argparse
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from network_reference import AB_SCALE, BINS, Reference, write_safetensors

DEFAULT_OUTPUT = (Path(__file__).resolve().parents[1] / "resources" / "sc" / "fiji" / "colorize" / "network"
                  / "network-fixture.safetensors")
WIDTH = 1 / 16
SEED = 20161008
SHAPE = (2, 1, 32, 40)
LOGIT_SPREAD = 3.0


def smooth_lightness(random):
    """Coarse random shapes and a little grain, each image stretched to fill [0, 100]."""
    count, channels, height, width = SHAPE
    coarse = torch.rand(count, channels, height // 8, width // 8, generator=random, dtype=torch.float64)
    image = functional.interpolate(coarse, size=(height, width), mode="bicubic", align_corners=False)
    image = image + 0.1 * torch.rand(SHAPE, generator=random, dtype=torch.float64)
    low = image.amin(dim=(1, 2, 3), keepdim=True)
    high = image.amax(dim=(1, 2, 3), keepdim=True)
    return (100 * (image - low) / (high - low)).clamp(0, 100)


def randomise(network, lightness, random):
    """Fills in random parameters, layer by layer as the input passes through.

    A batch normalization gets statistics and an affine part that are far from the identity and have nothing
    to do with its input. A convolution is scaled and shifted so that each of its output channels varies by
    about 1 around about 0.5: then ReLU neither kills nor passes everything, however deep, and rounding errors
    grow slowly (around 0 they grow some four times as much).
    """
    def normal(*shape):
        return torch.randn(*shape, generator=random, dtype=torch.float64)

    def uniform(count, low, high):
        return low + (high - low) * torch.rand(count, generator=random, dtype=torch.float64)

    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            count = module.num_features
            module.weight.copy_(uniform(count, 0.4, 2.0) * normal(count).sign())
            module.bias.copy_(normal(count))
            module.running_mean.copy_(uniform(count, -0.5, 1.5))
            module.running_var.copy_(uniform(count, -2.0, 1.5).exp())

    def settle(module, _, output):
        count = output.shape[1]
        spread = (0.3 * normal(count)).exp()
        center = 0.5 + 0.4 * normal(count)
        if module is network.model8[6]:
            spread, center = LOGIT_SPREAD * spread, LOGIT_SPREAD * center
        scale = spread / output.std(dim=(0, 2, 3))
        shift = center - output.mean(dim=(0, 2, 3)) * scale
        along = (1, -1, 1, 1) if isinstance(module, nn.ConvTranspose2d) else (-1, 1, 1, 1)
        module.weight.mul_(scale.view(along))
        module.bias.copy_(shift)
        return output * scale.view(1, -1, 1, 1) + shift.view(1, -1, 1, 1)

    hooks = []
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)) and module.bias is not None:
            module.weight.copy_(normal(*module.weight.shape))
            module.bias.zero_()
            hooks.append(module.register_forward_hook(settle))
    network(lightness)
    for hook in hooks:
        hook.remove()


def main():
    parser = argparse.ArgumentParser(description="Makes the fixture that the Java network is tested against.")
    parser.add_argument("bins", type=Path, help=".npy file of the 313 bins, (313, 2), columns a and b")
    parser.add_argument("output", type=Path, nargs="?", default=DEFAULT_OUTPUT,
                        help="file to write (default: network-fixture.safetensors among the test resources)")
    options = parser.parse_args()

    bins = np.load(options.bins)
    if bins.shape != (BINS, 2):
        raise SystemExit(f"{options.bins} has shape {bins.shape}, but the bins are ({BINS}, 2).")

    random = torch.Generator().manual_seed(SEED)
    network = Reference(WIDTH).double().eval()
    with torch.no_grad():
        lightness = smooth_lightness(random).float().double()
        randomise(network, lightness, random)
        network.model_out.weight.copy_(torch.from_numpy(bins.T / AB_SCALE).view(2, BINS, 1, 1))
        network.float().double()  # round to the stored weights
        logits = network(lightness)
        ab = network.ab(lightness)
        network.float()
        single_logits = network(lightness.float())
        single_ab = network.ab(lightness.float())

    tensors = {name: value.numpy() for name, value in network.state_dict().items()
               if not name.endswith("num_batches_tracked")}
    tensors["fixture.input"] = lightness.float().numpy()
    tensors["fixture.logits"] = logits.float().numpy()
    tensors["fixture.ab"] = ab.float().numpy()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    write_safetensors(options.output, tensors, {
        "description": "random weights, made by make_network_fixture.py",
        "width": str(WIDTH),
        "seed": str(SEED),
    })

    print(f"{options.output.name}: {options.output.stat().st_size} bytes, {len(tensors)} tensors")
    for name in ("fixture.input", "fixture.logits", "fixture.ab"):
        value = tensors[name]
        print(f"{name} {value.shape}: {value.min():.3f} to {value.max():.3f}, std {value.std():.3f}")
    print(f"float32 differs from double by at most {(single_logits - logits).abs().max():.2e} in the logits, "
          f"{(single_ab - ab).abs().max():.2e} in ab")


if __name__ == "__main__":
    main()
