"""Judging candidates: from what the sources yield to the published factor tables.

Belongs here: joining rules, policies, characterisation and quality into tables. Row
conservation is a promise: every candidate ends in ``factor`` or in ``refused_factor``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.admit.characterise import co2e_by_set, variance_of_limits
from pipelines.admit.gases import finite_gases
from pipelines.admit.judged import with_judgements
from pipelines.admit.policy import decide, record_hashes
from pipelines.admit.quality import quality_of
from pipelines.admit.refusal import refused_factors
from pipelines.admit.reviewed import NOTHING_REVIEWED, REVIEWED, with_people
from pipelines.admit.rights import ORDER, strictest_of
from pipelines.admit.rules import reason_order, reasons_against
from schemas.factor import FACTOR, FACTOR_CO2E, FACTOR_GAS
from schemas.render.frame import conform, ordered
from schemas.review import DECISION
from schemas.source import SOURCE_COUNT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipelines.admit.reviewed import Reviews
    from pipelines.admit.rulebook import Rulebook
    from schemas.table import Table

    Enter = Callable[[Sequence[dict[str, Any]]], Mapping[str, Any]]

FIRST_VERSION = "1.0"
STATUS_OF = {"admit": "admitted", "provisional": "provisional"}
COUNTED = {**STATUS_OF, "refuse": "refused"}
OF_GASES = "value_from_gases"
CHECKED = "policy_checked"


def judge(
    tables: Mapping[str, pl.DataFrame],
    rulebook: Rulebook,
    enter: Enter,
    reviews: Reviews = NOTHING_REVIEWED,
) -> dict[str, pl.DataFrame]:
    """Judge every candidate; refuse aloud rather than drop in silence.

    Args:
        tables: what the sources yielded (``candidate``, ``candidate_gas``, ``evidence``,
            ``parameter``, ``source``, ``row_count``, ``gwp``) and ``gas``, ``region``,
            ``licence``.
        rulebook: rules, policies and rubric.
        enter: enters decisions in the ledger and returns their entries by decision id.
        reviews: what people decided; a candidate that people handed in and nobody decided
            is held back.

    Returns:
        ``factor``, ``factor_gas``, ``factor_co2e``, ``factor_quality``, ``decision``,
        ``refused_factor``, ``source_count``; versions are ``1.0`` until a release numbers
        them against its parent.
    """
    co2e = co2e_by_set(finite_gases(tables["candidate_gas"]), tables["gwp"], tables["gas"])
    hashes = record_hashes(tables)
    judged = reasons_against(tables, co2e, rulebook, hashes, reviews)
    decided = with_people(decide(judged, hashes, rulebook), reviews)
    entries = enter(decided.to_dicts())
    judged = judged.join(
        decided.select(
            pl.col("subject_id").alias("factor_id"), "decision_id", "verdict", "decision_kind"
        ),
        on="factor_id",
    )
    factors = _factors(judged, rulebook)
    quality = quality_of(factors, rulebook, tables["region"])
    scored = factors.join(quality.select("factor_id", "dqr"), on="factor_id")
    factor = ordered(FACTOR, conform(FACTOR, _with_undeclared(FACTOR, scored)))
    kept = factor.select("factor_id", "version")
    return {
        "factor": factor,
        "factor_gas": _published(FACTOR_GAS, tables["candidate_gas"], kept),
        "factor_co2e": _published(FACTOR_CO2E, co2e, kept),
        "factor_quality": with_judgements(quality, factors, reviews, rulebook.judgements),
        "decision": _decisions(decided, entries),
        "refused_factor": refused_factors(judged, tables["evidence"], reason_order(rulebook)),
        "source_count": _counts(tables["row_count"], judged),
    }


def _factors(judged: pl.DataFrame, rulebook: Rulebook) -> pl.DataFrame:
    """Candidates against which nothing stands, as factors without their rating."""
    kept = judged.filter(pl.col("reason_codes").list.len() == 0)
    # Limits give the variance; without them the one the source states stands.
    limits = kept.select("lower95", "upper95").iter_rows()
    of_limits = [variance_of_limits(low, high, rulebook.uncertainty.z975) for low, high in limits]
    is_of_gases = pl.col("value").is_null()
    more = pl.col("flags").list.concat(pl.lit([OF_GASES])).list.unique().list.sort()
    return kept.with_columns(
        pl.coalesce("value", "co2e").alias("value"),
        pl.when(is_of_gases).then(more).otherwise("flags"),
        pl.coalesce(
            pl.Series("variance_ln", of_limits, pl.Float64), "variance_ln", "variance_stated"
        ),
        *(strictest_of(name) for name in ORDER),
        pl.lit(FIRST_VERSION).alias("version"),
        pl.col("verdict").replace_strict(STATUS_OF, return_dtype=pl.String).alias("status"),
        pl.when(pl.col("decision_kind") == "person")
        .then(pl.lit(REVIEWED))
        .otherwise(pl.lit(CHECKED))
        .alias("review_state"),
        pl.lit(rulebook.released_on).alias("known_from"),
    )


def _with_undeclared(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with columns that nobody fills before a review as nulls."""
    return rows.with_columns(
        pl.lit(None).alias(f.name) for f in table if f.name not in rows.columns
    )


def _published(table: Table, rows: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    return ordered(table, conform(table, rows.join(kept, on="factor_id")))


def _decisions(decided: pl.DataFrame, entries: Mapping[str, Any]) -> pl.DataFrame:
    """The decisions with the place of each in the ledger."""
    entered = [entries[one] for one in decided["decision_id"]]
    rows = decided.with_columns(
        pl.col("decided_on").str.to_date(),
        pl.Series("ledger_index", [entry.index for entry in entered], pl.Int64),
        pl.Series("leaf_hash", [entry.leaf_hash for entry in entered], pl.String),
    )
    return ordered(DECISION, conform(DECISION, rows))


def _counts(row_count: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    counted = judged.group_by("source_id", "edition").agg(
        (pl.col("verdict") == verdict).sum().cast(pl.Int64).alias(name)
        for verdict, name in COUNTED.items()
    )
    joined = row_count.join(counted, on=["source_id", "edition"], how="left").with_columns(
        pl.col(*COUNTED.values()).fill_null(0)
    )
    return ordered(SOURCE_COUNT, conform(SOURCE_COUNT, joined))
