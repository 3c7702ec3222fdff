"""The cells of one sheet as the parsing process tells them: column by column, one text each.

Belongs here: values as text, the letter of each, the character between cells. Does not belong
here: opening a file (``reading_child``), taking the answer apart (``reading``).
"""

from __future__ import annotations

import datetime as dt

from pipelines.desk.biff import TYPE_CHECKING
from pipelines.desk.unreadable import UnreadableText

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from pipelines.desk.biff import BehindCells

_LETTER: dict[type, str] = {
    float: "n", int: "n", bool: "b", dt.date: "d", dt.datetime: "d", dt.time: "d",
    dt.timedelta: "d",
}  # fmt: skip
# The first character tried between cells: plain ASCII that JSON need not escape.
_BETWEEN = "\x7f"
# Rows that are turned into columns at once.
_AT_ONCE = 128


def _text(value: Any) -> str:
    """A cell's value as text, the shortest that gives it back."""
    if type(value) is str:
        return value
    if type(value) is float:
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if type(value) is bool:
        return "TRUE" if value else "FALSE"
    if type(value) is dt.datetime:
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return str(value)


def told_sheet(
    name: str, rows: list[list[Any]], behind: BehindCells, longest: int
) -> dict[str, Any]:
    """One sheet column by column: a column's cells as one text, with a character between.

    ``kinds`` holds a column's letters; none for a column of text alone, whose blanks show.
    ``widths`` holds the width of each row where they differ.
    """
    width = max(map(len, rows), default=0)
    widths = [len(row) for row in rows]
    is_even = width > 0 and min(widths) == width
    even = rows if is_even else [[*row, *[""] * (width - len(row))] for row in rows]
    kinds: list[str] = []
    texts: list[str] = []
    columns: list[Sequence[str]] = []
    at_errors = {column for _, column in behind.errors}
    for place, column in enumerate(_columns(even, width)):
        try:
            texts.append(_BETWEEN.join(column))
            is_text = place not in at_errors
        except TypeError:
            # A number, a date, a truth value among them.
            is_text = False
        if is_text:
            kinds.append("")
            columns.append(column)
            continue
        kinds.append("".join([_LETTER.get(type(v), "t" if v else " ") for v in column]))
        columns.append([v if type(v) is str else _text(v) for v in column])
        texts[place:] = [_BETWEEN.join(columns[-1])]
    for (row, at), text in behind.errors.items():
        if row < len(rows) and at < widths[row]:
            cells = list(columns[at])
            cells[row] = cells[row] or text
            columns[at], texts[at] = cells, _BETWEEN.join(cells)
            kinds[at] = kinds[at][:row] + "e" + kinds[at][row + 1 :]
    between, texts = _parted(columns, texts)
    if sum(map(len, texts)) - len(columns) * (len(rows) - 1) > longest:
        raise UnreadableText("E-INTAKE-06", name)
    return {
        "name": name,
        "between": between,
        "columns": texts,
        "kinds": kinds,
        "widths": [] if is_even else widths,
        "formulas": [[r, c, text] for (r, c), text in sorted(behind.formulas.items())],
        "hidden_rows": sorted(behind.hidden_rows),
        "hidden_columns": sorted(behind.hidden_columns),
        "merged": [],
        "hidden": False,
    }


def _columns(rows: list[list[Any]], width: int) -> list[list[Any]]:
    """Rows of one width as columns, some rows at a time: so they stay where they are fast."""
    columns: list[list[Any]] = [[] for _ in range(width)]
    for first in range(0, len(rows), _AT_ONCE):
        for column, cells in zip(
            columns, zip(*rows[first : first + _AT_ONCE], strict=True), strict=True
        ):
            column.extend(cells)
    return columns


def _parted(columns: list[Sequence[str]], texts: list[str]) -> tuple[str, list[str]]:
    """The character between cells, which no cell holds, and each column joined by it."""
    if all(t.count(_BETWEEN) == len(c) - 1 for t, c in zip(texts, columns, strict=True)):
        return _BETWEEN, texts
    held = set().union(*texts)
    # The surrogates are no characters.
    codes = (*range(0x80, 0xD800), *range(0xE000, 0x110000))
    between = next(chr(code) for code in codes if chr(code) not in held)
    return between, [between.join(column) for column in columns]
