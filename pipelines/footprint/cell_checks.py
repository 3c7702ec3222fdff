"""Checks of single cells that several tables of an inventory share.

Belongs here: region, category, unit, flow, period, each with its finding; units are brought to
their canonical spelling on the way.
"""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipelines.findings import Finding, finding
from pipelines.footprint.requests import SUPPLY_PART
from pipelines.quantities.unit import UnknownUnit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.reference import FlowBook


def near(text: str, known: Iterable[str]) -> list[str]:
    """The known texts most like a text."""
    return difflib.get_close_matches(text, list(known), n=3, cutoff=0.4)


def at(inventory: Inventory, name: str, index: int) -> dict[str, Any]:
    """File and row of a typed row."""
    place = inventory.places[name][index]
    return {"file": place.file, "row": place.number}


def typed(inventory: Inventory, name: str, index: int, column: str) -> str | None:
    """The cell of a typed row as it was written."""
    return inventory.places[name][index].get(column)


def placed(findings: Iterable[Finding], inventory: Inventory) -> list[Finding]:
    """Findings that name a process, or a line of it, with the file and row these stand in."""
    rows = {
        (row["process_id"], row["line"].removesuffix(SUPPLY_PART)): ("exchange", i)
        for i, row in enumerate(inventory.rows["exchange"])
    }
    rows |= {
        (row["process_id"], ""): ("process", i) for i, row in enumerate(inventory.rows["process"])
    }
    told = []
    for one in findings:
        row = rows.get((one.place.get("process", ""), one.place.get("line", "")))
        if row is None or "file" in one.place:
            told.append(one)
        else:
            told.append(replace(one, place={**at(inventory, *row), **one.place}))
    return told


def heaviest(inventory: Inventory) -> dict[str, Any]:
    """File and row of the line with the largest amount, and its name as a value."""
    lines = inventory.rows["exchange"]
    index = max(range(len(lines)), key=lambda i: abs(lines[i]["amount"]))
    name = f"{lines[index]['process_id']}/{lines[index]['line']}"
    return {**at(inventory, "exchange", index), "column": "amount", "value": name}


def region_faults(row: dict[str, Any], book: FlowBook, place: dict[str, Any]) -> list[Finding]:
    """A region that is not in the table."""
    code = row["region_code"]
    if code is None or code in book.regions:
        return []
    expected = near(code, book.regions)
    return [finding("E-REG-01", **place, column="region_code", value=code, expected=expected)]


def category_faults(row: dict[str, Any], book: FlowBook, place: dict[str, Any]) -> list[Finding]:
    """A product category that is not in the table; where none is like it, the kinds are named."""
    code = row["category_id"]
    if code is None or code in book.category_ids:
        return []
    expected = near(code, sorted(book.category_ids)) or sorted(
        one for one in book.category_ids if "." not in one
    )
    return [finding("E-INV-22", **place, column="category_id", value=code, expected=expected)]


def unit_faults(
    row: dict[str, Any], column: str, shown: str, book: FlowBook, place: dict[str, Any]
) -> list[Finding]:
    """A unit that is not in the table; a known one is replaced by its canonical spelling.

    Args:
        row: the typed row.
        column: the row's column that holds the unit.
        shown: how the file calls that column.
        book: the accepted units.
        place: file and row.
    """
    unit = row[column] or ""
    try:
        row[column] = book.units.find(unit).unit
    except UnknownUnit:
        expected = near(unit, book.units.units)
        return [finding("E-UNIT-01", **place, column=shown, value=unit, expected=expected)]
    return []


def flow_faults(
    row: dict[str, Any], column: str, unit: str, book: FlowBook, place: dict[str, Any]
) -> list[Finding]:
    """An unknown flow, or a unit it does not convert to; flow and unit become canonical.

    Args:
        row: the typed row.
        column: the row's column that holds the flow, and the file's.
        unit: the row's column that holds the unit.
        book: flows and units.
        place: file and row.
    """
    written = "unit" if column == "flow" else "reference_unit"
    flow = book.flow_of(row[column])
    if flow is None:
        expected = near(row[column], book.flow_names)
        return [finding("E-INV-01", **place, column=column, value=row[column], expected=expected)]
    row[column] = flow
    unknown = unit_faults(row, unit, written, book, place)
    if unknown or book.converts(flow, row[unit]):
        return unknown
    return [mismatch(row[unit], flow, book.group_of(flow), place, written)]


def mismatch(
    unit: str, flow: str, expected: str, place: dict[str, Any], column: str = "unit"
) -> Finding:
    """A unit that does not convert to what is expected of a flow."""
    return finding("E-INV-02", **place, column=column, value=unit, flow=flow, expected=[expected])


def period_faults(row: dict[str, Any], place: dict[str, Any]) -> list[Finding]:
    """A period that ends before it starts."""
    if row["period_start"] <= row["period_end"]:
        return []
    value = row["period_end"].isoformat()
    start = row["period_start"].isoformat()
    return [finding("E-INV-16", **place, column="period_end", value=value, start=start)]
