"""Solving the linked system: supply of every node, intensity of every node.

Belongs here: the two solves and their checks. ``A = I - T`` with ``T[k, j]`` the amount of
node k that one unit of node j takes; supply solves ``A s = f``, intensities ``Aᵀ y = c``.
Loops are solved, never cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from pipelines.errors import FaultyData
from pipelines.findings import finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.footprint.system import ProductSystem

    Array = NDArray[np.float64]

TOLERANCE = 1e-12
REFINEMENTS = 5


class Solver:
    """The factorised system of an inventory.

    Example:
        Power takes 0.1 of itself per unit; one unit delivered needs 1 / 0.9 units made.

        >>> links = sparse.csc_array(np.array([[0.1]]))
        >>> round(float(Solver(links, ("power",)).supply(np.array([1.0]))[0]), 6)
        1.111111
    """

    def __init__(self, links: sparse.csc_array, names: tuple[str, ...]) -> None:
        """Factorise ``I - T``.

        Args:
            links: (n, n) ``T``, amount of the row's node per unit of the column's node.
            names: (n) process of each node, for messages.

        Raises:
            FaultyData: the system is singular; the finding names the processes in loops.
        """
        self._names = names
        n = len(names)
        self._matrix = sparse.csc_array(sparse.eye_array(n, format="csc") - links)
        self._loops = _in_loops(links)
        try:
            self._lu = splu(self._matrix)
        except RuntimeError as error:
            raise self._singular() from error

    def _singular(self) -> FaultyData:
        looped = sorted({self._names[i] for i in self._loops}) or list(self._names)
        return FaultyData(finding("E-FPT-04", value=", ".join(looped)))

    def _solve(self, right: Array, *, transposed: bool) -> Array:
        matrix = self._matrix.T if transposed else self._matrix
        trans = "T" if transposed else "N"
        x: Array = self._lu.solve(right, trans=trans)
        size = abs(matrix)
        for _ in range(REFINEMENTS):
            residual = right - matrix @ x
            scale = size @ abs(x) + abs(right)
            if not np.isfinite(x).all():
                raise self._singular()
            # Per row and relative: units differ from row to row.
            if (abs(residual) <= TOLERANCE * scale).all():
                return x
            x = x + self._lu.solve(residual, trans=trans)
        raise self._singular()

    def supply(self, demand: Array) -> Array:
        """(n) units each node must make for a demand (n)."""
        return self._solve(demand, transposed=False)

    def intensity(self, direct: Array) -> Array:
        """(n) quantity per unit of each node, upstream included, from direct parts (n)."""
        return self._solve(direct, transposed=True)


def _in_loops(links: sparse.csc_array) -> list[int]:
    count, label = sparse.csgraph.connected_components(links, connection="strong")
    sizes = np.bincount(label, minlength=count)
    diagonal = links.diagonal()
    return [i for i in range(len(label)) if sizes[label[i]] > 1 or diagonal[i] != 0]


def links_of(system: ProductSystem) -> sparse.csc_array:
    """The matrix ``T`` of a system (n, n); parallel lines between two nodes add up."""
    n = len(system.nodes)
    rows = np.array([link.provider for link in system.links], dtype=np.int64)
    columns = np.array([link.taker for link in system.links], dtype=np.int64)
    values = np.array([float(link.amount) for link in system.links])
    return sparse.csc_array(sparse.coo_array((values, (rows, columns)), shape=(n, n)))


def refuse_negative(supply: Array, system: ProductSystem) -> None:
    """Refuse a supply that runs a process backwards although nothing is substituted.

    Raises:
        FaultyData: a node's supply is negative; the finding names its process.
    """
    if system.substitutes:
        return
    largest = float(abs(supply).max()) if supply.size else 0.0
    negative = sorted(
        {system.nodes[i].process_id for i in np.flatnonzero(supply < -TOLERANCE * largest)}
    )
    if negative:
        raise FaultyData(finding("E-FPT-05", value=", ".join(negative)))
