"""Orders of the rows of a loop in which little goes backwards and neighbours stand together.

Belongs here: strong components in upstream order; inside a loop, letting go of weak links
until no loop is left; keeping rows that feed each other near each other, so that what one
takes from another is still near the processor. Does not belong here: which rows are hubs
(``sweep_order``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

# Inside a loop the weakest of its links are let go, until no loop is left.
LET_GO = 0.15
# Rows whose values, sixteen samples in doubles, stay near the processor together.
TOGETHER = 2_000


def entries_of(links: sparse.csc_array) -> tuple[Whole, Whole]:
    """Rows and columns of the entries of a matrix, column after column."""
    columns = np.repeat(np.arange(links.shape[1]), np.diff(links.indptr))
    return links.indices, columns


def upstream_order(links: sparse.csc_array) -> Whole:
    """The strong component of each node, numbered so that suppliers come first."""
    _, label = sparse.csgraph.connected_components(links, connection="strong")
    rows, columns = entries_of(links)
    # Components come out in one direction of the links or the other.
    is_upstream_first = (label[rows] <= label[columns]).all()
    return np.asarray(label if is_upstream_first else label.max() - label, np.int64)


def row_order(shares: sparse.csc_array) -> Whole:
    """Nodes in an order in which little goes backwards and neighbours stand together.

    Of two orders the one in which less goes backwards: of all rows at once, or cluster by
    cluster.

    Args:
        shares: (n, n) what part of the column's intensity comes by the row.
    """
    whole = weakly_backward(shares)
    if shares.shape[0] <= TOGETHER:
        return whole
    clustered = _cluster_by_cluster(shares)
    return min((clustered, whole), key=lambda order: _backward(shares, order))


def _backward(shares: sparse.csc_array, order: Whole) -> float:
    """The sum of what goes backwards in an order."""
    place = np.empty(order.size, np.int64)
    place[order] = np.arange(order.size)
    links = shares.tocoo()
    provider, taker = links.coords
    return float(links.data[place[provider] > place[taker]].sum())


def weakly_backward(shares: sparse.csc_array) -> Whole:
    """Nodes in an order in which little goes backwards.

    Strong components one after another; inside each, the weakest links are let go until
    it falls apart, and so on.
    """
    n = shares.shape[0]
    (provider, taker), weight = entries_of(shares), shares.data
    rank = np.zeros(n, np.int64)
    while provider.size:
        # Still column after column.
        ends = np.concatenate([[0], np.cumsum(np.bincount(taker, minlength=n))])
        kept = sparse.csc_array((weight, provider, ends), shape=(n, n))
        finer = upstream_order(kept)
        rank = np.unique(rank * (int(finer.max()) + 1) + finer, return_inverse=True)[1]
        is_looped = rank[provider] == rank[taker]
        provider, taker, weight = provider[is_looped], taker[is_looped], weight[is_looped]
        is_strong = weight > np.quantile(weight, LET_GO) if weight.size else weight > 0
        provider, taker, weight = provider[is_strong], taker[is_strong], weight[is_strong]
    return np.argsort(rank, kind="stable")


def _cluster_by_cluster(shares: sparse.csc_array) -> Whole:
    """Clusters in an order in which little goes backwards, the rows of each likewise."""
    cluster = clusters(shares, TOGETHER)
    count, n = int(cluster.max()) + 1, shares.shape[0]
    links = shares.tocoo()
    provider, taker = links.coords
    is_inside = cluster[provider] == cluster[taker]

    def only(chosen: NDArray[np.bool_], rows: Whole, columns: Whole, size: int) -> Whole:
        entries = (links.data[chosen], (rows[chosen], columns[chosen]))
        return weakly_backward(sparse.csc_array(sparse.coo_array(entries, shape=(size, size))))

    turn, rank = np.empty(count, np.int64), np.empty(n, np.int64)
    turn[only(~is_inside, cluster[provider], cluster[taker], count)] = np.arange(count)
    rank[only(is_inside, provider, taker, n)] = np.arange(n)
    return np.lexsort((rank, turn[cluster]))


def clusters(shares: sparse.csc_array, most: int) -> Whole:
    """The cluster of each node: who is linked to whom by more links than to others.

    Every cluster joins the one it shares most links with, counted for each row of the smaller
    of the two, as long as the two have no more than ``most`` rows together; and so on.
    """
    links = shares.tocoo()
    one, other = (np.concatenate(pair) for pair in (links.coords, links.coords[::-1]))
    label, size = np.arange(shares.shape[0]), np.ones(shares.shape[0])
    number = np.ones(one.size)
    while True:
        is_apart = (one != other) & (size[one] + size[other] <= most)
        one, other, number = one[is_apart], other[is_apart], number[is_apart]
        if not one.size:
            return label
        near = number / np.minimum(size[one], size[other])
        best = np.lexsort((other, -near, one))
        first = best[np.concatenate([[True], np.diff(one[best]) > 0])]
        joined = sparse.coo_array((np.ones(first.size), (one[first], other[first])),
                                  shape=(size.size, size.size))  # fmt: skip
        count, coarser = sparse.csgraph.connected_components(joined, directed=False)
        label, size = coarser[label], np.bincount(coarser, size, count)
        both = sparse.coo_array((number, (coarser[one], coarser[other])), shape=(count, count))
        both.sum_duplicates()
        one, other, number = both.coords[0], both.coords[1], both.data
