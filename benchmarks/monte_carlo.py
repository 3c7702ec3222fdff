"""Monte Carlo of every product at once, against the peer's classes for one product.

``python -m benchmarks.monte_carlo [processes] [rounds]``: rounds are interleaved; seconds
are per iteration, the shortest of the rounds on either side; the last round of ours is
the thousand iterations that are asked for. The peer's default is run for one iteration a
round, for it takes seconds at 20,000 processes. Labels of the processes are mixed: no side
is helped by the order in which a system was generated.

``python -m benchmarks.monte_carlo structures [processes]`` runs every generated structure and
both editions of the U.S. database, where they lie on this machine: all products by ours, one
product by the peer's fastest class and, at a tenth of the size, its default; the largest error
of any product of two samples against a solve refined in long doubles, the bound proved for it, and
unproductive samples.
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
from benchmarks.published_system import FILES, published_system, run_package
from pipelines.footprint.intensities import all_intensities
from pipelines.footprint.sampling.large_system import run_blocks
from pipelines.footprint.sampling.plan import plan_of
from pipelines.footprint.sampling.sample import multipliers_of_sample, sample_blocks

BLOCKS = 24
THOUSAND = 63
LANES = 16
SEED = 7
STRUCTURE_ROUNDS = 3


def peers(system: Any, product: int) -> dict[str, tuple[Any, int, float]]:
    """The peer's classes, drawn once; the iterations of a round; seconds till made ready."""
    warnings.simplefilter("ignore")
    import bw2calc

    package = datapackage(system)
    found = {}
    for name, count in (("JacobiGMRESLCA", 6), ("IterativeLCA", 6), ("LCA", 1)):
        start = time.perf_counter()
        lca = getattr(bw2calc, name)(
            {product: 1}, data_objs=[package], use_distributions=True, seed_override=3
        )
        lca.lci()
        lca.lcia()
        found[name] = (lca, count, time.perf_counter() - start)
    return found


def worst_error(system: Any, intensity: Any, samples: list[int], seed: int) -> float:
    """Largest relative difference of any product from a refined solve of the same draws."""
    worst = 0.0
    for number in samples:
        scale = multipliers_of_sample(system, seed, number)
        wanted = refined(system, scale)
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
    start = time.perf_counter()
    nominal = all_intensities(system.links(), system.direct())
    plan = plan_of(system, nominal)
    print(f"laid out once, order and nominal intensities: {time.perf_counter() - start:.2f} s")
    run_blocks(plan, 1, [0])
    others = peers(system, size - 1)
    seconds: dict[str, list[float]] = {}
    ready = ", ".join(f"{name} {one[2]:.2f} s" for name, one in others.items())
    print(f"bw2calc made ready: {ready}")
    print(f"load before: {os.getloadavg()[0]:.1f}; {system.amount.size} links", flush=True)
    for turn in range(rounds):
        for name, (lca, count, _) in others.items():
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


def refined(system: Any, scale: Any) -> Any:
    """(n) intensities of one draw, what rows lack summed in long doubles and solved again.

    As exact as a direct solve refined, which fills up where there are many loops: a minute a
    draw at 20,000 processes. The same figure came out of both.
    """
    links = system.links(scale)
    amount = system.amount.astype(np.longdouble) * scale[system.amount_at]
    found = all_intensities(links, system.direct(scale)).astype(np.longdouble)
    own = np.zeros(system.size, np.longdouble)
    told = system.emission.astype(np.longdouble) * scale[system.emission_at].prod(axis=1)
    np.add.at(own, system.emitter, told)
    for _ in range(2):
        lacking = own - found
        np.add.at(lacking, system.taker, amount * found[system.provider])
        found = found + all_intensities(links, lacking.astype(np.float64))
    return np.asarray(found, np.float64)


def line_of(name: str, system: Any, package: Any, blocks: int, counts: dict[str, int]) -> str:
    """One structure: ours and the peer's classes in turn, then errors of two samples."""
    warnings.simplefilter("ignore")
    import bw2calc

    nominal = all_intensities(system.links(), system.direct())
    plan = plan_of(system, nominal)
    found = run_blocks(plan, SEED, [0])
    others = {}
    for of, count in counts.items():
        lca = getattr(bw2calc, of)(
            {system.size - 1: 1}, data_objs=[package], use_distributions=True, seed_override=3
        )
        lca.lci()
        lca.lcia()
        others[of] = (lca, count)
    seconds: dict[str, float] = {}
    for turn in range(STRUCTURE_ROUNDS):
        for of, (lca, count) in others.items():
            took = timed(lambda lca=lca, count=count: [next(lca) for _ in range(count)]) / count
            seconds[of] = min(took, seconds.get(of, np.inf))
        took = timed(lambda t=turn: run_blocks(plan, t, range(blocks))) / (blocks * LANES)
        seconds["ours"] = min(took, seconds.get("ours", np.inf))
    judged = sample_blocks(plan, SEED, [0], np.arange(system.size))
    bad = {one.sample for one in judged.unproductive}
    error = 0.0
    for number in [q for q in (0, 9) if q not in bad]:
        exact = refined(system, multipliers_of_sample(system, SEED, number))
        is_any = exact != 0
        off = judged.intensity[is_any, number] / exact[is_any] - 1
        error = max(error, float(np.abs(off).max()))
    ours = seconds.pop("ours")
    ratios = "  ".join(f"{of} {value / ours:7.1f} x" for of, value in seconds.items())
    return (
        f"{name:31s} {ours * 1e3:7.3f} ms  {ratios}  sweeps {found.sweeps.mean():4.1f}"
        f"  error {error:.1e}  proved {np.nanmax(found.error):.1e}  unproductive {len(bad)} of 16"
    )


def structures(size: int = 20_000) -> None:
    """One line per generated structure and size and per edition of the published database.

    The peer's default factorises anew in every iteration: with many loops one iteration takes
    two minutes at 20,000 processes. It is run at a tenth of the size.
    """
    print(f"all products; load {os.getloadavg()[0]:.1f}", flush=True)
    for of in STRUCTURES:
        for processes, of_peer in ((size, "JacobiGMRESLCA"), (size // 10, "LCA")):
            system = mixed_system(processes, of)
            title = f"{of.name}, {processes}"
            print(line_of(title, system, datapackage(system), 8, {of_peer: 2}), flush=True)
    for name, path in FILES.items():
        if path.exists():
            found = published_system(path)
            counts = {"JacobiGMRESLCA": 40, "IterativeLCA": 40, "LCA": 40}
            title = f"U.S. database {name}, {found.system.size}"
            print(line_of(title, found.system, run_package(found), 32, counts), flush=True)


if __name__ == "__main__":
    structures(*map(int, sys.argv[2:3])) if sys.argv[1:2] == ["structures"] else main()
