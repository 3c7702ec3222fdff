"""AGRIBALYSE tables: what a heading says of name, scale and unit, and the rows under them.

Belongs here: headings that carry units and powers of ten (edition 3.0) or none (3.1.1),
the separator and decimal mark of a French CSV, rows by the bare names of their columns.
Does not belong here: which rows become factors (``agribalyse``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.quantities.number import exact
from pipelines.tabular.published_file import decoded, read_csv
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    from pathlib import Path

_UNIT = re.compile(
    r"^(?P<name>.+?) \((?:E(?P<power>[+-]?[0-9]{1,2}) )?(?P<unit>[^()]+/kg de produit)\)$"
)
_SCORE = re.compile(r"^Score unique EF(?: (?P<version>[0-9]+(?:\.[0-9]+)*))?$")
_COMMA = re.compile(r"^[+-]?[0-9]+,[0-9]+([eE][+-]?[0-9]+)?$")
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Heading:
    """A column heading taken apart.

    Attributes:
        name: the bare name, blanks evened.
        scale: what one printed unit stands for, in the unit named.
        unit: the unit as printed, or None where the heading names none.
    """

    name: str
    scale: Fraction
    unit: str | None


def heading_of(text: str) -> Heading:
    """The parts of a heading.

    Example:
        >>> heading_of("Appauvrissement de la couche d'ozone (E-06 kg CVC11 eq/kg de produit)")
        Heading(name="Appauvrissement de la couche d'ozone", scale=Fraction(1, 1000000), \
unit='kg CVC11 eq/kg de produit')
        >>> heading_of("Changement climatique").unit is None
        True
    """
    even = " ".join(text.split())
    match = _UNIT.match(even)
    if match is None:
        return Heading(even, Fraction(1), None)
    power = Fraction(10) ** int(match["power"] or 0)
    return Heading(match["name"], power, match["unit"])


def factor_unit_text(unit: str) -> str:
    """A printed climate unit in the spelling of factor units.

    Example:
        >>> factor_unit_text("kg CO2 eq/kg de produit")
        'kgCO2e/kg'
    """
    mass, _, product = unit.partition("/")
    return f"{mass.replace(' CO2 eq', 'CO2e')}/{product.removesuffix(' de produit')}"


@dataclass(frozen=True)
class FoodTable:
    """One file of an edition: headings by bare name, rows by bare name.

    Attributes:
        name: file name.
        headings: the headings in order, each bare name once.
        rows: rows as wide as the header.
        ragged: rows of another width, with their width.
        has_decimal_comma: whether the file writes decimals the French way.
    """

    name: str
    headings: tuple[Heading, ...]
    rows: tuple[TextRow, ...]
    ragged: tuple[tuple[TextRow, int], ...]
    has_decimal_comma: bool

    @property
    def header(self) -> tuple[str, ...]:
        """The bare names."""
        return tuple(h.name for h in self.headings)

    @property
    def impact_method(self) -> str | None:
        """The method that the heading of the single score names (``EF 3.1``), if it does."""
        for name in self.header:
            match = _SCORE.match(name)
            if match and match["version"]:
                return f"EF {match['version']}"
        return None

    def heading(self, name: str) -> Heading:
        """The heading of a bare name."""
        return next(h for h in self.headings if h.name == name)

    def number(self, text: str) -> Fraction:
        """The number a cell writes; a decimal comma only in a file that uses them.

        Raises:
            NotANumber: it is none.
        """
        if self.has_decimal_comma and _COMMA.match(text):
            return exact(text.replace(",", "."))
        return exact(text)


def read_food_table(path: Path, file_name: str, shown: str) -> FoodTable:
    """One file of an edition.

    A file separated by semicolons is taken to write decimals with a comma, as French
    spreadsheets do; in a file separated by commas a comma within a number is a fault.

    Args:
        path: the file.
        file_name: its name in the edition.
        shown: how it is called in messages.

    Raises:
        UnreadableInput: E-FILE-01, not a CSV, or text in another encoding than UTF-8; or
            E-FILE-02, two columns of one name.
    """
    first = decoded(path, shown).lstrip("\r\n").split("\n", 1)[0]
    semicolons = first.count(";") > first.count(",")
    read = read_csv(path, shown, delimiter=";" if semicolons else ",")
    if _HAN.search("".join(read.header)):
        raise UnreadableInput(
            finding("E-FILE-01", file=shown, found="text in another encoding", wanted="UTF-8 csv")
        )
    headings = tuple(heading_of(text) for text in read.header)
    names = [h.name for h in headings]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UnreadableInput(
            finding(
                "E-FILE-02", file=shown, value=file_name,
                column=f"{', '.join(twice)} (x2)", expected=sorted(set(names)),
            )
        )  # fmt: skip
    bare = dict(zip(read.header, names, strict=True))

    def named(row: TextRow) -> TextRow:
        return TextRow(row.file, row.number, {bare[k]: v for k, v in row.cells.items()})

    return FoodTable(
        file_name,
        headings,
        tuple(named(row) for row in read.rows),
        tuple((named(row), width) for row, width in read.ragged),
        semicolons,
    )
