"""A large system laid out for sampling, once: order, shares, quantities in order of use.

Belongs here: where everything stands for the kernels. Does not belong here: the order itself
(``sweep_order``), running blocks (``large_system``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.footprint.sampling.sweep_order import sweep_order
from pipelines.footprint.sampling.usual_bounds import usual_bounds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.footprint.sampling.uncertain_system import UncertainSystem

    Array = NDArray[np.float64]


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
        parts: (n) of each row of hubs and core, where inputs from the core and where those
            from hubs begin; of all other rows, their ends.
        narrow: starts, inputs, quantities, shares and own use, shares as singles.
        wide: the same with shares as doubles.
        usual: (n) by place, where the proof of the errors of watched rows begins.
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
    parts: tuple[NDArray[np.int64], ...]
    narrow: tuple[Any, ...]
    wide: tuple[Any, ...]
    usual: NDArray[np.float32]
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
    looped, level = _levels(order.spans, system.size)
    # What comes from outside the core of a row's loop comes first, then core, then hubs.
    near = np.where(looped[provider] == looped[taker], level[provider], 0)
    near[level[taker] == 0] = 0
    # One number to sort by: four sorts in one.
    by = np.argsort(((is_own * system.size + taker) * 3 + near) * system.size + provider,
                    kind="stable")  # fmt: skip
    linked = int((~is_own).sum())
    starts = _ends(taker[~is_own], system.size)
    own = linked + _ends(taker[is_own], system.size)
    parts = tuple(
        starts[:-1] + np.bincount(taker[~is_own & (near < nearer)], minlength=system.size)
        for nearer in (1, 2)
    )
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
        system, order.place, order.spans, order.watched, scale, draws, given, direct, parts,
        (starts, inputs, at, shares.astype(np.float32), own), (starts, inputs, at, shares, own),
        usual_bounds(order, abs(shares), provider[by], taker[by]), is_certified,
    )  # fmt: skip


def _levels(spans: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], ...]:
    """(n) by place: the number of the span, and 2 for hubs, 1 for cores, 0 for all others."""
    span, level = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for number, (low, mid, high, looped, core) in enumerate(spans.tolist()):
        span[low:high] = number
        if looped:
            level[mid:core], level[low:mid] = 1, 2
    return span, level


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
    # Written from the last use to the first: what stands in the end is the first.
    first_use = np.full(len(system.keys), -1)
    first_use[quantity[turn][::-1]] = np.arange(turn.size)[::-1]
    used = np.flatnonzero(first_use >= 0)
    first = first_use[used]
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
