"""A stated uncertainty becomes the one internal quantity: the variance of ln x.

Belongs here: the kinds in which people state an uncertainty and their exact relation to
the variance of the logarithm. Does not belong here: pedigree tables (``pedigree``),
propagation and sampling (``footprint``). GSD and GSD² are different kinds and are never
taken for one another.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData
from pipelines.findings import finding

if TYPE_CHECKING:
    from collections.abc import Callable

# Kind: (the variance of ln x from the stated figure and z975, whether it is allowed, zh, en).
Z = float
_ABOVE_ZERO = ("大于零", "it must be above zero")
_ABOVE_ONE = ("大于一", "it must be above one")
KINDS: dict[str, tuple[Callable[[float, Z], float], float, tuple[str, str]]] = {
    "variance_ln": (lambda x, _: x, 0.0, _ABOVE_ZERO),
    "sigma_ln": (lambda x, _: x * x, 0.0, _ABOVE_ZERO),
    "gsd": (lambda x, _: math.log(x) ** 2, 1.0, _ABOVE_ONE),
    "gsd2": (lambda x, _: (math.log(x) / 2) ** 2, 1.0, _ABOVE_ONE),
    "cv": (lambda x, _: math.log1p(x * x), 0.0, _ABOVE_ZERO),
    "ci95_rel": (lambda x, z: math.log1p((x / z) ** 2), 0.0, _ABOVE_ZERO),
}
CERTAIN = "none"
WITH_LIMITS = "ci95_abs"
WITH_SCORES = "pedigree"


def variance_of_figure(kind: str, figure: float, z975: float) -> float:
    """Variance of ln x from one stated figure.

    Args:
        kind: variance_ln, sigma_ln, gsd, gsd2, cv or ci95_rel.
        figure: the stated figure; ``cv`` and ``ci95_rel`` as fractions of the value.
        z975: 97.5 % quantile of the standard normal distribution.

    Returns:
        The variance of ln x, dimensionless, above zero. ``ci95_rel`` is half of the 95 %
        interval over the value; ``cv = ci95_rel / z975``, ``variance = ln(1 + cv²)``.

    Raises:
        FaultyData: E-UNC-01 unknown kind, E-UNC-02 a figure that the kind cannot have
            (a lognormal needs a variance above zero).

    Source: IPCC 2006 vol. 1 ch. 3 (half width of the 95 % interval); lognormal identities.

    Example:
        >>> import math
        >>> round(math.exp(2 * math.sqrt(variance_of_figure("gsd2", 1.21, 1.96))), 6)
        1.21
        >>> round(variance_of_figure("gsd", 1.1, 1.96) / variance_of_figure("gsd2", 1.21, 1.96), 6)
        1.0
    """
    if kind not in KINDS:
        raise FaultyData(
            finding("E-UNC-01", value=kind, expected=[*KINDS, WITH_LIMITS, WITH_SCORES, CERTAIN])
        )
    formula, lowest, (wanted_zh, wanted_en) = KINDS[kind]
    if math.isfinite(figure) and figure > lowest:
        variance = formula(figure, z975)
        if math.isfinite(variance) and variance > 0:
            return variance
    raise FaultyData(
        finding("E-UNC-02", kind=kind, value=figure, what_zh=wanted_zh, what_en=wanted_en)
    )


def variance_of_interval(value: float | None, lower: float, upper: float, z975: float) -> float:
    """Variance of ln x from the limits of a 95 % interval, read as a lognormal.

    Args:
        value: the stated value, if it is to be checked against its limits.
        lower: lower limit, above zero, in the unit of the value.
        upper: upper limit.
        z975: 97.5 % quantile of the standard normal distribution.

    Returns:
        ``(ln(upper / lower) / (2 z975))²``. An interval that is not symmetric about the
        value on the log scale keeps its width, not its middle.

    Raises:
        FaultyData: E-UNC-07, the limits are not 0 < lower < upper around the value.

    Example:
        >>> round(variance_of_interval(1.0, 0.5, 2.0, 1.96), 4)
        0.1251
    """
    middle = value if value is not None else (lower + upper) / 2
    if not (math.isfinite(upper) and 0 < lower < upper and lower <= middle <= upper):
        raise FaultyData(finding("E-UNC-07", value=f"{lower} .. {middle} .. {upper}"))
    return (math.log(upper / lower) / (2 * z975)) ** 2


def gsd2_of(variance_ln: float) -> float:
    """The 95 % factor of a lognormal: ``exp(2 sigma)``.

    Args:
        variance_ln: variance of ln x, not negative.

    Example:
        >>> round(gsd2_of(0.0006), 3)
        1.05
    """
    return math.exp(2 * math.sqrt(variance_ln))
