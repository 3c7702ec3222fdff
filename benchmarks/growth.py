"""How time and memory grow with the size of a system, each size in a process of its own.

``python -m benchmarks.growth [sizes, comma-separated]``: processor seconds per Monte Carlo
iteration of all products on one thread, the best of interleaved rounds, the exponent between
the smallest and the largest, the same of the peer's fastest class (one product); what laying a
system out takes, once, and the exponent of that and a thousand iterations together; and how
fast this machine reads memory where the numbers of such a system lie, with the exponent that
reading them once would have alone. At 20,000 processes a thousand iterations of all
products are sampled part by part, as partitions do, and median and limits of every product
are taken: the peak memory of that process, on one thread and on two, beside the peer's after
five iterations. Both sides read the same system from a file.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

SIZES = "1000,5000,20000,50000,100000"
COMPARED = 20_000
SAMPLES, PARTS, PRODUCTS_AT_ONCE = 1_000, 32, 1_000
# Sizes are measured in turn, so that a slower hour of the machine falls on all of them.
ROUNDS = 3
PERCENTILES = (0.025, 0.5, 0.975)
SEED = 7


def system_in(file: str) -> Any:
    """The system that the parent wrote."""
    from pipelines.footprint.sampling.uncertain_system import UncertainSystem

    with np.load(file) as held:
        return UncertainSystem(
            size=int(held["size"]), **{name: held[name] for name in held.files if name != "size"}
        )


def ours(file: str) -> dict[str, float]:
    """Sample a system in this process."""
    from pipelines.footprint.intensities import all_intensities
    from pipelines.footprint.sampling.large_system import run_blocks
    from pipelines.footprint.sampling.plan import plan_of

    system = system_in(file)
    start = time.process_time()
    plan = plan_of(system, all_intensities(system.links(), system.direct()))
    laid_out = time.process_time() - start
    wanted = np.array([system.size - 1])
    run_blocks(plan, 1, [0], wanted, workers=1)
    blocks = max(2, min(32, 400_000 // system.size))
    best = math.inf
    for turn in range(5):
        start = time.process_time()
        run_blocks(plan, turn, range(blocks), wanted, workers=1)
        best = min(best, (time.process_time() - start) / (16 * blocks))
    return {"ms": best * 1e3, "s": laid_out, "drawn": plan.draws[0].size * 64.0}


def kept(file: str, threads: str) -> dict[str, float]:
    """A thousand iterations of all products, part by part, and the limits of each product."""
    from pipelines.footprint.intensities import all_intensities
    from pipelines.footprint.sampling.plan import plan_of
    from pipelines.footprint.sampling.sample import sample_blocks

    system = system_in(file)
    plan = plan_of(system, all_intensities(system.links(), system.direct()))
    every, start = np.arange(system.size), time.perf_counter()
    limits = np.empty((system.size, len(PERCENTILES)))
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        shares = np.array_split(np.arange(-(-SAMPLES // 16)), PARTS)
        for number, blocks in enumerate(one.tolist() for one in shares):
            part = Path(folder) / f"{number}.samples"
            sample_blocks(plan, SEED, blocks, every, int(threads)).intensity.tofile(part)
            parts.append((part, len(blocks) * 16))
        for first in range(0, system.size, PRODUCTS_AT_ONCE):
            rows = slice(first, min(first + PRODUCTS_AT_ONCE, system.size))
            limits[rows] = np.quantile(_products(parts, rows), PERCENTILES, axis=1).T
    return {"mb": peak(), "s": time.perf_counter() - start, "median": float(limits[-1, 1])}


def _products(parts: list[tuple[Path, int]], rows: slice) -> Any:
    """The samples of some products, from all parts."""
    count = rows.stop - rows.start
    found = [
        np.fromfile(part, np.float64, count * width, offset=rows.start * width * 8).reshape(
            count, width
        )
        for part, width in parts
    ]
    return np.concatenate(found, axis=1)[:, :SAMPLES]


def peer(file: str) -> dict[str, float]:
    """The peer's fastest class in this process, a few iterations of one product."""
    import warnings

    warnings.simplefilter("ignore")
    import bw2calc

    from benchmarks.linked_systems import datapackage

    system = system_in(file)
    lca = bw2calc.JacobiGMRESLCA(
        {system.size - 1: 1}, data_objs=[datapackage(system)], use_distributions=True,
        seed_override=3,
    )  # fmt: skip
    lca.lci()
    lca.lcia()
    start = time.process_time()
    for _ in range(5):
        next(lca)
    return {"ms": (time.process_time() - start) / 5 * 1e3, "mb": peak()}


