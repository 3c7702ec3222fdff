"""The change table of a release: every change of every factor, with class, reason and effect.

Belongs here: rows of ``change`` from a comparison, the reasons and the effect on products.
Which column makes which class of change is declared in ``schemas.release``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.publish.comparison import KEYED, compare, text_of
from pipelines.publish.effect import TABLES, effect_of
from pipelines.publish.reason import Reasons, Statement
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import DECIMAL, SOURCE, Shape, require_shape
from schemas.release import CHANGE, MEANING_CLASSES
from schemas.render.frame import frame_of, ordered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.publish.effect import Effect

SHOWN = "rules/change.toml"
SHAPE: Shape = {"tier": {"large": DECIMAL, "moderate": DECIMAL}, "source": SOURCE}
# What is read of a parent release.
PARENT = (*KEYED, *TABLES, "evidence", "source")


@dataclass(frozen=True)
class TierRule:
    """Limits of the tiers of a relative change."""

    large: float
    moderate: float

    def tier(self, relative: float | None) -> str:
        """The tier of a relative change.

        Example:
            >>> rule = TierRule(0.15, 0.01)
            >>> [rule.tier(r) for r in (-0.15, 0.01, 0.001, None)]
            ['large', 'moderate', 'small', 'none']
        """
        if relative is None:
            return "none"
        size = abs(relative)
        return "large" if size >= self.large else "moderate" if size >= self.moderate else "small"


@dataclass(frozen=True)
class Changes:
    """The ``change`` rows of a release, and changes of value or meaning without a reason."""

    frame: pl.DataFrame
    unstated: tuple[tuple[str, str], ...]

    def require_reasons(self) -> None:
        """Refuse changes without a reason.

        Raises:
            FaultyData: one finding per factor and class.
        """
        if self.unstated:
            raise FaultyData([finding("E-CHG-01", value=f, found=c) for f, c in self.unstated])


def read_tier_rule(seeds: Path) -> TierRule:
    """The tier rule of a seeds folder.

    Raises:
        UnreadableInput: E-SEED-06, the file is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-09 it names no source, E-SEED-02 a tier is
            missing or no number.
    """
    block = read_toml(seeds / SHOWN, SHOWN)
    require_shape(block, SHOWN, SHAPE)
    return TierRule(float(block["tier"]["large"]), float(block["tier"]["moderate"]))


def changes_of(
    tables: Mapping[str, pl.DataFrame],
    parent: Mapping[str, pl.DataFrame] | None,
    rule: TierRule,
    statements: list[Statement],
) -> Changes:
    """Every change of a release against its parent.

    Args:
        tables: the release's tables, versions numbered.
        parent: the parent release's tables, None for the first.
        rule: limits of the tiers.
        statements: reasons stated, the first that fits holds.

    Returns:
        One row per changed column, added or withdrawn factor. The first release lists
        every factor as added.
    """
    if parent is None:
        return Changes(ordered(CHANGE, _added(tables["factor"])), ())
    found = compare(parent, tables)
    effect = effect_of(parent, tables)
    gone = set(found.withdrawn["factor_id"])
    reasons = Reasons(statements, parent, tables, frozenset(found.differences) | gone)
    rows = []
    for name, differences in found.differences.items():
        old, new = found.old[name], found.new[name]
        for d in differences:
            relative = _relative(old["value"], new["value"]) if d.column == "value" else None
            stated = reasons.of(d.change_class, old, new)
            row = _row(new, d.change_class, stated, d.column, d.old, d.new)
            row |= {"relative_change": relative, "tier": rule.tier(relative)}
            rows.append(row | (_moved(effect, name) if d.change_class in MEANING_CLASSES else {}))
    tombs = tables["factor"].filter(pl.col("factor_id").is_in(list(gone)))
    kept = tables.get("withheld_factor")
    withheld = set() if kept is None else set(kept["factor_id"])
    left = {row["factor_id"]: row for row in tombs.iter_rows(named=True)}
    for old in found.withdrawn.iter_rows(named=True):
        name = old["factor_id"]
        stated = reasons.of("withdrawn", old, left.get(name))
        # What is withheld from now on is not repeated, although it was shown before.
        shown = None if name in withheld else text_of(old["value"])
        row = _row(old, "withdrawn", stated, "*", shown, None)
        rows.append(row | _moved(effect, name))
    frame = pl.concat([_added(found.added), frame_of(CHANGE, rows)])
    return Changes(ordered(CHANGE, frame), tuple(dict.fromkeys(reasons.unstated)))


def _added(factor: pl.DataFrame) -> pl.DataFrame:
    nothing = frame_of(CHANGE, [])
    values = pl.Series([repr(v) for v in factor["value"]], dtype=pl.String)
    frame = factor.select("factor_id", "version").with_columns(
        change_class=pl.lit("added"), change_reason=pl.lit("first_publication"),
        column_name=pl.lit("*"), new_text=values, tier=pl.lit("none"),
        footprints_moved=pl.lit(0, pl.Int64), grades_moved=pl.lit(0, pl.Int64),
        products_moved=pl.lit([], pl.List(pl.String)),
        products_regraded=pl.lit([], pl.List(pl.String)),
    )  # fmt: skip
    return pl.concat([nothing, frame], how="diagonal").select(nothing.columns)


def _relative(old: float, new: float) -> float | None:
    return (new - old) / old if old else None


def _moved(effect: Effect, factor_id: str) -> dict[str, Any]:
    moved, regraded = effect.products_moved(factor_id), effect.products_regraded(factor_id)
    return {
        "footprints_moved": len(moved),
        "grades_moved": len(regraded),
        "products_moved": moved,
        "products_regraded": regraded,
    }


def _row(
    factor: Mapping[str, Any],
    change_class: str,
    stated: Statement,
    column: str,
    old: str | None,
    new: str | None,
) -> dict[str, Any]:
    return {
        "factor_id": factor["factor_id"],
        "version": factor["version"],
        "change_class": change_class,
        "change_reason": stated.reason,
        "column_name": column,
        "old_text": old,
        "new_text": new,
        "relative_change": None,
        "tier": "none",
        "successor": stated.successor,
        "footprints_moved": 0,
        "grades_moved": 0,
        "products_moved": [],
        "products_regraded": [],
        "note_zh": stated.text_zh,
        "note_en": stated.text_en,
    }
