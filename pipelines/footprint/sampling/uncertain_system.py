"""A linked system whose amounts are uncertain: medians, and which drawn quantity scales each.

Belongs here: the arrays that both ways of sampling take. Does not belong here: solving
(``small_system``, ``large_system``) and how an inventory becomes such a system
(``pipelines.footprint.uncertainty``).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Whole = NDArray[np.int64]


@dataclass(frozen=True)
class UncertainSystem:
    """Links, own emissions and the quantities that scale them.

    Attributes:
        size: number of nodes.
        provider: (e) node that is taken from.
        taker: (e) node that takes.
        amount: (e) median amount of the provider per unit of the taker.
        amount_at: (e) quantity that scales the amount.
        emitter: (f) node that emits itself.
        emission: (f) median of what it emits per unit.
        emission_at: (f, 2) the two quantities whose product scales it, as an activity and
            its factor do; where there is one only, the other is ``certain``.
        keys: (k) 64-bit key of each drawn quantity.
        sigmas: (k) its standard deviation of ln x.
        given: samples of the quantities that are not drawn, by number.
    """

    size: int
    provider: Whole
    taker: Whole
    amount: Array
    amount_at: Whole
    emitter: Whole
    emission: Array
    emission_at: Whole
    keys: NDArray[np.uint64]
    sigmas: Array
    given: dict[int, Array] = field(default_factory=dict)

    def given_in(self, quantity: int, first: int, last: int) -> Array:
        """Samples ``first`` to ``last`` of a given quantity; beyond its end it is one."""
        whole = self.given[quantity]
        found = np.ones(last - first)
        part = whole[first:last]
        found[: part.size] = part
        return found

    def links(self, scale: Array | None = None) -> sparse.csc_array:
        """The matrix ``T`` (n, n), of medians or of amounts scaled by one sample (k)."""
        values = self.amount if scale is None else self.amount * scale[self.amount_at]
        shape = (self.size, self.size)
        return sparse.csc_array(
            sparse.coo_array((values, (self.provider, self.taker)), shape=shape)
        )

    def direct(self, scale: Array | None = None) -> Array:
        """(n) what each node emits itself per unit, of medians or of one sample (k)."""
        values = self.emission
        if scale is not None:
            values = values * scale[self.emission_at[:, 0]] * scale[self.emission_at[:, 1]]
        return np.bincount(self.emitter, values, self.size).astype(np.float64)


def keys_of(names: Iterable[str]) -> NDArray[np.uint64]:
    """The 64-bit key of each quantity, from its permanent name.

    The name alone decides the draws of a quantity: two inventories that use one factor
    draw the same numbers for it.

    Example:
        >>> bool(keys_of(["a", "b"])[0] == keys_of(["a"])[0])
        True
    """
    return np.array(
        [int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little") for name in names],
        np.uint64,
    )
