"""The first few factors of each request, and the first few that are refused: compiled.

Belongs here: the comparison of one request with every factor of its flow. Does not belong
here: numbers for names and words for numbers (``bulk_choices``), the rule (``resolve``).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.footprint.sampling.compiler import compiled

TOP, SHOWN = 6, 5
# Bits of the codes that depend on the request; those of the factor alone come first.
GEO, TEC, UNIT, VAL = 4, 8, 16, 32


@compiled
def _refusal(p: Any, far: Any, is_other: Any, own: Any, day: Any, static: Any, days: Any) -> Any:
    """Why a factor cannot serve a request, as bits; none where it can."""
    code = static[p]
    if far < 0:
        code |= GEO
    if is_other:
        code |= TEC
    if own < 0:
        code |= UNIT
    if days[4][p] < day or days[3][p] > day:
        code |= VAL
    return code


@compiled
def _is_before(near: Any, away: Any, rest: Any, key: Any) -> Any:
    if near != key[0]:
        return near < key[0]
    if away != key[1]:
        return away < key[1]
    return rest < key[2]


@compiled
def _place(p: Any, near: Any, away: Any, rest: Any, count: Any, keys: Any, top: Any) -> Any:
    """Put a factor among the first few, behind its equals."""
    at = min(count, TOP)
    while at > 0 and _is_before(near, away, rest, keys[at - 1]):
        if at < TOP:
            keys[at] = keys[at - 1]
            top[at] = top[at - 1]
        at -= 1
    if at < TOP:
        keys[at, 0], keys[at, 1], keys[at, 2] = near, away, rest
        top[at] = p


@compiled
def first_few(
    asked: Any, starts: Any, held: Any, days: Any, tables: Any, unknown_days: Any, found: Any
) -> Any:
    """Rank the factors of each request's flow; see ``bulk_choices`` for the arrays.

    Factors of a flow stand in order of their id, so that equals keep that order. A tie of the
    first two is told by a count below zero.
    """
    flows, regions, routes, mids, units = asked
    boundary, region, route, unit, fixed, static = held
    opens, closes, is_known = days[0], days[1], days[2]
    geography, technology, is_other, own_unit = tables
    top, counts, refused, refused_codes, codes = found
    keys = np.empty((TOP, 3), np.int64)
    for i in range(len(flows)):
        count, shown, day = 0, 0, mids[i]
        if flows[i] < 0:
            continue
        for p in range(starts[flows[i]], starts[flows[i] + 1]):
            far, own = geography[regions[i], region[p]], own_unit[units[i], unit[p]]
            code = _refusal(p, far, is_other[routes[i], route[p]], own, day, static, days)
            if code:
                codes[i] |= code
                if shown < SHOWN:
                    refused[i, shown], refused_codes[i, shown] = p, code
                    shown += 1
                continue
            away = max(opens[p] - day, day - closes[p], 0) if is_known[p] else unknown_days
            near = (boundary[p] << 32) | (far << 16) | technology[routes[i], route[p]]
            _place(p, near, away, (fixed[p] << 1) | own, count, keys, top[i])
            count += 1
        is_tie = count > 1 and (keys[0] == keys[1]).all()
        counts[i] = -1 if is_tie else count
    return 0
