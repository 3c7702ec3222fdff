"""Intensities of all products of a large system by one adjoint solve, without factors.

Belongs here: the iteration on ``(I - T)\u1d40 y = c`` with its stopping rule, each row held to
its own size. Does not belong here: systems of inventories, whose factors also serve supply
and singularity (``solve``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# A row is solved when what it lacks is this part of the sum of its terms.
ROW_TOLERANCE = 1e-11
FIRST, NEXT = 1e-11, 1e-6
# Steps of plain substitution that give every row its size.
ROUGH = 10
ROUNDS = 6
STEPS = 400
SMALLEST = np.float64(1e-300)


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
    used = abs(takes) if takes.nnz and takes.data.min() < 0 else takes
    row = np.repeat(np.arange(direct.size), np.diff(takes.indptr))
    found = direct.astype(np.float64)
    for _ in range(ROUGH):
        found = direct + takes @ found
    for turn in range(ROUNDS):
        scale = np.where(found != 0, np.abs(found), 1.0)
        lacking = direct - (found - takes @ found)
        # Written so that a row that is no number is not taken for settled.
        if (
            turn
            and (np.abs(lacking) <= ROW_TOLERANCE * (np.abs(direct) + scale + used @ scale)).all()
        ):
            return np.asarray(found)
        if not np.isfinite(found).all():
            break
        shares = sparse.csr_array(
            (takes.data * scale[takes.indices] / scale[row], takes.indices, takes.indptr),
            shape=takes.shape,
        )
        step = _settled(shares, lacking / scale, NEXT if turn else FIRST)
        found = found + scale * step
    matrix = sparse.csc_array(sparse.eye_array(direct.size) - takes)
    factors = splu(matrix)
    found = factors.solve(direct)
    refined: Array = found + factors.solve(direct - matrix @ found)
    return refined


def _settled(shares: sparse.csr_array, right: Array, tolerance: float) -> Array:
    """``x`` with ``x = right + shares x`` up to the tolerance, or as near as steps bring it.

    Products are summed by numpy alone: what a library of linear algebra shares out to
    threads costs more than it saves here, and its sums change with their number.

    Source: van der Vorst (1992), Bi-CGSTAB.
    """
    found, lacks, shadow = np.zeros_like(right), right, right
    way = image = np.zeros_like(right)
    before = alpha = omega = np.float64(1)
    enough = tolerance * np.sqrt(_sum(right, right))
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            if not np.sqrt(_sum(lacks, lacks)) > enough:
                break
            now = _sum(shadow, lacks)
            way = lacks + now / before * alpha / omega * (way - omega * image)
            image = way - shares @ way
            alpha = now / _sum(shadow, image)
            half = lacks - alpha * image
            turned = half - shares @ half
            omega = _sum(turned, half) / max(_sum(turned, turned), SMALLEST)
            found = found + alpha * way + omega * half
            lacks, before = half - omega * turned, now
    return found


def _sum(one: Array, other: Array) -> np.float64:
    return np.float64((one * other).sum())
