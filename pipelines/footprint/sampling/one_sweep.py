"""One sweep: rows replaced by their right sides, and how far they moved.

Belongs here: the loops that all the time goes into. The inputs of a row stand in the order
in which they come to rest, so that while a few rows are swept again and again, what they take
from all others is added up once and gone on from. Does not belong here: which rows are swept
when (``kernels``) and what moves say of errors (``error_bound``).
"""

from __future__ import annotations

from typing import Any

from pipelines.footprint.sampling.compiler import compiled
from pipelines.footprint.sampling.draw_formula import LANES
from pipelines.footprint.sampling.lane_arithmetic import (
    add_product,
    alike,
    larger_relative_move,
    left_to_others,
    minus,
    taken,
)
from pipelines.footprint.sampling.lanes import fetch, load, number, store

# Drawn numbers are read one after another: those so many rows on are asked for in time.
AHEAD = 128


@compiled
def _worst(lanes: Any) -> Any:
    worst = lanes[0, 0]
    for q in range(1, LANES):
        # A move that is no number is a large one.
        if not lanes[0, q] <= worst:
            worst = lanes[0, q]
    return worst


@compiled
def add_up(
    first: Any, last: Any, begins: Any, ends: Any, system: Any, drawn: Any, before: Any, u: Any,
    sums: Any,
) -> None:  # fmt: skip
    """Go on from the sums ``before`` with the inputs of rows from ``begins`` to ``ends``."""
    _, inputs, at, shares, _ = system
    for j in range(first, last):
        total = alike(load(before, j), load(u, j))
        for p in range(number(begins, j), number(ends, j)):
            drawn_at = number(at, p)
            fetch(drawn, drawn_at + AHEAD)
            one, other = load(drawn, drawn_at), load(u, number(inputs, p))
            total = add_product(total, number(shares, p), one, other)
        store(sums, j, total)


@compiled
def sweep(
    first: Any, last: Any, begins: Any, system: Any, watched: Any, drawn: Any, sums: Any, u: Any,
    worst: Any,
) -> Any:  # fmt: skip
    """Replace rows by their right sides; returns the largest relative move of any lane.

    ``sums`` hold what the inputs before ``begins`` bring. The largest moves of the watched
    rows are left in ``worst``.
    """
    starts, inputs, at, shares, own = system
    worst[:] = 0
    moved = load(worst, 0)
    for j in range(first, last):
        before = load(u, j)
        total = alike(load(sums, j), before)
        for p in range(number(begins, j), number(starts, j + 1)):
            drawn_at = number(at, p)
            fetch(drawn, drawn_at + AHEAD)
            one, other = load(drawn, drawn_at), load(u, number(inputs, p))
            total = add_product(total, number(shares, p), one, other)
        own_first, own_last = number(own, j), number(own, j + 1)
        if own_first < own_last:
            used = minus(total, total)
            for p in range(own_first, own_last):
                used = taken(used, number(shares, p), load(drawn, number(at, p)))
            total = left_to_others(total, used)
        if number(watched, j):
            moved = larger_relative_move(moved, total, before)
        store(u, j, total)
    store(worst, 0, moved)
    return _worst(worst)
