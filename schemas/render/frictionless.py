"""A declared table as a frictionless (Data Package v2) resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemas.table import Field, Table

_TYPES = {
    "text": "string",
    "code": "string",
    "json": "string",
    "texts": "array",
    "integer": "integer",
    "number": "number",
    "decimal": "number",
    "boolean": "boolean",
    "date": "date",
}


def _constraints(field: Field, *, required: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"required": required}
    if field.minimum is not None:
        found["exclusiveMinimum" if field.exclusive_minimum else "minimum"] = field.minimum
    if field.maximum is not None:
        found["maximum"] = field.maximum
    if field.vocabulary:
        found["enum"] = list(field.vocabulary.codes)
    if field.pattern:
        found["pattern"] = field.pattern
    return found


def table_schema(table: Table) -> dict[str, Any]:
    """The Table Schema of a table, with bilingual titles, units and constraints.

    Source:
        Data Package standard v2, Table Schema.
    """
    fields = []
    for field in table:
        entry: dict[str, Any] = {
            "name": field.name,
            "type": _TYPES[field.kind],
            "title": field.title_en,
            "title_zh": field.title_zh,
            "description": field.meaning_en,
            "description_zh": field.meaning_zh,
            "constraints": _constraints(field, required=table.is_required(field.name)),
        }
        if field.unit:
            entry["unit"] = field.unit
        fields.append(entry)
    schema: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": fields,
        "primaryKey": list(table.key),
    }
    if table.references:
        schema["foreignKeys"] = [
            {
                "fields": list(ref.columns),
                "reference": {"resource": ref.table, "fields": list(ref.to)},
            }
            for ref in table.references
        ]
    return schema
