"""Which factors lose representativeness by the calendar alone, and when.

Belongs here: quality now and at a later date by the same rubric, the level of a rating, the
day on which a factor next gets worse. Does not belong here: the rubric itself (``quality``),
what depends on those factors (asked of a release).
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from pipelines.admit.quality import quality_of
from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.tabular.text_table import read_rows

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.admit.rulebook import Rulebook

SHOWN = "rules/quality_level.csv"
COLUMNS = ("level", "limit", "inclusion", "name_zh", "name_en", "citation")
KEY = ["factor_id", "version"]


@dataclass(frozen=True)
class QualityLevel:
    """A level of the overall rating: the largest rating it takes, and whether that is in it."""

    level: int
    limit: float
    includes_limit: bool
    name_zh: str
    name_en: str


def read_quality_levels(seeds: Path) -> tuple[QualityLevel, ...]:
    """The levels of a seeds folder, best first.

    Raises:
        UnreadableInput: E-SEED-06, the file is missing or no text.
        FaultyData: E-SEED-04, a column is missing; E-SEED-09, a level names no source;
            E-USEC-03, limits do not rise or an inclusion is not stated.
    """
    rows = read_rows(seeds / SHOWN, needed=COLUMNS, name=SHOWN, filled=True)
    faults = []
    before = 0.0
    for row in rows:
        if not row["citation"]:
            faults.append(finding("E-SEED-09", file=SHOWN, row=row.number, column="citation"))
        limit = _number(row["limit"])
        is_whole = row["level"].isdecimal() and row["inclusion"] in {"<", "<="}
        if not is_whole or not limit > before:
            faults.append(finding("E-USEC-03", file=SHOWN, row=row.number, column="limit"))
        before = limit
    if faults:
        raise FaultyData(faults)
    return tuple(
        QualityLevel(
            int(r["level"]), float(r["limit"]), r["inclusion"] == "<=", r["name_zh"], r["name_en"]
        )
        for r in rows
    )


def _number(text: str) -> float:
    """The figure in a cell; what is none is no number, which is larger than nothing."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def level_of(dqr: pl.Expr, levels: tuple[QualityLevel, ...]) -> pl.Expr:
    """The level of a rating, as an expression; above the last limit it is the last level."""
    found = pl.lit(levels[-1].level)
    for level in reversed(levels):
        within = dqr <= level.limit if level.includes_limit else dqr < level.limit
        found = pl.when(within).then(pl.lit(level.level)).otherwise(found)
    return found


def anniversary(day: dt.date, years: int) -> dt.date:
    """The same day of a later year; the 29th of February becomes the 1st of March.

    Example:
        >>> anniversary(dt.date(2020, 2, 29), 3)
        datetime.date(2023, 3, 1)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


def ageing(
    factor: pl.DataFrame,
    region: pl.DataFrame,
    rulebook: Rulebook,
    levels: tuple[QualityLevel, ...],
    then: dt.date,
) -> pl.DataFrame:
    """Factors whose scores get worse between the rulebook's date and another.

    Args:
        factor: (n) rows of ``factor``.
        region: the ``region`` table.
        rulebook: rubric and the date of the release.
        levels: levels of the overall rating.
        then: the later date.

    Returns:
        (m) rows sorted by key: factor_id, version, tir, tir_then, dqr, dqr_then, level,
        level_then, crosses_level, next_loss (the day of the first loss after the release).
    """
    now = quality_of(factor, rulebook, region)
    later = quality_of(factor, replace(rulebook, released_on=then), region)
    both = now.join(later, on=KEY, suffix="_then").with_columns(
        level=level_of(pl.col("dqr"), levels), level_then=level_of(pl.col("dqr_then"), levels)
    )
    ends = factor.select(*KEY, "data_end")
    limits = sorted(int(r.limit) for r in rulebook.rubric if r.condition == "age_years")

    def next_loss(end: dt.date) -> dt.date | None:
        days = (anniversary(end, years) for years in limits)
        return next((day for day in days if day > rulebook.released_on), None)

    return (
        both.filter(pl.col("tir_then") > pl.col("tir"))
        .join(ends, on=KEY)
        .with_columns(
            crosses_level=pl.col("level_then") > pl.col("level"),
            next_loss=pl.col("data_end").map_elements(next_loss, return_dtype=pl.Date),
        )
        .select(
            *KEY, "tir", "tir_then", "dqr", "dqr_then", "level", "level_then", "crosses_level",
            "next_loss",
        )
        .sort(KEY)
    )  # fmt: skip
