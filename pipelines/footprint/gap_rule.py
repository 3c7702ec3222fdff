"""The rule by which gaps are weighed: ``[gap]`` of ``rules/reporting.toml``.

Belongs here: reading it. Does not belong here: weighing (``gap_weights``).
"""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.quantities.number import exact
from pipelines.tabular.toml_shape import (
    COUNT,
    POSITIVE,
    SIZE,
    SOURCE,
    TEXT,
    TEXTS,
    Each,
    Kind,
    Named,
    Shape,
    unfit,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _rows_of(*kinds: Kind) -> Callable[[object], bool]:
    """Whether a value is rows of such cells, one row at least."""

    def is_rows(value: object) -> bool:
        return (
            isinstance(value, list)
            and value != []
            and all(
                isinstance(row, list)
                and len(row) == len(kinds)
                and all(kind.fits(cell) for kind, cell in zip(kinds, row, strict=True))
                for row in value
            )
        )

    return is_rows


UNIT = Kind(
    lambda value: isinstance(value, str) and bool(re.fullmatch(r"(g|kg|t)CO2e/[^/\s]+", value)),
    '"kgCO2e/t"',
)
SHAPE: Shape = {
    "levels": COUNT,
    "least": SIZE,
    "few": {"of": Named(SIZE), "source": SOURCE},
    "upstream": Each({
        "category": TEXT, "source": SOURCE,
        "pairs": Kind(_rows_of(TEXT, POSITIVE, POSITIVE), '[["LNG", "0.07214", "0.20489"]]'),
    }),
    "treatment": Each({
        "unit": UNIT, "source": SOURCE,
        "printed": Kind(_rows_of(TEXT, TEXT, POSITIVE), '[["coal_ash", "Fly Ash", "0.02"]]'),
    }),
    "other_kind": {"of": Named(TEXTS), "source": SOURCE},
    "near": {"of": Named(TEXTS), "source": SOURCE},
    "division": {"of": Named(TEXT), "source": SOURCE},
    "closed": {"owners": SIZE, "mean_of": SIZE, "digits": SIZE, "source": SOURCE},
}  # fmt: skip


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
class Treatment:
    """What a publisher elsewhere prints for treating a waste.

    Attributes:
        flow: the waste.
        value: the figure.
        unit: its unit, CO2e by an amount of the waste.
    """

    flow: str
    value: float
    unit: str


@dataclass(frozen=True)
class GapRule:
    """How gaps are weighed.

    Attributes:
        levels: least number of levels of a category.
        least: least number of factors of a category.
        least_of: the same where a category has its own.
        upstream: shares of upstream, by category of fuel.
        treatments: published figures for treating wastes.
        other_kinds: kinds that may not serve a use but tell something of it.
        near: categories alike to a category.
        divisions: division by which the categories of a division are weighed at last.
        closed: when factors that are not public count.
    """

    levels: int
    least: int
    least_of: Mapping[str, int]
    upstream: tuple[UpstreamShare, ...]
    treatments: tuple[Treatment, ...]
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
        FaultyData: E-SEED-09, a part names no source; E-SEED-02, one is missing or of another
            kind.
    """
    if faults := unfit(block, shown, "gap.", SHAPE):
        raise FaultyData(faults)
    closed = block["closed"]
    return GapRule(
        block["levels"],
        block["least"],
        dict(block["few"]["of"]),
        tuple(UpstreamShare(one["category"], _range(one["pairs"])) for one in block["upstream"]),
        tuple(
            Treatment(flow, float(value), one["unit"])
            for one in block["treatment"]
            for flow, _, value in one["printed"]
        ),
        {use: tuple(kinds) for use, kinds in block["other_kind"]["of"].items()},
        {name: tuple(alike) for name, alike in block["near"]["of"].items()},
        dict(block["division"]["of"]),
        ClosedRule(closed["owners"], closed["mean_of"], closed["digits"]),
    )


def _range(pairs: list[list[str]]) -> tuple[float, float, float]:
    """Lowest, median and highest share of pairs of upstream and burning."""
    shares = sorted(float(exact(up) / exact(burnt)) for _, up, burnt in pairs)
    return shares[0], statistics.median(shares), shares[-1]
