"""A workbook as it was handed in: every cell as text, and what lies behind the cells.

Belongs here: the form in which a submission passes between reading, checking and giving
back. Does not belong here: how it is read (``intake``) and what is wrong with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class SubmittedSheet:
    """One sheet; rows and columns are counted from 0 and cell A1 is ``rows[0][0]``.

    Attributes:
        name: the sheet's name as found.
        rows: (n) rows of cells, each as text as found; rows may differ in length.
        kinds: (row, column) to what the file stores there: ``text``, ``number``, ``date``,
            ``boolean`` or ``error``; blank cells are absent, a CSV holds text only.
        formulas: (row, column) to the formula text without its ``=``, cached value or not.
        hidden_rows: rows the submitter's screen does not show.
        hidden_columns: columns the submitter's screen does not show.
        merged: merged ranges as (first row, first column, last row, last column).
        hidden: whether the sheet itself is hidden.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    kinds: Mapping[tuple[int, int], str] = field(default_factory=dict)
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False


@dataclass(frozen=True)
class SubmittedWorkbook:
    """One file handed in.

    Attributes:
        name: the file's name, as the submitter knows it.
        sha256: hash of its bytes, 64 hexadecimal digits.
        format: ``xlsx``, ``xls``, ``ods`` or ``csv``.
        kind: ``factor``, ``inventory`` or ``population``; None when it is none of them.
        template_version: version of the template it was filled in; None when not stated.
        sheets: the sheets in the order of the file.
    """

    name: str
    sha256: str
    format: str
    kind: str | None
    template_version: str | None
    sheets: tuple[SubmittedSheet, ...]


def cell_name(row: int, column: int) -> str:
    """The name of a cell as a spreadsheet shows it.

    Args:
        row: counted from 0.
        column: counted from 0.

    Example:
        >>> cell_name(0, 0), cell_name(13, 3), cell_name(1, 27)
        ('A1', 'D14', 'AB2')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"
