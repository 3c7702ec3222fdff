"""Examples of the workbook desk: an answer, a row, a sheet or a file, checked as handed in."""

from __future__ import annotations

import dataclasses
import hashlib
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from pipelines.desk import reading_child
from pipelines.desk.candidates import tables_of_rows
from pipelines.desk.check import check
from pipelines.desk.reading import ReadFile, sheets_of
from pipelines.desk.submitted import SubmittedSheet
from pipelines.findings import catalogue
from tests.desk.handed_in import (
    NAMES,
    SHEET,
    TITLES,
    checked_here,
    column,
    csv_bytes,
    good_row,
    grid,
    known,
    limits,
    origin_of,
    xlsx,
)
from tests.desk.test_every_code import of_template, template_rows
from tests.desk.test_zoo import CONTROLS
from tests.desk.zoo import REFUSED, STRUCTURE
from tests.examples.written import answers_of, listed, text_of

if TYPE_CHECKING:
    from tests.examples.conftest import Tools

ONE = grid(good_row())
_ZOO = {beast.file: {code for code, _ in beast.codes} for beast in (*REFUSED, *STRUCTURE)}


def _codes(found) -> set[str]:
    return {f.code for f in found.findings}


def _csv(cells, name: str = "a.csv") -> set[str]:
    return _codes(checked_here(name, csv_bytes(cells)))


def _rows(cells, against=None) -> set[str]:
    read = ReadFile("a.xlsx", "ab" * 32, "xlsx", (SubmittedSheet(SHEET, tuple(map(tuple, cells))),))
    against = against or known()
    return _codes(check(read, against, origin_of(read, 1, "test", against.on)))


def _here(data: bytes) -> set[str]:
    """What checking a workbook finds, its cells read in this process."""
    answer = reading_child.read(data, "xlsx", {**dataclasses.asdict(limits()), "behind": 1})
    read = ReadFile("a.xlsx", hashlib.sha256(data).hexdigest(), "xlsx", sheets_of(answer))
    return _codes(check(read, known(), origin_of(read, len(data), "test", known().on)))


@cache
def _factor_rows() -> dict[tuple[str, str], set[str]]:
    """The codes of every example of this way, all of them rows of one file."""
    written = [
        (entry.tried.partition(" ")[2], text)
        for entry in catalogue().values()
        if entry.tried.partition(" ")[0] == "factor"
        for text in (entry.bad, entry.good)
    ]
    rows = [
        good_row(number, **({argument: text_of(text)} if argument else answers_of(text)))
        for number, (argument, text) in enumerate(written)
    ]
    found: dict[int, set[str]] = {}
    for one in checked_here("a.csv", csv_bytes(grid(*rows))).findings:
        found.setdefault(one.place["row"], set()).add(one.code)
    return {place: found.get(number + 3, set()) for number, place in enumerate(written)}


def factor(argument: str, text: str, _) -> set[str]:
    """A good factor row with other answers."""
    return _factor_rows()[argument, text]


def peers(argument: str, text: str, _) -> set[str]:
    """A factor row beside five released peers of like value."""
    held = {("diesel", "direct_ef", "kgCO2", "energy"): (5, Fraction("0.0726"))}
    doubt = dataclasses.replace(known().plausibility, peers=held)
    cells = grid(good_row(**{argument: text}))
    return _rows(cells, dataclasses.replace(known(), plausibility=doubt))


def names(_, text: str, __) -> set[str]:
    """A file with these columns."""
    wanted = listed(text, NAMES)
    return _csv([wanted, [good_row().get(name, "1") for name in wanted]])


def header(argument: str, text: str, _) -> set[str]:
    """The template with a column under these names."""
    titles = listed(text)
    at = column(argument)
    cells = [[*row[:at], *([row[at]] * len(titles)), *row[at + 1 :]] for row in ONE]
    cells[1][at : at + len(titles)] = titles
    return _csv(cells)


def rows(_, text: str, __) -> set[str]:
    """So many rows of answers."""
    return _csv(grid(*[good_row(n + 1) for n in range(int(text))]))


def keys(_, text: str, __) -> set[str]:
    """One row per key."""
    return _csv(grid(*[good_row(n, record_key=key) for n, key in enumerate(listed(text))]))


def line(_, text: str, __) -> set[str]:
    """A row of these cells below the header."""
    return _csv(
        [*ONE[:2], [c for part in listed(text) for c in (ONE[2] if part == "…" else [part])]]
    )


def characters(_, text: str, __) -> set[str]:
    """A remark of so many characters."""
    return _rows(grid(good_row(note="x" * int(text))))


