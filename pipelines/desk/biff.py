"""The records of an old .xls: encryption, links outside, formulas, what is hidden.

Belongs here: the few record types that say what lies behind the cells. Does not belong here:
the values of cells, which the reader of the format gives.

Source:
    [MS-XLS] Excel Binary File Format, sections 2.4.28 BoundSheet8, 2.4.53 ColInfo, 2.4.117
    FilePass, 2.4.127 Formula, 2.4.221 Row, 2.4.271 SupBook.
"""

from __future__ import annotations

import struct

# The parsing process imports this module at every start, so it imports next to nothing:
# a type checker takes this name for true, whoever sets it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.findings import Finding

BOF, EOF_RECORD, BOUNDSHEET, FILEPASS, SUPBOOK = 0x0809, 0x000A, 0x0085, 0x002F, 0x01AE
FORMULA, ROW, COLINFO, BOOLERR = 0x0006, 0x0208, 0x007D, 0x0205
ERROR_TEXT = "#ERROR"
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_SELF = 0x0401
_ADD_IN = 0x3A01
_ROW_HIDDEN = 0x20


class BehindCells:
    """What lies behind the cells of one sheet; rows and columns from 0."""

    def __init__(self) -> None:
        """Begin with nothing behind any cell."""
        self.formulas: dict[tuple[int, int], str] = {}
        self.errors: dict[tuple[int, int], str] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()


def records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each record of a workbook stream: its place, type and body; a cut tail is left out."""
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if at + 4 + size > len(stream):
            return
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def faults_of_records(name: str, stream: bytes) -> list[Finding]:
    """What speaks against opening an old workbook: a password, a link to another file."""
    from pipelines.findings import finding

    for _, kind, body in records(stream):
        if kind == FILEPASS:
            return [finding("E-INTAKE-09", file=name)]
        if kind == SUPBOOK and len(body) >= 4:
            mark = struct.unpack_from("<H", body, 2)[0]
            if mark not in {_SELF, _ADD_IN}:
                return [finding("E-INTAKE-11", file=name, value="SUPBOOK")]
    return []


def behind_old_sheets(stream: bytes) -> dict[str, BehindCells]:
    """What lies behind the cells of each sheet of an old workbook, by the sheet's name."""
    starts: dict[int, str] = {}
    found: dict[str, BehindCells] = {}
    now: BehindCells | None = None
    for at, kind, body in records(stream):
        if kind == BOUNDSHEET and len(body) > 8:
            starts[struct.unpack_from("<I", body, 0)[0]] = _sheet_name(body[6:])
        elif kind == BOF:
            sheet = starts.get(at)
            now = found.setdefault(sheet, BehindCells()) if sheet is not None else None
        elif now is not None:
            _note(now, kind, body)
    return found


def _sheet_name(body: bytes) -> str:
    length, flags = body[0], body[1]
    if flags & 1:
        return body[2 : 2 + 2 * length].decode("utf-16-le", "replace")
    return body[2 : 2 + length].decode("latin-1")


def _note(sheet: BehindCells, kind: int, body: bytes) -> None:
    if kind == FORMULA and len(body) >= 6:
        row, column = struct.unpack_from("<HH", body, 0)
        sheet.formulas[row, column] = ""
    elif kind == BOOLERR and len(body) >= 8 and body[7]:
        row, column = struct.unpack_from("<HH", body, 0)
        sheet.errors[row, column] = _ERRORS.get(body[6], ERROR_TEXT)
    elif kind == ROW and len(body) >= 16:
        if body[12] & _ROW_HIDDEN:
            sheet.hidden_rows.add(struct.unpack_from("<H", body, 0)[0])
    elif kind == COLINFO and len(body) >= 10:
        first, last, _, _, flags = struct.unpack_from("<HHHHH", body, 0)
        if flags & 1:
            sheet.hidden_columns |= set(range(first, min(last, 255) + 1))
