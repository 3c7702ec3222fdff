"""Blocks of samples shared out to workers: threads, processes or a cluster, same bits.

Belongs here: the one function a worker runs and putting its answers together. Whoever
calls, a partition of the graph or a cluster of Dask (extra ``scale``), hands the same plan
to every worker and gets the same numbers for the same block. Does not belong here: starting
clusters.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.footprint.sampling.draw_formula import LANES
from pipelines.footprint.sampling.sample import Samples, sample_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipelines.footprint.sampling.large_system import Plan


def shares(samples: int, parts: int) -> list[range]:
    """Blocks of a number of samples, shared out in runs of nearly equal length.

    Example:
        >>> shares(100, 3)
        [range(0, 3), range(3, 5), range(5, 7)]
    """
    blocks = -(-samples // LANES)
    edges = [-(-blocks * part // parts) for part in range(parts + 1)]
    return [range(low, high) for low, high in pairwise(edges) if low < high]


def block_samples(plan: Plan, seed: int, blocks: range, wanted: NDArray[np.int64]) -> Samples:
    """What one worker computes: some blocks, on one thread, for some nodes.

    Args:
        plan: the system laid out.
        seed: the seed.
        blocks: numbers of the blocks.
        wanted: (m) nodes whose intensities are asked for.
    """
    return sample_blocks(plan, seed, blocks, wanted, workers=1)


def gathered(parts: Sequence[Samples], samples: int) -> Samples:
    """The samples of all workers, in the order of their blocks."""
    intensity = np.concatenate([part.intensity for part in parts], axis=1)[:, :samples]
    bad = [one for part in parts for one in part.unproductive if one.sample < samples]
    return Samples(intensity, tuple(bad))


def on_cluster(
    client: Any, plan: Plan, seed: int, samples: int, wanted: NDArray[np.int64], parts: int
) -> Samples:
    """Sample on a cluster of Dask: the plan goes to every worker once, answers come back.

    Args:
        client: a ``distributed.Client``.
        plan: the system laid out.
        seed: the seed.
        samples: how many.
        wanted: (m) nodes.
        parts: in how many tasks.
    """
    held = client.scatter(plan, broadcast=True)
    tasks = [
        client.submit(block_samples, held, seed, blocks, wanted, pure=False)
        for blocks in shares(samples, parts)
    ]
    return gathered(client.gather(tasks), samples)