def peak() -> float:
    """Peak memory of this process since it began, MB; what the parent held is not in it."""
    with Path("/proc/self/status").open() as status:
        told = next(line for line in status if line.startswith("VmHWM:"))
    return int(told.split()[1]) / 1024


def reading(bytes_held: float) -> float:
    """Gigabytes per second at which one thread reads so many bytes again and again."""
    held = np.ones(int(bytes_held) // 8)
    best = math.inf
    for _ in range(max(5, int(4e8 / bytes_held))):
        start = time.perf_counter()
        held.max()
        best = min(best, time.perf_counter() - start)
    return held.nbytes / best / 1e9


SIDES = {"ours": ours, "kept": kept, "peer": peer}


def child(name: str, *given: str) -> dict[str, float]:
    """Run one side in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.growth", name, *given],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return dict(json.loads(done.stdout.splitlines()[-1]))


def written(size: int, folder: str) -> str:
    """The file of a generated system."""
    from benchmarks.linked_systems import mixed_system

    system = mixed_system(size)
    file = f"{folder}/{size}.npz"
    names = [name for name in system.__dataclass_fields__ if name != "given"]
    np.savez(file, **{name: getattr(system, name) for name in names})
    return file


def exponent(times: dict[int, float]) -> float:
    """The power of the size with which times grow from the smallest to the largest."""
    low, high = min(times), max(times)
    return math.log(times[high] / times[low]) / math.log(high / low)


def main() -> None:
    """Print a line per size, the exponents and the peaks of memory."""
    if sys.argv[1:2] and sys.argv[1] in SIDES:
        print(json.dumps(SIDES[sys.argv[1]](*sys.argv[2:])))
        return
    sizes = [int(text) for text in (sys.argv[1] if len(sys.argv) > 1 else SIZES).split(",")]
    mine: dict[int, float] = {}
    theirs: dict[int, float] = {}
    reads: dict[int, float] = {}
    whole: dict[int, float] = {}
    rounds: dict[int, list[float]] = {size: [] for size in sizes}
    laid_out: dict[int, list[float]] = {size: [] for size in sizes}
    with tempfile.TemporaryDirectory() as folder:
        files = {size: written(size, folder) for size in sizes}
        for _ in range(ROUNDS):
            for size in sizes:
                one = child("ours", files[size])
                rounds[size].append(one["ms"])
                laid_out[size].append(one["s"])
                reads[size] = one["drawn"]
        for size in sizes:
            mine[size], speed = min(rounds[size]), reading(reads[size])
            whole[size] = min(laid_out[size]) + mine[size] * SAMPLES / 1e3
            theirs[size] = child("peer", files[size])["ms"]
            print(
                f"{size:8d} processes: {mine[size]:8.3f} ms per iteration of all products "
                f"(rounds {min(rounds[size]):.3f} to {max(rounds[size]):.3f}), "
                f"laid out in {min(laid_out[size]):.2f} s, "
                f"{reads[size] / 1e6:5.1f} MB of drawn numbers, memory read at "
                f"{speed:4.1f} GB/s; bw2calc {theirs[size]:8.1f} ms of one",
                flush=True,
            )
            reads[size] /= speed
        print(
            f"exponent {min(sizes)} to {max(sizes)}: {exponent(mine):.3f}, laid out and "
            f"{SAMPLES} iterations {exponent(whole):.3f}, reading alone "
            f"{exponent(reads):.3f}, bw2calc {exponent(theirs):.3f}; "
            f"load {os.getloadavg()[0]:.1f}"
        )
        file = written(COMPARED, folder)
        one, two, other = child("kept", file, "1"), child("kept", file, "2"), child("peer", file)
    print(
        f"peak memory at {COMPARED}, {SAMPLES} iterations and the limits of every product: "
        f"one thread {one['mb']:.0f} MB ({one['s']:.1f} s), two {two['mb']:.0f} MB "
        f"({two['s']:.1f} s); bw2calc {other['mb']:.0f} MB"
    )


if __name__ == "__main__":
    main()
