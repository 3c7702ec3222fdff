"""Transport handed in as a mass line and a distance line, which multiply to one.

Belongs here: finding the two lines of one haul, their product, what is wrong with them. Does
not belong here: amounts that are given in tonne kilometres already.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipelines.findings import Finding, finding
from pipelines.footprint.cell_checks import at
from pipelines.footprint.outputs import fraction
from pipelines.footprint.spread import line_variance
from pipelines.quantities.number import to_double
from pipelines.quantities.uncertainty import CERTAIN
from pipelines.quantities.unit import UnknownUnit

if TYPE_CHECKING:
    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.reference import FlowBook
    from pipelines.footprint.spread import SpreadRule

FREIGHT, MASS, LENGTH = "freight", "mass", "length"
TURNOVER = "t*km"
# Lines of one haul are alike in these.
ALIKE = ("process_id", "flow", "stage", "provider", "supplier_id", "region_code", "route")


def _group_of(unit: str, book: FlowBook) -> str | None:
    try:
        return book.units.find(unit).unit_group
    except UnknownUnit:
        return None


def join_hauls(inventory: Inventory, book: FlowBook, rule: SpreadRule) -> list[Finding]:
    """Replace the mass and the distance line of each haul by one line in tonne kilometres.

    The line of the mass stays, with the product as its amount, the words of both in its note
    and both variances; the line of the distance goes.

    Args:
        inventory: as read; its exchange rows and their places change.
        book: flows and units.
        rule: the rule of uncertainty.

    Returns:
        Hauls of which one line is missing or that stand more than once.
    """
    hauls: dict[tuple[Any, ...], dict[str, list[int]]] = {}
    rows = inventory.rows["exchange"]
    for i, row in enumerate(rows):
        flow = book.flow_of(row["flow"]) if row["direction"] == "input" else None
        if flow is None or book.group_of(flow) != FREIGHT:
            continue
        group = _group_of(row["amount_unit"], book)
        # A freight flow that converts from mass or length by itself needs no partner.
        if group in {MASS, LENGTH} and not book.converts(flow, row["amount_unit"]):
            key = tuple(row[name] for name in ALIKE)
            hauls.setdefault(key, {MASS: [], LENGTH: []})[group].append(i)
    faults, gone = [], set()
    for lines in hauls.values():
        if len(lines[MASS]) == len(lines[LENGTH]) == 1:
            (mass,), (length,) = lines[MASS], lines[LENGTH]
            found = _joined(rows[mass], rows[length], book, rule)
            rows[mass] |= found
            gone.add(length)
            continue
        faults += [
            finding("E-INV-20", **at(inventory, "exchange", i), value=rows[i]["line"])
            for i in (*lines[MASS], *lines[LENGTH])
        ]
    keep = [i for i in range(len(rows)) if i not in gone]
    extra = inventory.extra["exchange"]
    inventory.rows["exchange"] = [rows[i] for i in keep]
    inventory.extra["exchange"] = [extra[i] for i in keep]
    places = inventory.places["exchange"]
    inventory.places["exchange"] = [places[i] for i in keep]
    return faults


def _joined(
    mass: dict[str, Any], length: dict[str, Any], book: FlowBook, rule: SpreadRule
) -> dict[str, Any]:
    """The cells of the one line.

    Example of the arithmetic: 2,500 kg over 400 km are 2.5 t x 400 km = 1,000 t*km.
    """
    tonnes = fraction(mass["amount"]) * book.units.ratio(mass["amount_unit"], "t")
    kilometres = fraction(length["amount"]) * book.units.ratio(length["amount_unit"], "km")
    words = (
        f"{mass['amount']:g} {mass['amount_unit']} x {length['amount']:g} {length['amount_unit']}"
        f" ({mass['line']} x {length['line']})"
    )
    cells: dict[str, Any] = {
        "amount": to_double(Fraction(tonnes * kilometres)),
        "amount_unit": TURNOVER,
        "note": "; ".join(note for note in (words, mass["note"], length["note"]) if note),
    }
    if {mass["uncertainty_kind"], length["uncertainty_kind"]} != {CERTAIN}:
        variance = sum(line_variance(line, rule, book) for line in (mass, length))
        cells |= {"uncertainty_kind": "variance_ln", "uncertainty_value": repr(variance)}
    return cells
