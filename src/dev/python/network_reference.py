# Fiji Colorize: plausible color for gray images.
# Copyright (C) 2026 Fiji Colorize developers.
# SPDX-License-Identifier: BSD-2-Clause
"""The network of Zhang, Isola, Efros (ECCV 2016) in PyTorch, and a writer for safetensors files.

This is the yardstick of the Java network: written from the layer table alone, with nothing shared but the
names of the tensors (``model1.0.weight`` ... ``model8.6.bias``, ``model_out.weight``).
"""
import json
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional

BINS = 313
LIGHTNESS_CENTER = 50.0
LIGHTNESS_SCALE = 100.0
AB_SCALE = 110.0

# Blocks 1 to 7: channels at width 1, convolutions, stride of the last convolution, dilation.
TRUNK = (
    (64, 2, 2, 1),
    (128, 2, 2, 1),
    (256, 3, 2, 1),
    (512, 3, 1, 1),
    (512, 3, 1, 2),
    (512, 3, 1, 2),
    (512, 3, 1, 1),
)
DECODER_CHANNELS = 256


def scaled(channels, width):
    """Channels at a width multiplier: rounded half up (as Java's Math.round), at least one."""
    return max(1, math.floor(width * channels + 0.5))


class Reference(nn.Module):
    """Lightness (N, 1, H, W) in [0, 100] to the logits of the color bins, (N, 313, H/4, W/4).

    H and W are multiples of 8. ``width`` multiplies every channel count but those of the input, the bins and
    ab.
    """

    def __init__(self, width=1.0):
        super().__init__()
        before = 1
        for number, (channels, count, stride, dilation) in enumerate(TRUNK, start=1):
            after = scaled(channels, width)
            self.add_module(f"model{number}", trunk_block(before, after, count, stride, dilation))
            before = after
        after = scaled(DECODER_CHANNELS, width)
        self.model8 = nn.Sequential(
            nn.ConvTranspose2d(before, after, kernel_size=4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(after, after, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(after, after, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(after, BINS, kernel_size=1),
        )
        self.model_out = nn.Conv2d(BINS, 2, kernel_size=1, bias=False)

    def forward(self, lightness):
        x = (lightness - LIGHTNESS_CENTER) / LIGHTNESS_SCALE
        for number in range(1, len(TRUNK) + 2):
            x = getattr(self, f"model{number}")(x)
        return x

    def ab(self, lightness):
        """Color (N, 2, H, W) in Lab units: mean of the distribution (T = 1), upsampled fourfold."""
        coarse = self.model_out(functional.softmax(self(lightness), dim=1))
        full = functional.interpolate(coarse, scale_factor=4, mode="bilinear", align_corners=False)
        return full * AB_SCALE


def trunk_block(before, after, count, stride, dilation):
    """``count`` times convolution and ReLU, the last one strided, then one batch normalization."""
    layers = []
    for index in range(count):
        layers.append(nn.Conv2d(
            before if index == 0 else after, after, kernel_size=3,
            stride=stride if index == count - 1 else 1, padding=dilation, dilation=dilation))
        layers.append(nn.ReLU())
    layers.append(nn.BatchNorm2d(after))
    return nn.Sequential(*layers)


SAFETENSORS_TYPES = {np.dtype(np.float32): ("F32", "<f4"), np.dtype(np.int64): ("I64", "<i8")}


def write_safetensors(path, tensors, metadata=None):
    """Writes a mapping of names to float32 or int64 arrays, in its order, as a safetensors file.

    The file is the length of the header (8 bytes, little-endian), the header (JSON, filled up with spaces to
    a multiple of 8 bytes), and the raw little-endian data. ``metadata`` maps strings to strings.
    """
    header = {"__metadata__": metadata} if metadata else {}
    chunks = []
    offset = 0
    for name, value in tensors.items():
        array = np.asarray(value)
        if array.dtype not in SAFETENSORS_TYPES:
            raise ValueError(f"Tensor {name} is {array.dtype}; only float32 and int64 can be written.")
        code, layout = SAFETENSORS_TYPES[array.dtype]
        data = array.astype(layout).tobytes(order="C")
        end = offset + len(data)
        header[name] = {"dtype": code, "shape": list(array.shape), "data_offsets": [offset, end]}
        chunks.append(data)
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for data in chunks:
            file.write(data)
