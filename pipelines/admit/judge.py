"""Judging candidates: from what the sources yield to the published factor tables.

Belongs here: joining rules, policies, characterisation and quality into tables. Row
conservation is a promise: every candidate ends in ``factor`` or in ``refused_factor``.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.admit.characterise import co2e_by_set, variance_of_limits
from pipelines.admit.policy import decide, record_hashes
from pipelines.admit.quality import quality_of
from pipelines.admit.rules import reasons_against
from pipelines.findings import finding
from schemas.factor import FACTOR, FACTOR_CO2E, FACTOR_GAS
from schemas.judgement import REFUSED_FACTOR
from schemas.render.frame import conform, frame_of, ordered
from schemas.review import DECISION
from schemas.source import SOURCE_COUNT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipelines.admit.rulebook import Rulebook

    Enter = Callable[[Sequence[dict[str, Any]]], Mapping[str, Any]]

FIRST_VERSION = "1.0"
STATUS_OF = {"admit": "admitted", "provisional": "provisional"}


def judge(
    tables: Mapping[str, pl.DataFrame], rulebook: Rulebook, enter: Enter
) -> dict[str, pl.DataFrame]:
    """Judge every candidate; refuse aloud rather than drop in silence.

    Args:
        tables: what the sources yielded (``candidate``, ``candidate_gas``, ``evidence``,
            ``source``, ``row_count``, ``gwp``) and ``gas``, ``region``, ``licence``.
        rulebook: rules, policies and rubric.
        enter: enters decisions in the ledger and returns their entries by decision id.

    Returns:
        ``factor``, ``factor_gas``, ``factor_co2e``, ``factor_quality``, ``decision``,
        ``refused_factor``, ``source_count``; versions are ``1.0`` until a release numbers
        them against its parent.
    """
    judged = reasons_against(tables, rulebook)
    co2e = co2e_by_set(tables["candidate_gas"], tables["gwp"], tables["gas"])
    judged = _against_missing_gwp(judged, co2e)
    decisions = decide(judged, record_hashes(tables), rulebook)
    entries = enter(decisions)
    by_subject = {d["subject_id"]: d for d in decisions}
    values = _values(co2e)
    factors = [
        _factor_row(row, by_subject[row["factor_id"]], rulebook, values)
        for row in judged.iter_rows(named=True)
        if not row["reason_codes"]
    ]
    quality = quality_of(factors, rulebook, tables["region"])
    dqr = dict(zip(quality["factor_id"], quality["dqr"], strict=True))
    for row in factors:
        row["dqr"] = dqr[row["factor_id"]]
    factor = ordered(FACTOR, frame_of(FACTOR, factors))
    kept = factor.select("factor_id", "version")
    return {
        "factor": factor,
        "factor_gas": _published(FACTOR_GAS, tables["candidate_gas"], kept),
        "factor_co2e": _published(FACTOR_CO2E, co2e, kept),
        "factor_quality": quality,
        "decision": ordered(DECISION, frame_of(DECISION, _decision_rows(decisions, entries))),
        "refused_factor": _refused(judged, by_subject, tables["evidence"]),
        "source_count": _counts(tables["row_count"], judged, by_subject),
    }


def _against_missing_gwp(judged: pl.DataFrame, co2e: pl.DataFrame) -> pl.DataFrame:
    """A factor given as gases needs its CO2e under the set it names."""
    held = co2e.select("factor_id", "gwp_set").with_columns(has_co2e=True)
    lacks = (
        pl.col("value").is_null()
        & pl.col("has_co2e").is_null()
        & ~pl.col("reason_codes").list.contains("A-VAL-01")
    )
    extra = pl.when(lacks).then(pl.lit(["A-GAS-01"])).otherwise(pl.lit([], pl.List(pl.String)))
    return (
        judged.join(held, on=["factor_id", "gwp_set"], how="left")
        .with_columns(reason_codes=pl.col("reason_codes").list.concat(extra))
        .drop("has_co2e")
        .sort("factor_id")
    )


def _values(co2e: pl.DataFrame) -> dict[tuple[str, str], float]:
    """CO2e by factor and GWP set."""
    return {
        (factor_id, gwp_set): value
        for factor_id, gwp_set, value in co2e.select("factor_id", "gwp_set", "co2e").iter_rows()
    }


def _factor_row(
    row: dict[str, Any],
    decision: dict[str, Any],
    rulebook: Rulebook,
    values: dict[tuple[str, str], float],
) -> dict[str, Any]:
    kept = {name: row[name] for name in FACTOR.columns if name in row}
    if kept["value"] is None:
        kept["value"] = values[row["factor_id"], row["gwp_set"]]
        kept["flags"] = sorted({*kept["flags"], "value_from_gases"})
    # Limits give the variance; without them the one the source states stands.
    of_limits = variance_of_limits(row["lower95"], row["upper95"], rulebook.z975)
    kept["variance_ln"] = row["variance_ln"] if of_limits is None else of_limits
    return {
        **kept,
        "version": FIRST_VERSION,
        "status": STATUS_OF[decision["verdict"]],
        "review_state": "policy_checked",
        "known_from": rulebook.released_on,
        "decision_id": decision["decision_id"],
    }


def _published(table: Any, rows: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    return ordered(table, conform(table, rows.join(kept, on="factor_id", how="inner")))


def _decision_rows(
    decisions: list[dict[str, Any]], entries: Mapping[str, Any]
) -> list[dict[str, Any]]:
    return [
        {
            **decision,
            "decided_on": dt.date.fromisoformat(decision["decided_on"]),
            "ledger_index": entries[decision["decision_id"]].index,
            "leaf_hash": entries[decision["decision_id"]].leaf_hash,
        }
        for decision in decisions
    ]


def _refused(
    judged: pl.DataFrame, decisions: Mapping[str, dict[str, Any]], evidence: pl.DataFrame
) -> pl.DataFrame:
    found = {row["evidence_id"]: row for row in evidence.iter_rows(named=True)}
    rows = []
    for row in judged.filter(pl.col("reason_codes").list.len() > 0).iter_rows(named=True):
        texts = [
            finding(
                code,
                name=row["name_zh"],
                source=row["source_id"],
                until=row["authorisation_until"],
                other=row["factor_id"],
                gas="; ".join(row["flags"]),
                gwp_set=row["gwp_set"],
            )
            for code in row["reason_codes"]
        ]
        read = found.get(row["evidence_id"], {})
        rows.append(
            {
                **{n: row[n] for n in REFUSED_FACTOR.columns if n in row},
                "reasons_zh": "；".join(t.zh for t in texts),
                "reasons_en": "; ".join(t.en for t in texts),
                "text_found": read.get("text_found", "-"),
                "unit_found": read.get("unit_found", "-"),
                "decision_id": decisions[row["factor_id"]]["decision_id"],
            }
        )
    return ordered(REFUSED_FACTOR, frame_of(REFUSED_FACTOR, rows))


def _counts(
    row_count: pl.DataFrame, judged: pl.DataFrame, decisions: Mapping[str, dict[str, Any]]
) -> pl.DataFrame:
    verdicts = judged.select(
        "source_id",
        "edition",
        pl.col("factor_id").replace_strict(
            {k: d["verdict"] for k, d in decisions.items()}, return_dtype=pl.String
        ).alias("verdict"),
    )  # fmt: skip
    counted = verdicts.group_by("source_id", "edition").agg(
        (pl.col("verdict") == "admit").sum().cast(pl.Int64).alias("admitted"),
        (pl.col("verdict") == "provisional").sum().cast(pl.Int64).alias("provisional"),
        (pl.col("verdict") == "refuse").sum().cast(pl.Int64).alias("refused"),
    )
    joined = row_count.join(counted, on=["source_id", "edition"], how="left").with_columns(
        pl.col("admitted", "provisional", "refused").fill_null(0)
    )
    return ordered(SOURCE_COUNT, conform(SOURCE_COUNT, joined))
