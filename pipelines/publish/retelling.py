"""Rows that speak of closed factors in passing: runners-up of a choice, notes of a review.

Belongs here: taking the mention out and keeping the row. Does not belong here: which factors
are closed, and their own rows (``classes``).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def retold(
    tables: Mapping[str, pl.DataFrame], ids: list[str]
) -> dict[str, tuple[pl.DataFrame, pl.DataFrame]]:
    """Tables that speak of factors in passing: public rows without closed ones, and the rest.

    A line keeps its choice and loses the closed factors among those that were not chosen.

    Args:
        tables: rows by table name.
        ids: the closed factors.

    Returns:
        Public and closed rows, by table.
    """
    parts = {}
    if "plausibility" in tables:
        hit = pl.col("checked_id").is_in(ids) | pl.any_horizontal(
            pl.col(text).str.contains_any(ids) for text in ("flag_zh", "flag_en")
        )
        rows = tables["plausibility"]
        parts["plausibility"] = rows.filter(~hit), rows.filter(hit)
    for name, named in (("balance", "balanced_id"), ("opinion", "subject_id"),
                        ("revision", "subject_id")):  # fmt: skip
        if name in tables:
            hit = pl.col(named).is_in(ids)
            parts[name] = tables[name].filter(~hit), tables[name].filter(hit)
    if "footprint_line" in tables:
        rows = tables["footprint_line"]
        speaks = pl.col("runners_up").fill_null("").str.contains_any(ids)
        public = rows.with_columns(
            pl.when(speaks)
            .then(pl.col("runners_up").map_elements(_without(set(ids)), return_dtype=pl.String))
            .otherwise("runners_up")
            .alias("runners_up")
        )
        parts["footprint_line"] = public, rows.filter(speaks)
    return parts


def _without(ids: set[str]) -> Callable[[str], str]:
    def public(text: str) -> str:
        kept = [one for one in json.loads(text) if one.get("factor_id") not in ids]
        return json.dumps(kept, ensure_ascii=False, sort_keys=True)

    return public
