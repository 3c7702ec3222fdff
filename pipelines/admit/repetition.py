"""What the other candidates say against one: it repeats another, or rests on a refused one.

Belongs here: reasons that need the whole set of candidates and what stands against them.
Does not belong here: reasons a candidate has by itself (``rules``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.admit.rights import parents_of

if TYPE_CHECKING:
    from collections.abc import Mapping

IDENTITY = (
    "source_id", "flow_id", "name_en", "region_code", "route", "technology", "data_start",
    "data_end", "factor_kind", "boundary", "delivery_scope", "reference_unit", "value_unit",
    "gwp_set", "edition",
)  # fmt: skip


def repetitions(known: pl.DataFrame) -> pl.DataFrame:
    """Mark the candidates that say again what another says.

    Of those alike, the one against which nothing stands is kept (the first by id); where
    something stands against all of them, the first by id.

    Args:
        known: candidates sorted by id, with ``has_reason``.

    Returns:
        The candidates in the same order with ``A-DUP-01`` and ``repeated``, the id of the
        one that is kept.
    """
    alike = known.select("factor_id", "has_reason", *IDENTITY).with_columns(
        size=pl.len().over(IDENTITY)
    )
    kept = (
        alike.filter(pl.col("size") > 1)
        .sort("has_reason", "factor_id")
        .with_columns(repeated=pl.col("factor_id").first().over(IDENTITY))
        .filter(pl.col("repeated") != pl.col("factor_id"))
        .select("factor_id", "repeated")
    )
    return known.join(kept, on="factor_id", how="left", maintain_order="left").with_columns(
        pl.col("repeated").is_not_null().alias("A-DUP-01")
    )


def parents_not_admitted(known: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Mark the candidates one of whose parents is itself a candidate that is refused.

    Args:
        known: candidates with ``has_reason`` and ``A-DUP-01``.
        tables: ``candidate``, ``parameter``, ``evidence``.

    Returns:
        The candidates in the same order with ``A-PAR-01`` and ``refused_parent``.
    """
    links = parents_of(tables).select(pl.col("record_id").alias("factor_id"), "parent_id")
    out = known.filter(pl.col("has_reason") | pl.col("A-DUP-01")).select("factor_id")
    while True:
        resting = (
            links.join(out, left_on="parent_id", right_on="factor_id", how="semi")
            .group_by("factor_id")
            .agg(pl.col("parent_id").min().alias("refused_parent"))
        )
        wider = pl.concat([out, resting.select("factor_id")]).unique()
        if wider.height == out.height:
            break
        out = wider
    return known.join(resting, on="factor_id", how="left", maintain_order="left").with_columns(
        pl.col("refused_parent").is_not_null().alias("A-PAR-01")
    )
