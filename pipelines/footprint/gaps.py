"""What a result leaves out, and what that may weigh: never zero, never in the result.

Belongs here: uses without a factor, fuels burnt without their upstream, their rows. Does not
belong here: choosing factors (``selection``), what a gap may weigh (``gap_weights``).

Source:
    ISO 14044:2006, 4.2.3.3.3: what is cut off is judged by its share of the impact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.footprint.requests import COMBUSTION, SUPPLY, SUPPLY_PART, USES, is_burnt
from pipelines.quantities.number import result_decimal
from schemas.vocabularies import BOUNDS_ALONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.footprint.contributions import LineParts
    from pipelines.footprint.gap_weights import Scales, Weight

WHOLE = ("cradle_to_gate", "cradle_to_grave", "well_to_tank", "well_to_wheel")
NO_FACTOR, NO_UPSTREAM = "no_factor", "upstream_not_declared"


def gap_rows(
    product: dict[str, Any],
    gwp_set: str,
    amounts: Mapping[tuple[str, str], tuple[float, Any]],
    parts: Mapping[tuple[str, str], list[LineParts]],
    supplied: set[tuple[str, str]],
    scales: Scales,
) -> list[dict[str, Any]]:
    """Rows of ``footprint_gap`` of one product.

    Args:
        product: row of the ``product`` table.
        gwp_set: the GWP set of the result.
        amounts: amount of every line the product draws on, first of each pair.
        parts: parts of every line of the inventory.
        supplied: from ``supplied_flows``.
        scales: weighs the gaps.
    """
    rows = []
    for key, (amount, _) in amounts.items():
        for entry in parts.get(key, []):
            kind = _kind(entry, product, supplied)
            if kind is None:
                continue
            use = SUPPLY if kind == NO_UPSTREAM else entry.use
            line = entry.line
            several = kind == NO_FACTOR and len(parts[key]) > 1 and use != COMBUSTION
            weight = scales.weigh(line["flow"], use, line["amount_unit"])
            rows.append(
                {
                    "product_id": product["product_id"],
                    "gwp_set": gwp_set,
                    "process_id": key[0],
                    "line": f"{key[1]}{SUPPLY_PART}" if several else key[1],
                    "gap_kind": kind,
                    "flow": line["flow"],
                    "scaled_amount": result_decimal(amount),
                    "amount_unit": line["amount_unit"],
                    "gap_basis": weight.basis,
                    "proxies": weight.proxies,
                    **_estimates(weight, amount),
                    **_reasons(entry, kind),
                }
            )
    return rows


def supplied_flows(lines: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """Process and flow of every input line that declares a supply.

    Args:
        lines: rows of the ``exchange`` table.
    """
    return {
        (line["process_id"], line["flow"])
        for line in lines
        if line["direction"] == "input" and SUPPLY in USES[line["flow_use"]]
    }


def _kind(entry: LineParts, product: dict[str, Any], supplied: set[tuple[str, str]]) -> str | None:
    line = entry.line
    if entry.choice is not None and entry.choice.factor is None:
        return NO_FACTOR
    is_burnt_alone = entry.use == COMBUSTION and not is_burnt(line)
    has_upstream = (line["process_id"], line["flow"]) in supplied
    is_whole = product["boundary"] in WHOLE
    return NO_UPSTREAM if is_burnt_alone and is_whole and not has_upstream else None


def _estimates(weight: Weight, amount: float) -> dict[str, Any]:
    if weight.basis == "none":
        return dict.fromkeys(("estimate_low", "estimate", "estimate_high"))
    low, high = sorted((weight.low * amount, weight.high * amount))
    return {
        "estimate_low": result_decimal(low),
        "estimate": result_decimal(weight.middle * amount),
        "estimate_high": result_decimal(high),
    }


def _reasons(entry: LineParts, kind: str) -> dict[str, str]:
    if kind == NO_FACTOR and entry.choice is not None:
        return {"reason_zh": entry.choice.reason_zh, "reason_en": entry.choice.reason_en}
    return {
        "reason_zh": "该行只声明燃烧，同一过程没有这种燃料的供应行",
        "reason_en": "the line declares burning alone; no line of the process supplies the fuel",
    }


def omitted(rows: list[dict[str, Any]], value: float) -> dict[str, Any]:
    """What gaps come to in a result: their number and their estimated share.

    A gap bounded by a whole division alone has no share and counts as not estimated.

    Args:
        rows: rows of ``footprint_gap`` of one result.
        value: the result.

    Example:
        >>> omitted([{"estimate": 5.0, "gap_basis": "same_flow"}], 95.0)["cut_off_share"]
        0.05
    """
    known = [
        abs(float(row["estimate"]))
        for row in rows
        if row["estimate"] is not None and row["gap_basis"] != BOUNDS_ALONE
    ]
    share = None if rows and not known else sum(known) / ((abs(value) + sum(known)) or 1.0)
    return {
        "cut_off_share": share,
        "gaps_total": len(rows),
        "gaps_unestimated": len(rows) - len(known),
    }
