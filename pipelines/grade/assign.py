"""The class of a value under limits: point, margin, probabilities, credit, withheld or not.

Belongs here: one value under limits that are there. Does not belong here: where the limits
come from (``threshold``, ``publication``) and whose value it is (``tables``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData
from pipelines.findings import Finding, finding
from pipelines.grade.spread import Spread
from pipelines.grade.threshold import written
from pipelines.quantities.number import to_double

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.grade.rule import GradeRule

NOT_GRADED = "不达标 not qualified"


@dataclass(frozen=True)
class Assignment:
    """What a value gets.

    Attributes:
        grade: the class given, or None when withheld.
        point_grade: the class of the point value.
        probabilities: probability of each class (and of falling outside all); empty where
            no uncertainty is stated.
        most_probable: the class of the largest probability; None where there are none.
        withheld: whether no class is given.
        margin: distance from the value to the limit of its class (positive inside).
        findings: why it is withheld, or that point and most probable class differ.
    """

    grade: str | None
    point_grade: str
    probabilities: dict[str, float]
    most_probable: str | None
    withheld: bool
    margin: float | None
    findings: tuple[Finding, ...]


def class_of(value: float, limits: Sequence[float], labels: Sequence[str], inclusion: str) -> str:
    """The class of a value: the first whose limit it does not pass.

    Args:
        value: in the rule's unit.
        limits: upper limits, best first; one less than labels unless the last is closed.
        labels: classes, best first.
        inclusion: ``<=`` when a limit belongs to its class, ``<`` when to the next.

    Example:
        >>> class_of(107.0, [100, 107, 117], ["1", "2", "3"], "<="), class_of(
        ...     107.0, [100, 107, 117], ["1", "2", "3"], "<")
        ('2', '3')
    """
    for label, limit in zip(labels, limits, strict=False):
        if value < limit or (inclusion == "<=" and value == limit):
            return label
    return labels[-1] if len(limits) < len(labels) else NOT_GRADED


def probabilities_of(
    spread: Spread, limits: Sequence[float], labels: Sequence[str]
) -> dict[str, float]:
    """Probability of each class of an uncertain value.

    Args:
        spread: its distribution, not certain.
        limits: upper limits, best first.
        labels: classes, best first.

    Returns:
        Probability by class; they sum to one.

    Source:
        ``P(class k) = F(b_k) - F(b_{k-1})``; of a lognormal value
        ``F(b) = Phi((ln b - ln m)/sigma)``, ``sigma = ln(gsd2)/2``.
    """
    below = [spread.share_below(limit) for limit in limits]
    open_end = len(limits) < len(labels)
    marks = [*below, 1.0] if open_end else below
    found: dict[str, float] = {}
    last = 0.0
    # Limits of neighbours need not increase: a class no value reaches has probability 0.
    for label, mark in zip(labels, marks, strict=False):
        found[label] = max(mark - last, 0.0)
        last = max(last, mark)
    if not open_end:
        found[NOT_GRADED] = 1.0 - last
    return found


def assign(
    rule: GradeRule,
    value: float,
    limits: Sequence[float],
    gsd2: float | None = None,
    spread: Spread | None = None,
) -> Assignment:
    """The class of a value under a rule's limits and its uncertainty policy.

    Without a stated uncertainty there are no probabilities: nobody's silence makes a class
    certain. Such a value is graded where the rule goes by the point alone, else withheld.

    Args:
        rule: gives labels, inclusion, policy and the smallest probability.
        value: in the rule's unit.
        limits: upper limits, best first.
        gsd2: squared geometric standard deviation of the value; None where none is stated,
            1 where the value is certain.
        spread: its distribution where more is known of it than ``gsd2``, as of samples.

    Returns:
        The assignment.

    Raises:
        FaultyData: the value is not finite, or a probability is asked for a value that is
            not above zero, a ratio is asked of such a value, or gsd2 is below 1 or no number.
    """
    column = _unusable(rule, value, gsd2)
    if column:
        raise FaultyData(finding("E-GRD-14", column=column, value=f"{value}, gsd2 {gsd2}"))
    if spread is None and gsd2 is not None:
        spread = Spread.stated(value, gsd2)
    labels = rule.labels
    point = class_of(value, limits, labels, rule.inclusion)
    margin = _margin(value, point, limits, labels)
    if spread is None:
        is_enough = rule.uncertainty_policy == "point"
        notes = [] if is_enough else [finding("G-PROB-05", wanted=rule.uncertainty_policy)]
        given = point if is_enough else None
        return Assignment(given, point, {}, None, not is_enough, margin, tuple(notes))
    if spread.is_certain:
        sure = class_of(spread.median, limits, labels, rule.inclusion)
        probabilities = {label: float(label == sure) for label in labels}
        if sure == NOT_GRADED:
            probabilities[NOT_GRADED] = 1.0
    else:
        probabilities = probabilities_of(spread, limits, labels)
    most = max(probabilities, key=lambda label: probabilities[label])
    by_policy = {
        "point": point,
        "conservative": class_of(spread.upper, limits, labels, rule.inclusion),
        "probability": most,
    }
    findings = []
    if most != point:
        findings.append(
            finding("G-PROB-02", found=point, wanted=most, share=f"{probabilities[most]:.0%}")
        )
    withheld = probabilities[most] < rule.p_min
    if withheld:
        findings.append(
            finding("G-PROB-01", found=f"{probabilities[most]:.2f}", wanted=f"{rule.p_min:.2f}")
        )
    chosen = None if withheld else by_policy[rule.uncertainty_policy]
    return Assignment(chosen, point, probabilities, most, withheld, margin, tuple(findings))


def _unusable(rule: GradeRule, value: float, gsd2: float | None) -> str:
    """The name of the number that cannot be graded; empty when both can."""
    if gsd2 is not None and not (math.isfinite(gsd2) and gsd2 >= 1):
        return "gsd2"
    needs_positive = gsd2 is not None or rule.method == "ratio"
    return "" if math.isfinite(value) and (value > 0 or not needs_positive) else "value"


def credit_of(rule: GradeRule, value: float, base: float) -> float | None:
    """The pro-rata credit of a value under a sliding scale.

    Args:
        rule: a sliding scale; gives the multiples between which the credit rises.
        value: in the rule's unit.
        base: the scale's limit at the product's covariate.

    Returns:
        0 at and beyond the larger multiple, 1 at and below the smaller, linear between;
        None where the rule gives no credit.

    Source:
        IEA, Achieving Net Zero Heavy Industry Sectors in G7 Members (2022):
        ``P = (E_low - E)/(E_low - T)`` if ``E < E_low``, else 0.

    Example:
        Half way between 330 and 1,980 kg at a scrap share of 0.2.

        >>> from types import SimpleNamespace
        >>> credit_of(SimpleNamespace(credit_multiples=(1.0, 6.0)), 1155.0, 330.0)
        0.5
    """
    if not rule.credit_multiples:
        return None
    full, none = (written(m) * written(base) for m in rule.credit_multiples)
    share = (none - written(value)) / (none - full) if none > full else written(0.0)
    return to_double(min(max(share, written(0.0)), written(1.0)))


def sampled_probabilities(
    values: Sequence[float], limits: Sequence[float], labels: Sequence[str], inclusion: str
) -> dict[str, float]:
    """Share of Monte Carlo results in each class.

    Args:
        values: (n) draws of the result in the rule's unit, n at least 1.
        limits: upper limits, best first.
        labels: classes, best first.
        inclusion: ``<=`` or ``<``.

    Returns:
        Share by class; beyond a closed last class under ``NOT_GRADED``.

    Example:
        >>> sampled_probabilities([1.0, 2.0, 2.5, 9.0], [2.0], ["A", "B"], "<=")
        {'A': 0.5, 'B': 0.5}
    """
    found = dict.fromkeys(labels if len(limits) < len(labels) else [*labels, NOT_GRADED], 0)
    for value in values:
        found[class_of(value, limits, labels, inclusion)] += 1
    return {label: count / len(values) for label, count in found.items()}


def _margin(
    value: float, label: str, limits: Sequence[float], labels: Sequence[str]
) -> float | None:
    """Way to the limit of the class, exact in the decimals both are written as."""
    place = len(limits) - 1 if label == NOT_GRADED else list(labels).index(label)
    if place >= len(limits):
        return None
    return to_double(written(limits[place]) - written(value))
