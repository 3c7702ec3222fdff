"""What is looked over once the tables of grading are written: disclosure and drift.

Belongs here: checks of published rows against each other and against the release before.
Does not belong here: the tests before publication (``benchmarks``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.grade.benchmarks import WITHOUT_OWNERS
from pipelines.grade.disclosure import rounded

if TYPE_CHECKING:
    from pipelines.grade.disclosure import DisclosureRule


def broken_disclosure(
    benchmark: pl.DataFrame, threshold: pl.DataFrame, rule: DisclosureRule
) -> list[str]:
    """Rules whose published limits break the disclosure rule.

    Args:
        benchmark: the table ``benchmark``.
        threshold: the table ``grade_threshold``.
        rule: the disclosure rule.

    Returns:
        Ids of grade rules, sorted; empty when every limit may stand.
    """
    shown = threshold.filter(pl.col("upper_limit").is_not_null())
    limits: dict[str, list[float]] = {}
    for name, limit in shown.sort("rule_id", "position").select("rule_id", "upper_limit").rows():
        limits.setdefault(name, []).append(limit)
    found = set()
    for row in benchmark.filter(pl.col("method") == "quantile").iter_rows(named=True):
        given = limits.get(row["rule_id"], [])
        if not given:
            continue
        is_coarse = all(rounded(x, rule.significant_digits) == x for x in given)
        is_protected = row["population_kind"] in WITHOUT_OWNERS or (
            row["owners"] >= max(rule.minimum_owners, row["owners_needed"])
            and row["largest_owner_share"] < min(rule.largest_below, row["largest_below"])
            and row["two_largest_share"] < rule.two_largest_below
        )
        if not (is_coarse and is_protected):
            found.add(row["rule_id"])
    return sorted(found)


def drifted(threshold: pl.DataFrame, before: pl.DataFrame | None, limit: float) -> list[str]:
    """Rules a limit of which moved since the release before, without a new version.

    Args:
        threshold: the table ``grade_threshold``.
        before: the same of the release before, None when there is none.
        limit: relative move that counts.

    Returns:
        Ids of grade rules, sorted.
    """
    if before is None:
        return []
    key = ["rule_id", "rule_version_no", "position"]
    both = threshold.join(before.select(*key, old="upper_limit"), on=key)
    moved = both.filter((pl.col("upper_limit") - pl.col("old")).abs() > limit * pl.col("old").abs())
    return sorted(set(moved["rule_id"]))
