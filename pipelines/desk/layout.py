"""Where things stand in a submission workbook: sheets, header rows, the version stamp.

Belongs here: the names of the sheets without data, the place of headers and data, how an
example row and a version are recognised. Does not belong here: which columns are asked
(``schemas.submission``), reading and writing of files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.form import Form, Template

INSTRUCTIONS_SHEET = "填报说明"
CODES_SHEET = "码表"
PROBLEMS_SHEET = "问题清单"
LONG_TEXT_SHEET = "超长文字"
UPGRADE_SHEET = "升级说明"
# Sheets that hold nothing a submitter answers; reading passes them over.
WITHOUT_ANSWERS = frozenset(
    {INSTRUCTIONS_SHEET, CODES_SHEET, PROBLEMS_SHEET, LONG_TEXT_SHEET, UPGRADE_SHEET}
)

TITLE_ROW = 0  # Chinese titles
NAME_ROW = 1  # machine names
DATA_ROW = 2  # the example row, then data
EXAMPLE_MARK = "示例"
_STAMP = re.compile(r"^模板 Template (factor|inventory|population) ([0-9]+\.[0-9]+)$")


@dataclass(frozen=True)
class Header:
    """Where the machine names stand on a sheet, and in which column each.

    Attributes:
        row: row of the machine names, counted from 0; data begin below it.
        columns: machine name to column, counted from 0; a repeated name's first column.
        repeated: names that stand in more than one column.
        unknown: column to text, for header cells that name no asked column.
    """

    row: int
    columns: dict[str, int]
    repeated: tuple[str, ...] = ()
    unknown: tuple[tuple[int, str], ...] = ()


def stamp(template: Template, version: str | None = None) -> str:
    """The text that states kind and version on every sheet.

    Example:
        >>> from schemas.submission_product import TEMPLATES
        >>> stamp(TEMPLATES["factor"])
        '模板 Template factor 1.0'
    """
    return f"模板 Template {template.kind} {version or template.version}"


def read_stamp(text: str) -> tuple[str, str] | None:
    """Kind and version from a stamp, or None when the text is none.

    Example:
        >>> read_stamp("模板 Template factor 1.0")
        ('factor', '1.0')
    """
    match = _STAMP.match(text.strip())
    return (match[1], match[2]) if match else None


def form_of_sheet(template: Template, name: str) -> Form | None:
    """The form a sheet name means: Chinese name, machine name or English name.

    Example:
        >>> from schemas.submission_product import TEMPLATES
        >>> form_of_sheet(TEMPLATES["inventory"], "exchange").sheet
        '过程的行'
    """
    wanted = name.strip()
    for form in template.forms:
        if wanted == form.sheet or wanted.casefold() in {form.table, form.title_en.casefold()}:
            return form
    return None


def is_example(row: Sequence[str]) -> bool:
    """Whether a row is the template's example: its first cell says so.

    Example:
        >>> is_example(("示例", "0.58")), is_example(("K-1", "0.58"))
        (True, False)
    """
    return bool(row) and row[0].strip() == EXAMPLE_MARK


def find_header(rows: Sequence[Sequence[str]], form: Form, *, within: int = 20) -> Header | None:
    """The header of a sheet: the first row among the top ones that names most columns.

    Args:
        rows: (n) rows of cell texts.
        form: the sheet's form.
        within: how many rows from the top are looked at.

    Returns:
        Where the machine names stand, or None when no row names two asked columns (or the
        only one).
    """
    return find_names(rows, frozenset(form.names), within=within)


def find_names(
    rows: Sequence[Sequence[str]], known: frozenset[str], *, within: int = 20
) -> Header | None:
    """The header of a sheet by any set of machine names; see ``find_header``."""
    best, most = -1, 0
    for number, row in enumerate(rows[:within]):
        hits = len(known & {cell.strip() for cell in row})
        if hits > most:
            best, most = number, hits
    if most < min(2, len(known)):
        return None
    columns: dict[str, int] = {}
    repeated: list[str] = []
    unknown: list[tuple[int, str]] = []
    for place, cell in enumerate(rows[best]):
        name = cell.strip()
        if name in columns:
            repeated.append(name)
        elif name in known:
            columns[name] = place
        elif name:
            unknown.append((place, name))
    return Header(best, columns, tuple(dict.fromkeys(repeated)), tuple(unknown))
