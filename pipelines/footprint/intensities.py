"""Intensities of all products of a large system by one adjoint solve, without factors.

Belongs here: the iteration on ``(I - T)\u1d40 y = c`` with its stopping rule, each row held to
its own size. Does not belong here: systems of inventories, whose factors also serve supply
and singularity (``solve``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import bicgstab, splu

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# A row is solved when what it lacks is this part of the sum of its terms.
ROW_TOLERANCE = 1e-11
FIRST, NEXT = 1e-12, 1e-6
ROUNDS = 6
STEPS = 400


def all_intensities(links: sparse.csc_array, direct: Array) -> Array:
    """Quantity per unit of every product, upstream included.

    The iteration works on rows divided by their own solution, so that kilograms and
    kilowatt-hours weigh alike, and is repeated on what rows still lack. A norm over rows of
    mixed units decides nothing. Where rows do not settle, a direct solver answers.

    Args:
        links: (n, n) ``T``, amount of the row's node per unit of the column's node.
        direct: (n) what each node emits itself per unit.

    Returns:
        (n) intensities.

    Raises:
        RuntimeError: the system is singular.

    Example:
        Power takes 0.1 of itself and emits 0.9: one unit delivered brings 1.

        >>> t = sparse.csc_array(np.array([[0.1]]))
        >>> round(float(all_intensities(t, np.array([0.9]))[0]), 12)
        1.0
    """
    takes = sparse.csr_array(links.T)
    size = abs(takes)
    n = direct.size
    matrix = sparse.csr_array(sparse.eye_array(n, format="csr") - takes)
    found, _ = bicgstab(matrix, direct, rtol=FIRST, atol=0.0, maxiter=STEPS)
    for _ in range(ROUNDS):
        lacking = direct - (found - takes @ found)
        whole = np.abs(direct) + np.abs(found) + size @ np.abs(found)
        # Written so that a row that is no number is not taken for settled.
        if (np.abs(lacking) <= ROW_TOLERANCE * whole).all():
            return np.asarray(found)
        if not np.isfinite(found).all():
            break
        scale = np.where(found != 0, np.abs(found), 1.0)
        inner = sparse.diags_array(1 / scale) @ matrix @ sparse.diags_array(scale)
        step, _ = bicgstab(sparse.csr_array(inner), lacking / scale, rtol=NEXT, atol=0.0,
                           maxiter=STEPS)  # fmt: skip
        found = found + scale * step
    factors = splu(sparse.csc_array(matrix))
    found = factors.solve(direct)
    refined: Array = found + factors.solve(direct - matrix @ found)
    return refined
