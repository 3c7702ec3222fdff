"""Whether a drawn economy makes more than it uses, and if not, which loop is at fault.

Belongs here: the spectral radius of the uses of one sample and the loop that carries it. A
sample whose radius is one or more has no footprint: a solver without this question would
return negative numbers for it without a word. Does not belong here: solving.

Source:
    Perron (1907), Frobenius (1912): the radius of a non-negative irreducible matrix is
    itself a root, with a positive vector, and no root has a larger real part. Hawkins and
    Simon (1949): an economy is productive if and only if every leading minor of ``I - T``
    is positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import ArpackError, cg, eigs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# Up to this size all roots are found at once.
DENSE = 60
CLOSE = 1e-12
POWERS = 5000
TIE = 1e-6


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
    """Radius and positive vector of an irreducible matrix: its root of largest real part."""
    size = takes.shape[0]
    price = prices(takes)
    fair = sparse.csr_array(sparse.diags_array(1 / price) @ takes @ sparse.diags_array(price))
    if size <= DENSE:
        values, vectors = np.linalg.eig(fair.toarray())
        at = int(values.real.argmax())
        return float(values[at].real), np.abs(vectors[:, at]) * price
    try:
        values, vectors = eigs(fair, k=1, which="LR", v0=np.ones(size), tol=CLOSE)
    except ArpackError:
        return _by_powers(fair, price)
    return float(values[0].real), np.abs(vectors[:, 0]) * price


def _by_powers(fair: sparse.csr_array, price: Array) -> tuple[float, Array]:
    """The same by powers of ``I + T``, whose largest root stands alone."""
    vector = np.ones(price.size)
    for _ in range(POWERS):
        vector = vector + fair @ vector
        vector /= vector.max()
    taken = fair @ vector
    return float((taken @ vector) / (vector @ vector)), vector * price


def prices(takes: sparse.csr_array) -> Array:
    """(n) prices at which amounts of different units weigh alike.

    The logarithms are least squares over all links: ``ln a_ij - ln p_i + ln p_j`` is small.
    Roots of amounts as they stand are lost in rounding when units lie far apart: with
    kilograms beside terajoules a loop of radius 1.16 came out as 0.99.

    Example:
        >>> p = prices(sparse.csr_array(np.array([[0.0, 1e9], [1e-9, 0.0]])))
        >>> round(float(p[0] / p[1]) / 1e9, 3)
        1.0
    """
    links = takes.tocoo()
    one, other = links.coords
    apart = (one != other) & (links.data > 0)
    one, other, level = one[apart], other[apart], np.log(links.data[apart])
    size = takes.shape[0]
    ends = np.concatenate([one, other])
    degree = np.bincount(ends, minlength=size).astype(np.float64)
    right = np.bincount(ends, np.concatenate([level, -level]), size)
    # A little of the identity: prices are known up to one factor only.
    joined = sparse.csr_array(
        sparse.coo_array((np.ones(one.size), (one, other)), shape=(size, size))
    )
    degree += TIE
    matrix = sparse.csr_array(sparse.diags_array(degree) - joined - joined.T)
    found, _ = cg(matrix, right, rtol=1e-4, maxiter=500, M=sparse.diags_array(1 / degree))
    return np.asarray(np.exp(found - found.mean()))


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
