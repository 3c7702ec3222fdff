"""The returned workbook: rebuilt from the template, failing cells marked, problems listed.

Belongs here: which cell each finding is about, and putting the workbook together. Does not
belong here: the sheets themselves (``filled``, ``problem_sheet``, ``template_codes``), the
letter's wording (``return_letter``), judging.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.desk.codelists import load_code_lists
from pipelines.desk.filled import Mark, write_filled
from pipelines.desk.layout import PROBLEMS_SHEET, stamp
from pipelines.desk.long_texts import write_long_texts
from pipelines.desk.placement import as_they_are, cell_of, place_sheets
from pipelines.desk.problem_sheet import Located, write_problems
from pipelines.desk.return_letter import write_letter
from pipelines.desk.template import write_instructions
from pipelines.desk.template_codes import lists_of, write_codes
from pipelines.desk.workbook_style import open_workbook
from pipelines.settings import Settings
from schemas.submission_product import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipelines.desk.placement import PlacedSheet
    from pipelines.desk.submitted import SubmittedWorkbook
    from pipelines.findings import Finding
    from schemas.form import Template

# Comments beyond this make a workbook slow to open; every finding is in the list anyway.
MOST_COMMENTS = 5_000
FINDINGS_PER_COMMENT = 4
_FORBIDDEN_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_RETURNED = re.compile(r"^退回_(.+)_[0-9a-f]{8}$")


def write_returned(
    submitted: SubmittedWorkbook,
    findings: Sequence[Finding],
    folder: Path,
    seeds: Path | None = None,
) -> tuple[Path, Path]:
    """Write the returned workbook and the return letter.

    Args:
        submitted: what was handed in.
        findings: everything found about it; ``place`` names the cells of the submitter's file.
        folder: where to write; it is made.
        seeds: the seeds folder, for the code lists; the running one by default.

    Returns:
        The workbook and the letter, named after the submission and its hash.
    """
    template = TEMPLATES[submitted.kind] if submitted.kind else None
    placed = place_sheets(submitted, template) if template else as_they_are(submitted.sheets)
    located = locate(findings, submitted, placed)
    folder.mkdir(parents=True, exist_ok=True)
    stem = returned_stem(submitted)
    path = folder / f"退回_{stem}.xlsx"
    _write_workbook(path, submitted, placed, located, template, seeds or Settings.resolve().seeds)
    letter = write_letter(submitted, template, findings, path.name, folder / f"退回函_{stem}.docx")
    return path, letter


def _write_workbook(
    path: Path,
    submitted: SubmittedWorkbook,
    placed: Sequence[PlacedSheet],
    located: Sequence[Located],
    template: Template | None,
    seeds: Path,
) -> None:
    marks = marks_of(located)
    mark = stamp(template) if template else ""
    book, formats = open_workbook(path, mark, f"退回 {submitted.name}")
    forms = template.forms if template else ()
    titles = {ask.name: ask.field.title_zh for form in forms for ask in form}
    write_problems(book, formats, submitted, located, titles)
    if template:
        write_instructions(book, formats, template, "")
    long = [
        text
        for sheet in placed
        for text in write_filled(book, formats, sheet, mark, marks.get(sheet.name, {}))
    ]
    if template:
        lists = load_code_lists(seeds)
        write_codes(book, formats, mark, lists_of(template, lists, None), lists)
    write_long_texts(book, formats, long)
    book.close()


def returned_stem(submitted: SubmittedWorkbook) -> str:
    """Name of a returned workbook without 退回 and suffix: the submission's, then its hash.

    Example:
        >>> from pipelines.desk.submitted import SubmittedWorkbook
        >>> returned_stem(SubmittedWorkbook("a/电石.xlsx", "ab" * 32, "xlsx", None, None, ()))
        '电石_abababab'
    """
    stem = Path(submitted.name.replace("\\", "/")).stem
    again = _RETURNED.match(stem)
    clean = _FORBIDDEN_IN_NAMES.sub("_", again[1] if again else stem)
    return f"{clean[:60] or 'submission'}_{submitted.sha256[:8]}"


def locate(
    findings: Sequence[Finding], submitted: SubmittedWorkbook, placed: Sequence[PlacedSheet]
) -> list[Located]:
    """Every finding with the cell of the returned workbook it is about.

    Args:
        findings: the findings.
        submitted: what was handed in.
        placed: the sheets of the returned workbook.

    Returns:
        In the order of the findings; one about the whole file has no cell.
    """
    by_name = {p.given.name: p for p in placed if p.given is not None}
    by_name |= {p.name: p for p in placed}
    only = next(iter(placed)) if len(submitted.sheets) == 1 and len(placed) == 1 else None
    if only is None and len(submitted.sheets) == 1:
        only = next((p for p in placed if p.given is submitted.sheets[0]), None)
    return [_located(one, by_name, only) for one in findings]


def _located(one: Finding, by_name: Mapping[str, PlacedSheet], only: PlacedSheet | None) -> Located:
    place = one.place
    sheet = by_name.get(str(place.get("sheet") or ""), only)
    if sheet is None:
        return Located(one)
    at = cell_of(str(place.get("cell") or ""))
    column = _column_of(sheet, str(place.get("field") or ""))
    if at is not None:
        return Located(one, sheet.name, sheet.place(*at))
    row = place.get("row")
    if isinstance(row, int) and row >= 1:
        return Located(one, sheet.name, (row - 1 + sheet.moved, column or 0))
    if column is not None:
        return Located(one, sheet.name, (sheet.name_row - 1, column))
    return Located(one, sheet.name)


def _column_of(sheet: PlacedSheet, field: str) -> int | None:
    return next((place for place, ask in sheet.columns.items() if ask.name == field), None)


def marks_of(located: Sequence[Located]) -> dict[str, dict[tuple[int, int], Mark]]:
    """The marks of each sheet: an error outweighs a doubt, comments say every problem.

    Args:
        located: findings with their cells.

    Returns:
        Marks by sheet name and cell. Past ``MOST_COMMENTS`` cells a mark has no comment.
    """
    cells: dict[str, dict[tuple[int, int], list[Finding]]] = {}
    for one in located:
        if one.sheet and one.at is not None and one.sheet != PROBLEMS_SHEET:
            cells.setdefault(one.sheet, {}).setdefault(one.at, []).append(one.finding)
    marks: dict[str, dict[tuple[int, int], Mark]] = {}
    written = 0
    for sheet, places in cells.items():
        for at, found in places.items():
            look = "bad" if any(f.severity == "error" for f in found) else "doubt"
            comment = _comment(found) if written < MOST_COMMENTS else ""
            marks.setdefault(sheet, {})[at] = Mark(look, comment)
            written += 1
    return marks


def _comment(found: Sequence[Finding]) -> str:
    parts = [
        f"{one.code}\n{one.zh}\n改法：{one.fix_zh}\n{one.en}\nTo mend: {one.fix_en}"[:2_000]
        for one in found[:FINDINGS_PER_COMMENT]
    ]
    if len(found) > FINDINGS_PER_COMMENT:
        parts.append(f"另有 {len(found) - FINDINGS_PER_COMMENT} 条，见问题清单 more in the list")
    return "\n\n".join(parts)
