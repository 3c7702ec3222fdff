"""The cells of a CSV: its encoding, its delimiter, its rows.

Belongs here: bytes to rows of text. Does not belong here: which row is the header. Standard
library only: this runs in the parsing process.
"""

from __future__ import annotations

import codecs
import csv
import io
import re

from pipelines.desk.unreadable import UnreadableText

_WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHINESE = re.compile("[\u4e00-\u9fff]")
DELIMITERS = (",", "\t", ";")


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a CSV and the encoding it was found in.

    A byte order mark decides; else strict UTF-8, else strict GB18030. A file that holds lines
    of both is refused, since one of the readings would be rubbish.

    Raises:
        UnreadableText: neither reading holds, or both do in part.

    Example:
        >>> decoded("电石,1".encode("gb18030"))
        ('电石,1', 'gb18030')
    """
    if data.startswith(_WIDE_BOMS):
        raise UnreadableText("E-INTAKE-15", "UTF-16")
    if data.startswith(codecs.BOM_UTF8):
        try:
            return data.decode("utf-8-sig"), "utf-8-sig"
        except UnicodeDecodeError as error:
            raise UnreadableText("E-INTAKE-15", "UTF-8 BOM") from error
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    if any(_is_chinese_utf8(line) for line in data.splitlines()):
        raise UnreadableText("E-INTAKE-15", "UTF-8 + GB18030")
    try:
        return data.decode("gb18030"), "gb18030"
    except UnicodeDecodeError as error:
        raise UnreadableText("E-INTAKE-15", "binary") from error


def _is_chinese_utf8(line: bytes) -> bool:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    # Two characters of GB18030 seldom spell Chinese in UTF-8; three in a row hardly ever do.
    return len(_CHINESE.findall(text)) >= 2


def delimiter_of(text: str) -> str:
    """The delimiter of the first line that holds anything.

    Example:
        >>> delimiter_of("a;b;c")
        ';'
    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=first.count)


def csv_rows(text: str, longest_cell: int, most_rows: int) -> tuple[list[list[str]], str]:
    """The rows of a CSV and its delimiter.

    Args:
        text: the decoded file.
        longest_cell: characters of one cell.
        most_rows: rows of the file.

    Raises:
        UnreadableText: a quote is left open, a cell is too long, or there are too many rows.
    """
    delimiter = delimiter_of(text)
    csv.field_size_limit(longest_cell)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        for cells in lines:
            rows.append(cells)
            if len(rows) > most_rows:
                raise UnreadableText("E-INTAKE-13", str(len(rows)))
    except csv.Error as error:
        raise UnreadableText("E-INTAKE-17", f"line {lines.line_num}: {error}") from error
    return rows, delimiter
