"""Figures that samples amount to: median, mean, interval, their standard errors.

Belongs here: statistics of one vector of samples and the comparison of two. Does not belong
here: where samples come from (``sample``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LOWER, MIDDLE, UPPER = 0.025, 0.5, 0.975
# Results are known to this part of themselves (``error_bound``).
KNOWN = 1e-9


@dataclass(frozen=True)
class Figures:
    """What a product's samples amount to.

    Attributes:
        median: 50 % percentile.
        mean: arithmetic mean; above the median where the distribution leans, by
            construction and not by mistake.
        p2_5: 2.5 % percentile.
        p97_5: 97.5 % percentile.
        gsd2: ``exp(2 sd(ln x))``; None where a sample is not positive.
        median_se: standard error of the median.
        p2_5_se: standard error of the 2.5 % percentile.
        p97_5_se: standard error of the 97.5 % percentile.
        mean_se: standard error of the mean.
        used: samples behind the figures.
    """

    median: float
    mean: float
    p2_5: float
    p97_5: float
    gsd2: float | None
    median_se: float
    p2_5_se: float
    p97_5_se: float
    mean_se: float
    used: int


def figures_of(samples: Array) -> Figures | None:
    """The figures of a vector of samples; samples without a number do not count.

    Returns:
        The figures, or None where no sample has a number. Sums are exact, so that the
        order of samples does not matter.

    Example:
        >>> figures_of(np.full(100, 2.0)).gsd2
        1.0
    """
    kept = np.sort(samples[np.isfinite(samples)])
    count = kept.size
    if count == 0:
        return None
    median, low, high = (_percentile(kept, p) for p in (MIDDLE, LOWER, UPPER))
    mean = math.fsum(kept.tolist()) / count
    gsd2 = None
    if kept[0] > 0 or kept[-1] < 0:
        sd = _sd([math.log(abs(x)) for x in kept.tolist()])
        gsd2 = math.exp(2 * sd)
    sd_of_mean = _sd(kept.tolist()) / math.sqrt(count)
    off, off_low, off_high = (_percentile_error(kept, p) for p in (MIDDLE, LOWER, UPPER))
    return Figures(median, mean, low, high, gsd2, off, off_low, off_high, sd_of_mean, count)


def _sd(values: list[float]) -> float:
    if len(values) < 2:
        return 0.0
    # From the first value on, so that equal values have no spread at all.
    start = values[0]
    mean = math.fsum(x - start for x in values) / len(values)
    return math.sqrt(math.fsum((x - start - mean) ** 2 for x in values) / (len(values) - 1))


def _percentile(ordered: Array, share: float) -> float:
    """Linear between order statistics (type 7 of Hyndman and Fan 1996)."""
    return _between(ordered, share * (ordered.size - 1))


def _between(ordered: Array, place: float) -> float:
    """The value at a place between order statistics, counted from 0; the ends beyond them."""
    place = min(max(place, 0.0), ordered.size - 1.0)
    below = math.floor(place)
    above = min(below + 1, ordered.size - 1)
    one, other = float(ordered[below]), float(ordered[above])
    return one + (place - below) * (other - one)


def _percentile_error(ordered: Array, share: float) -> float:
    """Half the distance of the places one binomial deviation to either side.

    Between order statistics, so that the sample turned round has the errors turned round.

    Source: Conover (1999), 3.2: distribution-free interval of a percentile.
    """
    place = share * (ordered.size - 1)
    spread = math.sqrt(ordered.size * share * (1 - share))
    return (_between(ordered, place + spread) - _between(ordered, place - spread)) / 2


def share_below(one: Array, other: Array) -> tuple[float, float] | None:
    """P(A < B) by common random numbers, with its standard error.

    Two results are equal where they differ by less than results are known to: what is made
    of the same lines in another order is a tie, however its last bits fall. A tie counts
    half: two products that share everything come out at 0.5, and one that is always a little
    below at 1, both without error. An error of zero at a share of 0 or 1 only says that no
    sample told otherwise: the share is then within 3 / n with 95 % confidence (Hanley and
    Lippman-Hand 1983).

    Args:
        one: (s) samples of A.
        other: (s) samples of B, drawn with the same numbers for what both share.

    Returns:
        The share of samples in which A is below B, ties counting half; None where no
        sample has both numbers.

    Example:
        >>> share_below(np.array([1.0, 2.0]), np.array([2.0, 2.0]))
        (0.75, 0.1767766952966369)
    """
    both = np.isfinite(one) & np.isfinite(other)
    count = int(both.sum())
    if count == 0:
        return None
    first, second = one[both], other[both]
    equal = np.abs(first - second) <= KNOWN * np.maximum(np.abs(first), np.abs(second))
    ties = int(equal.sum())
    below = int(((first < second) & ~equal).sum())
    share = (below + ties / 2) / count
    variance = (below + ties / 4) / count - share**2
    return share, math.sqrt(max(variance, 0.0) / count)
