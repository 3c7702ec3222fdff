"""Every reason against a candidate factor, set-based, each with its code.

Belongs here: rules over candidates, their gases, evidence and source rights. Does not
belong here: what follows when no reason stands (``policy``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.admit.rulebook import Rulebook

IDENTITY = (
    "source_id", "flow_id", "name_en", "region_code", "route", "technology", "data_start",
    "data_end", "factor_kind", "boundary", "delivery_scope", "reference_unit", "value_unit",
    "edition",
)  # fmt: skip
NOT_STATED_FLAG = "gwp_not_stated"
# Scopes under which a single figure may be passed on to everybody.
OPEN_SCOPES = ("public", "figures_only")
SOURCE_COLUMNS = ("onward_publication", "authorisation_until", "is_redistributable")


def with_rights(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The candidates with the rights of their source beside them."""
    rights = tables["source"].select(
        "source_id",
        "edition",
        "onward_publication",
        "authorisation_until",
        pl.col("data_class").alias("source_class"),
    )
    licence = tables["licence"].select("licence", "is_redistributable")
    with_gas = tables["candidate_gas"].select("factor_id").unique().with_columns(has_gas=True)
    return (
        tables["candidate"]
        .join(rights, on=["source_id", "edition"], how="left")
        .join(licence, on="licence", how="left")
        .join(with_gas, on="factor_id", how="left")
        .join(
            tables["evidence"].select("evidence_id").with_columns(has_evidence=True),
            on="evidence_id",
            how="left",
        )
        .with_columns(
            # What is not known gives no right.
            pl.col("has_gas", "has_evidence", "onward_publication", "is_redistributable").fill_null(
                value=False
            )
        )
    )


def conditions(rulebook: Rulebook) -> dict[str, pl.Expr]:
    """Reason code to the condition under which it stands against a candidate."""
    by_flag = {
        code: pl.any_horizontal(
            [
                pl.col("flags").list.contains(flag)
                for flag, c in rulebook.refused_flags.items()
                if c == code
            ]
        )
        for code in sorted(set(rulebook.refused_flags.values()))
    }
    return {
        **by_flag,
        "A-GWP-01": pl.col("gwp_set").is_null(),
        "A-GWP-02": (pl.col("gwp_set") == "not_stated")
        & (
            ~pl.col("source_id").is_in(sorted(rulebook.not_stated_sources))
            | ~pl.col("flags").list.contains(NOT_STATED_FLAG)
        ),
        "A-EVI-01": ~pl.col("has_evidence"),
        "A-RIGHT-01": ~pl.col("onward_publication")
        | ~pl.col("is_redistributable")
        | (pl.col("data_class") != "public")
        | (pl.col("source_class") != "public").fill_null(value=True)
        | ~pl.col("authorisation_scope").is_in(OPEN_SCOPES),
        "A-RIGHT-02": pl.col("authorisation_until") < rulebook.released_on,
        "A-CONF-01": ~pl.col("confidence").is_in(
            sorted({c for p in rulebook.policies for c in p.confidence})
        ),
        "A-CORE-01": pl.col("core_data") & pl.col("methodology_url").is_null(),
        "A-VAL-01": pl.col("value").is_null() & ~pl.col("has_gas"),
        "A-SIGN-01": (pl.col("value") < 0) & (pl.col("factor_kind") != "removal_factor"),
        "A-DUP-01": pl.int_range(pl.len()).over(IDENTITY) > 0,
    }


def reason_order(rulebook: Rulebook) -> tuple[str, ...]:
    """Every code that may stand, in the order in which codes stand in a row."""
    return (*conditions(rulebook), "A-GAS-01")


def reasons_against(tables: Mapping[str, pl.DataFrame], rulebook: Rulebook) -> pl.DataFrame:
    """Every reason that stands against each candidate.

    Args:
        tables: ``candidate``, ``candidate_gas``, ``evidence``, ``source``, ``licence``.
        rulebook: the rules.

    Returns:
        (n) the candidates sorted by id, with ``reason_codes`` (a list, empty when nothing
        stands against them) and ``authorisation_until``.
    """
    checks = conditions(rulebook)
    judged = (
        with_rights(tables)
        .sort("factor_id")
        .with_columns(
            reason_codes=pl.concat_list(
                [
                    pl.when(expression.fill_null(value=False)).then(pl.lit(code))
                    for code, expression in checks.items()
                ]
            ).list.drop_nulls()
        )
    )
    return judged.drop(
        "onward_publication", "is_redistributable", "has_gas", "has_evidence", "source_class"
    )
