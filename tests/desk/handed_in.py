"""Files as they are handed in, built on the spot: workbooks of three formats and CSV.

Belongs here: a good factor row and the writing of it in every format. Does not belong here:
what is wrong with a file (``zoo``).
"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import zipfile
from functools import cache
from pathlib import Path

import xlsxwriter
import xlwt

from pipelines.commands.checking import known_of, origin_of, released_on
from pipelines.desk import reading_child
from pipelines.desk.check import Checked, check
from pipelines.desk.intake_limits import read_limits
from pipelines.desk.reading import ReadFile, read_file, sheets_of
from pipelines.settings import Settings
from schemas.submission_product import TEMPLATES
from tests.conftest import SEEDS

MAIN = TEMPLATES["factor"].main
SHEET = MAIN.sheet
NAMES = list(MAIN.names)
TITLES = [ask.field.title_zh for ask in MAIN]
GOOD = {
    "record_key": "FUEL-01",
    "name_zh": "柴油",
    "name_en": "Gas/Diesel Oil",
    "factor_kind": "direct_ef",
    "category_code": "energy.fuel.oil",
    "route": "stationary",
    "value": "72.59",
    "value_unit": "tCO2",
    "reference_unit": "TJ",
    "gas": "co2_fossil",
    "gwp_set": "not_applicable",
    "value_convention": "direct",
    "boundary": "activity",
    "delivery_scope": "not_applicable",
    "region_code": "CN",
    "data_start": "2018-01-01",
    "data_end": "2018-12-31",
    "reference_year": "2018",
    "data_origin": "secondary",
    "derivation": "default",
    "uncertainty_kind": "none",
    "quality_technological": "2",
    "source_title": "GB/T 51366-2019 建筑碳排放计算标准",
    "source_page": "附录A 表A.0.1",
    "licence": "CN-official-figures",
    "authorisation_scope": "figures_only",
    "authorisation_document": "官方标准，仅引用数值并注明出处",
    "data_class": "public",
    "core_data": "false",
}


def good_row(number: int = 1, **other: str) -> dict[str, str]:
    """A row that passes every rule; its number makes key and technology its own."""
    own = {"record_key": f"FUEL-{number:02}", "technology": f"燃烧设备 {number}"}
    return {**GOOD, **own, **other}


def column(name: str) -> int:
    """Where a column stands, counted from 0."""
    return NAMES.index(name)


def grid(*rows: dict[str, str]) -> list[list[str]]:
    """Both header rows and the rows of answers."""
    return [TITLES, NAMES, *([row.get(n, "") for n in NAMES] for row in rows)]


def csv_bytes(cells: list[list[str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Cells as a CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(cells)
    return text.getvalue().encode(encoding)


def xlsx(cells: list[list[str]], *, sheet: str = SHEET, more=None, options=None) -> bytes:
    """Cells as an .xlsx, every one a text; ``more(book, sheet)`` adds to it."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, **(options or {})})
    page = book.add_worksheet(sheet)
    for r, row in enumerate(cells):
        for c, text in enumerate(row):
            if text:
                page.write_string(r, c, text)
    if more is not None:
        more(book, page)
    book.close()
    return held.getvalue()


def xls(cells: list[list[str]], more=None) -> bytes:
    """Cells as an old .xls."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(SHEET)
    for r, row in enumerate(cells):
        for c, text in enumerate(row):
            if text:
                page.write(r, c, text)
    if more is not None:
        more(book, page)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.3"'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    f'<office:spreadsheet><table:table table:name="{SHEET}">'
)
ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"


def ods(cells: list[list[str]], *, rows: str = "", prolog: str = "") -> bytes:
    """Cells as an .ods; ``rows`` is XML put behind the last row."""
    body = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{_escaped(t)}</text:p>'
            "</table:table-cell>" if t else "<table:table-cell/>"
            for t in row
        )
        + "</table:table-row>"
        for row in cells
    )  # fmt: skip
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet"
        )
        content = ODS_HEAD + body + rows + ODS_TAIL
        archive.writestr("content.xml", content.replace("?>", "?>" + prolog, 1))
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:'
            '1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type='
            '"application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
    return held.getvalue()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def rezipped(data: bytes, change=None, add: dict[str, bytes] | None = None) -> bytes:
    """An archive with its entries changed (``change(name, body)``) and others added."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w") as new:
        for entry in old.infolist():
            body = old.read(entry)
            body = change(entry.filename, body) if change else body
            new.writestr(entry.filename, body, zipfile.ZIP_DEFLATED)
        for name, body in (add or {}).items():
            new.writestr(name, body, zipfile.ZIP_DEFLATED)
    return held.getvalue()


@cache
def known():
    """What files are checked against: the seeds, no release."""
    return known_of(Settings(SEEDS, Path("no-home")))


@cache
def limits():
    """The limits of the seeds."""
    return read_limits(SEEDS)


def checked(name: str, data: bytes) -> Checked:
    """What checking a file finds."""
    read = read_file(name, data, limits())
    return check(read, known(), origin_of(read, len(data), "test", released_on(SEEDS)))


def checked_here(name: str, data: bytes) -> Checked:
    """What checking a CSV finds, its cells read in this process; nothing else differs."""
    answer = reading_child.read(data, "csv", dataclasses.asdict(limits()))
    read = ReadFile(name, hashlib.sha256(data).hexdigest(), "csv", encoding=answer["encoding"],
                    sheets=sheets_of(answer), delimiter=answer["delimiter"])  # fmt: skip
    return check(read, known(), origin_of(read, len(data), "test", released_on(SEEDS)))


def told(found: Checked) -> set[tuple[str, str | None]]:
    """The codes found, each with its cell."""
    return {(f.code, f.place.get("cell")) for f in found.findings}
