"""A declared table as a polars frame: its types, an empty frame, a frame from rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.table import DECIMAL_PRECISION, DECIMAL_SCALE, Table, needs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from polars.datatypes import DataType, DataTypeClass

POLARS_TYPES: dict[str, DataType | DataTypeClass] = {
    "text": pl.String(),
    "code": pl.String(),
    "json": pl.String(),
    "texts": pl.List(pl.String()),
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "decimal": pl.Decimal(DECIMAL_PRECISION, DECIMAL_SCALE),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
}


def polars_schema(table: Table) -> dict[str, DataType | DataTypeClass]:
    """The polars type of each column of a table, in order."""
    return {f.name: POLARS_TYPES[f.kind] for f in table}


def empty(table: Table) -> pl.DataFrame:
    """A frame of no rows with the declared columns and types."""
    return pl.DataFrame(schema=polars_schema(table))


def frame_of(table: Table, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """A frame of the declared columns from rows; a column a row lacks is null.

    Args:
        table: a declared table.
        rows: one mapping per row, by column name.

    Returns:
        (n rows) in the order given.

    Raises:
        ValueError: a row carries a column the table does not declare.
        TypeError: a value has another type than its column.
    """
    schema = polars_schema(table)
    kept = [dict(row) for row in rows]
    for row in kept:
        if not row.keys() <= schema.keys():
            extra = sorted(row.keys() - schema.keys())
            raise ValueError(f"{table.name} declares no column {', '.join(extra)}")
    return pl.DataFrame(
        {name: [row.get(name) for row in kept] for name in schema}, schema=schema, strict=True
    )


def conform(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The declared columns of a frame, in order and with the declared types.

    Raises:
        ValueError: a declared column is missing.
        polars.exceptions.InvalidOperationError: a value does not fit its type.
    """
    missing = needs(table, frame.columns)
    if missing:
        raise ValueError(f"{table.name} lacks {', '.join(missing)}")
    return frame.select([pl.col(n).cast(t) for n, t in polars_schema(table).items()])


def ordered(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows in the order in which they are published: by key, unless declared otherwise."""
    return frame.sort(list(table.order), maintain_order=True)
