"""Filled sheets and rows as the checks see them, and the book in which they note findings.

Belongs here: a row with its texts and what they were read as, the noting of a finding at a
cell. Does not belong here: any check.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pipelines.desk.submitted import cell_name
from pipelines.findings import Finding, finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.desk.layout import Header
    from pipelines.desk.submitted import SubmittedSheet
    from schemas.form import Form

LONGEST_SHOWN = 200


@dataclass
class FilledRow:
    """One row of answers.

    Attributes:
        number: row of the sheet, counted from 0.
        texts: answers as found, by machine name; blank ones are left out.
        values: what they were read as: exact numbers, days, codes, texts.
        faults: codes of the errors noted on the row.
        bad: machine names of the answers that errors were noted on.
    """

    number: int
    texts: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    faults: set[str] = field(default_factory=set)
    bad: set[str] = field(default_factory=set)

    @property
    def is_good(self) -> bool:
        """Whether no error stands against the row."""
        return not self.faults


@dataclass
class FilledSheet:
    """One sheet of answers: its form, where its header stands, its rows that are not blank.

    Attributes:
        form: the form it fills in.
        sheet: the sheet as handed in.
        header: where its columns stand.
        rows: rows with answers, the example row left out.
        empty: blank rows between the header and the last row, and the example row.
    """

    form: Form
    sheet: SubmittedSheet
    header: Header
    rows: list[FilledRow]
    empty: int


class Notebook:
    """Where the checks of one file note what they find, in order."""

    def __init__(self, file: str) -> None:
        """Begin with nothing noted."""
        self.file = file
        self.findings: list[Finding] = []
        self.is_refused = False

    def refuse(self, code: str, *, sheet: str | None = None, **words: Any) -> None:
        """Note why the whole file is refused."""
        self.is_refused = True
        self.findings.append(finding(code, file=self.file, sheet=sheet, **words))

    def of_sheet(self, code: str, sheet: str, **words: Any) -> None:
        """Note something about a sheet."""
        self.findings.append(finding(code, file=self.file, sheet=sheet, **words))

    def at(
        self,
        code: str,
        filled: FilledSheet,
        row: FilledRow,
        name: str,
        /,
        *,
        expected: Sequence[str] = (),
        **words: Any,
    ) -> None:
        """Note something about an answer; an error keeps the row back."""
        self.at_cell(
            code, filled, row.number, filled.header.columns.get(name), name,
            value=row.texts.get(name), expected=expected, row=row, **words,
        )  # fmt: skip

    def add(
        self,
        found: Finding,
        filled: FilledSheet | None = None,
        row: FilledRow | None = None,
        name: str | None = None,
    ) -> None:
        """Note what another room found, at its cell where it names one."""
        place = {**found.place, "file": self.file}
        if filled is not None and row is not None:
            column = filled.header.columns.get(name or "")
            place["sheet"] = filled.sheet.name
            if column is not None:
                place["cell"] = cell_name(row.number, column)
            if found.severity == "error":
                row.faults.add(found.code)
                row.bad.add(name or "")
        self.findings.append(replace(found, place=place))

    def at_cell(
        self,
        code: str,
        filled: FilledSheet,
        number: int,
        column: int | None,
        name: str | None,
        /,
        *,
        value: str | None = None,
        expected: Sequence[str] = (),
        row: FilledRow | None = None,
        **words: Any,
    ) -> None:
        """Note something about a cell.

        Args:
            code: a code of the catalogue.
            filled: the sheet.
            number: row counted from 0.
            column: column counted from 0; None when the file has no such column.
            name: machine name of the column.
            value: the text as found.
            expected: what would have been accepted.
            row: the row it keeps back when it is an error.
            words: further words of the text.
        """
        shown = value if value is None or len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN]
        made = finding(
            code,
            file=self.file,
            sheet=filled.sheet.name,
            cell=None if column is None else cell_name(number, column),
            row=number + 1,
            column=name,
            value=shown,
            expected=list(expected),
            **words,
        )
        self.findings.append(made)
        if row is not None and made.severity == "error":
            row.faults.add(code)
            row.bad.add(name or "")
