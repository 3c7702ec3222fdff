"""The compiled walk from a request to its factor: regions outward, then the ranks.

Belongs here: what runs a million times. Does not belong here: how factors are laid out
(``bulk_resolution``).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.footprint.sampling.compiler import compiled

NOTHING, TIE = -1, -2
BITS = 24
WORST, FARTHEST = np.int64(1) << 62, 1 << 30
# Columns of the factors and of their runs of one route, side by side so that one is read
# at once.
OPENS, CLOSES, VALID_FROM, VALID_UNTIL, RANK = range(5)
ROUTE, START = range(2)


@compiled
def _best(low: Any, high: Any, day: Any, columns: Any, unknown_days: Any, best: Any) -> Any:
    """The best valid factor of a run against the best so far: packed ranks and row."""
    key_of_best, found = best
    for p in range(low, high):
        if day < columns[p, VALID_FROM] or day > columns[p, VALID_UNTIL]:
            continue
        opens, closes = columns[p, OPENS], columns[p, CLOSES]
        away = max(opens - day, day - closes, 0)
        if opens > closes:
            away = unknown_days
        key = (np.int64(away) << BITS) | columns[p, RANK]
        if key < key_of_best:
            key_of_best, found = key, p
        elif key == key_of_best:
            found = TIE
    return key_of_best, found


@compiled
def _group(
    low: Any, high: Any, day: Any, asked: Any, far_of: Any, runs: Any, columns: Any,
    unknown_days: Any,
) -> Any:  # fmt: skip
    """The best of one region: runs of the nearest route first, farther ones if none is valid."""
    tried = -1
    while True:
        nearest = FARTHEST
        for r in range(low, high):
            far = far_of[asked, runs[r, ROUTE]]
            if tried < far < nearest:
                nearest = far
        if nearest == FARTHEST:
            return NOTHING
        best = (WORST, np.int64(NOTHING))
        for r in range(low, high):
            if far_of[asked, runs[r, ROUTE]] == nearest:
                first, last = runs[r, START], runs[r + 1, START]
                best = _best(first, last, day, columns, unknown_days, best)
        if best[1] != NOTHING:
            return best[1]
        tried = nearest


@compiled
def _outward(
    base: Any, home: Any, chain: Any, starts: Any, day: Any, asked: Any, far_of: Any,
    runs: Any, columns: Any, unknown_days: Any,
) -> Any:  # fmt: skip
    """The best of the nearest region that holds an admissible factor."""
    for k in range(chain.shape[1]):
        region = chain[home, k]
        if region < 0:
            break
        low, high = starts[base + region], starts[base + region + 1]
        if low < high:
            found = _group(low, high, day, asked, far_of, runs, columns, unknown_days)
            if found != NOTHING:
                return found
    return NOTHING


@compiled
def walk(
    first: Any, last: Any, asked: Any, chain: Any, starts: Any, boundaries: Any, places: Any,
    factors: Any, distance: Any, unknown_days: Any, chosen: Any,
) -> None:  # fmt: skip
    """Choose for requests ``first`` to ``last``; see ``FactorIndex`` for the arrays.

    Factors stand by flow, boundary and region. The first group on the way outward that
    holds an admissible one decides; in it the least technology distance, then the least of
    time distance and fixed rank, packed into one number. Equal numbers tie.
    """
    flows, regions, routes, days = asked
    runs, columns = factors
    for i in range(first, last):
        chosen[i] = NOTHING
        if flows[i] < 0 or regions[i] < 0:
            continue
        for b in range(boundaries):
            base = (np.int64(flows[i]) * boundaries + b) * places
            found = _outward(base, regions[i], chain, starts, days[i], routes[i], distance,
                             runs, columns, unknown_days)  # fmt: skip
            if found != NOTHING:
                chosen[i] = found
                break
