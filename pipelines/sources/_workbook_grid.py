"""A published workbook laid out for people: which one it is, places of cells, keys of words.

Belongs here: finding the one workbook among the files of an edition, A1 references, texts
made comparable. Does not belong here: what tables of a publisher mean (source modules).
"""

from __future__ import annotations

import unicodedata
import warnings
import zipfile
import zlib
from typing import TYPE_CHECKING

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.quantities.number import NotANumber, exact
from pipelines.tabular.published_file import kind_of, require_kind, text_of_cell

if TYPE_CHECKING:
    from pipelines.ingest.seed_folder import Edition

Grid = list[list[str]]

# A package that opens as a workbook while a part within it is damaged.
_DAMAGED = (
    KeyError, ValueError, TypeError, SyntaxError, EOFError, zlib.error, zipfile.BadZipFile,
)  # fmt: skip
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))


def workbook_of(edition: Edition) -> tuple[str, dict[str, Grid]]:
    """The one workbook among the files of an edition: its name and its sheets as text.

    Other files beside it (provenance, notes) are passed over.

    Raises:
        UnreadableInput: E-FILE-01, no file is a workbook, one is called .xlsx and is none,
            or several are.
    """
    names = [str(row["file_name"]) for row in edition.file_rows]
    for name in names:
        if name.lower().endswith((".xlsx", ".xls")):
            require_kind(edition.path(name), "xlsx", edition.shown(name))
    books = [name for name in names if kind_of(edition.path(name)) == "xlsx"]
    if not books:
        require_kind(edition.path(names[0]), "xlsx", edition.shown(names[0]))
    if len(books) > 1:
        shown = edition.shown(books[1])
        raise UnreadableInput(
            finding("E-FILE-01", file=shown, found=f"{len(books)} workbooks", wanted="1 workbook")
        )
    return books[0], _sheets(edition, books[0])


def _sheets(edition: Edition, name: str) -> dict[str, Grid]:
    """Every sheet as rows of text, read from a stream: stored editions have no suffix."""
    import openpyxl

    try:
        with warnings.catch_warnings(), edition.path(name).open("rb") as stream:
            # Print headers and extensions of the writing program; no cell depends on them.
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            return {
                sheet.title: [
                    [text_of_cell(value) for value in row]
                    for row in sheet.iter_rows(min_row=1, min_col=1, values_only=True)
                ]
                for sheet in book.worksheets
            }
    except _DAMAGED as error:
        raise UnreadableInput(
            finding(
                "E-FILE-01", file=edition.shown(name), found=type(error).__name__, wanted="xlsx"
            )
        ) from error


def cell_at(row: list[str], column: int) -> str:
    """The text at a column of a row, surrounding blanks removed; rows may be short."""
    return row[column].strip() if column < len(row) else ""


def filled(row: list[str]) -> dict[int, str]:
    """The cells of a row that hold something, by column."""
    return {column: text.strip() for column, text in enumerate(row) if text.strip()}


def a1(row: int, column: int) -> str:
    """The reference of a cell; both count from 0.

    Example:
        >>> a1(0, 0), a1(13, 3), a1(2, 27)
        ('A1', 'D14', 'AB3')
    """
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def plain(text: str) -> str:
    r"""A text on one line with single blanks.

    Example:
        >>> plain("CH4 Factor \n(g / mile)")
        'CH4 Factor (g / mile)'
    """
    return " ".join(text.split())


def key_of(*parts: str) -> str:
    """The key that words name: case, width, kinds of dash and blanks do not count.

    Example:
        >>> key_of("LPG Tanker ", "", "0\u20139999 dwt")
        'lpg tanker||0-9999 dwt'
    """
    return "|".join(
        plain(unicodedata.normalize("NFKC", part).translate(_DASHES)).casefold().replace("|", "/")
        for part in parts
    )


def is_number(text: str) -> bool:
    """Whether a text is a number in the strict grammar."""
    try:
        exact(text.strip())
    except NotANumber:
        return False
    return True


def carried(last: list[str], now: list[str]) -> list[str]:
    """Labels of a row: a blank repeats the row above; a new label ends those below it.

    Example:
        >>> carried(["Cars", "Diesel", "1983-2006"], ["", "Ethanol", ""])
        ['Cars', 'Ethanol', '']
    """
    made: list[str] = []
    is_new = False
    for old, text in zip(last, now, strict=True):
        made.append(text or ("" if is_new else old))
        is_new = is_new or bool(text)
    return made
