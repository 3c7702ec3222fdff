"""The parsing process: bytes in on standard input, cells out as JSON on standard output.

Belongs here: everything that parses what a stranger sent, under limits that hold for the
whole process: memory, processor time, no file and no socket may be opened. Does not belong
here: judging what was read. Imports little, so that it starts fast.
"""

from __future__ import annotations

import datetime as dt
import importlib
import io
import json
import os
import sys
import zipfile

import python_calamine

from pipelines.desk.behind_cells import behind_content, behind_sheet, largest_place, sheet_parts
from pipelines.desk.biff import TYPE_CHECKING, BehindCells, behind_old_sheets
from pipelines.desk.unreadable import UnreadableText

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_LETTER: dict[type, str] = {
    float: "n", int: "n", bool: "b", dt.date: "d", dt.datetime: "d", dt.time: "d",
    dt.timedelta: "d",
}  # fmt: skip
# What one format needs besides; loaded before nothing can be opened any more.
_NEEDED = {
    "csv": (
        "pipelines.desk.csv_cells", "encodings.utf_8_sig", "encodings.utf_16_le",
        "encodings.utf_16_be", "encodings.gb18030",
    ),
    "xls": ("pipelines.desk.compound", "encodings.utf_16_le"),
}  # fmt: skip
_ALWAYS_NEEDED = ("encodings.latin_1", "encodings.cp437", "encodings.utf_8")
# The first character tried between cells: plain ASCII that JSON need not escape.
_BETWEEN = "\x7f"


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


def _sheet(name: str, rows: list[list[Any]], behind: BehindCells, longest: int) -> dict[str, Any]:
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
    for place, column in enumerate(zip(*even, strict=True)):
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


def _parted(columns: list[Sequence[str]], texts: list[str]) -> tuple[str, list[str]]:
    """The character between cells, which no cell holds, and each column joined by it."""
    if all(t.count(_BETWEEN) == len(c) - 1 for t, c in zip(texts, columns, strict=True)):
        return _BETWEEN, texts
    held = set().union(*texts)
    # The surrogates are no characters.
    codes = (*range(0x80, 0xD800), *range(0xE000, 0x110000))
    between = next(chr(code) for code in codes if chr(code) not in held)
    return between, [between.join(column) for column in columns]


def _behind(data: bytes, form: str, limits: dict[str, int]) -> dict[str, BehindCells]:
    if form == "xls":
        from pipelines.desk.compound import CompoundFile

        book = CompoundFile(data)
        return behind_old_sheets(book.stream("Workbook") or book.stream("Book") or b"")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if form == "ods":
            return behind_content(archive.read("content.xml"))
        found = {}
        for name, part in sheet_parts(archive).items():
            xml = archive.read(part)
            rows, columns = largest_place(xml)
            if rows > limits["rows"] or columns > limits["columns"]:
                raise UnreadableText("E-INTAKE-13", f"{name}: {rows} x {columns}")
            found[name] = behind_sheet(xml)
        return found


def _workbook(data: bytes, form: str, limits: dict[str, int]) -> dict[str, Any]:
    behind = _behind(data, form, limits)
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    if len(book.sheet_names) > limits["sheets"]:
        raise UnreadableText("E-INTAKE-13", f"{len(book.sheet_names)} sheets")
    sheets = []
    for facts in book.sheets_metadata:
        if facts.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(facts.name)
        rows = sheet.to_python(skip_empty_area=False)
        width = max(map(len, rows), default=0)
        if len(rows) > limits["rows"] or width > limits["columns"]:
            raise UnreadableText("E-INTAKE-13", f"{facts.name}: {len(rows)} x {width}")
        one = _sheet(
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
    width = max(map(len, rows), default=0)
    if width > limits["columns"]:
        raise UnreadableText("E-INTAKE-13", f"{len(rows)} x {width}")
    sheet = _sheet("", rows, BehindCells(), limits["inflated_bytes"])
    return {"sheets": [sheet], "encoding": encoding, "delimiter": delimiter}


def read(data: bytes, form: str, limits: dict[str, int]) -> dict[str, Any]:
    """The cells of a file, or the code and reason why it cannot be read.

    Args:
        data: the file.
        form: ``xlsx``, ``xls``, ``ods`` or ``csv``.
        limits: rows, columns, sheets, inflated_bytes, cell_characters.
    """
    try:
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


def load_needed(form: str) -> None:
    """Load what reading a format needs, since nothing can be opened once confined."""
    for module in (*_ALWAYS_NEEDED, *_NEEDED.get(form, ())):
        importlib.import_module(module)


def main() -> None:
    """Read standard input as the arguments say and answer once."""
    form, limits = sys.argv[1], json.loads(sys.argv[2])
    data = sys.stdin.buffer.read()
    load_needed(form)
    confine(limits["child_memory_bytes"], limits["child_cpu_seconds"])
    answer = json.dumps(read(data, form, limits), ensure_ascii=False)
    sys.stdout.buffer.write(answer.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()
    # All is said; taking the cells apart again would only cost time.
    os._exit(0)
