"""Whether certificates and contracts claim no more than was used, once, on a fit line."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipelines.findings import Finding, finding
from pipelines.footprint.cell_checks import at, mismatch, period_faults, unit_faults
from pipelines.footprint.outputs import fraction
from pipelines.footprint.requests import SUPPLY, USES, needs_factor

if TYPE_CHECKING:
    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.reference import FlowBook

KINDS = ("certificate", "contract")


def instrument_faults(inventory: Inventory, book: FlowBook) -> list[Finding]:
    """Every fault of ``instrument.csv``; units become canonical on the way."""
    faults: list[Finding] = []
    seen: set[str] = set()
    lines = {(r["process_id"], r["line"]): r for r in inventory.rows["exchange"]}
    claimed: dict[tuple[str, str], Fraction] = {}
    for i, row in enumerate(inventory.rows["instrument"]):
        place = at(inventory, "instrument", i)
        name = row["instrument_id"]
        if name in seen:
            faults.append(finding("E-FPT-07", **place, column="instrument_id", value=name))
        seen.add(name)
        if row["instrument_kind"] not in KINDS:
            faults.append(
                finding("E-CODE-01", **place, column="kind", value=row["instrument_kind"],
                        expected=list(KINDS))
            )  # fmt: skip
        faults += period_faults(row, place)
        unknown = unit_faults(row, "instrument_unit", "unit", book, place)
        line = lines.get((row["process_id"], row["line"]))
        if line is None:
            faults.append(_over(row, place))
        faults += unknown
        if line is not None and not unknown:
            faults += _claim(row, line, claimed, book, place)
    return faults


def _over(row: dict[str, Any], place: dict[str, Any]) -> Finding:
    return finding(
        "E-FPT-06", **place, column="amount", value=row["instrument_id"], line=row["line"]
    )


def _claim(
    row: dict[str, Any],
    line: dict[str, Any],
    claimed: dict[tuple[str, str], Fraction],
    book: FlowBook,
    place: dict[str, Any],
) -> list[Finding]:
    """Faults of one claim on a line, together with the claims before it."""
    if not _is_bought(line):
        return [
            finding(
                "E-FPT-12", **place, column="line", value=row["instrument_id"], line=row["line"]
            )
        ]
    if not book.units.is_known(line["amount_unit"]):
        return []
    ratio = book.ratio(line["flow"], row["instrument_unit"], line["amount_unit"])
    if ratio is None:
        return [mismatch(row["instrument_unit"], line["flow"], line["amount_unit"], place)]
    key = (row["process_id"], row["line"])
    claimed[key] = claimed.get(key, Fraction(0)) + fraction(row["instrument_amount"]) * ratio
    return [_over(row, place)] if claimed[key] > fraction(line["amount"]) else []


def _is_bought(line: dict[str, Any]) -> bool:
    """Whether a line is an input supplied from outside the inventory by a factor."""
    return (
        line["direction"] == "input"
        and needs_factor(line, is_credited=False)
        and SUPPLY in USES[line["flow_use"]]
    )
