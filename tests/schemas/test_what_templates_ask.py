"""What the templates ask and the lists they offer are what is written down beside them.

``asked.csv`` holds every column of every template, ``codes.csv`` every code of every list: a
question dropped, made optional or given another list is noticed here.
"""

from __future__ import annotations

import csv
from pathlib import Path

from schemas.submission import SUBMISSION_LISTS
from schemas.submission_product import TEMPLATES
from schemas.vocabularies import ALL_VOCABULARIES

HERE = Path(__file__).parent


def written(name: str) -> list[list[str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def asked() -> list[list[str]]:
    """One line per column of a template, what may be blank left blank."""
    return [
        [
            kind, form.table, form.sheet, form.title_en, _yes(form.is_main), _yes(form.is_single),
            ask.name, ask.field.name, ask.answer, ask.unit or "", _yes(ask.required), ask.listed,
            _yes(ask.open_list), _yes(ask.from_source), _yes(ask.when_zh), ask.example,
            _limit(ask.field.minimum), _limit(ask.field.maximum), ask.field.pattern or "",
        ]
        for kind, template in TEMPLATES.items()
        for form in template.forms
        for ask in form
    ]  # fmt: skip


def _yes(value: object) -> str:
    return "yes" if value else ""


def _limit(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def editions() -> list[list[str]]:
    """One line per edition of a template."""
    return [
        [kind, e.version, str(e.added), str(e.renamed), str(e.removed)]
        for kind, template in TEMPLATES.items()
        for e in template.history
    ]


def codes() -> list[list[str]]:
    """One line per code of a list."""
    lists = {v.name: v for v in (*ALL_VOCABULARIES, *SUBMISSION_LISTS)}
    return [[name, *item] for name, v in lists.items() for item in v.items]


def test_the_templates_ask_what_is_written_down() -> None:
    assert asked() == written("asked.csv")


def test_the_history_of_the_templates_is_the_one_written_down() -> None:
    assert editions() == written("editions.csv")


def test_the_lists_hold_the_codes_written_down() -> None:
    assert codes() == written("codes.csv")
