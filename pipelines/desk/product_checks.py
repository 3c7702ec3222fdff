"""The inventory and population templates: keys, references between sheets, units, periods.

Belongs here: what a row of a product's inventory or of a benchmark population must keep
before anything is computed from it. Does not belong here: the computation's own checks
(``pipelines.footprint``, ``pipelines.grade``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.desk.answers import check_keys
from pipelines.desk.flow_book import nearest
from pipelines.desk.unit_checks import check_condition, check_dimension, unit_of
from pipelines.findings import finding
from pipelines.quantities.typed_unit import read_numerator
from pipelines.quantities.unit import UnknownUnit
from schemas.submission_product import TEMPLATES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from pipelines.desk.codelists import CodeList
    from pipelines.desk.flow_book import FlowBook
    from pipelines.desk.notes import FilledRow, FilledSheet, Notebook
    from pipelines.findings import Finding

KEYS = {
    "product": ("product_id",), "process": ("process_id",), "exchange": ("process_id", "line"),
    "instrument": ("instrument_id",), "population": ("product_id",),
}  # fmt: skip
GASES = ("emission", "removal")
# Tables without whose rows the others mean nothing.
NEEDED = {"inventory": ("product", "process", "exchange")}


def check_product_conditions(sheets: Mapping[str, FilledSheet], notes: Notebook) -> None:
    """Keys that repeat, references that lead nowhere, signs, needed reasons."""
    for table, key in KEYS.items():
        if table in sheets:
            check_keys(sheets[table], key, notes)
    if "process" in sheets:
        _check_references(sheets, notes)
    if "exchange" in sheets:
        for row in sheets["exchange"].rows:
            _check_line(sheets["exchange"], row, notes)


def _check_references(sheets: Mapping[str, FilledSheet], notes: Notebook) -> None:
    known = {
        str(r.values["process_id"]) for r in sheets["process"].rows if "process_id" in r.values
    }
    for table in ("product", "exchange", "instrument"):
        filled = sheets.get(table)
        for row in filled.rows if filled else ():
            named = row.values.get("process_id")
            if filled and named is not None and named not in known:
                notes.at("E-LINK-01", filled, row, "process_id", expected=sorted(known)[:3])


def _check_line(filled: FilledSheet, row: FilledRow, notes: Notebook) -> None:
    values = row.values
    if values.get("direction") in (*GASES, "waste") and values.get("amount", 0) < 0:
        notes.at("E-FIG-14", filled, row, "amount", expected=["0.."])
    if values.get("derivation") == "estimated" and "reason" not in row.texts:
        notes.at("E-FIG-17", filled, row, "reason", expected=["estimated"])
    kind = values.get("uncertainty_kind", "none")
    if kind != "none" and "uncertainty_value" not in row.texts:
        notes.at("E-FIG-17", filled, row, "uncertainty_value", expected=[kind])


def check_product_units(
    sheets: Mapping[str, FilledSheet],
    book: FlowBook,
    lists: Mapping[str, CodeList],
    notes: Notebook,
) -> None:
    """Units of processes, lines and populations against their flows and gases."""
    if "process" in sheets:
        for row in sheets["process"].rows:
            _check_amount(sheets["process"], row, "reference_flow", "reference_unit", book, notes)
    if "exchange" in sheets:
        for row in sheets["exchange"].rows:
            if row.values.get("direction") in GASES:
                _check_gas(sheets["exchange"], row, book, lists, notes)
            else:
                _check_amount(sheets["exchange"], row, "flow", "unit", book, notes)
    if "population" in sheets:
        for row in sheets["population"].rows:
            _check_graded_unit(sheets["population"], row, book, notes)


def _check_amount(
    filled: FilledSheet, row: FilledRow, flow_name: str, unit_name: str, book: FlowBook,
    notes: Notebook,
) -> None:  # fmt: skip
    named = row.values.get(flow_name)
    flow = book.find(str(named)) if named is not None else None
    if named is not None and flow is None:
        near = book.near(str(named))
        notes.at("E-FLOW-01", filled, row, flow_name, expected=near, **nearest(near))
    if unit_name not in row.values:
        return
    read = unit_of(filled, row, unit_name, book, notes)
    if read is None:
        return
    unit = book.units.find(read.unit)
    words = (read.condition, *(str(row.values.get(n, "")) for n in ("note", "technology")))
    stated = " ; ".join(w for w in words if w)
    check_condition(filled, row, unit_name, unit, stated, flow, notes)
    check_dimension(filled, row, unit_name, unit, flow, book, notes)


def _check_gas(
    filled: FilledSheet,
    row: FilledRow,
    book: FlowBook,
    lists: Mapping[str, CodeList],
    notes: Notebook,
) -> None:
    named = row.values.get("flow")
    gases = lists.get("gas")
    if named is not None and gases is not None and gases.code_of(str(named)) is None:
        near = gases.near(str(named))
        notes.at("E-FLOW-01", filled, row, "flow", expected=near, **nearest(near))
    if "unit" in row.values:
        read = unit_of(filled, row, "unit", book, notes)
        if read is not None and book.units.find(read.unit).unit_group != "mass":
            notes.at("E-UNIT-07", filled, row, "unit", flow=named, expected=["kg", "t"])


def _check_graded_unit(
    filled: FilledSheet, row: FilledRow, book: FlowBook, notes: Notebook
) -> None:
    typed = row.values.get("unit")
    if typed is None:
        return
    above, slash, below = str(typed).partition("/")
    try:
        book.units.factor_unit(f"{read_numerator(above)}{slash}{below}")
    except UnknownUnit:
        if not (slash and book.units.is_known(str(typed))):
            notes.at("E-UNIT-03", filled, row, "unit", expected=["kgCO2e/t", "kgce/t"])


def check_periods(sheets: Mapping[str, FilledSheet], on: dt.date, notes: Notebook) -> None:
    """Periods that end before they begin, or after the day of the next release."""
    for filled in sheets.values():
        if "period_start" not in filled.header.columns:
            continue
        for row in filled.rows:
            start, end = row.values.get("period_start"), row.values.get("period_end")
            if start and end and start > end:
                notes.at("E-REP-05", filled, row, "period_end", expected=[start.isoformat()])
            elif end and end > on:
                notes.at("E-REP-02", filled, row, "period_end", expected=[on.isoformat()])


def check_results(sheets: Mapping[str, FilledSheet], notes: Notebook) -> None:
    """Results and amounts of zero, which are seldom meant."""
    for table, name in (("population", "value"), ("exchange", "amount")):
        filled = sheets.get(table)
        for row in filled.rows if filled else ():
            if filled and row.values.get(name) == 0:
                notes.at("E-PLAUS-04", filled, row, name)


def check_whole(kind: str, sheets: Mapping[str, FilledSheet], notes: Notebook) -> bool:
    """Note tables and rights that a file of this kind cannot do without.

    Args:
        kind: ``inventory`` or ``population``.
        sheets: its sheets of answers by table.
        notes: where findings go.

    Returns:
        Whether its rows can be judged together.
    """
    held = {table for table, filled in sheets.items() if filled.rows}
    if "source" not in held:
        notes.findings.append(finding("E-RIGHT-02", file=notes.file))
    missing = [form.sheet for form in TEMPLATES[kind].forms
               if form.table in NEEDED.get(kind, ()) and form.table not in held]  # fmt: skip
    notes.findings += [finding("E-INV-25", file=notes.file, sheet=name) for name in missing]
    return not missing


def tell_faults_of_rows(
    sheets: Mapping[str, FilledSheet], found: Sequence[Finding], notes: Notebook
) -> None:
    """Note at their cells what a room holds against rows; once where the desk said it already.

    Args:
        sheets: the checked sheets by table.
        found: findings that name a sheet as their file, the row as the sheet counts it and
            the column.
        notes: where findings go.
    """
    by_name = {filled.sheet.name: filled for filled in sheets.values()}
    for one in found:
        filled = by_name.get(str(one.place.get("file")))
        number, column = one.place.get("row"), one.place.get("field")
        row = next((r for r in filled.rows if r.number + 1 == number), None) if filled else None
        if filled is None or row is None:
            notes.add(one)
        elif not (column in row.bad if column else row.faults):
            notes.add(one, filled, row, column)
