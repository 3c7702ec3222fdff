"""An attacker's own reckoning over every table ever published, by linear programming.

He knows the rules, the number of results of each table, and how many results any two tables
have in common. Written apart from the audit it attacks: every rank is an unknown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from pipelines.grade import Benchmark
from pipelines.grade.audit import Figure
from pipelines.grade.difference import differing_owners
from pipelines.grade.population import Member
from pipelines.grade.publication import publish_limits

CLOSE = 0.05
SHARED = 3


@dataclass(frozen=True)
class Table:
    """One published table: the results behind it and what a reader knows of its limits."""

    members: tuple[Member, ...]
    figures: tuple[Figure, ...]

    @classmethod
    def of(cls, made: Benchmark) -> Table:
        """A table as published, its rounding reckoned anew from the limit alone."""
        published = publish_limits(made.judged, made.rule, made.disclosure, protected=True)
        assert published.limits == made.limits
        values = sorted(m.value for m in made.judged)
        figures = []
        for figure, limit in zip(published.figures, made.limits, strict=True):
            step = 10.0 ** (math.floor(math.log10(abs(limit))) - 1)
            exact = sum(float(w) * values[r - 1] for r, w in figure.weights.items())
            # Rounding is to half a step; a limit that was moved off a value lies above it.
            low, high = (limit - step / 2, limit + step / 2)
            while exact < low - 1e-9:
                low, high = low - step, limit
            figures.append(Figure(figure.weights, low, high))
        return cls(made.judged, tuple(figures))

    @property
    def results(self) -> frozenset:
        return frozenset((m.product_id, m.value, m.output) for m in self.members)


def system(tables: Sequence[Table]):
    """Rows, bounds and the column where each table's ranks begin."""
    starts = np.cumsum([0, *(len(t.members) for t in tables)])
    rows: list[dict[int, float]] = []
    bounds: list[float] = []

    def at_most(bound: float, **_: object) -> None:
        bounds.append(bound)

    for start, table in zip(starts, tables, strict=False):
        for figure in table.figures:
            row = {start + r - 1: float(w) for r, w in figure.weights.items()}
            rows.append(row)
            at_most(figure.highest)
            rows.append({c: -w for c, w in row.items()})
            at_most(-figure.lowest)
        for rank in range(len(table.members) - 1):
            rows.append({start + rank: 1.0, start + rank + 1: -1.0})
            at_most(0.0)
    for (a, one), (b, other) in permutations(enumerate(tables), 2):
        common = len(one.results & other.results)
        shift = len(other.members) - common
        # The k-th of the common results lies between the k-th of one and the (k + shift)-th.
        for rank in range(common):
            rows.append({starts[a] + rank: 1.0, starts[b] + rank + shift: -1.0})
            at_most(0.0)
    places = [(i, c, w) for i, row in enumerate(rows) for c, w in row.items()]
    where = [p[0] for p in places], [p[1] for p in places]
    matrix = sparse.csr_matrix(([p[2] for p in places], where), (len(rows), int(starts[-1])))
    return matrix, bounds, starts


def recovered(tables: Sequence[Table]) -> int:
    """Values he can tell to within 5 %, and owners a difference of two tables leaves alone."""
    if not tables:
        return 0
    matrix, bounds, starts = system(tables)
    found = 0
    for start, table in zip(starts, tables, strict=False):
        ordered = sorted(table.members, key=lambda m: m.value)
        for rank in sorted({rank for f in table.figures for rank in f.weights}):
            value = ordered[rank - 1].value
            low = _end(matrix, bounds, start + rank - 1, 1.0)
            assert low <= value * (1 + 1e-6)
            if value - low > CLOSE * value:
                continue
            high = _end(matrix, bounds, start + rank - 1, -1.0)
            assert value <= high * (1 + 1e-6)
            inside = {m.owner_id for m in ordered if low <= m.value <= high}
            found += high - value <= CLOSE * value and len(inside) < SHARED
    for one, other in permutations(tables, 2):
        if one.results & other.results:
            sides = differing_owners(one.members, other.members)
            found += any(0 < len(side) < SHARED for side in sides)
    return found


def _end(matrix, bounds, column: int, sign: float) -> float:
    aim = np.zeros(matrix.shape[1])
    aim[column] = sign
    solved = linprog(aim, matrix, bounds, bounds=(0, None))
    return sign * solved.fun if solved.status == 0 else -sign * math.inf
