"""The return letter: one page that says what is wrong and what to do, Chinese first.

Belongs here: the letter's wording and its document. Does not belong here: who signs it
(the returning office does, by hand), the full list (it is in the workbook).
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from pipelines.desk.causes import causes_of, counts_of
from pipelines.desk.layout import find_header, is_example
from schemas.submission import ORGANISATION_FORM
from schemas.vocabularies import SEVERITY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipelines.desk.submitted import SubmittedWorkbook
    from pipelines.findings import Finding
    from schemas.form import Template

# More causes than this would not fit on the page; the workbook lists all.
SHOWN_CAUSES = 8
LONGEST_CAUSE = 48
_WIDTHS_CM = (1.8, 2.6, 1.4, 10.4)
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def write_letter(
    submitted: SubmittedWorkbook,
    template: Template | None,
    findings: Sequence[Finding],
    workbook: str,
    path: Path,
) -> Path:
    """Write the letter that goes with a returned workbook.

    Args:
        submitted: what was handed in.
        template: the template it answers; None when it answers none.
        findings: everything found about it.
        workbook: file name of the returned workbook.
        path: where to write the letter, ``.docx``.

    Returns:
        The path.
    """
    import docx

    letter = docx.Document()
    _page(letter)
    counts = counts_of(findings)
    title = template.title_zh if template else "报送文件"
    letter.add_heading("报送材料退回修改函", level=1)
    letter.add_paragraph(f"{organisation_of(submitted)}：")
    letter.add_paragraph(
        f"收到你单位报送的《{title}》（文件 {_plain(submitted.name, 60)}，"
        f"SHA-256 前 12 位 {submitted.sha256[:12]}）。经检查，必须修改 {counts['error']} 处，"
        f"须人工核对 {counts['review']} 处，建议修改 {counts['warning']} 处。主要问题如下："
    )
    _causes(letter, findings)
    letter.add_paragraph(
        f"请打开《{_plain(workbook, 80)}》，从“问题清单”逐条点到单元格，按批注修改；"
        "红色粗框的单元格全部改好后，将整份文件再次报送。未标出的内容无需改动。"
        "对某一条有不同意见的，在状态栏选“有疑问”并在备注中说明。"
    )
    letter.add_paragraph("（退回单位）　　　　　　　　日期：　　　年　　月　　日")
    letter.add_paragraph(
        f"Your submission was checked: {counts['error']} places must be mended, "
        f"{counts['review']} need a person's look, {counts['warning']} are advice. Open the "
        "returned workbook, follow the links in its first sheet, mend the cells with a thick red "
        "border, and hand in the whole file again. Cells without a mark need no change."
    )
    path.write_bytes(_fixed_bytes(letter))
    return path


def organisation_of(submitted: SubmittedWorkbook) -> str:
    """The organisation as the submission names it; a blank to fill in when it does not."""
    for sheet in submitted.sheets:
        header = find_header(sheet.rows, ORGANISATION_FORM)
        if header is None or "organisation_name" not in header.columns:
            continue
        place = header.columns["organisation_name"]
        below = sheet.rows[header.row + 1 :]
        answers = (row[place].strip() for row in below if len(row) > place and not is_example(row))
        named = next((answer for answer in answers if answer), "")
        if named:
            return _plain(named, 60)
    return "＿＿＿＿＿＿＿＿（报送单位）"


def _page(letter: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    section = letter.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin = section.bottom_margin = Cm(2)
    normal = letter.styles["Normal"]
    normal.font.name, normal.font.size = "宋体", Pt(11)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    heading = letter.styles["Heading 1"]
    heading.font.name = "黑体"
    heading.element.rPr.rFonts.set(qn("w:eastAsia"), "黑体")


def _causes(letter: Any, findings: Sequence[Finding]) -> None:
    from docx.shared import Cm

    causes = causes_of(findings)
    table = letter.add_table(rows=1, cols=4, style="Table Grid")
    for cell, text in zip(
        table.rows[0].cells, ("级别", "代码", "处数", "问题（首例）"), strict=True
    ):
        cell.text = text
    for cause in causes[:SHOWN_CAUSES]:
        cells = table.add_row().cells
        cells[0].text = SEVERITY.zh(cause.severity)
        cells[1].text = cause.code
        cells[2].text = str(len(cause.findings))
        cells[3].text = _plain(cause.findings[0].zh, LONGEST_CAUSE)
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS_CM, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, _WIDTHS_CM, strict=True):
            cell.width = Cm(width)
    if len(causes) > SHOWN_CAUSES:
        letter.add_paragraph(f"另有 {len(causes) - SHOWN_CAUSES} 类问题，见问题清单。")
    else:
        letter.add_paragraph("")


def _plain(text: str, longest: int) -> str:
    """A text that XML can hold, cut to a length."""
    kept = "".join(c if c.isprintable() else " " for c in text)
    return kept if len(kept) <= longest else f"{kept[: longest - 1]}…"


def _fixed_bytes(letter: Any) -> bytes:
    """The document with the parts of its archive dated alike, so that bytes do not drift."""
    first, last = io.BytesIO(), io.BytesIO()
    letter.save(first)
    with (
        zipfile.ZipFile(first) as made,
        zipfile.ZipFile(last, "w", zipfile.ZIP_DEFLATED) as fixed,
    ):
        for name in made.namelist():
            fixed.writestr(zipfile.ZipInfo(name, _ZIP_TIME), made.read(name))
    return last.getvalue()