def cell(argument: str, text: str, _) -> set[str]:
    """A cell of a workbook: a formula with or without its value, a number, a text."""
    shown, _, kind = text.partition(" (")

    def write(_book, page) -> None:
        place = (2, column(argument))
        if shown.startswith("="):
            page.write_formula(*place, shown, None, kind.rstrip(")"))
        elif kind == "number)":
            page.write_number(*place, float(shown))
        else:
            page.write_string(*place, shown)

    cells = [list(row) for row in ONE]
    cells[2][column(argument)] = ""
    return _here(xlsx(cells, more=write))


def merged(_, text: str, __) -> set[str]:
    """Ranges of cells merged."""

    def merge(_book, page) -> None:
        for place in listed(text):
            if ":" in place:
                page.merge_range(place, "FUEL-01")

    cells = grid(good_row(1), good_row(2))
    cells[2][0] = cells[3][0] = ""
    return _here(xlsx(cells, more=merge))


def hidden(_, text: str, __) -> set[str]:
    """A row, a column or the sheet hidden."""
    what, _, where = text.partition(" ")

    def hide(book, page) -> None:
        if what == "row":
            page.set_row(int(where) - 1, None, None, {"hidden": True})
        elif what == "column":
            page.set_column(f"{where}:{where}", 10, None, {"hidden": True})
        elif what == "sheet":
            book.add_worksheet("填报说明").activate()
            page.hide()

    return _here(xlsx(grid(good_row(1), good_row(2)), more=hide))


def sheet(argument: str, text: str, _) -> set[str]:
    """A further sheet of this name, or the source sheet with these columns."""

    def add(book, _page) -> None:
        page = book.add_worksheet(argument or text)
        page.write_row(0, 0, listed(text) if argument else ["x"])

    return _here(xlsx(ONE, more=add))


def source_sheet(_, text: str, __) -> set[str]:
    """The sheet of sources with these columns."""
    return sheet("来源与授权", text, None)


def header_row(_, text: str, __) -> set[str]:
    """The row of column names stands in this row."""
    return _rows([*[["2025 年填报"]] * (int(text) - 2), *ONE])


def stamp(_, text: str, __) -> set[str]:
    """The template's version as the workbook states it."""
    return _rows([[*ONE[0], text], *ONE[1:]])


def encoding(_, text: str, __) -> set[str]:
    """A CSV in this encoding."""
    return _codes(checked_here("a.csv", csv_bytes(ONE, text)))


def delimiter(_, text: str, __) -> set[str]:
    """A CSV with this between its cells."""
    return _codes(checked_here("a.csv", csv_bytes(ONE, delimiter=text)))


def template(kind: str):
    """An answer of another template, which is else as its examples are."""

    def tried(argument: str, text: str, _) -> set[str]:
        table, _, name = argument.partition(".")
        return _codes(of_template(kind, (table, 2, name, text_of(text))))

    return tried


def sheets(_, text: str, __) -> set[str]:
    """An inventory of these sheets alone, its rows the examples of the template."""
    wanted = listed(text)
    made = tuple(
        SubmittedSheet(name, tuple(tuple(row) for row in rows))
        for name, rows in template_rows("inventory").items()
        if name in wanted
    )
    read = ReadFile("a.xlsx", "ab" * 32, "xlsx", made)
    return _codes(check(read, known(), origin_of(read, 1, "test", known().on)))


def left_out(_, text: str, __) -> set[str]:
    """Why a run leaves a submitted row out."""
    found = checked_here("a.csv", csv_bytes(grid(good_row(**answers_of(text)))))
    tables = tables_of_rows(found.sheets["factor"], known().flows, found.origin, good_only=True)
    return set(tables["skipped_row"]["reason_code"])


def zoo(_, text: str, __) -> set[str]:
    """A file of the zoo, by its name; every one of them is checked by the zoo's own test."""
    name = text.partition(":")[0]
    return set() if name in CONTROLS else _ZOO[name]


def upgrade(_, text: str, tools: Tools) -> set[str]:
    """A workbook that says this about itself, brought up to date."""
    top = [[*TITLES, text], NAMES]
    path = tools.folder / "old.xlsx"
    path.write_bytes(xlsx([*top, ONE[2]]))
    return tools.command(f"tanyuan template upgrade {path} -o {tools.folder / 'new.xlsx'}")


WAYS = {
    "factor": factor, "peers": peers, "names": names, "header": header, "rows": rows,
    "keys": keys, "line": line, "characters": characters, "cell": cell, "merged": merged,
    "hidden": hidden, "sheet": sheet, "source-sheet": source_sheet, "header-row": header_row,
    "stamp": stamp, "encoding": encoding, "delimiter": delimiter,
    "inventory": template("inventory"), "population": template("population"),
    "left-out": left_out, "sheets": sheets, "zoo": zoo, "upgrade": upgrade,
}  # fmt: skip
