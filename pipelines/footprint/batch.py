"""Which inventories a result was computed from: one id for the batch, from its rows alone.

Belongs here: the id. Does not belong here: which inventories a run takes (the graph and the
command line), their checks (``inventory_checks``).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from schemas.product import EXCHANGE, INSTRUMENT, PROCESS, PRODUCT
from schemas.render.frame import frame_of, ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from pipelines.footprint.inventory import Inventory

GIVEN = (PRODUCT, PROCESS, EXCHANGE, INSTRUMENT)


def batch_id(tables: Mapping[str, pl.DataFrame]) -> str:
    """The id of a batch of inventories: the same rows have the same id in every run.

    Args:
        tables: ``product``, ``process``, ``exchange`` and ``instrument`` of the whole batch,
            checked; others do not count.

    Returns:
        Sixteen hexadecimal digits.
    """
    digest = hashlib.sha256()
    for table in GIVEN:
        frame = ordered(table, tables[table.name].select(table.columns))
        digest.update(f"\n{table.name} {frame.height}\n".encode())
        digest.update(frame.rechunk().write_json().encode())
    return digest.hexdigest()[:16]


def batch_of(inventories: Iterable[Inventory]) -> str:
    """The id of checked inventories, as ``batch_id`` gives it for their tables.

    Args:
        inventories: the batch, in any order.
    """
    every = list(inventories)
    return batch_id(
        {
            table.name: frame_of(table, [row for one in every for row in one.rows[table.name]])
            for table in GIVEN
        }
    )
