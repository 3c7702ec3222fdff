"""Limits of classes: quantiles of a population, ratios, sliding scales, tables."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pipelines.errors import WrongUsage
from pipelines.findings import finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.grade.rule import GradeRule


def quantile(values: Sequence[float], q: float, kind: int = 7) -> float:
    """A sample quantile.

    Args:
        values: (n) the sample, in any order, n at least 1.
        q: between 0 and 1.
        kind: Hyndman-Fan type 1 (inverse of the distribution function), 6 (``n + 1``
            basis) or 7 (``n - 1`` basis).

    Returns:
        The quantile.

    Source:
        Hyndman and Fan, Sample Quantiles in Statistical Packages, The American
        Statistician 50 (1996).

    Example:
        >>> quantile([1.0, 2.0, 3.0, 4.0], 0.25, 7), quantile([1.0, 2.0, 3.0, 4.0], 0.25, 1)
        (1.75, 1.0)
    """
    ordered = sorted(values)
    n = len(ordered)
    if kind == 1:
        return ordered[min(max(math.ceil(n * q), 1), n) - 1]
    place = (n + 1) * q if kind == 6 else (n - 1) * q + 1
    place = min(max(place, 1), n)
    below = math.floor(place)
    share = place - below
    above = ordered[min(below, n - 1)]
    return ordered[below - 1] + share * (above - ordered[below - 1])


def weighted_quantile(values: Sequence[float], weights: Sequence[float], q: float) -> float:
    """The smallest value at which the share of output reaches q (type 1, weighted).

    Example:
        Half of the output stands at 10, so the median is 10.

        >>> weighted_quantile([10.0, 20.0, 30.0], [5.0, 3.0, 2.0], 0.5)
        10.0
    """
    total = math.fsum(weights)
    reached = 0.0
    pairs = sorted(zip(values, weights, strict=True))
    for value, weight in pairs:
        reached += weight
        if reached >= q * total * (1 - 1e-12):
            return value
    return pairs[-1][0]


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
        WrongUsage: the covariate is missing or outside [0, 1], or the subclass or modifier
            is not in the rule.

    Example:
        IEA 2022: 400 - 350 s with s = 0.2 is 330 kg; twice that is 660 kg.
    """
    if rule.method == "sliding_scale":
        if covariate is None or not 0 <= covariate <= 1:
            raise WrongUsage(finding("E-GRD-07", value=rule.rule_id, found=covariate))
        base = (rule.scale_intercept or 0.0) + (rule.scale_slope or 0.0) * covariate
        limits = tuple(multiple * base for multiple in rule.band_multiples)
    elif rule.method == "ratio":
        limits = tuple((rule.benchmark or 0.0) * limit for limit in rule.limits)
    elif rule.subclasses:
        if subclass not in rule.subclasses:
            raise WrongUsage(
                finding(
                    "E-GRD-06", value=rule.rule_id, found=subclass, expected=list(rule.subclasses)
                )
            )
        limits = rule.subclasses[subclass]
    else:
        limits = rule.limits
    if modifier is None:
        return limits
    if modifier not in rule.modifiers:
        raise WrongUsage(
            finding("E-GRD-06", value=rule.rule_id, found=modifier, expected=list(rule.modifiers))
        )
    return tuple(limit * rule.modifiers[modifier] for limit in limits)
