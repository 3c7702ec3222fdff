"""Defaults of the Chinese sector accounting guides; every row names its document.

Purchased heat is for organisations; the rest are process emissions at the activity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.sources._cited import cited

if TYPE_CHECKING:
    from pipelines.ingest.cited_facts import Fact


def _meaning(fact: Fact) -> dict[str, Any]:
    is_heat = fact.row["flow_id"] == "heat"
    return {
        "factor_kind": "energy_indirect_ef" if is_heat else "direct_ef",
        "value_convention": "direct",
        "boundary": "activity",
        "delivery_scope": "not_stated" if is_heat else "not_applicable",
        "derivation": "default",
    }


SOURCE = cited(
    "cn_sector_guides",
    "国内行业核算指南缺省值",
    "Defaults of Chinese sector accounting guides",
    _meaning,
)
