"""What published figures fix together: the interval left for every order statistic.

Belongs here: the reader's view of benchmarks. A reader who knows the rule and the number
of results knows between which ranks each limit lies; together with the order of the
values that leaves an interval for each of them. Of two samples with common results the
reader knows how many are common, so that ranks of one bound ranks of the other. Does not
belong here: what to do when an interval is too narrow (``publication``) and which cells may
stand beside each other (``difference``).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, permutations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence
    from fractions import Fraction


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


@dataclass(frozen=True)
class Sample:
    """A sample and what was published of it.

    Attributes:
        ordered: (n) value and owner, sorted by value.
        results: which results these are; equal ones in two samples are common to both.
        figures: every published figure.
    """

    ordered: tuple[tuple[float, str], ...]
    results: frozenset[Hashable]
    figures: tuple[Figure, ...]


class _Reader:
    """Everything a reader can write down about the values that published figures rest on."""

    def __init__(self, samples: Sequence[Sample], *, above_zero: bool) -> None:
        """Each figure lies within its rounding, values are in order, common results are common."""
        self.places = [
            (k, rank)
            for k, sample in enumerate(samples)
            for rank in sorted({rank for figure in sample.figures for rank in figure.weights})
        ]
        self._column = {place: i for i, place in enumerate(self.places)}
        self._above_zero = above_zero
        self._entries: list[tuple[int, int, float]] = []
        self._bounds: list[float] = []
        for k, sample in enumerate(samples):
            for figure in sample.figures:
                weights = {(k, rank): float(w) for rank, w in figure.weights.items()}
                self._at_most(weights, figure.highest)
                self._at_most({place: -w for place, w in weights.items()}, -figure.lowest)
        for one, other in permutations(range(len(samples)), 2):
            self._in_common(samples, one, other)
        for k in range(len(samples)):
            mine = [place for place in self.places if place[0] == k]
            for below, above in pairwise(mine):
                self._at_most({below: 1.0, above: -1.0}, 0.0)
        from scipy import sparse

        rows, columns, entries = zip(*self._entries, strict=True)
        self._rows = sparse.csr_matrix(
            (entries, (rows, columns)), (len(self._bounds), len(self.places))
        )

    def _at_most(self, weights: Mapping[tuple[int, int], float], bound: float) -> None:
        row = len(self._bounds)
        self._entries += [(row, self._column[place], w) for place, w in weights.items()]
        self._bounds.append(bound)

    def _in_common(self, samples: Sequence[Sample], one: int, other: int) -> None:
        """Without the results of its own, a sample's ranks move by at most their number.

        The k-th of the common results is at least the k-th of the one sample and at most
        the (k + own)-th of the other.
        """
        common = len(samples[one].results & samples[other].results)
        if not common:
            return
        own = len(samples[other].ordered) - common
        theirs = [rank for k, rank in self.places if k == other]
        for k, rank in self.places:
            above = next((r for r in theirs if r >= rank + own), None)
            if k == one and above is not None:
                self._at_most({(one, rank): 1.0, (other, above): -1.0}, 0.0)

    def ends(
        self, places: Sequence[tuple[int, int]], sign: float, reach: Sequence[float]
    ) -> list[float]:
        """The least (sign 1) or greatest (sign -1) value each rank can have, within a reach.

        Args:
            places: samples and ranks asked for.
            sign: which end.
            reach: the value at which each search stops; infinite where it never does.

        Returns:
            One end per place. All are found at once, each in a block of its own: a solver's
            start costs more than these small problems do.
        """
        from scipy import sparse
        from scipy.optimize import linprog

        count, width = len(places), len(self.places)
        if not count:
            return []
        aim = np.zeros(count * width)
        bounds = np.empty((count * width, 2))
        bounds[:] = (0.0 if self._above_zero else -np.inf, np.inf)
        for i, (place, stop) in enumerate(zip(places, reach, strict=True)):
            column = i * width + self._column[place]
            aim[column] = sign
            if np.isfinite(stop):
                bounds[column, 0 if sign > 0 else 1] = stop
        solved = linprog(
            aim, A_ub=sparse.kron(sparse.eye(count), self._rows, "csr"),
            b_ub=np.tile(self._bounds, count), bounds=bounds, method="highs",
        )  # fmt: skip
        if solved.status != 0:
            return [-sign * np.inf] * count
        return [float(solved.x[i * width + self._column[p]]) for i, p in enumerate(places)]


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
    reader = _Reader([Sample((), frozenset(), tuple(figures))], above_zero=above_zero)

    def end(place: tuple[int, int], sign: float) -> float:
        return reader.ends([place], sign, [-sign * np.inf])[0]

    return {place[1]: (end(place, 1.0), end(place, -1.0)) for place in reader.places}


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
    sample = Sample(tuple(ordered), frozenset(), tuple(figures))
    return [rank for _, rank in disclosed_together([sample], protection, sharing)]


def disclosed_together(
    samples: Sequence[Sample], protection: float, sharing: int
) -> list[tuple[int, int]]:
    """Values that a reader of several samples can tell too closely.

    Args:
        samples: what was published of each, some of their results common.
        protection: relative distance from the value that must be left on one side.
        sharing: with the values of so many owners inside, an interval tells of none.

    Returns:
        Which sample, from 0, and which rank, in order.

    Example:
        The third of five lies in [29.5, 30.5], and so does the second of the same five
        published elsewhere: both are told.

        >>> five = tuple((v, str(v)) for v in (10.0, 30.0, 30.1, 40.0, 50.0))
        >>> one = Sample(five, frozenset("abcde"), (Figure({3: 1}, 29.5, 30.5),))
        >>> other = Sample(five, frozenset("abcde"), (Figure({2: 1}, 29.5, 30.5),))
        >>> disclosed_together([one, other], 0.05, 3)
        [(0, 3), (1, 2)]
    """
    if not any(sample.figures for sample in samples):
        return []
    least = min(sample.ordered[0][0] for sample in samples)
    reader = _Reader(samples, above_zero=least >= 0)
    value = {(k, rank): samples[k].ordered[rank - 1][0] for k, rank in reader.places}
    # A hair on top: what a solver leaves of a bound is not exact.
    margin = {place: protection * abs(one) * (1 + 1e-9) for place, one in value.items()}
    # No end farther off than twice the margin is asked for: such a value is safe.
    wide = {place: 2 * one or 1.0 for place, one in margin.items()}
    lows = reader.ends(reader.places, 1.0, [value[p] - wide[p] for p in reader.places])
    near = [
        (p, low) for p, low in zip(reader.places, lows, strict=True) if value[p] - low <= margin[p]
    ]
    asked = [p for p, _ in near]
    highs = reader.ends(asked, -1.0, [value[p] + wide[p] for p in asked])
    found = []
    for (place, low), high in zip(near, highs, strict=True):
        if high - value[place] > margin[place]:
            continue
        inside = {owner for one, owner in samples[place[0]].ordered if low <= one <= high}
        if len(inside) < sharing:
            found.append(place)
    return found
