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

GOOD_FACTOR = {
    "record_key": "CEM-0001",
    "name_zh": "普通硅酸盐水泥（市场平均）",
    "name_en": "Ordinary Portland cement, market average",
    "factor_kind": "footprint_factor",
    "category_code": "material.cement",
    "value": 735,
    "value_unit": "kgCO2e",
    "reference_unit": "t",
    "gwp_set": "not_stated",
    "value_convention": "not_stated",
    "boundary": "cradle_to_gate",
    "delivery_scope": "not_applicable",
    "region_code": "CN",
    "data_start": "2018-01-01",
    "data_end": "2018-12-31",
    "data_origin": "secondary",
    "derivation": "default",
    "uncertainty_kind": "none",
    "source_title": "GB/T 51366-2019 建筑碳排放计算标准",
    "source_page": "附录D 表D.0.1",
    "licence": "CN-official-figures",
    "authorisation_scope": "figures_only",
    "authorisation_document": "官方标准，仅引用数值并注明出处",
    "data_class": "public",
    "core_data": "false",
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
