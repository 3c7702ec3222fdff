"""A declared table as an Arrow schema, so that a lone Parquet file explains itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from schemas.table import DECIMAL_PRECISION, DECIMAL_SCALE, Field, Table

if TYPE_CHECKING:
    import polars as pl

_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "code": pa.string(),
    "json": pa.string(),
    "texts": pa.list_(pa.string()),
    "integer": pa.int64(),
    "number": pa.float64(),
    "decimal": pa.decimal128(DECIMAL_PRECISION, DECIMAL_SCALE),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}


def _described(table: Table, field: Field) -> pa.Field:
    words = {
        "title_zh": field.title_zh,
        "title_en": field.title_en,
        "meaning_zh": field.meaning_zh,
        "meaning_en": field.meaning_en,
    }
    if field.unit:
        words["unit"] = field.unit
    return pa.field(
        field.name, _TYPES[field.kind], nullable=not table.is_required(field.name), metadata=words
    )


def arrow_schema(table: Table, metadata: dict[str, str] | None = None) -> pa.Schema:
    """The Arrow schema of a table: types, nullability, meaning and unit of each column.

    Args:
        table: a declared table.
        metadata: further words for the schema, for example the release id.

    Returns:
        The schema; titles, meanings and units stand in the field metadata.
    """
    words = {
        "table": table.name,
        "title_zh": table.title_zh,
        "title_en": table.title_en,
        "meaning_zh": table.meaning_zh,
        "meaning_en": table.meaning_en,
        "key": ",".join(table.key),
        **(metadata or {}),
    }
    return pa.schema([_described(table, f) for f in table], metadata=words)


def to_arrow(table: Table, frame: pl.DataFrame, metadata: dict[str, str] | None = None) -> pa.Table:
    """Rows of a table as one Arrow table under its declared schema.

    Args:
        table: a declared table.
        frame: (n rows) with exactly the declared columns.
        metadata: further words for the schema.

    Returns:
        (n rows), one chunk per column, so that the bytes written do not depend on how the
        frame was put together.

    Raises:
        pyarrow.ArrowInvalid: a value does not fit its declared type.
    """
    schema = arrow_schema(table, metadata)
    plain = frame.select(table.columns).rechunk().to_arrow()
    return plain.cast(schema).combine_chunks()
