"""Answers: each cell read as what its column asks, or noted with what was expected.

Belongs here: numbers, days, codes and what is missing. Does not belong here: units against
flows (``unit_checks``), rights (``right_checks``).
"""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipelines.desk.cell_text import visible
from pipelines.quantities.number import text_of
from pipelines.quantities.typed_number import HALF_WIDTH, Refused, read_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipelines.desk.codelists import CodeList
    from pipelines.desk.notes import FilledRow, FilledSheet, Notebook
    from schemas.form import Ask

_DAY = re.compile(r"^([12][0-9]{3})([-/.年])([0-9]{1,2})[-/.月]([0-9]{1,2})日?$")
_MONTH = re.compile(r"^([12][0-9]{3})[-/.年]([0-9]{1,2})月?$")
_YEAR = re.compile(r"^([12][0-9]{3})年?$")
_SERIAL = re.compile(r"^[2-6][0-9]{4}(\.[0-9]+)?$")
# Columns whose codes may begin with a zero, which a number cell loses.
_NUMERIC_CODES = {"region_code", "market_region"}


def read_answers(filled: FilledSheet, lists: Mapping[str, CodeList], notes: Notebook) -> None:
    """Read every answer of a sheet into ``values``; what cannot be read is noted.

    Args:
        filled: the sheet.
        lists: code lists by name.
        notes: where findings go.
    """
    for row in filled.rows:
        if row.faults & {"E-FORM-12"}:
            continue
        for ask in filled.form:
            text = row.texts.get(ask.name)
            if text is None:
                if ask.required and not _has_formula(filled, row, ask):
                    notes.at("E-FORM-05", filled, row, ask.name, expected=_hint(ask, lists))
                continue
            read = _READERS[ask.answer]
            value = read(ask, visible(text), filled, row, lists, notes)
            if value is not None:
                row.values[ask.name] = value


def _has_formula(filled: FilledSheet, row: FilledRow, ask: Ask) -> bool:
    column = filled.header.columns.get(ask.name, -1)
    return (row.number, column) in filled.sheet.formulas


def _hint(ask: Ask, lists: Mapping[str, CodeList]) -> list[str]:
    if ask.listed and ask.listed in lists:
        return [c.shown for c in lists[ask.listed].codes[:3]]
    return [ask.example] if ask.example else []


def _number(
    ask: Ask, text: str, filled: FilledSheet, row: FilledRow, _: Any, notes: Notebook
) -> Fraction | None:
    try:
        read = read_number(text)
    except Refused as refused:
        notes.at(refused.code, filled, row, ask.name, expected=[ask.example or "0.5"])
        return None
    if not read.is_plain:
        notes.at("W-FIG-20", filled, row, ask.name, expected=[text_of(read.value)])
    low, high = ask.field.minimum, ask.field.maximum
    if (low is not None and read.value < Fraction(str(low))) or (
        high is not None and read.value > Fraction(str(high))
    ):
        notes.at("E-FIG-14", filled, row, ask.name, expected=[_span(low, high)])
        return None
    return read.value


def _span(low: float | None, high: float | None) -> str:
    return f"{'' if low is None else f'{low:g}'}..{'' if high is None else f'{high:g}'}"


def _integer(
    ask: Ask, text: str, filled: FilledSheet, row: FilledRow, lists: Any, notes: Notebook
) -> int | None:
    if ask.field.unit == "a" and (year := _YEAR.match(text.translate(HALF_WIDTH))):
        text = year[1]
    value = _number(ask, text, filled, row, lists, notes)
    if value is not None and value.denominator != 1:
        notes.at("E-FIG-13", filled, row, ask.name, expected=[ask.example or "2024"])
        return None
    return None if value is None else int(value)


def _date(
    ask: Ask, text: str, filled: FilledSheet, row: FilledRow, _: Any, notes: Notebook
) -> dt.date | None:
    half = text.translate(HALF_WIDTH).split(" ")[0].split("T")[0]
    column = filled.header.columns[ask.name]
    is_number = filled.sheet.kinds.get((row.number, column)) == "number"
    if _SERIAL.match(half) or (is_number and not _YEAR.match(half)):
        notes.at("E-FIG-11", filled, row, ask.name, expected=["2024-01-31"])
        return None
    try:
        day, is_whole = _day(half, is_end=ask.name.endswith(("_end", "_until")))
    except ValueError:
        notes.at("E-FIG-10", filled, row, ask.name, expected=["2024-01-31"])
        return None
    if not is_whole:
        notes.at("W-FIG-12", filled, row, ask.name, expected=[day.isoformat()])
    return day


def _day(text: str, *, is_end: bool) -> tuple[dt.date, bool]:
    """The day a text names and whether it names one; a month or year gives its first or last."""
    if match := _DAY.match(text):
        return dt.date(int(match[1]), int(match[3]), int(match[4])), True
    if match := _MONTH.match(text):
        year, month = int(match[1]), int(match[2])
        first = dt.date(year, month, 1)
        after = dt.date(year + month // 12, month % 12 + 1, 1)
        return (after - dt.timedelta(days=1) if is_end else first), False
    if match := _YEAR.match(text):
        return dt.date(int(match[1]), *((12, 31) if is_end else (1, 1))), False
    raise ValueError(text)


def _code(
    ask: Ask,
    text: str,
    filled: FilledSheet,
    row: FilledRow,
    lists: Mapping[str, CodeList],
    notes: Notebook,
) -> str | None:
    known = lists[ask.listed]
    code = known.code_of(text) or known.code_of(text.translate(HALF_WIDTH))
    if code is not None:
        return code
    if ask.listed == "yes_no" and text.casefold() in {"true", "false"}:
        return text.casefold()
    if ask.open_list or ask.listed in {"unit", "numerator"}:
        return text  # the unit grammar and the flows say whether it is known
    column = filled.header.columns[ask.name]
    kind = filled.sheet.kinds.get((row.number, column))
    padded = [c.code for c in known.codes if c.code.lstrip("0") == text] if kind == "number" else []
    code = "E-FIG-09" if padded or (kind == "number" and ask.name in _NUMERIC_CODES) else "E-FIG-15"
    notes.at(code, filled, row, ask.name, expected=padded or known.near(text))
    return None


def _text(
    ask: Ask, text: str, filled: FilledSheet, row: FilledRow, _: Any, notes: Notebook
) -> str | None:
    pattern = ask.field.pattern
    if pattern and not re.match(pattern, text):
        notes.at("E-FIG-16", filled, row, ask.name, expected=[ask.example or pattern])
        return None
    return text


_READERS: dict[str, Callable[..., Any]] = {
    "number": _number, "integer": _integer, "date": _date, "code": _code, "text": _text,
}  # fmt: skip


def check_keys(filled: FilledSheet, key: tuple[str, ...], notes: Notebook) -> None:
    """Note rows that repeat the key of a row before them.

    Args:
        filled: the sheet.
        key: machine names whose answers together name a row.
        notes: where findings go.
    """
    seen: dict[tuple[str, ...], int] = {}
    for row in filled.rows:
        named = tuple(visible(row.texts.get(name, "")) for name in key)
        if not all(named):
            continue
        if named in seen:
            notes.at("E-FORM-11", filled, row, key[-1], first=seen[named] + 1)
        else:
            seen[named] = row.number
