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
from pipelines.footprint.sampling.lanes import (
    add_product,
    alike,
    doubles,
    load,
    minus,
    singles,
    store,
)

LANES = 16
DEPTH = 5


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
def _product(h: Any, one: Any, other: Any, zero: Any, cell: Any) -> None:
    """The sum over ``h`` rows of the products of two arrays, lane by lane, into ``cell``."""
    total = load(zero, 0)
    for j in range(h):
        total = add_product(total, np.float64(1), load(one, j), load(other, j))
    store(cell, 0, total)


@compiled
def _weights(h: Any, past: Any, count: Any, now: Any, zero: Any, cell: Any) -> Any:
    """Least squares, lane by lane: which past changes explain what is left now."""
    normal = np.empty((DEPTH, DEPTH, LANES))
    right = np.empty((DEPTH, LANES))
    for a in range(count):
        for b in range(a + 1):
            _product(h, past[a], past[b], zero, cell)
            for q in range(LANES):
                normal[a, b, q] = normal[b, a, q] = cell[0, q]
        _product(h, past[a], now, zero, cell)
        for q in range(LANES):
            right[a, q] = cell[0, q]
    for q in range(LANES):
        _solve_small(normal[:, :, q], right[:, q], count)
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
    lefts, changes, left, last_left, last, before, zero, cell = memory
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
    weights = _weights(h, lefts, count, left, zero, cell)
    for a in range(count):
        for q in range(LANES):
            cell[0, q] = -weights[a, q]
        for j in range(h):
            now = load(u, low + j)
            moved = add_product(doubles(now), np.float64(1), load(cell, 0), load(changes[a], j))
            store(u, low + j, alike(moved, now))
