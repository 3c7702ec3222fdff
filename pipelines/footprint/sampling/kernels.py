"""Compiled loops: draw a block of samples, sweep the system, prove the result row by row.

Belongs here: what must run at the speed of memory. The unknown ``u`` is the intensity of
every product over its nominal one, sixteen samples side by side:
``u_j = c_j + sum_i s_ij m_ij u_i`` with ``s`` the nominal share of input ``i`` in the
intensity of ``j`` (free of units) and ``m`` the drawn multipliers. Each row is replaced by
its right side, suppliers of many first (Gauss and Seidel); the suppliers that close nearly
all loops are swept alone in between and mixed with their own past (Anderson 1965). Sweeps
run in singles; what they leave is computed in doubles and solved for again, until every
row of every sample, recomputed in doubles, moves by less than the tolerance.

Does not belong here: the order of the sweep (``sweep_order``) and everything that runs once
(``large_system``).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.footprint.sampling.compiler import compiled
from pipelines.footprint.sampling.lanes import (
    add_product,
    doubles,
    larger_move,
    larger_relative_move,
    left_to_others,
    load,
    minus,
    plus,
    singles,
    store,
    taken,
)
from pipelines.footprint.sampling.registers import draw

LANES = 16
DEPTH = 5
# A sweep in singles cannot see moves below this.
SINGLE_LIMIT = np.float32(2e-6)
HUB_SWEEPS = 60
CORRECTIONS = 4
# A correction is solved for to this part of the tolerance.
FINE = 0.1
SLACK = np.float32(1e-3)


@compiled
def draw_block(base: Any, keys: Any, sigmas: Any, out: Any) -> None:
    """Multipliers of every quantity for one block of samples into ``out`` (k, 16)."""
    for k in range(keys.size):
        store(out, k, draw(keys[k] + base, sigmas[k]))


@compiled
def direct_block(
    starts: Any, weights: Any, amounts: Any, factors: Any, drawn: Any, c: Any, c_single: Any,
    zero: Any,
) -> None:  # fmt: skip
    """What each product emits itself: sums of weight, drawn amount and drawn factor."""
    for j in range(starts.size - 1):
        total = load(zero, 0)
        for p in range(starts[j], starts[j + 1]):
            one, other = load(drawn, amounts[p]), load(drawn, factors[p])
            total = add_product(total, weights[p], one, other)
        store(c, j, total)
        store(c_single, j, singles(total))


@compiled
def _worst(lanes: Any) -> Any:
    worst = lanes[0, 0]
    for q in range(1, LANES):
        # A move that is no number is a large one.
        if not lanes[0, q] <= worst:
            worst = lanes[0, q]
    return worst


@compiled
def sweep(
    first: Any, last: Any, is_relative: Any, system: Any, drawn: Any, c: Any, u: Any, worst: Any
) -> Any:
    """Replace rows by their right sides; returns the largest move of any lane.

    Moves count relative to the new value, except in corrections, which pass through zero.
    """
    starts, inputs, at, shares, own = system
    worst[:] = 0
    moved = load(worst, 0)
    for j in range(first, last):
        total = load(c, j)
        for p in range(starts[j], starts[j + 1]):
            total = add_product(total, shares[p], load(drawn, at[p]), load(u, inputs[p]))
        if own[j] < own[j + 1]:
            used = minus(total, total)
            for p in range(own[j], own[j + 1]):
                used = taken(used, shares[p], load(drawn, at[p]))
            total = left_to_others(total, used)
        if is_relative:
            moved = larger_relative_move(moved, total, load(u, j))
        else:
            moved = larger_move(moved, total, load(u, j))
        store(u, j, total)
    store(worst, 0, moved)
    return _worst(worst)


@compiled
def leftover(system: Any, drawn: Any, c: Any, u: Any, left: Any) -> None:
    """What each row lacks, in doubles, rounded to singles at the end."""
    starts, inputs, at, shares, own = system
    for j in range(own.size - 1):
        total = minus(load(c, j), load(u, j))
        for p in range(starts[j], starts[j + 1]):
            total = add_product(total, shares[p], load(drawn, at[p]), load(u, inputs[p]))
        for p in range(own[j], own[j + 1]):
            total = add_product(total, shares[p], load(drawn, at[p]), load(u, j))
        store(left, j, singles(total))


@compiled
def _weights(past: Any, count: Any, now: Any, weights: Any, zero: Any, cell: Any) -> None:
    """Least squares, lane by lane: which past changes explain what is left now."""
    h = now.shape[0]
    normal = np.empty((DEPTH, DEPTH, LANES))
    right = np.empty((DEPTH, LANES))
    one = np.float32(1)
    for a in range(count):
        for b in range(a + 1):
            total = load(zero, 0)
            for j in range(h):
                total = add_product(total, one, load(past[a], j), load(past[b], j))
            store(cell, 0, total)
            for q in range(LANES):
                normal[a, b, q] = normal[b, a, q] = cell[0, q]
        total = load(zero, 0)
        for j in range(h):
            total = add_product(total, one, load(past[a], j), load(now, j))
        store(cell, 0, total)
        for q in range(LANES):
            right[a, q] = cell[0, q]
    for q in range(LANES):
        _solve_small(normal[:, :, q], right[:, q], count)
        for a in range(count):
            weights[a, q] = -right[a, q]


@compiled
def _solve_small(matrix: Any, right: Any, size: Any) -> None:
    for a in range(size):
        # A direction that says nothing new gets no weight.
        matrix[a, a] = matrix[a, a] * (1 + 1e-6) + 1e-30
    for a in range(size):
        for b in range(a + 1, size):
            share = matrix[b, a] / matrix[a, a]
            for d in range(a, size):
                matrix[b, d] -= share * matrix[a, d]
            right[b] -= share * right[a]
    for a in range(size - 1, -1, -1):
        total = right[a]
        for d in range(a + 1, size):
            total -= matrix[a, d] * right[d]
        right[a] = total / matrix[a, a]


@compiled
def _mix(turn: Any, low: Any, before: Any, u: Any, memory: Any, zero: Any, cell: Any) -> None:
    """Anderson's step on the hubs: the next start from how the last steps went."""
    lefts, changes, left, last_left, last = memory
    h = before.shape[0]
    count = min(turn, DEPTH)
    slot = (turn - 1) % DEPTH
    for j in range(h):
        after = load(u, low + j)
        gap = minus(after, load(before, j))
        if turn > 0:
            store(lefts[slot], j, minus(gap, load(last_left, j)))
            store(changes[slot], j, minus(after, load(last, j)))
        store(left, j, gap)
        store(last_left, j, gap)
        store(last, j, after)
    if count == 0:
        return
    weights = np.empty((DEPTH, LANES), np.float32)
    _weights(lefts, count, left, weights, zero, cell)
    for a in range(count):
        for q in range(LANES):
            cell[0, q] = weights[a, q]
        for j in range(h):
            moved = add_product(load(u, low + j), np.float32(1), load(cell, 0), load(changes[a], j))
            store(u, low + j, moved)


