"""Where each submitted sheet stands in a workbook rebuilt from the template.

Belongs here: which form a sheet answers, by how many rows it moves, which columns it lacks.
Cells keep their place wherever the file already had two header rows, so that D14 in a
finding is D14 in the returned workbook. Does not belong here: writing (``filled``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.desk.layout import (
    DATA_ROW,
    NAME_ROW,
    WITHOUT_ANSWERS,
    Header,
    find_header,
    form_of_sheet,
    read_stamp,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.desk.submitted import SubmittedSheet, SubmittedWorkbook
    from schemas.form import Ask, Form, Template

_CELL = re.compile(r"^\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})$")


@dataclass(frozen=True)
class PlacedSheet:
    """One sheet of the rebuilt workbook.

    Attributes:
        name: its name there.
        form: the form it answers; None for a sheet the template does not know.
        given: the submitter's sheet; None when it was not handed in.
        header: where the submitter's machine names stand; None when not found.
        moved: rows by which the submitter's cells move down.
        columns: column to what it asks, in the rebuilt sheet.
        lacking: machine names the submitter's sheet did not have.
    """

    name: str
    form: Form | None
    given: SubmittedSheet | None
    header: Header | None = None
    moved: int = 0
    columns: dict[int, Ask] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()

    @property
    def name_row(self) -> int:
        """Row of the machine names in the rebuilt sheet."""
        return NAME_ROW if self.header is None else self.header.row + self.moved

    @property
    def first_row(self) -> int:
        """First row below the headers in the rebuilt sheet."""
        return self.name_row + DATA_ROW - NAME_ROW

    @property
    def width(self) -> int:
        """How many columns the rebuilt sheet uses, the stamp not counted."""
        given = max((_used(row) for row in self.given.rows), default=0) if self.given else 0
        return max(given, max(self.columns, default=-1) + 1)

    def place(self, row: int, column: int) -> tuple[int, int]:
        """Where a cell of the submitter's sheet stands in the rebuilt one."""
        return row + self.moved, column


def _used(row: tuple[str, ...]) -> int:
    last = len(row)
    while last and (not row[last - 1] or read_stamp(row[last - 1])):
        last -= 1
    return last


def place_sheets(submitted: SubmittedWorkbook, template: Template) -> list[PlacedSheet]:
    """Every sheet of the rebuilt workbook: the template's in order, then the submitter's own.

    Args:
        submitted: what was handed in.
        template: the template it answers.

    Returns:
        The sheets; instructions, code lists and an older list of problems are left out, for
        they are written anew.
    """
    left = [s for s in submitted.sheets if s.name.strip() not in WITHOUT_ANSWERS]
    placed: list[PlacedSheet] = []
    for form in template.forms:
        given = next((s for s in left if form_of_sheet(template, s.name) is form), None)
        if given is None:
            given = _by_header(left, form, template)
        if given is not None:
            left.remove(given)
        placed.append(_placed(form, given))
    return placed + as_they_are(left, {sheet.name for sheet in placed})


def as_they_are(sheets: Iterable[SubmittedSheet], taken: Iterable[str] = ()) -> list[PlacedSheet]:
    """Sheets no template knows, each under a name that is free and allowed.

    Args:
        sheets: the sheets.
        taken: names of other sheets of the workbook.
    """
    names = {name.casefold() for name in (*taken, *WITHOUT_ANSWERS)}
    placed = []
    for sheet in sheets:
        name = _free_name(sheet.name, names)
        names.add(name.casefold())
        placed.append(PlacedSheet(name, None, sheet))
    return placed


def _by_header(left: list[SubmittedSheet], form: Form, template: Template) -> SubmittedSheet | None:
    """A sheet of no known name whose header names this form's columns more than any other's."""
    for sheet in left:
        if form_of_sheet(template, sheet.name) is not None:
            continue
        found = find_header(sheet.rows, form)
        others = (find_header(sheet.rows, other) for other in template.forms if other is not form)
        if found and all(o is None or len(o.columns) < len(found.columns) for o in others):
            return sheet
    return None


def _placed(form: Form, given: SubmittedSheet | None) -> PlacedSheet:
    if given is None:
        return PlacedSheet(form.sheet, form, None, columns=dict(enumerate(form)))
    header = find_header(given.rows, form) or _by_titles(given, form)
    if header is None:
        # Nothing can be told apart: the submitter's cells stay as they are.
        return PlacedSheet(form.sheet, form, given)
    columns = {place: form[name] for name, place in header.columns.items()}
    lacking = tuple(name for name in form.names if name not in header.columns)
    right = max((_used(row) for row in given.rows), default=0)
    columns |= {right + step: form[name] for step, name in enumerate(lacking)}
    moved = max(0, NAME_ROW - header.row)
    return PlacedSheet(form.sheet, form, given, header, moved, columns, lacking)


def _by_titles(given: SubmittedSheet, form: Form) -> Header | None:
    """The header of a sheet whose row of machine names was deleted: the titles stand in row 1."""
    names = {ask.field.title_zh: ask.name for ask in form}
    found = [(c, names.get(text.strip().removesuffix("*").strip()))
             for c, text in enumerate(given.rows[0] if given.rows else ())]  # fmt: skip
    columns: dict[str, int] = {}
    for column, name in found:
        if name is not None:
            columns.setdefault(name, column)
    return Header(0, columns) if len(columns) >= 2 else None


def _free_name(name: str, taken: set[str]) -> str:
    """A sheet name the file format allows and nothing else has taken."""
    clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip().strip("'")[:31] or "Sheet"
    found, number = clean, 1
    while found.casefold() in taken or found.casefold() == "history":
        number += 1
        found = f"{clean[:26]} {number}"
    return found


def cell_of(name: str) -> tuple[int, int] | None:
    """Row and column of a cell name, counted from 0; None when it names no cell.

    Example:
        >>> cell_of("D14"), cell_of("AB2"), cell_of("因子")
        ((13, 3), (1, 27), None)
    """
    match = _CELL.match(name.strip().upper())
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1
