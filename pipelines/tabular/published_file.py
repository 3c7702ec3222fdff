"""Files as publishers hand them out: what they really are, and their rows as text.

Belongs here: telling a format by its bytes, rows of CSV and of worksheets with the place of
every cell. Does not belong here: what rows mean (source modules).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import warnings
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    from pathlib import Path

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCODINGS = ("utf-8-sig", "gb18030", "cp1252")
# What a damaged workbook makes its reader raise.
DAMAGED = (
    KeyError, ValueError, TypeError, SyntaxError, EOFError, zlib.error, zipfile.BadZipFile,
)  # fmt: skip


@dataclass(frozen=True)
class PublishedTable:
    """Rows of a published file or sheet.

    Attributes:
        header: columns in order, surrounding blanks removed.
        rows: data rows; wholly blank rows are left out.
        ragged: rows whose number of cells differs from the header's, with that number.
    """

    header: tuple[str, ...]
    rows: tuple[TextRow, ...]
    ragged: tuple[tuple[TextRow, int], ...] = field(default=())


def kind_of(path: Path) -> str:
    """What a file is by its bytes: zip, xlsx, ole2, pdf, json, xml, text, binary or empty.

    Raises:
        UnreadableInput: the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        raise UnreadableInput(finding("E-SEED-06", file=path.name)) from error
    if head.startswith(b"PK\x03\x04"):
        return "xlsx" if _holds_workbook(path) else "zip"
    for mark, kind in ((OLE2, "ole2"), (b"%PDF", "pdf")):
        if head.startswith(mark):
            return kind
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text:
        return "empty"
    if text[:1] in b"{[":
        return "json"
    if text[:1] == b"<":
        return "xml"
    return "binary" if b"\x00" in head else "text"


def _holds_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except zipfile.BadZipFile:
        return False


def require_kind(path: Path, kind: str, name: str) -> None:
    """Refuse a file that is not what its reader expects.

    Raises:
        UnreadableInput: E-FILE-01 with what it is and what was expected.
    """
    found = kind_of(path)
    if found != kind:
        raise UnreadableInput(finding("E-FILE-01", file=name, found=found, wanted=kind))


def decoded(path: Path, name: str) -> str:
    """The text of a file: UTF-8, else GB18030, else Windows-1252.

    Raises:
        UnreadableInput: it cannot be read as text.
    """
    require_kind(path, "text", name)
    body = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableInput(finding("E-FILE-01", file=name, found="binary", wanted="text"))


def read_csv(path: Path, name: str, *, delimiter: str = ",", header_row: int = 1) -> PublishedTable:
    """The rows of a published CSV; ragged rows are set apart, not lost.

    Args:
        path: the file.
        name: how it is called in messages: ``<source_id>/<file name>``.
        delimiter: as the layout says.
        header_row: number of the row that holds the header; rows above are passed over.

    Raises:
        UnreadableInput: not text, or no header.
    """
    lines = csv.reader(io.StringIO(decoded(path, name), newline=""), delimiter=delimiter)
    header: tuple[str, ...] = ()
    rows: list[TextRow] = []
    ragged: list[tuple[TextRow, int]] = []
    try:
        for number, cells in enumerate(lines, start=1):
            if number < header_row or not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = tuple(cell.strip() for cell in cells)
                continue
            row = TextRow(name, number, dict(zip(header, cells, strict=False)))
            if len(cells) == len(header):
                rows.append(row)
            else:
                ragged.append((row, len(cells)))
    except csv.Error as error:
        raise UnreadableInput(
            finding("E-FILE-01", file=name, found=str(error), wanted="csv")
        ) from error
    if not header:
        raise UnreadableInput(finding("E-FILE-01", file=name, found="empty", wanted="csv"))
    return PublishedTable(header, tuple(rows), tuple(ragged))


def text_of_cell(value: Any) -> str:
    """A worksheet cell as text: numbers in shortest exact form, dates as ISO.

    Example:
        >>> text_of_cell(28.0), text_of_cell(0.1), text_of_cell(None)
        ('28', '0.1', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    return str(value)


def read_sheets(path: Path, name: str) -> dict[str, list[list[str]]]:
    """Every sheet of a workbook as rows of text; cell (r, c) stands at [r - 1][c - 1].

    Args:
        path: an .xlsx file.
        name: how it is called in messages.

    Raises:
        UnreadableInput: E-FILE-01 when it is no workbook (an old .xls under a new name, a
            CSV, a PDF, a damaged file).
    """
    require_kind(path, "xlsx", name)
    import openpyxl

    try:
        # By stream: a stored edition's file has a hash for a name and no suffix.
        with path.open("rb") as stream, warnings.catch_warnings():
            # It warns of validations and styles it does not keep; values are all we read.
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            return {
                sheet.title: [
                    [text_of_cell(value) for value in row]
                    for row in sheet.iter_rows(min_row=1, min_col=1, values_only=True)
                ]
                for sheet in book.worksheets
            }
    except DAMAGED as error:
        raise UnreadableInput(
            finding("E-FILE-01", file=name, found=type(error).__name__, wanted="xlsx")
        ) from error
