"""Representativeness of factors for their own declared scope, by the rubric in seeds.

Belongs here: TeR, GeR, TiR, P and their mean. Unknown is always the worst score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.admit.judged import CRITERIA as JUDGED
from pipelines.admit.judged import NOT_JUDGED
from schemas.judgement import FACTOR_QUALITY
from schemas.render.frame import conform, ordered

if TYPE_CHECKING:
    import datetime as dt

    from pipelines.admit.rulebook import RubricRow, Rulebook

CRITERIA = ("ter", "ger", "tir", "precision_score")
WORST = 5
KIND = "region_kind"


def _is_young(row: RubricRow, released_on: dt.date) -> pl.Expr:
    """Ages are counted in calendar years; of 29 February the year ends on the 28th."""
    comes_of_age = pl.col("data_end").dt.offset_by(f"{row.limit}y")
    at = pl.lit(released_on)
    return at <= comes_of_age if row.inclusion == "<=" else at < comes_of_age


def fits(row: RubricRow, released_on: dt.date) -> pl.Expr:
    """Whether the condition of a rubric row holds, as an expression over factors.

    Args:
        row: a rubric row; ``limit`` is a whole number of years or a list separated by ``;``.
        released_on: the date at which ages are measured.

    Returns:
        A boolean, never null, over the columns of ``factor`` and ``region_kind``.
    """
    listed = row.limit.split(";")
    tests = {
        "otherwise": lambda: pl.lit(value=True),
        "age_years": lambda: _is_young(row, released_on),
        "region_kind": lambda: pl.col(KIND).is_in(listed),
        "has_route": lambda: (
            (pl.col("route").fill_null("") != "") | (pl.col("technology").fill_null("") != "")
        ),
        "has_flow": lambda: pl.col("flow_id").fill_null("") != "",
        "derivation": lambda: pl.col("derivation").is_in(listed),
    }
    return tests[row.condition]().fill_null(value=False)


def scores(rulebook: Rulebook) -> list[pl.Expr]:
    """The columns of ``factor_quality`` without the key, as expressions over factors.

    The first row of the rubric that fits decides each score; without one it is the worst.
    """
    found, zh, en = [], [], []
    for criterion in CRITERIA:
        score = pl.lit(float(WORST))
        in_zh = pl.lit(f"{criterion} {WORST}：无适用细则")
        in_en = pl.lit(f"{criterion} {WORST}: no row fits")
        rows = [r for r in rulebook.rubric if r.criterion == criterion]
        for row in reversed(rows):
            is_fit = fits(row, rulebook.released_on)
            told = f"{criterion} {row.score}"
            score = pl.when(is_fit).then(pl.lit(float(row.score))).otherwise(score)
            in_zh = pl.when(is_fit).then(pl.lit(f"{told}：{row.reason_zh}")).otherwise(in_zh)
            in_en = pl.when(is_fit).then(pl.lit(f"{told}: {row.reason_en}")).otherwise(in_en)
        found.append(score.alias(criterion))
        zh.append(in_zh)
        en.append(in_en)
    return [
        *found,
        (pl.sum_horizontal(found) / len(CRITERIA)).alias("dqr"),
        pl.lit(rulebook.rubric[0].rubric_id if rulebook.rubric else "none").alias("rubric_id"),
        pl.concat_str(zh, separator="；").alias("reasons_zh"),
        pl.concat_str(en, separator="; ").alias("reasons_en"),
    ]


def quality_of(factors: pl.DataFrame, rulebook: Rulebook, region: pl.DataFrame) -> pl.DataFrame:
    """The ``factor_quality`` rows of factors.

    Args:
        factors: (n) rows of the ``factor`` table; ``dqr`` need not be there yet.
        rulebook: holds the rubric and the date.
        region: the ``region`` table.

    Returns:
        (n) rows sorted by factor; rigour and traceability are not judged here.
    """
    unjudged = {
        **{name: pl.lit(NOT_JUDGED) for name in JUDGED},
        **{f"{name}_evidence": pl.lit(None, pl.String) for name in JUDGED},
        "judged_by": pl.lit([], pl.List(pl.String)),
    }
    scored = (
        factors.join(region.select("region_code", KIND), on="region_code", how="left")
        .select("factor_id", "version", *scores(rulebook))
        .with_columns(**unjudged)
    )
    return ordered(FACTOR_QUALITY, conform(FACTOR_QUALITY, scored))
