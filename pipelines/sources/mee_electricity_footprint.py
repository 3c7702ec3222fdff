"""Electricity carbon footprint factors announced each year.

Life cycle, CO2e, without a stated GWP set: kept as printed and never converted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.sources._cited import cited

if TYPE_CHECKING:
    from pipelines.ingest.cited_facts import Fact


def _meaning(fact: Fact) -> dict[str, Any]:
    route = fact.row["route"]
    scope = "not_stated"
    if route.startswith("generation."):
        scope = "generation"
    elif route.startswith("transmission."):
        scope = "transmission"
    return {
        "factor_kind": "footprint_factor",
        "value_convention": "not_stated",
        "boundary": "cradle_to_gate",
        "delivery_scope": scope,
        "location_type": "consumption" if scope == "not_stated" else "production",
        "derivation": "calculated",
        "flags": ["gwp_not_stated"],
    }


SOURCE = cited(
    "mee_electricity_footprint",
    "电力碳足迹因子 2023、2024：平均、分类型、输配电",
    "Electricity carbon footprint factors 2023 and 2024",
    _meaning,
)
