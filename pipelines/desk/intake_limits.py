"""How large a submission may be before it is refused unread, from ``rules/intake.toml``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import SIZE, SOURCE, require_shape

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


HEADER = "search_rows"
SHAPE = {
    "limits": {f.name: SIZE for f in fields(IntakeLimits) if f.name != HEADER} | {"source": SOURCE},
    "header": {HEADER: SIZE, "source": SOURCE},
}


def read_limits(seeds: Path) -> IntakeLimits:
    """The limits of a seeds folder.

    Raises:
        UnreadableInput: E-SEED-06, ``rules/intake.toml`` is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-02 a limit is missing or no positive whole
            number, E-SEED-09 a block names no source.
    """
    rules = read_toml(seeds / SHOWN, SHOWN)
    require_shape(rules, SHOWN, SHAPE)
    given = {**rules["limits"], **rules["header"]}
    return IntakeLimits(**{f.name: given[f.name] for f in fields(IntakeLimits)})
