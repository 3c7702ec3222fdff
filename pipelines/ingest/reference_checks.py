"""What the reference tables must keep among each other beyond their contracts.

Belongs here: parents and base units that are there, one spelling for one gas or flow, flow
properties between two groups. Does not belong here: the contract of one table (``schemas``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.findings import Finding, finding
from pipelines.tabular.text_table import TextRow, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# Table, column that names a row of a table, that table and its column.
_POINTERS = (
    ("region", "parent_code", "region", "region_code"),
    ("region", "grid_region_code", "region", "region_code"),
    ("category", "parent_category_id", "category", "category_id"),
    ("unit_group", "base_unit", "unit", "unit"),
)
_SPELT = (("gas", "gas"), ("flow", "flow_id"))


def broken_among(folder: Path) -> list[Finding]:
    """Findings of the files of ``seeds/reference`` among each other.

    Raises:
        UnreadableInput: a file is missing.
    """
    names = ("region", "category", "unit_group", "unit", "flow_property", "gas", "flow")
    rows = {n: read_rows(folder / f"{n}.csv", name=f"reference/{n}.csv") for n in names}
    told = [
        _told("E-CODE-01", row, column)
        for table, column, target, key in _POINTERS
        for row in rows[table]
        if row.get(column) and row[column] not in {r[key] for r in rows[target]}
    ]
    for table, key in _SPELT:
        told += _spelt_twice(rows[table], key)
    units = {row["unit"]: row for row in rows["unit"]}
    return [*told, *_bases(rows["unit_group"], units), *_within(rows["flow_property"], units)]


def _told(code: str, row: TextRow, column: str, **words: Any) -> Finding:
    place = {"file": row.file, "row": row.number, "column": column, "value": row.get(column)}
    return finding(code, **{**place, **words})


def _spelt_twice(rows: Iterable[TextRow], key: str) -> Iterator[Finding]:
    owner: dict[str, str] = {}
    for row in rows:
        for text in filter(None, (part.strip() for part in row["aliases"].split(";"))):
            if owner.setdefault(text, row[key]) != row[key]:
                yield _told("E-SEED-07", row, "aliases", value=text)


def _bases(groups: Iterable[TextRow], units: dict[str, TextRow]) -> Iterator[Finding]:
    for row in groups:
        base = units.get(row["base_unit"])
        if base is None:
            continue
        if base["to_base_exact"] != "1" or base["unit_group"] != row["unit_group"]:
            yield _told("E-SEED-10", row, "base_unit", reason="to_base_exact = 1")


def _within(properties: Iterable[TextRow], units: dict[str, TextRow]) -> Iterator[Finding]:
    for row in properties:
        one, other = units.get(row["from_unit"]), units.get(row["to_unit"])
        if one and other and one["unit_group"] == other["unit_group"]:
            reason = f"unit_group {one['unit_group']} = {other['unit_group']}"
            yield _told("E-SEED-10", row, "to_unit", reason=reason)
