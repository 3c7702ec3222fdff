"""Units: which are accepted, how they convert, and the unit of a factor.

Belongs here: the unit table of ``seeds/reference/unit.csv``, exact conversion within a
unit group, the reading of a factor's unit such as ``tCO2/TJ``. Does not belong here: the
conversion of one flow between groups (heating value, density: ``flow_property``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import Finding, finding
from pipelines.quantities.number import NotANumber, exact_ratio
from pipelines.tabular.text_table import read_rows

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

COLUMNS = ("unit", "name_zh", "name_en", "unit_group", "to_base_exact", "aliases")
_MASSES = ("kg", "g", "mg", "t", "kt", "Mt", "Gg")
_NUMERATOR = re.compile(
    r"^(?P<mass>"
    + "|".join(sorted(_MASSES, key=len, reverse=True))
    + r")\s?(?P<gas>[A-Z][A-Za-z0-9-]*)$"
)


class UnknownUnit(ValueError):
    """The text names no unit of the table."""


class UnitMismatch(ValueError):
    """Two units belong to different unit groups."""


@dataclass(frozen=True)
class Unit:
    """One unit: its canonical spelling, group, exact factor to the group's base unit, source."""

    unit: str
    unit_group: str
    to_base: Fraction
    name_zh: str
    name_en: str
    citation: str = ""


@dataclass(frozen=True)
class FactorUnit:
    """The unit of a factor: mass of a gas per amount of a reference flow.

    Attributes:
        gas: the gas or ``CO2e`` as written.
        to_kg: kg per mass unit of the numerator.
        reference_unit: canonical unit of the denominator.
    """

    gas: str
    to_kg: Fraction
    reference_unit: str

    @property
    def value_unit(self) -> str:
        """The numerator after conversion to kg, for example ``kgCO2``."""
        return f"kg{self.gas}"


class UnitTable:
    """The accepted units with exact conversion.

    Example:
        >>> from fractions import Fraction
        >>> table = UnitTable([Unit("MJ", "energy", Fraction(1), "兆焦", "megajoule"),
        ...     Unit("kWh", "energy", Fraction(36, 10), "千瓦时", "kilowatt hour")], {"度": "kWh"})
        >>> table.convert(Fraction(2), "度", "MJ")
        Fraction(36, 5)
    """

    def __init__(self, units: list[Unit], aliases: dict[str, str]) -> None:
        """Keep the units by every accepted spelling.

        Raises:
            ValueError: two units claim one spelling.
        """
        self.units = {u.unit: u for u in units}
        self._by_text = dict(self.units)
        for alias, unit in aliases.items():
            if alias in self._by_text:
                raise ValueError(f"the spelling {alias} belongs to two units")
            self._by_text[alias] = self.units[unit]

    def find(self, text: str) -> Unit:
        """The unit a text names.

        Raises:
            UnknownUnit: the table has no such spelling.
        """
        found = self._by_text.get(text.strip())
        if found is None:
            raise UnknownUnit(text)
        return found

    def ratio(self, source: str, target: str) -> Fraction:
        """How many target units one source unit is, exactly.

        Raises:
            UnknownUnit: a unit is not in the table.
            UnitMismatch: the units belong to different groups.
        """
        one, other = self.find(source), self.find(target)
        if one.unit_group != other.unit_group:
            raise UnitMismatch(f"{source} ({one.unit_group}) -> {target} ({other.unit_group})")
        return one.to_base / other.to_base

    def convert(self, amount: Fraction, source: str, target: str) -> Fraction:
        """An amount in another unit of the same group, exactly.

        Raises:
            UnknownUnit: a unit is not in the table.
            UnitMismatch: the units belong to different groups.
        """
        return amount * self.ratio(source, target)

    def is_known(self, text: str) -> bool:
        """Whether a text names a unit, or a unit per unit (``GJ/t``, ``tC/TJ``).

        Example:
            >>> from fractions import Fraction
            >>> UnitTable([Unit("t", "mass", Fraction(1), "吨", "tonne")], {}).is_known("t/t")
            True
        """
        return all(part.strip() in self._by_text for part in text.split("/", 1))

    def factor_unit(self, text: str) -> FactorUnit:
        """The unit of a factor: a mass of gas, a slash, a unit of the table.

        Args:
            text: for example ``kgCO2e/kWh``, ``tCO2/TJ``, ``gCH4/head*a``.

        Returns:
            Its parts.

        Raises:
            UnknownUnit: no slash, an unknown mass or an unknown denominator.
        """
        numerator, slash, denominator = text.partition("/")
        match = _NUMERATOR.match(numerator.strip())
        if not slash or match is None:
            raise UnknownUnit(text)
        mass = self.find(match["mass"])
        return FactorUnit(
            match["gas"], mass.to_base / self.find("kg").to_base, self.find(denominator).unit
        )


@cache
def load_units(path: Path) -> UnitTable:
    """The unit table of a seed file.

    Args:
        path: ``unit.csv`` with the columns of the ``unit`` table; aliases separated by ``;``.

    Returns:
        The table.

    Raises:
        UnreadableInput: E-SEED-06, the file is missing or no text.
        FaultyData: E-SEED-04 a column is missing, E-TEXT-01 a unit is blank, E-SEED-07 a spelling
            stands twice, E-NUM-01 a factor is no number.
    """
    units: list[Unit] = []
    aliases: dict[str, str] = {}
    faults: list[Finding] = []
    taken: set[str] = set()
    place = f"{path.parent.name}/{path.name}"
    for row in read_rows(path, needed=COLUMNS, key="unit", name=place, filled=True):
        told: dict[str, Any] = {"file": place, "row": row.number}
        others = [text for text in row["aliases"].split(";") if text]
        for column, text in (("unit", row["unit"]), *(("aliases", o) for o in others)):
            if text in taken:
                faults.append(finding("E-SEED-07", column=column, value=text, **told))
            taken.add(text)
        try:
            to_base = exact_ratio(row["to_base_exact"])
        except NotANumber:
            faults.append(
                finding("E-NUM-01", column="to_base_exact", value=row["to_base_exact"], **told)
            )
            continue
        units.append(
            Unit(
                row["unit"],
                row["unit_group"],
                to_base,
                row["name_zh"],
                row["name_en"],
                row.get("citation") or "",
            )
        )
        aliases |= dict.fromkeys(others, row["unit"])
    if faults:
        raise FaultyData(faults)
    return UnitTable(units, aliases)
