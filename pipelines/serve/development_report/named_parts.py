"""What a development report must contain: ``seeds/rules/development_report.csv``.

Belongs here: the list of named parts with their clauses, what one part says. Does not
belong here: where a part's data come from.

Source:
    National guideline (环办气候函〔2025〕468号), annex, steps 1 to 8.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.tabular.text_table import read_rows

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.table import Vocabulary

NAME = "rules/development_report.csv"
COLUMNS = ("part", "section", "section_zh", "section_en", "title_zh", "title_en", "clause")


@dataclass(frozen=True)
class NamedPart:
    """One part that a report must contain, with the clause that asks for it."""

    part: str
    section: str
    section_zh: str
    section_en: str
    title_zh: str
    title_en: str
    clause: str


@dataclass(frozen=True)
class Said:
    """What a report says in one part.

    Attributes:
        lines: sentences.
        head: head of a table.
        rows: rows of it, as text.
        missing: why the part cannot be told; empty where it is.
    """

    lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    missing: str = ""


@dataclass(frozen=True)
class Section:
    """A section of a report in one language, with its parts in order."""

    number: str
    title: str
    parts: list[tuple[str, str, str, Said]] = field(default_factory=list)


def named(vocabulary: Vocabulary, code: str | None, language: int) -> str:
    """The name of a code in a language; a dash where there is none."""
    if not code:
        return "-"
    return vocabulary.en(code) if language else vocabulary.zh(code)


def read_named_parts(seeds: Path) -> list[NamedPart]:
    """The parts a report must contain, in order.

    Raises:
        UnreadableInput: the file is missing.
        FaultyData: a column is missing or a part stands twice.
    """
    path = seeds / "rules" / "development_report.csv"
    rows = read_rows(path, needed=COLUMNS, key="part", name=NAME, filled=True)
    return [NamedPart(*(row[column] for column in COLUMNS)) for row in rows]
