"""The rule by which gaps are weighed: ``[gap]`` of ``rules/reporting.toml``.

Belongs here: reading it. Does not belong here: weighing (``gap_weights``).
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.quantities.number import exact

if TYPE_CHECKING:
    from collections.abc import Mapping

PARTS = ("other_kind", "near", "division", "few", "closed")


@dataclass(frozen=True)
class ClosedRule:
    """When factors that are not public may count in an estimate.

    Attributes:
        owners: fewest owners of such factors.
        mean_of: owners whose values each published figure is a mean of.
        digits: significant digits of a published figure.
    """

    owners: int
    mean_of: int
    digits: int


@dataclass(frozen=True)
class UpstreamShare:
    """Upstream of the fuels of a category over what burning them emits.

    Attributes:
        category: the category, what is below it included.
        range: lowest, median and highest published share.
    """

    category: str
    range: tuple[float, float, float]


@dataclass(frozen=True)
class GapRule:
    """How gaps are weighed.

    Attributes:
        levels: least number of levels of a category.
        least: least number of factors of a category.
        least_of: the same where a category has its own.
        upstream: shares of upstream, by category of fuel.
        other_kinds: kinds that may not serve a use but tell something of it.
        near: categories alike to a category.
        divisions: division by which the categories of a division are weighed at last.
        closed: when factors that are not public count.
    """

    levels: int
    least: int
    least_of: Mapping[str, int]
    upstream: tuple[UpstreamShare, ...]
    other_kinds: Mapping[str, tuple[str, ...]]
    near: Mapping[str, tuple[str, ...]]
    divisions: Mapping[str, str]
    closed: ClosedRule


def gap_rule_of(block: Mapping[str, Any], shown: str) -> GapRule:
    """The rule from its part of the file.

    Args:
        block: ``[gap]``.
        shown: the file, as faults name it.

    Raises:
        FaultyData: E-SEED-09, a part is missing or names no source.
    """
    unsourced = [f"gap.{name}" for name in PARTS if not block.get(name, {}).get("source")]
    shares = block.get("upstream", [])
    unsourced += [f"gap.upstream {n}" for n, one in enumerate(shares, 1) if not one.get("source")]
    if unsourced:
        raise FaultyData([finding("E-SEED-09", file=shown, column=name) for name in unsourced])
    closed = block["closed"]
    return GapRule(
        int(block["levels"]),
        int(block["least"]),
        {name: int(count) for name, count in block["few"]["of"].items()},
        tuple(UpstreamShare(one["category"], _range(one["pairs"])) for one in shares),
        {use: tuple(kinds) for use, kinds in block["other_kind"]["of"].items()},
        {name: tuple(alike) for name, alike in block["near"]["of"].items()},
        dict(block["division"]["of"]),
        ClosedRule(int(closed["owners"]), int(closed["mean_of"]), int(closed["digits"])),
    )


def _range(pairs: list[list[str]]) -> tuple[float, float, float]:
    """Lowest, median and highest share of pairs of upstream and burning."""
    shares = sorted(float(exact(up) / exact(burnt)) for _, up, burnt in pairs)
    return shares[0], statistics.median(shares), shares[-1]
