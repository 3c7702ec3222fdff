"""A resubmission against the version it answers: mended, still open, new, changed unasked.

Belongs here: telling two checked versions of one file apart. Does not belong here: which
version a file answers (``pipelines.commands.submission``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.desk.cell_text import visible

if TYPE_CHECKING:
    from pipelines.desk.check import Checked

KEY_OF = {
    "factor": "record_key", "product": "product_id", "process": "process_id",
    "exchange": "line", "instrument": "instrument_id", "population": "product_id",
    "source": "source_title",
}  # fmt: skip
Spot = tuple[str, str, str, str]


@dataclass(frozen=True)
class Comparison:
    """What became of the problems of the version before.

    Attributes:
        fixed: problems that are gone, as (sheet, key, column, code).
        still_open: problems that stand as before.
        new: problems that were not there.
        changed_unasked: answers changed that no problem named, as (sheet, key, column, old,
            new).
        rows_changed: keys of main rows of which anything changed, or that are new.
        rows_same: keys of main rows that are as they were.
    """

    fixed: tuple[Spot, ...]
    still_open: tuple[Spot, ...]
    new: tuple[Spot, ...]
    changed_unasked: tuple[tuple[str, str, str, str, str], ...]
    rows_changed: tuple[str, ...]
    rows_same: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {name: len(getattr(self, name)) for name in self.__dataclass_fields__}


def compare(before: Checked, now: Checked) -> Comparison:
    """Tell a file from the version it answers.

    Args:
        before: the version before, checked by the present rules.
        now: the version handed in now.

    Returns:
        What was mended, what stands, what is new, what changed though nobody asked.
    """
    old, new = _problems(before), _problems(now)
    old_answers, new_answers = _answers(before), _answers(now)
    asked = {spot[:3] for spot in old}
    changed = []
    for place in sorted(old_answers.keys() & new_answers.keys()):
        was, is_now = old_answers[place], new_answers[place]
        for name in sorted(was.keys() | is_now.keys()):
            texts = was.get(name, ""), is_now.get(name, "")
            if texts[0] != texts[1] and (*place, name) not in asked:
                changed.append((*place, name, *texts))
    same: list[str] = []
    others: list[str] = []
    for place, answers in sorted(new_answers.items()):
        (same if old_answers.get(place) == answers else others).append(place[1])
    return Comparison(
        tuple(sorted(old - new)),
        tuple(sorted(old & new)),
        tuple(sorted(new - old)),
        tuple(changed),
        tuple(others),
        tuple(same),
    )


def _problems(checked: Checked) -> set[Spot]:
    """Errors and reviews, each by sheet, key of its row, column and code."""
    keys = {
        (filled.sheet.name, row.number + 1): _key(table, row.texts, row.number)
        for table, filled in checked.sheets.items()
        for row in filled.rows
    }
    found = set()
    for one in checked.findings:
        if one.severity != "warning":
            sheet = str(one.place.get("sheet", ""))
            row = one.place.get("row")
            key = keys.get((sheet, int(row)), str(row)) if row is not None else ""
            found.add((sheet, key, str(one.place.get("field", "")), one.code))
    return found


def _answers(checked: Checked) -> dict[tuple[str, str], dict[str, str]]:
    """Every row's answers by sheet and key, without blanks around them."""
    return {
        (filled.sheet.name, _key(table, row.texts, row.number)): {
            name: visible(text) for name, text in row.texts.items()
        }
        for table, filled in checked.sheets.items()
        for row in filled.rows
    }


def _key(table: str, texts: dict[str, str], number: int) -> str:
    """What names a row: its key, or its number where it has none."""
    parts = [texts.get("process_id", "")] if table == "exchange" else []
    parts.append(texts.get(KEY_OF.get(table, ""), ""))
    named = "/".join(visible(p) for p in parts if p)
    return named or f"row {number + 1}"
