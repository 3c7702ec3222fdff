"""How time and memory grow with the size of a system, each size in a process of its own.

``python -m benchmarks.growth [sizes, comma-separated]``: seconds per Monte Carlo iteration
of all products on one thread, the exponent between the smallest and the largest, the peak
memory of the process, and at 20,000 processes that of the peer beside it.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import time

SIZES = "1000,5000,20000,50000,100000"
COMPARED = 20_000
SAMPLES = 1_000


def ours(size: int) -> dict[str, float]:
    """Sample a system in this process."""
    from benchmarks.linked_systems import mixed_system
    from pipelines.footprint.intensities import all_intensities
    from pipelines.footprint.sampling.large_system import plan_of, run_blocks

    system = mixed_system(size)
    plan = plan_of(system, all_intensities(system.links(), system.direct()))
    run_blocks(plan, 1, [0], workers=1)
    blocks = max(2, min(32, 400_000 // size))
    best = math.inf
    for turn in range(3):
        start = time.process_time()
        run_blocks(plan, turn, range(blocks), workers=1)
        best = min(best, (time.process_time() - start) / (16 * blocks))
    if size == COMPARED:
        # The thousand iterations of all products that are asked for, all of them kept.
        run_blocks(plan, 7, range(-(-SAMPLES // 16)))
    return {"ms": best * 1e3, "mb": peak()}


def peer(size: int) -> dict[str, float]:
    """The peer's fastest class in this process, a few iterations of one product."""
    import warnings

    warnings.simplefilter("ignore")
    import bw2calc

    from benchmarks.linked_systems import datapackage, mixed_system

    lca = bw2calc.JacobiGMRESLCA(
        {size - 1: 1}, data_objs=[datapackage(mixed_system(size))], use_distributions=True,
        seed_override=3,
    )  # fmt: skip
    lca.lci()
    lca.lcia()
    start = time.process_time()
    for _ in range(5):
        next(lca)
    return {"ms": (time.process_time() - start) / 5 * 1e3, "mb": peak()}


def peak() -> float:
    """Peak memory of this process, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def child(name: str, size: int) -> dict[str, float]:
    """Run one side in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.growth", name, str(size)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Print a line per size, the exponent and the two peaks of memory."""
    if sys.argv[1:2] in (["ours"], ["peer"]):
        print(json.dumps((ours if sys.argv[1] == "ours" else peer)(int(sys.argv[2]))))
        return
    sizes = [int(text) for text in (sys.argv[1] if len(sys.argv) > 1 else SIZES).split(",")]
    found = {size: child("ours", size) for size in sizes}
    for size, one in found.items():
        print(f"{size:8d} processes  {one['ms']:8.3f} ms per iteration  peak {one['mb']:6.0f} MB")
    low, high = min(sizes), max(sizes)
    exponent = math.log(found[high]["ms"] / found[low]["ms"]) / math.log(high / low)
    print(f"exponent {low} to {high}: {exponent:.3f}; load {os.getloadavg()[0]:.1f}")
    if COMPARED in found:
        theirs = child("peer", COMPARED)
        print(
            f"peak memory at {COMPARED}: ours {found[COMPARED]['mb']:.0f} MB with "
            f"{SAMPLES} iterations of all products kept, bw2calc {theirs['mb']:.0f} MB"
        )


if __name__ == "__main__":
    main()
