"""Who stands behind a population: owners, their weight, how much one of them moves.

Belongs here: counting owners instead of rows, dominance, the effective number, the
influence of leaving one owner out. Does not belong here: thresholds (``disclosure``).
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.grade.threshold import population_quantiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.grade.population import Member
    from pipelines.grade.rule import GradeRule


@dataclass(frozen=True)
class Owners:
    """Who stands behind a population.

    Attributes:
        count: number of owners.
        largest: weight of the largest owner.
        two_largest: weight of the two largest.
        effective: number of owners of equal weight with the same concentration.
    """

    count: int
    largest: float
    two_largest: float
    effective: float


def owners_of(members: Sequence[Member], *, weighted: bool = True) -> Owners:
    """Number of owners and their weight.

    Args:
        members: the population; members without an owner count for nothing.
        weighted: whether limits are weighted by output. When they are not, an owner also
            weighs by its rows, since it moves the limits by its rows; the larger counts.

    Source:
        Effective number: L. Kish, Survey Sampling (1965), ``(sum w)^2 / sum w^2``.

    Example:
        >>> from pipelines.grade.population import Member
        >>> m = [Member(str(i), o, 1.0, "u", "", "", "", None, 1.0) for i, o in enumerate("aab")]
        >>> found = owners_of(m)
        >>> found.count, round(found.largest, 3), round(found.effective, 2)
        (2, 0.667, 1.8)
    """
    output: dict[str, float] = defaultdict(float)
    rows: dict[str, float] = defaultdict(float)
    for member in members:
        if member.owner_id:
            output[member.owner_id] += member.output
            rows[member.owner_id] += 1.0
    views = [_shares(output)] if weighted else [_shares(output), _shares(rows)]
    return Owners(
        len(output),
        max((view[0] for view in views if view), default=0.0),
        max((math.fsum(view[:2]) for view in views if view), default=0.0),
        min((1 / math.fsum(s * s for s in view) for view in views if view), default=0.0),
    )


def _shares(weights: dict[str, float]) -> list[float]:
    total = math.fsum(weights.values())
    return sorted((w / total for w in weights.values()), reverse=True) if total else []


def influence_of(members: Sequence[Member], rule: GradeRule) -> float:
    """The largest relative move of a limit when one owner is left out.

    Args:
        members: comparable results, at least of two owners.
        rule: a quantile rule.

    Returns:
        0 when no limit moves or nothing is left; relative to the limit with everyone.
    """
    whole = population_quantiles(members, rule)
    largest = 0.0
    for owner in sorted({m.owner_id for m in members if m.owner_id}):
        rest = [m for m in members if m.owner_id != owner]
        if not rest:
            continue
        for with_all, without in zip(whole, population_quantiles(rest, rule), strict=True):
            if with_all:
                largest = max(largest, abs(without - with_all) / abs(with_all))
    return largest
