"""How far a result may lie from its value: a distribution, and what of it lies below a limit.

Belongs here: the distribution behind probabilities of classes, of a stated factor or of a
result's samples. Does not belong here: classes (``assign``) and rows (``tables``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

# 97.5 % quantile of the standard normal distribution.
Z_975 = 1.959963984540054


@dataclass(frozen=True)
class Spread:
    """A lognormal distribution, shifted: ``shift + scale * exp(sigma * z)`` with z normal.

    With a negative scale and sigma it leans to the left; with sigma 0 it is certain, or normal
    with ``deviation`` around ``shift + scale``.

    Attributes:
        shift: what is added.
        scale: the median less the shift.
        sigma: standard deviation of the logarithm.
        deviation: standard deviation where it is normal.
        upper: the bound that a conservative class goes by.
    """

    shift: float
    scale: float
    sigma: float
    upper: float
    deviation: float = 0.0

    @classmethod
    def stated(cls, value: float, gsd2: float) -> Spread:
        """The lognormal of a value with its 95 % factor.

        Args:
            value: its median, above zero.
            gsd2: squared geometric standard deviation, at least 1.
        """
        return cls(0.0, value, math.log(gsd2) / 2, value * gsd2)

    @classmethod
    def sampled(cls, low: float, median: float, high: float) -> Spread:
        """The shifted lognormal through three percentiles of samples.

        Sums of lognormal parts lean as it does, and unlike the lognormal it may fall below
        zero, as results with removals do.

        Args:
            low: the 2.5 % percentile.
            median: the 50 % percentile.
            high: the 97.5 % percentile.

        Source:
            Three-percentile fit of the three-parameter lognormal: Aitchison and Brown, The
            Lognormal Distribution (1957), 6.2.

        Example:
            >>> fitted = Spread.sampled(1.0, 2.0, 4.0)
            >>> [round(fitted.share_below(x), 3) for x in (1.0, 2.0, 4.0)]
            [0.025, 0.5, 0.975]
        """
        left, right = median - low, high - median
        if left <= 0 or right <= 0 or math.isclose(left, right, rel_tol=1e-6):
            return cls(median, 0.0, 0.0, high, (high - low) / (2 * Z_975))
        sigma = math.log(right / left) / Z_975
        scale = left / -math.expm1(-sigma * Z_975)
        return cls(median - scale, scale, sigma, high)

    @property
    def is_certain(self) -> bool:
        """Whether every draw is the median."""
        return self.sigma == 0 and self.deviation == 0

    @property
    def median(self) -> float:
        """The 50 % percentile."""
        return self.shift + self.scale

    def share_below(self, limit: float) -> float:
        """The probability of a draw below a limit."""
        if self.is_certain:
            return float(self.median < limit)
        if self.sigma == 0:
            return _phi((limit - self.median) / self.deviation)
        if math.isinf(limit):
            return float(limit > 0)
        part = (limit - self.shift) / self.scale
        if part <= 0:
            # Beyond the shift nothing lies: below it when leaning right, above when left.
            return float(self.scale < 0)
        return _phi(math.log(part) / self.sigma)


def _phi(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))
