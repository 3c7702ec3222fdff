"""Limits of classes: quantiles of a population, ratios, sliding scales, tables.

Belongs here: the exact limits that a rule's method gives. Numbers are reckoned as the
decimals they are written as, and rounded to a double once. Does not belong here: what of
them may be published (``disclosure``) and their sampling error (``bootstrap``).
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.errors import WrongUsage
from pipelines.findings import finding
from pipelines.quantities.number import to_double

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.grade.population import Member
    from pipelines.grade.rule import GradeRule


def written(value: float) -> Fraction:
    """A number as the decimal it is written as, not as the double it is stored as.

    Example:
        >>> written(0.1)
        Fraction(1, 10)
    """
    return Fraction(repr(float(value)))


def parts_of(n: int, q: float, kind: int = 7) -> dict[int, Fraction]:
    """The ranks a sample quantile rests on, and their weights.

    Args:
        n: size of the sample, at least 1.
        q: between 0 and 1.
        kind: Hyndman-Fan type 1 (inverse of the distribution function), 6 (``n + 1``
            basis) or 7 (``n - 1`` basis).

    Returns:
        Weight by rank (1 is the smallest value); one or two ranks, weights sum to one.

    Source:
        Hyndman and Fan, Sample Quantiles in Statistical Packages, The American
        Statistician 50 (1996).

    Example:
        >>> parts_of(4, 0.25, 7)
        {1: Fraction(1, 4), 2: Fraction(3, 4)}
    """
    share = written(q)
    if kind == 1:
        return {min(max(math.ceil(n * share), 1), n): Fraction(1)}
    place = (n + 1) * share if kind == 6 else (n - 1) * share + 1
    place = min(max(place, Fraction(1)), Fraction(n))
    below = math.floor(place)
    above = place - below
    return {below: 1 - above, below + 1: above} if above else {below: Fraction(1)}


def quantile(values: Sequence[float], q: float, kind: int = 7) -> float:
    """A sample quantile of Hyndman and Fan's type 1, 6 or 7, see ``parts_of``.

    Args:
        values: (n) the sample, in any order, n at least 1.
        q: between 0 and 1.
        kind: 1, 6 or 7.

    Example:
        >>> quantile([1.0, 2.0, 3.0, 4.0], 0.25, 7), quantile([1.0, 2.0, 3.0, 4.0], 0.25, 1)
        (1.75, 1.0)
    """
    ordered = sorted(values)
    parts = parts_of(len(ordered), q, kind)
    return to_double(sum((w * written(ordered[r - 1]) for r, w in parts.items()), Fraction(0)))


def weighted_rank(weights: Sequence[float], q: float) -> int:
    """The first rank at which the share of output reaches q.

    Args:
        weights: (n) outputs in the order of the values, not negative, not all zero.
        q: between 0 and 1.
    """
    exact = [written(w) for w in weights]
    wanted = written(q) * sum(exact, Fraction(0))
    reached = Fraction(0)
    for rank, weight in enumerate(exact, start=1):
        reached += weight
        if weight and reached >= wanted:
            return rank
    return len(exact)


def weighted_quantile(values: Sequence[float], weights: Sequence[float], q: float) -> float:
    """The smallest value at which the share of output reaches q (type 1, weighted).

    Example:
        Half of the output stands at 10, so the median is 10.

        >>> weighted_quantile([10.0, 20.0, 30.0], [5.0, 3.0, 2.0], 0.5)
        10.0
    """
    pairs = sorted(zip(values, weights, strict=True))
    return pairs[weighted_rank([w for _, w in pairs], q) - 1][0]


def population_parts(members: Sequence[Member], rule: GradeRule) -> list[dict[int, Fraction]]:
    """The ranks and weights of each quantile of a rule over a population sorted by value."""
    if not rule.weighted:
        return [parts_of(len(members), q, rule.quantile_type) for q in rule.quantiles]
    weights = [m.output for m in sorted(members, key=lambda m: (m.value, m.output))]
    return [{weighted_rank(weights, q): Fraction(1)} for q in rule.quantiles]


def population_quantiles(members: Sequence[Member], rule: GradeRule) -> list[float]:
    """The exact quantiles of a rule over a population, best class first."""
    ordered = sorted(m.value for m in members)
    return [
        to_double(sum((w * written(ordered[r - 1]) for r, w in parts.items()), Fraction(0)))
        for parts in population_parts(members, rule)
    ]


def sliding_base(rule: GradeRule, covariate: float | None) -> float:
    """The limit of a sliding scale at a covariate.

    Raises:
        WrongUsage: the covariate is missing or outside [0, 1].

    Example:
        IEA 2022: 400 - 350 s kg per tonne of crude steel; at s = 0.2 it is 330 kg.
    """
    if covariate is None or not 0 <= covariate <= 1:
        raise WrongUsage(finding("E-GRD-07", value=rule.rule_id, found=covariate))
    slope = written(rule.scale_slope or 0.0)
    return to_double(written(rule.scale_intercept or 0.0) + slope * written(covariate))


def limits_of(
    rule: GradeRule,
    *,
    covariate: float | None = None,
    subclass: str | None = None,
    modifier: str | None = None,
) -> tuple[float, ...]:
    """The limits that a rule prints, for a covariate, subclass and modifier.

    Args:
        rule: a ratio, sliding-scale or table rule (quantile rules get limits from a
            population).
        covariate: between 0 and 1, for a sliding scale.
        subclass: for a table with subclasses.
        modifier: a named modifier of the limits.

    Returns:
        Upper limits, best class first, in the rule's unit.

    Raises:
        WrongUsage: the covariate is missing or outside [0, 1]; the subclass or modifier is
            not in the rule; or a choice is given that the rule does not know.

    Example:
        IEA 2022: 400 - 350 s with s = 0.2 is 330 kg; twice that is 660 kg.
    """
    _refuse_idle_choices(rule, covariate, subclass)
    if rule.method == "sliding_scale":
        base = written(sliding_base(rule, covariate))
        limits = tuple(to_double(written(multiple) * base) for multiple in rule.band_multiples)
    elif rule.method == "ratio":
        base = written(rule.benchmark or 0.0)
        limits = tuple(to_double(base * written(limit)) for limit in rule.limits)
    elif rule.subclasses:
        if subclass not in rule.subclasses:
            raise _unknown(rule, subclass, list(rule.subclasses))
        limits = rule.subclasses[subclass]
    else:
        limits = rule.limits
    if modifier is None:
        return limits
    if modifier not in rule.modifiers:
        raise _unknown(rule, modifier, list(rule.modifiers))
    factor = written(rule.modifiers[modifier])
    return tuple(to_double(written(limit) * factor) for limit in limits)


def _refuse_idle_choices(rule: GradeRule, covariate: float | None, subclass: str | None) -> None:
    """A choice that would change nothing is a misunderstanding, not a wish."""
    if covariate is not None and rule.method != "sliding_scale":
        raise WrongUsage(finding("E-GRD-12", value=rule.rule_id, column="covariate"))
    if subclass is not None and not rule.subclasses:
        raise WrongUsage(finding("E-GRD-12", value=rule.rule_id, column="subclass"))


def _unknown(rule: GradeRule, found: str | None, known: list[str]) -> WrongUsage:
    return WrongUsage(finding("E-GRD-06", value=rule.rule_id, found=found, expected=known))
