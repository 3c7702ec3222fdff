"""The numbered tables of the EPA hub, found by their titles and read by their headings.

Belongs here: where a table begins and ends, which column is which gas, the unit that holds
for a cell, labels that stand once for many rows. Does not belong here: what an activity is
(``_epa_ef_hub_meaning``) and what becomes of a record (the source module).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.sources._epa_ef_hub_headings import (
    ALONE,
    FAMILIES,
    FOOTNOTE,
    MEASURES,
    NOTES,
    NUMBERED,
    heading_of,
    is_unit,
    unit_in_heading,
)
from pipelines.sources._workbook_grid import a1, carried, cell_at, filled, is_number, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.ingest.published_harvest import PublishedHarvest
    from pipelines.sources._epa_ef_hub_headings import Family
    from pipelines.sources._workbook_grid import Grid


@dataclass(frozen=True)
class Figure:
    """A figure as printed: its text, the unit that holds for it, its cell."""

    text: str
    unit: str
    cell: str


@dataclass(frozen=True)
class Record:
    """Figures of one row that are one thing: gases of an activity, a heat content, a GWP.

    Attributes:
        family: key of its table's kind.
        sheet: sheet it stands on.
        row: number of its row, counting from 1.
        heading: words of the section within the table.
        labels: what names the row, footnote letters removed.
        words: words over its group of columns, or its own column's heading.
        figures: figure by ``CO2``, ``CH4``, ``N2O``, ``CO2e``, ``HHV`` or ``GWP``.
        unit_words: the unit printed in the row itself.
        notes: source and notes printed below the table.
    """

    family: str
    sheet: str
    row: int
    heading: str
    labels: tuple[str, ...]
    words: str
    figures: dict[str, Figure]
    unit_words: str
    notes: str


@dataclass
class _Reading:
    """What is known of a table while its rows are read."""

    family: Family
    sheet: str
    notes: str
    labels: tuple[int, ...]
    unit_column: int | None
    groups: tuple[tuple[str, dict[str, int]], ...]
    units: dict[int, str] = field(default_factory=dict)
    heading: str = ""
    last: list[str] = field(default_factory=list)

    @property
    def columns(self) -> list[int]:
        return [column for _, group in self.groups for column in group.values()]


def tables_of(
    harvest: PublishedHarvest, name: str, sheet: str, grid: Grid
) -> tuple[list[Record], list[tuple[int, int]]]:
    """The records of a sheet, and the cells of rows with figures outside every known table.

    Raises:
        UnreadableInput: E-FILE-02, a table lost a heading that it cannot do without.
    """
    starts = [row for row, cells in enumerate(grid) if _title(cells) is not None]
    records: list[Record] = []
    strays: list[tuple[int, int]] = []
    for start, end in zip(starts, [*starts[1:], len(grid)], strict=True):
        title = _title(grid[start]) or ""
        family = next((f for f in FAMILIES if f.title.search(title)), None)
        last = end
        if family is not None:
            last = _end_of_data(grid, start + 1, end)
            records += _records(harvest, name, sheet, grid, family, (start + 1, last, end))
        first = start + 1 if family is None else last
        strays += _strays(grid, range(first, end))
    return records, strays


def first_table(grid: Grid) -> int | None:
    """The row at which the first numbered table begins, counting from 0."""
    return next((row for row, cells in enumerate(grid) if _title(cells) is not None), None)


def _title(cells: list[str]) -> str | None:
    """The title of a numbered table that begins at a row."""
    texts = list(filled(cells).values())
    if texts and NUMBERED.match(plain(texts[0])):
        return plain(texts[1]) if len(texts) > 1 else ""
    return None


def _end_of_data(grid: Grid, first: int, end: int) -> int:
    for row in range(first, end):
        texts = list(filled(grid[row]).values())
        if texts and NOTES.match(texts[0]):
            return row
    return end


def _strays(grid: Grid, rows: range) -> list[tuple[int, int]]:
    found = []
    for row in rows:
        numbers = [column for column, text in filled(grid[row]).items() if is_number(text)]
        if numbers:
            found.append((row, numbers[0]))
    return found


def _records(
    harvest: PublishedHarvest,
    name: str,
    sheet: str,
    grid: Grid,
    family: Family,
    span: tuple[int, int, int],
) -> Iterator[Record]:
    first, last, end = span
    if first >= last:
        harvest.layout(name, [], [family.layout])
    known = set(family.layout.known)
    header = max(
        range(first, last),
        key=lambda row: len(known.intersection(heading_of(t) for t in filled(grid[row]).values())),
    )
    names = {column: heading_of(text) for column, text in filled(grid[header]).items()}
    harvest.layout(name, list(names.values()), [family.layout])
    notes = plain(" ".join(t for row in grid[last:end] for t in filled(row).values()))
    reading = _open(family, sheet, notes, names, grid[first:header])
    for column, text in filled(grid[header]).items():
        unit = unit_in_heading(text)
        if unit:
            reading.units[column] = unit
    for row in range(first, last):
        if row != header and not _take_units(reading, grid[row]):
            yield from _of_row(reading, grid[row], row, is_data=row > header)


def _open(family: Family, sheet: str, notes: str, names: dict[int, str], above: Grid) -> _Reading:
    groups: list[tuple[str, dict[str, int]]] = []
    for column, heading in sorted(names.items()):
        measure = MEASURES.get(heading)
        if measure is None:
            continue
        if not groups or measure in groups[-1][1] or {measure, *groups[-1][1]} & ALONE:
            words = heading if measure == "CO2e" else _words_over(above, column)
            groups.append((words, {}))
        groups[-1][1][measure] = column
    first = min(column for _, group in groups for column in group.values())
    labels = tuple(c for c in sorted(names) if c < first) or (first - 1,)
    unit_column = next((c for c, heading in names.items() if heading == "Units"), None)
    return _Reading(
        family, sheet, notes, labels, unit_column, tuple(groups), last=[""] * len(labels)
    )


def _words_over(above: Grid, column: int) -> str:
    """The words of a merged cell over a column, in the rows between title and header."""
    for cells in reversed(above):
        words = plain(cell_at(cells, column))
        if words and not is_unit(words):
            return words
    return ""


def _take_units(reading: _Reading, cells: list[str]) -> bool:
    """Whether a row states units; they hold from here on, unknown ones as they are printed."""
    stated = {c: plain(t) for c, t in filled(cells).items()}
    if any(is_number(t) for t in stated.values()) or not any(map(is_unit, stated.values())):
        return False
    units = {c: t for c, t in stated.items() if c in reading.columns}
    if len(units) == 1:
        units = dict.fromkeys(reading.columns, next(iter(units.values())))
    reading.units |= units
    return True


def _of_row(reading: _Reading, cells: list[str], row: int, *, is_data: bool) -> Iterator[Record]:
    found = filled(cells)
    if not is_data or not found:
        return
    if not any(column in found for column in reading.columns):
        reading.heading = plain(next(iter(found.values())))
        return
    now = [plain(cell_at(cells, column)) for column in reading.labels]
    # A label wholly in brackets explains the one above it; it names nothing new.
    now = ["" if text.startswith("(") and text.endswith(")") else text for text in now]
    reading.last = carried(reading.last, now)
    for words, group in reading.groups:
        yield Record(
            reading.family.key,
            reading.sheet,
            row + 1,
            reading.heading,
            tuple(FOOTNOTE.sub("", text) for text in reading.last),
            words,
            {
                measure: Figure(
                    cell_at(cells, column), reading.units.get(column, ""), a1(row, column)
                )
                for measure, column in group.items()
            },
            "" if reading.unit_column is None else cell_at(cells, reading.unit_column),
            reading.notes,
        )
