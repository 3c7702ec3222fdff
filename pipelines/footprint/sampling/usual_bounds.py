"""Where the proof of an error begins: what its bounds come to at the medians.

Belongs here: a few bounding sweeps over the medians, once per plan. Does not belong here: the
proof itself, which holds wherever it begins (``error_bound``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from pipelines.footprint.sampling.sweep_order import turns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.footprint.sampling.sweep_order import SweepOrder

# Hubs are taken to have moved by at least this part of what others have: a bound may be wide,
# and from moves that lie far apart it takes many sweeps to grow even.
ALIKE = 0.3
# Bounding sweeps over the medians, and how much more the draws of a block are given.
SWEEPS, MORE = 4, 1.5


def usual_bounds(
    order: SweepOrder,
    shares: NDArray[np.float64],
    provider: NDArray[np.int64],
    taker: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Bounds at the medians, over the largest move of a row that is no hub.

    Args:
        order: places, spans and watched rows.
        shares: (k) what part of the taker's intensity comes by the provider, without sign.
        provider: (k) places.
        taker: (k) places.

    Returns:
        (n) by place.

    Example:
        Two rows that feed each other are hubs both: they are taken to move by 0.3.

        >>> from pipelines.footprint.sampling.sweep_order import sweep_order
        >>> t = sparse.csc_array(np.array([[0.0, 0.5], [0.2, 0.0]]))
        >>> order = sweep_order(t, np.ones(2))
        >>> at = order.place
        >>> usual_bounds(order, np.array([0.5, 0.2]), at[[0, 1]], at[[1, 0]]).round(3)
        array([0.1 , 0.05], dtype=float32)
    """
    size = order.place.size
    turn = turns(order.spans, size)
    move = np.where(order.watched, 1.0, 0.0)
    for low, mid, _, looped, _ in order.spans.tolist():
        if looped:
            move[low:mid] *= ALIKE
    is_late = turn[provider] > turn[taker]

    def part(chosen: NDArray[np.bool_]) -> sparse.csr_array:
        entries = (shares[chosen], (turn[taker[chosen]], turn[provider[chosen]]))
        return sparse.csr_array(sparse.coo_array(entries, shape=(size, size)))

    late = part(is_late)
    early = sparse.csr_array(sparse.eye_array(size) - part(~is_late & (provider != taker)))
    by_turn = np.argsort(turn)
    bound = np.zeros(size)
    for _ in range(SWEEPS):
        bound = sparse.linalg.spsolve_triangular(
            early, late @ (bound + move[by_turn]), lower=True, unit_diagonal=True
        )
    return (MORE * bound[turn]).astype(np.float32)
