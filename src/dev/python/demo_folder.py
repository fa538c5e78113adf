# Fiji Colorize: plausible color for gray images.
# Copyright (C) 2026 Fiji Colorize developers.
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the published demo on a folder, as the reference for the speed of a folder. Loads the network once.

    python3 demo_folder.py MODEL.zip FOLDER OUTPUT-FOLDER [MOST]
"""
import itertools
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "scripts"))
from load_in_pytorch import colorize, load  # noqa: E402


def main():
    model, folder, output = sys.argv[1:4]
    most = int(sys.argv[4]) if len(sys.argv) > 4 else None
    network, logit_scale = load(model)
    pathlib.Path(output).mkdir(parents=True, exist_ok=True)
    for photo in itertools.islice(sorted(pathlib.Path(folder).glob("*.jpg")), most):
        colorize(network, logit_scale, photo, pathlib.Path(output) / f"{photo.stem}-colorized.png")


if __name__ == "__main__":
    main()
