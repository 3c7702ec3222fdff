"""The class of a value under limits: point, margin, probabilities, withheld or not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData
from pipelines.findings import Finding, finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.grade.rule import GradeRule

Z95 = 1.959963984540054
NOT_GRADED = "不达标 not qualified"


@dataclass(frozen=True)
class Assignment:
    """What a value gets.

    Attributes:
        grade: the class given, or None when withheld.
        point_grade: the class of the point value.
        probabilities: probability of each class (and of falling outside all).
        most_probable: the class of the largest probability.
        withheld: whether no class is given.
        margin: distance from the value to the limit of its class (positive inside).
        findings: why it is withheld, or that point and most probable class differ.
    """

    grade: str | None
    point_grade: str
    probabilities: dict[str, float]
    most_probable: str
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
    value: float, gsd2: float, limits: Sequence[float], labels: Sequence[str]
) -> dict[str, float]:
    """Probability of each class of a lognormal value.

    Args:
        value: median, above zero.
        gsd2: squared geometric standard deviation, the 95 % factor; 1 is certain.
        limits: upper limits, best first.
        labels: classes, best first.

    Returns:
        Probability by class; they sum to one.

    Source:
        ``P(class k) = Phi((ln b_k - ln m)/sigma) - Phi((ln b_{k-1} - ln m)/sigma)``,
        ``sigma = ln(gsd2)/2``.
    """
    sigma = math.log(gsd2) / 2
    below = [
        1.0
        if limit == math.inf
        else _phi((math.log(limit) - math.log(value)) / sigma)
        if limit > 0
        else 0.0
        for limit in limits
    ]
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


def _phi(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def assign(
    rule: GradeRule, value: float, limits: Sequence[float], gsd2: float | None = None
) -> Assignment:
    """The class of a value under a rule's limits and its uncertainty policy.

    Args:
        rule: gives labels, inclusion, policy and the smallest probability.
        value: in the rule's unit.
        limits: upper limits, best first.
        gsd2: squared geometric standard deviation of the value, if known.

    Returns:
        The assignment.

    Raises:
        FaultyData: the value is not finite, or a probability is asked for a value that is
            not above zero, or gsd2 is below 1.
    """
    if not math.isfinite(value) or (gsd2 is not None and (gsd2 < 1 or value <= 0)):
        column = "value" if gsd2 is None or gsd2 >= 1 else "gsd2"
        raise FaultyData(
            finding("E-GRD-08", file="-", row=1, column=column, value=f"{value}, gsd2 {gsd2}")
        )
    labels = rule.labels
    point = class_of(value, limits, labels, rule.inclusion)
    if gsd2 is None or gsd2 == 1:
        probabilities = {label: float(label == point) for label in labels}
        if point == NOT_GRADED:
            probabilities[NOT_GRADED] = 1.0
    else:
        probabilities = probabilities_of(value, gsd2, limits, labels)
    most = max(probabilities, key=lambda label: probabilities[label])
    given = point
    if rule.uncertainty_policy == "conservative" and gsd2 is not None:
        given = class_of(value * gsd2, limits, labels, rule.inclusion)
    elif rule.uncertainty_policy == "probability":
        given = most
    findings = []
    withheld = probabilities[most] < rule.p_min
    if withheld:
        findings.append(
            finding("G-PROB-01", found=f"{probabilities[most]:.2f}", wanted=f"{rule.p_min:.2f}")
        )
    return Assignment(
        None if withheld else given,
        point,
        probabilities,
        most,
        withheld,
        _margin(value, point, limits, labels),
        tuple(findings),
    )


def _margin(
    value: float, label: str, limits: Sequence[float], labels: Sequence[str]
) -> float | None:
    if label == NOT_GRADED:
        return limits[-1] - value
    place = list(labels).index(label)
    return limits[place] - value if place < len(limits) else None
