"""The comparability test before any ranking: which results may stand in one population.

Belongs here: the reasons for leaving a result out. Does not belong here: owners and
disclosure, which judge what is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.grade.population import Member
    from pipelines.grade.rule import GradeRule


@dataclass(frozen=True)
class Exclusion:
    """A result left out of a population, with the code of the reason."""

    product_id: str
    code: str


def comparable(members: Sequence[Member], rule: GradeRule) -> tuple[list[Member], list[Exclusion]]:
    """The members that compare under a rule, and why the others do not.

    Two results compare only if category, unit, boundary, GWP set, accounting rule and time
    window agree with the rule; what is not stated does not agree. A result of producers
    names its owner. Of a product reported more than once the latest comparable result
    stands; equal results of one owner stand once, unless they are weighted by output.

    Args:
        members: the population.
        rule: the grade rule.

    Returns:
        The comparable members in order, and one exclusion per broken condition.

    Source:
        Ningxia draft measures, art. 7: results must be comparable.
    """
    reasons = [_incomparable(member, rule) for member in members]
    standing = _standing(members, reasons)
    kept: list[Member] = []
    left_out: list[Exclusion] = []
    seen: set[tuple[str, float]] = set()
    for place, (member, codes) in enumerate(zip(members, reasons, strict=True)):
        if standing[member.product_id] != place:
            codes.append("G-DUP-01")
        mark = (member.owner_id, member.value)
        is_producer = rule.population_kind in {"producer", "constructed"}
        if not codes and is_producer and not rule.weighted and mark in seen:
            codes.append("G-CLN-01")
        left_out += [Exclusion(member.product_id, code) for code in codes]
        if not codes:
            kept.append(member)
            seen.add(mark)
    return kept, left_out


def _standing(members: Sequence[Member], reasons: Sequence[list[str]]) -> dict[str, int]:
    """The place of the result that stands for each product: comparable, latest, first."""
    best: dict[str, tuple[bool, int, int]] = {}
    for place, (member, codes) in enumerate(zip(members, reasons, strict=True)):
        latest = member.years[1] if member.years else 0
        rank = (not codes, latest if not codes else 0, -place)
        best[member.product_id] = max(best.get(member.product_id, rank), rank)
    return {product_id: -rank[2] for product_id, rank in best.items()}


def same_measure(members: Sequence[Member], rule: GradeRule) -> list[Member]:
    """Members of the rule's category in its unit, each product once.

    What may be shown as a demonstration where nothing compares: numbers of one kind.
    """
    alike = [m for m in members if m.unit == rule.indicator_unit and _fits_category(m, rule)]
    return list({m.product_id: m for m in alike}.values())


def _fits_category(member: Member, rule: GradeRule) -> bool:
    return member.category_id == rule.category_id


def _incomparable(member: Member, rule: GradeRule) -> list[str]:
    window = rule.reference_period
    years = member.years
    outside = window is not None and (years is None or years[0] < window[0] or years[1] > window[1])
    needs_owner = rule.population_kind in {"producer", "constructed"}
    return [
        code
        for code, is_broken in (
            ("G-CAT-01", not _fits_category(member, rule)),
            ("G-UNIT-01", member.unit != rule.indicator_unit),
            ("G-BOU-01", rule.boundary is not None and member.boundary != rule.boundary),
            ("G-GWP-01", rule.gwp_set is not None and member.gwp_set != rule.gwp_set),
            (
                "G-RULE-01",
                rule.accounting_rule is not None and member.accounting_rule != rule.accounting_rule,
            ),
            ("G-WIN-01", outside),
            ("G-OWN-05", needs_owner and not member.owner_id),
            ("G-OUT-01", rule.weighted and member.output <= 0),
        )
        if is_broken
    ]
