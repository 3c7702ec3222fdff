"""A product's footprint as one answer: totals, parts, lines with their chosen factors.

Belongs here: putting the rows of the footprint tables of one product together. Does not
belong here: computing them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

TOTALS = (
    "product_id", "name_zh", "name_en", "gwp_set", "declared_unit", "declared_amount",
    "value_excluding_uptake", "value_including_uptake", "value_location_based",
    "value_contractual", "median", "mean", "p2_5", "p97_5", "gsd2", "samples", "seed",
    "median_se", "p2_5_se", "p97_5_se", "gsd2_analytic", "half_width_approach1",
    "uncertainty_coverage", "samples_unproductive", "primary_data_share", "unsplit_share",
    "lines_total", "lines_uncovered", "cut_off_share", "gaps_total", "gaps_unestimated",
    "carbon_balance_biogenic", "biogenic_carbon_in_product", "result_state", "confidence",
    "is_limit_activity", "flags",
)  # fmt: skip
RATINGS = (("ter", "ter"), ("ger", "ger"), ("tir", "tir"), ("p", "precision_score"), ("dqr", "dqr"))
LINE = (
    "process_id", "line", "stage", "direction", "flow", "flow_use", "factor_id", "version",
    "provider", "applied_value", "is_covered", "flags",
)  # fmt: skip


def _number(value: Any) -> Any:
    return float(value) if hasattr(value, "as_tuple") else value


def _pairs(frame: pl.DataFrame, key: str, value: str = "contribution") -> dict[str, Any]:
    return {row[key]: _number(row[value]) for row in frame.sort(key).iter_rows(named=True)}


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: _number(row[name]) for name in LINE},
        "amount": _number(row["scaled_amount"]),
        "unit": row["amount_unit"],
        "contribution": _number(row["contribution"]),
        "share": row["share"],
        "variance_share": row["variance_share"],
        "selection": {
            "rank": row["selection_rank"],
            "reason_zh": row["reason_zh"],
            "reason_en": row["reason_en"],
            "runners_up": row["runners_up"],
        },
    }


def _separate(parts: pl.DataFrame) -> dict[str, Any]:
    """Sums by heading; memo items and what the convention leaves out stand beside the total."""
    sums: dict[str, Any] = {}
    for row in parts.sort("heading").iter_rows(named=True):
        sums[row["heading"]] = sums.get(row["heading"], 0) + row["contribution"]
    return {name: _number(value) for name, value in sums.items()}


def _told(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows without their product and set."""
    rows = frame.drop("product_id", "gwp_set").to_dicts()
    return [{name: _number(value) for name, value in row.items()} for row in rows]


def answers(tables: Mapping[str, pl.DataFrame], gwp_set: str | None) -> list[dict[str, Any]]:
    """One answer per product.

    Args:
        tables: the footprint tables.
        gwp_set: the set asked for; each product's own by default.

    Returns:
        ``value`` and its parts in kgCO2e per declared amount, sorted by product; stages,
        components and gases by name; supply and intensity by process; every line with its
        factor, the reason of the choice and the runners-up; what drives the variance, and
        how often the product is below others of its category.
    """
    found = []
    for product in tables["product"].sort("product_id").iter_rows(named=True):
        wanted = gwp_set or product["gwp_set"]
        at = {
            name: tables[name].filter(
                (pl.col("product_id") == product["product_id"]) & (pl.col("gwp_set") == wanted)
            )
            for name in (
                "footprint", "footprint_component", "footprint_stage", "footprint_gas",
                "footprint_supply", "footprint_line", "footprint_uncertainty",
                "footprint_comparison", "footprint_part", "footprint_gap",
                "footprint_electricity",
            )
        }  # fmt: skip
        if at["footprint"].is_empty():
            continue
        total = at["footprint"].row(0, named=True)
        supply = at["footprint_supply"].sort("process_id").to_dicts()
        found.append(
            {
                **{name: _number(total[name]) for name in TOTALS},
                "value": _number(total["footprint_value"]),
                "dqr": {short: total[name] for short, name in RATINGS},
                "components": _pairs(at["footprint_component"], "component"),
                "stages": _pairs(at["footprint_stage"], "stage"),
                "gases": _pairs(at["footprint_gas"], "gas_or_unsplit"),
                "gas_mass": _pairs(at["footprint_gas"], "gas_or_unsplit", "gas_mass"),
                "separate": _separate(at["footprint_part"]),
                "parts": _told(at["footprint_part"]),
                "gaps": _told(at["footprint_gap"]),
                "electricity": _told(at["footprint_electricity"]),
                "processes": [
                    {"process_id": r["process_id"], "intensity": _number(r["intensity"]),
                     "unit": r["reference_flow_unit"]}
                    for r in supply
                ],
                "supply": [
                    {"process_id": r["process_id"], "scale": _number(r["scale"])} for r in supply
                ],
                "lines": [_line(row) for row in at["footprint_line"].iter_rows(named=True)],
                "unproductive": json.loads(total["unproductive"]),
                "variance": _told(at["footprint_uncertainty"].sort("variance_rank")),
                "comparisons": _told(at["footprint_comparison"].sort("other_product_id")),
            }
        )  # fmt: skip
    return found


SCALED = (
    "value", "value_excluding_uptake", "value_including_uptake", "value_location_based",
    "value_contractual", "median", "mean", "p2_5", "p97_5", "median_se", "p2_5_se", "p97_5_se",
    "carbon_balance_biogenic", "biogenic_carbon_in_product",
)  # fmt: skip
SCALED_ROWS = {
    "gas_mass", "contribution", "scaled_amount", "estimate_low", "estimate", "estimate_high",
    "covered_amount", "uncovered_amount", "location_contribution", "covered_contribution",
    "uncovered_contribution",
}  # fmt: skip


def per_unit(product: Mapping[str, Any], unit: str, ratio: float) -> dict[str, Any]:
    """An answer per one of another unit.

    Args:
        product: an answer of ``answers``.
        unit: the unit wanted.
        ratio: how many declared units one of it is.

    Returns:
        The answer with every extensive figure scaled; shares, ratings and intensities stay.
    """
    factor = ratio / product["declared_amount"]

    def scaled(value: float | None) -> float | None:
        return None if value is None else value * factor

    return {
        **product,
        **{name: scaled(product[name]) for name in SCALED},
        **{
            group: {key: scaled(value) for key, value in product[group].items()}
            for group in ("components", "stages", "gases", "gas_mass", "separate")
        },
        **{
            group: [
                {
                    name: scaled(value) if name in SCALED_ROWS else value
                    for name, value in row.items()
                }
                for row in product[group]
            ]
            for group in ("parts", "gaps", "electricity")
        },
        "lines": [
            {**line, "amount": scaled(line["amount"]), "contribution": scaled(line["contribution"])}
            for line in product["lines"]
        ],
        "supply": [{**entry, "scale": scaled(entry["scale"])} for entry in product["supply"]],
        "declared_unit": unit,
        "declared_amount": 1.0,
    }
