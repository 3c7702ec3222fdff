"""What differs between two sets of factor tables: which factors, which columns, from what to what.

Belongs here: the latest version of each factor on either side, compared column by column.
Does not belong here: version numbers and reasons (``change``, ``reason``), products
(``effect``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.release import COLUMN_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KEYED = ("factor", "factor_gas", "factor_co2e", "factor_quality")
COMPARED = tuple(column for column, change_class in COLUMN_CLASSES.items() if change_class)
PRESENT = ("admitted", "provisional")


@dataclass(frozen=True)
class Difference:
    """One column of one factor that differs, as text."""

    factor_id: str
    column: str
    change_class: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Comparison:
    """Two sets of factor tables, compared.

    Attributes:
        added: rows of the new side whose factor the old side did not show.
        withdrawn: rows of the old side whose factor the new side no longer shows; the new
            side may still hold its tombstone.
        differences: by factor id, in the order of the declared columns.
        old: the old side's latest rows by factor id, of factors that differ.
        new: the new side's likewise.
    """

    added: pl.DataFrame
    withdrawn: pl.DataFrame
    differences: dict[str, list[Difference]]
    old: dict[str, dict[str, Any]]
    new: dict[str, dict[str, Any]]


def latest(factor: pl.DataFrame) -> pl.DataFrame:
    """The newest version of each factor."""
    if factor["factor_id"].is_unique().all():
        return factor
    parts = pl.col("version").str.split(".").list.eval(pl.element().cast(pl.Int64))
    return (
        factor.with_columns(parts.list.get(0).alias("__a"), parts.list.get(1).alias("__b"))
        .sort("factor_id", "__a", "__b")
        .unique("factor_id", keep="last", maintain_order=True)
        .drop("__a", "__b")
    )


def text_of(value: Any) -> str | None:
    """A cell as text: floats so that they read back equal, lists joined, null stays null."""
    if value is None:
        return None
    if isinstance(value, list):
        return ";".join(map(str, value))
    return repr(value) if isinstance(value, float) else str(value)


def compare(old: Mapping[str, pl.DataFrame], new: Mapping[str, pl.DataFrame]) -> Comparison:
    """Compare two sets of factor tables.

    Args:
        old: at least ``factor`` and ``factor_gas`` of the older side.
        new: the same of the newer side.

    Returns:
        The comparison; columns declared to say nothing about the factor itself are passed
        over. Withdrawn tombstones count as not shown.
    """
    before, after = latest(old["factor"]), latest(new["factor"])
    is_here = pl.col("status").is_in(PRESENT)
    shown_before, shown_after = before.filter(is_here), after.filter(is_here)
    added = shown_after.join(shown_before, on="factor_id", how="anti")
    withdrawn = shown_before.join(shown_after, on="factor_id", how="anti")
    both = shown_after.join(shown_before, on="factor_id", suffix="__old")
    differs = {c: both[c].ne_missing(both[f"{c}__old"]) for c in COMPARED if c in before.columns}
    gases = _changed_gases(old["factor_gas"], new["factor_gas"])
    hit = both["factor_id"].is_in(list(gases)) if gases else pl.Series([False] * both.height)
    for mask in differs.values():
        hit = hit | mask
    kept = both.filter(hit).sort("factor_id")
    found = {
        row["factor_id"]: [*_columns(row, differs.keys()), *gases.get(row["factor_id"], [])]
        for row in kept.iter_rows(named=True)
    }
    ids = pl.Series(list(found), dtype=pl.String)
    return Comparison(
        added.sort("factor_id"), withdrawn.sort("factor_id"), found,
        _rows(before, ids), _rows(after, ids),
    )  # fmt: skip


def _columns(row: dict[str, Any], columns: Any) -> Iterator[Difference]:
    for column in columns:
        was, now = row[f"{column}__old"], row[column]
        if was != now:
            yield Difference(
                row["factor_id"], column, COLUMN_CLASSES[column], text_of(was), text_of(now)
            )


def _rows(factor: pl.DataFrame, ids: pl.Series) -> dict[str, dict[str, Any]]:
    kept = factor.filter(pl.col("factor_id").is_in(ids.implode()))
    return {row["factor_id"]: row for row in kept.iter_rows(named=True)}


def _changed_gases(old: pl.DataFrame, new: pl.DataFrame) -> dict[str, list[Difference]]:
    columns = ["factor_id", "gas", "mass"]
    both = new.select(columns).join(
        old.select(columns), on=["factor_id", "gas"], how="full", suffix="__old", coalesce=True
    )
    ids = both.filter(pl.col("mass").ne_missing(pl.col("mass__old")))["factor_id"].unique()
    if ids.is_empty():
        return {}
    was, now = _gas_text(old, ids), _gas_text(new, ids)
    return {
        name: [Difference(name, "factor_gas", "value", was.get(name), now.get(name))]
        for name in ids.sort()
    }


def _gas_text(gases: pl.DataFrame, ids: pl.Series) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    kept = gases.filter(pl.col("factor_id").is_in(ids.implode())).sort("factor_id", "gas")
    for factor_id, gas, mass in kept.select("factor_id", "gas", "mass").iter_rows():
        texts.setdefault(factor_id, []).append(f"{gas}={mass!r}")
    return {name: ";".join(parts) for name, parts in texts.items()}
