"""Files of an edition of the supply chain factors: the rows of CO2e and of single gases.

Belongs here: the known layouts, telling rows of CO2e from rows of masses, what the
publisher's metadata say of GWP set and data year. Does not belong here: what a factor is
(``epa_supply_chain_ghg``).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.ingest.layout import Layout
from pipelines.tabular.published_file import kind_of, read_csv

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.ingest.published_harvest import PublishedHarvest
    from pipelines.tabular.text_table import TextRow

GHG, UNIT, SECTOR = "GHG", "Unit", "Reference USEEIO Code"
WITHOUT = "Supply Chain Emission Factors without Margins"
MARGINS = "Margins of Supply Chain Emission Factors"
WITH = "Supply Chain Emission Factors with Margins"
_FIGURES = (GHG, UNIT, WITHOUT, MARGINS, WITH, SECTOR)
CODE, TITLE = "NAICS Code 2017", "NAICS Title 2017"
OTHER_CODE, OTHER_TITLE = "2017 NAICS Code", "2017 NAICS Title"
LAYOUTS = (
    Layout("NAICS Code 2017 (v1.2)", (CODE, TITLE, *_FIGURES), (CODE, TITLE, *_FIGURES)),
    Layout(
        "2017 NAICS Code",
        (OTHER_CODE, OTHER_TITLE, *_FIGURES),
        (OTHER_CODE, OTHER_TITLE, *_FIGURES),
    ),
)
_UNIT = re.compile(r"^kg(?P<co2e> CO2e)?/(?P<per>.+)$")
_REPORTS = {"2": "SAR", "4": "AR4", "5": "AR5", "6": "AR6"}
_REPORT = re.compile(r"\b([2456])(?:nd|th) I[A-Z]{3} Assess", re.IGNORECASE)
_REPORT_CODE = re.compile(r"\bAR([456])\b")
_DATA_YEAR = re.compile(r"GHG data representing ((?:19|20)[0-9]{2})")


@dataclass(frozen=True)
class Line:
    """One row: a commodity, a gas or all of them, factors with and without margins.

    Attributes:
        row: the row as read.
        code: NAICS code.
        title: NAICS title.
        per: the denominator as written, such as ``2021 USD, purchaser price``.
        is_co2e: whether the figures are CO2e of all gases; masses of one gas otherwise.
    """

    row: TextRow
    code: str
    title: str
    per: str
    is_co2e: bool


@dataclass(frozen=True)
class Stated:
    """What the publisher's metadata state of an edition.

    Attributes:
        gwp_set: set of the CO2e figures, None where nothing is stated.
        data_year: year the greenhouse gas data represent.
        file: name of the metadata file.
    """

    gwp_set: str | None = None
    data_year: int | None = None
    file: str = ""


@dataclass
class Files:
    """The rows of an edition by what they hold.

    Attributes:
        lines: rows that can be read further, in the order of the files.
        stated: what the metadata state.
    """

    lines: list[Line] = field(default_factory=list)
    stated: Stated = field(default_factory=Stated)


def read_files(harvest: PublishedHarvest) -> Files:
    """Every row of an edition; ragged rows and rows without unit or code are left out.

    A row of CO2e counts as two records: the factor without margins and the one with them.

    Raises:
        UnreadableInput: a file is no CSV, or of a layout that is not known.
    """
    edition = harvest.edition
    found = Files()
    for name in (str(row["file_name"]) for row in edition.file_rows):
        if name.endswith(".json") and kind_of(edition.path(name)) == "json":
            found.stated = _stated(edition.path(name), name)
            continue
        table = read_csv(edition.path(name), edition.shown(name))
        layout = harvest.layout(name, table.header, LAYOUTS)
        for row, cells in table.ragged:
            harvest.take(1)
            harvest.leave_out(row, "S-RAG-01", found=cells, wanted=len(table.header))
        found.lines += filter(None, (_line(harvest, row, layout) for row in table.rows))
    return found


def _line(harvest: PublishedHarvest, row: TextRow, layout: Layout) -> Line | None:
    code, title = layout.needed[0], layout.needed[1]
    unit = _UNIT.match(row[UNIT])
    is_co2e = bool(unit and unit["co2e"])
    records = 2 if is_co2e else 1
    harvest.take(records)
    blank = next((c for c in (code, title, UNIT) if not row.get(c)), None)
    if blank or unit is None:
        for _ in range(records):
            harvest.leave_out(row, "S-BLANK-01" if blank else "E-UNIT-01", blank or UNIT)
        return None
    return Line(row, row[code], row[title], unit["per"], is_co2e)


def code_column(line: Line) -> str:
    """The column that holds the code of a row."""
    return CODE if CODE in line.row else OTHER_CODE


def _stated(path: Path, name: str) -> Stated:
    """GWP set and data year as the description of a DCAT record states them."""
    try:
        record = json.loads(path.read_text("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        return Stated()
    text = str(record.get("description", "")) if isinstance(record, dict) else ""
    sets = {_REPORTS[digit] for digit in _REPORT.findall(text)}
    sets |= {f"AR{digit}" for digit in _REPORT_CODE.findall(text)}
    year = _DATA_YEAR.search(text)
    return Stated(sets.pop() if len(sets) == 1 else None, int(year[1]) if year else None, name)
