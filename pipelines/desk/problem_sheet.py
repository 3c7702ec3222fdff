"""The sheet 问题清单: what is wrong, grouped by cause, then one line per finding with a link.

Belongs here: the list a submitter works through. Does not belong here: the marks in the
cells (``returned``), the letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.desk.causes import causes_of, counts_of
from pipelines.desk.layout import PROBLEMS_SHEET
from pipelines.desk.submitted import cell_name
from pipelines.desk.workbook_style import (
    LINE_HEIGHT,
    LONGEST_TEXT,
    MOST_LINKS,
    lines_in,
    write_text,
)
from schemas.vocabularies import SEVERITY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from pipelines.desk.submitted import SubmittedWorkbook
    from pipelines.desk.workbook_style import Formats
    from pipelines.findings import Finding

_LINES = ("状态 status", "级别 severity", "代码 code", "工作表 sheet", "单元格 cell",
          "列 column", "填写值 value", "问题 problem", "改法 how to mend", "应为 expected",
          "Problem", "How to mend")  # fmt: skip
# The causes stand over the lines and share their columns.
_CAUSES = ("处数 cells", "级别 severity", "代码 code", "工作表 sheet", "首处 first",
           "列 column", "位置 where", "问题（首处）problem", "改法 how to mend", "",
           "Problem (first)", "How to mend")  # fmt: skip
_WIDTHS = (12, 14, 16, 14, 10, 26, 20, 44, 44, 22, 44, 44)
_PRINTED = 9  # the Chinese columns fit a page; the English ones stay on the screen
STATES = ("待改", "已改", "有疑问")
_SHOWN_PLACES = 8


@dataclass(frozen=True)
class Located:
    """A finding with the cell of the returned workbook it is about.

    Attributes:
        finding: the finding.
        sheet: name of the sheet there; empty when it is about the file.
        at: row and column there, counted from 0; None when it is about the sheet.
    """

    finding: Finding
    sheet: str = ""
    at: tuple[int, int] | None = None

    @property
    def cell(self) -> str:
        """Name of the cell in the returned workbook."""
        return cell_name(*self.at) if self.at else ""

    @property
    def link(self) -> str:
        """Where the line's link leads inside the workbook; empty when nowhere."""
        return f"internal:'{self.sheet}'!{self.cell or 'A1'}" if self.sheet else ""


def write_problems(
    book: Workbook,
    formats: Formats,
    submitted: SubmittedWorkbook,
    located: Sequence[Located],
    titles: Mapping[str, str],
) -> None:
    """Write the list of problems as the sheet a returned workbook opens on.

    Args:
        book: the workbook; the sheet is added at its end.
        formats: its formats.
        submitted: what was handed in.
        located: every finding with its cell.
        titles: Chinese title of each machine name.
    """
    sheet = book.add_worksheet(PROBLEMS_SHEET)
    sheet.activate()
    sheet.set_first_sheet()
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    row = _write_summary(sheet, formats, submitted, located)
    row = _write_causes(sheet, formats, row, located, titles)
    last = _write_lines(sheet, formats, row, located, titles)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.print_area(0, 0, last, _PRINTED)
    sheet.fit_to_pages(1, 0)


def _write_summary(
    sheet: Worksheet, formats: Formats, submitted: SubmittedWorkbook, located: Sequence[Located]
) -> int:
    counts = counts_of([one.finding for one in located])
    told = "　".join(f"{SEVERITY.zh(code)} {number}" for code, number in counts.items())
    sheet.write_string(0, 0, "问题清单 List of problems", formats["title"])
    write_text(sheet, formats, 1, 0, f"文件 file: {submitted.name}")
    sheet.write_string(2, 0, f"SHA-256: {submitted.sha256}", formats["stamp"])
    sheet.write_string(3, 0, told, formats["bold"])
    sheet.write_string(
        4, 0,
        "粗框红底为必须改，虚框黄底为须核对或建议改；点“单元格”到该处，改好后把状态改为“已改”，"
        "保存后整份文件再次报送。",
        formats["plain"],
    )  # fmt: skip
    sheet.write_string(
        5, 0,
        "Thick red: must be mended. Dashed yellow: look again. Follow the link in the column "
        "cell, mend, set the status, save, hand in the whole file again.",
        formats["stamp"],
    )  # fmt: skip
    return 7


def _write_causes(
    sheet: Worksheet,
    formats: Formats,
    row: int,
    located: Sequence[Located],
    titles: Mapping[str, str],
) -> int:
    _write_heads(sheet, formats, row, _CAUSES)
    where = {id(one.finding): one for one in located}
    for cause in causes_of(one.finding for one in located):
        row += 1
        first, places = cause.findings[0], cause.places
        more = f" 等 {len(places)} 处" if len(places) > _SHOWN_PLACES else ""
        sheet.write_number(row, 0, len(cause.findings), formats["wrap_bold"])
        _write_line(sheet, formats, row, where[id(first)], {
            5: _column(cause.field, titles),
            6: "、".join(places[:_SHOWN_PLACES]) + more,
        })  # fmt: skip
    return row + 2


def _write_heads(sheet: Worksheet, formats: Formats, row: int, heads: Sequence[str]) -> None:
    for place, head in enumerate(heads):
        if head:
            sheet.write_string(row, place, head, formats["head"])


def _write_line(
    sheet: Worksheet, formats: Formats, row: int, one: Located, more: Mapping[int, str]
) -> None:
    """The columns that causes and lines share, from the severity on."""
    found = one.finding
    texts = {
        1: SEVERITY.zh(found.severity), 2: found.code, 3: one.sheet,
        7: found.zh, 8: found.fix_zh, 10: found.en, 11: found.fix_en, **more,
    }  # fmt: skip
    lines = max(lines_in(texts[place], _WIDTHS[place]) for place in (7, 8))
    sheet.set_row(row, LINE_HEIGHT * lines)
    for place, text in texts.items():
        if text:
            write_text(sheet, formats, row, place, text[: LONGEST_TEXT // 2], "wrap")
    if one.link and row < MOST_LINKS:
        sheet.write_url(row, 4, one.link, formats["link"], one.cell or "A1")
    elif one.cell:
        sheet.write_string(row, 4, one.cell, formats["top"])


def _write_lines(
    sheet: Worksheet,
    formats: Formats,
    row: int,
    located: Sequence[Located],
    titles: Mapping[str, str],
) -> int:
    _write_heads(sheet, formats, row, _LINES)
    first = row + 1
    for one in located:
        row += 1
        found = one.finding
        sheet.write_string(row, 0, STATES[0], formats["top"])
        _write_line(sheet, formats, row, one, {
            5: _column(str(found.place.get("field") or ""), titles),
            6: str(found.place.get("value") or ""),
            9: "；".join(found.expected),
        })  # fmt: skip
    if located:
        sheet.autofilter(first - 1, 0, row, len(_LINES) - 1)
        sheet.data_validation(
            first, 0, row, 0, {"validate": "list", "source": list(STATES), "show_error": False}
        )
    return row


def _column(name: str, titles: Mapping[str, str]) -> str:
    return f"{titles[name]} {name}" if name in titles else name
