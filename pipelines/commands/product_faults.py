"""What the rooms of footprints and grades hold against rows handed in at the desk.

Belongs here: the rooms' own checks, called with rows of text, so that an inventory is judged
at the desk by the very rules it is computed by. Does not belong here: the desk's checks of
cells (``pipelines.desk``), choosing factors and computing (``pipelines.footprint``).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData, TanyuanError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipelines.findings import Finding
    from pipelines.footprint import Library
    from pipelines.settings import Settings
    from pipelines.tabular.text_table import TextRow

    Faults = Callable[[Mapping[str, list[TextRow]]], list[Finding]]


def product_faults(settings: Settings) -> Faults:
    """The rooms' checks of an inventory or a population.

    Returns:
        A function from rows by table to findings, each naming file, row and column as its
        rows do.
    """

    def faults(rows: Mapping[str, list[TextRow]]) -> list[Finding]:
        try:
            if "population" in rows:
                from pipelines.grade import members_of

                members_of(rows["population"])
            elif rows:
                from pipelines.footprint import inventory_of, sound

                sound(inventory_of("submitted", rows), _bench(settings.seeds))
        except TanyuanError as refused:
            return list(refused.findings)
        return []

    return faults


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
    from pipelines.commands.judging import reference_and_gwp
    from pipelines.footprint import (
        LIBRARY,
        Library,
        read_accounting_rules,
        read_reporting_rule,
        read_resolution_rule,
        read_spread_rule,
    )
    from pipelines.publish.release_plan import read_plan
    from pipelines.settings import Settings
    from schemas import ALL_TABLES
    from schemas.render.frame import empty

    reference, gwp = reference_and_gwp(Settings(seeds, seeds))
    tables = {**{name: empty(ALL_TABLES[name]) for name in LIBRARY}, **reference, "gwp": gwp}
    return Library.over(
        {name: tables[name] for name in LIBRARY}, read_accounting_rules(seeds),
        read_resolution_rule(seeds), read_plan(seeds).released_on, read_spread_rule(seeds),
        read_reporting_rule(seeds),
    )  # fmt: skip
