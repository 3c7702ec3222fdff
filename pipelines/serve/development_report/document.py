"""A development report as a Word document.

Belongs here: paragraphs and tables. Does not belong here: what the report says.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pipelines.serve.development_report.report import standing_of, title_of, value_of

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.serve.development_report.facts import Facts
    from pipelines.serve.development_report.named_parts import Said, Section

LATIN, CHINESE = "Calibri", "宋体"
# The document carries no clock: the same release gives the same text and dates.
MADE = dt.datetime(2000, 1, 1)
# The document property holds no more; the heading tells the whole title.
LONGEST_TITLE = 255


def write_document(facts: Facts, sections: list[Section], language: int, path: Path) -> None:
    """Write the report as docx."""
    import docx

    document = docx.Document()
    _fonts(document)
    document.core_properties.title = title_of(facts, language)[:LONGEST_TITLE]
    document.core_properties.author = "tanyuan"
    document.core_properties.created = document.core_properties.modified = MADE
    document.add_heading(title_of(facts, language), 0)
    document.add_paragraph(value_of(facts, language))
    document.add_paragraph(standing_of(facts, language))
    for section in sections:
        document.add_heading(f"{section.number} {section.title}", 1)
        for number, (_, name, clause, said) in enumerate(section.parts, 1):
            document.add_heading(f"{section.number}.{number} {name}", 2)
            document.add_paragraph(clause)
            _say(document, said, language)
    document.save(str(path))


def _fonts(document: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    style = document.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(10)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), CHINESE)
    for page in document.sections:
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.left_margin = page.right_margin = Cm(2)


def _say(document: Any, said: Said, language: int) -> None:
    for line in said.lines:
        document.add_paragraph(line)
    if said.rows:
        table = document.add_table(rows=1, cols=len(said.head), style="Table Grid")
        for cell, text in zip(table.rows[0].cells, said.head, strict=True):
            cell.text = text
        for row in said.rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    if said.missing:
        run = document.add_paragraph().add_run(f"{('缺', 'missing')[language]}: {said.missing}")
        run.bold = True
