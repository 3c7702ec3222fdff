"""Footprint intensity of every process of a linked system, against one dense solve of numpy."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from benchmarks.comparison import Comparison, compare
from pipelines.footprint.solve import Solver

SIZE = 2000
LINKS_PER_PROCESS = 8
SEED = 20261121


def run() -> Comparison:
    """Simulated system: random sparse links, a tenth of them closing loops."""
    random = np.random.default_rng(SEED)
    count = SIZE * LINKS_PER_PROCESS
    links = sparse.csc_array(
        sparse.coo_array(
            (
                random.uniform(0, 0.9 / LINKS_PER_PROCESS, count),
                (random.integers(0, SIZE, count), np.repeat(np.arange(SIZE), LINKS_PER_PROCESS)),
            ),
            shape=(SIZE, SIZE),
        )
    )
    direct = random.uniform(0, 100, SIZE)
    names = tuple(map(str, range(SIZE)))
    dense = (np.eye(SIZE) - links.toarray()).T
    return compare(
        "intensity of every process",
        f"{SIZE} processes, {count} links, simulated",
        lambda: Solver(links, names).intensity(direct),
        lambda: np.linalg.solve(dense, direct),
        lambda ours, peer: float(np.max(np.abs(ours - peer) / np.abs(peer))),
    )
