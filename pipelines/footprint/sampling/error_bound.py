"""How far settled results can be from the solution: a bound, proved sample by sample.

That rows have stopped moving says little: where loops give back nearly all they take, a
small move is the last of a long way. So the way that is left is bounded.

After the last sweep each row lacks at most what the rows swept after it have moved since,
``r_j <= sum_late |T_ij| d_i``, where ``d_i = eps_i |u_i|`` and ``eps_i`` is the largest
relative move of a watched row of the kind of ``i``. The error ``e`` obeys
``|e| <= |T| |e| + r``. Let ``F(l)`` be one bounding sweep: every row of ``b`` is replaced by
``sum |T| b``, with ``l`` for the rows that the sweep has yet to come to. If
``F(l) + d <= l``, the error is at most ``F(l)``, by induction over sweeps. From some ``b`` on,
``b' = F(b + d)`` is repeated; as ``F(x l) <= x F(l)`` for ``x >= 1``, the choice
``l = x (b + d)`` holds as soon as ``x (b + d - b') >= d``, which is ``x = 1 / (1 - g)`` with
``g`` the largest growth ``(b' - b) / d`` of a watched row. So ``|e| <= b' / (1 - g)``, for every
row, loop or not, whatever the signs and the units. If no ``g`` falls below one, the sizes of
the drawn amounts alone do not make a productive economy, and nothing is proved. It holds from
any ``b`` on; what it comes to at the medians (``usual_bounds``) seldom needs a second sweep.

Source: Collatz (1942), Varga (1962), Matrix iterative analysis, 3.3: a positive vector that a
non-negative matrix makes smaller bounds its inverse.

Belongs here: the bound, in singles, for a bound need not be fine. Does not belong here: what
is done with samples without one (``sample``).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.footprint.sampling.compiler import compiled
from pipelines.footprint.sampling.draw_formula import LANES
from pipelines.footprint.sampling.lane_arithmetic import (
    add_product,
    larger_part,
    left_to_others,
    minus,
    plus,
    singles,
    size,
    taken,
    times,
)
from pipelines.footprint.sampling.lanes import fetch, load, number, store
from pipelines.footprint.sampling.one_sweep import AHEAD
from pipelines.footprint.sampling.usual_bounds import ALIKE

# Growth at which a bound is close enough to the best one, and the most sweeps for it.
ENOUGH = 0.9
MOST = 60
# The bound is computed in singles: what their rounding can hide.
SLACK = 1.01
# No row holds better than this; bounds are counted in units of the other.
ROUNDING, UNIT = 1e-15, 1e-11


@compiled
def _sweep(first: Any, last: Any, system: Any, watched: Any, drawn: Any, u: Any, move: Any,
           bound: Any, zero: Any, cell: Any) -> None:  # fmt: skip
    """One bounding sweep over some rows; the largest growth is left in ``cell``."""
    starts, inputs, at, shares, own = system
    part = load(move, 0)
    grown = load(cell, 0)
    for j in range(first, last):
        total = load(zero, 0)
        for p in range(number(starts, j), number(starts, j + 1)):
            drawn_at = number(at, p)
            fetch(drawn, drawn_at + AHEAD)
            one, other = size(load(drawn, drawn_at)), load(bound, number(inputs, p))
            total = add_product(total, abs(number(shares, p)), one, other)
        own_first, own_last = number(own, j), number(own, j + 1)
        if own_first < own_last:
            used = minus(total, total)
            for p in range(own_first, own_last):
                used = taken(used, number(shares, p), load(drawn, number(at, p)))
            total = size(left_to_others(total, used))
        if number(watched, j):
            moved = times(part, singles(size(load(u, j))))
            grown = larger_part(grown, plus(minus(total, load(bound, j)), moved), moved)
        store(bound, j, total)
    store(cell, 0, grown)


@compiled
def _begin(first: Any, last: Any, usual: Any, watched: Any, u: Any, far: Any, move: Any,
           bound: Any) -> None:  # fmt: skip
    """What watched rows are tried with, moves included; all others are swept before any use."""
    for j in range(first, last):
        if watched[j]:
            tried = taken(load(move, 0), usual[j], load(far, 0))
            store(bound, j, times(tried, singles(size(load(u, j)))))


@compiled
def _add_moves(first: Any, last: Any, watched: Any, u: Any, move: Any, bound: Any) -> None:
    part = load(move, 0)
    for j in range(first, last):
        if watched[j]:
            moved = times(part, singles(size(load(u, j))))
            store(bound, j, plus(load(bound, j), moved))


@compiled
def _bound_loop(span: Any, usual: Any, system: Any, watched: Any, drawn: Any, u: Any, near: Any,
                far: Any, bound: Any, zero: Any, cell: Any) -> None:  # fmt: skip
    low, mid, high, core = span[0], span[1], span[2], span[4]
    for turn in range(MOST):
        if turn == 0:
            _begin(low, mid, usual, watched, u, far, near, bound)
            _begin(mid, high, usual, watched, u, far, far, bound)
        else:
            _add_moves(low, mid, watched, u, near, bound)
            _add_moves(mid, high, watched, u, far, bound)
        cell[:] = 0
        _sweep(core, high, system, watched, drawn, u, far, bound, zero, cell)
        _sweep(mid, core, system, watched, drawn, u, far, bound, zero, cell)
        _sweep(low, mid, system, watched, drawn, u, near, bound, zero, cell)
        is_enough = True
        for q in range(LANES):
            # A growth that is no number never becomes one.
            is_enough &= not cell[0, q] > ENOUGH
        if is_enough:
            break
    for q in range(LANES):
        growth = cell[0, q]
        cell[0, q] = 1 / (1 - growth) if growth < 1 else np.inf
    above = load(cell, 0)
    for j in range(low, high):
        store(bound, j, times(load(bound, j), above))


@compiled
def bound_block(spans: Any, usual: Any, system: Any, watched: Any, drawn: Any, u: Any, moves: Any,
                bound: Any, cells: Any, errors: Any) -> None:  # fmt: skip
    """Bound the relative error of any row of a solved block, from its last moves.

    Args:
        spans: rows as they were swept.
        usual: (n) about what is added to the moves of watched rows, over the largest move.
        system: starts, inputs, quantities, shares and own use, shares as singles.
        watched: (n) rows that one swept before them takes from.
        drawn: (k, 16) multipliers.
        u: (n, 16) the solution.
        moves: (2, 16) largest relative moves, of hubs and cores and of all others.
        bound: (n, 16) singles, overwritten.
        cells: four of (1, 16) singles, overwritten.
        errors: (16) bounds out; not a number or infinite where nothing is proved.
    """
    near, far, zero, cell = cells
    zero[:] = 0
    for q in range(LANES):
        far[0, q] = max(moves[1, q], ROUNDING) / UNIT
        near[0, q] = max(moves[0, q] / UNIT, ALIKE * far[0, q])
    for k in range(spans.shape[0]):
        if spans[k, 3] == 0:
            cell[:] = 0
            _sweep(spans[k, 0], spans[k, 2], system, watched, drawn, u, near, bound, zero, cell)
        else:
            _bound_loop(spans[k], usual, system, watched, drawn, u, near, far, bound, zero, cell)
    cell[:] = 0
    worst = load(cell, 0)
    for j in range(u.shape[0]):
        worst = larger_part(worst, load(bound, j), singles(size(load(u, j))))
    store(cell, 0, worst)
    for q in range(LANES):
        errors[q] = SLACK * UNIT * cell[0, q]
