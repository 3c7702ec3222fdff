"""The order in which a linked system is swept: suppliers first, hubs of loops together.

Belongs here: strong components in upstream order, hubs of each large loop. Does not belong
here: the sweep itself (``kernels``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

# Of a large component, this part with the most takers is swept alone in between.
HUB_SHARE = 0.05
SMALLEST_WITH_HUBS = 50


@dataclass(frozen=True)
class SweepOrder:
    """Rows in the order of the sweep.

    Attributes:
        rows: (n) the node that stands at each place.
        place: (n) the place of each node.
        spans: (k, 4) first place, end of hubs, end, whether the span has loops.
    """

    rows: Whole
    place: Whole
    spans: Whole


def upstream_order(links: sparse.csc_array) -> Whole:
    """The strong component of each node, numbered so that suppliers come first."""
    _, label = sparse.csgraph.connected_components(links, connection="strong")
    rows, columns = links.nonzero()
    # Components come out in one direction of the links or the other.
    is_upstream_first = (label[rows] <= label[columns]).all()
    return np.asarray(label if is_upstream_first else label.max() - label, np.int64)


def sweep_order(links: sparse.csc_array) -> SweepOrder:
    """The sweep order of ``T``, (n, n), amount of the row's node per unit of the column's.

    Example:
        Coal feeds power, power feeds coal, both feed steel: one loop, then steel.

        >>> t = np.array([[0.0, 0.1, 0.3], [0.2, 0.0, 0.5], [0.0, 0.0, 0.0]])
        >>> order = sweep_order(sparse.csc_array(t))
        >>> order.spans.tolist()
        [[0, 0, 2, 1], [2, 2, 3, 0]]
    """
    n = links.shape[0]
    label = upstream_order(links)
    takers = np.diff(sparse.csr_array(links).indptr)
    sizes = np.bincount(label, minlength=int(label.max(initial=-1)) + 1)
    rank = np.zeros(n, np.int64)
    inner = np.zeros(n, np.int64)
    hubs_of: dict[int, int] = {}
    for component in np.flatnonzero(sizes >= SMALLEST_WITH_HUBS):
        members = np.flatnonzero(label == component)
        count = max(1, int(HUB_SHARE * members.size))
        hubs = members[np.argsort(-takers[members], kind="stable")[:count]]
        rest = np.setdiff1d(members, hubs)
        rank[rest] = 1
        # Without the hubs hardly a loop is left: the rest again in upstream order.
        inner[rest] = upstream_order(sparse.csc_array(links[rest][:, rest]))
        inner[hubs] = np.arange(count)
        hubs_of[int(component)] = count
    rows = np.lexsort((inner, rank, label))
    place = np.empty(n, np.int64)
    place[rows] = np.arange(n)
    return SweepOrder(rows, place, _spans(sizes, hubs_of))


def _spans(sizes: Whole, hubs_of: dict[int, int]) -> Whole:
    """Neighbouring components without loops make one span."""
    spans: list[list[Any]] = []
    at = 0
    for component, size in enumerate(sizes.tolist()):
        looped = int(size > 1)
        if not looped and spans and not spans[-1][3]:
            spans[-1][2] = at + size
        else:
            spans.append([at, at + hubs_of.get(component, 0), at + size, looped])
        at += size
    found = np.array(spans, np.int64).reshape(-1, 4)
    found[found[:, 3] == 0, 1] = found[found[:, 3] == 0, 0]
    return found
