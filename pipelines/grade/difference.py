"""Differencing: what two published cells with common members tell together.

Belongs here: the owners in whose results two cells differ. Two editions of a population
are two cells; so are two rules over overlapping categories. Does not belong here: what one
cell tells alone (``audit``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.grade.population import Member


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
