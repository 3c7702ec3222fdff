"""A declared table as Dagster shows it: description, columns, rules, units."""

from typing import Any

import dagster as dg

from schemas import ALL_TABLES
from schemas.render.dictionary import rule_words
from schemas.table import Table

KINDS = {"texts": "list<text>", "code": "text", "json": "text"}


def words(table: Table) -> str:
    """What the table holds, zh | en."""
    return f"{table.meaning_zh} | {table.meaning_en}"


def column_schema(table: Table) -> dg.TableSchema:
    """Columns with type, meaning, unit and rule."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                field.name,
                KINDS.get(field.kind, field.kind),
                description=f"{field.title_zh} {field.title_en}"
                + (f" [{field.unit}]" if field.unit else ""),
                constraints=dg.TableColumnConstraints(
                    nullable=not table.is_required(field.name),
                    unique=table.key == (field.name,),
                    other=[rule_words(field, required=table.is_required(field.name))],
                ),
            )
            for field in table
        ]
    )


def shown(table: Table) -> dict[str, Any]:
    """Metadata of an asset that holds the table."""
    return {"dagster/column_schema": column_schema(table), "key": ", ".join(table.key)}


def outs(names: tuple[str, ...], **more: Any) -> dict[str, dg.AssetOut]:
    """Outputs of a multi-asset, one per table, described by its declaration."""
    return {
        name: dg.AssetOut(
            description=words(ALL_TABLES[name]), metadata=shown(ALL_TABLES[name]), **more
        )
        for name in names
    }
