"""CO2e printed beside masses of gases: does the printed sum agree with the parts?

Belongs here: warming potentials as the seeds hold them, how exact a printed figure is, the
comparison of a total with its parts. Does not belong here: what follows for a record
(modules of sources).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pipelines.quantities.number import exact
from pipelines.tabular.text_table import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FOLDER = "ipcc_gwp100"
NEEDED = ("gas", "also_of", "gwp_set", "value", "role")


@cache
def warming_potentials(seeds: Path) -> dict[str, dict[str, Fraction]]:
    """100-year warming potentials by GWP set and gas code, kgCO2e per kg.

    Args:
        seeds: the folder of seeds.

    Returns:
        Gas code to warming potential, by set.

    Raises:
        UnreadableInput: a file cannot be read.
        FaultyData: a column is missing.
        NotANumber: a warming potential is no number.
    """
    found: dict[str, dict[str, Fraction]] = {}
    for path in sorted((seeds / FOLDER).glob("*.csv")):
        if path.name == "corrections.csv":
            continue
        for row in read_rows(path, needed=NEEDED, name=f"{FOLDER}/{path.name}"):
            codes = [row["gas"], *filter(None, row["also_of"].split(";"))]
            at = found.setdefault(row["gwp_set"], {})
            at.update(dict.fromkeys(codes, exact(row["value"])))
    return found


@lru_cache(maxsize=1 << 16)
def _read(text: str) -> tuple[Fraction, Fraction]:
    return exact(text), half_digit(text)


def half_digit(text: str) -> Fraction:
    """Half a unit in the last digit a figure prints: how far it may be from the truth.

    A printed zero is read as zero.

    Example:
        >>> half_digit("0.213"), half_digit("4.04e-01"), half_digit("0")
        (Fraction(1, 2000), Fraction(1, 2000), Fraction(0, 1))
    """
    if exact(text) == 0:
        return Fraction(0)
    mantissa, _, exponent = text.lower().partition("e")
    places = len(mantissa.partition(".")[2])
    return Fraction(1, 2) * Fraction(10) ** (int(exponent or 0) - places)


@dataclass(frozen=True)
class Comparison:
    """A printed total against the sum of its parts.

    Attributes:
        residual: how far they lie apart.
        tolerance: how far rounding of the printed figures can part them.
    """

    residual: Fraction
    tolerance: Fraction

    @property
    def agrees(self) -> bool:
        """Whether rounding explains the difference."""
        return self.residual <= self.tolerance


def compare(
    total: str, parts: Iterable[tuple[str, Fraction]], total_tolerance: Fraction | None = None
) -> Comparison:
    """Compare a printed total with weighted printed parts, exactly.

    Args:
        total: the total as printed.
        parts: each part as printed, with the weight it enters the total by.
        total_tolerance: rounding of the total, half its last digit by default.

    Returns:
        The comparison.

    Example:
        1 kg CO2 and 0.1 kg CH4 at 28 kgCO2e/kg are 3.8 kgCO2e.

        >>> compare("3.8", [("1", Fraction(1)), ("0.1", Fraction(28))]).agrees
        True
        >>> compare("1.1", [("1", Fraction(1)), ("0.10", Fraction(28))]).agrees
        False
    """
    tolerance = half_digit(total) if total_tolerance is None else total_tolerance
    added = Fraction(0)
    for text, weight in parts:
        value, half = _read(text)
        added += value * weight
        tolerance += half * abs(weight)
    return Comparison(abs(exact(total) - added), tolerance)
