"""Monte Carlo of all products of a large system at once.

Belongs here: the plan that is made once, and running blocks of samples on threads. A block
is sixteen samples; what comes out of it depends on the plan, the seed and its number alone.
Does not belong here: compiled loops (``kernels``), judging of samples (``productive``).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.footprint.sampling.draw_formula import LANES, starting_point
from pipelines.footprint.sampling.sweep_order import sweep_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from pipelines.footprint.sampling.uncertain_system import UncertainSystem

    Array = NDArray[np.float64]

# Hubs are swept until none moves by more; where that does not prove the error small enough,
# they are swept on until none moves by more than these.
TOLERANCE, TIGHTER = 2e-11, (2e-12, 1e-14)
LARGEST_ERROR = 9e-10
MOST_SWEEPS = 200
DEPTH = 5
# Bytes that the processor reads from memory at a time.
LINE = 64


@dataclass(frozen=True)
class Plan:
    """A system laid out for the kernels.

    Quantities stand in the order in which the sweep first uses them, those with given
    samples before all, so that what is drawn is read one after another.

    Attributes:
        system: what it was made from.
        place: (n) place of each node.
        spans: places by loops.
        watched: (n) by place, which rows close loops.
        scale: (n) nominal intensity by place; unknowns are relative to it.
        draws: keys and spreads of the quantities, and how many of them the rows before
            each place need; the same of those that nothing but the emissions of one row uses.
        given: numbers, in the system, of the quantities whose samples are given.
        direct: starts, weights and the two quantities of own emissions; quantities that
            pass with their row are counted from -1 down.
        narrow: starts, inputs, quantities, shares and own use, shares as singles.
        wide: the same with shares as doubles.
        is_certified: whether a positive solution proves that a sample is productive.
    """

    system: UncertainSystem
    place: NDArray[np.int64]
    spans: NDArray[np.int64]
    watched: NDArray[np.bool_]
    scale: Array
    draws: tuple[Any, ...]
    given: tuple[int, ...]
    direct: tuple[Any, ...]
    narrow: tuple[Any, ...]
    wide: tuple[Any, ...]
    is_certified: bool


def plan_of(system: UncertainSystem, nominal: Array) -> Plan:
    """Lay a system out for sampling; done once.

    Args:
        system: medians and quantities.
        nominal: (n) intensities at the medians, as ``solve`` gives them.
    """
    size = np.abs(nominal)
    size[size == 0] = 1.0
    order = sweep_order(system.links(), size)
    scale = size[order.rows]
    taker, provider = order.place[system.taker], order.place[system.provider]
    is_own = taker == provider
    # Rows of the sweep one after another, suppliers in order; own use apart at the end.
    by = np.lexsort((provider, taker, is_own))
    linked = int((~is_own).sum())
    starts = _ends(taker[~is_own], system.size)
    own = linked + _ends(taker[is_own], system.size)
    shares = (system.amount * scale[provider] / scale[taker])[by]
    emitter = order.place[system.emitter]
    told = np.argsort(emitter, kind="stable")
    draws, number, given = _in_order_of_use(system, taker, emitter, by)
    inputs, at = provider[by].astype(np.int32), number[system.amount_at[by]]
    direct = (
        _ends(emitter, system.size), (system.emission / scale[emitter])[told],
        number[system.emission_at[told, 0]], number[system.emission_at[told, 1]],
    )  # fmt: skip
    is_certified = bool(
        (system.emission >= 0).all() and (system.amount >= 0).all() and (nominal > 0).all()
    )
    return Plan(
        system, order.place, order.spans, order.watched, scale, draws, given, direct,
        (starts, inputs, at, shares.astype(np.float32), own), (starts, inputs, at, shares, own),
        is_certified,
    )  # fmt: skip


def _ends(rows: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """(size + 1) where the entries of each row begin, entries sorted by row."""
    return np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=size))]).astype(np.int64)


def _in_order_of_use(
    system: UncertainSystem, taker: NDArray[np.int64], emitter: NDArray[np.int64],
    by: NDArray[np.int64],
) -> tuple[tuple[Any, ...], NDArray[np.int32], tuple[int, ...]]:  # fmt: skip
    """Quantities in the order of their first use, their new numbers, those that are given."""
    row = np.concatenate([taker[by], emitter, emitter])
    quantity = np.concatenate([system.amount_at[by], system.emission_at.T.ravel()])
    turn = np.argsort(row, kind="stable")
    used, first = np.unique(quantity[turn], return_index=True)
    given = tuple(sorted(system.given))
    is_drawn = ~np.isin(used, given)
    used, first = used[is_drawn], first[is_drawn]
    used, row = used[np.argsort(first)], row[turn][np.sort(first)]
    is_passing = _passes(system, emitter)[used]
    kept, passing = used[~is_passing], used[is_passing]
    whole = np.concatenate([np.array(given, np.int64), kept])
    number = np.zeros(len(system.keys), np.int32)
    number[whole] = np.arange(whole.size)
    number[passing] = -1 - np.arange(passing.size)
    keys, sigmas = system.keys, system.sigmas.astype(np.float32)
    draws = (
        keys[whole], sigmas[whole], len(given) + _ends(row[~is_passing], system.size),
        keys[passing], sigmas[passing], _ends(row[is_passing], system.size),
    )  # fmt: skip
    return draws, number, given


def _passes(system: UncertainSystem, emitter: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(k) which quantities nothing but the emissions of one row uses."""
    first, last = np.full(len(system.keys), system.size), np.full(len(system.keys), -1)
    for used in system.emission_at.T:
        np.minimum.at(first, used, emitter)
        np.maximum.at(last, used, emitter)
    passes: NDArray[np.bool_] = first == last
    passes[system.amount_at] = False
    return passes


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

        n, hubs = plan.place.size, int((plan.spans[:, 1] - plan.spans[:, 0]).max(initial=0))
        single, double = np.float32, np.float64
        self.drawn = _rows_of_lanes(plan.draws[0].size, single)
        # As many as the rows drawn at once can have.
        passed = np.append(plan.draws[5], np.full(AT_ONCE, plan.draws[5][-1]))
        most = int((passed[AT_ONCE:] - passed[:-AT_ONCE]).max())
        self.passing = _rows_of_lanes(most, single)
        self.c, self.u = _rows_of_lanes(n, double), _rows_of_lanes(n, double)
        self.u_single = _rows_of_lanes(n, single)
        past, held, row = (DEPTH, hubs, LANES), (hubs, LANES), (1, LANES)
        self.zero, self.cell = np.zeros(row), np.zeros(row, single)
        self.cells = (np.zeros(row), np.zeros(row), np.zeros(row))
        self.memory = (
            np.zeros(past, single), np.zeros(past, single), np.zeros(held, single),
            np.zeros(held, single), np.zeros(held), np.zeros(held), self.zero, np.zeros(row),
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
            plan.draws, plan.direct, plan.narrow, plan.wide, plan.watched, self.drawn,
            self.passing, self.c, self.u, self.u_single, self.memory, self.zero, self.cell,
            self.cells, self.moves,
        ))  # fmt: skip
        self._bound(plan)
        for tolerance in TIGHTER:
            if used >= MOST_SWEEPS or (self.errors <= LARGEST_ERROR).all():
                break
            used += int(kernels.settle_further(
                plan.spans, tolerance, MOST_SWEEPS, plan.wide, plan.watched, self.drawn, self.c,
                self.u, self.memory, self.cells, self.moves,
            ))  # fmt: skip
            self._bound(plan)
        return used

    def _bound(self, plan: Plan) -> None:
        from pipelines.footprint.sampling.error_bound import bound_block

        # The start is not needed again: the bound takes its place.
        bound_block(
            plan.spans, plan.narrow, plan.watched, self.drawn, self.u, self.moves, self.u_single,
            self.cells_of_bound, self.errors,
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
