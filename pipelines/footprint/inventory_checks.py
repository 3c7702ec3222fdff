"""Whether an inventory makes sense: flows, units, links, amounts, rules.

Belongs here: every check over whole rows of an inventory, each with its code, file and
row. Does not belong here: reading cells (``inventory``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.findings import Finding, finding
from pipelines.footprint.cell_checks import (
    at,
    category_faults,
    flow_faults,
    near,
    period_faults,
    region_faults,
    typed,
    unit_faults,
)
from pipelines.footprint.instrument_checks import instrument_faults
from pipelines.footprint.output_checks import output_faults
from pipelines.footprint.outputs import REFERENCE_FLOW, SHARED
from pipelines.footprint.requests import FACTOR, PRODUCT, SUPPLY_PART

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Container, Mapping

    from pipelines.footprint.accounting_rule import AccountingRule
    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.reference import FlowBook

NEEDED = ("product", "process", "exchange")
# Processes that are named where none is like the one asked for.
SHOWN = 5


def check_inventory(
    inventory: Inventory,
    book: FlowBook,
    rules: Mapping[str, AccountingRule],
    potentials: Container[str],
    on: dt.date,
) -> list[Finding]:
    """Every fault of an inventory's rows; flow names become flow ids on the way.

    Args:
        inventory: as read; ``flow``, ``reference_flow`` and gas columns are replaced by
            their codes.
        book: flows, gases, units and regions.
        rules: accounting rules by id.
        potentials: the GWP sets that have potentials.
        on: the day at which rules must be in force.

    Returns:
        The faults, in the order of files and rows. Whether outputs and links fit together
        is looked at only when every row is sound.
    """
    processes = {row["process_id"] for row in inventory.rows["process"]}
    faults = [
        *_check_emptiness(inventory),
        *_check_products(inventory, book, rules, processes, on),
        *_check_sets(inventory, potentials),
        *_check_processes(inventory, book),
        *_check_lines(inventory, book, processes),
        *_check_allocation(inventory),
        *instrument_faults(inventory, book),
        *_check_assumptions(inventory, processes),
    ]
    return faults or output_faults(inventory, book)


def _check_emptiness(inventory: Inventory) -> list[Finding]:
    return [
        finding("E-INV-15", file=f"{inventory.inventory_id}/{name}.csv")
        for name in NEEDED
        if not inventory.rows[name]
    ]


def _check_sets(inventory: Inventory, potentials: Container[str]) -> list[Finding]:
    return [
        finding("E-FPT-10", **at(inventory, "product", i), column="gwp_set", value=row["gwp_set"])
        for i, row in enumerate(inventory.rows["product"])
        if row["gwp_set"] not in potentials
    ]


def _check_products(
    inventory: Inventory,
    book: FlowBook,
    rules: Mapping[str, AccountingRule],
    processes: set[str],
    on: dt.date,
) -> list[Finding]:
    faults = []
    seen: set[str] = set()
    for i, row in enumerate(inventory.rows["product"]):
        place = at(inventory, "product", i)
        rule = rules.get(row["accounting_rule"])
        if rule is None:
            faults.append(
                finding(
                    "E-INV-09",
                    **place,
                    column="accounting_rule",
                    value=row["accounting_rule"],
                    expected=sorted(rules),
                )
            )
        elif not rule.is_in_force(on):
            faults.append(
                finding(
                    "E-INV-10",
                    **place,
                    column="accounting_rule",
                    value=rule.rule_id,
                    until=rule.valid_until.isoformat(),
                )
            )
        if row["process_id"] not in processes:
            faults.append(
                finding(
                    "E-INV-13",
                    **place,
                    column="process_id",
                    value=row["product_id"],
                    process=row["process_id"],
                )
            )
        if row["declared_amount"] is not None and row["declared_amount"] <= 0:
            column = "declared_amount"
            written = typed(inventory, "product", i, column)
            faults.append(finding("E-INV-05", **place, column=column, value=written))
        if row["product_id"] in seen:
            faults.append(
                finding("E-SEED-07", **place, column="product_id", value=row["product_id"])
            )
        seen.add(row["product_id"])
        faults += period_faults(row, place)
        faults += region_faults(row, book, place)
        faults += category_faults(row, book, place)
        faults += unit_faults(row, "declared_unit", "declared_unit", book, place)
    return faults


def _check_processes(inventory: Inventory, book: FlowBook) -> list[Finding]:
    faults = []
    seen: set[str] = set()
    for i, row in enumerate(inventory.rows["process"]):
        place = at(inventory, "process", i)
        if row["process_id"] in seen:
            faults.append(
                finding("E-INV-04", **place, column="process_id", value=row["process_id"])
            )
        seen.add(row["process_id"])
        if row["reference_amount"] is not None and row["reference_amount"] <= 0:
            column = "reference_amount"
            written = typed(inventory, "process", i, column)
            faults.append(finding("E-INV-05", **place, column=column, value=written))
        faults += region_faults(row, book, place)
        faults += flow_faults(row, "reference_flow", "reference_flow_unit", book, place)
    return faults


def _check_lines(inventory: Inventory, book: FlowBook, processes: set[str]) -> list[Finding]:
    faults = []
    seen: set[tuple[str, str]] = set()
    allocation = {r["process_id"]: r["allocation"] for r in inventory.rows["process"]}
    for i, row in enumerate(inventory.rows["exchange"]):
        place = at(inventory, "exchange", i)
        key = (row["process_id"], row["line"])
        if key in seen:
            faults.append(finding("E-INV-08", **place, column="line", process=key[0], value=key[1]))
        seen.add(key)
        if row["line"].endswith(SUPPLY_PART):
            faults.append(finding("E-INV-24", **place, column="line", value=row["line"]))
        if row["process_id"] not in processes:
            expected = near(row["process_id"], processes) or sorted(processes)[:SHOWN]
            faults.append(
                finding(
                    "E-INV-03",
                    **place,
                    column="process_id",
                    value=row["process_id"],
                    expected=expected,
                )
            )
        faults += _check_line(row, book, place, processes)
        is_substitution = allocation.get(row["process_id"]) == "substitution"
        may_be_negative = is_substitution and row["direction"] == "input"
        if row["amount"] < 0 and not may_be_negative:
            faults.append(
                finding(
                    "E-INV-06",
                    **place,
                    column="amount",
                    value=typed(inventory, "exchange", i, "amount"),
                    direction=row["direction"],
                )
            )
        if row["derivation"] == "estimated" and not row["reason"]:
            faults.append(finding("E-INV-07", **place, column="reason"))
    return faults


def _check_line(
    row: dict[str, Any], book: FlowBook, place: dict[str, Any], processes: set[str]
) -> list[Finding]:
    faults = region_faults(row, book, place)
    if row["direction"] in {"emission", "removal"}:
        return [*faults, *_check_gas(row, book, place)]
    if row["flow"] == REFERENCE_FLOW and row["direction"] == "coproduct":
        faults += unit_faults(row, "amount_unit", "unit", book, place)
    else:
        faults += flow_faults(row, "flow", "amount_unit", book, place)
    provider = row["provider"]
    if provider and provider not in processes and not provider.startswith((FACTOR, PRODUCT)):
        expected = near(provider, [*processes, FACTOR, PRODUCT]) or sorted(processes)[:SHOWN]
        faults.append(
            finding("E-INV-03", **place, column="provider", value=provider, expected=expected)
        )
    return faults


def _check_gas(row: dict[str, Any], book: FlowBook, place: dict[str, Any]) -> list[Finding]:
    gas = book.gases.get(row["flow"])
    if gas is None:
        expected = near(row["flow"], book.gases)
        return [finding("E-GAS-01", **place, column="flow", value=row["flow"], expected=expected)]
    row["flow"] = gas
    if not book.is_mass(row["amount_unit"]):
        return [
            finding(
                "E-INV-02",
                **place,
                column="unit",
                value=row["amount_unit"],
                flow=gas,
                expected=["mass"],
            )
        ]
    return unit_faults(row, "amount_unit", "unit", book, place)


def _check_allocation(inventory: Inventory) -> list[Finding]:
    faults = []
    shared = {
        r["process_id"]: r["allocation"]
        for r in inventory.rows["process"]
        if r["allocation"] in SHARED
    }
    for i, row in enumerate(inventory.rows["exchange"]):
        method, worth = shared.get(row["process_id"]), row["allocation_value"]
        if not method or row["direction"] != "coproduct":
            continue
        if worth is None:
            place = at(inventory, "exchange", i)
            faults.append(finding("E-INV-12", **place, column="allocation_value", value=method))
    return faults


def _check_assumptions(inventory: Inventory, processes: set[str]) -> list[Finding]:
    """An assumption about a process that the inventory does not hold."""
    return [
        finding(
            "E-INV-03",
            **at(inventory, "assumption", i),
            column="process_id",
            value=row["process_id"],
            expected=near(row["process_id"], processes) or sorted(processes)[:SHOWN],
        )
        for i, row in enumerate(inventory.rows["assumption"])
        if row["process_id"] is not None and row["process_id"] not in processes
    ]
