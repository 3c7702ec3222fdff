"""Versions and changes of factors against the parent release.

Belongs here: when a version number rises and by how much, the change table with its
classes, reasons and tiers. Which column makes which class of change is declared in
``schemas.release``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import FaultyData
from pipelines.findings import finding
from schemas.release import CHANGE, COLUMN_CLASSES, MEANING_CLASSES
from schemas.render.frame import frame_of, ordered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEYED = ("factor", "factor_gas", "factor_co2e", "factor_quality")
FIRST = "1.0"


@dataclass(frozen=True)
class TierRule:
    """Limits of the tiers of a relative change."""

    large: float
    moderate: float


def read_tier_rule(seeds: Path) -> TierRule:
    """The tier rule of a seeds folder.

    Raises:
        FaultyData: it names no source.
    """
    block = tomllib.loads((seeds / "rules" / "change.toml").read_text("utf-8"))
    if not str(block.get("source", "")).strip():
        raise FaultyData(finding("E-SEED-09", file="rules/change.toml", column="tier"))
    return TierRule(float(block["tier"]["large"]), float(block["tier"]["moderate"]))


def _gas_text(gases: pl.DataFrame) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    for row in gases.sort("factor_id", "gas").iter_rows(named=True):
        texts.setdefault(row["factor_id"], []).append(f"{row['gas']}={row['mass']!r}")
    return {name: ";".join(parts) for name, parts in texts.items()}


def _latest(factor: pl.DataFrame) -> dict[str, dict[str, Any]]:
    rows = factor.with_columns(
        pl.col("version").str.split(".").list.eval(pl.element().cast(pl.Int64)).alias("__v")
    ).sort("factor_id", pl.col("__v").list.get(0), pl.col("__v").list.get(1))
    return {row["factor_id"]: row for row in rows.drop("__v").iter_rows(named=True)}


def differences(
    old: Mapping[str, Any], new: Mapping[str, Any], old_gases: str, new_gases: str
) -> list[tuple[str, str, str, str]]:
    """The columns in which two versions of a factor differ.

    Returns:
        ``(column, change class, old text, new text)``; columns declared to say nothing
        about the factor itself are passed over.
    """
    found = []
    for column, change_class in COLUMN_CLASSES.items():
        if change_class and old.get(column) != new.get(column):
            found.append((column, change_class, _text(old.get(column)), _text(new.get(column))))
    if old_gases != new_gases:
        found.append(("factor_gas", "value", old_gases, new_gases))
    return found


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(map(str, value))
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def number_versions(
    tables: Mapping[str, pl.DataFrame], parent: Mapping[str, pl.DataFrame] | None
) -> dict[str, pl.DataFrame]:
    """The factor tables with versions numbered against the parent release.

    Same content keeps its version and the day it was first known; a change of value or
    meaning raises the first number, any other change the second.

    Args:
        tables: ``factor`` and its companions, all at version 1.0.
        parent: the same tables of the parent release, None for the first.

    Returns:
        The tables with new version numbers; others are untouched.
    """
    if parent is None:
        return dict(tables)
    before = _latest(parent["factor"])
    old_gases, new_gases = _gas_text(parent["factor_gas"]), _gas_text(tables["factor_gas"])
    versions: dict[str, str] = {}
    known: dict[str, Any] = {}
    supersedes: dict[str, str] = {}
    for row in tables["factor"].iter_rows(named=True):
        name = row["factor_id"]
        old = before.get(name)
        if old is None:
            continue
        found = differences(old, row, old_gases.get(name, ""), new_gases.get(name, ""))
        if not found:
            versions[name], known[name] = old["version"], old["known_from"]
            if old["supersedes"]:
                supersedes[name] = old["supersedes"]
            continue
        major, minor = map(int, old["version"].split("."))
        is_meaning = any(change_class in MEANING_CLASSES for _, change_class, _, _ in found)
        versions[name] = f"{major + 1}.0" if is_meaning else f"{major}.{minor + 1}"
        supersedes[name] = f"{name}@{old['version']}"
    numbered = {
        name: tables[name].with_columns(
            pl.col("factor_id").replace_strict(versions, default=FIRST, return_dtype=pl.String)
            .alias("version")
        )
        for name in KEYED
    }  # fmt: skip
    numbered["factor"] = numbered["factor"].with_columns(
        known_from=pl.coalesce(
            pl.col("factor_id").replace_strict(known, default=None, return_dtype=pl.Date),
            pl.col("known_from"),
        ),
        supersedes=pl.col("factor_id").replace_strict(
            supersedes, default=None, return_dtype=pl.String
        ),
    )
    return {**tables, **numbered}


def change_table(
    tables: Mapping[str, pl.DataFrame],
    parent: Mapping[str, pl.DataFrame] | None,
    rule: TierRule,
    reasons: Mapping[str, str],
) -> pl.DataFrame:
    """The ``change`` table of a release.

    Args:
        tables: the release's tables, versions numbered.
        parent: the parent release's tables, None for the first.
        rule: limits of the tiers.
        reasons: change reason by factor id where a person or a correction stated one.

    Returns:
        One row per changed column, added or withdrawn factor. The first release lists
        every factor as added.
    """
    before = _latest(parent["factor"]) if parent else {}
    old_gases = _gas_text(parent["factor_gas"]) if parent else {}
    new_gases = _gas_text(tables["factor_gas"])
    used = _uses(tables.get("footprint_line"))
    rows = []
    for name, row in sorted(_latest(tables["factor"]).items()):
        old = before.get(name)
        moved = len(used.get(name, ()))
        if old is None:
            first = "first_publication"
            rows.append(_row(row, "added", first, "*", None, _text(row["value"]), None, "none", 0))
            continue
        for column, change_class, was, now in differences(
            old, row, old_gases.get(name, ""), new_gases.get(name, "")
        ):
            relative = _relative(old["value"], row["value"]) if column == "value" else None
            reason = reasons.get(name, _default_reason(change_class, old, row))
            tier = _tier(relative, rule)
            hits = moved if change_class in MEANING_CLASSES else 0
            rows.append(_row(row, change_class, reason, column, was, now, relative, tier, hits))
    for name in sorted(before.keys() - set(tables["factor"]["factor_id"])):
        old = before[name]
        reason = reasons.get(name, "source_update")
        rows.append(_row(old, "withdrawn", reason, "*", _text(old["value"]), None, None, "none", 0))
    return ordered(CHANGE, frame_of(CHANGE, rows))


def _uses(lines: pl.DataFrame | None) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    if lines is not None:
        used = lines.filter(pl.col("factor_id").is_not_null())
        for factor_id, product_id in used.select("factor_id", "product_id").iter_rows():
            found.setdefault(factor_id, set()).add(product_id)
    return found


def _default_reason(change_class: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    if change_class == "gwp":
        return "gwp_set"
    return "source_update" if old["edition"] != new["edition"] else "revision"


def _relative(old: float, new: float) -> float | None:
    return (new - old) / old if old else None


def _tier(relative: float | None, rule: TierRule) -> str:
    if relative is None:
        return "none"
    size = abs(relative)
    return "large" if size >= rule.large else "moderate" if size >= rule.moderate else "small"


def _row(
    factor: Mapping[str, Any],
    change_class: str,
    reason: str,
    column: str,
    old: str | None,
    new: str | None,
    relative: float | None,
    tier: str,
    moved: int,
) -> dict[str, Any]:
    return {
        "factor_id": factor["factor_id"],
        "version": factor["version"],
        "change_class": change_class,
        "change_reason": reason,
        "column_name": column,
        "old_text": old,
        "new_text": new,
        "relative_change": relative,
        "tier": tier,
        "footprints_moved": moved,
        "grades_moved": 0,
    }
