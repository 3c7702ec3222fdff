"""How large a submission may be before it is refused unread, from ``rules/intake.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData, UnreadableInput
from pipelines.findings import finding

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = "rules/intake.toml"


@dataclass(frozen=True)
class IntakeLimits:
    """Limits of one file handed in.

    Attributes:
        file_bytes: size as sent.
        entries: entries of an archive.
        inflated_bytes: all entries inflated.
        ratio: inflated over compressed size of one entry.
        ratio_from_bytes: inflated size from which the ratio counts.
        rows: rows of one sheet.
        columns: columns of one sheet.
        sheets: sheets of one workbook.
        cell_characters: characters of one cell.
        child_memory_bytes: address space of the parsing process.
        child_cpu_seconds: processor time of the parsing process.
        child_clock_seconds: time on the clock of the parsing process.
        search_rows: rows within which a header is looked for.
    """

    file_bytes: int
    entries: int
    inflated_bytes: int
    ratio: int
    ratio_from_bytes: int
    rows: int
    columns: int
    sheets: int
    cell_characters: int
    child_memory_bytes: int
    child_cpu_seconds: int
    child_clock_seconds: int
    search_rows: int


def read_limits(seeds: Path) -> IntakeLimits:
    """The limits of a seeds folder.

    Raises:
        UnreadableInput: ``rules/intake.toml`` is missing.
        FaultyData: it is not valid TOML, a limit is missing or no positive whole number, or
            a block names no source.
    """
    try:
        rules = tomllib.loads((seeds / "rules" / "intake.toml").read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(finding("E-SEED-06", file=SHOWN)) from error
    except tomllib.TOMLDecodeError as error:
        raise FaultyData(finding("E-SEED-08", file=SHOWN, reason=str(error))) from error
    faults = [
        finding("E-SEED-09", file=SHOWN, column=block)
        for block in ("limits", "header")
        if not str(rules.get(block, {}).get("source", "")).strip()
    ]
    given: dict[str, Any] = {**rules.get("limits", {}), **rules.get("header", {})}
    faults += [
        finding("E-SEED-02", file=SHOWN, column=f.name, value=given.get(f.name), expected=["100"])
        for f in fields(IntakeLimits)
        if type(given.get(f.name)) is not int or given[f.name] <= 0
    ]
    if faults:
        raise FaultyData(faults)
    return IntakeLimits(**{f.name: given[f.name] for f in fields(IntakeLimits)})
