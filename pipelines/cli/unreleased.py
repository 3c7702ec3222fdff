"""Results that stand in no release: the options that ask for them, and their tables.

Belongs here: an inventory computed against a release, its tables over the release's. Does not
belong here: computing (``footprint_computed``), words (``footprint_explain``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.release_folder import tables_of
from pipelines.errors import WrongUsage
from pipelines.findings import finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from pipelines.findings import Finding
    from pipelines.settings import Settings

Inventory = Annotated[
    Path | None,
    typer.Option(help="未发布的清单：文件夹或工作簿 an inventory not released: folder or workbook"),
]
Samples = Annotated[
    int | None, typer.Option(min=0, help="该清单的抽样数，0 为不抽样 samples of that inventory")
]
Seed = Annotated[int | None, typer.Option(min=0, help="该清单的随机种子 seed of its draws")]


def name_of(inventory: Path | None) -> str | None:
    """What an inventory that was named is called: its folder or file."""
    return None if inventory is None else inventory.resolve().name


def require_inventory(
    inventory: Path | None, draws: tuple[int | None, int | None]
) -> None:  # fmt: skip
    """Refuse options of the draws where no inventory is to be drawn.

    Raises:
        WrongUsage: E-USE-09, naming the option.
    """
    for option, given in zip(("--samples", "--seed"), draws, strict=True):
        if inventory is None and given is not None:
            raise WrongUsage(finding("E-USE-09", value=option, needed="--inventory"))


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
