"""The compiled walk from a request to its factor: nearest region first, then the ranks.

Belongs here: what runs a million times. Memory is far away: requests go through in runs,
each step over a whole run, so that the processor fetches many at once. Does not belong
here: how factors are laid out (``bulk_resolution``).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.footprint.sampling.compiler import compiled

NOTHING, TIE = -1, -2
RANK_BITS, DAY_BITS = 24, 30
WORST = np.int64(1) << 62
BEYOND = WORST + 1
RUN = 256
# Columns of a factor: four to a line of the cache. The last holds its route, whether its
# validity has limits, and whether it is the last of its group.
OPENS, CLOSES, RANK, KIND = range(4)
IS_LAST, IS_LIMITED, ROUTE_AT = 1, 2, 2
AHEAD = 4
# Columns of a request.
FLOW, HOME, ROUTE, DAY, LINE = range(5)


@compiled
def _best(low: Any, day: Any, far_of: Any, columns: Any, validity: Any, unknown_days: Any) -> Any:
    """The best admissible factor of the group that begins at ``low``.

    Technology, time and fixed rank are compared as one number.
    """
    best = WORST
    found: Any = np.int64(NOTHING)
    p = low
    while True:
        kind = columns[p, KIND]
        opens, closes = columns[p, OPENS], columns[p, CLOSES]
        away = max(opens - day, day - closes, 0)
        if opens > closes:
            away = unknown_days
        key = far_of[kind >> ROUTE_AT] + ((np.int64(away) << RANK_BITS) | columns[p, RANK])
        if kind & IS_LIMITED and not validity[p, 0] <= day <= validity[p, 1]:
            key = BEYOND
        # Choices of values, not of ways: the processor cannot guess which is better.
        found = p if key < best else (TIE if key == best else found)
        best = min(key, best)
        if kind & IS_LAST:
            return found
        p += 1


@compiled
def _outward(home: Any, base: Any, day: Any, far_of: Any, index: Any, unknown_days: Any) -> Any:
    """The best of the nearest region that holds an admissible factor."""
    chain, starts, columns, validity = index[0], index[1], index[4], index[5]
    for k in range(chain.shape[1]):
        region = chain[home, k]
        if region < 0:
            break
        low = starts[base + region]
        if low < starts[base + region + 1]:
            found = _best(low, day, far_of, columns, validity, unknown_days)
            if found != NOTHING:
                return found
    return NOTHING


@compiled
def _settle(
    count: Any, at: Any, lows: Any, asked: Any, index: Any, distance: Any, unknown_days: Any,
    chosen: Any,
) -> Any:  # fmt: skip
    """Choose for requests from their groups, and from farther ones where none serves."""
    outer, columns, validity = index[3], index[4], index[5]
    end = len(columns) - 1
    fetched = 0
    while count:
        for i in range(count):
            fetched += columns[lows[i], KIND]
        for i in range(count):
            fetched += columns[min(lows[i] + AHEAD, end), KIND]
        left = 0
        for i in range(count):
            one, low = at[i], lows[i]
            far_of, day = distance[asked[one, ROUTE]], asked[one, DAY]
            found = _best(low, day, far_of, columns, validity, unknown_days)
            chosen[asked[one, LINE]] = found
            if found == NOTHING and outer[low] >= 0:
                at[left], lows[left] = one, outer[low]
                left += 1
        count = left
    return fetched


@compiled
def _by_flow(first: Any, last: Any, asked: Any, count: Any) -> Any:
    """Requests ``first`` to ``last`` of known flow and region, those of one flow together."""
    flows, regions, routes, days = asked
    ends = np.zeros(count + 1, np.int64)
    for i in range(first, last):
        if flows[i] >= 0 and regions[i] >= 0:
            ends[flows[i] + 1] += 1
    for k in range(count):
        ends[k + 1] += ends[k]
    found = np.empty((ends[count], 5), np.int32)
    for i in range(first, last):
        if flows[i] >= 0 and regions[i] >= 0:
            place = ends[flows[i]]
            ends[flows[i]] += 1
            found[place, FLOW], found[place, HOME] = flows[i], regions[i]
            found[place, ROUTE], found[place, DAY], found[place, LINE] = routes[i], days[i], i
    return found


@compiled
def walk(
    first: Any, last: Any, given: Any, index: Any, is_nested: Any, boundaries: Any, places: Any,
    distance: Any, unknown_days: Any, chosen: Any,
) -> Any:  # fmt: skip
    """Choose for requests ``first`` to ``last``; see ``FactorIndex`` for the arrays.

    Factors stand by flow, boundary and region. The first group on the way outward that
    holds an admissible one decides; in it the least technology distance, then the least of
    time distance and fixed rank, packed into one number. Equal numbers tie. Returns a
    number without meaning that keeps the fetching.
    """
    nearest = index[2]
    asked = _by_flow(first, last, given, len(nearest) // (boundaries * places))
    chosen[first:last] = NOTHING
    at, lows = np.empty(RUN, np.int64), np.empty(RUN, np.int32)
    fetched = 0
    for start in range(0, len(asked), RUN):
        end = min(start + RUN, len(asked))
        for b in range(boundaries):
            count = 0
            for i in range(start, end):
                low = NOTHING
                if b == 0 or chosen[asked[i, LINE]] == NOTHING:
                    base = (np.int64(asked[i, FLOW]) * boundaries + b) * places
                    low = nearest[base + asked[i, HOME]]
                at[count], lows[count] = i, low
                count += low >= 0
            if is_nested:
                fetched += _settle(count, at, lows, asked, index, distance, unknown_days, chosen)
                continue
            for k in range(count):
                one = asked[at[k]]
                base = (np.int64(one[FLOW]) * boundaries + b) * places
                chosen[one[LINE]] = _outward(one[HOME], base, one[DAY], distance[one[ROUTE]],
                                             index, unknown_days)  # fmt: skip
    return fetched
