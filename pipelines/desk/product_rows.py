"""Checked inventories and populations as rows of text, as their rooms read them from files.

Belongs here: how an answer of these templates is spelt for the computation: numbers in plain
digits, days, codes, flows by their ids, units by their own names. Does not belong here:
judging them (``product_checks`` and the rooms themselves).
"""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipelines.quantities.number import text_of
from pipelines.quantities.typed_unit import read_unit
from pipelines.quantities.unit import UnknownUnit
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.desk.codelists import CodeList
    from pipelines.desk.flow_book import FlowBook
    from pipelines.desk.notes import FilledRow, FilledSheet

INVENTORY = ("product", "process", "exchange", "instrument", "assumption")
POPULATION = ("population",)
OPEN = "public"
OPEN_SCOPES = ("public", "figures_only")
# The unit of a number that is scaled when the unit was typed with a power of ten.
_MEASURED = {
    "exchange": ("amount", "unit"), "process": ("reference_amount", "reference_unit"),
    "instrument": ("amount", "unit"), "product": ("declared_amount", "declared_unit"),
}  # fmt: skip
# Tables whose unreadable rows the others can be judged without.
_LEFT_OUT = ("exchange", "instrument", "assumption")
_SURE = ("product", "process", "exchange")
_FLOWS = ("flow", "reference_flow")
_GASES = ("emission", "removal")
_LIMITS = re.compile(r"^\s*(\S+?)\s*\.\.\s*(\S+)\s*$")


def rows_of_products(
    name: str,
    sheets: Mapping[str, FilledSheet],
    book: FlowBook,
    lists: Mapping[str, CodeList],
    confidence: str = "medium",
) -> dict[str, list[TextRow]]:
    """The rows of a checked inventory or population by table, in the order of the workbook.

    Args:
        name: how the file is called.
        sheets: its checked sheets by table.
        book: flows and units.
        lists: code lists; the gases among them.
        confidence: how sure what was handed in is.

    Returns:
        One list per table of the template; rows are numbered as in their sheet and name it
        as their file.
    """
    made: dict[str, list[TextRow]] = {}
    for table in (*INVENTORY, *POPULATION):
        filled = sheets.get(table)
        if filled is None:
            continue
        titles = _titles(sheets)
        made[table] = [
            TextRow(
                filled.sheet.name,
                row.number + 1,
                _cells(table, filled, row, book, lists)
                | ({"confidence": confidence} if table in _SURE else {})
                | _source_of(table, titles, f"{name} {filled.sheet.name} row {row.number + 1}"),
            )
            for row in _judged(table, filled)
        ]
    return made


def _judged(table: str, filled: FilledSheet) -> list[FilledRow]:
    """The rows that can be judged together: unreadable ones are told already and left out.

    A co-product stays, since without it the others would share what is not theirs.
    """
    if table not in _LEFT_OUT:
        return filled.rows
    kept = [r for r in filled.rows if not r.bad or r.values.get("direction") == "coproduct"]
    return kept or filled.rows


def is_open(sheets: Mapping[str, FilledSheet]) -> bool:
    """Whether every document a file rests on lets its data be published."""
    filled = sheets.get("source")
    rights = [row.values for row in filled.rows] if filled else []
    return bool(rights) and all(
        one.get("data_class") == OPEN and one.get("authorisation_scope") in OPEN_SCOPES
        for one in rights
    )


def _cells(
    table: str, filled: FilledSheet, row: FilledRow, book: FlowBook, lists: Mapping[str, CodeList]
) -> dict[str, str]:
    cells = {ask.name: _text(row.values.get(ask.name)) for ask in filled.form}
    if table in _MEASURED:
        _measure(cells, row, *_MEASURED[table], book)
    is_gas = row.values.get("direction") in _GASES
    for name in _FLOWS:
        if cells.get(name):
            cells[name] = _named(cells[name], book, lists, is_gas=is_gas)
    if table == "exchange":
        _put_limits(cells)
    return cells


def _text(value: Any) -> str:
    if isinstance(value, Fraction):
        return text_of(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value)


def _measure(cells: dict[str, str], row: FilledRow, amount: str, unit: str, book: FlowBook) -> None:
    """Spell a unit by its own name; a power of ten typed with it goes into the number."""
    try:
        read = read_unit(cells.get(unit, ""), book.units)
    except UnknownUnit:
        return
    cells[unit] = read.unit
    number = row.values.get(amount)
    if read.scale != 1 and isinstance(number, Fraction):
        cells[amount] = text_of(number * read.scale)


def _named(text: str, book: FlowBook, lists: Mapping[str, CodeList], *, is_gas: bool) -> str:
    if is_gas:
        return (lists["gas"].code_of(text) if "gas" in lists else None) or text
    flow = book.find(text)
    return flow.flow_id if flow is not None else text


def _put_limits(cells: dict[str, str]) -> None:
    """``lower..upper`` of an interval in the two columns that hold limits."""
    limits = _LIMITS.match(cells.get("uncertainty_value", ""))
    if cells.get("uncertainty_kind") == "ci95_abs" and limits:
        cells["amount_lower95"], cells["amount_upper95"] = limits[1], limits[2]
        cells["uncertainty_value"] = ""


def _titles(sheets: Mapping[str, FilledSheet]) -> list[str]:
    """Titles of the documents a file names."""
    sources = sheets.get("source")
    rows = sources.rows if sources is not None else []
    return [str(r.values["source_title"]) for r in rows if "source_title" in r.values]


def _source_of(table: str, titles: list[str], place: str) -> dict[str, str]:
    """Where a line was read: the documents named and its place in the file."""
    return {"line_source": "；".join([*titles, place])} if table == "exchange" else {}
