"""What published figures fix together: the interval left for every order statistic.

Belongs here: the reader's view of a benchmark. A reader who knows the rule and the number
of results knows between which ranks each limit lies; together with the order of the
values that leaves an interval for each of them. Does not belong here: what to do when an
interval is too narrow (``publication``), and differences between cells (``difference``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Figure:
    """A published figure as a reader understands it.

    Attributes:
        weights: weight by rank (1 is the smallest value).
        lowest: least exact value that is published so.
        highest: greatest exact value that is published so.
    """

    weights: Mapping[int, Fraction]
    lowest: float
    highest: float


class _Reader:
    """Everything a reader can write down about the values that published figures rest on."""

    def __init__(self, figures: Sequence[Figure], *, above_zero: bool) -> None:
        """Each figure lies within its rounding, and the values are in their order."""
        self.ranks = sorted({rank for figure in figures for rank in figure.weights})
        self._places = {rank: i for i, rank in enumerate(self.ranks)}
        self._above_zero = above_zero
        rows: list[NDArray[np.float64]] = []
        bounds: list[float] = []
        for figure in figures:
            row = np.zeros(len(self.ranks))
            for rank, weight in figure.weights.items():
                row[self._places[rank]] = float(weight)
            rows += [row, -row]
            bounds += [figure.highest, -figure.lowest]
        for i in range(len(self.ranks) - 1):
            row = np.zeros(len(self.ranks))
            row[i], row[i + 1] = 1.0, -1.0
            rows.append(row)
            bounds.append(0.0)
        self._rows, self._bounds = np.array(rows), np.array(bounds)

    def end(self, rank: int, sign: float) -> float:
        """The least (sign 1) or greatest (sign -1) value a rank can have."""
        from scipy.optimize import linprog

        aim = np.zeros(len(self.ranks))
        aim[self._places[rank]] = sign
        solved = linprog(
            aim, A_ub=self._rows, b_ub=self._bounds,
            bounds=(0.0 if self._above_zero else None, None), method="highs",
        )  # fmt: skip
        return float(sign * solved.fun if solved.status == 0 else -sign * np.inf)


def intervals(figures: Sequence[Figure], *, above_zero: bool) -> dict[int, tuple[float, float]]:
    """The interval that published figures leave for each order statistic they rest on.

    Args:
        figures: every published figure of one sample.
        above_zero: whether a reader knows that no value is below zero.

    Returns:
        Least and greatest possible value by rank; infinite where nothing bounds it.

    Source:
        Linear-programming audit of published aggregates: Hundepool et al., Statistical
        Disclosure Control (2012), chapter 4.

    Example:
        Half of the sum of two values lies in [19.5, 20.5]: the lower is at most 20.5.

        >>> from fractions import Fraction
        >>> half = Fraction(1, 2)
        >>> intervals([Figure({1: half, 2: half}, 19.5, 20.5)], above_zero=True)[1]
        (0.0, 20.5)
    """
    reader = _Reader(figures, above_zero=above_zero)
    return {rank: (reader.end(rank, 1.0), reader.end(rank, -1.0)) for rank in reader.ranks}


def disclosed_ranks(
    figures: Sequence[Figure],
    ordered: Sequence[tuple[float, str]],
    protection: float,
    sharing: int,
) -> list[int]:
    """Ranks whose value a reader can tell too closely.

    Args:
        figures: every published figure.
        ordered: (n) value and owner, sorted by value.
        protection: relative distance from the value that must be left on one side.
        sharing: with the values of so many owners inside, an interval tells of none.

    Returns:
        The ranks, increasing.
    """
    if not figures:
        return []
    reader = _Reader(figures, above_zero=ordered[0][0] >= 0)
    found = []
    for rank in reader.ranks:
        value = ordered[rank - 1][0]
        # A hair on top: what a solver leaves of a bound is not exact.
        margin = protection * abs(value) * (1 + 1e-9)
        low = reader.end(rank, 1.0)
        if value - low > margin:
            continue
        high = reader.end(rank, -1.0)
        if high - value > margin:
            continue
        inside = {owner for one, owner in ordered if low <= one <= high}
        if len(inside) < sharing:
            found.append(rank)
    return found
