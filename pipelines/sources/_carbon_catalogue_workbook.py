"""The Carbon Catalogue's workbook: its product table, its stage table, the place of a cell.

Belongs here: finding the two tables by their headings, rows as text with the sheet they
stand in. Does not belong here: what rows mean (``carbon_catalogue``).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.ingest.published_harvest import Layout
from pipelines.tabular.published_file import read_sheets
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.ingest.published_harvest import PublishedHarvest

KEY, YEAR, NAME = "PCF-ID", "Year of reporting", "Product name (and functional unit)"
DETAIL, SECTOR, PROTOCOL = "Product detail", "Company's sector", "Protocol used for PCF"
WEIGHT, WEIGHT_SOURCE = "Product weight (kg)", "Source for product weight"
FOOTPRINT = "Product's carbon footprint (PCF, kg CO2e)"
INTENSITY = "Carbon intensity"
ADJUSTED = "Adjustments to raw data (if any)"
FRACTIONS = tuple(
    f"{part} CO2e (fraction of total PCF)"
    for part in ("Upstream", "Operations", "Downstream", "Transport", "EndOfLife")
)
STAGE, SCOPE = "Description of LCA stage", "Scope-characterization of LCA stage"
PORTION, EMISSION = "Assigned value chain portion", "Emissions at stage (kg CO2e)"

PRODUCTS = Layout(
    "Product Level Data",
    (KEY, YEAR, NAME, DETAIL, SECTOR, WEIGHT, WEIGHT_SOURCE, FOOTPRINT),
    (KEY, YEAR, "Stage-level CO2e available", NAME, DETAIL, "Company",
     "Country (where company is incorporated)", "Company's GICS Industry Group",
     "Company's GICS Industry", SECTOR, WEIGHT, WEIGHT_SOURCE, FOOTPRINT, INTENSITY, PROTOCOL,
     "Relative change in PCF vs previous", "Company-reported reason for change",
     "Change reason category", "%Upstream estimated from %Operations", *FRACTIONS, ADJUSTED),
)  # fmt: skip
STAGES = Layout(
    "Stage Level Data",
    (KEY, STAGE, PORTION, EMISSION),
    (KEY, STAGE, SCOPE, PORTION, EMISSION, "Emissions at this stage are exclusively transport",
     "Emissions at this stage are exclusively EndOfLife"),
)  # fmt: skip


@dataclass(frozen=True)
class SheetTable:
    """A table of a workbook.

    Attributes:
        sheet: name of the sheet.
        header: headings without the mark ``*`` of what the authors added.
        rows: data rows; wholly blank rows are left out.
        ragged: rows with something beyond the last heading, with their width.
    """

    sheet: str
    header: tuple[str, ...]
    rows: tuple[TextRow, ...]
    ragged: tuple[tuple[TextRow, int], ...]

    def cell(self, row: TextRow, column: str) -> str:
        """The place of a cell: ``Product Level Data!M7``."""
        from openpyxl.utils import get_column_letter

        return f"{self.sheet}!{get_column_letter(self.header.index(column) + 1)}{row.number}"


def read_workbook(
    harvest: PublishedHarvest, name: str, path: Path
) -> tuple[SheetTable, SheetTable]:
    """The product table and the stage table of a workbook.

    Args:
        harvest: told of new and lost columns.
        name: file name in the edition.
        path: the file.

    Returns:
        Products, stages.

    Raises:
        UnreadableInput: E-FILE-01 not a workbook, E-FILE-02 a table or a column it cannot do
            without is missing.
    """
    shown = harvest.edition.shown(name)
    with warnings.catch_warnings():
        # Drop-down lists of the viewer sheet are no data.
        warnings.filterwarnings("ignore", "Data Validation extension", UserWarning)
        sheets = read_sheets(path, shown)
    tables = [_table(shown, title, grid) for title, grid in sheets.items()]
    return _fitting(harvest, name, tables, PRODUCTS), _fitting(harvest, name, tables, STAGES)


def _table(shown: str, title: str, grid: list[list[str]]) -> SheetTable:
    first = next((i for i, cells in enumerate(grid) if any(cells)), None)
    if first is None:
        return SheetTable(title, (), (), ())
    header = tuple(" ".join(cell.split()).lstrip("*") for cell in grid[first])
    while header and not header[-1]:
        header = header[:-1]
    rows: list[TextRow] = []
    ragged: list[tuple[TextRow, int]] = []
    for number, cells in enumerate(grid[first + 1 :], start=first + 2):
        width = max((i for i, cell in enumerate(cells, start=1) if cell.strip()), default=0)
        padded = [*cells, *[""] * len(header)]
        row = TextRow(shown, number, dict(zip(header, padded, strict=False)))
        if width > len(header):
            ragged.append((row, width))
        elif width:
            rows.append(row)
    return SheetTable(title, header, tuple(rows), tuple(ragged))


def _fitting(
    harvest: PublishedHarvest, name: str, tables: list[SheetTable], layout: Layout
) -> SheetTable:
    """The table with most of a layout's columns."""
    if not tables:
        raise UnreadableInput(
            finding("E-FILE-01", file=harvest.edition.shown(name), found="empty", wanted="xlsx")
        )
    best = max(tables, key=lambda t: len(set(layout.needed) & set(t.header)))
    harvest.layout(name, best.header, (layout,))
    return best
