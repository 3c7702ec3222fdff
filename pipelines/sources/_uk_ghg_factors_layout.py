"""The two layouts of the UK conversion factors, both read as rows of the flat file.

Belongs here: finding the header by its headings, the cells of presentation sheets turned
into flat rows, rows that belong to no table. Does not belong here: what an activity is
(``_uk_ghg_factors_meaning``) and what becomes of a row (the source module).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.ingest.published_harvest import Layout
from pipelines.sources._workbook_grid import a1, carried, cell_at, filled, is_number, key_of, plain
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipelines.ingest.published_harvest import PublishedHarvest
    from pipelines.sources._workbook_grid import Grid

LABELS = ("Scope", "Level 1", "Level 2", "Level 3", "Level 4", "Column Text", "UOM")
VALUE = "GHG Conversion Factor"
FLAT = Layout("flat file", (*LABELS, "GHG/Unit", VALUE), ("ID", *LABELS, "GHG/Unit", VALUE))
_NAMES = (
    "Fuel", "Emission", "Type", "Country", "Haul", "Class", "Size", "Material", "Waste type",
)  # fmt: skip
_QUANTITY = "GHG/Unit"
FULL = Layout(
    "full set", ("Activity", "Unit", _QUANTITY), ("Activity", *_NAMES, "Unit", "Year", _QUANTITY)
)
_IN_VALUE = re.compile(r"^GHG Conversion Factor\s+(\d{4})$", re.IGNORECASE)
_PER = re.compile(r"^(kg CO2e( of \S+ per unit)?|kWh \([^)]*\))$")
# Words the publisher changed while the activity stayed the same: new to old.
_RENAMED = {"incineration with energy recovery": "combustion"}
_SEARCHED = 40
_HEAD = 10


@dataclass(frozen=True)
class FlatRow:
    """One figure with its labels, whichever layout it stands in.

    Attributes:
        row: the labels of the flat file as cells, ``VALUE`` among them.
        locator: sheet and cell of the figure.
        year: the year the set is for, where the layout states it.
        is_figure: whether it stands in a table of factors.
    """

    row: TextRow
    locator: str
    year: int | None
    is_figure: bool = True

    def __getitem__(self, label: str) -> str:
        """The text under a label, blanks removed; an absent label is blank."""
        return self.row.get(label) or ""

    @property
    def key(self) -> str:
        """The key of the activity and its unit: the same in every layout and edition."""
        unit, size = self["UOM"], self["Level 4"]
        words = key_of(self["Column Text"])
        return key_of(
            self["Level 1"], self["Level 2"], self["Level 3"], "" if size == unit else size,
            _RENAMED.get(words, words), unit,
        )  # fmt: skip

    @property
    def quantity(self) -> str:
        """What the figure counts: ``kg CO2e``, a gas's part of it, or energy."""
        return self[_QUANTITY]


def flat_rows(harvest: PublishedHarvest, name: str, sheets: Mapping[str, Grid]) -> list[FlatRow]:
    """Every row of data of a workbook, in the order in which it is printed.

    Raises:
        UnreadableInput: E-FILE-02, neither layout, or a heading it cannot do without is gone.
    """
    headers = [(sheet, *_best_header(grid)) for sheet, grid in sheets.items()]
    sheet, row, headings = max(headers, key=lambda found: found[2], default=("", 0, 0))
    if headings > len(FLAT.known) // 2:
        return list(_flat_file(harvest, name, sheet, sheets[sheet], row))
    return list(_full_set(harvest, name, sheets))


# -- flat file ---------------------------------------------------------------------------------


def _header_name(text: str) -> str:
    return VALUE if _IN_VALUE.match(plain(text)) else plain(text)


def _best_header(grid: Grid) -> tuple[int, int]:
    """The row that looks most like the flat file's header, and how many headings it has."""
    scored = [
        (len({_header_name(text) for text in row}.intersection(FLAT.known)), -number)
        for number, row in enumerate(grid[:_SEARCHED])
    ]
    best = max(scored, default=(0, 0))
    return -best[1], best[0]


def _flat_file(
    harvest: PublishedHarvest, name: str, sheet: str, grid: Grid, header_row: int
) -> Iterator[FlatRow]:
    header = [_header_name(text) for text in grid[header_row]]
    harvest.layout(name, [text for text in header if text], [FLAT])
    year = next((m[1] for text in grid[header_row] if (m := _IN_VALUE.match(plain(text)))), None)
    column = header.index(VALUE)
    shown = harvest.edition.shown(name)
    for number, cells in enumerate(grid[header_row + 1 :], start=header_row + 1):
        found = filled(cells)
        if not found or (len(found) == 1 and "END" in found.values()):
            continue
        texts = dict(zip(header, cells, strict=False))
        yield FlatRow(
            TextRow(shown, number + 1, texts),
            f"{sheet}!{a1(number, column)}",
            int(year) if year else None,
        )


