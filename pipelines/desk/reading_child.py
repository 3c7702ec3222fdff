"""The parsing process: bytes in on standard input, cells out as JSON on standard output.

Belongs here: everything that parses what a stranger sent, under limits that hold for the
whole process: memory, processor time, no file and no socket may be opened. Does not belong
here: judging what was read. Imports little, so that it starts fast.
"""

from __future__ import annotations

import codecs
import datetime as dt
import io
import json
import sys
import zipfile
from typing import Any

import python_calamine

from pipelines.desk.behind_cells import behind_content, behind_sheet, largest_place, sheet_parts
from pipelines.desk.biff import BehindCells, behind_old_sheets
from pipelines.desk.compound import CompoundFile
from pipelines.desk.csv_cells import UnreadableText, csv_rows, decoded

_LETTER: dict[type, str] = {
    float: "n", int: "n", bool: "b", dt.date: "d", dt.datetime: "d", dt.time: "d",
    dt.timedelta: "d",
}  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "gb18030", "latin-1", "cp437")


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
    letter = _LETTER.get
    kinds = ["".join([letter(type(v), "t" if v else " ") for v in row]) for row in rows]
    texts = [[v if type(v) is str else _text(v) for v in row] for row in rows]
    for (row, column), text in behind.errors.items():
        if row < len(texts) and column < len(texts[row]):
            texts[row][column] = texts[row][column] or text
            kinds[row] = kinds[row][:column] + "e" + kinds[row][column + 1 :]
    if sum(sum(map(len, row)) for row in texts) > longest:
        raise UnreadableText("E-INTAKE-06", name)
    return {
        "name": name,
        "rows": texts,
        "kinds": kinds,
        "formulas": [[r, c, text] for (r, c), text in sorted(behind.formulas.items())],
        "hidden_rows": sorted(behind.hidden_rows),
        "hidden_columns": sorted(behind.hidden_columns),
        "merged": [],
        "hidden": False,
    }


def _behind(data: bytes, form: str, limits: dict[str, int]) -> dict[str, BehindCells]:
    if form == "xls":
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


def main() -> None:
    """Read standard input as the arguments say and answer once."""
    form, limits = sys.argv[1], json.loads(sys.argv[2])
    data = sys.stdin.buffer.read()
    # What is needed later must be loaded before nothing can be opened any more.
    for encoding in ENCODINGS:
        codecs.lookup(encoding)
    confine(limits["child_memory_bytes"], limits["child_cpu_seconds"])
    answer = json.dumps(read(data, form, limits), ensure_ascii=False)
    sys.stdout.buffer.write(answer.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()
