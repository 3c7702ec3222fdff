"""Whether what processes make and what others take of it fit together.

Belongs here: co-products and their shares, links to other processes, declared units; all
over rows whose flows and units are known. Does not belong here: single rows
(``inventory_checks``).
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from pipelines.findings import Finding, finding
from pipelines.footprint.cell_checks import at, mismatch
from pipelines.footprint.outputs import (
    SHARED,
    coproduct_lines,
    fraction,
    is_reference_line,
    outputs_of,
)
from pipelines.footprint.requests import is_linked

SUBSTITUTION = "substitution"

if TYPE_CHECKING:
    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.outputs import Output
    from pipelines.footprint.reference import FlowBook


def output_faults(inventory: Inventory, book: FlowBook) -> list[Finding]:
    """Faults of outputs, shares, links and declared units.

    Args:
        inventory: its rows have known flows, units and processes.
        book: converts units.

    Returns:
        The faults; links are looked at only when every process's outputs are sound.
    """
    faults = [*_coproducts(inventory, book), *_shares(inventory)]
    if faults:
        return faults
    beside = coproduct_lines(inventory)
    made = {
        p["process_id"]: outputs_of(p, beside.get(p["process_id"], []), book)
        for p in inventory.rows["process"]
    }
    return [
        *_links(inventory, made, book),
        *_declared(inventory, book),
        *_credit_circles(inventory),
    ]


def _credit_circles(inventory: Inventory) -> list[Finding]:
    """Processes that credit each other: what each avoids would depend on what it avoids.

    Source:
        ISO 14044:2006, 4.3.4.2: the system is expanded by what is truly avoided.
    """
    credited = {
        row["process_id"] for row in inventory.rows["process"] if row["allocation"] == SUBSTITUTION
    }
    avoids: dict[str, dict[str, int]] = {}
    for i, line in enumerate(inventory.rows["exchange"]):
        taker = line["process_id"]
        if taker in credited and line["direction"] == "coproduct" and is_linked(line):
            avoids.setdefault(taker, {})[line["provider"]] = i
    try:
        TopologicalSorter({taker: list(of) for taker, of in avoids.items()}).prepare()
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        row = avoids[circle[0]][circle[1]]
        place = at(inventory, "exchange", row)
        return [finding("E-SEL-12", **place, column="provider", value=" -> ".join(circle))]
    return []


def _coproducts(inventory: Inventory, book: FlowBook) -> list[Finding]:
    faults = []
    processes = {p["process_id"]: p for p in inventory.rows["process"]}
    units: dict[tuple[str, str], str] = {}
    for i, line in enumerate(inventory.rows["exchange"]):
        if line["direction"] != "coproduct":
            continue
        place = at(inventory, "exchange", i)
        process = processes[line["process_id"]]
        if is_reference_line(line, process):
            faults += _reference_line(line, process, book, place)
            continue
        if process["allocation"] not in SHARED:
            continue
        if line["amount"] <= 0:
            faults.append(finding("E-INV-05", **place, column="amount", value=line["amount"]))
        unit = units.setdefault((line["process_id"], line["flow"]), line["amount_unit"])
        if book.ratio(line["flow"], line["amount_unit"], unit) is None:
            faults.append(mismatch(line["amount_unit"], line["flow"], unit, place))
    return faults


def _reference_line(
    line: dict[str, Any], process: dict[str, Any], book: FlowBook, place: dict[str, Any]
) -> list[Finding]:
    """The line of the reference flow says the same amount as the process itself."""
    flow, unit = process["reference_flow"], process["reference_flow_unit"]
    ratio = book.ratio(flow, line["amount_unit"], unit)
    if ratio is None:
        return [mismatch(line["amount_unit"], flow, unit, place)]
    if fraction(line["amount"]) * ratio == fraction(process["reference_amount"]):
        return []
    wanted = f"{process['reference_amount']:g} {unit}"
    value = f"{line['amount']:g} {line['amount_unit']}"
    return [finding("E-INV-17", **place, column="amount", value=value, wanted=wanted)]


def _shares(inventory: Inventory) -> list[Finding]:
    """Every shared process prices its reference flow once, and something has a worth."""
    faults = []
    beside = coproduct_lines(inventory)
    for i, process in enumerate(inventory.rows["process"]):
        lines = beside.get(process["process_id"], [])
        if process["allocation"] not in SHARED or not lines:
            continue
        place = at(inventory, "process", i)
        own = [line for line in lines if is_reference_line(line, process)]
        if not own:
            faults.append(
                finding("E-INV-12", **place, column="allocation", value=process["allocation"])
            )
        elif len(own) > 1:
            faults.append(
                finding("E-INV-04", **place, column="process_id", value=process["process_id"])
            )
        elif not any(line["allocation_value"] for line in lines):
            faults.append(
                finding("E-INV-19", **place, column="allocation", value=process["process_id"])
            )
    return faults


def _links(inventory: Inventory, made: dict[str, list[Output]], book: FlowBook) -> list[Finding]:
    faults = []
    for i, line in enumerate(inventory.rows["exchange"]):
        if not is_linked(line):
            continue
        place = at(inventory, "exchange", i)
        outputs = {output.flow: output for output in made[line["provider"]]}
        faults += taken_faults(line, line["provider"], outputs, book, place)
    return faults


def taken_faults(
    line: dict[str, Any],
    provider: str,
    outputs: dict[str, Output],
    book: FlowBook,
    place: dict[str, Any],
) -> list[Finding]:
    """Faults of a line that takes an output of a provider.

    Args:
        line: row of the ``exchange`` table.
        provider: how the line names its provider.
        outputs: what the provider makes, by flow.
        book: converts units.
        place: file and row of the line.
    """
    output = outputs.get(line["flow"])
    if output is None:
        return [
            finding("E-INV-14", **place, column="provider", value=provider, flow=line["flow"],
                    expected=sorted(outputs))
        ]  # fmt: skip
    if book.ratio(line["flow"], line["amount_unit"], output.unit) is None:
        return [mismatch(line["amount_unit"], line["flow"], output.unit, place)]
    return []


def _declared(inventory: Inventory, book: FlowBook) -> list[Finding]:
    """A product is declared in a unit that its process's output converts to."""
    processes = {p["process_id"]: p for p in inventory.rows["process"]}
    faults = []
    for i, product in enumerate(inventory.rows["product"]):
        process = processes[product["process_id"]]
        flow, unit = process["reference_flow"], process["reference_flow_unit"]
        if book.ratio(flow, product["declared_unit"], unit) is None:
            faults.append(
                mismatch(product["declared_unit"], flow, unit, at(inventory, "product", i))
            )
    return faults
