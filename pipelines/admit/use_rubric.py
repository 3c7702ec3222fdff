"""Rubrics by which a factor is scored for a context of use, read from seeds with their source.

Belongs here: the rows, their inclusion at each limit, and that every scale is whole. Does not
belong here: how far a factor lies from a use (``use_context``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.tabular.text_table import read_rows

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = "rules/representativeness_of_use.csv"
COLUMNS = (
    "rubric_id", "criterion", "score", "condition", "limit", "inclusion", "reason_zh",
    "reason_en", "citation",
)  # fmt: skip
INCLUSIONS = ("<", "<=", ">", ">=", "")
OTHERWISE = "otherwise"


@dataclass(frozen=True)
class UseRow:
    """One row: the score that a condition earns on one criterion of one scale, and why."""

    criterion: str
    score: int
    condition: str
    limit: str
    inclusion: str
    reason_zh: str
    reason_en: str


@dataclass(frozen=True)
class UseRubric:
    """One scale. Scores of different scales are never averaged or compared.

    Attributes:
        rubric_id: for example ``tanyuan-use-1``, ``pact-2``, ``pact-3``.
        rows: in the order in which they are tried; the last of a criterion is ``otherwise``.
    """

    rubric_id: str
    rows: tuple[UseRow, ...]

    @property
    def criteria(self) -> tuple[str, ...]:
        """The criteria, in the order of the seeds."""
        return tuple(dict.fromkeys(row.criterion for row in self.rows))

    @property
    def worst(self) -> int:
        """The worst score of the scale, given to what is not known."""
        return max(row.score for row in self.rows)


@cache
def read_use_rubrics(seeds: Path) -> dict[str, UseRubric]:
    """The rubrics of use of a seeds folder, by id.

    Raises:
        UnreadableInput: E-SEED-06, the file is missing or no text.
        FaultyData: E-SEED-04, a column is missing; E-SEED-09, a row names no source;
            E-USEC-03, a row has no known inclusion, or a criterion does not end with the worst
            score for the unknown.
    """
    rows = read_rows(seeds / SHOWN, needed=COLUMNS, name=SHOWN, filled=True)
    faults = [
        finding("E-SEED-09", file=SHOWN, row=row.number, column=row["criterion"])
        for row in rows
        if not row["citation"]
    ]
    found: dict[str, list[UseRow]] = {}
    for row in rows:
        if row["inclusion"] not in INCLUSIONS or row["score"] not in {"1", "2", "3", "4", "5"}:
            faults.append(finding("E-USEC-03", file=SHOWN, row=row.number, column=row["criterion"]))
            continue
        found.setdefault(row["rubric_id"], []).append(
            UseRow(
                row["criterion"], int(row["score"]), row["condition"], row["limit"],
                row["inclusion"], row["reason_zh"], row["reason_en"],
            )
        )  # fmt: skip
    rubrics = {name: UseRubric(name, tuple(own)) for name, own in found.items()}
    for rubric in rubrics.values():
        for criterion in rubric.criteria:
            last = [row for row in rubric.rows if row.criterion == criterion][-1]
            if last.condition != OTHERWISE or last.score != rubric.worst:
                faults.append(finding("E-USEC-03", file=SHOWN, row=len(rows) + 1, column=criterion))
    if faults:
        raise FaultyData(faults)
    return rubrics
