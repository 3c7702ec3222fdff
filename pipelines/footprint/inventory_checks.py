"""Whether an inventory makes sense: flows, units, links, amounts, rules.

Belongs here: every check over whole rows of an inventory, each with its code, file and
row. Does not belong here: reading cells (``inventory``).
"""

from __future__ import annotations

import difflib
from collections import Counter
from typing import TYPE_CHECKING, Any

from pipelines.findings import Finding, finding
from pipelines.quantities.unit import UnknownUnit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from pipelines.footprint.accounting_rule import AccountingRule
    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.reference import FlowBook

REFERENCE_FLOW = "reference_flow"


def check_inventory(
    inventory: Inventory,
    book: FlowBook,
    rules: Mapping[str, AccountingRule],
    on: dt.date,
) -> list[Finding]:
    """Every fault of an inventory's rows; flow names become flow ids on the way.

    Args:
        inventory: as read; ``flow``, ``reference_flow`` and gas columns are replaced by
            their codes.
        book: flows, gases, units and regions.
        rules: accounting rules by id.
        on: the day at which rules must be in force.

    Returns:
        The faults, in the order of files and rows.
    """
    processes = {row["process_id"] for row in inventory.rows["process"]}
    return [
        *_check_products(inventory, book, rules, processes, on),
        *_check_processes(inventory, book),
        *_check_lines(inventory, book, processes),
        *_check_allocation(inventory),
        *_check_instruments(inventory),
    ]


def _near(text: str, known: Iterable[str]) -> list[str]:
    return difflib.get_close_matches(text, list(known), n=3, cutoff=0.4)


def _at(inventory: Inventory, name: str, index: int) -> dict[str, Any]:
    place = inventory.places[name][index]
    return {"file": place.file, "row": place.number}


def _check_products(
    inventory: Inventory,
    book: FlowBook,
    rules: Mapping[str, AccountingRule],
    processes: set[str],
    on: dt.date,
) -> list[Finding]:
    faults = []
    for i, row in enumerate(inventory.rows["product"]):
        at = _at(inventory, "product", i)
        rule = rules.get(row["accounting_rule"])
        if rule is None:
            faults.append(
                finding("E-INV-09", **at, value=row["accounting_rule"], expected=sorted(rules))
            )
        elif not rule.is_in_force(on):
            faults.append(
                finding("E-INV-10", **at, value=rule.rule_id, until=rule.valid_until.isoformat())
            )
        if row["process_id"] not in processes:
            faults.append(
                finding("E-INV-13", **at, value=row["product_id"], process=row["process_id"])
            )
        if row["declared_amount"] is not None and row["declared_amount"] <= 0:
            faults.append(
                finding("E-INV-05", **at, column="declared_amount", value=row["declared_amount"])
            )
        faults += _check_region(row, book, at)
        faults += _check_unit(row["declared_unit"], "declared_unit", book, at)
    return faults


def _check_region(row: dict[str, Any], book: FlowBook, at: dict[str, Any]) -> list[Finding]:
    code = row["region_code"]
    if code is None or code in book.regions:
        return []
    return [
        finding(
            "E-REG-01", **at, column="region_code", value=code, expected=_near(code, book.regions)
        )
    ]


def _check_unit(unit: str | None, column: str, book: FlowBook, at: dict[str, Any]) -> list[Finding]:
    try:
        book.units.find(unit or "")
    except UnknownUnit:
        near = _near(unit or "", book.units.units)
        return [finding("E-UNIT-01", **at, column=column, value=unit, expected=near)]
    return []


def _check_processes(inventory: Inventory, book: FlowBook) -> list[Finding]:
    faults = []
    seen: set[str] = set()
    for i, row in enumerate(inventory.rows["process"]):
        at = _at(inventory, "process", i)
        if row["process_id"] in seen:
            faults.append(finding("E-INV-04", **at, value=row["process_id"]))
        seen.add(row["process_id"])
        if row["reference_amount"] is not None and row["reference_amount"] <= 0:
            faults.append(
                finding("E-INV-05", **at, column="reference_amount", value=row["reference_amount"])
            )
        faults += _check_region(row, book, at)
        faults += _check_flow(row, "reference_flow", row["reference_flow_unit"], book, at)
    return faults


