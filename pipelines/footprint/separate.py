"""A result told apart by process, stage, gas and component, as ISO 14067 wants it reported.

Belongs here: the parts and the balance of biogenic carbon. Does not belong here: totals
(``account``) and which component goes under which heading (``reporting_rule``).

Source:
    ISO 14067:2018, 7.2 and 7.3; GB/T 24067-2024.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.footprint.account import outside_of
from pipelines.quantities.number import result_decimal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.footprint.account import Context
    from pipelines.footprint.contributions import Atom
    from pipelines.footprint.reporting_rule import ReportingRule

ZERO = Decimal(0)
UPTAKE = "biogenic_uptake"


def part_rows(context: Context, atoms: Iterable[Atom], rule: ReportingRule) -> list[dict[str, Any]]:
    """Rows of ``footprint_part``; those that count sum to the result exactly.

    Args:
        context: product, GWP set and convention.
        atoms: every atom of the result, memo items included.
        rule: headings by component.
    """
    outside = outside_of(context.convention)
    sums: dict[tuple[str, str, str, str], list[Atom]] = defaultdict(list)
    for atom in atoms:
        sums[atom.process_id, atom.stage, atom.gas, atom.component].append(atom)
    rows = []
    for (process, stage, gas, component), entries in sorted(sums.items()):
        masses = [atom.mass for atom in entries if atom.mass is not None]
        rows.append(
            {
                "product_id": context.product["product_id"],
                "gwp_set": context.gwp_set,
                "process_id": process,
                "stage": stage,
                "gas_or_unsplit": gas,
                "component": component,
                "heading": rule.headings[component],
                "gas_mass": sum(masses, ZERO) if masses else None,
                "contribution": sum((atom.co2e for atom in entries), ZERO),
                "is_counted": component not in outside,
            }
        )
    return rows


def carbon_balance(atoms: Iterable[Atom], rule: ReportingRule) -> Decimal | None:
    """Biogenic carbon taken up less let out, kgC; None where nothing is taken up.

    Equals the carbon in the product where all of it stays there.

    Source:
        Stock identity: uptake of CO2 is the carbon content times 44/12.
    """
    atoms = list(atoms)
    if not any(atom.component == UPTAKE for atom in atoms):
        return None
    co2 = sum((a.co2e for a in atoms if a.component in rule.carbon_components), ZERO)
    ch4 = sum((a.mass or ZERO for a in atoms if a.gas in rule.carbon_gases), ZERO)
    carbon = float(co2) / float(rule.co2_per_carbon) + float(ch4) / float(rule.ch4_per_carbon)
    return result_decimal(-carbon)
