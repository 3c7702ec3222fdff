"""An older template brought up to date: answers carried over, what is newly asked listed.

Belongs here: following the declared history of a template from the version a workbook was
filled in to the present one. Does not belong here: the history itself (``schemas.submission``),
writing sheets (``filled``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipelines.desk.intake_limits import read_limits
from pipelines.desk.layout import (
    DATA_ROW,
    EXAMPLE_MARK,
    WITHOUT_ANSWERS,
    Header,
    find_names,
    form_of_sheet,
    is_example,
    read_stamp,
)
from pipelines.desk.long_texts import put_back
from pipelines.desk.reading import read_file
from pipelines.desk.submitted import SubmittedSheet, SubmittedWorkbook
from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from schemas.form import version_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from schemas.form import Edition, Form, Template


@dataclass(frozen=True)
class Carried:
    """What an upgrade did.

    Attributes:
        workbook: the answers in the columns of the present version.
        before: version the workbook was filled in; the first when it stated none.
        after: the present version.
        asked: columns asked since, as ``(table, name)``.
        renamed: columns under a new name, as ``(table, old, new)``.
        dropped: columns no longer asked that held answers, as ``(table, name)``; they stay,
            right of the others.
        cells: answers carried over.
        rows: rows with answers.
    """

    workbook: SubmittedWorkbook
    before: str
    after: str
    asked: tuple[tuple[str, str], ...] = ()
    renamed: tuple[tuple[str, str, str], ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()
    cells: int = 0
    rows: int = 0


@dataclass
class _Moved:
    sheet: SubmittedSheet
    cells: int = 0
    rows: int = 0
    dropped: list[str] = field(default_factory=list)


def carry_over(submitted: SubmittedWorkbook, template: Template) -> Carried:
    """The answers of an older workbook in the columns of the present template.

    A column keeps its answers under its new name; a column no longer asked and a column of
    the submitter's own keep theirs at the right; every data row keeps its order and text.

    Args:
        submitted: the workbook as read.
        template: the template in its present version, with its history.

    Returns:
        The workbook and what was done. Answers in = answers carried over.

    Raises:
        UnreadableInput: the workbook is of a later version than this program knows.
    """
    stated = _stated(submitted.sheets)
    before = submitted.template_version or (stated[1] if stated else template.history[0].version)
    if version_key(before) > version_key(template.version):
        raise UnreadableInput(
            finding("W-TPL-03", file=submitted.name, value=before, expected=[template.version])
        )
    since = [e for e in template.history if version_key(e.version) > version_key(before)]
    sheets, dropped, cells, rows = [], [], 0, 0
    for sheet in submitted.sheets:
        if sheet.name.strip() in WITHOUT_ANSWERS:
            continue
        form = form_of_sheet(template, sheet.name)
        if form is None and submitted.format == "csv":
            form = template.main
        if form is None:
            sheets.append(sheet)
            continue
        moved = _moved(sheet, form, since)
        sheets.append(moved.sheet)
        dropped += [(form.table, name) for name in moved.dropped]
        cells, rows = cells + moved.cells, rows + moved.rows
    return Carried(
        replace(submitted, sheets=tuple(sheets), template_version=template.version),
        before,
        template.version,
        tuple(p for e in since for p in e.added if _is_asked(template, *p)),
        tuple(p for e in since for p in e.renamed),
        tuple(dropped),
        cells,
        rows,
    )


def _is_asked(template: Template, table: str, name: str) -> bool:
    return any(form.table == table and name in form for form in template.forms)


def _stated(sheets: tuple[SubmittedSheet, ...]) -> tuple[str, str] | None:
    """Kind and version from the first stamp among the top rows."""
    texts = (text for s in sheets for row in s.rows[:DATA_ROW] for text in row)
    return next((found for found in map(read_stamp, texts) if found), None)


def _new_names(form: Form, since: list[Edition]) -> dict[str, str]:
    """Old machine name to present one, through every rename on the way."""
    names: dict[str, str] = {}
    for edition in since:
        for table, old, new in edition.renamed:
            if table == form.table:
                names = {k: new if v == old else v for k, v in names.items()} | {old: new}
    return names


def _moved(sheet: SubmittedSheet, form: Form, since: list[Edition]) -> _Moved:
    names = _new_names(form, since)
    gone = {n for e in since for table, n in e.removed if table == form.table}
    header = find_names(sheet.rows, frozenset(form.names) | names.keys() | gone)
    if header is None:
        return _Moved(sheet)
    targets, right = _targets(sheet, form, header, names)
    titles = tuple(ask.field.title_zh for ask in form)
    rows = [titles + tuple(title for title, _ in right), form.names + tuple(n for _, n in right)]
    kinds: dict[tuple[int, int], str] = {}
    formulas: dict[tuple[int, int], str] = {}
    moved = _Moved(sheet)
    held: set[str] = set()
    for number in range(header.row + 1, len(sheet.rows)):
        cells = sheet.rows[number]
        if is_example(cells) or not any(cells):
            continue
        made = [""] * (len(form.names) + len(right))
        for source, text in enumerate(cells):
            if not text or source not in targets:
                continue
            target = targets[source]
            made[target] = text
            place = (len(rows), target)
            kinds |= {place: sheet.kinds[number, source]} if (number, source) in sheet.kinds else {}
            if (number, source) in sheet.formulas:
                formulas[place] = sheet.formulas[number, source]
            moved.cells += 1
            if target >= len(form.names):
                held.add(right[target - len(form.names)][1])
        rows.append(tuple(made))
        moved.rows += 1
    # The example row is the new template's own; it keeps data below row 3.
    example = (EXAMPLE_MARK, *[ask.example for ask in form][1:])
    rows.insert(DATA_ROW, example)
    moved.sheet = SubmittedSheet(form.sheet, tuple(rows), _down(kinds), _down(formulas))
    moved.dropped = [name for name in gone if name in held]
    return moved


def _down(places: Mapping[tuple[int, int], str]) -> dict[tuple[int, int], str]:
    return {(row + 1, column): text for (row, column), text in places.items()}


def _targets(
    sheet: SubmittedSheet, form: Form, header: Header, names: Mapping[str, str]
) -> tuple[dict[int, int], list[tuple[str, str]]]:
    """Old column to new column, and title and name of the columns kept at the right."""
    order = {name: place for place, name in enumerate(form.names)}
    targets: dict[int, int] = {}
    right: list[tuple[str, str]] = []
    width = max((len(row) for row in sheet.rows), default=0)
    heads = sheet.rows[header.row]
    titles = sheet.rows[header.row - 1] if header.row else ()
    for column in range(width):
        head = heads[column].strip() if column < len(heads) else ""
        name = names.get(head, head)
        if name in order and order[name] not in targets.values():
            targets[column] = order[name]
            continue
        title = titles[column] if column < len(titles) else ""
        below = (row[column] for row in sheet.rows[header.row + 1 :] if column < len(row))
        if head or (title and not read_stamp(title)) or any(below):
            targets[column] = len(form.names) + len(right)
            right.append(("" if read_stamp(title) else title, head))
    return targets, right


def read_filled(path: Path, seeds: Path) -> SubmittedWorkbook:
    """A filled workbook, read as every submission is.

    Args:
        path: the file.
        seeds: the seeds folder, for the limits of intake.

    Returns:
        What it holds, its kind known.

    Raises:
        UnreadableInput: the file is missing, refused by the intake, or no template.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableInput(finding("E-SEED-06", file=path.name)) from error
    found = read_file(path.name, data, read_limits(seeds))
    if found.faults:
        raise UnreadableInput(list(found.faults))
    stated = _stated(found.sheets)
    if stated is None:
        raise UnreadableInput(finding("W-TPL-02", file=path.name))
    sheets = put_back(found.sheets)
    return SubmittedWorkbook(found.name, found.sha256, found.format or "", *stated, sheets)
