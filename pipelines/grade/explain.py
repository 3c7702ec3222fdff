"""Why a grade changed between two releases: four causes that add up exactly.

Belongs here: splitting the change of the margin (limit of the former class less the value)
into own data, factors, peers and thresholds, and method, in decimals. Does not belong
here: reading releases (``standing``) and the page (``explain_page``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

STEP = Decimal(1).scaleb(-15)
ZERO = Decimal(0)
CAUSES = ("own_data", "factors", "peers_and_thresholds", "method")


@dataclass(frozen=True)
class Line:
    """One line of a footprint: amount, contribution, and the factor it used."""

    amount: Decimal
    contribution: Decimal
    factor: str


@dataclass(frozen=True)
class Standing:
    """How a product stood under a rule in one release.

    Attributes:
        release_id: the release.
        product_id: the product.
        rule_id: the rule.
        rule_version: its version.
        gwp_set: set of the value graded.
        ways: boundary, accounting rule and declared unit of the result.
        value: graded value, in the rule's unit.
        lines: lines of the value, per declared unit; their contributions sum to it.
        value_under: value and lines under each GWP set the release holds.
        labels: classes, best first.
        limits: their upper limits, without the open last one.
        label: the class given, None when withheld.
    """

    release_id: str
    product_id: str
    rule_id: str
    rule_version: str
    gwp_set: str
    ways: tuple[str, ...]
    value: Decimal
    lines: Mapping[tuple[str, str], Line]
    value_under: Mapping[str, tuple[Decimal, Mapping[tuple[str, str], Line]]]
    labels: tuple[str, ...]
    limits: tuple[Decimal, ...]
    label: str | None


@dataclass(frozen=True)
class Moved:
    """A factor that moved the grade: which, from what to what, its effect on the margin."""

    process_id: str
    line: str
    before: str
    after: str
    effect: Decimal


@dataclass(frozen=True)
class Explanation:
    """A change of margin and its causes; they sum to it exactly.

    Attributes:
        before: the standing in the former release.
        after: the standing in the later one.
        place: position of the class whose limit is measured against, from 0.
        margin_before: limit less value, former.
        margin_after: limit less value, later.
        effects: effect of each cause on the margin; above zero is for the better.
        factors: factors that moved it, largest effect first.
    """

    before: Standing
    after: Standing
    place: int
    margin_before: Decimal
    margin_after: Decimal
    effects: Mapping[str, Decimal]
    factors: tuple[Moved, ...] = field(default=())

    @property
    def change(self) -> Decimal:
        """The change of the margin."""
        return exactly(self.margin_after, -self.margin_before)


def exactly(*parts: Decimal) -> Decimal:
    """The exact sum of decimals.

    Example:
        >>> exactly(Decimal("0.1"), Decimal("0.2"), Decimal("-0.3"))
        Decimal('0.0')
    """
    with localcontext() as context:
        context.prec = 80
        return sum(parts, ZERO)


def _half_way(before: Line, after: Line) -> tuple[Decimal, Decimal]:
    """The change of a line split into what its amount and what its factor moved.

    Both are taken half way between the two releases, so that neither comes first.
    """
    change = exactly(after.contribution, -before.contribution)
    if before.factor == after.factor or not (before.amount and after.amount):
        return change, ZERO
    with localcontext() as context:
        context.prec = 60
        first = before.contribution / before.amount
        second = after.contribution / after.amount
        middle = (before.amount + after.amount) / 2
        by_factor = (middle * (second - first)).quantize(STEP, ROUND_HALF_EVEN)
    return exactly(change, -by_factor), by_factor


def explain(before: Standing, after: Standing) -> Explanation:
    """The causes of a change of grade between two releases.

    Measured is the margin: the limit of the class the product had, less its value. Where
    the rule changed its version, the move of the limit is the method's; else the peers'.
    Where the GWP set changed, the value is compared under the former set and the rest is
    the method's; where boundary, accounting rule or unit changed, so is every line.

    Args:
        before: the standing in the former release.
        after: the standing in the later one, of the same product.

    Returns:
        The explanation; its effects sum to the change of the margin in every digit.
    """
    place = _place(before)
    ends = [s.limits[min(place, len(s.limits) - 1)] for s in (before, after)]
    margins = [exactly(end, -s.value) for end, s in zip(ends, (before, after), strict=True)]
    same_ways = before.ways == after.ways
    value, lines = after.value_under.get(before.gwp_set, (after.value, after.lines))
    compares = same_ways and (
        before.gwp_set == after.gwp_set or before.gwp_set in after.value_under
    )
    own, factors, moved = _by_lines(before.lines, lines) if compares else (ZERO, ZERO, ())
    limit = exactly(ends[1], -ends[0])
    is_method = before.rule_version != after.rule_version or before.rule_id != after.rule_id
    if compares:
        own = exactly(own, _rounding(before, value, lines))
    effects = {
        "own_data": -own,
        "factors": -factors,
        "peers_and_thresholds": ZERO if is_method else limit,
    }
    change = exactly(margins[1], -margins[0])
    effects["method"] = exactly(change, *(-one for one in effects.values()))
    return Explanation(before, after, place, margins[0], margins[1], effects, moved)


def _place(standing: Standing) -> int:
    if standing.label in standing.labels:
        return min(standing.labels.index(standing.label), len(standing.limits) - 1)
    return len(standing.limits) - 1


def _rounding(before: Standing, value: Decimal, lines: Mapping[tuple[str, str], Line]) -> Decimal:
    """What values differ by beyond their lines: nothing, unless per-unit figures were rounded."""
    first = exactly(before.value, *(-line.contribution for line in before.lines.values()))
    second = exactly(value, *(-line.contribution for line in lines.values()))
    return exactly(second, -first)


def _by_lines(
    before: Mapping[tuple[str, str], Line], after: Mapping[tuple[str, str], Line]
) -> tuple[Decimal, Decimal, tuple[Moved, ...]]:
    """The change of a value by own data and by factors, and the factors that moved it."""
    nothing = Line(ZERO, ZERO, "")
    own, factors, moved = [], [], []
    for key in sorted(before.keys() | after.keys()):
        first, second = before.get(key, nothing), after.get(key, nothing)
        by_amount, by_factor = _half_way(first, second)
        own.append(by_amount)
        factors.append(by_factor)
        if by_factor:
            moved.append(Moved(*key, first.factor, second.factor, -by_factor))
    moved.sort(key=lambda m: (-abs(m.effect), m.process_id, m.line))
    return exactly(*own), exactly(*factors), tuple(moved)
