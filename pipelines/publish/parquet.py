"""Published tables as Parquet: the same rows give the same bytes.

Belongs here: the one writer and its fixed settings. Does not belong here: which tables a
release holds (``folder``), the second layout of a long one (``by_id``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from schemas.render.arrow import to_arrow
from schemas.render.frame import ordered

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl
    import pyarrow as pa

    from schemas.table import Table

ROW_GROUP = 122_880
# Level 9 takes twice the time for an eighth less.
LEVEL = 3


def published(table: Table, frame: pl.DataFrame, metadata: dict[str, str]) -> pa.Table:
    """The rows of a table as they are published: sorted by key, one chunk, described."""
    return to_arrow(table, ordered(table, frame), metadata)


def write_parquet(rows: pa.Table, path: Path) -> None:
    """Write a table.

    One combined chunk, fixed row groups, zstd at a fixed level, page checksums, dictionary
    for every text: the bytes depend on the rows, the metadata and the library version.

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
        write_page_checksum=True,
        write_statistics=True,
        version="2.6",
        data_page_version="1.0",
        store_schema=True,
    )
