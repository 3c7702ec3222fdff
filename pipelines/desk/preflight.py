"""What a file really is, by its bytes, and whether it may be opened at all.

Belongs here: size, format against the name's ending, encryption, macros, links outside.
Does not belong here: the cells (``reading``) and what they mean (``checks``).
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from pipelines.desk.archive import DAMAGED, entries_of, examined
from pipelines.desk.biff import faults_of_records
from pipelines.desk.compound import MAGIC, CompoundFile, DamagedCompound
from pipelines.findings import Finding, finding

if TYPE_CHECKING:
    from pipelines.desk.intake_limits import IntakeLimits

FORMATS = ("xlsx", "xls", "ods", "csv")
_ENDINGS = {".xlsx": "xlsx", ".xls": "xls", ".ods": "ods", ".csv": "csv", ".xlsm": "xlsx"}
_MARKS = (
    (b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"),
    (b"{\\rtf", "RTF"), (b"7z\xbc\xaf", "7z"), (b"Rar!", "RAR"), (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"), (b"SQLite format 3", "SQLite"), (b"PAR1", "Parquet"),
    (b"MZ", "EXE"), (b"\x7fELF", "ELF"), (b"<!DOCTYPE", "HTML"), (b"<html", "HTML"),
    (b"<HTML", "HTML"), (b"<?xml", "XML"), (b"<script", "HTML"),
)  # fmt: skip
_OF_ENTRY = (
    ("xl/workbook.xml", "xlsx"), ("xl/workbook.bin", "xlsb"), ("word/document.xml", "docx"),
    ("ppt/presentation.xml", "pptx"),
)  # fmt: skip
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"


def ending_of(name: str) -> str | None:
    """The format that a file's name claims; None when it claims none we read.

    Example:
        >>> ending_of("因子.XLSX"), ending_of("a.pdf")
        ('xlsx', None)
    """
    at = name.rfind(".")
    return _ENDINGS.get(name[at:].lower()) if at >= 0 else None


def preflight(
    name: str, data: bytes, limits: IntakeLimits
) -> tuple[str | None, tuple[Finding, ...], bool]:
    """The format of a file, all that speaks against opening it, whether its cells hide anything.

    Args:
        name: the file's name as the submitter knows it.
        data: its bytes.
        limits: how large it may be.

    Returns:
        The format by its bytes (None when it is no spreadsheet); the findings, and the file
        may be opened when there are none; whether anything can lie behind its cells.
    """
    if not data.strip(b"\x00 \t\r\n"):
        return None, (finding("E-INTAKE-01", file=name),), False
    if len(data) > limits.file_bytes:
        told = finding("E-INTAKE-02", file=name, value=len(data), expected=[str(limits.file_bytes)])
        return None, (told,), False
    found = format_of(data)
    if found not in FORMATS:
        told = finding("E-INTAKE-03", file=name, found=found, expected=list(FORMATS))
        return None, (told,), False
    faults, hides = _faults(name, found, data, limits)
    claimed = ending_of(name)
    if not faults and claimed != found:
        faults = [finding("E-INTAKE-16", file=name, found=found, expected=[f".{found}"])]
    return found, tuple(faults), hides


def format_of(data: bytes) -> str:
    """A format by its bytes: xlsx, xls, ods, csv, or the name of what else it is."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _format_of_archive(data)
    if data.startswith(MAGIC):
        return _format_of_compound(data)
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    for mark, kind in _MARKS:
        if head.startswith(mark):
            return kind
    # Text in UTF-16 and the like is told apart where text is decoded.
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")) and _is_binary(head):
        return "binary"
    return "csv"


def _is_binary(head: bytes) -> bool:
    strange = sum(1 for byte in head if byte < 9 or 13 < byte < 32)
    return strange * 10 > len(head)


def _format_of_archive(data: bytes) -> str:
    try:
        names = {e.filename: e for e in entries_of(data)}
    except DAMAGED:
        # A cut archive is still an archive; what is wrong with it is said by its faults.
        return "xlsx"
    if "mimetype" in names and "xl/workbook.xml" not in names:
        return "ods" if _says_spreadsheet(data) else "OpenDocument"
    return next((kind for entry, kind in _OF_ENTRY if entry in names), "zip")


def _says_spreadsheet(data: bytes) -> bool:
    import io

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("mimetype") as stream:
            return stream.read(len(_OPEN_DOCUMENT) + 1).strip() == _OPEN_DOCUMENT
    except DAMAGED:
        return False


def _format_of_compound(data: bytes) -> str:
    try:
        names = CompoundFile(data).names
    except (DamagedCompound, IndexError, ValueError):
        return "xls"
    if "EncryptedPackage" in names:
        return "xlsx"
    if "WordDocument" in names:
        return "doc"
    if "PowerPoint Document" in names:
        return "ppt"
    return "xls" if {"Workbook", "Book"} & set(names) else "OLE2"


def _faults(name: str, found: str, data: bytes, limits: IntakeLimits) -> tuple[list[Finding], bool]:
    if data.startswith(MAGIC):
        return _of_compound(name, data), True
    if found in {"xlsx", "ods"}:
        faults, hides = examined(name, data, limits)
        # What hides in an .ods is told by other words.
        return faults, hides or found == "ods"
    return [], False


def _of_compound(name: str, data: bytes) -> list[Finding]:
    try:
        book = CompoundFile(data)
        if "EncryptedPackage" in book.names:
            return [finding("E-INTAKE-09", file=name)]
        if any(n.startswith("_VBA_PROJECT") or n == "VBA" for n in book.names):
            return [finding("E-INTAKE-10", file=name, value="VBA")]
        stream = book.stream("Workbook") or book.stream("Book") or b""
    except (DamagedCompound, IndexError, ValueError) as error:
        return [finding("E-INTAKE-04", file=name, reason=str(error))]
    if not stream:
        return [finding("E-INTAKE-04", file=name, reason="Workbook")]
    return faults_of_records(name, stream)
