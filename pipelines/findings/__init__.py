"""Findings: what is wrong, where, and how to mend it, in Chinese and English.

Belongs here: the finding itself and the catalogue of codes (``catalogue/*.toml``), which
is the only home of texts that people read about faults. Does not belong here: the checks
that raise findings (they live in the rooms).
"""

from __future__ import annotations

import string
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

CATALOGUE = Path(__file__).parent / "catalogue"


@dataclass(frozen=True)
class CatalogueEntry:
    """One code: its severity, its two texts, how to mend it, a bad and a good example.

    ``tried`` says how the examples are tried: the way to try them, then what it needs to know;
    or ``planted`` and the test that plants what nobody can hand in.
    """

    code: str
    severity: str
    zh: str
    en: str
    fix_zh: str
    fix_en: str
    bad: str
    good: str
    tried: str


@cache
def catalogue() -> dict[str, CatalogueEntry]:
    """Every finding code with its entry, sorted by code.

    Raises:
        KeyError: an entry lacks a text.
        ValueError: a code stands in two files.
    """
    entries: dict[str, CatalogueEntry] = {}
    for path in sorted(CATALOGUE.glob("*.toml")):
        for code, entry in tomllib.loads(path.read_text("utf-8")).items():
            if code in entries:
                raise ValueError(f"{code} stands in two files")
            entries[code] = CatalogueEntry(
                code,
                entry["severity"],
                entry["zh"],
                entry["en"],
                entry["fix_zh"],
                entry["fix_en"],
                entry["bad"],
                entry["good"],
                entry.get("tried", ""),
            )
    return dict(sorted(entries.items()))


@dataclass(frozen=True)
class Finding:
    """One finding about one place.

    Attributes:
        code: stable code, see the catalogue.
        severity: error, review or warning.
        zh: what is wrong, Chinese.
        en: what is wrong, English.
        fix_zh: how to mend it, Chinese.
        fix_en: how to mend it, English.
        place: file, sheet, cell, row, field, value, process and line, as far as known.
        expected: what would have been accepted.
    """

    code: str
    severity: str
    zh: str
    en: str
    fix_zh: str
    fix_en: str
    place: dict[str, Any] = field(default_factory=dict)
    expected: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The finding as it stands in the JSON envelope."""
        return {
            "code": self.code,
            "severity": self.severity,
            **self.place,
            "expected": list(self.expected),
            "zh": self.zh,
            "en": self.en,
            "fix_zh": self.fix_zh,
            "fix_en": self.fix_en,
        }


def finding(
    code: str,
    *,
    file: str | None = None,
    sheet: str | None = None,
    cell: str | None = None,
    row: int | None = None,
    column: str | None = None,
    value: object = None,
    expected: tuple[str, ...] | list[str] = (),
    **words: object,
) -> Finding:
    """A finding with its texts filled in from the catalogue.

    Args:
        code: a code of the catalogue.
        file: name of the file, as the user knows it.
        sheet: sheet of a workbook.
        cell: cell, as A1.
        row: row number as a person counts it, the header being row 1.
        column: machine name of the field.
        value: the value as typed.
        expected: what would have been accepted.
        words: further words for the text's placeholders.

    Returns:
        The finding.

    Raises:
        KeyError: the code is not in the catalogue, or a placeholder has no word.
    """
    entry = catalogue()[code]
    place = {
        "file": file,
        "sheet": sheet,
        "cell": cell,
        "row": row,
        "field": column,
        "value": None if value is None else str(value),
    }
    fill = {
        **place,
        "column": column,
        "expected": "; ".join(expected),
        **{k: None if v is None else str(v) for k, v in words.items()},
    }
    text = {
        name: getattr(entry, name).format(**{k: "-" if v is None else v for k, v in fill.items()})
        for name in ("zh", "en", "fix_zh", "fix_en")
    }
    # A line of an inventory is a place too.
    place |= {name: fill[name] for name in ("process", "line") if name in words}
    return Finding(
        code,
        entry.severity,
        place={k: v for k, v in place.items() if v is not None},
        expected=tuple(expected),
        **text,
    )


def placeholders(text: str) -> set[str]:
    """The names of the placeholders in a catalogue text.

    Example:
        >>> sorted(placeholders("row {row} of {file}"))
        ['file', 'row']
    """
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
