# Fiji Colorize: plausible colour for gray images.
# Copyright (C) 2026 Fiji Colorize developers.
# SPDX-License-Identifier: BSD-2-Clause
"""The network of Zhang, Isola and Efros (ECCV 2016) in PyTorch, of any width. A copy lies in each model zip."""
import math

from torch import nn

# Blocks 1 to 7: channels at width 1, convolutions, stride of the last convolution, dilation.
BLOCKS = ((64, 2, 2, 1), (128, 2, 2, 1), (256, 3, 2, 1), (512, 3, 1, 1), (512, 3, 1, 2), (512, 3, 1, 2), (512, 3, 1, 1))
DECODER = 256
BINS = 313


class ColorizationNetwork(nn.Module):
    """L* (N, 1, H, W) in [0, 100], H and W multiples of 8, to the logits of the colour bins (N, 313, H/4, W/4)."""

    def __init__(self, width=1.0):
        super().__init__()

        def scaled(channels):
            return max(1, math.floor(width * channels + 0.5))

        before = 1
        for number, (channels, count, stride, dilation) in enumerate(BLOCKS, start=1):
            after = scaled(channels)
            layers = []
            for i in range(count):
                layers += [nn.Conv2d(before, after, 3, stride if i == count - 1 else 1, dilation, dilation), nn.ReLU()]
                before = after
            self.add_module(f"model{number}", nn.Sequential(*layers, nn.BatchNorm2d(after)))
        after = scaled(DECODER)
        self.model8 = nn.Sequential(
            nn.ConvTranspose2d(before, after, 4, 2, 1), nn.ReLU(), nn.Conv2d(after, after, 3, 1, 1), nn.ReLU(),
            nn.Conv2d(after, after, 3, 1, 1), nn.ReLU(), nn.Conv2d(after, BINS, 1))
        # From the distribution over the bins to ab / 110.
        self.model_out = nn.Conv2d(BINS, 2, 1, bias=False)

    def forward(self, lightness):
        x = (lightness - 50) / 100
        for number in range(1, 9):
            x = getattr(self, f"model{number}")(x)
        return x
