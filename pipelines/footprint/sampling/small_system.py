"""Monte Carlo of a small system without the compiler: all samples at once, loop by loop.

Belongs here: elimination of each strong component over all samples in numpy, in a fixed
order of plain operations, so that the bits are those of every other machine. Does not
belong here: systems of thousands of processes (``large_system``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.footprint.sampling.draw_formula import drawn
from pipelines.footprint.sampling.row_order import upstream_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.footprint.sampling.uncertain_system import UncertainSystem

    Array = NDArray[np.float64]
    Truth = NDArray[np.bool_]

LARGEST_LOOP = 40
LARGEST = 2000


def is_small(system: UncertainSystem) -> bool:
    """Whether elimination in numpy is the shorter way."""
    if system.size > LARGEST:
        return False
    label = upstream_order(system.links())
    return int(np.bincount(label).max(initial=0)) <= LARGEST_LOOP


def sample_small(
    system: UncertainSystem, samples: int, seed: int, given: Array | None = None
) -> tuple[Array, Truth]:
    """Intensities of every node in every sample.

    Args:
        system: medians and quantities.
        samples: how many.
        seed: the seed.
        given: (samples, k) multipliers to take instead of drawn ones.

    Returns:
        (n, samples) intensities, and for each sample whether it is productive.
    """
    scale = given if given is not None else multipliers_of(system, samples, seed)
    amounts = system.amount * scale[:, system.amount_at]
    direct = np.zeros((system.size, samples))
    told = system.emission * scale[:, system.emission_at[:, 0]] * scale[:, system.emission_at[:, 1]]
    for f, node in enumerate(system.emitter.tolist()):
        direct[node] += told[:, f]
    label = upstream_order(system.links())
    entries: dict[int, list[int]] = {}
    for e, taker in enumerate(label[system.taker].tolist()):
        entries.setdefault(taker, []).append(e)
    found = direct
    is_productive = np.ones(samples, np.bool_)
    for component in range(int(label.max(initial=-1)) + 1):
        members = np.flatnonzero(label == component)
        inner = _take_from_outside(system, entries.get(component, []), label, amounts, found)
        if inner:
            found[members], holds = _loop(system, inner, members, amounts, found[members])
            is_productive &= holds
    return found, is_productive


def multipliers_of(system: UncertainSystem, samples: int, seed: int) -> Array:
    """(samples, k) multipliers of a system's quantities, as doubles."""
    scale = drawn(system.keys, system.sigmas, samples, seed).astype(np.float64)
    for quantity in system.given:
        scale[:, quantity] = system.given_in(quantity, 0, samples)
    return scale


def _take_from_outside(
    system: UncertainSystem, entries: list[int], label: NDArray[np.int64], amounts: Array,
    found: Array,
) -> list[int]:  # fmt: skip
    """Add what a component takes from those before it; returns the links inside it."""
    inner = []
    for e in entries:
        taker, provider = int(system.taker[e]), int(system.provider[e])
        if label[provider] == label[taker]:
            inner.append(e)
        else:
            found[taker] += amounts[:, e] * found[provider]
    return inner


def _loop(
    system: UncertainSystem, inner: list[int], members: NDArray[np.int64], amounts: Array,
    right: Array,
) -> tuple[Array, Truth]:  # fmt: skip
    """Solve one loop for every sample; credits are judged apart from uses."""
    size, samples = members.size, right.shape[1]
    at = {int(node): i for i, node in enumerate(members)}
    matrix = np.zeros((samples, size, size))
    uses = np.zeros((samples, size, size))
    matrix[:, range(size), range(size)] = uses[:, range(size), range(size)] = 1.0
    for e in inner:
        row, column = at[int(system.taker[e])], at[int(system.provider[e])]
        matrix[:, row, column] -= amounts[:, e]
        uses[:, row, column] -= np.maximum(amounts[:, e], 0.0)
    if (system.amount[inner] >= 0).all():
        solution, holds = eliminated(matrix, right.T)
        return solution.T, holds
    _, holds = eliminated(uses, np.ones((samples, size)))
    solution = np.full((samples, size), np.nan)
    solution[holds] = np.linalg.solve(matrix[holds], right.T[holds][:, :, None])[:, :, 0]
    return solution.T, holds


def eliminated(matrix: Array, right: Array) -> tuple[Array, Truth]:
    """Solve many small systems side by side without exchanging rows.

    For ``I - T`` with non-negative ``T`` no exchange is needed, and the economy is
    productive if and only if every pivot is positive (Hawkins and Simon 1949).

    Args:
        matrix: (s, k, k), overwritten.
        right: (s, k).

    Returns:
        (s, k) solutions, and for each whether all pivots were positive.

    Example:
        >>> x, ok = eliminated(np.array([[[1.0, -0.5], [-0.5, 1.0]]]), np.array([[1.0, 1.0]]))
        >>> x.tolist(), ok.tolist()
        ([[2.0, 2.0]], [True])
    """
    solution = right.copy()
    size = matrix.shape[1]
    holds = np.ones(matrix.shape[0], np.bool_)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for a in range(size):
            pivot = matrix[:, a, a]
            holds &= pivot > 0
            part = matrix[:, a + 1 :, a] / pivot[:, None]
            matrix[:, a + 1 :, a:] -= part[:, :, None] * matrix[:, None, a, a:]
            solution[:, a + 1 :] -= part * solution[:, a, None]
        for a in range(size - 1, -1, -1):
            for b in range(a + 1, size):
                solution[:, a] -= matrix[:, a, b] * solution[:, b]
            solution[:, a] /= matrix[:, a, a]
    return solution, holds
