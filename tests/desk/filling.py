"""Workbooks as people fill them in and hand them over, for the tests of the desk."""

from __future__ import annotations

import hashlib
from pathlib import Path

import openpyxl

from pipelines.desk.intake_limits import read_limits
from pipelines.desk.reading import read_file
from pipelines.desk.submitted import SubmittedSheet, SubmittedWorkbook
from schemas.submission_product import TEMPLATES
from tests.conftest import SEEDS

# Made-up values: a good row is what the example row of the template shows.
GOOD_FACTOR: dict[str, object] = {
    ask.name: ask.example for ask in TEMPLATES["factor"].main if ask.example
} | {"value": 860}
GOOD_SOURCE: dict[str, object] = {
    ask.name: ask.example for ask in TEMPLATES["factor"].form("source") if ask.example
}
GOOD_ORGANISATION: dict[str, object] = {
    ask.name: ask.example for ask in TEMPLATES["factor"].form("organisation") if ask.example
}


def fill(path: Path, table: str, rows: list[dict[str, object]], kind: str = "factor") -> None:
    """Type rows into a sheet of a workbook, below its example row, and save it."""
    book = openpyxl.load_workbook(path)
    form = TEMPLATES[kind].form(table)
    sheet = book[form.sheet]
    names = [cell.value for cell in sheet[2]]
    for number, row in enumerate(rows, start=4):
        for name, value in row.items():
            cell = sheet.cell(number, names.index(name) + 1, value)
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(path)


def read(path: Path, kind: str | None = "factor") -> SubmittedWorkbook:
    """The workbook as the desk reads it."""
    data = path.read_bytes()
    found = read_file(path.name, data, read_limits(SEEDS))
    assert not found.faults, found.faults
    return SubmittedWorkbook(
        path.name, hashlib.sha256(data).hexdigest(), found.format or "", kind, None, found.sheets
    )


def sheet_of(workbook: SubmittedWorkbook, name: str) -> SubmittedSheet:
    """The sheet of that name."""
    return next(sheet for sheet in workbook.sheets if sheet.name == name)


def submitted(rows: list[tuple[str, ...]], **more) -> SubmittedWorkbook:
    """A factor submission with these rows on its main sheet, headers included."""
    words = {"kinds": {}, "formulas": {}} | more
    sheet = SubmittedSheet(TEMPLATES["factor"].main.sheet, tuple(rows), **words)
    return SubmittedWorkbook("报送.xlsx", "ab" * 32, "xlsx", "factor", "1.0", (sheet,))


def header_rows(kind: str = "factor") -> list[tuple[str, ...]]:
    """The two header rows of a template's main sheet."""
    main = TEMPLATES[kind].main
    return [tuple(ask.field.title_zh for ask in main), main.names]
