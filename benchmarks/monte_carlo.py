"""Monte Carlo of every product at once, against the peer's classes for one product.

``python -m benchmarks.monte_carlo [processes] [rounds]``: rounds are interleaved; seconds
are per iteration, the shortest of the rounds on either side; the last round of ours is
the thousand iterations that are asked for. The peer's default is run for one iteration a
round, for it takes seconds at 20,000 processes. Labels of the processes are mixed: no side
is helped by the order in which a system was generated.

``python -m benchmarks.monte_carlo structures`` runs every generated structure.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from typing import Any

import numpy as np

from benchmarks.comparison import Comparison
from benchmarks.linked_systems import STRUCTURES, datapackage, mixed_system
from pipelines.footprint.intensities import all_intensities
from pipelines.footprint.sampling.large_system import plan_of, run_blocks
from pipelines.footprint.sampling.sample import multipliers_of_sample

BLOCKS = 24
THOUSAND = 63
LANES = 16


def peers(system: Any, product: int) -> dict[str, tuple[Any, int]]:
    """The peer's classes, drawn once, with the iterations each is run for in a round."""
    warnings.simplefilter("ignore")
    import bw2calc

    package = datapackage(system)
    found = {}
    for name, count in (("JacobiGMRESLCA", 6), ("IterativeLCA", 6), ("LCA", 1)):
        lca = getattr(bw2calc, name)(
            {product: 1}, data_objs=[package], use_distributions=True, seed_override=3
        )
        lca.lci()
        lca.lcia()
        found[name] = (lca, count)
    return found


def worst_error(system: Any, intensity: Any, samples: list[int], seed: int) -> float:
    """Largest relative difference of any product from a refined solve of the same draws."""
    worst = 0.0
    for number in samples:
        scale = multipliers_of_sample(system, seed, number)
        wanted = all_intensities(system.links(scale), system.direct(scale))
        worst = max(worst, float(np.abs(intensity[:, number] / wanted - 1).max()))
    return worst


def timed(work: Any) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Print one line per class and thread count, then the error line."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    system = mixed_system(size)
    nominal = all_intensities(system.links(), system.direct())
    plan = plan_of(system, nominal)
    run_blocks(plan, 1, [0])
    others = peers(system, size - 1)
    seconds: dict[str, list[float]] = {}
    print(f"load before: {os.getloadavg()[0]:.1f}; {system.amount.size} links", flush=True)
    for turn in range(rounds):
        for name, (lca, count) in others.items():
            took = timed(lambda lca=lca, count=count: [next(lca) for _ in range(count)])
            seconds.setdefault(f"bw2calc {name}, one product", []).append(took / count)
        for workers in (1, 2):
            took = timed(lambda w=workers, t=turn: run_blocks(plan, t, range(BLOCKS), workers=w))
            name = f"all {size} products, {workers} thread(s)"
            seconds.setdefault(name, []).append(took / (BLOCKS * LANES))
    best = {name: min(values) for name, values in seconds.items()}
    for name, value in best.items():
        ratios = " ".join(f"{value / best[own]:8.1f}" for own in best if own.startswith("all"))
        print(f"{name:45s} {value * 1e3:10.3f} ms per iteration   ratio {ratios}", flush=True)
    start = time.perf_counter()
    found = run_blocks(plan, 7, range(THOUSAND))
    whole = time.perf_counter() - start
    print(f"{THOUSAND * LANES} iterations of all {size} products: {whole:.2f} s")
    error = worst_error(system, found.intensity, [0, 9, 501, 1003], 7)
    print(f"largest error of any product, 4 samples: {error:.1e}; load {os.getloadavg()[0]:.1f}")


def run(size: int = 5_000) -> Comparison:
    """One line for ``make bench``: against the fastest class of the peer, a small system."""
    system = mixed_system(size)
    plan = plan_of(system, all_intensities(system.links(), system.direct()))
    run_blocks(plan, 1, [0])
    others = peers(system, size - 1)
    ours, theirs = [], []
    for turn in range(3):
        lists = [
            timed(lambda one=one: [next(one[0]) for _ in range(one[1])]) / one[1]
            for name, one in others.items()
            if name != "LCA"
        ]
        theirs.append(min(lists))
        ours.append(timed(lambda t=turn: run_blocks(plan, t, range(BLOCKS))) / (BLOCKS * LANES))
    spread = max(max(ours) / min(ours), max(theirs) / min(theirs)) - 1
    error = worst_error(system, run_blocks(plan, 7, [0]).intensity, [0, 9], 7)
    name = "Monte Carlo iteration, all products; bw2calc's fastest class, one product"
    return Comparison(name, f"{size} processes", min(ours), min(theirs), spread, error)


def structures(size: int = 20_000) -> None:
    """One line per generated structure: time, sweeps, error, unproductive samples."""
    from pipelines.footprint.sampling.sample import sample_blocks

    for of in STRUCTURES:
        system = mixed_system(size, of)
        nominal = all_intensities(system.links(), system.direct())
        plan = plan_of(system, nominal)
        took = timed(lambda plan=plan: run_blocks(plan, 1, range(8)))
        found = run_blocks(plan, 7, [0])
        judged = sample_blocks(plan, 7, [0], np.arange(size))
        bad = [one.sample for one in judged.unproductive]
        kept = [number for number in (0, 9) if number not in bad]
        error = worst_error(system, judged.intensity, kept, 7)
        print(
            f"{of.name:25s} {took / 128 * 1e3:7.2f} ms  sweeps {found.sweeps.mean():5.1f}"
            f"  error {error:.1e}  unproductive {len(bad)} of 16", flush=True,
        )  # fmt: skip


if __name__ == "__main__":
    structures() if sys.argv[1:2] == ["structures"] else main()
