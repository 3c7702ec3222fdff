"""The order in which a linked system is swept: suppliers first, hubs of loops together.

Belongs here: components one after another, hubs and core of each large loop, which rows are
watched. Does not belong here: the order inside a loop (``row_order``), the sweep (``kernels``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from pipelines.footprint.sampling.row_order import (
    entries_of,
    row_order,
    upstream_order,
    weakly_backward,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

# Of a large component, this part with the most takers is swept alone in between, and this
# part of those that others take from ahead of the order, or as many as bring more than so
# much of one of them: two that feed each other strongly, far from everybody, are a loop too.
HUB_SHARE, LATE_SHARE, LATE_WEIGHT = 0.02, 0.03, 0.2
SMALLEST_WITH_HUBS = 50
# Rows that bring more than this to hubs are swept with them before the others are again.
CORE_WEIGHT = 1e-2
NEUMANN = 40


@dataclass(frozen=True)
class SweepOrder:
    """Rows in the order of the sweep.

    Attributes:
        rows: (n) the node that stands at each place.
        place: (n) the place of each node.
        spans: (k, 5) first place, end of hubs, end, whether the span has loops, end of the
            core: hubs and those that bring them most.
        watched: (n) by place: rows that one swept before them takes from.
    """

    rows: Whole
    place: Whole
    spans: Whole
    watched: NDArray[np.bool_]


def _of_loop(shares: sparse.csc_array) -> tuple[Whole, int, int]:
    """The order inside one large strong component; ends of its hubs and of its core."""
    size = shares.shape[0]
    takers = np.diff(sparse.csr_array(shares).indptr)
    count = max(1, int(HUB_SHARE * size))
    by_takers = np.argsort(-takers, kind="stable")
    hubs, rest = by_takers[:count], np.sort(by_takers[count:])
    rest = rest[weakly_backward(sparse.csc_array(shares[rest][:, rest]))]
    backward = sparse.tril(sparse.csc_array(shares[rest][:, rest]), -1)
    late = np.asarray(backward.sum(axis=1)).ravel()
    chosen = np.argsort(-late, kind="stable")
    chosen = chosen[: max(int(LATE_SHARE * size), int((late > LATE_WEIGHT).sum()))]
    is_hub = np.zeros(rest.size, np.bool_)
    is_hub[chosen[late[chosen] > 0]] = True
    hubs, rest = np.concatenate([hubs, rest[is_hub]]), rest[~is_hub]
    is_core = _weight_in_hubs(shares, hubs)[rest] > CORE_WEIGHT
    core, others = (
        part[row_order(sparse.csc_array(shares[part][:, part]))]
        for part in (rest[is_core], rest[~is_core])
    )
    return np.concatenate([hubs, core, others]), hubs.size, hubs.size + core.size


def _weight_in_hubs(shares: sparse.csc_array, hubs: Whole) -> NDArray[np.float64]:
    """(n) what part of hubs' intensities, summed over hubs, comes by each node."""
    weight = np.zeros(shares.shape[0])
    for _ in range(NEUMANN):
        weight[hubs] = 1.0
        weight = shares @ weight
    return np.asarray(weight)


def sweep_order(links: sparse.csc_array, nominal: NDArray[np.float64]) -> SweepOrder:
    """The sweep order of ``T``, (n, n), amount of the row's node per unit of the column's.

    Args:
        links: the matrix.
        nominal: (n) size of each node's intensity, above zero.

    Example:
        Coal feeds power, power feeds coal, both feed steel: one loop, then steel.

        >>> t = np.array([[0.0, 0.1, 0.3], [0.2, 0.0, 0.5], [0.0, 0.0, 0.0]])
        >>> order = sweep_order(sparse.csc_array(t), np.ones(3))
        >>> order.spans.tolist(), order.watched.tolist()
        ([[0, 2, 2, 1, 2], [2, 2, 3, 0, 2]], [False, True, False])
    """
    n = links.shape[0]
    label = upstream_order(links)
    shares = abs(sparse.diags_array(nominal) @ links @ sparse.diags_array(1 / nominal)).tocsc()
    sizes = np.bincount(label, minlength=int(label.max(initial=-1)) + 1)
    inner = np.zeros(n, np.int64)
    ends_of: dict[int, tuple[int, int]] = {}
    for component in np.flatnonzero(sizes >= SMALLEST_WITH_HUBS).tolist():
        members = np.flatnonzero(label == component)
        order, *ends = _of_loop(sparse.csc_array(shares[members][:, members]))
        ends_of[component] = (ends[0], ends[1])
        inner[members[order]] = np.arange(members.size)
    rows = np.lexsort((inner, label))
    place = np.empty(n, np.int64)
    place[rows] = np.arange(n)
    spans = _spans(sizes, ends_of)
    return SweepOrder(rows, place, spans, _watched(links, place, spans))


def turns(spans: Whole, size: int) -> Whole:
    """(n) by place: when each row is swept; of a loop, others before core before hubs."""
    turn = np.arange(size)
    for low, mid, high, looped, core in spans.tolist():
        if looped:
            turn[core:high] = low + np.arange(high - core)
            turn[mid:core] = low + high - core + np.arange(core - mid)
            turn[low:mid] = low + high - mid + np.arange(mid - low)
    return turn


def _watched(links: sparse.csc_array, place: Whole, spans: Whole) -> NDArray[np.bool_]:
    """Rows that one swept before them takes from.

    Every other row holds exactly once it has been swept.
    """
    turn = turns(spans, place.size)
    provider, taker = (place[side] for side in entries_of(links))
    watched = np.zeros(place.size, np.bool_)
    watched[provider[turn[provider] > turn[taker]]] = True
    return watched


def _spans(sizes: Whole, ends_of: dict[int, tuple[int, int]]) -> Whole:
    """Neighbouring components without loops make one span."""
    spans: list[list[int]] = []
    at = 0
    for component, size in enumerate(sizes.tolist()):
        looped = int(size > 1)
        if not looped and spans and not spans[-1][3]:
            spans[-1][2] = at + size
        else:
            # A small loop is all hubs.
            hubs, core = ends_of.get(component, (size * looped, size * looped))
            spans.append([at, at + hubs, at + size, looped, at + core])
        at += size
    return np.array(spans, np.int64).reshape(-1, 5)
