"""What a TOML file of seeds must hold: key by key, each with the kind of value it takes.

Belongs here: kinds of values, tables within tables, what does not fit. Does not belong here:
reading the file (``text_toml``), what a value means, kinds that one file alone knows.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from pipelines.errors import FaultyData
from pipelines.findings import Finding, finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DECIMAL = re.compile(r"[0-9]{1,30}(\.[0-9]{1,25})?")
_BLANK: tuple[object, ...] = (None, "", [])


@dataclass(frozen=True)
class Kind:
    """A kind of value.

    Attributes:
        fits: whether a value is of the kind.
        example: such a value as it is written.
    """

    fits: Callable[[object], bool]
    example: str


@dataclass(frozen=True)
class Each:
    """One table or more, all of one shape; its first key tells them apart in messages."""

    shape: Shape


@dataclass(frozen=True)
class Named:
    """A table whose keys are free and whose values are of one kind."""

    kind: Kind


@dataclass(frozen=True)
class Maybe:
    """What a key holds that need not be there."""

    wanted: Wanted


Shape: TypeAlias = "Mapping[str, Wanted | Maybe]"
Wanted: TypeAlias = "Kind | Each | Named | Shape"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_decimal(value: object) -> bool:
    return isinstance(value, str) and _DECIMAL.fullmatch(value) is not None


def _is_real(value: object) -> bool:
    return _is_whole(value) or (isinstance(value, float) and math.isfinite(value) and value >= 0)


def _is_number(value: object) -> bool:
    return _is_real(value) or _is_decimal(value)


def _is_ratio(value: object) -> bool:
    above, slash, below = value.partition("/") if isinstance(value, str) else ("", "", "")
    return _is_decimal(above) and (not slash or _is_positive(below))


def _is_positive(value: object) -> bool:
    return _is_decimal(value) and float(str(value)) > 0


def _is_date_or_text(value: object) -> bool:
    return isinstance(value, (str, dt.date))


def _is_day(value: object) -> bool:
    try:
        dt.date.fromisoformat(str(value))
    except ValueError:
        return False
    return _is_date_or_text(value) and not isinstance(value, dt.datetime)


def _is_date(value: object) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _is_list_of(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and value != [] and all(map(fits, value))


TEXT = Kind(_is_text, '"…"')
TEXTS = Kind(_is_list_of(_is_text), '["…"]')
# Text that says where a rule comes from; without it there is no rule.
SOURCE = Kind(_is_text, '"GB/T …"')
DATED = Kind(_is_date_or_text, '"2024-01-31"')
DAY = Kind(_is_day, "2024-01-31")
DATE = Kind(_is_date, "2024-01-31")
FLAG = Kind(lambda value: isinstance(value, bool), "true / false")
COUNT = Kind(_is_whole, "2252")
SIZE = Kind(lambda value: _is_whole(value) and value != 0, "100")
SIZES = Kind(_is_list_of(SIZE.fits), "[7, 30, 90]")
# Numbers that must be read exactly are written as text.
DECIMAL = Kind(_is_decimal, '"0.25"')
POSITIVE = Kind(_is_positive, '"0.25"')
RATIO = Kind(_is_ratio, '"44/12"')
REAL = Kind(_is_real, "0.25")
NUMBER = Kind(_is_number, '0.25 / "0.25"')
TABLE = Kind(lambda value: isinstance(value, dict), "[…]")
TABLES = Kind(_is_list_of(TABLE.fits), "[[…]]")


def unfit(block: Mapping[str, Any], shown: str, where: str, shape: Shape) -> list[Finding]:
    """Findings of keys that are missing or hold another kind of value.

    Args:
        block: a table of the file.
        shown: how the file is called in messages.
        where: what goes before the key in messages.
        shape: keys of the table, each with its kind.

    Returns:
        E-SEED-09 for a missing ``SOURCE``, named by its table; E-SEED-02 for all else.

    Example:
        >>> shape = {"age": {"years": COUNT, "source": SOURCE}, "bound": Maybe(TEXT)}
        >>> told = unfit({"age": {"years": -1, "source": " "}}, "rule.toml", "", shape)
        >>> [(one.code, one.place["field"]) for one in told]
        [('E-SEED-02', 'age.years'), ('E-SEED-09', 'age')]
    """
    told: list[Finding] = []
    for key, entry in shape.items():
        value, place = block.get(key), f"{where}{key}"
        if isinstance(entry, Maybe) and value in _BLANK:
            continue
        wanted = entry.wanted if isinstance(entry, Maybe) else entry
        kind = _outer(wanted)
        if kind.fits(value):
            told += _inner(value, shown, place, wanted)
        elif wanted is SOURCE:
            told.append(finding("E-SEED-09", file=shown, column=where.rstrip(". ") or key))
        else:
            found = None if value in _BLANK else value
            told.append(
                finding("E-SEED-02", file=shown, column=place, value=found, expected=[kind.example])
            )
    return told


def _outer(wanted: Wanted) -> Kind:
    if isinstance(wanted, Kind):
        return wanted
    return TABLES if isinstance(wanted, Each) else TABLE


def _inner(
    value: Any, shown: str, place: str, wanted: Kind | Each | Named | Shape
) -> list[Finding]:
    if isinstance(wanted, Each):
        return [
            one
            for number, part in enumerate(value, start=1)
            for one in unfit(part, shown, f"{place} {_label(part, wanted, number)}.", wanted.shape)
        ]
    if isinstance(wanted, Named):
        return unfit(value, shown, f"{place}.", dict.fromkeys(value, wanted.kind))
    return [] if isinstance(wanted, Kind) else unfit(value, shown, f"{place}.", wanted)


def _label(part: Mapping[str, Any], wanted: Each, number: int) -> str:
    """What a table of a list calls itself: the text of the first key of its shape."""
    key, kind = next(iter(wanted.shape.items()), ("", None))
    return str(part[key] if kind is TEXT and TEXT.fits(part.get(key)) else number)


def require_shape(block: Mapping[str, Any], shown: str, shape: Shape) -> None:
    """Refuse a file that lacks a key or holds another kind of value.

    Raises:
        FaultyData: see ``unfit``.
    """
    if told := unfit(block, shown, "", shape):
        raise FaultyData(told)
