"""What a cluster of Dask costs beside a pool of processes, for the same blocks.

``python -m benchmarks.cluster [processes] [samples]``: two workers of one thread each on
this machine; rounds are interleaved, bits are compared.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np

from benchmarks.linked_systems import linked_system
from pipelines.footprint.intensities import all_intensities
from pipelines.footprint.sampling.blocks import block_samples, gathered, on_cluster, shares
from pipelines.footprint.sampling.large_system import plan_of

ROUNDS = 3
PARTS = 8
HELD: dict[str, Any] = {}


def hold(plan: Any) -> None:
    """Keep the plan in a worker of the pool."""
    HELD["plan"] = plan


def of_pool(job: tuple[int, range, Any]) -> Any:
    """One task of the pool."""
    seed, blocks, wanted = job
    return block_samples(HELD["plan"], seed, blocks, wanted)


def main() -> None:
    """Print the seconds of both and whether the bits are the same."""
    from distributed import Client, LocalCluster

    size = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    samples = int(sys.argv[2]) if len(sys.argv) > 2 else 512
    system = linked_system(size)
    plan = plan_of(system, all_intensities(system.links(), system.direct()))
    wanted = np.arange(0, size, max(1, size // 100))
    best = {"pool": 1e9, "dask": 1e9}
    with (
        ProcessPoolExecutor(2, get_context("spawn"), hold, (plan,)) as pool,
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as client,
    ):
        for _ in range(ROUNDS):
            start = time.perf_counter()
            jobs = [(1, blocks, wanted) for blocks in shares(samples, PARTS)]
            by_pool = gathered(list(pool.map(of_pool, jobs)), samples)
            best["pool"] = min(best["pool"], time.perf_counter() - start)
            start = time.perf_counter()
            by_dask = on_cluster(client, plan, 1, samples, wanted, PARTS)
            best["dask"] = min(best["dask"], time.perf_counter() - start)
    same = np.array_equal(by_pool.intensity, by_dask.intensity)
    print(f"pool {best['pool']:.3f} s, dask {best['dask']:.3f} s, "
          f"overhead {best['dask'] / best['pool']:.3f}, same bits {same}, "
          f"load {os.getloadavg()[0]:.1f}")  # fmt: skip


if __name__ == "__main__":
    main()
