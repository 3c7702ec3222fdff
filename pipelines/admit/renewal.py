"""The renewal list of a release: what loses a level of quality by age alone, and when.

Belongs here: the table ``renewal``. Does not belong here: ageing itself (``ageing``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.admit.ageing import QualityLevel, ageing, anniversary
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import SIZE, SOURCE, Shape, require_shape
from schemas.aggregated import RENEWAL
from schemas.render.frame import conform, ordered

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.admit.rulebook import Rulebook

FILE = "rules/review.toml"
SHAPE: Shape = {"renewal": {"years": SIZE, "source": SOURCE}}


def read_renewal_years(seeds: Path) -> int:
    """How many years ahead the list of a seeds folder looks.

    Raises:
        UnreadableInput: the file is missing or no text.
        FaultyData: the rule names no years or no source.
    """
    top = read_toml(seeds / FILE, FILE)
    require_shape(top, FILE, SHAPE)
    return int(top["renewal"]["years"])


def renewal_list(
    factor: pl.DataFrame,
    region: pl.DataFrame,
    rulebook: Rulebook,
    levels: tuple[QualityLevel, ...],
    years: int,
) -> pl.DataFrame:
    """The table ``renewal``.

    Args:
        factor: (n) rows of ``factor``.
        region: the ``region`` table.
        rulebook: rubric and the date of the release.
        levels: levels of the overall rating.
        years: how far ahead the list looks.

    Returns:
        (m) factors that cross a level within the years, sorted by key.
    """
    until = anniversary(rulebook.released_on, years)
    shown = factor.filter(pl.col("status").is_in(["admitted", "provisional"]))
    aged = ageing(shown, region, rulebook, levels, until).filter("crosses_level")
    listed = aged.rename({"level": "quality_level", "level_then": "quality_level_then"})
    dated = listed.with_columns(aged_from=pl.lit(rulebook.released_on), aged_until=pl.lit(until))
    return ordered(RENEWAL, conform(RENEWAL, dated))
