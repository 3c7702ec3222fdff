"""One comparison: ours and a peer, alternating, medians, ratio, and how far results differ."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5


@dataclass(frozen=True)
class Comparison:
    """What was measured.

    Attributes:
        name: what both did.
        size: how much of it.
        ours: median seconds of ours.
        peer: median seconds of the peer.
        spread: largest relative deviation of a round from its median, either side.
        error: largest relative difference of the results.
    """

    name: str
    size: str
    ours: float
    peer: float
    spread: float
    error: float

    @property
    def ratio(self) -> float:
        """How many times faster ours is; below 1 it is slower."""
        return self.peer / self.ours


def compare(
    name: str,
    size: str,
    ours: Callable[[], Any],
    peer: Callable[[], Any],
    error: Callable[[Any, Any], float],
    rounds: int = ROUNDS,
) -> Comparison:
    """Run both alternately and compare their results."""
    times: tuple[list[float], list[float]] = ([], [])
    results: list[Any] = [None, None]
    for _ in range(rounds):
        for side, work in enumerate((ours, peer)):
            start = time.perf_counter()
            results[side] = work()
            times[side].append(time.perf_counter() - start)
    medians = [statistics.median(t) for t in times]
    spread = max(abs(x - m) / m for t, m in zip(times, medians, strict=True) for x in t)
    return Comparison(name, size, medians[0], medians[1], spread, error(*results))
