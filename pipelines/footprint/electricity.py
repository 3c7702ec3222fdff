"""Electricity of a result told apart: covered and uncovered, by place and by contract.

Belongs here: rows of ``footprint_electricity``. Does not belong here: what covers a line
(``instruments``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.footprint.account import outside_of
from pipelines.quantities.number import result_decimal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.footprint.account import Context
    from pipelines.footprint.characterise import Part
    from pipelines.footprint.contributions import LineParts

    Parts = Mapping[tuple[str, str], list[LineParts]]


def electricity_rows(
    context: Context,
    amounts: Mapping[tuple[str, str], tuple[float, Any]],
    by_place: Parts,
    by_contract: Parts,
) -> list[dict[str, Any]]:
    """Rows of ``footprint_electricity`` of one product.

    Args:
        context: product, GWP set and convention.
        amounts: amount of every line the product draws on, first of each pair.
        by_place: location-based parts.
        by_contract: contractual parts, with what covers each line.
    """
    outside = outside_of(context.convention)

    def weighed(parts: Iterable[Part], amount: float) -> float:
        return amount * sum(p.co2e for p in parts if p.component not in outside)

    rows = []
    for key, (amount, _) in amounts.items():
        for placed, entry in zip(by_place.get(key, []), by_contract.get(key, []), strict=True):
            cover = entry.cover
            if cover is None:
                continue
            covered = float(cover.share) * amount
            rows.append(
                {
                    "product_id": context.product["product_id"],
                    "gwp_set": context.gwp_set,
                    "process_id": key[0],
                    "line": key[1],
                    "scaled_amount": result_decimal(amount),
                    "amount_unit": entry.line["amount_unit"],
                    "covered_amount": result_decimal(covered),
                    "uncovered_amount": result_decimal(amount - covered),
                    "instruments": list(cover.instruments),
                    "location_contribution": result_decimal(weighed(placed.parts, amount)),
                    "covered_contribution": result_decimal(weighed(cover.covered, amount)),
                    "uncovered_contribution": result_decimal(weighed(cover.rest, amount)),
                    "electricity_basis": cover.basis,
                    "residual_factor": cover.residual,
                }
            )
    return rows
