"""Which template a file follows, and in which version.

Belongs here: kind and version from the stamp, else from the sheets and headers. Does not
belong here: whether every sheet and column is there (``structure``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.desk.layout import find_header, form_of_sheet, read_stamp
from pipelines.desk.submitted import SubmittedSheet, SubmittedWorkbook
from schemas.submission_product import TEMPLATES

if TYPE_CHECKING:
    from pipelines.desk.reading import ReadFile
    from schemas.form import Template

_STAMPED_ROWS = 3


def recognise(read: ReadFile) -> SubmittedWorkbook:
    """A file read, with its kind and template version as far as they can be told.

    The sheet of a CSV gets the name of the sheet it stands for.
    """
    kind, version = _stamped(read.sheets)
    if kind is None:
        kind = _by_sheets(read) or _by_headers(read)
    sheets = read.sheets
    if read.format == "csv" and kind is not None:
        sheets = (replace(sheets[0], name=TEMPLATES[kind].main.sheet),)
    return SubmittedWorkbook(read.name, read.sha256, read.format or "", kind, version, sheets)


def _stamped(sheets: tuple[SubmittedSheet, ...]) -> tuple[str | None, str | None]:
    for sheet in sheets:
        for row in sheet.rows[:_STAMPED_ROWS]:
            for text in row:
                found = read_stamp(text) if text.startswith("模板") else None
                if found is not None:
                    return found
    return None, None


def _by_sheets(read: ReadFile) -> str | None:
    """The template whose main sheet is there; several main sheets decide nothing."""
    found = [
        kind
        for kind, template in TEMPLATES.items()
        if any(form_of_sheet(template, s.name) is template.main for s in read.sheets)
    ]
    return found[0] if len(found) == 1 else None


def _by_headers(read: ReadFile) -> str | None:
    """The template whose main sheet's columns one of the headers names most of."""
    scores = {kind: _share(template, read) for kind, template in TEMPLATES.items()}
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] * 2 >= 1 else None


def _share(template: Template, read: ReadFile) -> float:
    """The largest share of the main sheet's required columns that a sheet's header names."""
    required = {ask.name for ask in template.main if ask.required}
    shares = [0.0]
    for sheet in read.sheets:
        header = find_header(sheet.rows, template.main)
        if header is not None:
            shares.append(len(required & header.columns.keys()) / len(required))
    return max(shares)
