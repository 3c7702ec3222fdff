"""GB/T 51366-2019: fuels, building materials, freight.

Annex A prints direct CO2 with oxidation inside; Annexes D and E print
footprints without naming a GWP set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.sources._cited import cited

if TYPE_CHECKING:
    from pipelines.ingest.cited_facts import Fact


def _meaning(fact: Fact) -> dict[str, Any]:
    if fact.gas != "CO2e":
        return {
            "factor_kind": "direct_ef",
            "value_convention": "direct",
            "boundary": "activity",
            "derivation": "default",
        }
    return {
        "factor_kind": "footprint_factor",
        "value_convention": "not_stated",
        "boundary": "cradle_to_gate",
        "location_type": "production",
        "derivation": "default",
        "flags": ["gwp_not_stated"],
    }


SOURCE = cited(
    "gbt_51366_2019",
    "GB/T 51366-2019：燃料、建材与货运碳排放因子",
    "GB/T 51366-2019: fuels, building materials, freight",
    _meaning,
)
