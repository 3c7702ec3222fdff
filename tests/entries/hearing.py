"""What fires on planted rows: the checks that speak, each with the record it speaks of.

Belongs here: running a batch through an entry as a user's rows run, and listening. Does not
belong here: making the batch (``plant``), what must fire (``test_every_check_fires``).
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.admit import Rulebook, judge
from pipelines.admit.plausibility import NEEDED, plausibility_of
from pipelines.admit.plausibility.limits import read_plausibility_limits
from pipelines.admit.policy import record_hashes
from pipelines.admit.quality import quality_of
from pipelines.admit.reviewed import SUBMITTED, Reviews
from pipelines.desk.candidates import tables_of_rows
from pipelines.desk.check import Checked
from pipelines.ingest.gather import gather
from pipelines.ingest.reference import Lookups
from pipelines.ingest.seed_folder import read_editions
from schemas import ALL_TABLES
from schemas.candidate import CANDIDATE, CANDIDATE_GAS
from schemas.factor import FACTOR, FACTOR_GAS
from schemas.parameter import PARAMETER
from schemas.reference import GWP
from schemas.render.frame import empty, frame_of
from schemas.render.pandera import breaches_of, broken_references
from schemas.source import EVIDENCE, ROW_COUNT, SOURCE
from schemas.table import Table
from tests.admit.samples import GWPS, enter
from tests.conftest import SEEDS
from tests.desk.handed_in import checked, grid, known, xlsx
from tests.entries import harvested, plant
from tests.entries.plant import OTHER_ID, SOURCE_ID, Planted, id_of

Tables = dict[str, pl.DataFrame]
Heard = set[tuple[str, str]]
SCORES = ("ter", "ger", "tir", "precision_score")
# A carbon content of diesel, so that its CO2 has a bound.
CARBON = {"parameter_id": "P" + "A" * 12, "parameter_kind": "carbon_content",
          "parameter_unit": "tC/TJ", "parameter_value": 20.2, "flow_id": "diesel"}  # fmt: skip


def library(reference: Tables, folder: Path, lookups: Lookups, rows: list[Planted]) -> Tables:
    """What stands in the library already: reference tables, GWPs, another source."""
    gwps = [{"gwp_set": s, "gas": g, "gwp100": v} for s, held in GWPS.items()
            for g, v in held.items()]  # fmt: skip
    path = harvested.folder_of(folder / OTHER_ID, OTHER_ID, {"open": plant.elsewhere(rows)})
    other = [harvested.SOURCE.read(e, lookups, {}).tables() for e in read_editions(path)]
    return {
        **gather(other), **reference, "gwp": frame_of(GWP, gwps),
        "parameter": frame_of(PARAMETER, [CARBON]),
    }  # fmt: skip


def joined(held: Tables, given: Tables) -> Tables:
    """The library with what is handed in."""
    more = ("candidate", "candidate_gas", "evidence", "source", "row_count")
    made = {**held, **{n: pl.concat([held[n], given[n]]) for n in more}}
    made["flow"] = pl.concat([held["flow"], given["flow"]]) if "flow" in given else held["flow"]
    return made | {n: given[n] for n in ("process", "exchange") if n in given}


def made(tables: Tables, rulebook: Rulebook, reviews: Reviews) -> Tables:
    """The tables that judging makes, and the flags of the suite."""
    judged = judge(tables, rulebook, enter, reviews)
    given = {**{n: empty(ALL_TABLES[n]) for n in NEEDED}, **tables, **judged}
    return judged | {"plausibility": plausibility_of(given, read_plausibility_limits(SEEDS))}


# How a broken contract names its rules.
_BREACH = re.compile(r"\bcandidate(?:_gas)?\.[A-Za-z0-9_.+-]+")


def said(tables: Tables, rulebook: Rulebook, reviews: Reviews) -> Heard:
    """Everything said of records once they are read: admission, scores, suite, gate."""
    judged = made(tables, rulebook, reviews)
    told: Heard = {
        (code, row["factor_id"])
        for row in judged["refused_factor"].iter_rows(named=True)
        for code in row["reason_codes"]
    }
    told |= {
        (check, row["factor_id"])
        for row in judged["refused_factor"].iter_rows(named=True)
        if "A-ROW-01" in row["reason_codes"]
        for check in _BREACH.findall(row["reasons_en"])
    }
    for row in judged["factor_quality"].iter_rows(named=True):
        told |= {(f"quality.{n}.{row[n]:.0f}", row["factor_id"]) for n in SCORES}
    suite = judged["plausibility"].select("check_code", "checked_id")
    told |= set(suite.iter_rows())
    for table, name in ((FACTOR, "candidate"), (FACTOR_GAS, "candidate_gas")):
        frame = judged[table.name]
        told |= broken(table, frame, {**tables, **judged}, name, frame["factor_id"].to_list())
    return told


def scored(candidate: pl.DataFrame, region: pl.DataFrame, rulebook: Rulebook) -> Heard:
    """The scores of every row, those of rows that are not admitted too."""
    rows = candidate.with_columns(version=pl.lit("1.0"))
    scores = quality_of(rows, rulebook, region).iter_rows(named=True)
    return {(f"quality.{n}.{row[n]:.0f}", row["factor_id"]) for row in scores for n in SCORES}


def broken(table: Table, frame: pl.DataFrame, others: Tables, name: str, ids: list[str]) -> Heard:
    """What a contract says of a frame, of the first rows that break each rule."""
    told: Heard = set()
    for b in [*breaches_of(table, frame), *broken_references(table, frame, others)]:
        column = "" if b.column == "*" or b.rule == "key" else f".{b.column}"
        told |= {(f"{name}{column}.{b.rule}", ids[row]) for row in b.first_rows}
    return told


def from_source(held: Tables, lookups: Lookups, folder: Path, rows: dict[str, Any]) -> Tables:
    """The tables of a source whose editions hold these rows."""
    editions: dict[str, dict[str, Any]] = {"open": {}, harvested.ENDED: {}}
    for key, row in rows.items():
        editions[harvested.ENDED if row["ended"] else "open"][key] = row
    path = harvested.folder_of(folder / SOURCE_ID, SOURCE_ID, editions)
    several = [harvested.SOURCE.read(e, lookups, {}).tables() for e in read_editions(path)]
    brought = {n: pl.concat([one[n] for one in several]) for n in ("process", "exchange")}
    return joined(held, {**gather(several), **brought})


def frames_of(rows: dict[str, Any]) -> tuple[Tables, list[str], list[str]]:
    """Rows as frames, with the key of every candidate and of every gas."""
    made: dict[str, list[dict[str, Any]]] = {"c": [], "g": [], "e": [], "p": [], "x": []}
    keys: list[str] = []
    gas_keys: list[str] = []
    for key, row in rows.items():
        source, edition = SOURCE_ID, harvested.ENDED if row["ended"] else "open"
        evidence = plant.record_id("E", SOURCE_ID, edition, key)
        candidate = {
            "record_key": key, "factor_id": id_of(key), "evidence_id": evidence,
            "source_id": f"{SUBMITTED}-planted" if row["submitted"] else source,
            "edition": edition, "licence": "CC0-1.0", "data_class": "public",
            "authorisation_scope": "public", "data_origin": "secondary", "core_data": False,
            "delivery_scope": "not_applicable", "location_type": "not_stated",
            "uncertainty_kind": "none", "flags": [], "product_codes": [],
            **harvested.typed(row["fields"]),
        }  # fmt: skip
        copies = 2 if row["twin"] else 1
        made["c"] += [candidate] * copies
        keys += [key] * copies
        if not row["no_evidence"]:
            made["e"].append(
                {"evidence_id": evidence, "source_id": source, "edition": edition,
                 "text_found": "2.50", "unit_found": "kg", "parents": row["parents"]}
            )  # fmt: skip
        for gas in row["gases"]:
            numbers = {k: float(v) if v is not None and k.startswith("mass") else v
                       for k, v in gas.items()}  # fmt: skip
            made["g"].append({"factor_id": id_of(key), "evidence_id": evidence, **numbers})
            gas_keys.append(key)
        for process, exchanges in row["processes"]:
            made["p"].append(process)
            made["x"] += exchanges
    tables = {
        "candidate": frame_of(CANDIDATE, made["c"]),
        "candidate_gas": frame_of(CANDIDATE_GAS, made["g"]),
        "evidence": frame_of(EVIDENCE, made["e"]), "source": _sources(),
        "row_count": empty(ROW_COUNT), "process": frame_of(ALL_TABLES["process"], made["p"]),
        "exchange": frame_of(ALL_TABLES["exchange"], made["x"]),
    }  # fmt: skip
    return tables, keys, gas_keys


def _sources() -> pl.DataFrame:
    rights = {"licence": "CC0-1.0", "authorisation_scope": "public", "data_class": "public",
              "onward_publication": True}  # fmt: skip
    return frame_of(SOURCE, [
        {**rights, "source_id": s, "edition": e,
         "authorisation_until": dt.date(2020, 1, 1) if e == harvested.ENDED else None}
        for s, e in ((SOURCE_ID, "open"), (SOURCE_ID, harvested.ENDED),
                     (f"{SUBMITTED}-planted", "open"))
    ])  # fmt: skip


def decided(tables: Tables, keys: dict[str, str]) -> Reviews:
    """What people decided: of the records planted for it, otherwise admit."""
    hashes = dict(record_hashes(tables).iter_rows())
    decisions = {}
    for key, factor_id in keys.items():
        if key == "A-REV-02" or factor_id not in hashes:
            continue
        hashed = "0" * 64 if key == "A-REV-01" else hashes[factor_id]
        verdict = "refuse" if key == "A-REV-03" else "admit"
        decisions[factor_id] = {
            "decision_id": plant.record_id("D", factor_id), "subject_id": factor_id,
            "record_hash": hashed, "verdict": verdict, "decision_kind": "person",
            "policy_id": "admission-review", "roles": ["steward-02"], "reason_codes": [],
            "decided_on": "2026-03-02", "rule_version": "review",
        }  # fmt: skip
    return Reviews(decisions=decisions)


_RULE = re.compile(r"\bR-[A-Z]+-[0-9]+\b")


def of_workbook(several: list[Planted]) -> tuple[Checked, set[tuple[str, str]]]:
    """A workbook with every planted row, checked; (code, record key) of what was found."""
    answers = plant.answers_of(several)
    found = checked("planted.xlsx", xlsx(grid(*(row for _, row in answers))))
    told = set()
    for one in found.findings:
        row = one.place.get("row")
        if isinstance(row, int) and row >= 3:
            key = answers[row - 3][0]
            told.add((one.code, key))
            rule = _RULE.search(one.en)
            if one.code == "E-FIG-18" and rule:
                told.add((f"candidate.{rule[0]}", key))
    return found, told


def after_the_desk(
    held: Tables, found: Checked, rulebook: Rulebook
) -> tuple[set[tuple[str, str]], dict[str, str]]:
    """What is said of a workbook's good rows once a person has decided; ids by record key."""
    tables = tables_of_rows(found.sheets["factor"], known().flows, found.origin, good_only=True)
    both = joined(held, tables)
    keys = dict(tables["candidate"].select("record_key", "factor_id").iter_rows())
    return said(both, rulebook, decided(both, keys)), keys
