"""Reading a CSV of seeds: UTF-8, every cell as text, every fault with its row.

Belongs here: the file as rows of text. Does not belong here: numbers, units, meaning.
"""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData, UnreadableInput
from pipelines.findings import finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# How the bytes of a workbook begin that was only named a CSV.
WORKBOOKS = {b"PK\x03\x04": "XLSX/ODS", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "XLS"}
# What stands between columns where it is no comma, and how that is called.
OTHER_MARKS = {";": ";", "\t": "TAB", "，": "，", "|": "|"}


@dataclass(frozen=True)
class TextRow:
    """One row as text: the file it stands in, its number (header is 1) and its cells.

    ``found`` keeps the cells that were mended, as they stand in the file.
    """

    file: str
    number: int
    cells: dict[str, str]
    found: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        """The cell of a column, stripped of surrounding blanks."""
        return self.cells[column].strip()

    def __contains__(self, column: object) -> bool:
        """Whether the file has that column."""
        return column in self.cells

    def get(self, column: str) -> str | None:
        """The cell of a column, or None when it is blank or the column is absent."""
        return self.cells.get(column, "").strip() or None

    def mend(self, column: str, text: str) -> None:
        """Put another text in a cell; what stood there is kept."""
        self.found.setdefault(column, self.cells.get(column, ""))
        self.cells[column] = text

    def as_found(self, column: str) -> str:
        """The cell of a column as it stands in the file, mended or not."""
        return self.found.get(column, self.cells[column]).strip()


def _decoded(path: Path, name: str) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableInput(finding("E-SEED-06", file=name)) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        seems = encoding_of(data)
        raise UnreadableInput(finding("E-TEXT-03", file=name, seems=seems)) from error


def encoding_of(data: bytes) -> str:
    """What bytes that are not UTF-8 look like: ``UTF-16``, ``GBK``, a workbook's or ``?``.

    Example:
        >>> encoding_of("石灰".encode("gbk")), encoding_of("a".encode("utf-16"))
        ('GBK', 'UTF-16')
    """
    for start, name in WORKBOOKS.items():
        if data.startswith(start):
            return name
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return "?"
    return "?" if "\0" in text else "GBK"


def read_rows(
    path: Path,
    *,
    needed: Iterable[str] = (),
    key: str | None = None,
    name: str | None = None,
    filled: bool = False,
) -> list[TextRow]:
    """The rows of a CSV file as text.

    Args:
        path: the file.
        needed: columns that must be there.
        key: a column whose values must differ from row to row.
        name: how the file is called in messages; its own name by default.
        filled: whether a table without a row is refused.

    Returns:
        One entry per data row, in the order of the file; wholly blank rows are left out.

    Raises:
        UnreadableInput: the file is missing or not UTF-8.
        FaultyData: a column is missing or repeated, no commas stand between columns, a row is
            ragged, a quote is not closed, a key is repeated, no row is there that should be.
    """
    shown = name or path.name
    wanted = list(needed)
    lines = csv.reader(io.StringIO(_decoded(path, shown), newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(lines, [])]
        _require_commas(header, wanted, shown)
        rows = list(_text_rows(lines, header, shown))
    except csv.Error as error:
        code = "E-TEXT-05" if "field larger" in str(error) else "E-TEXT-04"
        raise FaultyData(finding(code, file=shown, row=lines.line_num)) from error
    faults = [
        finding(
            "E-SEED-04", file=shown, column=column, expected=wanted, found="; ".join(header) or "-"
        )
        for column in wanted
        if header.count(column) != 1
    ]
    if filled and not rows and not faults:
        faults.append(finding("E-SEED-12", file=shown))
    if key and not faults:
        faults += _repeated(rows, key)
    if faults:
        raise FaultyData(faults)
    return rows


def _require_commas(header: list[str], wanted: list[str], shown: str) -> None:
    """A header in one piece that holds another mark is told by it, not by what it lacks.

    Raises:
        FaultyData: E-TEXT-06.
    """
    if len(header) != 1 or set(wanted) <= set(header):
        return
    for mark, called in OTHER_MARKS.items():
        if mark in header[0]:
            raise FaultyData(finding("E-TEXT-06", file=shown, row=1, value=called))


def _text_rows(lines: Iterator[list[str]], header: list[str], shown: str) -> Iterator[TextRow]:
    for number, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise FaultyData(
                finding("E-SEED-05", file=shown, row=number, found=len(cells), wanted=len(header))
            )
        for column, cell in zip(header, cells, strict=True):
            if "\0" in cell:
                raise FaultyData(finding("E-TEXT-02", file=shown, row=number, column=column))
        yield TextRow(shown, number, dict(zip(header, cells, strict=True)))


def _repeated(rows: list[TextRow], key: str) -> list:  # type: ignore[type-arg]
    seen: set[str] = set()
    faults = []
    for row in rows:
        if not row[key]:
            faults.append(finding("E-TEXT-01", file=row.file, row=row.number, column=key))
        elif row[key] in seen:
            faults.append(
                finding("E-SEED-07", file=row.file, row=row.number, column=key, value=row[key])
            )
        seen.add(row[key])
    return faults
