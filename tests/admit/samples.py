"""What is the smallest candidate, with its source and evidence, that nothing stands against?"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from pipelines.identity import canonical_json, record_id
from pipelines.ledger import Entry
from schemas.candidate import CANDIDATE, CANDIDATE_GAS
from schemas.parameter import PARAMETER
from schemas.reference import CATEGORY, FLOW, GAS, GWP, LICENCE, REGION, UNIT
from schemas.render.frame import frame_of
from schemas.source import EVIDENCE, ROW_COUNT, SOURCE
from schemas.vocabularies import REGION_KIND

RELEASED_ON = dt.date(2026, 11, 21)
# kgCO2e per kg; AR4 lacks the trifluoride, so that a set may miss a gas.
GWPS = {
    "AR4": {"co2_fossil": 1.0, "co2_biogenic": 1.0, "ch4_fossil": 25.0, "n2o": 298.0},
    "AR5": {"co2_fossil": 1.0, "co2_biogenic": 1.0, "ch4_fossil": 28.0, "n2o": 265.0,
            "nf3": 16100.0, "co2_land_use": 1.0},
    "AR6": {"co2_fossil": 1.0, "co2_biogenic": 1.0, "ch4_fossil": 29.8, "n2o": 273.0,
            "nf3": 17400.0},
}  # fmt: skip
COMPONENT = {"co2_biogenic": "biogenic_co2_emission", "co2_land_use": "land_use_change"}


def factor_id(key: str) -> str:
    return record_id("F", "src", key)


def region(kind: str) -> str:
    """The code of the one region of a kind."""
    return f"R-{kind.upper().replace('_', '-')}"


def candidate(key: str = "k1", **changes: Any) -> dict[str, Any]:
    return {
        "record_key": key,
        "factor_id": factor_id(key),
        "factor_kind": "direct_ef",
        "flow_id": "coal",
        "name_zh": f"煤 {key}",
        "name_en": f"coal {key}",
        "category_id": "energy",
        "product_codes": [],
        "route": None,
        "value": 2.5,
        "value_convention": "direct",
        "value_unit": "kgCO2e",
        "reference_unit": "kg",
        "gwp_set": "AR5",
        "boundary": "activity",
        "delivery_scope": "not_applicable",
        "region_code": "R-COUNTRY",
        "location_type": "not_stated",
        "data_start": dt.date(2024, 1, 1),
        "data_end": dt.date(2024, 12, 31),
        "published_on": "2025",
        "data_origin": "secondary",
        "derivation": "measured",
        "uncertainty_kind": "none",
        "core_data": False,
        "licence": "open",
        "authorisation_scope": "figures_only",
        "data_class": "public",
        "source_id": "src",
        "edition": "1",
        "evidence_id": record_id("E", "src", key),
        "flags": [],
        "confidence": "high",
        **changes,
    }


def gas(key: str, code: str, mass: float) -> dict[str, Any]:
    return {
        "factor_id": factor_id(key),
        "gas": code,
        "mass": mass,
        "evidence_id": record_id("E", "src", key),
    }


def _evidence(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "evidence_id": row["evidence_id"],
        "source_id": row["source_id"],
        "edition": row["edition"],
        "file_name": "table.csv",
        "file_sha256": "0" * 64,
        "locator": "row 2",
        "document": "a yearbook",
        "text_found": "2.50",
        "unit_found": "kgCO2e/kg",
        "steps": "[]",
        "parents": [],
    }


def _source(source_id: str, edition: str, changes: dict[str, Any]) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "edition": edition,
        "title_zh": "年鉴",
        "title_en": "yearbook",
        "publisher": "a bureau",
        "accessed_on": "2026",
        "citation": "a yearbook",
        "licence": "open",
        "authorisation_scope": "figures_only",
        "authorisation_document": "a letter",
        "authorisation_until": None,
        "onward_publication": True,
        "data_class": "public",
        "data_origin": "secondary",
        "core_data": False,
        **changes,
    }


def _reference() -> dict[str, pl.DataFrame]:
    return {
        "gwp": frame_of(
            GWP,
            [
                {"gwp_set": one, "gas": code, "gwp100": value}
                for one, held in GWPS.items()
                for code, value in held.items()
            ],
        ),
        "gas": frame_of(
            GAS, [{"gas": g, "component": COMPONENT.get(g, "fossil")} for g in GWPS["AR5"]]
        ),
        "region": frame_of(
            REGION, [{"region_code": region(k), "region_kind": k} for k in REGION_KIND.codes]
        ),
        "unit": frame_of(UNIT, [{"unit": "kg"}, {"unit": "t"}]),
        "flow": frame_of(FLOW, [{"flow_id": "coal"}, {"flow_id": "coke"}]),
        "category": frame_of(CATEGORY, [{"category_id": "energy"}]),
        "licence": frame_of(
            LICENCE,
            [
                {"licence": "open", "is_redistributable": True},
                {"licence": "closed", "is_redistributable": False},
            ],
        ),
    }


def tables(
    rows: Sequence[dict[str, Any]],
    gases: Iterable[dict[str, Any]] = (),
    *,
    without_evidence: Iterable[str] = (),
    parameters: Iterable[dict[str, Any]] = (),
    parents: Mapping[str, Sequence[str]] | None = None,
    **source: Any,
) -> dict[str, pl.DataFrame]:
    """What judging needs for these candidates; ``source`` changes the rights of theirs."""
    editions = sorted({(r["source_id"], r["edition"]) for r in rows})
    held = {r["evidence_id"]: _evidence(r) for r in rows}
    for key in without_evidence:
        del held[record_id("E", "src", key)]
    for key, named in (parents or {}).items():
        held[record_id("E", "src", key)]["parents"] = list(named)
    counts = [
        {
            "source_id": s,
            "edition": e,
            "rows_in": sum((r["source_id"], r["edition"]) == (s, e) for r in rows) + 3,
            "candidates": sum((r["source_id"], r["edition"]) == (s, e) for r in rows),
            "parameters": 2,
            "skipped": 1,
        }
        for s, e in editions
    ]
    return {
        "candidate": frame_of(CANDIDATE, rows),
        "candidate_gas": frame_of(CANDIDATE_GAS, gases),
        "evidence": frame_of(EVIDENCE, held.values()),
        "source": frame_of(SOURCE, [_source(s, e, source) for s, e in editions]),
        "parameter": frame_of(PARAMETER, parameters),
        "row_count": frame_of(ROW_COUNT, counts),
        **_reference(),
    }


def enter(decisions: Sequence[dict[str, Any]]) -> dict[str, Entry]:
    """A ledger that forgets, for judging where the ledger is not asked about."""
    return {
        d["decision_id"]: Entry(i, hashlib.sha256(canonical_json(d)).hexdigest(), d)
        for i, d in enumerate(decisions)
    }
