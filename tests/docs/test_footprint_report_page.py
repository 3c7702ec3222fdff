"""The page on development reports and gaps: what it counts is what the release holds."""

from __future__ import annotations

import re

import polars as pl

from pipelines.settings import REPOSITORY
from schemas.vocabularies import BOUNDS_ALONE

PAGE = (REPOSITORY / "docs" / "footprint_report.md").read_text("utf-8")


def test_the_gaps_it_counts_are_those_of_the_release(release_folder):
    (counted,) = re.findall(
        r"有 (\d+) 处：(\d+) 处有估计，(\d+) 处只有上下界，(\d+) 处估不出", PAGE
    )
    gaps = pl.read_parquet(release_folder / "data" / "footprint_gap.parquet")
    held = gaps.group_by("gwp_set").agg(
        every=pl.len(),
        estimated=(pl.col("estimate").is_not_null() & (pl.col("gap_basis") != BOUNDS_ALONE)).sum(),
        bounded=(pl.col("gap_basis") == BOUNDS_ALONE).sum(),
        neither=pl.col("estimate").is_null().sum(),
    )
    assert set(held.drop("gwp_set").rows()) == {tuple(map(int, counted))}
