"""What a release holds against the factors that an inventory names itself.

Belongs here: the pins of lines and certificates tried as a computation tries them, and nothing
else. Does not belong here: how a pin is refused (``pins``), lines that leave the choice open
(``selection``): another release may serve them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.errors import FaultyData
from pipelines.footprint.cell_checks import placed
from pipelines.footprint.instruments import factors_of_instruments
from pipelines.footprint.requests import FACTOR, requests_of
from pipelines.footprint.selection import select

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.findings import Finding
    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.library import Library
    from pipelines.tabular.text_table import TextRow

PINNING = ("exchange", "instrument")


def pins_of(rows: Mapping[str, Iterable[TextRow]]) -> list[str]:
    """The factors that lines and certificates name, as written, their versions left out.

    Args:
        rows: an inventory's rows of text by table.
    """
    named = [row.get("provider") or "" for table in PINNING for row in rows.get(table, ())]
    pins = (one.removeprefix(FACTOR).strip() for one in named if one.startswith(FACTOR))
    return sorted({pin.partition("@")[0] for pin in pins})


def pin_faults(inventory: Inventory, library: Library) -> list[Finding]:
    """What the engine would say of the factors that an inventory names.

    Args:
        inventory: checked.
        library: a release's tables; of its factors those named are enough.

    Returns:
        E-FPT-02 one does not exist, E-FPT-01 it cannot serve, E-SEL-10 it is not valid at the
        time, E-SEL-13 it is of another GWP set than a product's own; each with file and row.
    """
    found: list[Finding] = []
    rule = library.resolution
    for gwp_set in sorted({product["gwp_set"] for product in inventory.rows["product"]}):
        pinned = requests_of(inventory, rule, gwp_set).filter(pl.col("pinned").is_not_null())
        try:
            select(pinned, library.factor, library.factor_gas, library.chains, rule, library.book)
        except FaultyData as refused:
            found += placed(refused.findings, inventory)
        try:
            factors_of_instruments(inventory, library, gwp_set)
        except FaultyData as refused:
            found += refused.findings
    return list({(one.code, one.zh): one for one in found}.values())
