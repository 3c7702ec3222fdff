"""A second layout of a long table, by id: one row is found without reading many.

Belongs here: how the rows are split into files by the first characters of their id, and the
settings of these files. Does not belong here: the table itself (``parquet``), which is sorted
so that one activity's rows stand together.

A look-up opens one small footer and inflates one small page of each column: the files are
short, their row groups and pages too, and only the key carries statistics.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa

from pipelines.publish.parquet import PAGE, Shape, repeating, write_rows
from schemas.factor import FACTOR

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.publish.parquet import Laid
    from schemas.table import Table

LAID_OUT = (FACTOR,)
ROW_GROUP = 8_192
# A file longer than this is split by one more character of the id, 32 ways.
LONGEST = 65_536
WAYS = 32
# The values of codes stand once in every row group: more than so many would outweigh the rows.
VALUES = 256


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
    table: Table, laid: Laid, release: Path, words: Mapping[str, str]
) -> dict[str, Any]:
    """Write the layout of a table by id.

    Args:
        table: its key begins with the id.
        laid: the rows of the table.
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
    rows = _by_key(table, laid, words)
    heads = pl.from_arrow(rows.column(name).cast(pa.string()))
    if not isinstance(heads, pl.Series):
        raise TypeError(f"{name} is no column of texts")
    runs = heads.str.slice(0, characters(rows.num_rows)).rle().struct.unnest()
    shape = Shape(ROW_GROUP, PAGE, [name], repeating(rows))
    start = 0
    for length, prefix in runs.iter_rows() if rows.num_rows else [(0, "F")]:
        write_rows(rows.slice(start, length), folder / f"{prefix}.parquet", shape)
        start += length
    return {
        "table": table.name, "folder": folder_name(table), "key": list(table.key),
        "files": max(runs.height, 1),
    }  # fmt: skip


def _by_key(table: Table, laid: Laid, words: Mapping[str, str]) -> pa.Table:
    """The rows by key; meanings and units stand in the main file, here they would outweigh them."""
    arrays, fields = [], []
    for field, column in zip(laid.rows.schema, laid.rows.columns, strict=True):
        array = column.combine_chunks()
        if laid.by_key is not None:
            array = array.take(laid.by_key)
        if pa.types.is_dictionary(array.type) and len(array.dictionary) > VALUES:
            array = array.cast(array.type.value_type)
        arrays.append(array)
        fields.append(pa.field(field.name, array.type, field.nullable))
    marks = {"table": table.name, "layout": f"by {table.key[0]}", **words}
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=marks))
