"""The empty submission workbook: generated from the declarations, the same bytes each time.

Belongs here: the workbook as it is handed out, the sheet 填报说明. Does not belong here:
what is asked (``schemas.submission``), the upgrade of a filled one (``upgrade``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.desk.codelists import load_code_lists
from pipelines.desk.layout import DATA_ROW, INSTRUCTIONS_SHEET, stamp
from pipelines.desk.template_codes import lists_of, write_codes
from pipelines.desk.template_forms import (
    ROWS_TO_FILL,
    kind_of_answer,
    write_example,
    write_headers,
    write_hints,
)
from pipelines.desk.workbook_style import LINE_HEIGHT, lines_in, open_workbook
from pipelines.errors import WrongUsage
from pipelines.findings import finding
from schemas.submission_product import TEMPLATES

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter.workbook import Workbook

    from pipelines.desk.codelists import CodeList
    from pipelines.desk.workbook_style import Formats
    from schemas.form import Template

STEPS = (
    ("1. 先填“单位信息”一行，再填数据各表；“来源与授权”每份来源文件一行。",
     "First one row of the organisation, then the data sheets; one row per source document."),
    ("2. 橙色表头带 * 的列必填；第 3 行为示例，检查时不计，可以删除。",
     "Columns marked * are required; row 3 is an example, which the check passes over."),
    ("3. 带下拉的列可从下拉中选，也可只写代码；代码列为文本，前导零不会丢失。",
     "Choose from the drop-down or type the code alone; code columns are text."),
    ("4. 空着表示未知或未申报，不等于零。不要合并单元格、改动第 2 行的英文列名。",
     "Blank means unknown or not declared, not zero. Do not merge cells or change row 2."),
    ("5. 填报时变红的单元格：必填未填，或代码不在码表中。",
     "A cell that turns red while you fill in: a required answer missing, or an unknown code."),
    ("6. 报送前可自查：tanyuan check 文件.xlsx --return-dir 退回",
     "Check before you send: tanyuan check FILE.xlsx --return-dir RETURNED"),
)  # fmt: skip
_COLUMNS = ("工作表 sheet", "列名 column", "名称 title", "必填 required", "填写 answer",
            "含义 meaning", "示例 example")  # fmt: skip


_WIDTHS = (12, 26, 30, 22, 32, 70, 30)


def write_template(kind: str, path: Path, seeds: Path, category: str | None = None) -> Path:
    """Write an empty submission workbook.

    Args:
        kind: ``factor``, ``inventory`` or ``population``.
        path: where to write it; the folder is made.
        seeds: the seeds folder, for the code lists.
        category: code or name of a product category that narrows the lists.

    Returns:
        The path.

    Raises:
        WrongUsage: an unknown kind or category, or a file name that is not ``.xlsx``.
    """
    if kind not in TEMPLATES:
        raise WrongUsage(
            finding("E-USE-02", value=kind, what_zh="模板", what_en="template",
                    expected=list(TEMPLATES))
        )  # fmt: skip
    template, lists = TEMPLATES[kind], load_code_lists(seeds)
    code = _category(category, lists) if category else None
    return write_empty(template, path, seeds, code)


def write_empty(template: Template, path: Path, seeds: Path, category: str | None = None) -> Path:
    """Write the empty workbook of a template in any of its versions.

    Args:
        template: the template.
        path: where to write it; the folder is made.
        seeds: the seeds folder, for the code lists.
        category: code of a product category that narrows the lists.

    Returns:
        The path.

    Raises:
        WrongUsage: the file name does not end in ``.xlsx``.
    """
    require_xlsx(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    lists = load_code_lists(seeds)
    book, formats = open_workbook(path, stamp(template), template.title_zh)
    offered = lists_of(template, lists, category)
    write_instructions(book, formats, template, _category_line(category, lists))
    for form in template.forms:
        sheet = book.add_worksheet(form.sheet)
        columns = dict(enumerate(form))
        write_headers(sheet, formats, columns, stamp(template), with_comments=form.is_main)
        rows = 1 if form.is_single else ROWS_TO_FILL
        write_hints(sheet, formats, columns, DATA_ROW + 1, DATA_ROW + rows)
        write_example(sheet, formats, form, offered, category)
        if form.is_main:
            sheet.activate()
    write_codes(book, formats, stamp(template), offered, lists)
    book.close()
    return path


def require_xlsx(path: Path) -> None:
    """Refuse a file name a workbook cannot have.

    Raises:
        WrongUsage: the name does not end in ``.xlsx``.
    """
    if path.suffix.lower() != ".xlsx":
        raise WrongUsage(finding("W-TPL-01", file=path.name, value=path.suffix))


def _category(text: str, lists: dict[str, CodeList]) -> str:
    code = lists["category"].code_of(text)
    if code is None:
        near = [shown.split(" ")[0] for shown in lists["category"].near(text)]
        raise WrongUsage(
            finding("E-USE-02", value=text, what_zh="产品类别", what_en="category", expected=near)
        )
    return code


def _category_line(code: str | None, lists: dict[str, CodeList]) -> str:
    found = next((e for e in lists["category"].codes if e.code == code), None)
    return f"产品类别 Category: {found.shown}" if found else ""


def write_instructions(book: Workbook, formats: Formats, template: Template, extra: str) -> None:
    """Write the sheet 填报说明: steps and one line per column.

    Args:
        book: the workbook; the sheet is added at its end.
        formats: its formats.
        template: the template.
        extra: a line under the stamp; may be empty.
    """
    sheet = book.add_worksheet(INSTRUCTIONS_SHEET)
    sheet.write_string(0, 0, f"{template.title_zh} {template.title_en}", formats["title"])
    sheet.write_string(1, 0, stamp(template), formats["stamp"])
    sheet.write_string(2, 0, extra, formats["plain"])
    row = 3
    for zh, en in STEPS:
        sheet.write_string(row, 0, zh, formats["plain"])
        sheet.write_string(row + 1, 0, f"    {en}", formats["stamp"])
        row += 2
    row += 1
    for place, text in enumerate(_COLUMNS):
        sheet.write_string(row, place, text, formats["head"])
    head = row
    for form in template.forms:
        for ask in form:
            row += 1
            required = "是 yes" if ask.required else ask.when_zh
            cells = (
                form.sheet, ask.name, f"{ask.field.title_zh} {ask.field.title_en}", required,
                kind_of_answer(ask)[0], f"{ask.field.meaning_zh} {ask.field.meaning_en}",
                ask.example,
            )  # fmt: skip
            for place, text in enumerate(cells):
                sheet.write_string(row, place, text, formats["wrap"])
            fitted = zip(cells, _WIDTHS, strict=True)
            sheet.set_row(row, LINE_HEIGHT * max(lines_in(text, wide) for text, wide in fitted))
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.autofilter(head, 0, row, len(_COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{stamp(template)}&R&P / &N")
