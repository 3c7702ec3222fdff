"""Published tables as Parquet: the same rows give the same bytes.

Belongs here: the rows of a table in published order, texts that repeat as codes, the one
writer and its fixed settings. Does not belong here: which tables a release holds (``folder``),
the second layout of a long one (``by_id``).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.publish.verify import LOOKED_AT, at_once, coded, different
from schemas.render.arrow import arrow_schema, to_arrow

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.table import Table

ROW_GROUP = 98_304
# Short pages: a reader that wants a few rows of a row group inflates little of it.
PAGE = 2_048
# Level 3 takes a quarter more time and saves nothing on ids, 4 % on numbers.
LEVEL = 1
# Where a reader of Parquet looks for the Arrow schema, and with it for titles and units.
ARROW_SCHEMA = "ARROW:schema"


@dataclass(frozen=True)
class Laid:
    """A table as it is published.

    Attributes:
        rows: (n rows) in published order, described; in a long table texts that repeat are
            codes.
        by_key: (n) which of these rows is the first by key, the second, and so on; None
            where that is the published order itself.
    """

    rows: pa.Table
    by_key: pa.Array | None


def lay(table: Table, frame: pl.DataFrame, metadata: dict[str, str]) -> Laid:
    """The rows of a table in published order, and by key where that is another.

    Args:
        table: a declared table.
        frame: (n rows) in any order.
        metadata: further words for the schema, for example the release id.

    Raises:
        pyarrow.ArrowInvalid: a value does not fit its declared type.
    """
    frame = frame.select(table.columns).rechunk()
    order, by_key = _orders(table, frame)
    if frame.height < LOOKED_AT:
        return Laid(to_arrow(table, frame[order], metadata), by_key)
    schema = arrow_schema(table, metadata)

    def column(field: pa.Field) -> pa.Array:
        values = frame[field.name]
        found = _coded(values, order) if pa.types.is_string(field.type) else None
        if found is None:
            found = values.gather(order).to_arrow().cast(field.type)
        if found.null_count and not field.nullable:
            raise pa.ArrowInvalid(f"{table.name}.{field.name} is required and null in a row")
        return found

    arrays = list(at_once(column, schema, frame.height))
    fields = [field.with_type(a.type) for field, a in zip(schema, arrays, strict=True)]
    rows = pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=schema.metadata))
    return Laid(rows, by_key)


def published(table: Table, frame: pl.DataFrame, metadata: dict[str, str]) -> pa.Table:
    """The rows of a table as they are published (``lay``)."""
    return lay(table, frame, metadata).rows


def _orders(table: Table, frame: pl.DataFrame) -> tuple[pl.Series, pa.Array | None]:
    """Positions of the rows in published order, and of those by key within it.

    Sorting by key is the long part and done once: a published order ends with the key, so
    that it is the order of its first columns, rows equal in these left as they stand by key.
    """
    by_key = _sorted([frame[name] for name in table.key])
    first = table.order[: -len(table.key)]
    if not first:
        return by_key, None
    at = by_key.gather(_sorted([_ranked(frame[name].gather(by_key)) for name in first]))
    return at, at.arg_sort().gather(by_key).to_arrow()


def _sorted(columns: list[pl.Series]) -> pl.Series:
    """Positions of the rows sorted by some columns, null first, equal rows as they stand."""
    frame = pl.DataFrame(columns)
    return frame.select(pl.arg_sort_by(frame.columns, maintain_order=True)).to_series()


def _ranked(values: pl.Series) -> pl.Series:
    """A column, texts that repeat as their codes: these stand in the order of the texts."""
    if values.dtype != pl.String:
        return values
    found = coded(values.to_arrow(compat_level=pl.CompatLevel.newest()), _first(values))
    return values if found is None else pl.Series(values.name, found.indices)


def _first(values: pl.Series) -> pa.Array:
    """The values that tell whether a column repeats them."""
    return values[:LOOKED_AT].to_arrow()


def _coded(values: pl.Series, order: pl.Series) -> pa.Array | None:
    """Texts that repeat, as codes in published order; they are compared before they are moved."""
    values = values.cast(pl.String)
    first = _first(values.gather(order[:LOOKED_AT]))
    found = coded(values.to_arrow(compat_level=pl.CompatLevel.newest()), first)
    return None if found is None else found.take(order.to_arrow())


def repeating(rows: pa.Table) -> list[str]:
    """The columns that get a dictionary: texts that repeat their values, and lists.

    Args:
        rows: (n rows); of texts that are no codes the first are looked at.

    Example:
        >>> import pyarrow as pa
        >>> repeating(pa.table({"id": ["a", "b", "c"], "unit": ["kg"] * 3, "value": [1.0] * 3}))
        ['unit']
    """
    found = []
    for field, column in zip(rows.schema, rows.columns, strict=True):
        head = column.slice(0, LOOKED_AT).combine_chunks()
        is_text = pa.types.is_string(field.type)
        if is_text and 2 * len(different(head)) > max(len(head), 1):
            continue
        if not pa.types.is_primitive(field.type):
            found.append(field.name)
    return found


@dataclass(frozen=True)
class Shape:
    """How rows are cut and what serves to find them.

    Attributes:
        row_group: rows in a row group.
        page: at most so many rows in a page.
        statistics: the columns whose least and greatest value a reader may want to know.
        dictionaries: the columns that get a dictionary.
    """

    row_group: int
    page: int
    statistics: list[str]
    dictionaries: list[str]


def write_rows(rows: pa.Table, path: Path, shape: Shape) -> None:
    """Write rows with what is common to every file: zstd at a fixed level, page checksums.

    Codes are written as they are, with their values as the dictionary of each row group.

    Args:
        rows: from ``lay``, or some of them.
        path: where to.
        shape: how they are cut.

    Raises:
        OSError: the disk refused.
    """
    fields = [
        f.with_type(f.type.value_type) if pa.types.is_dictionary(f.type) else f for f in rows.schema
    ]
    seen = pa.schema(fields, metadata=rows.schema.metadata)
    marks = {**(seen.metadata or {}), ARROW_SCHEMA: base64.b64encode(seen.serialize())}
    with pq.ParquetWriter(
        path,
        rows.schema.remove_metadata(),
        compression="zstd",
        compression_level=LEVEL,
        use_dictionary=shape.dictionaries,
        write_page_checksum=True,
        write_statistics=shape.statistics,
        max_rows_per_page=shape.page,
        version="2.6",
        data_page_version="1.0",
        # A reader shall see texts, not codes: the schema it sees is put there below.
        store_schema=False,
    ) as writer:
        writer.write_table(rows, row_group_size=shape.row_group)
        writer.add_key_value_metadata(marks)


def write_parquet(table: Table, rows: pa.Table, path: Path) -> None:
    """Write the file of a table.

    Fixed row groups and pages, zstd at a fixed level, page checksums, dictionaries where they
    serve, statistics of the columns the rows are sorted by: the bytes depend on the rows, the
    metadata and the library version.

    Args:
        table: the declared table.
        rows: from ``published``.
        path: where to.

    Raises:
        OSError: the disk refused.
    """
    write_rows(rows, path, Shape(ROW_GROUP, PAGE, list(table.order), repeating(rows)))
