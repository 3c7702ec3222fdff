"""Anderson's step: the next start of an iteration from how its last steps went.

Belongs here: the least squares over past steps, lane by lane, in compiled loops. Only the
hubs of a loop are mixed: a few hundredths of a system. Does not belong here: the sweeps
(``kernels``).

Source: Anderson (1965), Iterative procedures for nonlinear integral equations.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.footprint.sampling.compiler import compiled
from pipelines.footprint.sampling.draw_formula import LANES
from pipelines.footprint.sampling.lane_arithmetic import (
    add_product,
    alike,
    doubles,
    minus,
    singles,
)
from pipelines.footprint.sampling.lanes import load, store

DEPTH = 5


@compiled
def _solve_small(matrix: Any, right: Any, size: Any) -> None:
    """Solve (size, size, 16) systems, all lanes at once; what comes in is overwritten."""
    for a in range(size):
        for q in range(LANES):
            # A direction that says nothing new gets no weight.
            matrix[a, a, q] = matrix[a, a, q] * (1 + 1e-6) + 1e-30
    for a in range(size):
        for b in range(a + 1, size):
            for q in range(LANES):
                share = matrix[b, a, q] / matrix[a, a, q]
                for d in range(a, size):
                    matrix[b, d, q] -= share * matrix[a, d, q]
                right[b, q] -= share * right[a, q]
    for a in range(size - 1, -1, -1):
        for q in range(LANES):
            total = right[a, q]
            for d in range(a + 1, size):
                total -= matrix[a, d, q] * right[d, q]
            right[a, q] = total / matrix[a, a, q]


@compiled
def _products(h: Any, one: Any, newest: Any, now: Any, zero: Any, cells: Any) -> None:
    """Sums over ``h`` rows, lane by lane, of an array times the newest, and times what is now."""
    with_newest, with_now = load(zero, 0), load(zero, 0)
    for j in range(h):
        part = load(one, j)
        with_newest = add_product(with_newest, np.float64(1), part, load(newest, j))
        with_now = add_product(with_now, np.float64(1), part, load(now, j))
    store(cells, 0, with_newest)
    store(cells, 1, with_now)


@compiled
def _weights(h: Any, past: Any, slot: Any, count: Any, now: Any, zero: Any, normal: Any,
             cells: Any) -> Any:  # fmt: skip
    """Least squares, lane by lane: which past changes explain what is left now.

    Of the products of past changes, ``normal`` keeps those of the ones that have stayed.
    """
    right = np.empty((DEPTH, LANES))
    for a in range(count):
        _products(h, past[a], past[slot], now, zero, cells)
        for q in range(LANES):
            normal[a, slot, q] = normal[slot, a, q] = cells[0, q]
            right[a, q] = cells[1, q]
    _solve_small(normal.copy(), right, count)
    return right


@compiled
def mix(turn: Any, is_new: Any, low: Any, h: Any, u: Any, memory: Any) -> None:
    """Move the hubs of ``u`` on from their last steps.

    Args:
        turn: how many pairs of steps are kept.
        is_new: whether this step has no step before it to be told from.
        low: place of the first hub.
        h: how many hubs.
        u: (n, 16) values after this step, singles or doubles; changed.
        memory: what is kept from step to step, and the hubs before this one.
    """
    lefts, changes, left, last_left, last, before, zero, normal, cells = memory
    pairs = turn if is_new else turn + 1
    count, slot = min(pairs, DEPTH), turn % DEPTH
    for j in range(h):
        after = doubles(load(u, low + j))
        gap = singles(minus(after, load(before, j)))
        if not is_new:
            store(lefts[slot], j, minus(gap, load(last_left, j)))
            store(changes[slot], j, singles(minus(after, load(last, j))))
        store(left, j, gap)
        store(last_left, j, gap)
        store(last, j, after)
    if count == 0:
        return
    weights = _weights(h, lefts, slot, count, left, zero, normal, cells)
    for a in range(count):
        for q in range(LANES):
            weights[a, q] = -weights[a, q]
    for j in range(h):
        now = load(u, low + j)
        for a in range(count):
            moved = add_product(doubles(now), np.float64(1), load(weights, a), load(changes[a], j))
            now = alike(moved, now)
        store(u, low + j, now)
