# Fiji Colorize: plausible color for gray images.
# Copyright (C) 2026 Fiji Colorize developers.
# SPDX-License-Identifier: BSD-2-Clause
"""Packs training photos into small files that a machine with a GPU reads in seconds.

    pack_photos.py PHOTOS PACKS [--megabytes 60] [--processes N]

PHOTOS is a folder with one tar file per source, as scripts/train-default-model describes. PACKS receives pack-00.bin, ...
with a random part of every source in each, and the list sources.json. One photo of 600 is not trained on: these photos are in
validation.bin, and as files in the folder validation. A pack is a sequence of records: source (u16), length (u16), WebP file.
"""
import argparse
import io
import json
import multiprocessing
import os
import random
import struct
import tarfile
import zlib

from PIL import Image

RECORD = struct.Struct("<HH")
HELD_OUT = 600
# The networks see pictures of 64 to 176 pixels.
SHORTER_SIDE, QUALITY = 176, 60
SMALLEST = 60


def source_of(tar):
    """The name of a source: that of its tar file without the number of the shard."""
    return os.path.basename(tar).rsplit("-", 1)[0]


def photos(folder):
    """Yields source, name and bytes of every photo."""
    for root, folders, files in os.walk(folder, followlinks=True):
        folders.sort()
        for file in sorted(files):
            if file.endswith(".tar"):
                with tarfile.open(os.path.join(root, file)) as tar:
                    for member in tar:
                        if member.isfile() and member.name.lower().endswith((".jpg", ".jpeg", ".png", ".webp")):
                            yield source_of(file), os.path.basename(member.name), tar.extractfile(member).read()


def encode(photo):
    """One photo as source and WebP, or None if it cannot be read or is too small."""
    source, _, data = photo
    try:
        image = Image.open(io.BytesIO(data)).convert("RGB")
    except Exception:  # Pillow throws many types; the photo is skipped and counted
        return source, None
    width, height = image.size
    if min(width, height) < SMALLEST:
        return source, None
    longest = 2 * min(width, height)
    if max(width, height) > longest:
        left, top = max(0, (width - longest) // 2), max(0, (height - longest) // 2)
        image = image.crop((left, top, width - left, height - top))
        width, height = image.size
    scale = SHORTER_SIDE / min(width, height)
    if scale < 1:
        image = image.resize((max(SHORTER_SIDE, round(width * scale)), max(SHORTER_SIDE, round(height * scale))), Image.LANCZOS)
    out = io.BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=4)
    return source, out.getvalue()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos")
    parser.add_argument("packs")
    parser.add_argument("--megabytes", type=float, default=60, help="size of a pack")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args()
    os.makedirs(options.packs, exist_ok=True)
    numbers, counts, records, held_out, left_out = {}, {}, [], [], 0

    def training():
        for source, name, data in photos(options.photos):
            if zlib.crc32(f"{source}/{name}".encode()) % HELD_OUT:
                yield source, name, data
            else:
                held_out.append((source, name, data))
                folder = os.path.join(options.packs, "validation", source)
                os.makedirs(folder, exist_ok=True)
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(data)

    with multiprocessing.Pool(options.processes) as pool:
        for source, webp in pool.imap(encode, training(), chunksize=64):
            if webp is None or len(webp) > 65535:
                left_out += 1
                continue
            counts[source] = counts.get(source, 0) + 1
            records.append(RECORD.pack(numbers.setdefault(source, len(numbers)), len(webp)) + webp)
        validation = [RECORD.pack(numbers[source], len(webp)) + webp for source, webp in pool.map(encode, held_out) if webp]
    random.Random(1).shuffle(records)
    packs = max(1, round(sum(map(len, records)) / (options.megabytes * 1e6) + 0.5))
    for i in range(packs):
        with open(os.path.join(options.packs, f"pack-{i:02d}.bin"), "wb") as file:
            file.writelines(records[i::packs])
    with open(os.path.join(options.packs, "validation.bin"), "wb") as file:
        file.writelines(validation)
    with open(os.path.join(options.packs, "sources.json"), "w") as file:
        json.dump({"numbers": numbers, "photos": counts, "packs": packs, "held_out": len(held_out), "left_out": left_out}, file,
                  indent=1)
    print(f"{len(records)} photos in {packs} packs, {len(held_out)} held out, {left_out} skipped")


if __name__ == "__main__":
    main()
