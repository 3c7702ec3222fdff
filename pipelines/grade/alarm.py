"""Alarms before a benchmark is published: signs of poisoning and of clone floods.

Belongs here: what a person must look into. An alarm stops the grading until the approving
body records a decision for that very edition in ``alarm_decisions`` of the rule. A first
edition always raises one: nothing shows whether its owners understate. Does not belong here:
comparability and disclosure, which no one may accept away.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.findings import Finding, finding
from pipelines.grade.owners import influence_of
from pipelines.grade.threshold import population_quantiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.grade.disclosure import DisclosureRule
    from pipelines.grade.population import Member
    from pipelines.grade.rule import GradeRule


def alarms_of(
    members: Sequence[Member],
    earlier: Sequence[Member],
    rule: GradeRule,
    disclosure: DisclosureRule,
) -> list[Finding]:
    """Every alarm over a population of producers.

    Args:
        members: comparable results.
        earlier: comparable results of the edition before; empty when there is none.
        rule: a quantile rule.
        disclosure: thresholds of the alarms.

    Returns:
        Findings; none is left out here because it was settled, see ``unsettled``.
    """
    if not members:
        return []
    compared = _against_earlier(members, earlier, rule, disclosure)
    if not earlier:
        moved = moved_by_understating(members, rule, disclosure)
        compared = [
            finding(
                "G-ALM-04",
                found=f"{moved:.0%}",
                share=f"{disclosure.understating_share:.0%}",
                shift=f"{disclosure.understating_by:.0%}",
            )
        ]
    return [*_near_equal(members, disclosure), *compared]


def unsettled(alarms: Sequence[Finding], rule: GradeRule, edition: str) -> list[Finding]:
    """Alarms without a recorded decision for this edition, each naming the edition to decide on."""
    return [
        replace(one, place={**one.place, "edition": edition})
        for one in alarms
        if not rule.is_settled(one.code, edition)
    ]


def notices_of(
    members: Sequence[Member], rule: GradeRule, disclosure: DisclosureRule
) -> list[Finding]:
    """What a reader of a benchmark should know and what stops nothing: how easily it moves."""
    found = []
    influence = influence_of(members, rule)
    if influence > disclosure.influence:
        found.append(
            finding("G-INF-01", found=f"{influence:.0%}", wanted=f"{disclosure.influence:.0%}")
        )
    return found


def moved_by_understating(
    members: Sequence[Member], rule: GradeRule, disclosure: DisclosureRule
) -> float:
    """How far owners who understate could move a limit, at worst.

    For each limit the owners just above it understate: those move it most.

    Args:
        members: comparable results, at least one.
        rule: a quantile rule.
        disclosure: share of the owners that understate, and by how much.

    Returns:
        Largest relative move of a limit downwards.
    """
    whole = population_quantiles(members, rule)
    lowest = {}
    for member in sorted(members, key=lambda m: -m.value):
        lowest[member.owner_id] = member.value
    count = max(1, round(disclosure.understating_share * len(lowest)))
    largest = 0.0
    for place, limit in enumerate(whole):
        above = sorted((value, owner) for owner, value in lowest.items() if value > limit)
        liars = {owner for _, owner in above[:count]}
        kept = 1 - disclosure.understating_by
        told = [replace(m, value=m.value * kept) if m.owner_id in liars else m for m in members]
        moved = population_quantiles(told, rule)[place]
        if limit:
            largest = max(largest, abs(moved - limit) / abs(limit))
    return largest


def _near_equal(members: Sequence[Member], disclosure: DisclosureRule) -> list[Finding]:
    """The largest cluster of owners with nearly the same value."""
    ordered = sorted((m.value, m.owner_id) for m in members)
    values = [value for value, _ in ordered]
    owners = {owner for _, owner in ordered}
    largest = 0
    inside: dict[str, int] = defaultdict(int)
    end = 0
    for value, owner in ordered:
        reach = bisect_right(values, value + disclosure.near_equal * abs(value))
        for _, other in ordered[end:reach]:
            inside[other] += 1
        end = max(end, reach)
        largest = max(largest, len(inside))
        inside[owner] -= 1
        if not inside[owner]:
            del inside[owner]
    is_many = largest >= disclosure.near_equal_owners
    if not is_many or largest < disclosure.near_equal_share * len(owners):
        return []
    return [finding("G-ALM-01", found=largest, wanted=len(owners))]


def _against_earlier(
    members: Sequence[Member],
    earlier: Sequence[Member],
    rule: GradeRule,
    disclosure: DisclosureRule,
) -> list[Finding]:
    if not earlier:
        return []
    found = []
    before, now = population_quantiles(earlier, rule), population_quantiles(members, rule)
    drift = max(
        (abs(b - a) / abs(a) if a else float(b != a)) for a, b in zip(before, now, strict=True)
    )
    if drift > disclosure.limit_drift:
        found.append(
            finding("G-ALM-02", found=f"{drift:.1%}", wanted=f"{disclosure.limit_drift:.0%}")
        )
    old, new = _means(earlier), _means(members)
    moved = [
        owner
        for owner in sorted(old.keys() & new.keys())
        if abs(new[owner] - old[owner]) > disclosure.owner_change * abs(old[owner])
    ]
    if moved:
        found.append(
            finding("G-ALM-03", found=str(len(moved)), wanted=f"{disclosure.owner_change:.0%}")
        )
    return found


def _means(members: Sequence[Member]) -> dict[str, float]:
    sums: dict[str, list[float]] = defaultdict(list)
    for member in members:
        sums[member.owner_id].append(member.value)
    return {owner: sum(sorted(values)) / len(values) for owner, values in sums.items()}
