"""The order in which a linked system is swept: suppliers first, hubs of loops together.

Belongs here: strong components in upstream order, hubs of each large loop. Does not belong
here: the sweep itself (``kernels``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

# Of a large component, this part with the most takers is swept alone in between, and this
# part of those that others take from ahead of the order, or as many as bring more than so
# much of one of them: two that feed each other strongly, far from everybody, are a loop too.
HUB_SHARE, LATE_SHARE, LATE_WEIGHT = 0.02, 0.03, 0.2
SMALLEST_WITH_HUBS = 50
# Inside a loop the weakest of its links are let go, until no loop is left.
LET_GO = 0.15
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


def upstream_order(links: sparse.csc_array) -> Whole:
    """The strong component of each node, numbered so that suppliers come first."""
    _, label = sparse.csgraph.connected_components(links, connection="strong")
    rows, columns = links.nonzero()
    # Components come out in one direction of the links or the other.
    is_upstream_first = (label[rows] <= label[columns]).all()
    return np.asarray(label if is_upstream_first else label.max() - label, np.int64)


def _weakly_backward(shares: sparse.csc_array) -> Whole:
    """Nodes in an order in which little goes backwards.

    Strong components one after another; inside each, the weakest links are let go until
    it falls apart, and so on.
    """
    n = shares.shape[0]
    links = shares.tocoo()
    provider, taker, weight = links.coords[0], links.coords[1], links.data
    rank = np.zeros(n, np.int64)
    while provider.size:
        kept = sparse.csc_array(sparse.coo_array((weight, (provider, taker)), shape=(n, n)))
        finer = upstream_order(kept)
        rank = np.unique(rank * (int(finer.max()) + 1) + finer, return_inverse=True)[1]
        is_looped = rank[provider] == rank[taker]
        provider, taker, weight = provider[is_looped], taker[is_looped], weight[is_looped]
        is_strong = weight > np.quantile(weight, LET_GO) if weight.size else weight > 0
        provider, taker, weight = provider[is_strong], taker[is_strong], weight[is_strong]
    return np.argsort(rank, kind="stable")


def _of_loop(shares: sparse.csc_array) -> tuple[Whole, int, int]:
    """The order inside one large strong component; ends of its hubs and of its core."""
    size = shares.shape[0]
    takers = np.diff(sparse.csr_array(shares).indptr)
    count = max(1, int(HUB_SHARE * size))
    by_takers = np.argsort(-takers, kind="stable")
    hubs, rest = by_takers[:count], np.sort(by_takers[count:])
    rest = rest[_weakly_backward(sparse.csc_array(shares[rest][:, rest]))]
    backward = sparse.tril(sparse.csc_array(shares[rest][:, rest]), -1)
    late = np.asarray(backward.sum(axis=1)).ravel()
    chosen = np.argsort(-late, kind="stable")
    chosen = chosen[: max(int(LATE_SHARE * size), int((late > LATE_WEIGHT).sum()))]
    is_hub = np.zeros(rest.size, np.bool_)
    is_hub[chosen[late[chosen] > 0]] = True
    hubs, rest = np.concatenate([hubs, rest[is_hub]]), rest[~is_hub]
    is_core = _weight_in_hubs(shares, hubs)[rest] > CORE_WEIGHT
    core, others = (
        part[_weakly_backward(sparse.csc_array(shares[part][:, part]))]
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


def _watched(links: sparse.csc_array, place: Whole, spans: Whole) -> NDArray[np.bool_]:
    """Rows that one swept before them takes from: of a loop, others before core before hubs.

    Every other row holds exactly once it has been swept.
    """
    turn = np.arange(place.size)
    for low, mid, high, looped, core in spans.tolist():
        if looped:
            turn[core:high] = low + np.arange(high - core)
            turn[mid:core] = low + high - core + np.arange(core - mid)
            turn[low:mid] = low + high - mid + np.arange(mid - low)
    provider, taker = (place[side] for side in links.nonzero())
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
