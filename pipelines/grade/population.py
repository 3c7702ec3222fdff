"""Populations: results read from CSV, every bad cell refused by its row and column.

Belongs here: reading the population columns. Does not belong here: whether results compare
(``comparable``), owners (``owners``) and disclosure (``disclosure``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData
from pipelines.findings import Finding, finding
from pipelines.quantities.number import NotANumber, exact, to_double
from pipelines.tabular.text_table import TextRow, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

COLUMNS = (
    "product_id", "owner_id", "category_id", "value", "unit", "boundary", "gwp_set",
    "accounting_rule", "period_start", "period_end", "output", "gsd2",
)  # fmt: skip
# The least that a number of a column may be.
LEAST = {"output": 0.0, "gsd2": 1.0}
_YEAR = re.compile(r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")


@dataclass(frozen=True)
class Member:
    """One result of a population.

    Attributes:
        product_id: the product.
        owner_id: its ultimate owner; empty for modelled or country data.
        value: the graded value.
        unit: its unit.
        boundary: its boundary, empty when not stated.
        gwp_set: its GWP set, empty when not stated.
        accounting_rule: its accounting rule, empty when not stated.
        years: first and last year of its period.
        output: output for weighting, 1 when not given.
        category_id: its category, empty when not stated.
        gsd2: squared geometric standard deviation, if known.
    """

    product_id: str
    owner_id: str
    value: float
    unit: str
    boundary: str
    gwp_set: str
    accounting_rule: str
    years: tuple[int, int] | None
    output: float
    category_id: str = ""
    gsd2: float | None = None


def _number(row: TextRow, column: str, faults: list[Finding]) -> float | None:
    text = row.get(column)
    if text is None and column != "value":
        return None
    try:
        found = to_double(exact(text or ""))
    except NotANumber:
        found = None
    if found is None or found < LEAST.get(column, found):
        faults.append(finding("E-GRD-08", file=row.file, row=row.number, column=column, value=text))
    return found


def _years(row: TextRow, faults: list[Finding]) -> tuple[int, int] | None:
    start, end = row.get("period_start"), row.get("period_end")
    if not start or not end or not (_YEAR.match(start) and _YEAR.match(end)):
        return None
    if _first_day(start) > _last_day(end):
        faults.append(
            finding("E-GRD-13", file=row.file, row=row.number, column="period_end",
                    value=end, expected=[f">= {start}"])
        )  # fmt: skip
        return None
    return int(start[:4]), int(end[:4])


def _first_day(text: str) -> str:
    return (text + "-01-01")[:10] if len(text) == 4 else (text + "-01")[:10]


def _last_day(text: str) -> str:
    return (text + "-12-31")[:10] if len(text) == 4 else (text + "-31")[:10]


def read_population(path: Path, name: str | None = None) -> list[Member]:
    """The results of a population file.

    Args:
        path: CSV with the columns of ``COLUMNS``.
        name: how the file is called in messages.

    Returns:
        One member per row, in the order of the file.

    Raises:
        UnreadableInput: the file is missing or not UTF-8.
        FaultyData: a column is missing, a row ragged or without product, a value not a
            finite number, an output negative, a gsd2 below 1, a period that ends before it
            begins; every such cell at once.
    """
    return members_of(read_rows(path, needed=COLUMNS, name=name or path.name))


def members_of(rows: Iterable[TextRow]) -> list[Member]:
    """The results of a population, wherever its rows were read.

    Raises:
        FaultyData: see ``read_population``.
    """
    faults: list[Finding] = []
    members = [_member(row, faults) for row in rows]
    if faults:
        raise FaultyData(faults)
    return members


def _member(row: TextRow, faults: list[Finding]) -> Member:
    if not row["product_id"]:
        faults.append(finding("E-TEXT-01", file=row.file, row=row.number, column="product_id"))
    value = _number(row, "value", faults)
    output = _number(row, "output", faults)
    return Member(
        row["product_id"],
        row["owner_id"],
        0.0 if value is None else value,
        row["unit"],
        row["boundary"],
        row["gwp_set"],
        row["accounting_rule"],
        _years(row, faults),
        1.0 if output is None else output,
        row["category_id"],
        _number(row, "gsd2", faults),
    )


def edition_of(path: Path) -> dt.date | None:
    """The day in the name of a folder of an earlier edition, None where it has none."""
    try:
        return dt.date.fromisoformat(path.name)
    except ValueError:
        return None


def edition_mark(members: Sequence[Member]) -> str:
    """A short mark of an edition: its members' results, in whatever order.

    Args:
        members: every result of a population.

    Returns:
        The first 16 hexadecimal digits of SHA-256 over the results.
    """
    rows = sorted(repr(tuple(getattr(m, f) for f in Member.__dataclass_fields__)) for m in members)
    return hashlib.sha256("\n".join(rows).encode("utf-8")).hexdigest()[:16]


def earlier_populations(
    seeds: Path, names: Sequence[str]
) -> dict[str, list[tuple[dt.date, list[Member]]]]:
    """Every edition before the present one of each population that has any, oldest first.

    Earlier editions lie in dated folders beside the present file:
    ``populations/SOURCE/2025-11-21/FILE.csv``.

    Args:
        seeds: the seeds folder.
        names: populations, as rules name them.

    Raises:
        FaultyData: see ``read_population``.
    """
    found = {}
    for name in names:
        source, _, file = name.rpartition("/")
        folder = seeds / "populations" / source
        dated = sorted(
            (day, path / f"{file}.csv")
            for path in folder.glob("*")
            if (day := edition_of(path)) and (path / f"{file}.csv").is_file()
        )
        if dated:
            found[name] = [
                (day, read_population(path, f"{source}/{day}/{file}.csv")) for day, path in dated
            ]
    return found
