"""Published tables as Parquet: the same rows give the same bytes.

Belongs here: the one writer and its fixed settings. Does not belong here: which tables a
release holds (``folder``), the second layout of a long one (``by_id``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.render.arrow import to_arrow
from schemas.render.frame import ordered

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from schemas.table import Table

ROW_GROUP = 122_880
# Level 9 takes twice the time for an eighth less.
LEVEL = 3
# How many rows tell whether a column repeats its values.
LOOKED_AT = 20_000


def published(table: Table, frame: pl.DataFrame, metadata: dict[str, str]) -> pa.Table:
    """The rows of a table as they are published: sorted by key, one chunk, described."""
    return to_arrow(table, ordered(table, frame), metadata)


def repeating(rows: pa.Table) -> list[str]:
    """The text columns that repeat their values; a dictionary of the others only costs.

    Args:
        rows: (n rows); the first of them are looked at.

    Example:
        >>> import pyarrow as pa
        >>> repeating(pa.table({"id": ["a", "b", "c"], "unit": ["kg"] * 3, "value": [1.0] * 3}))
        ['unit']
    """
    head = rows.slice(0, LOOKED_AT)
    texts = [field.name for field in rows.schema if not pa.types.is_primitive(field.type)]
    return [
        name
        for name in texts
        if pa.types.is_list(rows.schema.field(name).type)
        or 2 * pc.count_distinct(head.column(name)).as_py() <= max(head.num_rows, 1)
    ]


def write_parquet(rows: pa.Table, path: Path) -> None:
    """Write a table.

    One combined chunk, fixed row groups, zstd at a fixed level, page checksums, dictionaries
    where they serve: the bytes depend on the rows, the metadata and the library version.

    Args:
        rows: from ``published``.
        path: where to.

    Raises:
        OSError: the disk refused.
    """
    pq.write_table(
        rows,
        path,
        row_group_size=ROW_GROUP,
        compression="zstd",
        compression_level=LEVEL,
        use_dictionary=repeating(rows),
        write_page_checksum=True,
        write_statistics=True,
        version="2.6",
        data_page_version="1.0",
        store_schema=True,
    )
