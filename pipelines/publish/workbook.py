"""The release as one workbook for people: 说明 因子 来源 变更 数据字典 许可.

Belongs here: sheets, their headers in two languages, how a cell looks. Sixteen
significant digits are stored, four are shown; codes are text; no cell begins a formula.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import xlsxwriter

from schemas import PUBLISHED
from schemas.factor import FACTOR
from schemas.reference import REFERENCE_TABLES
from schemas.release import CHANGE
from schemas.source import SOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl

    from schemas.table import Table

LICENCE = next(table for table in REFERENCE_TABLES if table.name == "licence")
SHEETS = (("因子", FACTOR), ("来源", SOURCE), ("变更", CHANGE), ("许可", LICENCE))
FIRST_ROW = 3
WIDTH = 16
# Rows a worksheet holds.
MOST = 1_048_576 - FIRST_ROW
DICTIONARY = (
    ("table", "表 Table"), ("name", "列 Column"), ("title_zh", "名称"), ("title_en", "Title"),
    ("kind", "类型 Kind"), ("unit", "单位 Unit"), ("meaning_zh", "说明"), ("meaning_en", "Meaning"),
)  # fmt: skip


def workbook_name(release_id: str) -> str:
    """The file's name within the release folder.

    Example:
        >>> workbook_name("2026.1.0")
        'excel/因子表_2026.1.0.xlsx'
    """
    return f"excel/因子表_{release_id}.xlsx"


def write_workbook(
    folder: Path, tables: Mapping[str, pl.DataFrame], info: Mapping[str, Any]
) -> None:
    """Write the workbook of a release.

    Args:
        folder: the release folder.
        tables: the release's tables; a table longer than a sheet is cut, and 说明 says so.
        info: the row of ``release_info``.

    Raises:
        OSError: the disk refused.
    """
    path = folder / workbook_name(info["release_id"])
    path.parent.mkdir(exist_ok=True)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    book = xlsxwriter.Workbook(str(path), options)
    when = dt.datetime.combine(info["released_on"], dt.time())
    book.set_properties({"title": info["release_title_zh"], "created": when})
    looks = {
        "head": book.add_format({"bold": True, "bg_color": "#DDE6E0", "text_wrap": True}),
        "number": book.add_format({"num_format": "0.000E+00"}),
        "plain": book.add_format({"num_format": "#,##0.####"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "text": book.add_format({"num_format": "@"}),
    }
    _about(book, looks, tables, info)
    for title, table in SHEETS:
        _sheet(book, looks, title, table, tables[table.name])
        if title == "变更":
            _dictionary(book, looks)
    book.close()


def _about(
    book: Any, looks: dict[str, Any], tables: Mapping[str, pl.DataFrame], info: Mapping[str, Any]
) -> None:
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    cut = [title for title, table in SHEETS if tables[table.name].height > MOST]
    rows = [
        ("题名 Title", f"{info['release_title_zh']} {info['release_title_en']}"),
        ("发布编号 Release", info["release_id"]),
        ("发布日期 Released on", str(info["released_on"])),
        ("性质 Kind", info["release_kind"]),
        ("上一发布 Parent", info["parent_release"] or "无 none"),
        ("说明", info["note_zh"] or ""),
        ("Note", info["note_en"] or ""),
        ("因子 Factors", str(tables["factor"].height)),
        ("读法 How to read",
         "各表第 1 行中文名，第 2 行列名，第 3 行单位；数值存十六位有效数字，显示四位；"
         "逐位精确的数值见 Parquet。 "
         "Row 1 Chinese title, row 2 column name, row 3 unit; sixteen digits stored."),
        ("超出行数 Cut sheets", "、".join(cut) or "无 none"),
    ]  # fmt: skip
    for at, (name, text) in enumerate(rows):
        sheet.write_string(at, 0, name, looks["head"])
        sheet.write_string(at, 1, text, looks["text"])


def _sheet(book: Any, looks: dict[str, Any], title: str, table: Table, frame: pl.DataFrame) -> None:
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.set_column(0, len(table.columns) - 1, WIDTH)
    shown = frame.head(MOST)
    for at, field in enumerate(table):
        sheet.write_string(0, at, field.title_zh, looks["head"])
    for at, field in enumerate(table):
        sheet.write_string(1, at, field.name, looks["head"])
    for at, field in enumerate(table):
        sheet.write_string(2, at, field.unit or "", looks["head"])
    for number, row in enumerate(shown.iter_rows(), start=FIRST_ROW):
        for at, value in enumerate(row):
            _cell(sheet, looks, number, at, value)
    sheet.autofilter(1, 0, max(FIRST_ROW, shown.height + FIRST_ROW - 1), len(table.columns) - 1)


def _cell(sheet: Any, looks: dict[str, Any], row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        is_plain = value == 0 or 0.001 <= abs(value) < 1e7
        sheet.write_number(row, column, value, looks["plain" if is_plain else "number"])
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), looks["date"])
    else:
        text = "；".join(map(str, value)) if isinstance(value, list) else str(value)
        sheet.write_string(row, column, text[:32767], looks["text"])


def _dictionary(book: Any, looks: dict[str, Any]) -> None:
    sheet = book.add_worksheet("数据字典")
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, len(DICTIONARY) - 1, 24)
    for at, (_, title) in enumerate(DICTIONARY):
        sheet.write_string(0, at, title, looks["head"])
    row = 0
    for table in PUBLISHED:
        for field in table:
            row += 1
            cells = {"table": table.name, **{n: getattr(field, n, "") for n, _ in DICTIONARY[1:]}}
            for at, (name, _) in enumerate(DICTIONARY):
                sheet.write_string(row, at, str(cells[name] or ""), looks["text"])
