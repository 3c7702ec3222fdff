"""Planted rows as they are handed in at each entry.

Belongs here: reading ``planted.csv`` and making of it a workbook's rows, a source's rows and
frames. Does not belong here: hearing what fires (``hearing``).
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.identity import record_id
from tests.desk.handed_in import good_row
from tests.entries.harvested import OTHER_ID, SOURCE_ID, typed

HERE = Path(__file__).parent
ENTRIES = ("workbook", "source", "python")
GOOD: dict[str, Any] = {
    "factor_kind": "direct_ef", "flow_id": "diesel", "category_id": "energy.fuel.oil",
    "route": "stationary", "value": 2.5, "value_convention": "direct", "value_unit": "kgCO2e",
    "reference_unit": "GJ", "gwp_set": "AR5", "boundary": "activity", "region_code": "CN",
    "data_start": "2024-01-01", "data_end": "2024-12-31", "derivation": "measured",
    "confidence": "high",
}  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """One planted fault.

    Attributes:
        check: the check it is planted for; the record's key as well.
        row: what a source hands in or a frame holds: ``fields``, ``gases``, ``parents``, and
            ``more`` rows that the fault needs beside it.
        cells: what is typed into the template.
        told: by entry, the code that fires instead, because the same fault is met earlier.
        cannot: by entry, why the fault cannot be there (a reason of ``impossible.csv``).
    """

    check: str
    row: dict[str, Any]
    cells: dict[str, str]
    told: dict[str, str]
    cannot: dict[str, str]


def planted() -> list[Planted]:
    """The planted rows, one per declared check."""
    return [
        Planted(
            row["check"],
            json.loads(row["row"] or "{}"),
            json.loads(row["cells"] or "{}"),
            {e: row[f"{e}_told"] for e in ENTRIES if row[f"{e}_told"]},
            {e: row[f"{e}_cannot"] for e in ENTRIES if row[f"{e}_cannot"]},
        )
        for row in _csv("planted.csv")
    ]


def reasons() -> dict[str, tuple[str, str]]:
    """Why an entry makes a fault impossible, by code, in both languages."""
    return {r["reason"]: (r["reason_zh"], r["reason_en"]) for r in _csv("impossible.csv")}


def _csv(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def id_of(key: str, source: str = SOURCE_ID) -> str:
    """The id of a planted row's factor."""
    return record_id("F", source, key)


def rows_of(entry: str, several: list[Planted]) -> dict[str, dict[str, Any]]:
    """By key, what is handed in as records: the planted rows, those beside them, a good one."""
    made = {"good": record("good", {})}
    for one in several:
        if entry in one.cannot:
            continue
        made[one.check] = record(one.check, one.row)
        for number, fields in enumerate(one.row.get("more", [])):
            made[f"{one.check}/{number}"] = record(f"{one.check}/{number}", {"fields": fields})
    return made


def record(key: str, row: dict[str, Any]) -> dict[str, Any]:
    """One record, good but for what the row changes."""
    names = {"name_zh": f"柴油 {key}", "name_en": f"diesel {key}"}
    return {
        "fields": {**GOOD, **names, **row.get("fields", {})},
        "gases": row.get("gases", []),
        "parents": [id_of(parent) for parent in row.get("parents", [])],
        "no_evidence": "no_evidence" in row,
        "processes": [_process(key, row["process"])] if "process" in row else [],
        "ended": "ended" in row,
        "submitted": "submitted" in row,
        "twin": "twin" in row,
    }


def _process(key: str, amounts: dict[str, float]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A unit process of one tonne with these exchanges in kg; its id is the planted row's."""
    named = {"process_id": id_of(key), "version": "1.0"}
    return (
        {**named, "name_zh": "过程", "reference_amount": 1.0, "reference_flow_unit": "t"},
        [{**named, "line": str(n), "direction": d, "amount": a, "amount_unit": "kg"}
         for n, (d, a) in enumerate(amounts.items())],
    )  # fmt: skip


def elsewhere(several: list[Planted]) -> dict[str, dict[str, Any]]:
    """What another source says beside the planted rows."""
    return {
        one.check: record(one.check, {"fields": one.row["elsewhere"]})
        for one in several
        if "elsewhere" in one.row
    }


def answers_of(several: list[Planted]) -> list[tuple[str, dict[str, str]]]:
    """The rows of a workbook with their keys: a good one, the planted ones, those beside them."""
    made = [("good", _answers("good", {}))]
    for one in several:
        if "workbook" in one.cannot:
            continue
        row = _answers(one.check, one.cells)
        made.append((one.check, row))
        beside, _, values = one.cells.get("more", "").partition(":")
        for number, value in enumerate(values.split(",") if values else []):
            key = f"{one.check}/{number}"
            made.append((key, {**row, "record_key": key, **_beside(beside, value)}))
        if "twin" in one.cells:
            made.append((one.check, {**row, "technology": "twin"}))
    return made


def _beside(name: str, value: str) -> dict[str, str]:
    if name != "year":
        return {name: value}
    return {
        "name_zh": f"{value}年石灰", "data_start": f"{value}-01-01",
        "data_end": f"{value}-12-31", "reference_year": value, "value": "0.58",
    }  # fmt: skip


def _answers(key: str, cells: dict[str, str]) -> dict[str, str]:
    changed = {k: v for k, v in cells.items() if k not in {"more", "twin"}}
    return {**good_row(1), "record_key": key, "technology": f"设备 {key}", **changed}


__all__ = ["OTHER_ID", "SOURCE_ID", "typed"]
