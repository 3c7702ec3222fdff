"""An inventory computed against a release, for the commands that answer from it.

Belongs here: reading the release and the rules, what is told of a result. Does not belong
here: options and texts (``footprint``).
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.cli.release_folder import tables_of

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    import polars as pl

    from pipelines.findings import Finding
    from pipelines.settings import Settings


@dataclass(frozen=True)
class Computed:
    """An inventory's answers.

    Attributes:
        products: one answer per product.
        findings: what they count twice, what they assume or leave open, then what the desk
            says of a workbook.
        summary: counts.
        tables: every table computed.
        names: what codes of the release are called, Chinese and English.
    """

    products: list[dict[str, Any]]
    findings: list[Finding]
    summary: dict[str, int]
    tables: dict[str, pl.DataFrame]
    names: dict[str, tuple[str, str]]


def _claimed_elsewhere(folder: Path, processes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Certificates that processes of the release claim, those of the inventory left out."""
    import polars as pl

    own = [row["process_id"] for row in processes]
    claimed = tables_of(folder, ["instrument"])["instrument"]
    return claimed.filter(~pl.col("process_id").is_in(own)).to_dicts()


def _laid_out(
    settings: Settings, inventory: Path
) -> AbstractContextManager[tuple[Path, list[Finding]]]:
    """The folder of an inventory, with what is told of reading it; the desk is loaded late."""
    if inventory.is_dir():
        from pipelines.commands.inventory_files import plain_folder

        return plain_folder(inventory)
    from pipelines.commands.inventory_workbook import inventory_folder

    return inventory_folder(settings, inventory)


def computed(
    inventory: Path,
    folder: Path,
    settings: Settings,
    gwp: str | None,
    draws: tuple[int | None, int | None],
) -> Computed:
    """Compute an inventory against a release.

    Args:
        inventory: the inventory's folder or workbook.
        folder: the release's folder.
        settings: seeds with the rules.
        gwp: GWP set asked for; each product's own by default.
        draws: samples and seed, None for the rule's.

    Raises:
        WrongUsage: there is no such inventory.
        UnreadableInput: a file is missing or cannot be read.
        FaultyData: the inventory is faulty or has no solution.
    """
    import polars as pl

    from pipelines.footprint import (
        FactorBook,
        Library,
        assumed,
        compute,
        double_counted,
        gathered,
        read_accounting_rules,
        read_double_counting_rule,
        read_reporting_rule,
        read_resolution_rule,
        read_spread_rule,
    )
    from pipelines.footprint.library import LIBRARY
    from pipelines.serve.explain.words import names_of
    from pipelines.serve.footprint_answer import answers

    manifest = json.loads((folder / "manifest.json").read_bytes())
    released = {name: pl.read_parquet(folder / "data" / f"{name}.parquet") for name in LIBRARY}
    library = Library.over(
        released,
        read_accounting_rules(settings.seeds),
        read_resolution_rule(settings.seeds),
        dt.date.fromisoformat(manifest["released_on"]),
        read_spread_rule(settings.seeds),
        read_reporting_rule(settings.seeds),
    )
    sets = () if gwp is None else (gwp,)
    rule = read_double_counting_rule(settings.seeds)
    with _laid_out(settings, inventory) as (laid, noted):
        tables = compute(
            [laid], library, gwp_sets=sets, samples=draws[0], seed=draws[1], double_counting=rule
        )
    found = answers(tables, gwp)
    shown = sorted((product["product_id"], product["gwp_set"]) for product in found)
    rows = {name: frame.to_dicts() for name, frame in tables.items()}
    rows["instrument"] += _claimed_elsewhere(folder, rows["process"])
    book = FactorBook.over(library.factor, library.book.categories)
    twice, open_ = double_counted(rows, book, rule), assumed(rows, library)
    of_twice = [one for key in shown for one in twice.get(key, ())]
    of_open = gathered(one for key in shown for one in open_.get(key, ()))
    summary = {
        "products": len(found), "double_counting": len(of_twice), "assumptions": len(of_open),
    }  # fmt: skip
    return Computed(found, [*of_twice, *of_open, *noted], summary, tables, names_of(released))