# -- full set ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Block:
    """A table on a presentation sheet: where its columns stand."""

    labels: tuple[int, ...]
    unit: int
    figures: tuple[tuple[int, str, str], ...]


def _is_header(row: list[str]) -> bool:
    """Whether a row is a table's header; two of its three kinds of headings tell."""
    texts = {plain(text) for text in row}
    kinds = ("Activity" in texts, "Unit" in texts, any(_PER.match(text) for text in texts))
    return sum(kinds) >= 2


def _heading(text: str) -> str:
    return _QUANTITY if _PER.match(text) else text


def _block(harvest: PublishedHarvest, name: str, above: list[str], row: list[str]) -> _Block:
    texts = {column: plain(text) for column, text in filled(row).items()}
    harvest.layout(name, [_heading(text) for text in texts.values()], [FULL])
    unit = next(c for c, text in texts.items() if text == "Unit")
    labels = tuple(c for c, text in texts.items() if c < unit and text in FULL.known)
    quantities = [(c, text) for c, text in texts.items() if _PER.match(text)]
    # A group of columns has its words above its first column; a note above has not.
    words, current = filled(above), ""
    starts = {column for column, text in quantities if text == quantities[0][1]}
    figures = []
    for column, text in quantities:
        if column in starts:
            current = plain(words[column]) if starts.issubset(words) else ""
        figures.append((column, text, current))
    return _Block(labels, unit, tuple(figures))


def _about(grid: Grid, what: str) -> str:
    """What the head of a sheet says after ``Scope:`` or ``Year:``."""
    for row in grid[:_HEAD]:
        for column, text in enumerate(row):
            if text.strip() == what:
                return cell_at(row, column + 1)
    return ""


def _full_set(
    harvest: PublishedHarvest, name: str, sheets: Mapping[str, Grid]
) -> Iterator[FlatRow]:
    before = set(harvest.columns_lost)
    is_any = False
    for sheet, grid in sheets.items():
        if any(_is_header(row) for row in grid):
            is_any = True
            yield from _sheet(harvest, name, sheet, grid)
        else:
            yield from _passed_over(harvest, name, sheet, grid)
    if not is_any:
        harvest.layout(name, sorted(sheets), [FLAT, FULL])
    # Each table has the label columns it needs; a column is not lost for standing elsewhere.
    harvest.columns_lost = before


def _sheet(harvest: PublishedHarvest, name: str, sheet: str, grid: Grid) -> Iterator[FlatRow]:
    shown = harvest.edition.shown(name)
    year_text = _about(grid, "Year:")
    year = int(year_text) if re.fullmatch(r"\d{4}", year_text) else None
    head = {"Scope": _about(grid, "Scope:"), "Level 1": sheet}
    block: _Block | None = None
    labels: list[str] = []
    for number, row in enumerate(grid):
        if _is_header(row):
            block = _block(harvest, name, grid[number - 1] if number else [], row)
            labels = [""] * len(block.labels)
        elif block is not None and cell_at(row, block.unit):
            labels = carried(labels, [cell_at(row, c) for c in block.labels])
            yield from _figures(TextRow(shown, number + 1, head), sheet, row, block, labels, year)
        else:
            block = None
            stray = {c: t for c, t in filled(row).items() if is_number(t)}
            if stray and number >= _HEAD:
                cells = {**head, "sheet": sheet, VALUE: next(iter(stray.values()))}
                yield FlatRow(
                    TextRow(shown, number + 1, cells), f"{sheet}!{a1(number, min(stray))}", year,
                    is_figure=False,
                )  # fmt: skip


def _figures(
    about: TextRow, sheet: str, row: list[str], block: _Block, labels: list[str], year: int | None
) -> Iterator[FlatRow]:
    named = dict(zip(("Level 2", "Level 3", "Level 4"), labels, strict=False))
    for column, quantity, words in block.figures:
        cells = {
            **about.cells,
            **named,
            "Column Text": words,
            "UOM": cell_at(row, block.unit),
            _QUANTITY: quantity,
            VALUE: cell_at(row, column),
        }
        yield FlatRow(
            TextRow(about.file, about.number, cells),
            f"{sheet}!{a1(about.number - 1, column)}",
            year,
        )


def _passed_over(harvest: PublishedHarvest, name: str, sheet: str, grid: Grid) -> Iterator[FlatRow]:
    """Rows of a sheet that holds no table of factors; each is counted."""
    for number, row in enumerate(grid):
        found = filled(row)
        if found:
            cells = {"sheet": sheet, "Level 1": sheet, VALUE: next(iter(found.values()))}
            yield FlatRow(
                TextRow(harvest.edition.shown(name), number + 1, cells),
                f"{sheet}!{a1(number, min(found))}",
                None,
                is_figure=False,
            )
