"""Monte Carlo of all products of a large system at once.

Belongs here: running blocks of samples on threads. A block is sixteen samples; what comes out
of it depends on the plan, the seed and its number alone. Does not belong here: the plan that
is made once (``plan``), compiled loops (``kernels``), judging of samples (``productive``).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.footprint.sampling.draw_formula import LANES, starting_point

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from pipelines.footprint.sampling.plan import Plan

    Array = NDArray[np.float64]

# Hubs are swept until none moves by more; where that does not prove the error small enough,
# they are swept on until none moves by more than these.
TOLERANCE, TIGHTER = 2e-11, (2e-12, 1e-14)
LARGEST_ERROR = 9e-10
MOST_SWEEPS = 200
# Bytes that the processor reads from memory at a time.
LINE = 64


@dataclass(frozen=True)
class Drawn:
    """Sampled intensities.

    Attributes:
        intensity: (m, samples) of the products asked for.
        error: (samples) proved bound of the error of any product, relative to what was
            found; not a number or large where nothing is proved.
        sweeps: (blocks) sweeps used.
        low: (samples) the smallest intensity over its nominal one, of all products.
    """

    intensity: Array
    error: Array
    sweeps: NDArray[np.int64]
    low: Array


def _rows_of_lanes(rows: int, kind: type[np.floating[Any]]) -> NDArray[Any]:
    """An empty (rows, 16) array whose rows begin where lines of memory do.

    A row that straddled two lines would cost two reads wherever it is taken from.
    """
    size = rows * LANES * np.dtype(kind).itemsize
    room = np.empty(size + LINE, np.uint8)
    first = -room.ctypes.data % LINE
    return room[first : first + size].view(kind).reshape(rows, LANES)


class _Workspace:
    """The arrays of one thread, used again for every block."""

    def __init__(self, plan: Plan) -> None:
        from pipelines.footprint.sampling.kernels import AT_ONCE
        from pipelines.footprint.sampling.mixing import DEPTH

        n, hubs = plan.place.size, int((plan.spans[:, 1] - plan.spans[:, 0]).max(initial=0))
        single, double = np.float32, np.float64
        self.drawn = _rows_of_lanes(plan.draws[0].size, single)
        # As many as the rows drawn at once can have.
        passed = np.append(plan.draws[5], np.full(AT_ONCE, plan.draws[5][-1]))
        most = int((passed[AT_ONCE:] - passed[:-AT_ONCE]).max())
        self.passing = _rows_of_lanes(most, single)
        self.c, self.u = _rows_of_lanes(n, double), _rows_of_lanes(n, double)
        self.u_single = _rows_of_lanes(n, single)
        # Of hubs and cores only: the rest of these is never touched, so takes no memory.
        self.sums = (_rows_of_lanes(n, double), _rows_of_lanes(n, double))
        self.sums_single = (_rows_of_lanes(n, single), _rows_of_lanes(n, single))
        past, held, row = (DEPTH, hubs, LANES), (hubs, LANES), (1, LANES)
        self.zero, self.cell = np.zeros(row), np.zeros(row, single)
        self.cells = (np.zeros(row), np.zeros(row), np.zeros(row))
        self.memory = (
            np.zeros(past, single), np.zeros(past, single), np.zeros(held, single),
            np.zeros(held, single), np.zeros(held), np.zeros(held), self.zero,
            np.zeros((DEPTH, DEPTH, LANES)), np.zeros((2, LANES)),
        )  # fmt: skip
        self.moves = np.zeros((2, LANES))
        self.cells_of_bound = tuple(np.zeros(row, single) for _ in range(4))
        self.errors = np.zeros(LANES)

    def solve(self, plan: Plan, seed: int, block: int) -> int:
        """Draw and solve one block; the result stands in ``u``; returns sweeps used."""
        from pipelines.footprint.sampling import kernels

        first = block * LANES
        for number, quantity in enumerate(plan.given):
            self.drawn[number] = plan.system.given_in(quantity, first, first + LANES)
        self.u_single[:] = 1
        used = int(kernels.solve_block(
            plan.spans, TOLERANCE, MOST_SWEEPS, np.uint64(starting_point(seed, block)),
            plan.draws, plan.direct, plan.parts, plan.narrow, plan.wide, plan.watched,
            self.drawn, self.passing, self.c, self.sums, self.u, self.sums_single,
            self.u_single, self.memory, self.zero, self.cell, self.cells, self.moves,
        ))  # fmt: skip
        self._bound(plan)
        for tolerance in TIGHTER:
            if used >= MOST_SWEEPS or (self.errors <= LARGEST_ERROR).all():
                break
            used += int(kernels.settle_further(
                plan.spans, tolerance, MOST_SWEEPS, plan.parts, plan.wide, plan.watched,
                self.drawn, self.c, self.sums, self.u, self.memory, self.cells, self.moves,
            ))  # fmt: skip
            self._bound(plan)
        return used

    def _bound(self, plan: Plan) -> None:
        from pipelines.footprint.sampling.error_bound import bound_block

        # The start is not needed again: the bound takes its place.
        bound_block(
            plan.spans, plan.usual, plan.narrow, plan.watched, self.drawn, self.u, self.moves,
            self.u_single, self.cells_of_bound, self.errors,
        )  # fmt: skip


def threads() -> int:
    """How many threads the machine gives this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def run_blocks(
    plan: Plan,
    seed: int,
    blocks: Iterable[int],
    wanted: NDArray[np.int64] | None = None,
    workers: int | None = None,
) -> Drawn:
    """Draw and solve blocks of samples.

    Args:
        plan: the system laid out.
        seed: the seed.
        blocks: their numbers.
        wanted: (m) nodes whose intensities are kept; all by default.
        workers: threads; the result does not depend on them.

    Returns:
        Intensities of the wanted nodes, sixteen samples per block in the order given.
    """
    from pipelines.footprint.sampling import kernels

    numbers = list(blocks)
    places = plan.place if wanted is None else plan.place[wanted]
    intensity = np.empty((places.size, len(numbers) * LANES))
    sweeps = np.empty(len(numbers), np.int64)
    error, low = np.empty(len(numbers) * LANES), np.empty(len(numbers) * LANES)
    count = min(workers or threads(), len(numbers)) or 1

    # Made here, so that their memory is used again by the next call.
    spaces = [_Workspace(plan) for _ in range(count)]

    def work(worker: int) -> None:
        space = spaces[worker]
        for i in range(worker, len(numbers), count):
            sweeps[i] = space.solve(plan, seed, numbers[i])
            part = slice(i * LANES, (i + 1) * LANES)
            error[part] = space.errors
            kernels.hand_out(
                space.u, plan.scale, places, intensity[:, part], low[part], space.cells[0]
            )

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(work, range(count)))
    return Drawn(intensity, error, sweeps, low)
