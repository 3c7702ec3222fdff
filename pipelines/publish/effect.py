"""What a change of a factor moves: the footprints that use it and the classes they get.

Belongs here: which products use which factor, whose result or class differs between two
releases. Does not belong here: why (``reason``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLES = ("footprint", "footprint_line", "grade")


@dataclass(frozen=True)
class Effect:
    """Which products use a factor, whose footprint moved, whose class moved.

    Attributes:
        uses: product ids by factor id, on either side.
        moved: products whose footprint differs, came or went.
        regraded: products whose class differs, came or went.
    """

    uses: dict[str, frozenset[str]]
    moved: frozenset[str]
    regraded: frozenset[str]

    def products_moved(self, factor_id: str) -> list[str]:
        """Products that use the factor and whose footprint moved, sorted."""
        return sorted(self.uses.get(factor_id, frozenset()) & self.moved)

    def products_regraded(self, factor_id: str) -> list[str]:
        """Products that use the factor and whose class moved, sorted."""
        return sorted(self.uses.get(factor_id, frozenset()) & self.regraded)


def effect_of(old: Mapping[str, pl.DataFrame] | None, new: Mapping[str, pl.DataFrame]) -> Effect:
    """The effect of all changes between two releases.

    Args:
        old: ``footprint``, ``footprint_line``, ``grade`` of the older release, None before
            the first.
        new: the same of the newer one.
    """
    if old is None or any(name not in old for name in TABLES):
        return Effect(_uses(new), frozenset(), frozenset())
    uses: dict[str, frozenset[str]] = _uses(old)
    for name, products in _uses(new).items():
        uses[name] = uses.get(name, frozenset()) | products
    return Effect(
        uses,
        _differing(old, new, "footprint", ["product_id", "gwp_set"], ["footprint_value"]),
        _differing(old, new, "grade", ["product_id", "rule_id"], ["label", "is_withheld"]),
    )


def _uses(tables: Mapping[str, pl.DataFrame]) -> dict[str, frozenset[str]]:
    lines = tables.get("footprint_line")
    if lines is None:
        return {}
    used = lines.filter(pl.col("factor_id").is_not_null()).select("factor_id", "product_id")
    grouped = used.unique().group_by("factor_id").agg("product_id")
    return {name: frozenset(products) for name, products in grouped.iter_rows()}


def _differing(
    old: Mapping[str, pl.DataFrame],
    new: Mapping[str, pl.DataFrame],
    table: str,
    key: list[str],
    columns: list[str],
) -> frozenset[str]:
    was, now = (side[table].select(*key, *columns, there=pl.lit(1)) for side in (old, new))
    both = was.join(now, on=key, how="full", suffix="__new", coalesce=True)
    differs = pl.any_horizontal(
        pl.col(c).ne_missing(pl.col(f"{c}__new")) for c in (*columns, "there")
    )
    return frozenset(both.filter(differs)["product_id"])
