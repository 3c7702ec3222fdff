"""Examples as the catalogue writes them, taken apart.

Belongs here: ``name = text; name = text``, ``table key: name = text, name = text; …`` and
what stands for a blank. Does not belong here: trying them (the module of each room).
"""

from __future__ import annotations

import re
from typing import NamedTuple

BLANK = "(blank)"
_ASSIGNED = re.compile(r"(\w+) = (.*?)(?=, \w+ = |$)", re.DOTALL)
_ESCAPED = re.compile(r"\\u([0-9A-F]{4})")


class Statement(NamedTuple):
    """One statement about a row: its table, the words that name it, its answers."""

    table: str
    named: tuple[str, ...]
    answers: dict[str, str]


def text_of(written: str) -> str:
    """A text as it would be typed; characters that do not show are written as escapes."""
    text = "" if written == BLANK else written
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)


def answers_of(written: str) -> dict[str, str]:
    """``name = text; name = text`` as a mapping."""
    pairs = (part.partition(" = ") for part in written.split("; "))
    return {name.strip(): text_of(text) for name, _, text in pairs}


def statements_of(written: str) -> list[Statement]:
    """``table key: name = text, name = text; table key`` as statements, in order."""
    made = []
    for part in written.split("; "):
        head, _, rest = part.partition(": ")
        table, *named = head.split()
        answers = {m[1]: text_of(m[2]) for m in _ASSIGNED.finditer(rest)}
        made.append(Statement(table, tuple(named), answers))
    return made


def listed(written: str, all_of: list[str] | None = None) -> list[str]:
    """``a, b, …`` as a list; the dots stand for all that belong there."""
    parts = [part.strip() for part in written.split(",")]
    if all_of is None or "…" not in parts:
        return parts
    at = parts.index("…")
    rest = [one for one in all_of if one not in parts]
    return [*parts[:at], *rest, *parts[at + 1 :]]
