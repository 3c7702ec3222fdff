"""Inventories and populations handed in, as rows for a run: those of seeds, those decided on.

Belongs here: which of them a run reads, read through the desk's own check, and the sources
they rest on. Does not belong here: factors (``submitted_rows``), computing and grading.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipelines.commands.submitted_rows import (
    checked_seed,
    seed_folders,
    standing_files,
    without_peers,
)
from pipelines.desk.candidates import source_tables
from pipelines.desk.product_rows import INVENTORY, is_open, rows_of_products
from pipelines.errors import FaultyData
from pipelines.findings import finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from pipelines.desk.check import Checked, Known
    from pipelines.settings import Settings
    from pipelines.tabular.text_table import TextRow

NAME = "submitted"


@dataclass(frozen=True)
class HandedIn:
    """What submissions add to a run.

    Attributes:
        inventories: rows by table, by the inventory's id; their file is named with the
            submission and the sheet.
        populations: rows by the population's name, as a grade rule names it.
        sources: ``source`` and ``source_file`` rows of what they rest on.
        withheld: ids of submissions whose rights let nothing of them be published.
        faulty: ids of submissions left out whole for faulty rows, with the codes of these.
    """

    inventories: Mapping[str, Mapping[str, list[TextRow]]] = field(default_factory=dict)
    populations: Mapping[str, list[TextRow]] = field(default_factory=dict)
    sources: tuple[Mapping[str, pl.DataFrame], ...] = ()
    withheld: tuple[str, ...] = ()
    faulty: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def handed_in(settings: Settings, kind: str, size: int | None = None) -> HandedIn:
    """The inventories or populations that a run reads.

    Args:
        settings: seeds and home.
        kind: ``inventory`` or ``population``.
        size: how many ledger entries the run reads.

    Returns:
        Their rows; only products that pass the check and that people decided to admit, or
        that seeds hold. A file whose rights are not open, or whose faults leave nothing of
        it, is named and left out.

    Raises:
        UnreadableInput: a file of the seeds is missing, changed or refused by the intake.
        FaultyData: ``submission.toml`` lacks a key.
        Conflict: stored bytes are gone or changed.
    """
    inventories: dict[str, Mapping[str, list[TextRow]]] = {}
    populations: dict[str, list[TextRow]] = {}
    sources, withheld = [], []
    faulty: dict[str, tuple[str, ...]] = {}
    for name, checked, products, known in _files(settings, kind, size):
        if not is_open(checked.sheets):
            withheld.append(name)
            continue
        rows = _good(checked, products, known)
        if not rows:
            faulty[name] = tuple(sorted({
                code for sheet in checked.sheets.values() for r in sheet.rows for code in r.faults
            }))  # fmt: skip
            continue
        rows = _named(rows, f"{name}/{checked.workbook.name}")
        sources.append(source_tables(checked.sheets["source"], checked.origin))
        if kind == "inventory":
            # Ids of submissions are of capitals, which the id of an inventory may not hold.
            inventories[f"{NAME}-{name.lower()}"] = {t: rows.get(t, []) for t in INVENTORY}
        else:
            populations[f"{NAME}/{name}"] = rows["population"]
    return HandedIn(inventories, populations, tuple(sources), tuple(withheld), faulty)


def _files(
    settings: Settings, kind: str, size: int | None
) -> Iterator[tuple[str, Checked, set[str] | None, Known]]:
    """Each submission of a kind: its name, what checking found, the products decided on."""
    folders = seed_folders(settings)
    known = without_peers(settings) if folders else None
    for folder in folders:
        checked = checked_seed(folder, known) if known is not None else None
        if checked is not None and known is not None and checked.workbook.kind == kind:
            yield folder.name, checked, None, known
    for name, checked, keys, used in standing_files(settings, kind, size):
        yield name, checked, keys, used


def _good(checked: Checked, products: set[str] | None, known: Known) -> dict[str, list[TextRow]]:
    """The rows of the products that pass and were decided on; an inventory is taken whole."""
    record = "population" if "population" in checked.sheets else "product"
    if record not in checked.sheets:
        return {}
    rows = rows_of_products(
        checked.workbook.name, checked.sheets, known.flows, known.lists, checked.origin.confidence
    )
    good = {r.number + 1 for r in checked.sheets[record].rows if r.is_good}
    if record == "product" and not all(
        r.is_good for t in INVENTORY if t in checked.sheets for r in checked.sheets[t].rows
    ):
        # One faulty row may move every result of the processes it is linked with.
        return {}
    rows[record] = [
        row
        for row in rows[record]
        if row.number in good and (products is None or row["product_id"] in products)
    ]
    return rows if rows[record] else {}


def _named(rows: Mapping[str, list[TextRow]], file: str) -> dict[str, list[TextRow]]:
    """The rows, their file said with the submission: sheets are called alike in all of them."""
    return {
        table: [replace(row, file=f"{file} {row.file}") for row in held]
        for table, held in rows.items()
    }


@contextmanager
def told_by_submission(found: HandedIn) -> Iterator[None]:
    """What stops the computation of an inventory handed in says which one, and what to do.

    Args:
        found: what was handed in.

    Raises:
        FaultyData: as raised within, E-OUT-01 added for each submission whose rows it names.
    """
    try:
        yield
    except FaultyData as refused:
        told = {str(one.place.get("file")): one.code for one in reversed(refused.findings)}
        files = {
            row.file: None
            for rows in found.inventories.values()
            for held in rows.values()
            for row in held
            if row.file in told
        }
        stopped = {file.partition("/")[0]: file for file in reversed(files)}
        more = [
            finding("E-OUT-01", file=file, value=name, fault=told[file])
            for name, file in sorted(stopped.items())
        ]
        raise FaultyData([*refused.findings, *more]) from refused


def with_sources(tables: Mapping[str, pl.DataFrame], found: HandedIn) -> dict[str, pl.DataFrame]:
    """``source`` and ``source_file`` with those that submissions rest on."""
    import polars as pl

    return {
        name: pl.concat([frame, *(made[name] for made in found.sources)])
        for name, frame in tables.items()
    }
