"""What a process makes: its reference flow and, where it shares its burden, co-products.

Belongs here: the outputs of one process with their amounts and shares. Does not belong
here: whether the rows make sense (``output_checks``) and who takes the outputs (``system``).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.reference import FlowBook

REFERENCE_FLOW = "reference_flow"
SHARED = ("mass", "energy", "economic")


@dataclass(frozen=True)
class Output:
    """One output of a process.

    Attributes:
        flow: the output's flow.
        unit: the unit its amounts are counted in.
        amount: amount per run of the process.
        share: part of the process's lines it carries (1 without allocation).
    """

    flow: str
    unit: str
    amount: Fraction
    share: Fraction


def fraction(value: float) -> Fraction:
    """The decimal number that a double was read from, exactly."""
    return Fraction(repr(value))


def is_reference_line(line: dict[str, Any], process: dict[str, Any]) -> bool:
    """Whether a co-product line stands for the reference flow, by that word or by its id."""
    return line["direction"] == "coproduct" and line["flow"] in {
        REFERENCE_FLOW,
        process["reference_flow"],
    }


def coproduct_lines(inventory: Inventory) -> dict[str, list[dict[str, Any]]]:
    """The co-product lines of each process, by its id."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in inventory.rows["exchange"]:
        if line["direction"] == "coproduct":
            found.setdefault(line["process_id"], []).append(line)
    return found


def outputs_of(
    process: dict[str, Any], lines: Iterable[dict[str, Any]], book: FlowBook
) -> list[Output]:
    """The outputs that others can take from a process, the reference flow first.

    Args:
        process: row of the ``process`` table.
        lines: its co-product lines, checked; lines of one flow are added up.
        book: converts units.

    Returns:
        The outputs; their shares sum to one exactly.

    Source:
        ISO 14044:2006, 4.3.4.2: the sum of the allocated parts equals the whole.
    """
    flow, unit = process["reference_flow"], process["reference_flow_unit"]
    made = fraction(process["reference_amount"])
    lines = list(lines)
    if process["allocation"] not in SHARED or not lines:
        return [Output(flow, unit, made, Fraction(1))]
    units, amounts, worths = {flow: unit}, {flow: made}, {flow: Fraction(0)}
    for line in lines:
        is_reference = is_reference_line(line, process)
        name = flow if is_reference else line["flow"]
        amount = fraction(line["amount"])
        worth = amount * fraction(line["allocation_value"])
        worths[name] = worths.get(name, Fraction(0)) + worth
        if is_reference:
            continue
        own = units.setdefault(name, line["amount_unit"])
        ratio = book.ratio(name, line["amount_unit"], own) or Fraction(0)
        amounts[name] = amounts.get(name, Fraction(0)) + amount * ratio
    total = sum(worths.values(), Fraction(0))
    return [Output(name, units[name], amounts[name], worths[name] / total) for name in amounts]
