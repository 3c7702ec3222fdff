"""The linked system solved for all its products at once, a column per greenhouse gas.

Belongs here: the matrix, the transposed solve, loops without a solution, how far a result
hangs on the allocation.
Does not belong here: what elementary flows mean (``_uslci_gases``), CO2e.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.sources._uslci_allocation import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from scipy import sparse

    from pipelines.sources._uslci_gases import GasReading
    from pipelines.sources._uslci_inventory import UnitProcess
    from pipelines.sources._uslci_linking import LinkedSystem
    from pipelines.sources._uslci_rules import LinkingRules

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Solution:
    """The solved system.

    Attributes:
        gases: the columns of ``intensity``.
        links: (n, n) ``T``, base units of the row's node per base unit of the column's.
        direct: (n, gases) kg given off by a node itself per base unit.
        intensity: (n, gases) kg per base unit, upstream included; not a number where a loop
            cannot deliver.
        hanging: (n) share of the fossil CO2 that comes from processes with several products
            of which the reference product takes all.
        doubtful: (n) share of the fossil CO2 that comes from withheld data sets.
    """

    gases: tuple[str, ...]
    links: sparse.csc_array
    direct: Array
    intensity: Array
    hanging: Array
    doubtful: Array


def solve(system: LinkedSystem, reading: GasReading, rules: LinkingRules) -> Solution:
    """Solve for every product at once: ``(I - T)' y = b``, a column per gas.

    Raises:
        FaultyData: the system is singular.
    """
    import numpy as np

    gases = tuple(sorted({gas for found in reading.direct.values() for gas in found}))
    links = matrix_of(system)
    direct = np.zeros((len(system.nodes), len(gases)))
    for i, node in enumerate(system.nodes):
        part = node.output.share / node.output.amount
        for gas, mass in reading.direct.get(node.process.key, {}).items():
            direct[i, gases.index(gas)] = float(mass * part)
    names = tuple(node.process.name for node in system.nodes)
    intensity = intensity_of(links, direct, names)
    wanted = rules.block["sensitivity"]["gas"]
    column = gases.index(wanted) if wanted in gases else None

    def share_of(is_in: Callable[[UnitProcess], bool]) -> Array:
        if column is None:
            return np.zeros(len(names))
        chosen = np.array([is_in(node.process) for node in system.nodes])
        return _share(links, direct[:, column], intensity[:, column], chosen, names)

    return Solution(
        gases, links, direct, intensity,
        share_of(lambda process: system.allocation[process.key].method == REFERENCE),
        share_of(lambda process: rules.withheld(process) is not None),
    )  # fmt: skip


def intensity_of(links: sparse.csc_array, direct: Array, names: tuple[str, ...]) -> Array:
    """``y`` of ``(I - T)' y = b``: factorised once, a right side per column.

    A loop that cannot deliver (a product that takes as much of itself as is made) has no
    solution; it and all that takes from it is not a number, the rest is solved.

    Args:
        links: (n, n) ``T``.
        direct: (n, m) ``b``.
        names: (n) process of each node, for messages.

    Returns:
        (n, m), not a number where there is no solution.

    Raises:
        FaultyData: the rest is singular all the same.
    """
    import numpy as np

    from pipelines.footprint.solve import Solver, reached

    dead = reached(links.T, _without_solution(links, names))
    alive = np.flatnonzero(~dead)
    found = np.full(direct.shape, np.nan)
    if alive.size:
        solver = Solver(links[alive, :][:, alive], tuple(names[i] for i in alive))
        for column in range(direct.shape[1]):
            found[alive, column] = solver.intensity(direct[alive, column])
    return found


def _without_solution(links: sparse.csc_array, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """(n) nodes of loops that are singular on their own."""
    import numpy as np
    from scipy.sparse import csgraph

    from pipelines.errors import FaultyData
    from pipelines.footprint.solve import Solver

    count, label = csgraph.connected_components(links, connection="strong")
    sizes = np.bincount(label, minlength=count)
    looped = np.flatnonzero((sizes[label] > 1) | (links.diagonal() != 0))
    dead = np.zeros(len(names), dtype=bool)
    for one in sorted(set(label[looped].tolist())):
        rows = np.flatnonzero(label == one)
        try:
            Solver(links[rows, :][:, rows], tuple(names[i] for i in rows))
        except FaultyData:
            dead[rows] = True
    return dead


def matrix_of(system: LinkedSystem) -> sparse.csc_array:
    """The matrix ``T`` of a system (n, n); parallel links are added exactly before rounding."""
    import numpy as np
    from scipy import sparse

    added: dict[tuple[int, int], Fraction] = {}
    for supplier, taker, amount in system.links():
        added[supplier, taker] = added.get((supplier, taker), Fraction(0)) + amount
    keys = sorted(added)
    n = len(system.nodes)
    rows = np.array([r for r, _ in keys], dtype=np.int64)
    columns = np.array([c for _, c in keys], dtype=np.int64)
    values = np.array([float(added[key]) for key in keys])
    return sparse.csc_array(sparse.coo_array((values, (rows, columns)), shape=(n, n)))


def _share(
    links: sparse.csc_array, direct: Array, whole: Array, chosen: NDArray[np.bool_],
    names: tuple[str, ...],
) -> Array:  # fmt: skip
    """Share of a gas that goes once the chosen nodes give off nothing, upstream included."""
    import numpy as np
    from scipy import sparse

    gives = (~chosen).astype(float)
    without = sparse.csc_array(links @ sparse.diags_array(gives))
    without.eliminate_zeros()
    rest = intensity_of(without, (direct * gives)[:, None], names)[:, 0]
    share: Array = np.zeros(len(whole))
    np.divide(whole - rest, whole, out=share, where=(whole != 0) & np.isfinite(whole))
    return share