@compiled
def settle(
    spans: Any, limit: Any, most: Any, is_relative: Any, system: Any, drawn: Any, c: Any, u: Any,
    memory: Any, before: Any, zero: Any, cell: Any,
) -> Any:  # fmt: skip
    """Sweep every span, suppliers first, until moves fall below the limit; returns sweeps.

    Spans are rows (first, end of hubs, last, whether looped). A span without loops is exact
    after one sweep.
    """
    used = 0
    for k in range(spans.shape[0]):
        low, mid, high, looped = spans[k, 0], spans[k, 1], spans[k, 2], spans[k, 3]
        if looped == 0:
            sweep(low, high, is_relative, system, drawn, c, u, cell)
            continue
        held = before[: mid - low]
        for turn in range(most):
            for j in range(mid - low):
                store(held, j, load(u, low + j))
            gap = sweep(mid, high, is_relative, system, drawn, c, u, cell)
            hub = sweep(low, mid, is_relative, system, drawn, c, u, cell)
            used += 1
            # Written so that a gap that is no number does not pass for a small one.
            if gap < limit and hub < limit:
                break
            for _ in range(HUB_SWEEPS):
                if hub < max(np.float32(0.1) * limit, SLACK * gap):
                    break
                hub = sweep(low, mid, is_relative, system, drawn, c, u, cell)
            _mix(turn, low, held, u, memory, zero, cell)
    return used


@compiled
def prove(spans: Any, system: Any, drawn: Any, c: Any, u: Any, moves: Any, cell: Any) -> Any:
    """Recompute every row in doubles; returns the largest relative move, lanes in ``moves``."""
    moves[:] = 0
    gap = 0.0
    for k in range(spans.shape[0]):
        moved = sweep(spans[k, 0], spans[k, 2], True, system, drawn, c, u, cell)  # noqa: FBT003
        # What stands outside loops is exact now, however far it moved.
        if spans[k, 3] != 0:
            gap = max(gap, moved)
            for q in range(LANES):
                if not cell[0, q] <= moves[q]:
                    moves[q] = cell[0, q]
    return gap


@compiled
def add_correction(u: Any, change: Any) -> None:
    """Add singles to doubles, row by row."""
    for j in range(u.shape[0]):
        store(u, j, plus(load(u, j), load(change, j)))


@compiled
def widen(narrow: Any, wide: Any) -> None:
    """Copy singles into doubles, row by row."""
    for j in range(wide.shape[0]):
        store(wide, j, doubles(load(narrow, j)))


@compiled
def solve_block(
    spans: Any, tolerance: Any, most: Any, narrow: Any, wide: Any, drawn: Any, c: Any,
    c_single: Any, u: Any, u_single: Any, left: Any, memory: Any, before: Any, zero: Any,
    cell: Any, cell_wide: Any, moves: Any,
) -> Any:  # fmt: skip
    """Solve one block of samples; returns sweeps used, the last moves of the proof in ``moves``.

    ``u_single`` comes in as the start. Corrections go on until the proof holds; where a
    sample does not settle at all they stop after the first, which is enough for the others.
    """
    rough = settle(spans, SINGLE_LIMIT, most, True, narrow, drawn, c_single, u_single, memory,  # noqa: FBT003
                   before, zero, cell)  # fmt: skip
    used = rough
    widen(u_single, u)
    for _ in range(CORRECTIONS if rough < most else 1):
        leftover(wide, drawn, c, u, left)
        u_single[:] = 0
        used += settle(spans, np.float32(FINE * tolerance), most, False, narrow, drawn, left,  # noqa: FBT003
                       u_single, memory, before, zero, cell)  # fmt: skip
        add_correction(u, u_single)
        if prove(spans, wide, drawn, c, u, moves, cell_wide) < tolerance:
            break
    return used
