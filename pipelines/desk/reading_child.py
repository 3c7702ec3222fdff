"""The parsing process: bytes in on standard input, cells out on standard output.

Belongs here: everything that parses what a stranger sent, under limits that hold for the
whole process: memory, processor time, no file and no socket may be opened. Does not belong
here: judging what was read. Imports little, so that it starts fast: what only some files
need is loaded for them, before the process is confined.

The question is a line of ``name=value`` words and then the file; the answer is a line of JSON
and then the texts of all columns, one behind the other, whose lengths the JSON tells.
"""

from __future__ import annotations

import importlib
import io
import os
import sys

import python_calamine

from pipelines.desk.biff import TYPE_CHECKING, BehindCells, behind_old_sheets
from pipelines.desk.told_cells import told_sheet
from pipelines.desk.unreadable import UnreadableText

try:
    from _json import encode_basestring_ascii as _quoted
except ImportError:
    from json.encoder import encode_basestring_ascii as _quoted

if TYPE_CHECKING:
    from typing import Any

# What a file needs besides; loaded before nothing can be opened any more.
_NEEDED = {
    "csv": (
        "pipelines.desk.csv_cells", "encodings.utf_8_sig", "encodings.utf_16_le",
        "encodings.utf_16_be", "encodings.gb18030",
    ),
    "xls": ("pipelines.desk.compound", "encodings.utf_16_le"),
    "archive": (
        "zipfile", "pipelines.desk.behind_cells", "encodings.latin_1", "encodings.cp437",
    ),
}  # fmt: skip


def confine(memory: int, cpu: int) -> None:
    """Hold the process to its limits; after this it can open nothing.

    Args:
        memory: address space in bytes.
        cpu: processor time in seconds.
    """
    try:
        import resource
    except ImportError:
        # Not on this system; the caller's clock still holds.
        return
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        _, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))


def _behind(data: bytes, form: str) -> dict[str, BehindCells]:
    if form == "xls":
        from pipelines.desk.compound import CompoundFile

        book = CompoundFile(data)
        return behind_old_sheets(book.stream("Workbook") or book.stream("Book") or b"")
    from pipelines.desk.behind_cells import behind_archive

    return behind_archive(data, form)


def _within(name: str, rows: int, columns: int, limits: dict[str, int]) -> None:
    if rows > limits["rows"] or columns > limits["columns"]:
        raise UnreadableText("E-INTAKE-13", f"{name}: {rows} x {columns}")


def _workbook(data: bytes, form: str, limits: dict[str, int]) -> dict[str, Any]:
    behind = _behind(data, form) if limits["behind"] else {}
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    if len(book.sheet_names) > limits["sheets"]:
        raise UnreadableText("E-INTAKE-13", f"{len(book.sheet_names)} sheets")
    sheets = []
    for facts in book.sheets_metadata:
        if facts.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(facts.name)
        _within(facts.name, sheet.total_height, sheet.total_width, limits)
        rows = sheet.to_python(skip_empty_area=False)
        one = told_sheet(
            facts.name, rows, behind.get(facts.name, BehindCells()), limits["inflated_bytes"]
        )
        one["merged"] = [[*a, *b] for a, b in sheet.merged_cell_ranges or ()]
        one["hidden"] = facts.visible != python_calamine.SheetVisibleEnum.Visible
        sheets.append(one)
    return {"sheets": sheets}


def _csv(data: bytes, limits: dict[str, int]) -> dict[str, Any]:
    from pipelines.desk.csv_cells import csv_rows, decoded

    text, encoding = decoded(data)
    rows, delimiter = csv_rows(text, limits["cell_characters"], limits["rows"])
    _within("", len(rows), max(map(len, rows), default=0), limits)
    sheet = told_sheet("", rows, BehindCells(), limits["inflated_bytes"])
    return {"sheets": [sheet], "encoding": encoding, "delimiter": delimiter}


def _sizes(data: bytes, limits: dict[str, int]) -> dict[str, Any]:
    """Why an .xlsx could not be read: a sheet of it names a place beyond all limits."""
    from pipelines.desk.behind_cells import largest_places

    for name, (rows, columns) in largest_places(data).items():
        _within(name, rows, columns, limits)
    return {"code": "E-INTAKE-14", "reason": "memory"}


def read(data: bytes, form: str, limits: dict[str, int]) -> dict[str, Any]:
    """The cells of a file, or the code and reason why it cannot be read.

    Args:
        data: the file.
        form: ``xlsx``, ``xls``, ``ods``, ``csv``, or ``sizes`` for an .xlsx that was too much.
        limits: rows, columns, sheets, inflated_bytes, cell_characters; ``behind`` is 0 where
            it is known that nothing lies behind the cells.
    """
    try:
        if form == "sizes":
            return _sizes(data, limits)
        return _csv(data, limits) if form == "csv" else _workbook(data, form, limits)
    except UnreadableText as error:
        return {"code": error.code, "reason": str(error)}
    except python_calamine.PasswordError as error:
        return {"code": "E-INTAKE-09", "reason": type(error).__name__}
    except MemoryError:
        return {"code": "E-INTAKE-14", "reason": "memory"}
    except BaseException as error:
        # The reader is another language's; whatever it raises means the file is damaged.
        return {"code": "E-INTAKE-04", "reason": type(error).__name__}


def load_needed(form: str, *, behind: bool = True) -> None:
    """Load what reading a format needs, since nothing can be opened once confined."""
    kind = "archive" if form in {"xlsx", "ods", "sizes"} else form
    for module in _NEEDED[kind] if behind or kind != "archive" else ():
        importlib.import_module(module)


def _json(value: Any) -> str:
    """Plain data as JSON, without loading a library for it.

    Example:
        >>> _json({"a": [1, "b", True, None]})
        '{"a":[1,"b",true,null]}'
    """
    if type(value) is str:
        return str(_quoted(value))
    if type(value) is dict:
        return "{" + ",".join([f"{_json(k)}:{_json(v)}" for k, v in value.items()]) + "}"
    if type(value) in {list, tuple}:
        return "[" + ",".join([_json(one) for one in value]) + "]"
    return repr(value) if type(value) is int else {True: "true", False: "false"}.get(value, "null")


def told(answer: dict[str, Any]) -> bytes:
    """An answer as it goes back: JSON without the texts of columns, which follow it."""
    texts = []
    for sheet in answer.get("sheets", ()):
        columns = [text.encode("utf-8", "surrogatepass") for text in sheet.pop("columns")]
        sheet["lengths"] = [len(text) for text in columns]
        texts += columns
    return b"".join([_json(answer).encode("ascii"), b"\n", *texts])


def main() -> None:
    """Read standard input and answer once."""
    question = sys.stdin.buffer.readline().decode("ascii").split()
    form = question[0]
    limits = {name: int(value) for name, value in (word.split("=") for word in question[1:])}
    load_needed(form, behind=bool(limits["behind"]))
    data = sys.stdin.buffer.read()
    confine(limits["child_memory_bytes"], limits["child_cpu_seconds"])
    sys.stdout.buffer.write(told(read(data, form, limits)))
    sys.stdout.buffer.flush()
    # All is said; taking the cells apart again would only cost time.
    os._exit(0)