def _check_flow(
    row: dict[str, Any], column: str, unit: str | None, book: FlowBook, at: dict[str, Any]
) -> list[Finding]:
    flow = book.flow_of(row[column])
    if flow is None:
        near = _near(row[column], book.flow_names)
        return [finding("E-INV-01", **at, column="flow", value=row[column], expected=near)]
    row[column] = flow
    unknown = _check_unit(unit, "unit", book, at)
    if unknown or book.converts(flow, unit or ""):
        return unknown
    group = book.group_of(flow)
    return [finding("E-INV-02", **at, column="unit", value=unit, flow=flow, expected=[group])]


def _check_lines(inventory: Inventory, book: FlowBook, processes: set[str]) -> list[Finding]:
    faults = []
    seen: set[tuple[str, str]] = set()
    allocation = {r["process_id"]: r["allocation"] for r in inventory.rows["process"]}
    for i, row in enumerate(inventory.rows["exchange"]):
        at = _at(inventory, "exchange", i)
        key = (row["process_id"], row["line"])
        if key in seen:
            faults.append(finding("E-INV-08", **at, process=key[0], value=key[1]))
        seen.add(key)
        if row["process_id"] not in processes:
            near = _near(row["process_id"], processes)
            faults.append(finding("E-INV-03", **at, value=row["process_id"], expected=near))
        faults += _check_line(row, book, at, processes)
        is_substitution = allocation.get(row["process_id"]) == "substitution"
        if row["amount"] is not None and row["amount"] < 0 and not is_substitution:
            faults.append(
                finding("E-INV-06", **at, value=row["amount"], direction=row["direction"])
            )
        if row["derivation"] == "estimated" and not row["reason"]:
            faults.append(finding("E-INV-07", **at))
    return faults


def _check_line(
    row: dict[str, Any], book: FlowBook, at: dict[str, Any], processes: set[str]
) -> list[Finding]:
    faults = _check_region(row, book, at)
    if row["direction"] in {"emission", "removal"}:
        gas = book.gases.get(row["flow"])
        if gas is None:
            near = _near(row["flow"], book.gases)
            return [
                *faults,
                finding("E-GAS-01", **at, column="flow", value=row["flow"], expected=near),
            ]
        row["flow"] = gas
        if not book.is_mass(row["amount_unit"]):
            faults.append(
                finding("E-INV-02", **at, value=row["amount_unit"], flow=gas, expected=["mass"])
            )
        return faults
    if row["flow"] != REFERENCE_FLOW:
        faults += _check_flow(row, "flow", row["amount_unit"], book, at)
    provider = row["provider"]
    if provider and ":" not in provider and provider not in processes:
        near = _near(provider, processes)
        faults.append(finding("E-INV-03", **at, column="provider", value=provider, expected=near))
    return faults


def _check_allocation(inventory: Inventory) -> list[Finding]:
    faults = []
    shared = {
        r["process_id"]: r["allocation"]
        for r in inventory.rows["process"]
        if r["allocation"] in {"mass", "energy", "economic"}
    }
    for i, row in enumerate(inventory.rows["exchange"]):
        method = shared.get(row["process_id"])
        if method and row["direction"] == "coproduct" and not row["allocation_value"]:
            faults.append(finding("E-INV-12", **_at(inventory, "exchange", i), value=method))
    return faults


def _check_instruments(inventory: Inventory) -> list[Finding]:
    lines = {(r["process_id"], r["line"]): r for r in inventory.rows["exchange"]}
    counted = Counter(r["instrument_id"] for r in inventory.rows["instrument"])
    faults = [
        finding("E-FPT-07", file=f"{inventory.inventory_id}/instrument.csv", value=name)
        for name, times in counted.items()
        if times > 1
    ]
    claimed: Counter[tuple[str, str]] = Counter()
    for i, row in enumerate(inventory.rows["instrument"]):
        key = (row["process_id"], row["line"])
        claimed[key] += row["instrument_amount"] or 0
        line = lines.get(key)
        if line is None or claimed[key] > line["amount"] * (1 + 1e-12):
            faults.append(
                finding(
                    "E-FPT-06",
                    **_at(inventory, "instrument", i),
                    value=row["instrument_id"],
                    line=row["line"],
                )
            )
    return faults
