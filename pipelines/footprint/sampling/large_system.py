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

TOLERANCE = 1e-10
MOST_SWEEPS = 200
DEPTH = 5


@dataclass(frozen=True)
class Plan:
    """A system laid out for the kernels.

    Attributes:
        system: what it was made from.
        rows: (n) node at each place of the sweep.
        place: (n) place of each node.
        spans: places by loops.
        scale: (n) nominal intensity by place; unknowns are relative to it.
        narrow: starts, inputs, quantities, shares and own use, shares as singles.
        wide: the same with shares as doubles.
        direct: starts, weights and the two quantities of own emissions.
        keys: (k) keys of the quantities.
        sigmas: (k) their spread as singles.
        is_certified: whether a positive solution proves that a sample is productive.
    """

    system: UncertainSystem
    rows: NDArray[np.int64]
    place: NDArray[np.int64]
    spans: NDArray[np.int64]
    scale: Array
    narrow: tuple[Any, ...]
    wide: tuple[Any, ...]
    direct: tuple[Any, ...]
    keys: NDArray[np.uint64]
    sigmas: NDArray[np.float32]
    is_certified: bool


def plan_of(system: UncertainSystem, nominal: Array) -> Plan:
    """Lay a system out for sampling; done once.

    Args:
        system: medians and quantities.
        nominal: (n) intensities at the medians, as ``solve`` gives them.
    """
    order = sweep_order(system.links())
    scale = np.abs(nominal[order.rows])
    scale[scale == 0] = 1.0
    taker, provider = order.place[system.taker], order.place[system.provider]
    is_own = taker == provider
    # Rows of the sweep one after another, suppliers in order; own use apart at the end.
    by = np.lexsort((provider, taker, is_own))
    linked = int((~is_own).sum())
    counts = np.bincount(taker[~is_own], minlength=system.size)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    used = np.bincount(taker[is_own], minlength=system.size)
    own = linked + np.concatenate([[0], np.cumsum(used)]).astype(np.int64)
    shares = (system.amount * scale[provider] / scale[taker])[by]
    inputs, at = provider[by].astype(np.int32), system.amount_at[by].astype(np.int32)
    emitter = order.place[system.emitter]
    told = np.argsort(emitter, kind="stable")
    told_starts = np.concatenate([[0], np.cumsum(np.bincount(emitter, minlength=system.size))])
    weights = (system.emission / scale[emitter])[told]
    direct = (
        told_starts.astype(np.int64), weights,
        system.emission_at[told, 0].astype(np.int32), system.emission_at[told, 1].astype(np.int32),
    )  # fmt: skip
    is_certified = bool(
        (system.emission >= 0).all() and (system.amount >= 0).all() and (nominal > 0).all()
    )
    return Plan(
        system, order.rows, order.place, order.spans, scale,
        (starts, inputs, at, shares.astype(np.float32), own), (starts, inputs, at, shares, own),
        direct, system.keys, system.sigmas.astype(np.float32), is_certified,
    )  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """Sampled intensities.

    Attributes:
        intensity: (m, samples) of the products asked for.
        move: (samples) largest relative move of any product in the proof.
        sweeps: (blocks) sweeps used.
        low: (samples) the smallest intensity over its nominal one, of all products.
    """

    intensity: Array
    move: Array
    sweeps: NDArray[np.int64]
    low: Array


class _Workspace:
    """What one thread needs to solve one block after another."""

    def __init__(self, plan: Plan) -> None:
        n, hubs = plan.rows.size, int((plan.spans[:, 1] - plan.spans[:, 0]).max(initial=0))
        single, double = np.float32, np.float64
        self.drawn = np.empty((plan.keys.size, LANES), single)
        self.c, self.u = np.empty((n, LANES), double), np.empty((n, LANES), double)
        self.c_single, self.u_single = np.empty((n, LANES), single), np.empty((n, LANES), single)
        self.left = np.empty((n, LANES), single)
        past = (DEPTH, hubs, LANES)
        held = (hubs, LANES)
        self.memory = (np.zeros(past, single), np.zeros(past, single), np.zeros(held, single),
                       np.zeros(held, single), np.zeros(held, single))  # fmt: skip
        self.before = np.zeros(held, single)
        self.zero, self.cell = np.zeros((1, LANES), single), np.zeros((1, LANES), single)
        self.zero_wide, self.cell_wide = np.zeros((1, LANES)), np.zeros((1, LANES))
        self.moves = np.zeros(LANES)

    def solve(self, plan: Plan, seed: int, block: int) -> int:
        """Draw and solve one block; the result stands in ``u``; returns sweeps used."""
        from pipelines.footprint.sampling import kernels

        base = np.uint64(starting_point(seed, block))
        kernels.draw_block(base, plan.keys, plan.sigmas, self.drawn)
        for quantity in plan.system.given:
            first = block * LANES
            self.drawn[quantity] = plan.system.given_in(quantity, first, first + LANES)
        kernels.direct_block(*plan.direct, self.drawn, self.c, self.c_single, self.zero_wide)
        self.u_single[:] = 1
        return int(kernels.solve_block(
            plan.spans, TOLERANCE, MOST_SWEEPS, plan.narrow, plan.wide, self.drawn, self.c,
            self.c_single, self.u, self.u_single, self.left, self.memory, self.before, self.zero,
            self.cell, self.cell_wide, self.moves,
        ))  # fmt: skip


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
    numbers = list(blocks)
    places = plan.place if wanted is None else plan.place[wanted]
    intensity = np.empty((places.size, len(numbers) * LANES))
    sweeps = np.empty(len(numbers), np.int64)
    move, low = np.empty(len(numbers) * LANES), np.empty(len(numbers) * LANES)
    count = min(workers or threads(), len(numbers)) or 1

    def work(worker: int) -> None:
        space = _Workspace(plan)
        for i in range(worker, len(numbers), count):
            sweeps[i] = space.solve(plan, seed, numbers[i])
            part = slice(i * LANES, (i + 1) * LANES)
            move[part] = space.moves
            low[part] = space.u.min(axis=0)
            np.multiply(space.u[places], plan.scale[places, None], out=intensity[:, part])

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(work, range(count)))
    return Drawn(intensity, move, sweeps, low)
