"""Every reason against a candidate factor, set-based, each with its code.

Belongs here: rules over candidates, their gases, evidence, source rights and parents. Does
not belong here: what follows when no reason stands (``policy``), how a reason is worded
(``refusal``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.admit.gases import MAY_BE_NEGATIVE, declared_rounding, gas_facts
from pipelines.admit.plausibility.identity import gases_are_off, parts_are_off, parts_total
from pipelines.admit.repetition import parents_not_admitted, repetitions
from pipelines.admit.reviewed import (
    NOTHING_REVIEWED,
    REVIEW_CODES,
    review_conditions,
    with_reviews,
)
from pipelines.admit.rights import (
    OPEN_SCOPES,
    PUBLIC,
    inherited_rights,
    source_rights,
)
from pipelines.admit.row_contract import breaches_by_row
from pipelines.admit.uncertainty import STATED, stated_variance
from schemas.candidate import CANDIDATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.admit.reviewed import Reviews
    from pipelines.admit.rulebook import Rulebook

NOT_STATED_FLAG = "gwp_not_stated"
# Set by a source whose message states all components, off by more than its figures are rounded.
PARTS_DIFFER = "components_differ_from_total"
REMOVAL, UPTAKE = "removal_factor", "biogenic_uptake"
# Of a sum of doubles, so that a value that is nothing but its removals is not below them.
ROUNDING = 1e-9
# What is emitted at the activity is not less than nothing, gas by gas.
AT_THE_ACTIVITY = ("direct_ef", "energy_indirect_ef")
NUMBERS = tuple(f.name for f in CANDIDATE if f.kind == "number")
NOT_FINITE, REPEATS, PARENT_OUT = "A-VAL-02", "A-DUP-01", "A-PAR-01"


def with_facts(
    tables: Mapping[str, pl.DataFrame], co2e: pl.DataFrame, rulebook: Rulebook
) -> pl.DataFrame:
    """The candidates with what the rules ask about beside them, sorted by id."""
    evidence = tables["evidence"].select("evidence_id").with_columns(has_evidence=True)
    lets = tables["licence"].select("licence", "is_redistributable")
    known = (
        tables["candidate"]
        .sort("factor_id")
        .join(source_rights(tables), on=["source_id", "edition"], how="left", maintain_order="left")
        .join(lets, on="licence", how="left", maintain_order="left")
        .join(gas_facts(tables, co2e), on="factor_id", how="left", maintain_order="left")
        .join(evidence, on="evidence_id", how="left", maintain_order="left")
        .join(
            stated_variance(tables["candidate"], rulebook.uncertainty),
            on=list(STATED),
            how="left",
            maintain_order="left",
        )
        .join(
            inherited_rights(tables, rulebook), on="factor_id", how="left", maintain_order="left"
        )
        .with_columns(
            # What is not known gives no right.
            pl.col(
                "has_gas", "has_evidence", "onward_publication", "is_redistributable",
                "has_negative_emission", "has_endless_gas",
            ).fill_null(value=False),
            total_of_parts=parts_total(),
        )
    )  # fmt: skip
    published = known.select(
        pl.coalesce("value", "co2e").alias("value") if name == "value" else name
        for name in CANDIDATE.columns
    )
    return known.join(
        breaches_by_row(published, tables), on="factor_id", how="left", maintain_order="left"
    ).join(
        declared_rounding(tables, rulebook.sums.places),
        on="factor_id", how="left", maintain_order="left",
    )  # fmt: skip


def conditions(rulebook: Rulebook) -> dict[str, pl.Expr]:
    """Reason code to the condition under which it stands against a candidate by itself."""
    flagged: dict[str, list[pl.Expr]] = {
        code: [] for code in sorted(rulebook.refused_flags.values())
    }
    for flag, code in rulebook.refused_flags.items():
        flagged[code].append(pl.col("flags").list.contains(flag))
    return {
        **{code: pl.any_horizontal(found) for code, found in flagged.items()},
        "A-GWP-01": pl.col("gwp_set").is_null(),
        "A-GWP-02": (pl.col("gwp_set") == "not_stated")
        & (
            ~pl.col("source_id").is_in(sorted(rulebook.not_stated_sources))
            | ~pl.col("flags").list.contains(NOT_STATED_FLAG)
        ),
        "A-EVI-01": ~pl.col("has_evidence"),
        "A-RIGHT-01": ~pl.col("onward_publication")
        | ~pl.col("is_redistributable")
        | (pl.col("data_class") != PUBLIC)
        | (pl.col("source_class") != PUBLIC).fill_null(value=True)
        | ~pl.col("authorisation_scope").is_in(OPEN_SCOPES),
        "A-RIGHT-02": pl.col("authorisation_until") < rulebook.released_on,
        "A-RIGHT-03": pl.col("closed_parent").is_not_null(),
        "A-CONF-01": ~pl.col("confidence")
        .is_in(sorted({c for p in rulebook.policies for c in p.confidence}))
        .fill_null(value=False),
        "A-CORE-01": pl.col("core_data") & pl.col("methodology_url").is_null(),
        "A-VAL-01": pl.col("value").is_null() & ~pl.col("has_gas"),
        NOT_FINITE: pl.any_horizontal(~pl.col(name).is_finite() for name in NUMBERS)
        | pl.col("has_endless_gas"),
        "A-SIGN-01": _is_below_nothing(),
        "A-UNC-01": pl.col("uncertainty_fault").is_not_null(),
        "A-EST-01": (pl.col("derivation") == "estimated") & _is_blank("note_zh"),
        "A-GAS-01": pl.col("value").is_null()
        & pl.col("gases_lacking").is_not_null()
        & ~pl.col("has_endless_gas"),
        "A-PLA-03": parts_are_off(rulebook.sums.parts)
        | pl.col("flags").list.contains(PARTS_DIFFER),
        "A-PLA-04": gases_are_off(rulebook.sums.gases, pl.col("sum_rounding").fill_null(0.0)),
        "A-ROW-01": pl.col("breach").is_not_null(),
    }


def _is_blank(column: str) -> pl.Expr:
    return pl.col(column).fill_null("").str.strip_chars() == ""


def _is_below_nothing() -> pl.Expr:
    """Less than nothing emitted, beyond what removals and uptake take away."""
    value, convention = pl.coalesce("value", "co2e"), pl.col("value_convention")
    taken = {n: pl.min_horizontal(pl.col(n).fill_null(0.0), pl.lit(0.0)) for n in MAY_BE_NEGATIVE}
    removed = pl.sum_horizontal(taken[name] for name in MAY_BE_NEGATIVE if name != UPTAKE)
    taken_away = (
        pl.when(convention == "including_uptake")
        .then(removed + taken[UPTAKE])
        .when(convention == "excluding_uptake")
        .then(removed)
        .otherwise(0.0)
    )
    of_gases = pl.col("has_negative_emission") & (
        pl.col("factor_kind").is_in(AT_THE_ACTIVITY) | (value < 0)
    )
    of_value = (pl.col("value") < 0) & (pl.col("value") < taken_away * (1 + ROUNDING))
    return (of_gases | of_value) & (pl.col("factor_kind") != REMOVAL)


def reason_order(rulebook: Rulebook) -> tuple[str, ...]:
    """Every code that may stand, in the order in which codes stand in a row."""
    return (*conditions(rulebook), *REVIEW_CODES, REPEATS, PARENT_OUT)


def reasons_against(
    tables: Mapping[str, pl.DataFrame],
    co2e: pl.DataFrame,
    rulebook: Rulebook,
    hashes: pl.DataFrame,
    reviews: Reviews = NOTHING_REVIEWED,
) -> pl.DataFrame:
    """Every reason that stands against each candidate.

    Args:
        tables: ``candidate``, ``candidate_gas``, ``parameter``, ``evidence``, ``source``,
            ``licence``, ``gas``, ``gwp``.
        co2e: CO2e of the candidates given as gases, by GWP set.
        rulebook: the rules.
        hashes: factor_id, record_hash of exactly what is judged.
        reviews: what people decided.

    Returns:
        (n) the candidates sorted by id, with ``reason_codes`` (a list, empty when nothing
        stands against them) and what the words of the reasons name.
    """
    checks = {**conditions(rulebook), **review_conditions(reviews)}
    known = (
        with_reviews(with_facts(tables, co2e, rulebook), hashes, reviews)
        .with_columns(e.fill_null(value=False).alias(code) for code, e in checks.items())
        .with_columns(has_reason=pl.any_horizontal(list(checks)))
    )
    known = parents_not_admitted(repetitions(known), tables)
    codes = reason_order(rulebook)
    stands = pl.concat_list(pl.when(code).then(pl.lit(code)) for code in codes)
    # Lists are made only where something stands: that is the dear part of it.
    refused = known.filter(pl.any_horizontal(codes)).select(
        "factor_id", stands.list.drop_nulls().alias("reason_codes")
    )
    return (
        known.drop("has_reason", *codes)
        .join(refused, on="factor_id", how="left", maintain_order="left")
        .with_columns(pl.col("reason_codes").fill_null(pl.lit([], pl.List(pl.String))))
    )
