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
    place = share * (ordered.size - 1)
    below = math.floor(place)
    above = min(below + 1, ordered.size - 1)
    one, other = float(ordered[below]), float(ordered[above])
    return one + (place - below) * (other - one)


def _percentile_error(ordered: Array, share: float) -> float:
    """Half the distance of the order statistics one binomial deviation to either side.

    Source: Conover (1999), 3.2: distribution-free interval of a percentile.
    """
    count = ordered.size
    spread = math.sqrt(count * share * (1 - share))
    low = max(0, math.floor(share * count - spread))
    high = min(count - 1, math.ceil(share * count + spread))
    return float(ordered[high] - ordered[low]) / 2


def share_below(one: Array, other: Array) -> tuple[float, float] | None:
    """P(A < B) by common random numbers, with its standard error.

    Args:
        one: (s) samples of A.
        other: (s) samples of B, drawn with the same numbers for what both share.

    Returns:
        The share of samples in which A is below B, ties counting half; None where no
        sample has both numbers.

    Example:
        >>> share_below(np.array([1.0, 2.0]), np.array([2.0, 2.0]))[0]
        0.75
    """
    both = np.isfinite(one) & np.isfinite(other)
    count = int(both.sum())
    if count == 0:
        return None
    below = int((one[both] < other[both]).sum())
    equal = int((one[both] == other[both]).sum())
    share = (below + equal / 2) / count
    return share, math.sqrt(share * (1 - share) / count)
