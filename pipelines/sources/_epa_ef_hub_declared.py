"""What an edition of the EPA hub says of itself at its head: GWP set and date.

Belongs here: the small table of GWPs above Table 1, the set named below it, the date of the
last change. Does not belong here: the numbered tables (``_epa_ef_hub_tables``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.quantities.number import exact
from pipelines.sources._workbook_grid import a1, filled, is_number, key_of, plain
from schemas.vocabularies import GWP_SET

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from pipelines.sources._workbook_grid import Grid

_REPORT = re.compile(r"\((AR\d)\)")
_GWP_WORDS = re.compile(r"\b(AR\d) GWP", re.IGNORECASE)
_MODIFIED = re.compile(r"Last Modified:\s*(.+)$", re.IGNORECASE)
_GASES = {"ch4": "CH4", "n2o": "N2O"}
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip


@dataclass(frozen=True)
class DeclaredGwp:
    """The GWP set an edition declares, with the values it prints beside it.

    Attributes:
        gwp_set: its code.
        gwp100: kgCO2e per kg, by ``CO2``, ``CH4``, ``N2O``.
        place: cells in which they stand.
    """

    gwp_set: str
    gwp100: Mapping[str, Fraction]
    place: str


def declared_gwp(sheet: str, head: Grid) -> DeclaredGwp | None:
    """The GWP set declared in the rows above the first table.

    Returns:
        The set; None when it is not named, not known, or lacks a value.
    """
    values: dict[str, Fraction] = {}
    cells: list[str] = []
    named = ""
    for row, texts in enumerate(head):
        found = list(filled(texts).items())
        if len(found) > 1 and key_of(found[0][1]) in _GASES and is_number(found[1][1]):
            gas = _GASES[key_of(found[0][1])]
            values[gas] = exact(found[1][1])
            cells.append(f"{sheet}!{a1(row, found[1][0])}")
        elif found and values:
            report = _REPORT.search(plain(found[0][1]))
            named = named or (report[1] if report else "")
    if named not in GWP_SET.codes or len(values) < len(_GASES):
        return None
    return DeclaredGwp(named, {"CO2": exact("1"), **values}, ", ".join(cells))


def gwp_set_in(notes: str) -> str | None:
    """The GWP set that the notes of a table name for figures already in CO2e.

    Example:
        >>> gwp_set_in("AR4 GWPs are used to convert all waste emission factors into CO2e.")
        'AR4'
    """
    found = _GWP_WORDS.search(notes)
    return found[1].upper() if found and found[1].upper() in GWP_SET.codes else None


def last_modified(head: Grid) -> str | None:
    """The day of the last change as printed, ISO written."""
    for texts in head:
        for text in filled(texts).values():
            found = _MODIFIED.search(plain(text))
            if found:
                return _iso(found[1])
    return None


def _iso(text: str) -> str | None:
    """A day written with the month's name, in either order.

    Example:
        >>> _iso("February 13, 2024"), _iso("12 September 2023"), _iso("soon")
        ('2024-02-13', '2023-09-12', None)
    """
    words = text.replace(",", " ").casefold().split()
    months = [_MONTHS.index(word) + 1 for word in words if word in _MONTHS]
    numbers = [int(word) for word in words if word.isdecimal()]
    if len(months) != 1 or len(numbers) != 2:
        return None
    day, year = sorted(numbers)
    return f"{year:04d}-{months[0]:02d}-{day:02d}"
