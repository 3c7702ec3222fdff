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
ROUNDING = float(np.finfo(np.float64).eps)
# A pivot this small against what was subtracted in it is rounding, not a number.
LOST = 16 * ROUNDING


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
        self._links = sparse.csc_array(links != 0)
        self._loops = _in_loops(links)
        try:
            # The transpose: suppliers of very many fill rows, which its factors keep sparse.
            self._lu = splu(sparse.csc_array(self._matrix.T))
        except RuntimeError as error:
            raise self._singular() from error
        lower, upper = abs(self._lu.L), abs(self._lu.U)
        taken = np.asarray(lower.multiply(upper.T).sum(axis=1)).ravel()
        if (upper.diagonal() <= LOST * taken).any():
            raise self._singular()

    def _singular(self) -> FaultyData:
        looped = sorted({self._names[i] for i in self._loops}) or list(self._names)
        return FaultyData(finding("E-FPT-04", process=looped[0], value=", ".join(looped)))

    def _solve(self, right: Array, *, transposed: bool) -> Array:
        matrix = self._matrix.T if transposed else self._matrix
        trans = "N" if transposed else "T"
        # What the right side does not reach is zero exactly, whatever rounding leaves there.
        inside = reached(self._links.T if transposed else self._links, right != 0)
        size = abs(matrix)
        x: Array = np.zeros(len(right))
        residual = right
        for _ in range(REFINEMENTS):
            x = np.where(inside, x + self._lu.solve(residual, trans=trans), 0.0)
            if not np.isfinite(x).all():
                raise self._singular()
            residual = right - matrix @ x
            scale = size @ abs(x) + abs(right)
            # Per row and relative: units differ from row to row.
            if (abs(residual) <= TOLERANCE * scale).all():
                return x
        # Rows that cancel to zero have no scale of their own: they are held to the whole.
        whole = float(size.sum(axis=1).max() * abs(x).max() + abs(right).max())
        if float(abs(residual).max()) <= len(right) * ROUNDING * whole:
            return x
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


def links_of(system: ProductSystem, *, credited: bool = True) -> sparse.csc_array:
    """The matrix ``T`` of a system (n, n); parallel lines between two nodes add up.

    Args:
        system: the linked system.
        credited: whether avoided products count; else only what is used.
    """
    n = len(system.nodes)
    kept = [link for link in system.links if credited or link.amount > 0]
    rows = np.array([link.provider for link in kept], dtype=np.int64)
    columns = np.array([link.taker for link in kept], dtype=np.int64)
    values = np.array([float(link.amount) for link in kept])
    return sparse.csc_array(sparse.coo_array((values, (rows, columns)), shape=(n, n)))


def reached(links: sparse.csc_array, starts: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which nodes are drawn on, directly or not, by the nodes to start from.

    Args:
        links: (n, n) nonzero where the row's node is taken by the column's node.
        starts: (n) nodes to start from; they count as reached.
    """
    links = sparse.csc_array(links)
    found = starts.copy()
    frontier = np.flatnonzero(starts)
    while frontier.size:
        near = np.unique(links[:, frontier].nonzero()[0])
        frontier = near[~found[near]]
        found[frontier] = True
    return found


def refuse_negative(supply: Array, system: ProductSystem, root: int) -> None:
    """Refuse a system that uses more than it makes.

    Without credits such a system runs a process backwards. With credits a process may run
    backwards rightly; then what the root reaches is judged by its uses alone: every node,
    asked for one unit, must run forwards.

    Args:
        supply: (n) units each node makes.
        system: the linked system.
        root: the node that is asked for.

    Raises:
        FaultyData: the finding names the processes that run backwards.
    """
    links = links_of(system)
    inside = reached(links, np.arange(len(system.nodes)) == root)
    names = tuple(node.process_id for node in system.nodes)
    if any(link.amount < 0 and inside[link.taker] for link in system.links):
        at = np.flatnonzero(inside)
        uses = links_of(system, credited=False)[:, at][at, :]
        part = Solver(uses, tuple(names[i] for i in at)).supply(np.ones(len(at)))
        supply = np.zeros(len(names))
        supply[at] = part
    largest = float(abs(supply).max()) if supply.size else 0.0
    negative = sorted({names[i] for i in np.flatnonzero(supply < -TOLERANCE * largest)})
    if negative:
        raise FaultyData(finding("E-FPT-05", process=negative[0], value=", ".join(negative)))
