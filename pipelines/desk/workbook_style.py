"""How every workbook of the desk is opened and looks: fixed bytes, text as text.

Belongs here: opening a workbook so that the same content gives the same bytes, the cell
formats, writing a text that can never become a formula. Does not belong here: what stands
on a sheet.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

# A workbook states no time of its making; the format wants one.
NO_TIME = dt.datetime(2000, 1, 1)
# Lengths of the file format (ECMA-376, sheet limits of Excel and WPS).
LONGEST_TEXT = 32_767
LONGEST_INPUT_MESSAGE = 255
LONGEST_INPUT_TITLE = 32
MOST_LINKS = 65_000
LINE_HEIGHT = 14
_MOST_LINES = 8
_LIKE_A_FORMULA = re.compile(r"[\t\r\n ]*[=+\-@＝＋－＠]")
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": "宋体", "font_size": 10},
}
_BORDER = {"border": 1, "border_color": "#BFBFBF"}
_LOOKS: dict[str, dict[str, Any]] = {
    "plain": {},
    "title": {"bold": True, "font_size": 16},
    "bold": {"bold": True, "font_size": 12},
    "stamp": {"font_color": "#595959", "italic": True},
    "wrap": {"text_wrap": True, "valign": "top"},
    "wrap_bold": {"text_wrap": True, "valign": "top", "bold": True},
    "head": {
        **_BORDER, "bold": True, "bg_color": "#DDEBF7", "text_wrap": True, "valign": "vcenter",
    },
    "head_required": {
        **_BORDER, "bold": True, "bg_color": "#FCE4D6", "text_wrap": True, "valign": "vcenter",
    },
    "names": {**_BORDER, "bg_color": "#F2F2F2", "font_name": "Consolas", "font_size": 9},
    "example": {
        **_BORDER, "italic": True, "font_color": "#595959", "bg_color": "#EDEDED",
        "num_format": "@",
    },
    "text": {"num_format": "@"},
    "guarded": {"num_format": "@", "quote_prefix": True},
    "number": {},
    "code": {"num_format": "@", "font_name": "Consolas", "font_size": 9},
    "wrap_text": {"text_wrap": True, "valign": "top", "num_format": "@"},
    "wrap_guarded": {
        "text_wrap": True, "valign": "top", "num_format": "@", "quote_prefix": True,
    },
    "bad_text": {"num_format": "@"},
    "bad_number": {},
    "bad_guarded": {"num_format": "@", "quote_prefix": True},
    "doubt_text": {"num_format": "@"},
    "doubt_number": {},
    "doubt_guarded": {"num_format": "@", "quote_prefix": True},
    "top": {"valign": "top", "num_format": "@"},
    "link": {"font_color": "#0563C1", "underline": 1, "valign": "top"},
    "red_hint": {"bg_color": "#FFC7CE", "font_color": "#9C0006"},
}  # fmt: skip
# A failing cell has a thick border as well as a colour, so that it shows in black and white.
_BAD = {"bg_color": "#FFC7CE", "border": 5, "border_color": "#C00000", "bold": True}
_DOUBT = {"bg_color": "#FFF2CC", "border": 4, "border_color": "#BF8F00"}
for _name, _look in _LOOKS.items():
    if _name.startswith("bad_"):
        _look.update(_BAD)
    if _name.startswith("doubt_"):
        _look.update(_DOUBT)


class Formats:
    """The cell formats of one workbook, made when first asked for."""

    def __init__(self, book: Workbook) -> None:
        """Belong to a workbook."""
        self._book = book
        self._made: dict[str, Format] = {}

    def __getitem__(self, look: str) -> Format:
        """The format of a look.

        Raises:
            KeyError: no such look.
        """
        if look not in self._made:
            self._made[look] = self._book.add_format(_LOOKS[look])
        return self._made[look]


def open_workbook(path: Path, stamp: str, title: str) -> tuple[Workbook, Formats]:
    """A new workbook that states its template; the same content gives the same bytes.

    Args:
        path: where it will be written.
        stamp: kind and version of the template, also kept as a document property.
        title: title among the document properties.

    Returns:
        The workbook, to be closed by the caller, and its formats.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), copy.deepcopy(_OPTIONS))
    book.set_properties({"title": title, "author": "tanyuan", "created": NO_TIME})
    book.set_custom_property("template", stamp)
    book.set_size(2400, 1400)
    return book, Formats(book)


def begins_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula when it is typed again.

    Example:
        >>> [begins_like_a_formula(t) for t in ("=1+1", "@SUM(A1)", "-5", "电石")]
        [True, True, True, False]
    """
    return _LIKE_A_FORMULA.match(text) is not None


def write_text(
    sheet: Worksheet, formats: Formats, row: int, column: int, text: str, look: str = ""
) -> None:
    """Write a text as a text: never a formula, a number or a link, nothing trimmed.

    Args:
        sheet: the sheet.
        formats: formats of its workbook.
        row: counted from 0.
        column: counted from 0.
        text: at most ``LONGEST_TEXT`` UTF-16 units.
        look: ``bad`` or ``doubt`` to mark the cell, ``wrap`` to break its lines.
    """
    kind = "guarded" if begins_like_a_formula(text) else "text"
    sheet.write_string(row, column, text, formats[f"{look}_{kind}" if look else kind])


def lines_in(text: str, width: int) -> int:
    """How many lines a text takes in a column, at most eight: Chinese letters are two wide.

    Example:
        >>> lines_in("系统边界 boundary", 10), lines_in("", 10)
        (2, 1)
    """
    wide = sum(2 if ord(letter) > 0x2E7F else 1 for letter in text[:2_000])
    return min(max(-(-wide // width), 1), _MOST_LINES)


def units16(text: str) -> int:
    """Length of a text as spreadsheets count it: UTF-16 units.

    Example:
        >>> units16("碳😀")
        3
    """
    return len(text) + sum(1 for letter in text if ord(letter) > 0xFFFF)
