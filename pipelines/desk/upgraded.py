"""The upgraded workbook as a file: answers in the present template, 升级说明 in front.

Belongs here: writing what ``upgrade`` carried over. Does not belong here: the carrying.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.desk.codelists import load_code_lists
from pipelines.desk.filled import Mark, write_filled
from pipelines.desk.layout import UPGRADE_SHEET, stamp
from pipelines.desk.long_texts import write_long_texts
from pipelines.desk.placement import place_sheets
from pipelines.desk.template import require_xlsx, write_instructions
from pipelines.desk.template_codes import lists_of, write_codes
from pipelines.desk.workbook_style import open_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter.workbook import Workbook

    from pipelines.desk.placement import PlacedSheet
    from pipelines.desk.upgrade import Carried
    from pipelines.desk.workbook_style import Formats
    from schemas.form import Template


def write_upgraded(carried: Carried, template: Template, path: Path, seeds: Path) -> Path:
    """Write an upgraded workbook.

    Args:
        carried: the answers and what was done.
        template: the template in its present version.
        path: where to write, ``.xlsx``.
        seeds: the seeds folder, for the code lists.

    Returns:
        The path.

    Raises:
        WrongUsage: the file name does not end in ``.xlsx``.
    """
    require_xlsx(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    lists = load_code_lists(seeds)
    book, formats = open_workbook(path, stamp(template), template.title_zh)
    _write_notes(book, formats, carried, template)
    write_instructions(book, formats, template, "")
    long = [
        text
        for placed in place_sheets(carried.workbook, template)
        for text in write_filled(book, formats, placed, stamp(template), _new(placed, carried))
    ]
    write_codes(book, formats, stamp(template), lists_of(template, lists, None), lists)
    write_long_texts(book, formats, long)
    book.close()
    return path


def _new(placed: PlacedSheet, carried: Carried) -> dict[tuple[int, int], Mark]:
    """A comment on the header of every column asked since."""
    if placed.form is None:
        return {}
    asked = {name for table, name in carried.asked if table == placed.form.table}
    return {
        (placed.name_row - 1, column): Mark(
            "doubt",
            f"{carried.after} 版新增，请补填。\n{ask.field.meaning_zh}\n"
            f"Newly asked in version {carried.after}.\n{ask.field.meaning_en}",
        )
        for column, ask in placed.columns.items()
        if ask.name in asked
    }


def lines_of(carried: Carried, template: Template) -> list[tuple[str, str, str, str]]:
    """What changed for the submitter: what, sheet, column, what to do."""
    forms = {form.table: form for form in template.forms}
    lines = []
    for table, name in carried.asked:
        ask = forms[table][name]
        must = "必填" if ask.required else (ask.when_zh or "选填")
        lines.append(
            ("新增 newly asked", forms[table].sheet, name, f"{must}：{ask.field.meaning_zh}")
        )
    for table, old, new in carried.renamed:
        lines.append(("改名 renamed", forms[table].sheet, f"{old} → {new}", "答案已移到新列"))
    for table, name in carried.dropped:
        lines.append(
            ("不再填报 no longer asked", forms[table].sheet, name, "原答案保留在表的右侧，可删除")
        )
    return lines


def _write_notes(book: Workbook, formats: Formats, carried: Carried, template: Template) -> None:
    sheet = book.add_worksheet(UPGRADE_SHEET)
    sheet.activate()
    sheet.write_string(0, 0, f"{template.title_zh}：{carried.before} → {carried.after}",
                       formats["title"])  # fmt: skip
    sheet.write_string(1, 0, stamp(template), formats["stamp"])
    sheet.write_string(
        2, 0,
        f"移入 {carried.rows} 行、{carried.cells} 个答案，文字未改动。"
        f" Carried over: {carried.rows} rows, {carried.cells} answers, not a letter changed.",
        formats["plain"],
    )  # fmt: skip
    for place, head in enumerate(("变化 change", "工作表 sheet", "列 column", "说明 what to do")):
        sheet.write_string(4, place, head, formats["head"])
    lines = lines_of(carried, template)
    for row, line in enumerate(lines, start=5):
        for place, text in enumerate(line):
            sheet.write_string(row, place, text, formats["wrap"])
    if not lines:
        sheet.write_string(5, 0, "没有新增的填报内容 nothing newly asked", formats["plain"])
    for place, width in enumerate((24, 14, 40, 70)):
        sheet.set_column(place, place, width)
