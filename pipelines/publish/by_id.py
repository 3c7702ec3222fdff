"""A second layout of a long table, by id: one row is found without reading many.

Belongs here: how the rows are split into files by the first characters of their id, and the
settings of these files. Does not belong here: the table itself (``parquet``), which is sorted
so that one activity's rows stand together.

A look-up opens one small footer and inflates one small row group of it: the files are short,
their row groups too, and only the key carries statistics.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.publish.parquet import repeating
from schemas.factor import FACTOR
from schemas.render.arrow import to_arrow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from schemas.table import Table

LAID_OUT = (FACTOR,)
ROW_GROUP = 2_048
# A file longer than this is split by one more character of the id, 32 ways.
LONGEST = 65_536
WAYS = 32
LEVEL = 1


def folder_name(table: Table) -> str:
    """The folder of a table's layout within a release.

    Example:
        >>> folder_name(FACTOR)
        'data/factor_by_id'
    """
    return f"data/{table.name}_by_id"


def characters(rows: int) -> int:
    """How many first characters of the id name a file.

    Example:
        >>> [characters(n) for n in (0, 65_536, 65_537, 2_000_000, 3_000_000)]
        [1, 1, 2, 2, 3]
    """
    found = 1
    while rows > LONGEST:
        rows, found = -(-rows // WAYS), found + 1
    return found


def write_by_id(
    table: Table, frame: pl.DataFrame, release: Path, words: Mapping[str, str]
) -> dict[str, Any]:
    """Write the layout of a table by id.

    Args:
        table: its key begins with the id.
        frame: (n rows) of the table, in any order.
        release: the release folder; ``data/`` is there.
        words: release id and date, for the files' metadata.

    Returns:
        The entry of the manifest: table, folder, key, number of files.

    Raises:
        OSError: the disk refused.
    """
    folder = release / folder_name(table)
    folder.mkdir()
    name = table.key[0]
    rows = to_arrow(table, frame.sort(list(table.key), maintain_order=True))
    # Meanings and units stand in the table's main file; here they would outweigh the rows.
    marks = {"table": table.name, "layout": f"by {name}", **words}
    plain = pa.schema([pa.field(f.name, f.type, f.nullable) for f in rows.schema], metadata=marks)
    rows = pa.Table.from_arrays(rows.columns, schema=plain)
    heads = pl.from_arrow(rows.column(name))
    if not isinstance(heads, pl.Series):
        raise TypeError(f"{name} is no column of texts")
    runs = heads.str.slice(0, characters(rows.num_rows)).rle().struct.unnest()
    start = 0
    texts = repeating(rows)
    for length, prefix in runs.iter_rows() if rows.num_rows else [(0, "F")]:
        _write(rows.slice(start, length), folder / f"{prefix}.parquet", name, texts)
        start += length
    return {
        "table": table.name, "folder": folder_name(table), "key": list(table.key),
        "files": max(runs.height, 1),
    }  # fmt: skip


def _write(rows: pa.Table, path: Path, name: str, texts: list[str]) -> None:
    pq.write_table(
        rows,
        path,
        row_group_size=ROW_GROUP,
        compression="zstd",
        compression_level=LEVEL,
        use_dictionary=texts,
        write_page_checksum=True,
        write_statistics=[name],
        version="2.6",
        data_page_version="1.0",
        store_schema=True,
    )
