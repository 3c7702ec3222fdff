"""Results that stand in no release: their tables, over those of the release.

Belongs here: where the tables come from. Does not belong here: computing
(``footprint_computed``), words (``footprint_explain``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.cli.release_folder import tables_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import polars as pl

    from pipelines.findings import Finding
    from pipelines.settings import Settings


def name_of(inventory: Path | None) -> str | None:
    """What an inventory that was named is called: its folder or file."""
    return None if inventory is None else inventory.resolve().name


def tables_for(
    folder: Path,
    names: Iterable[str],
    settings: Settings,
    inventory: Path | None,
    gwp: str | None,
    draws: tuple[int | None, int | None],
) -> tuple[dict[str, pl.DataFrame], list[Finding]]:
    """Tables of a release; those that footprints fill, of an inventory where one is named.

    Args:
        folder: the release's folder.
        names: tables wanted.
        settings: seeds with the rules.
        inventory: the inventory's folder or workbook.
        gwp: GWP set asked for; each product's own by default.
        draws: samples and seed of the inventory, None for the rule's.

    Returns:
        The tables, and what is told of the computation.

    Raises:
        WrongUsage: there is no such inventory.
        UnreadableInput: a file is missing or cannot be read.
        FaultyData: the inventory is faulty or has no solution.
    """
    wanted = list(names)
    if inventory is None:
        return tables_of(folder, wanted), []
    from pipelines.cli.footprint_computed import computed

    done = computed(inventory, folder, settings, gwp, draws)
    released = tables_of(folder, [name for name in wanted if name not in done.tables])
    return {name: {**released, **done.tables}[name] for name in wanted}, done.findings
