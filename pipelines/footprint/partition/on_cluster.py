"""The same blocks on a cluster of Dask (extra ``scale``).

Belongs here: handing blocks to a cluster and taking the parts back. Does not belong here:
starting clusters, what a block amounts to (``block_work``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def on_cluster(
    client: Any, work: Callable[..., Any], keys: Sequence[str], layout: Any, *more: Any
) -> dict[str, Any]:
    """The parts of some blocks, each made by whichever worker is free.

    What all blocks share goes to every worker once.

    Args:
        client: a ``distributed.Client``.
        work: a function of ``block_work``.
        keys: the blocks.
        layout: the batch.
        more: what the function takes besides, after the key.

    Returns:
        Parts by key: the bits this process would have made.
    """
    held, *rest = client.scatter([layout, *more], broadcast=True)
    tasks = [client.submit(work, held, key, *rest, pure=False) for key in keys]
    return dict(zip(keys, client.gather(tasks), strict=True))
