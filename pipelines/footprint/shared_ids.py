"""Inventories of one batch: no product, process or certificate stands in two of them.

Belongs here: ids that two inventories share, each told with both places. Does not belong here:
ids that repeat within an inventory (``inventory_checks``), what a certificate that is claimed
twice does to a result (``double_counting``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.footprint.cell_checks import at
from schemas.product import INSTRUMENT, PROCESS, PRODUCT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.footprint.inventory import Inventory

# Tables of which a release holds each key once, and how their ids are called.
KEYED = (
    (PRODUCT, "产品编号", "product id"),
    (PROCESS, "过程编号", "process id"),
    (INSTRUMENT, "凭证编号", "certificate id"),
)


def require_apart(inventories: Iterable[Inventory]) -> None:
    """No two inventories share a key of a table that a release holds once.

    Args:
        inventories: the batch, each checked by itself.

    Raises:
        FaultyData: E-INV-26, some do; every one that comes later is named with the first.
    """
    batch = list(inventories)
    faults = []
    for table, zh, en in KEYED:
        first: dict[tuple[Any, ...], tuple[Inventory, dict[str, Any]]] = {}
        for inventory in batch:
            for i, row in enumerate(inventory.rows[table.name]):
                place = at(inventory, table.name, i)
                key = tuple(row[name] for name in table.key)
                other, known = first.setdefault(key, (inventory, place))
                if other is not inventory:
                    faults.append(
                        finding("E-INV-26", **place, column=table.key[0], value=row[table.key[0]],
                                what_zh=zh, what_en=en, other=known["file"], held=known["row"])
                    )  # fmt: skip
    if faults:
        raise FaultyData(faults)
