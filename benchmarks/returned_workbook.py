"""A submission of 5,000 rows and 40 columns: read, checked, returned; with peers in one run.

Reading is measured against bare calamine on the same file, alternately. Writing the returned
workbook is measured against openpyxl loading the same file, marking the same cells and saving
it, which is what editing a submitter's file in place would cost.
"""

from __future__ import annotations

import io
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import openpyxl
import python_calamine
import xlsxwriter

from benchmarks.comparison import Comparison, compare
from pipelines.commands.checking import check_file
from pipelines.desk.intake_limits import read_limits
from pipelines.desk.layout import stamp
from pipelines.desk.reading import read_file
from pipelines.desk.returned import write_returned
from pipelines.settings import Settings
from schemas.submission_product import TEMPLATES

ROWS, COLUMNS = 5_000, 40
FAULTS = 500
ALLOWED_SECONDS, ALLOWED_MIB = 10.0, 500.0
TEMPLATE = TEMPLATES["factor"]
_LEFT_OUT = {ask.name for ask in TEMPLATE.main if not ask.example}
ASKED = tuple(a for a in TEMPLATE.main if a.name not in _LEFT_OUT)
ASKED += tuple(a for a in TEMPLATE.main if a.name in _LEFT_OUT)[: COLUMNS - len(ASKED)]


def write_big(path: Path) -> None:
    """A filled factor workbook, 500 of its values no numbers."""
    book = xlsxwriter.Workbook(str(path))
    for form in TEMPLATE.forms:
        sheet = book.add_worksheet(form.sheet)
        asks = ASKED[:COLUMNS] if form.is_main else form.asks
        sheet.write_row(0, 0, [*[ask.field.title_zh for ask in asks], stamp(TEMPLATE)])
        sheet.write_row(1, 0, [ask.name for ask in asks])
        for number in range(ROWS if form.is_main else 1):
            for column, ask in enumerate(asks):
                sheet.write(number + 2, column, _answer(ask.name, ask.example, number))
    book.close()


def _answer(name: str, example: str, number: int) -> str | float:
    if name == "record_key":
        return f"P-{number:05d}"
    if name == "value":
        return "约860" if number % (ROWS // FAULTS) == 0 else 860 + number / 1000
    return f"第 {number} 行" if name == "technology" else example


def run_reading(data: bytes) -> Comparison:
    """Reading through the intake against bare calamine, all cells of all sheets."""
    limits = read_limits(Settings.resolve().seeds)

    def bare() -> int:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_name(n).to_python() for n in book.sheet_names]
        return sum(1 for rows in sheets for row in rows for cell in row if cell != "")

    def ours() -> int:
        read = read_file("big.xlsx", data, limits)
        return sum(1 for s in read.sheets for row in s.rows for cell in row if cell)

    return compare(
        "reading a submission (peer: bare calamine)",
        f"{ROWS} rows x {COLUMNS} columns",
        ours,
        bare,
        lambda one, other: abs(one - other) / other,
    )


def edit_in_place(path: Path, cells: list[tuple[str, str]], target: Path) -> None:
    """The peer of returning: load, mark, save."""
    book = openpyxl.load_workbook(path)
    fill = openpyxl.styles.PatternFill("solid", fgColor="FFC7CE")
    for sheet, cell in cells:
        book[sheet][cell].fill = fill
        book[sheet][cell].comment = openpyxl.comments.Comment("改", "tanyuan")
    book.save(target)


def main() -> None:
    """Print what was measured."""
    settings = Settings.resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "big.xlsx"
        write_big(path)
        data = path.read_bytes()
        start, spent = time.perf_counter(), _processor_seconds()
        found = check_file(settings, path)
        checked = time.perf_counter()
        write_returned(found.workbook, found.findings, folder / "out", settings.seeds)
        returned, spent = time.perf_counter(), _processor_seconds() - spent
        memory = _mebibytes(resource.RUSAGE_SELF) + _mebibytes(resource.RUSAGE_CHILDREN)
        errors = [f for f in found.findings if f.severity == "error"]
        cells = [(f.place["sheet"], f.place["cell"]) for f in errors if "cell" in f.place]
        peer = time.perf_counter()
        edit_in_place(path, cells, folder / "peer.xlsx")
        edited = time.perf_counter() - peer
        print(
            f"check {checked - start:.2f} s + returned workbook {returned - checked:.2f} s"
            f" = {returned - start:.2f} s (allowed {ALLOWED_SECONDS:.0f} s);"
            f" {spent:.2f} processor seconds;"
            f" {memory:.0f} MiB of both processes at most (allowed {ALLOWED_MIB:.0f});"
            f" {len(found.findings)} findings, {len(errors)} errors"
        )
        print(
            f"editing in place with openpyxl: {edited:.2f} s,"
            f" ratio {edited / (returned - checked):.2f}"
        )
        c = run_reading(data)
    print(
        f"{c.name}, {c.size}: ours {c.ours:.3f} s, peer {c.peer:.3f} s,"
        f" {c.ours / c.peer:.2f} x the peer (allowed 2), spread ±{c.spread * 100:.0f} %,"
        f" difference {c.error:.1e}"
    )


def _processor_seconds() -> float:
    """Processor time of this process and its children, which other load stretches less."""
    return sum(os.times()[:4])


def _mebibytes(who: int) -> float:
    used = resource.getrusage(who).ru_maxrss
    return used / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
