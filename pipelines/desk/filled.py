"""A template with answers in it: the submitter's own text kept, drop-downs alive.

Belongs here: writing placed sheets with their answers and marks. Does not belong here:
where cells stand (``placement``), which cells are marked and why (``returned``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.desk.layout import is_example, read_stamp
from pipelines.desk.template_forms import ROWS_TO_FILL, write_headers, write_hints
from pipelines.desk.workbook_style import LONGEST_TEXT, units16, write_text

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from pipelines.desk.placement import PlacedSheet
    from pipelines.desk.submitted import SubmittedSheet
    from pipelines.desk.workbook_style import Formats

MORE_ROWS = 500
# Lone surrogates and the two non-characters that XML cannot carry.
_UNHOLDABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
CUT = "……（全文见“超长文字”表 full text on its own sheet）"


@dataclass(frozen=True)
class Mark:
    """How a cell of the rebuilt workbook is marked.

    Attributes:
        look: ``bad`` or ``doubt``.
        comment: what is wrong and how to mend it; empty for a mark without a comment.
    """

    look: str
    comment: str = ""


Marks = Mapping[tuple[int, int], Mark]


@dataclass(frozen=True)
class LongText:
    """A text no cell can hold: where it stands, and the whole of it."""

    sheet: str
    row: int
    column: int
    text: str


def write_filled(
    book: Workbook, formats: Formats, placed: PlacedSheet, stamp: str, marks: Marks
) -> list[LongText]:
    """Write one sheet with its headers, hints, answers and marks.

    Args:
        book: the workbook; the sheet is added at its end.
        formats: its formats.
        placed: the sheet and where its cells stand.
        stamp: kind and version of the template.
        marks: (row, column) of the rebuilt sheet to its mark.

    Returns:
        The texts that no cell can hold.
    """
    sheet = book.add_worksheet(placed.name)
    is_main = placed.form is not None and placed.form.is_main
    if placed.columns:
        write_headers(
            sheet, formats, placed.columns, stamp, name_row=placed.name_row,
            stamp_column=placed.width, with_comments=is_main,
        )  # fmt: skip
        last = max(placed.first_row + _rows_to_fill(placed), placed.first_row)
        write_hints(sheet, formats, placed.columns, placed.first_row, last)
    long = _write_answers(sheet, formats, placed, marks)
    _write_blank_marks(sheet, formats, placed, marks)
    for (row, column), mark in marks.items():
        if mark.comment:
            sheet.write_comment(row, column, mark.comment, {"x_scale": 3, "y_scale": 2})
    return long


def _rows_to_fill(placed: PlacedSheet) -> int:
    given = len(placed.given.rows) if placed.given else 0
    if placed.form is not None and placed.form.is_single:
        return max(given, 2)
    return max(given + MORE_ROWS, ROWS_TO_FILL)


def _write_answers(
    sheet: Worksheet, formats: Formats, placed: PlacedSheet, marks: Marks
) -> list[LongText]:
    given = placed.given
    if given is None:
        return []
    long: list[LongText] = []
    for number, column, text, is_shown_as_example in _answers(placed):
        row = number + placed.moved
        mark = marks.get((row, column))
        shown = text
        if not _fits(text):
            long.append(LongText(placed.name, row, column, text))
            shown = shortened(text)
        if is_shown_as_example and mark is None:
            sheet.write_string(row, column, shown, formats["example"])
        else:
            _write_cell(sheet, formats, (row, column), shown, given, (number, column), mark)
    return long


def _answers(placed: PlacedSheet) -> Iterator[tuple[int, int, str, bool]]:
    """Row and column of the submitter's sheet, text, whether in the example row."""
    given = placed.given
    if given is None:
        return
    first = placed.first_row - placed.moved
    for number, cells in enumerate(given.rows):
        is_shown_as_example = number >= first and is_example(cells)
        is_head = first - 2 <= number < first
        for column, text in enumerate(cells):
            if not text or (is_head and column in placed.columns):
                continue
            if number < first and read_stamp(text):
                continue
            yield number, column, text, is_shown_as_example


def _write_cell(
    sheet: Worksheet,
    formats: Formats,
    at: tuple[int, int],
    text: str,
    given: SubmittedSheet,
    place: tuple[int, int],
    mark: Mark | None,
) -> None:
    look = mark.look if mark else ""
    kind = given.kinds.get(place)
    if kind == "number" and is_plain_number(text):
        sheet.write_number(*at, float(text), formats[f"{look}_number" if look else "number"])
    elif kind == "boolean" and text in {"TRUE", "FALSE"}:
        sheet.write_boolean(*at, text == "TRUE", formats[f"{look}_text" if look else "plain"])
    else:
        write_text(sheet, formats, *at, text, look)


def is_plain_number(text: str) -> bool:
    """Whether a number cell read as this text can be written as a number and read back alike.

    Example:
        >>> [is_plain_number(t) for t in ("735", "0.1", "1e+20", "0610", "735.0", "nan", "-0")]
        [True, True, True, False, False, False, False]
    """
    try:
        value = float(text)
    except ValueError:
        return False
    if not math.isfinite(value):
        return False
    return text == (str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value))


def _write_blank_marks(
    sheet: Worksheet, formats: Formats, placed: PlacedSheet, marks: Marks
) -> None:
    rows = placed.given.rows if placed.given else ()
    for (row, column), mark in marks.items():
        number = row - placed.moved
        has_text = 0 <= number < len(rows) and column < len(rows[number]) and rows[number][column]
        if not has_text and row >= placed.first_row:
            sheet.write_blank(row, column, None, formats[f"{mark.look}_text"])


def _fits(text: str) -> bool:
    """Whether a cell can hold a text so that reading gives it back."""
    if _UNHOLDABLE.search(text):
        return False
    return 2 * len(text) <= LONGEST_TEXT or units16(text) <= LONGEST_TEXT


def shortened(text: str) -> str:
    """What a cell shows of a text it cannot hold."""
    return _UNHOLDABLE.sub("�", text)[:16_000] + CUT
