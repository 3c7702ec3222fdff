"""Structure: the sheets and columns a template asks, and cells that are no plain answers.

Belongs here: what can be said of a file before any answer is read: sheets, headers, formulas,
hidden and merged cells, characters. Does not belong here: what an answer means (``answers``).
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from pipelines.desk.cell_text import cell_fault
from pipelines.desk.layout import (
    DATA_ROW,
    NAME_ROW,
    WITHOUT_ANSWERS,
    find_header,
    form_of_sheet,
    is_example,
)
from pipelines.desk.notes import FilledRow, FilledSheet, Notebook
from pipelines.desk.submitted import cell_name
from pipelines.findings import finding
from schemas.form import version_key
from schemas.submission_product import TEMPLATES

if TYPE_CHECKING:
    from pipelines.desk.intake_limits import IntakeLimits
    from pipelines.desk.layout import Header
    from pipelines.desk.submitted import SubmittedSheet, SubmittedWorkbook
    from schemas.form import Form, Template

_NEAR = 3


def filled_sheets(
    book: SubmittedWorkbook, limits: IntakeLimits, notes: Notebook
) -> dict[str, FilledSheet]:
    """The sheets of answers of a file; what speaks against its structure is noted.

    Args:
        book: the file as read.
        limits: how far down a header is looked for.
        notes: where findings go; it is marked refused when no row can be read at all.

    Returns:
        Machine name of a form to its sheet; a sheet that cannot be read is left out.
    """
    if book.kind is None:
        notes.refuse("E-FORM-01", expected=[t.main.sheet for t in TEMPLATES.values()])
        return {}
    template = TEMPLATES[book.kind]
    _check_version(book, template, notes)
    found: dict[str, FilledSheet] = {}
    for sheet in book.sheets:
        form = form_of_sheet(template, sheet.name)
        if form is None and _is_only_main(book, template, sheet):
            form = template.main
        if form is None:
            if sheet.name not in WITHOUT_ANSWERS and any(any(r) for r in sheet.rows):
                notes.of_sheet("W-FORM-30", sheet.name, expected=[f.sheet for f in template.forms])
        elif form.table in found:
            notes.refuse("E-FORM-03", sheet=sheet.name, column=form.sheet, value=sheet.name)
        else:
            filled = _filled(sheet, form, limits, notes, is_csv=book.format == "csv")
            if filled is not None:
                found[form.table] = filled
    _require_main(template, found, notes)
    return {} if notes.is_refused else found


def _is_only_main(book: SubmittedWorkbook, template: Template, sheet: SubmittedSheet) -> bool:
    """Whether a sheet under another name is the main sheet: its columns say so, no other is."""
    if any(form_of_sheet(template, s.name) is template.main for s in book.sheets):
        return False
    header = find_header(sheet.rows, template.main)
    required = [a.name for a in template.main if a.required]
    return header is not None and 2 * len(header.columns.keys() & set(required)) >= len(required)


def _check_version(book: SubmittedWorkbook, template: Template, notes: Notebook) -> None:
    version = book.template_version
    if version is None or version == template.version:
        return
    known = version in {edition.version for edition in template.history}
    is_newer = version_key(version) > version_key(template.version)
    code = "W-FORM-27" if is_newer or not known else "W-FORM-26"
    notes.findings.append(
        finding(code, file=notes.file, value=version, expected=[template.version])
    )


def _require_main(template: Template, found: dict[str, FilledSheet], notes: Notebook) -> None:
    if notes.is_refused:
        return
    needed = [f for f in template.forms if f.is_main]
    for form in needed:
        filled = found.get(form.table)
        if filled is None:
            notes.refuse("E-FORM-01", sheet=form.sheet, expected=[form.sheet])
        elif not filled.rows:
            notes.refuse("E-FORM-04", sheet=filled.sheet.name)


def _filled(
    sheet: SubmittedSheet, form: Form, limits: IntakeLimits, notes: Notebook, *, is_csv: bool
) -> FilledSheet | None:
    header = find_header(sheet.rows, form, within=limits.search_rows)
    if header is None:
        if form.is_main:
            notes.refuse("E-FORM-01", sheet=sheet.name, expected=[form.sheet])
        elif any(any(row) for row in sheet.rows):
            notes.of_sheet("E-FORM-18", sheet.name, expected=list(form.names[:6]))
        return None
    if not _check_header(sheet, form, header, notes):
        return None
    if header.row != NAME_ROW and not (is_csv and header.row == 0):
        notes.of_sheet("W-FORM-21", sheet.name, value=header.row + 1, expected=[str(NAME_ROW + 1)])
    rows, empty = _rows(sheet, header, start=header.row + DATA_ROW - NAME_ROW)
    filled = FilledSheet(form, sheet, header, rows, empty)
    _check_cells(filled, limits, notes)
    _check_hidden(filled, notes)
    return filled


def _check_header(sheet: SubmittedSheet, form: Form, header: Header, notes: Notebook) -> bool:
    """Whether every needed column stands exactly once; unknown ones are kept and named."""
    told = notes.refuse if form.is_main else notes.of_sheet
    is_whole = True
    strange = [text for _, text in header.unknown]
    for ask in form:
        if ask.required and ask.name not in header.columns:
            near = difflib.get_close_matches(ask.name, strange, _NEAR, 0.5)
            near += [t for t in strange if ask.field.title_zh in t and t not in near]
            told("E-FORM-02", sheet=sheet.name, column=ask.name, expected=near or [ask.name])
            is_whole = False
    for name in header.repeated:
        told("E-FORM-03", sheet=sheet.name, column=name, value=name)
        is_whole = False
    for column, text in header.unknown:
        notes.findings.append(
            finding(
                "W-FORM-20", file=notes.file, sheet=sheet.name, cell=cell_name(header.row, column),
                row=header.row + 1, value=text[:80],
                expected=difflib.get_close_matches(text, form.names, _NEAR, 0.5),
            )
        )  # fmt: skip
    return is_whole


def _rows(sheet: SubmittedSheet, header: Header, start: int) -> tuple[list[FilledRow], int]:
    """Rows that hold answers, and how many between header and last row hold none."""
    rows, empty, waiting = [], 0, 0
    columns = list(header.columns.items())
    for number in range(start, len(sheet.rows)):
        cells = sheet.rows[number]
        texts = {n: cells[c] for n, c in columns if c < len(cells) and cells[c].strip()}
        has_formula = (
            any((number, c) in sheet.formulas for _, c in columns) if (sheet.formulas) else False
        )
        if is_example(cells):
            empty += waiting + 1
            waiting = 0
        elif texts or has_formula:
            empty += waiting
            waiting = 0
            rows.append(FilledRow(number, texts))
        else:
            waiting += 1
    return rows, empty


def _check_cells(filled: FilledSheet, limits: IntakeLimits, notes: Notebook) -> None:
    """Cells that hold no plain answer, and rows that are no rows of answers."""
    names = {column: name for name, column in filled.header.columns.items()}
    formulas = filled.sheet.formulas
    width = len(filled.sheet.rows[filled.header.row])
    for row in filled.rows:
        if {t.strip() for t in row.texts.values()} <= {*row.texts, *_titles(filled.form)}:
            notes.at_cell("E-FORM-12", filled, row.number, 0, None, row=row)
            continue
        for name, text in row.texts.items():
            column = filled.header.columns[name]
            is_error = filled.sheet.kinds.get((row.number, column)) == "error"
            code = "E-FORM-13" if is_error else cell_fault(text, limits.cell_characters)
            if code is not None:
                notes.at(code, filled, row, name)
        beyond = [t for t in filled.sheet.rows[row.number][width:] if t.strip()]
        if beyond:
            notes.at_cell("E-FORM-16", filled, row.number, width, None, value=beyond[0], row=row)
    if formulas:
        by_number = {row.number: row for row in filled.rows}
        for number, column in sorted(formulas):
            if number in by_number and column in names:
                text = (
                    filled.sheet.rows[number][column]
                    if (column < len(filled.sheet.rows[number]))
                    else ""
                )
                notes.at_cell(
                    "E-FORM-06" if text.strip() else "E-FORM-17", filled, number, column,
                    names[column], value=f"={formulas[number, column]}", row=by_number[number],
                )  # fmt: skip
    _check_merged(filled, notes)


def _titles(form: Form) -> set[str]:
    return {ask.field.title_zh for ask in form}


def _check_merged(filled: FilledSheet, notes: Notebook) -> None:
    by_number = {row.number: row for row in filled.rows}
    names = {column: name for name, column in filled.header.columns.items()}
    for first, left, last, _ in filled.sheet.merged:
        held = [by_number[n] for n in range(first, last + 1) if n in by_number]
        if held and last > filled.header.row:
            for row in held:
                notes.at_cell(
                    "E-FORM-10", filled, row.number, left, names.get(left),
                    value=filled.sheet.rows[first][left][:80], row=row,
                )  # fmt: skip


def _check_hidden(filled: FilledSheet, notes: Notebook) -> None:
    sheet = filled.sheet
    if sheet.hidden:
        notes.of_sheet("W-FORM-24", sheet.name)
    for row in filled.rows:
        if row.number in sheet.hidden_rows:
            notes.at_cell("W-FORM-22", filled, row.number, 0, None)
    used = {name: c for name, c in filled.header.columns.items() if c in sheet.hidden_columns}
    for name, column in used.items():
        if any(name in row.texts for row in filled.rows):
            notes.at_cell("W-FORM-23", filled, filled.header.row, column, name)
