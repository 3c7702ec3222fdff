"""Which licences may stand together in one release, as the table in seeds says.

Belongs here: reading ``seeds/rules/licence_compatibility.csv`` and what it says of one
licence or of several in one value. Does not belong here: taking rows apart (``separation``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.tabular.text_table import read_rows

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

NAME = "rules/licence_compatibility.csv"
COLUMNS = ("licence", "beside", "standing", "rule_zh", "rule_en", "notice", "citation")
TOGETHER, SEPARATE, OUT = "together", "separate", "out"
STANDINGS = (TOGETHER, SEPARATE, OUT)
ANY = "*"


@dataclass(frozen=True)
class LicenceLine:
    """One line: how a licence stands beside another, or beside any (``*``), and why."""

    licence: str
    beside: str
    standing: str
    rule_zh: str
    rule_en: str
    notice: str
    citation: str


@dataclass(frozen=True)
class LicenceRules:
    """The lines of the table by licence and the one beside it."""

    lines: dict[tuple[str, str], LicenceLine]

    def of(self, licence: str) -> LicenceLine:
        """How rows of a licence stand in a release.

        Raises:
            FaultyData: the table does not know the licence.
        """
        line = self.lines.get((licence, ANY))
        if line is None:
            raise FaultyData(finding("E-LIC-01", file=NAME, value=licence))
        return line

    def fit(self, licence: str, other: str) -> bool:
        """Whether one value may be made of both; what the table does not say is no."""
        line = self.lines.get((licence, other)) or self.lines.get((other, licence))
        return line is not None and line.standing == TOGETHER

    def of_value(self, licences: Collection[str]) -> tuple[str, str | None]:
        """How a value stands that rests on several licences.

        Args:
            licences: its own and those of everything it was derived from.

        Returns:
            The standing; for a separate file, the licence of that file. ``out`` where one
            is out or two do not fit.

        Raises:
            FaultyData: the table does not know one of them.
        """
        asked = sorted(set(licences))
        standings = {one: self.of(one).standing for one in asked}
        if OUT in standings.values():
            return OUT, None
        bound = [one for one in asked if standings[one] == SEPARATE]
        if not bound:
            return TOGETHER, None
        others = [one for one in asked if one != bound[0]]
        if not all(self.fit(bound[0], other) for other in others):
            return OUT, None
        return SEPARATE, bound[0]

    def together(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows, of a table with ``licence``, that may stand in the common tables.

        Raises:
            FaultyData: the table does not know a licence.
        """
        free = [one for one in rows["licence"].unique().sort() if self.of(one).standing == TOGETHER]
        return rows.filter(pl.col("licence").is_in(free))


def known_licences(seeds: Path) -> list[str]:
    """Every licence of the seeds' licence table.

    Raises:
        UnreadableInput: the table is missing.
    """
    name = "reference/licence.csv"
    return [
        row["licence"]
        for row in read_rows(seeds / name, needed=("licence",), name=name, filled=True)
    ]


def read_licence_rules(seeds: Path, known: Collection[str]) -> LicenceRules:
    """The table of the seeds.

    Args:
        seeds: the seeds folder.
        known: every licence of the licence table.

    Returns:
        The rules; every known licence has its line.

    Raises:
        UnreadableInput: the table is missing.
        FaultyData: a line names an unknown licence or standing, or no clause; a known
            licence has no line.
    """
    lines: dict[tuple[str, str], LicenceLine] = {}
    faults = []
    for row in read_rows(seeds / NAME, needed=COLUMNS, name=NAME):
        line = LicenceLine(*(row.get(column) or "" for column in COLUMNS))
        wrong = [
            ("licence", line.licence, line.licence in known),
            ("beside", line.beside, line.beside == ANY or line.beside in known),
            ("standing", line.standing, line.standing in STANDINGS),
            ("citation", line.citation, bool(line.citation.strip())),
            ("notice", line.notice, not line.notice or (seeds / line.notice).is_file()),
            ("beside", line.beside, (line.licence, line.beside) not in lines),
        ]
        faults += [
            finding("E-LIC-02", file=NAME, row=row.number, column=column, value=value)
            for column, value, is_right in wrong
            if not is_right
        ]
        lines[line.licence, line.beside] = line
    faults += [
        finding("E-LIC-01", file=NAME, value=one)
        for one in sorted(known)
        if (one, ANY) not in lines
    ]
    if faults:
        raise FaultyData(faults)
    return LicenceRules(lines)
