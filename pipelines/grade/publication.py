"""From exact quantiles to figures that may be published: rounded, smoothed or withheld.

Belongs here: the order of these steps. Does not belong here: how a figure is read
(``audit``) and who may be judged at all (``disclosure``).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from pipelines.grade.audit import Figure, disclosed_ranks
from pipelines.grade.disclosure import publishable, step_of
from pipelines.grade.threshold import population_parts, population_quantiles, written
from pipelines.quantities.number import to_double

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipelines.grade.disclosure import DisclosureRule
    from pipelines.grade.population import Member
    from pipelines.grade.rule import GradeRule


@dataclass(frozen=True)
class Published:
    """Limits that may be published.

    Attributes:
        limits: best class first; empty when no form of them protects every owner.
        smoothed: for each limit, whether it is a mean over several owners.
        figures: the limits as a reader understands them.
    """

    limits: tuple[float, ...]
    smoothed: tuple[bool, ...]
    figures: tuple[Figure, ...]


def publish_limits(
    members: Sequence[Member], rule: GradeRule, disclosure: DisclosureRule, *, protected: bool
) -> Published:
    """The limits of a quantile rule over a population, as they may be published.

    Each is the rule's quantile, rounded. Where the rounded limits together would fix a
    value, those that rest on it become means over at least ``smoothing_owners`` owners
    around the same place; where that fixes a value too, or the means no longer rise from
    class to class, nothing is published.

    Args:
        members: comparable results, at least one.
        rule: a quantile rule.
        disclosure: the disclosure rule.
        protected: whether there are owners to protect.

    Returns:
        The limits with what a reader knows of them.
    """
    ordered = sorted((m.value, m.owner_id or m.product_id) for m in members)
    exact = population_parts(members, rule)
    plain = population_quantiles(members, rule)
    parts = list(exact)
    for _ in range(1 + len(parts)):
        made = [_figure(one, ordered, rule, disclosure) for one in parts]
        figures = [figure for _, figure in made]
        told = _told(figures, ordered, disclosure) if protected else set()
        limits = tuple(limit for limit, _ in made)
        smoothed = tuple(a is not b for a, b in zip(parts, exact, strict=True))
        # Quantiles that are one value give one limit; what rounding alone made one does not
        # stand, for a class between the two would be lost.
        rises = not protected or all(
            a < b or (a == b and one == other)
            for (a, b), (one, other) in zip(pairwise(limits), pairwise(plain), strict=True)
        )
        if not told and rises:
            return Published(limits, smoothed, tuple(figures))
        if not rises:
            told |= {rank for one in parts for rank in one}
        wider = [
            _smoothed(one, ordered, disclosure.smoothing_owners)
            if one is was and set(one) & told
            else one
            for one, was in zip(parts, exact, strict=True)
        ]
        if all(a is b for a, b in zip(wider, parts, strict=True)):
            break
        parts = wider
    return Published((), (), ())


def _told(
    figures: Sequence[Figure], ordered: Sequence[tuple[float, str]], disclosure: DisclosureRule
) -> set[int]:
    """Ranks that a reader can tell too closely; the two ends whenever they stand alone."""
    told = disclosed_ranks(figures, ordered, disclosure.protection, disclosure.smoothing_owners)
    ends = {1, len(ordered)}
    alone = {rank for f in figures if len(f.weights) == 1 for rank in f.weights if rank in ends}
    return {*told, *alone}


def _figure(
    parts: Mapping[int, Fraction],
    ordered: Sequence[tuple[float, str]],
    rule: GradeRule,
    disclosure: DisclosureRule,
) -> tuple[float, Figure]:
    exact = to_double(sum((w * written(ordered[r - 1][0]) for r, w in parts.items()), Fraction(0)))
    values = [value for value, _ in ordered]
    limit = publishable(exact, values, disclosure.significant_digits, rule.tie_rule)
    step = float(step_of(limit or 1.0, disclosure.significant_digits))
    if abs(exact - limit) <= step / 2 * (1 + 1e-9):
        return limit, Figure(parts, limit - step / 2, limit + step / 2)
    # Moved off a value: a reader who guesses that knows the way, and that it was not far.
    reach = step
    while abs(exact - limit) > reach * (1 + 1e-9):
        reach += step
    low, high = (limit - reach, limit) if exact < limit else (limit, limit + reach)
    return limit, Figure(parts, low, high)


def _smoothed(
    parts: Mapping[int, Fraction], ordered: Sequence[tuple[float, str]], owners: int
) -> dict[int, Fraction]:
    """Equal weights on the results around a place, until so many owners are among them."""
    n = len(ordered)
    low, high = min(parts), max(parts)
    while len({owner for _, owner in ordered[low - 1 : high]}) < owners and (low > 1 or high < n):
        # One step to both sides keeps the place; at an end the other side goes on.
        low, high = max(low - 1, 1), min(high + 1, n)
    count = high - low + 1
    return {rank: Fraction(1, count) for rank in range(low, high + 1)}
