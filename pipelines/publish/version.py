"""Version numbers of factors against the parent release.

Belongs here: when a version number rises and by how much, and the promise that one version
never says two things. Does not belong here: what differs (``comparison``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import Conflict
from pipelines.findings import finding
from pipelines.publish.comparison import KEYED, Difference, compare, latest
from schemas.release import MEANING_CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST = "1.0"


def raised(version: str, differences: list[Difference]) -> str:
    """The version after some differences.

    A change of value or meaning raises the first number, any other the second.

    Example:
        >>> raised("1.2", [Difference("F", "value", "value", "1.0", "2.0")])
        '2.0'
        >>> raised("1.2", [Difference("F", "name_zh", "metadata", "a", "b")]), raised("1.2", [])
        ('1.3', '1.2')
    """
    if not differences:
        return version
    major, minor = map(int, version.split("."))
    if any(d.change_class in MEANING_CLASSES for d in differences):
        return f"{major + 1}.0"
    return f"{major}.{minor + 1}"


def number_versions(
    tables: Mapping[str, pl.DataFrame], parent: Mapping[str, pl.DataFrame] | None
) -> dict[str, pl.DataFrame]:
    """The factor tables with versions numbered against the parent release.

    Same content keeps its version and the day it was first known.

    Args:
        tables: ``factor`` and its companions, one version of each factor.
        parent: the same tables of the parent release, None for the first.

    Returns:
        The tables with new version numbers; others are untouched.
    """
    if parent is None:
        return dict(tables)
    found = compare(parent, tables).differences
    before = latest(parent["factor"])
    versions = {name: raised(v, found.get(name, [])) for name, v in _old_versions(before, found)}
    link = before.select(
        "factor_id",
        pl.col("version").alias("__was"),
        pl.col("known_from").alias("__known"),
        pl.col("supersedes").alias("__supersedes"),
    )
    changed = pl.DataFrame(
        {"factor_id": list(versions), "__now": list(versions.values())},
        schema={"factor_id": pl.String, "__now": pl.String},
    )
    numbered: dict[str, pl.DataFrame] = {}
    for name in KEYED:
        joined = (
            tables[name]
            .join(link, on="factor_id", how="left", maintain_order="left")
            .join(changed, on="factor_id", how="left", maintain_order="left")
        )
        stands = pl.col("__now").is_null() & pl.col("__was").is_not_null()
        joined = joined.with_columns(
            version=pl.coalesce("__now", "__was", pl.lit(FIRST)),
        )
        if name == "factor":
            joined = joined.with_columns(
                known_from=pl.when(stands).then("__known").otherwise("known_from"),
                supersedes=pl.when(stands).then("__supersedes").when(
                    pl.col("__now").is_not_null()
                ).then(pl.col("factor_id") + "@" + pl.col("__was")).otherwise(None),
            )  # fmt: skip
        numbered[name] = joined.select(tables[name].columns)
    return {**tables, **numbered}


def _old_versions(before: pl.DataFrame, found: dict[str, Any]) -> list[tuple[str, str]]:
    ids = pl.Series(list(found), dtype=pl.String)
    kept = before.filter(pl.col("factor_id").is_in(ids.implode()))
    return list(kept.select("factor_id", "version").iter_rows())


def require_versions(
    tables: Mapping[str, pl.DataFrame], parent: Mapping[str, pl.DataFrame] | None
) -> None:
    """Refuse versions that were numbered against another head than the one that stands.

    Raises:
        Conflict: a factor's version does not follow the head's.
    """
    given = tables["factor"].select("factor_id", "version")
    wanted = number_versions(tables, parent)["factor"].select(
        "factor_id", pl.col("version").alias("wanted")
    )
    if parent is None:
        wanted = given.select("factor_id", pl.lit(FIRST).alias("wanted"))
    off = given.join(wanted, on="factor_id").filter(pl.col("version") != pl.col("wanted"))
    if not off.is_empty():
        raise Conflict(
            [
                finding("E-REL-11", value=name, found=has, expected=[want])
                for name, has, want in off.sort("factor_id").iter_rows()
            ]
        )
