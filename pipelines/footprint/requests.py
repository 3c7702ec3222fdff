"""What each line of an inventory needs: a factor for supply, for combustion, or a process.

Belongs here: turning lines into requests, pinned factors included. Does not belong here:
ranking the candidates (``resolve``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.footprint.outputs import is_reference_line

if TYPE_CHECKING:
    import datetime as dt

    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.resolution_rule import ResolutionRule

SUPPLY, COMBUSTION = "supply", "combustion"
PRODUCT, FACTOR = "product:", "factor:"
# How the supply of a line that is also burnt is named in results.
SUPPLY_PART = ".supply"
USES = {
    None: (SUPPLY,),
    "supply": (SUPPLY,),
    "feedstock": (SUPPLY,),
    "combustion": (COMBUSTION,),
    "supply_and_combustion": (COMBUSTION, SUPPLY),
}
SCHEMA = {
    "process_id": pl.String, "line": pl.String, "use": pl.String, "flow_id": pl.String,
    "region_code": pl.String, "route": pl.String, "supplier_id": pl.String,
    "midpoint": pl.Date, "amount_unit": pl.String, "gwp_set": pl.String, "pinned": pl.String,
}  # fmt: skip


def is_linked(row: dict[str, Any]) -> bool:
    """Whether a line names a process of the inventory as its provider."""
    if row["direction"] in {"emission", "removal"}:
        return False
    return bool(row["provider"]) and ":" not in row["provider"]


def product_of(row: dict[str, Any]) -> str | None:
    """The product whose result serves a line, where it names one as its provider."""
    provider = row["provider"] or ""
    if row["direction"] in {"emission", "removal"} or not provider.startswith(PRODUCT):
        return None
    return provider.removeprefix(PRODUCT)


def is_burnt(row: dict[str, Any]) -> bool:
    """Whether a line served by a process or a product is also burnt where it is used."""
    is_served = is_linked(row) or product_of(row) is not None
    return is_served and row["direction"] == "input" and COMBUSTION in USES[row["flow_use"]]


def uses_of(row: dict[str, Any], *, is_credited: bool) -> tuple[str, ...]:
    """The uses for which a line needs a factor: what its provider brings needs none.

    A line that names its provider and is burnt gets its supply from there and its
    combustion from a factor; neither stands for the other.
    """
    if is_burnt(row):
        return (COMBUSTION,)
    return USES[row["flow_use"]] if needs_factor(row, is_credited=is_credited) else ()


def needs_factor(row: dict[str, Any], *, is_credited: bool) -> bool:
    """Whether a line is served by a factor rather than by a process, a product or a gas.

    Args:
        row: row of the ``exchange`` table.
        is_credited: whether its process credits what its co-products avoid.
    """
    if row["direction"] in {"emission", "removal"} or is_linked(row):
        return False
    if product_of(row) is not None:
        return False
    return row["direction"] != "coproduct" or is_credited


def requests_of(inventory: Inventory, rule: ResolutionRule, gwp_set: str) -> pl.DataFrame:
    """The requests of an inventory, one per line and use.

    Args:
        inventory: checked.
        rule: gives the route assumed where none is stated.
        gwp_set: the GWP set asked for.

    Returns:
        (n) rows of ``SCHEMA``; a line's own region, route and supplier override its
        process's.
    """
    processes = {row["process_id"]: row for row in inventory.rows["process"]}
    period = midpoint(inventory)
    rows = []
    for line in inventory.rows["exchange"]:
        process = processes[line["process_id"]]
        is_credited = process["allocation"] == "substitution"
        if is_reference_line(line, process):
            continue
        rows += [
            {
                "process_id": line["process_id"],
                "line": line["line"],
                "use": use,
                "flow_id": line["flow"],
                "region_code": line["region_code"] or process["region_code"],
                "route": line["route"] or rule.default_route.get(use),
                "supplier_id": line["supplier_id"],
                "midpoint": period,
                "amount_unit": line["amount_unit"],
                "gwp_set": gwp_set,
                "pinned": _pinned(line, use),
            }
            for use in uses_of(line, is_credited=is_credited)
        ]
    return pl.DataFrame(rows, schema=SCHEMA)


def _pinned(line: dict[str, Any], use: str) -> str | None:
    """The factor a line names; of a fuel's two uses the pin is for combustion."""
    provider = line["provider"] or ""
    if not provider.startswith(FACTOR):
        return None
    if line["flow_use"] == "supply_and_combustion" and use == SUPPLY:
        return None
    return provider.removeprefix(FACTOR)


def midpoint(inventory: Inventory) -> dt.date:
    """The middle of the period that the products of an inventory stand for."""
    starts: list[dt.date] = [row["period_start"] for row in inventory.rows["product"]]
    ends: list[dt.date] = [row["period_end"] for row in inventory.rows["product"]]
    start, end = min(starts), max(ends)
    return start + (end - start) / 2
