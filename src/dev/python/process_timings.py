# Fiji Colorize: plausible color for gray images.
# Copyright (C) 2026 Fiji Colorize developers.
# SPDX-License-Identifier: BSD-2-Clause
"""Times whole processes alternately, from start to end.

    python3 process_timings.py --repeats 5 --work IMAGES NAME COMMAND [-- NAME COMMAND]

Each COMMAND is for a shell; what it prints is thrown away unless it fails. Prints for each the median of the seconds, the
images in a second, how busy the processors were (1: all of them, all the time) and the largest memory of a process. One
run of each before the others is not counted.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time


def run(command):
    """Seconds, busy share, and peak memory in MiB."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(["bash", "-c", command], stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        if status != 0:
            output.seek(0)
            sys.exit(f"This failed: {command}\n{output.read().decode(errors='replace')}")
    busy = (usage.ru_utime + usage.ru_stime) / seconds / len(os.sched_getaffinity(0))
    return seconds, busy, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description="Times whole processes by turns.")
    parser.add_argument("--repeats", type=int, default=5, help="runs to take the median of (default: 5)")
    parser.add_argument("--warm-up", type=int, default=1, help="runs before the measured ones (default: 1)")
    parser.add_argument("--work", type=int, default=1, help="images per run (default: 1)")
    parser.add_argument("command", nargs="+", metavar="NAME COMMAND", help="commands, each after its name")
    options = parser.parse_args()

    commands = list(zip(options.command[::2], options.command[1::2]))
    runs = {name: [] for name, _ in commands}
    for turn in range(options.warm_up + options.repeats):
        for name, command in commands:
            figures = run(command)
            if turn >= options.warm_up:
                runs[name].append(figures)
    print(f"{'':40} {'seconds':>9} {'images/s':>9} {'busy':>6} {'peak MiB':>9}")
    medians = []
    for name, _ in commands:
        seconds, busy, peak = (statistics.median(values) for values in zip(*runs[name]))
        medians.append((seconds, peak))
        print(f"{name:40} {seconds:9.3f} {options.work / seconds:9.2f} {busy:6.2f} {peak:9.0f}")
    for (name, _), (seconds, peak) in list(zip(commands, medians))[1:]:
        print(f"{commands[0][0]} / {name}: time {medians[0][0] / seconds:.3f}, memory {medians[0][1] / peak:.3f}")


if __name__ == "__main__":
    main()
