"""Whether a drawn economy makes more than it uses, and if not, which loop is at fault.

Belongs here: the spectral radius of the uses of one sample and the loop that carries it. A
sample whose radius is one or more has no footprint: a solver without this question would
return negative numbers for it without a word. Does not belong here: solving.

Source:
    Collatz (1942), Wielandt (1950): for a positive vector ``v`` the radius lies between
    the smallest and the largest of ``(T v)_i / v_i``. Hawkins and Simon (1949): an economy
    is productive if and only if every leading minor of ``I - T`` is positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

ROUNDS = 5000
CLOSE = 1e-9


@dataclass(frozen=True)
class Unproductive:
    """A sample that uses more than it makes.

    Attributes:
        sample: its number.
        radius: spectral radius of its uses, one or more.
        loop: the nodes of the heaviest loop, in the order of taking.
    """

    sample: int
    radius: float
    loop: tuple[int, ...]


def radius_and_loop(links: sparse.csc_array) -> tuple[float, tuple[int, ...]]:
    """The spectral radius of the uses in ``T`` (n, n) and the loop that carries it.

    Args:
        links: amount of the row's node per unit of the column's; credits do not count.

    Returns:
        The radius, 0 without loops, and the nodes of the loop.

    Example:
        Coal takes 0.5 power, power takes 8 coal: the radius is the root of 4.

        >>> radius, loop = radius_and_loop(sparse.csc_array(np.array([[0, 8.0], [0.5, 0]])))
        >>> round(radius, 6), sorted(loop)
        (2.0, [0, 1])
    """
    uses = sparse.csc_array(links.maximum(0))
    uses.eliminate_zeros()
    count, label = sparse.csgraph.connected_components(uses, connection="strong")
    sizes = np.bincount(label, minlength=count)
    own = uses.diagonal()
    best, loop = 0.0, tuple[int, ...]()
    for component in np.unique(label[(sizes[label] > 1) | (own > 0)]):
        members = np.flatnonzero(label == component)
        radius, weight = _perron(sparse.csr_array(uses[members][:, members].T))
        if radius > best:
            best = radius
            loop = _heaviest(sparse.csc_array(uses[members][:, members]), weight, members)
    return best, loop


def _perron(takes: sparse.csr_array) -> tuple[float, Array]:
    """Radius and positive vector of an irreducible matrix, by powers of ``I + T``."""
    vector = np.ones(takes.shape[0])
    low = high = 0.0
    for _ in range(ROUNDS):
        after = takes @ vector
        ratio = after / vector
        low, high = float(ratio.min()), float(ratio.max())
        if high - low <= CLOSE * high:
            break
        # The vector itself is added so that loops of even length settle as well.
        vector = after / high + vector
        vector /= vector.max()
        vector = np.maximum(vector, 1e-280)
    return (low + high) / 2, vector


def _heaviest(uses: sparse.csc_array, weight: Array, members: NDArray[np.int64]) -> tuple[int, ...]:
    """From the heaviest node on, always to the provider that brings most, until one returns."""
    at = int(weight.argmax())
    seen: list[int] = []
    while at not in seen:
        seen.append(at)
        start, end = uses.indptr[at], uses.indptr[at + 1]
        providers = uses.indices[start:end]
        at = int(providers[(uses.data[start:end] * weight[providers]).argmax()])
    return tuple(int(members[i]) for i in seen[seen.index(at) :])
