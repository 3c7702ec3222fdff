"""What sharing blocks out costs: a pool of processes, Dask and partitions of the graph.

``python -m benchmarks.cluster [processes] [samples] [samples of a block]``: the same blocks
of one generated system, made in this process by one thread and by two, by two processes, by
a cluster of Dask with two workers on this machine, and as partitions of Dagster, each a run
of its own whose part is stored and sealed. A pool and a cluster hand their parts back to the
process that asked, which is what they cost beyond the work. Rounds are interleaved, the best
and the worst are told, and every part of every round is compared bit for bit. Starting workers
and laying out are told apart: they are paid once.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
import time
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.linked_systems import linked_system
from pipelines.commands.part_store import PartStore
from pipelines.footprint.intensities import all_intensities
from pipelines.footprint.partition.block_rule import read_block_rule
from pipelines.footprint.partition.block_work import samples_of_block
from pipelines.footprint.partition.lay_out import lay_out_system
from pipelines.footprint.partition.on_cluster import on_cluster
from pipelines.footprint.partition.together import SAMPLES, keys_of
from pipelines.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.footprint.partition.laid_out import Layout

ROUNDS = 3
WORKERS = 2
PRODUCTS = 1000
HELD: dict[str, Any] = {}


def hold(layout: Layout) -> None:
    """Keep the layout in a worker of the pool."""
    HELD["layout"] = layout


def of_pool(key: str) -> Any:
    """One task of the pool."""
    return samples_of_block(HELD["layout"], key)


def laid_out(size: int, samples: int, block: int | None = None) -> Layout:
    """A generated system, some of its products asked for, in blocks of the rule's size."""
    system = linked_system(size)
    outputs = {f"P{node}": node for node in range(0, size, max(1, size // PRODUCTS))}
    nominal = all_intensities(system.links(), system.direct())
    blocks = read_block_rule(Settings.resolve().seeds)
    blocks = blocks if block is None else replace(blocks, samples=block)
    return lay_out_system(system, nominal, outputs, blocks, samples, 1)


def partitions(instance: Any, store: PartStore, layout: Layout) -> Callable[[], dict[str, Any]]:
    """The blocks as partitions, one run each, in this process."""
    from pipelines.defs import definitions

    store.lay(layout)
    keys = keys_of(layout)[SAMPLES]
    instance.add_dynamic_partitions(SAMPLES, keys)
    job = definitions(store.settings).resolve_job_def("sample_block_job")
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

    def run() -> dict[str, Any]:
        # A part that stands would be compared, not stored.
        shutil.rmtree(store.settings.tables / SAMPLES, ignore_errors=True)
        for key in keys:
            job.execute_in_process(instance=instance, partition_key=key, run_config=quiet)
        return store.parts(SAMPLES)

    return run


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two ways made the same parts."""
    return one.keys() == other.keys() and all(
        one[key][name].lazy().collect().equals(other[key][name].lazy().collect())
        for key in one
        for name in one[key]
    )


def ways(layout: Layout, folder: Path, open_: Any) -> dict[str, Callable[[], dict[str, Any]]]:
    """Every way of making the parts, workers started."""
    import dagster as dg
    from distributed import Client, LocalCluster

    keys = keys_of(layout)[SAMPLES]
    threads = open_(ThreadPoolExecutor(WORKERS))
    pool = open_(ProcessPoolExecutor(WORKERS, get_context("spawn"), hold, (layout,)))
    cluster = open_(
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address="127.0.0.1:0")
    )
    client = open_(Client(cluster))
    instance = open_(dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}))
    store = PartStore(Settings(Settings.resolve().seeds, folder))
    return {
        "in process, 1 thread": lambda: {key: samples_of_block(layout, key) for key in keys},
        "in process, 2 threads": lambda: dict(
            zip(keys, threads.map(lambda key: samples_of_block(layout, key), keys), strict=True)
        ),
        "process pool, 2 workers": lambda: dict(zip(keys, pool.map(of_pool, keys), strict=True)),
        "Dask, 2 workers": lambda: on_cluster(client, samples_of_block, keys, layout),
        "Dagster partitions": partitions(instance, store, layout),
    }


def timed(way: Callable[[], dict[str, Any]], taken: list[float]) -> dict[str, Any]:
    """What one way makes; its seconds are noted."""
    start = time.perf_counter()
    made = way()
    taken.append(time.perf_counter() - start)
    return made


def main() -> None:
    """Print the seconds of every way, over in-process with as many workers, and the bits."""
    from contextlib import ExitStack

    import dagster as dg

    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    logging.disable(logging.CRITICAL)
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    samples = int(sys.argv[2]) if len(sys.argv) > 2 else 1024
    block = int(sys.argv[3]) if len(sys.argv) > 3 else None
    layout = laid_out(size, samples, block)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        start = time.perf_counter()
        of = ways(layout, folder, stack.enter_context)
        truth = of["in process, 1 thread"]()
        # The first round starts workers and lets each make its plan.
        agree = all(same(truth, way()) for way in of.values())
        warming = time.perf_counter() - start
        taken: dict[str, list[float]] = {name: [] for name in of}
        for _ in range(ROUNDS):
            for name, way in of.items():
                agree &= same(truth, timed(way, taken[name]))
    blocks = len(keys_of(layout)[SAMPLES])
    print(f"{size} processes, {samples} samples in {blocks} blocks, starting {warming:.1f} s, "
          f"load {os.getloadavg()[0]:.1f}")  # fmt: skip
    for name, seconds in taken.items():
        beside = taken[f"in process, {'2 threads' if '2' in name else '1 thread'}"]
        print(f"{name:24s} {min(seconds):7.3f} s to {max(seconds):7.3f} s  "
              f"{min(seconds) / blocks * 1e3:7.1f} ms a block  "
              f"ratio {min(seconds) / min(beside):6.3f}")  # fmt: skip
    print(f"same bits {agree}, {ROUNDS} rounds")


if __name__ == "__main__":
    main()
