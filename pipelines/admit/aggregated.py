"""Representativeness of aggregated data: the largest contributions, weighted by how much they add.

Belongs here: the 80 % rule over the lines of a result. Does not belong here: scores of single
factors (``quality``), the same mean over every line (in ``footprint``).

Source:
    EF method as in the CFIA guideline, chapter 5; PACT v3 for absolute weights.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.admit.quality import CRITERIA, WORST
from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import SOURCE, TEXT, require_shape
from schemas.aggregated import AGGREGATED_QUALITY
from schemas.render.frame import frame_of, ordered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

FILE = "rules/aggregated_quality.toml"
NEEDED = ("footprint", "footprint_line", "factor_quality")
PRODUCT = "product:"
ZERO = Decimal(0)
Scores = dict[str, Decimal]


@dataclass(frozen=True)
class AggregatedRule:
    """The share of contributions that must be covered, and the version of the rule."""

    share: Decimal
    version: str


def read_aggregated_rule(seeds: Path) -> AggregatedRule:
    """The rule of a seeds folder.

    Raises:
        UnreadableInput: the file is missing or no text.
        FaultyData: it names no source, or no share above 0 and up to 1.
    """
    block = read_toml(seeds / FILE, FILE, parse_float=Decimal)
    require_shape(block, FILE, {"version": TEXT, "source": SOURCE})
    share = block.get("share")
    if not isinstance(share, Decimal) or not ZERO < share <= 1:
        raise FaultyData(finding("E-SEED-02", file=FILE, column="share", value=share))
    return AggregatedRule(share, f"aggregated {block['version']}")


def largest(contributions: Sequence[Decimal], share: Decimal) -> Decimal:
    """The smallest absolute contribution that counts.

    Args:
        contributions: of every line.
        share: of their absolute sum that must be reached.

    Returns:
        Lines at least as large count; zero where there is nothing.

    Example:
        >>> largest([Decimal(5), Decimal(-3), Decimal(2)], Decimal("0.8"))
        Decimal('3')
        >>> largest([Decimal(5), Decimal(-3), Decimal(2)], Decimal("0.81"))
        Decimal('2')
    """
    sizes = sorted((abs(c) for c in contributions), reverse=True)
    wanted, reached = share * sum(sizes, ZERO), ZERO
    for size in sizes:
        reached += size
        if reached >= wanted:
            return size
    return ZERO


def aggregated_quality(tables: Mapping[str, pl.DataFrame], rule: AggregatedRule) -> pl.DataFrame:
    """The table ``aggregated_quality``.

    Args:
        tables: the tables of ``NEEDED``.
        rule: which contributions count.

    Returns:
        One row per result with contributions; a line of which no score is known has the worst.
    """
    factors: dict[tuple[str, str], Scores] = {
        (row["factor_id"], row["version"]): _scores(row)
        for row in tables["factor_quality"].iter_rows(named=True)
    }
    products = {
        (row["product_id"], row["gwp_set"]): _scores(row)
        for row in tables["footprint"].iter_rows(named=True)
    }
    lines: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in tables["footprint_line"].iter_rows(named=True):
        if row["contribution"]:
            lines[row["product_id"], row["gwp_set"]].append(row)
    rows = []
    for key, own in sorted(lines.items()):
        least = largest([row["contribution"] for row in own], rule.share)
        counted = [row for row in own if abs(row["contribution"]) >= least]
        total = sum((abs(row["contribution"]) for row in counted), ZERO)
        scores = {
            name: round(
                sum(
                    (abs(row["contribution"]) * _of(row, key[1], factors, products)[name]
                     for row in counted), ZERO,
                ) / total, 9,
            ) for name in CRITERIA
        }  # fmt: skip
        everything = sum((abs(row["contribution"]) for row in own), ZERO)
        rows.append(
            {
                "product_id": key[0], "gwp_set": key[1], "lines_weighed": len(counted),
                "lines_total": len(own), "share_weighed": float(round(total / everything, 9)),
                **{name: float(score) for name, score in scores.items()},
                "dqr": float(sum(scores.values(), ZERO) / len(CRITERIA)),
                "rubric_id": rule.version,
            }
        )  # fmt: skip
    return ordered(AGGREGATED_QUALITY, frame_of(AGGREGATED_QUALITY, rows))


def _scores(row: Mapping[str, Any]) -> Scores:
    return {name: Decimal(repr(row[name] if row[name] is not None else WORST)) for name in CRITERIA}


def _of(
    row: Mapping[str, Any],
    gwp_set: str,
    factors: Mapping[tuple[str, str], Scores],
    products: Mapping[tuple[str, str], Scores],
) -> Scores:
    """The scores of what serves a line; unknown is the worst, never the best."""
    provider = row["provider"] or ""
    if provider.startswith(PRODUCT):
        found = products.get((provider.removeprefix(PRODUCT), gwp_set))
    else:
        found = factors.get((row["factor_id"], row["version"]))
    return found or dict.fromkeys(CRITERIA, Decimal(WORST))
