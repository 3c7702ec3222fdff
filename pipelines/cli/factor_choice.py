"""The factor for a context of use, chosen by the engine's own rule over a release's tables.

Belongs here: one request as the engine takes it, one answer as the service gives it. Does not
belong here: the rule (``pipelines.footprint``) and the service (``pipelines.serve``), which do
not know each other.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipelines.serve.service.shelf import Shelf

COLUMNS = (
    "factor_id", "version", "status", "name_zh", "name_en", "value", "value_unit",
    "reference_unit", "factor_kind", "boundary", "gwp_set", "region_code", "reference_year",
    "data_start", "data_end", "dqr", "source_id", "edition", "flags",
)  # fmt: skip


def chooser(seeds: Path) -> Callable[[Shelf, Mapping[str, Any]], dict[str, Any]]:
    """A function that chooses a factor for a context of use.

    Args:
        seeds: where the rule of choice is kept.

    Returns:
        Takes a shelf and ``flow_id, region_code, year, use, unit, route, gwp_set``; gives
        ``factor`` (None when uncovered), ``unit_ratio``, the reasons, the runners-up and the
        version of the rule. Without ``unit`` the flow's own unit is taken: the one in which
        most of its factors are given.

    Raises:
        FaultyData: from the function, when two factors tie and no decision settles it.
    """
    from pipelines.footprint import read_resolution_rule
    from pipelines.footprint.reference import FlowBook, region_chains
    from pipelines.footprint.requests import SCHEMA
    from pipelines.footprint.selection import select

    rule = read_resolution_rule(seeds)
    indexed: WeakKeyDictionary[Shelf, tuple[Any, Any]] = WeakKeyDictionary()
    lock = threading.Lock()

    def books(shelf: Shelf) -> tuple[Any, Any]:
        with lock:
            if shelf not in indexed:
                tables = shelf.tables
                indexed[shelf] = (region_chains(tables["region"]), FlowBook.over(tables))
            return indexed[shelf]

    def choose(shelf: Shelf, asked: Mapping[str, Any]) -> dict[str, Any]:
        chains, book = books(shelf)
        factor = shelf.tables["factor"].filter(
            (pl.col("flow_id") == asked["flow_id"]) & pl.col("value").is_not_null()
        )
        request = {
            "process_id": "lookup", "line": "1", "use": asked["use"],
            "flow_id": asked["flow_id"], "region_code": asked["region_code"],
            "route": asked["route"] or rule.default_route.get(asked["use"]),
            "supplier_id": None, "midpoint": dt.date(asked["year"], 7, 1),
            "amount_unit": asked["unit"] or _usual_unit(factor), "gwp_set": asked["gwp_set"],
            "pinned": None,
        }  # fmt: skip
        found = select(
            pl.DataFrame([request], schema=SCHEMA),
            factor,
            shelf.tables["factor_gas"].join(factor, on=["factor_id", "version"], how="semi"),
            {asked["region_code"]: chains.get(asked["region_code"], [])},
            rule,
            book,
        )["lookup", "1", asked["use"]]
        # The engine's row carries the request's place and GWP set; the factor has its own.
        chosen = next(
            (
                {name: row[name] for name in COLUMNS}
                for row in factor.iter_rows(named=True)
                if found.factor is not None
                and row["factor_id"] == found.factor["factor_id"]
                and row["version"] == found.factor["version"]
            ),
            None,
        )
        return {
            "factor": chosen,
            "unit_ratio": None if chosen is None else found.unit_ratio,
            "reason_zh": found.reason_zh,
            "reason_en": found.reason_en,
            "runners_up": json.loads(found.runners_up),
            "rule_version": rule.version,
        }

    return choose


def _usual_unit(factor: pl.DataFrame) -> str:
    """The reference unit most factors have; the first by name among equals."""
    if factor.is_empty():
        return "kg"
    counts = factor.group_by("reference_unit").len().sort(["len", "reference_unit"],
                                                          descending=[True, False])  # fmt: skip
    return str(counts["reference_unit"][0])
