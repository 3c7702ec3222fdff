"""What the rooms of footprints and grades hold against rows handed in at the desk.

Belongs here: the rooms' own checks, called with rows of text, so that an inventory is judged
at the desk by the very rules it is computed by. Does not belong here: the desk's checks of
cells (``pipelines.desk``), choosing factors and computing (``pipelines.footprint``).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData, TanyuanError
from pipelines.findings import finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import polars as pl

    from pipelines.findings import Finding
    from pipelines.footprint import Library
    from pipelines.footprint.inventory import Inventory
    from pipelines.settings import Settings
    from pipelines.tabular.text_table import TextRow

    Rows = Mapping[str, list[TextRow]]
    Faults = Callable[[str, Rows], list[Finding]]

# Tables of a release that tell of a factor whether it can serve.
OF_FACTORS = ("factor", "factor_gas", "factor_quality")


def product_faults(
    settings: Settings, newest: Callable[[], Path | None] | None = None
) -> Faults:  # fmt: skip
    """The rooms' checks of an inventory or a population.

    Args:
        settings: seeds and home.
        newest: gives the folder of the newest release, against which the factors that an
            inventory names are held. Left out in a run, which has factors of its own.

    Returns:
        A function from the file's name and rows by table to findings, each naming file, row
        and column as its rows do.
    """

    def faults(file: str, rows: Rows) -> list[Finding]:
        try:
            if "population" in rows:
                from pipelines.grade import members_of

                members_of(rows["population"])
            elif rows:
                from pipelines.footprint import inventory_of, sound

                inventory = sound(inventory_of("submitted", rows), _bench(settings.seeds))
                return _pin_faults(settings, inventory, rows, file, newest) if newest else []
        except TanyuanError as refused:
            return list(refused.findings)
        return []

    return faults


def _pin_faults(
    settings: Settings,
    inventory: Inventory,
    rows: Rows,
    file: str,
    newest: Callable[[], Path | None],
) -> list[Finding]:
    """What the newest release holds against the factors an inventory names, if it names any."""
    from pipelines.footprint import pin_faults, pins_of

    named = pins_of(rows)
    release = newest() if named else None
    if release is None:
        return [finding("W-INV-01", file=file)] if named else []
    return pin_faults(inventory, _library(settings.seeds, _factors(release, named)))


def _factors(release: Path, named: list[str]) -> dict[str, pl.DataFrame]:
    """The rows of some factors of a release."""
    import polars as pl

    paths = {name: release / "data" / f"{name}.parquet" for name in OF_FACTORS}
    return {
        name: pl.read_parquet(path).filter(pl.col("factor_id").is_in(named))
        for name, path in paths.items()
    }


def folder_faults(settings: Settings, folder: Path) -> list[Finding]:
    """What the rows of an inventory folder tell by themselves, before any factor is chosen.

    Raises:
        UnreadableInput: a needed file is missing or not UTF-8.
    """
    from pipelines.footprint import read_inventory, sound

    try:
        sound(read_inventory(folder), _bench(settings.seeds))
    except FaultyData as refused:
        return list(refused.findings)
    return []


@cache
def _bench(seeds: Path) -> Library:
    """The seeds' reference tables and rules, without any factor: what rows are judged by."""
    return _library(seeds, {})


@cache
def _reference(seeds: Path) -> dict[str, pl.DataFrame]:
    """The seeds' reference tables, and the others of a library empty."""
    from pipelines.commands.judging import reference_and_gwp
    from pipelines.footprint import LIBRARY
    from pipelines.settings import Settings
    from schemas import ALL_TABLES
    from schemas.render.frame import empty

    reference, gwp = reference_and_gwp(Settings(seeds, seeds))
    tables = {**{name: empty(ALL_TABLES[name]) for name in LIBRARY}, **reference, "gwp": gwp}
    return {name: tables[name] for name in LIBRARY}


def _library(seeds: Path, factors: Mapping[str, pl.DataFrame]) -> Library:
    """The seeds' reference tables and rules, over some factors."""
    from pipelines.footprint import (
        Library,
        read_accounting_rules,
        read_reporting_rule,
        read_resolution_rule,
        read_spread_rule,
    )
    from pipelines.publish.release_plan import read_plan

    return Library.over(
        {**_reference(seeds), **factors}, read_accounting_rules(seeds),
        read_resolution_rule(seeds), read_plan(seeds).released_on, read_spread_rule(seeds),
        read_reporting_rule(seeds),
    )  # fmt: skip
