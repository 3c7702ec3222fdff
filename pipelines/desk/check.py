"""Checking a file handed in: rule group by rule group, every row accounted for.

Belongs here: the order of the groups and the outcome of a file and of its rows. Does not
belong here: the checks of a group (their own modules), storing anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.desk.answers import read_answers
from pipelines.desk.factor_checks import check_conditions, check_record, tell_admission
from pipelines.desk.judgement_checks import check_plausibility, check_representativeness
from pipelines.desk.layout import WITHOUT_ANSWERS
from pipelines.desk.notes import FilledSheet, Notebook
from pipelines.desk.product_checks import (
    check_periods,
    check_product_conditions,
    check_product_units,
    check_results,
    check_whole,
    tell_faults_of_rows,
)
from pipelines.desk.product_rows import rows_of_products
from pipelines.desk.recognise import recognise
from pipelines.desk.right_checks import check_rights
from pipelines.desk.structure import filled_sheets
from pipelines.desk.unit_checks import check_factor_units
from pipelines.findings import Finding, finding

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    import polars as pl

    from pipelines.desk.candidates import Origin
    from pipelines.desk.codelists import CodeList
    from pipelines.desk.flow_book import FlowBook
    from pipelines.desk.intake_limits import IntakeLimits
    from pipelines.desk.judgement_checks import Plausibility
    from pipelines.desk.reading import ReadFile
    from pipelines.desk.submitted import SubmittedWorkbook
    from pipelines.tabular.text_table import TextRow

    # By factor id: reason codes, each with what fills the words of its texts.
    Told = Mapping[str, Mapping[str, Mapping[str, str]]]
    Reasons = Callable[[Mapping[str, pl.DataFrame]], Told]
    Faults = Callable[[str, Mapping[str, list[TextRow]]], list[Finding]]
    Progress = Callable[[int, int], None]

# Name of each rule group, Chinese and English, in the order in which they run.
GROUPS = (
    ("结构", "structure"), ("数值", "numbers"), ("单位", "units"), ("来源与权利", "rights"),
    ("代表性", "representativeness"), ("合理性", "plausibility"),
)  # fmt: skip
# Sheets whose rows are about the file, not records handed in.
_ABOUT = frozenset({"organisation", "source"})


@dataclass(frozen=True)
class Known:
    """What a file is checked against.

    Attributes:
        limits: how large a file may be, how far down its header may stand.
        lists: code lists by name.
        flows: flows and units.
        plausibility: limits of plausibility.
        on: the day ages and rights are measured at.
        reasons: the admission rules: tables of candidates to reasons by factor id.
        faults: what an inventory's or population's own room holds against its rows, by the
            name of the file.
    """

    limits: IntakeLimits
    lists: Mapping[str, CodeList]
    flows: FlowBook
    plausibility: Plausibility
    on: dt.date
    reasons: Reasons
    faults: Faults = lambda _file, _rows: []


@dataclass(frozen=True)
class Counts:
    """Where every row of a file went; ``rows`` is the sum of the next three.

    Attributes:
        rows: rows that hold anything.
        admissible: rows against which no error stands.
        quarantined: rows kept back by an error.
        refused: rows of a file refused whole.
        empty: blank rows between others, and example rows.
    """

    rows: int
    admissible: int
    quarantined: int
    refused: int
    empty: int


@dataclass(frozen=True)
class Checked:
    """What checking a file found.

    Attributes:
        workbook: the file as read; it has no sheets when it could not be read.
        sheets: its sheets of answers by machine name; none when it is refused.
        findings: everything found, in the order of the rule groups.
        is_refused: whether the whole file is refused.
        counts: where its rows went.
        origin: whose rows they are.
    """

    workbook: SubmittedWorkbook
    sheets: Mapping[str, FilledSheet]
    findings: tuple[Finding, ...]
    is_refused: bool
    counts: Counts
    origin: Origin

    def severities(self) -> dict[str, int]:
        """Number of findings by severity."""
        found = {"error": 0, "review": 0, "warning": 0}
        for one in self.findings:
            found[one.severity] += 1
        return found


def check(
    read: ReadFile, known: Known, origin: Origin, progress: Progress | None = None
) -> Checked:
    """Check a file that was read, by the rules of its template.

    Args:
        read: the file.
        known: what it is checked against.
        origin: whose rows they are.
        progress: called with the number of groups done and of all.

    Returns:
        Every finding, and where every row went.
    """
    notes = Notebook(read.name)
    book = recognise(read)
    if read.faults:
        nothing = Counts(0, 0, 0, 0, 0)
        return Checked(book, {}, read.faults, is_refused=True, counts=nothing, origin=origin)
    _note_text(read, notes)
    sheets = filled_sheets(book, known.limits, notes)
    tell = progress or (lambda _done, _all: None)
    tell(1, len(GROUPS))
    if not notes.is_refused:
        for done, group in enumerate(_groups(book.kind or "", sheets, known, origin, notes), 2):
            group()
            tell(done, len(GROUPS))
    counts = _refused(book) if notes.is_refused else _counts(sheets)
    return Checked(book, sheets, tuple(notes.findings), notes.is_refused, counts, origin)


def _note_text(read: ReadFile, notes: Notebook) -> None:
    if read.encoding == "gb18030":
        notes.findings.append(finding("W-FORM-28", file=read.name, value="GB18030"))
    if read.delimiter not in {None, ","}:
        shown = "TAB" if read.delimiter == "\t" else read.delimiter
        notes.findings.append(finding("W-FORM-29", file=read.name, value=shown))


def _groups(
    kind: str, sheets: dict[str, FilledSheet], known: Known, origin: Origin, notes: Notebook
) -> tuple[Callable[[], None], ...]:
    """The groups after structure, each ready to run."""

    def read() -> None:
        for filled in sheets.values():
            read_answers(filled, known.lists, notes)

    if kind == "factor":
        return _of_factors(read, sheets, known, origin, notes)
    return _of_products(kind, read, sheets, known, notes)


def _of_factors(
    read: Callable[[], None],
    sheets: dict[str, FilledSheet],
    known: Known,
    origin: Origin,
    notes: Notebook,
) -> tuple[Callable[[], None], ...]:
    main = sheets["factor"]

    def numbers() -> None:
        read()
        check_conditions(main, notes)

    def rights() -> None:
        check_rights(main, sheets.get("source"), notes)
        tables = check_record(main, known.flows, origin, notes)
        tell_admission(main, origin, known.reasons(tables), notes)

    return (
        numbers,
        lambda: check_factor_units(main, known.flows, known.lists, notes),
        rights,
        lambda: check_representativeness(main, known.plausibility, known.on, notes),
        lambda: check_plausibility(main, known.plausibility, known.flows, notes),
    )


def _of_products(
    kind: str,
    read: Callable[[], None],
    sheets: dict[str, FilledSheet],
    known: Known,
    notes: Notebook,
) -> tuple[Callable[[], None], ...]:
    def numbers() -> None:
        read()
        check_product_conditions(sheets, notes)

    def results() -> None:
        check_results(sheets, notes)
        if not check_whole(kind, sheets, notes):
            return
        rows = rows_of_products(notes.file, sheets, known.flows, known.lists)
        tell_faults_of_rows(sheets, known.faults(notes.file, rows), notes)

    return (
        numbers,
        lambda: check_product_units(sheets, known.flows, known.lists, notes),
        lambda: None,  # rights stand on the source sheet, whose answers are required
        lambda: check_periods(sheets, known.on, notes),
        results,
    )


def _counts(sheets: Mapping[str, FilledSheet]) -> Counts:
    rows = [row for table, s in sheets.items() if table not in _ABOUT for row in s.rows]
    good = sum(1 for row in rows if row.is_good)
    empty = sum(s.empty for table, s in sheets.items() if table not in _ABOUT)
    return Counts(len(rows), good, len(rows) - good, 0, empty)


def _refused(book: SubmittedWorkbook) -> Counts:
    """A refused file's rows: every row of its sheets but the first, the header."""
    rows = [
        any(cell.strip() for cell in row)
        for sheet in book.sheets
        if sheet.name not in WITHOUT_ANSWERS
        for row in sheet.rows[1:]
    ]
    return Counts(sum(rows), 0, 0, sum(rows), len(rows) - sum(rows))
