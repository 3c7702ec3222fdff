"""Parts put together: only whole, only of one layout and hence of one release.

Belongs here: which blocks there are, refusing what is missing or strange, the order of rows.
Does not belong here: what a block holds (``block_work``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.errors import Conflict
from pipelines.findings import finding
from pipelines.footprint.partition.block_rule import keys_of_blocks, span_of
from schemas.render.frame import empty, ordered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.footprint.partition.laid_out import Layout
    from schemas.table import Table

SAMPLES, PRODUCTS, LINES = "sample_block", "product_block", "line_block"


def keys_of(layout: Layout) -> dict[str, list[str]]:
    """The keys of all blocks of a layout, by kind."""
    about, frames = layout.about, layout.frames
    counts = {
        SAMPLES: about["samples"], PRODUCTS: frames["output"].height,
        LINES: frames["request"].height,
    }  # fmt: skip
    return {kind: keys_of_blocks(count, about[kind]) for kind, count in counts.items()}


def require_whole(
    layout: Layout, kind: str, parts: Mapping[str, pl.DataFrame | pl.LazyFrame]
) -> list[str]:
    """The keys of the parts in order, when all of them are there and of this layout.

    Args:
        layout: the batch.
        kind: which blocks.
        parts: by key; each row says of which layout it is.

    Raises:
        Conflict: E-PRT-02 a part is missing, E-PRT-03 one is of another layout or release.
    """
    keys = keys_of(layout)[kind]
    faults = [
        finding("E-PRT-02", kind=kind, value=key, expected=[layout.about["release_id"]])
        for key in keys
        if key not in parts
    ]
    if not faults:
        faults = [
            finding("E-PRT-03", kind=kind, value=key, expected=[layout.layout_id])
            for key in keys
            if not is_of(layout, kind, key, parts[key])
        ]
    if faults:
        raise Conflict(faults)
    return keys


def is_of(layout: Layout, kind: str, key: str, part: pl.DataFrame | pl.LazyFrame) -> bool:
    """Whether a part was made from a layout and has all its rows."""
    rows = layout.frames["output"].height if kind == SAMPLES else len(span_of(key))
    named = part.lazy().select(pl.col("layout_id").value_counts()).unnest("layout_id").collect()
    return named.rows() == ([(layout.layout_id, rows)] if rows else [])


def gathered(
    layout: Layout, kind: str, table: Table, parts: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """A table from its parts.

    Args:
        layout: the batch.
        kind: which blocks.
        table: what the parts hold.
        parts: by key.

    Raises:
        Conflict: as ``require_whole``.
    """
    keys = require_whole(layout, kind, parts)
    found = [parts[key].drop("layout_id") for key in keys]
    return ordered(table, pl.concat(found) if found else empty(table))
