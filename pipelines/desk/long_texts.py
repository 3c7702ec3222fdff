"""Texts that no cell can hold: kept whole on a sheet of their own, put back when read.

Belongs here: writing such texts in pieces that any spreadsheet keeps, and joining them
again. Does not belong here: which texts are such (``filled``).
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.desk.layout import LONG_TEXT_SHEET
from pipelines.desk.placement import cell_of
from pipelines.desk.submitted import cell_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.workbook import Workbook

    from pipelines.desk.filled import LongText
    from pipelines.desk.submitted import SubmittedSheet
    from pipelines.desk.workbook_style import Formats

# A piece is ASCII, so that its length is the same however it is counted.
_PIECE = 30_000


def write_long_texts(book: Workbook, formats: Formats, texts: Sequence[LongText]) -> None:
    """Write the sheet 超长文字: sheet, cell, then the text as JSON in pieces.

    Args:
        book: the workbook; nothing is added when there is no such text.
        formats: its formats.
        texts: the texts.
    """
    if not texts:
        return
    sheet = book.add_worksheet(LONG_TEXT_SHEET)
    for place, head in enumerate(("工作表 sheet", "单元格 cell", "全文 text (JSON)")):
        sheet.write_string(0, place, head, formats["head"])
    for row, text in enumerate(texts, start=1):
        whole = json.dumps(text.text)
        pieces = [whole[i : i + _PIECE] for i in range(0, len(whole), _PIECE)]
        cells = (text.sheet, cell_name(text.row, text.column), *pieces)
        for place, piece in enumerate(cells):
            sheet.write_string(row, place, piece, formats["text"])


def put_back(sheets: Sequence[SubmittedSheet]) -> tuple[SubmittedSheet, ...]:
    """The sheets of a workbook with the texts of its sheet 超长文字 in their cells again.

    A cell that was changed since keeps what it holds now.

    Args:
        sheets: every sheet as read.

    Returns:
        The sheets in order; the sheet of long texts is left as it is.
    """
    listed = next((s for s in sheets if s.name == LONG_TEXT_SHEET), None)
    if listed is None:
        return tuple(sheets)
    whole: dict[str, dict[tuple[int, int], str]] = {}
    for row in listed.rows[1:]:
        place = cell_of(row[1]) if len(row) > 2 else None
        text = _joined(row[2:])
        if place and text is not None:
            whole.setdefault(row[0], {})[place] = text
    return tuple(_with(sheet, whole.get(sheet.name, {})) for sheet in sheets)


def _joined(pieces: Sequence[str]) -> str | None:
    try:
        text = json.loads("".join(pieces))
    except ValueError:
        return None
    return text if isinstance(text, str) else None


def _with(sheet: SubmittedSheet, texts: dict[tuple[int, int], str]) -> SubmittedSheet:
    from pipelines.desk.filled import shortened

    rows = [list(row) for row in sheet.rows]
    for (row, column), text in texts.items():
        is_there = row < len(rows) and column < len(rows[row])
        if is_there and rows[row][column] == shortened(text):
            rows[row][column] = text
    return replace(sheet, rows=tuple(tuple(row) for row in rows)) if texts else sheet
