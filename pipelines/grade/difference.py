"""Differencing: what published cells with common members tell together.

Belongs here: the owners in whose results two cells differ, and a new cell against all that
were published. Two editions of a population are two cells; so are two rules over overlapping
categories, in one release or in two. Does not belong here: what one cell tells alone and the
reckoning of intervals (``audit``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.findings import Finding, finding
from pipelines.grade.audit import Sample, disclosed_together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.grade.audit import Figure
    from pipelines.grade.disclosure import DisclosureRule
    from pipelines.grade.population import Member


@dataclass(frozen=True)
class Cell:
    """A published cell: whose limits, over which members, and how a reader understands them.

    Attributes:
        rule_id: the rule that gives its limits.
        members: the members behind them.
        figures: its limits as a reader understands them.
    """

    rule_id: str
    members: tuple[Member, ...]
    figures: tuple[Figure, ...]

    @property
    def sample(self) -> Sample:
        """Its values by rank with their owners, and which result each is."""
        ordered = sorted(self.members, key=lambda m: (m.value, m.owner_id or m.product_id))
        return Sample(
            tuple((m.value, m.owner_id or m.product_id) for m in ordered),
            frozenset(_results(self.members)),
            self.figures,
        )


def differing_owners(one: Sequence[Member], other: Sequence[Member]) -> tuple[set[str], set[str]]:
    """Owners with results in the first cell that the second lacks, and the reverse.

    Args:
        one: members of a published cell.
        other: members of another.

    Returns:
        Two sets of owners; an owner whose value or output changed is in both.
    """
    first, second = _results(one), _results(other)
    return (
        {owner for owner, *_ in first - second},
        {owner for owner, *_ in second - first},
    )


def _results(members: Sequence[Member]) -> set[tuple[str, str, float, float]]:
    return {(m.owner_id, m.product_id, m.value, m.output) for m in members}


def tells_by_difference(one: Sequence[Member], other: Sequence[Member], fewest: int) -> int:
    """How many owners a difference tells of, when it tells of too few; else 0.

    Cells without a common result tell nothing together. Of two cells with common results
    each side of the difference must hold no owner, or at least ``fewest``.

    Args:
        one: members of a published cell.
        other: members of another.
        fewest: fewest owners of a difference.

    Returns:
        The size of the smaller side that is not empty and too small; 0 when none is.
    """
    if not _results(one) & _results(other):
        return 0
    sizes = [len(side) for side in differing_owners(one, other)]
    small = [size for size in sizes if 0 < size < fewest]
    return min(small, default=0)


def against_published(new: Cell, published: Sequence[Cell], rule: DisclosureRule) -> Finding | None:
    """The reason against publishing a cell beside all that were published; None for none.

    Each pair is judged by the owners in which it differs, then all cells with common results
    are read together: what their figures fix jointly must leave every value its interval.

    Args:
        new: the cell to publish.
        published: cells of this release and of every one before.
        rule: the disclosure rule.
    """
    mine = _results(new.members)
    related = [cell for cell in published if mine & _results(cell.members)]
    for cell in related:
        told = tells_by_difference(new.members, cell.members, rule.difference_owners)
        if told:
            code = "G-DIF-01" if cell.rule_id == new.rule_id else "G-DIF-02"
            return finding(code, found=told, wanted=rule.difference_owners)
    if not related:
        return None
    samples = [cell.sample for cell in (new, *related)]
    if disclosed_together(samples, rule.protection, rule.smoothing_owners):
        return finding("G-DIF-03", wanted=f"{rule.protection:.0%}")
    return None
