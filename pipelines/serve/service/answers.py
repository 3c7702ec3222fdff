"""The documents of the service: plain data from a shelf, every one naming its release.

Belongs here: what stands in each answer. Does not belong here: addresses (``application``).
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.serve.service.releases import View
    from pipelines.serve.service.shelf import Shelf

OF_A_GRADE = ("grade_threshold", "benchmark")


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, pl.Series):
        return value.to_list()
    if hasattr(value, "as_tuple"):
        return float(value)
    raise TypeError(type(value).__name__)


def body(view: View, data: Any, **more: Any) -> bytes:
    """An answer as bytes: the release it comes from, counts, the data."""
    head = {
        "release": view.shelf.release_id,
        "released_on": str(view.shelf.manifest.get("released_on", "")),
        "kind": str(view.shelf.manifest.get("kind", "")),
    }
    text = json.dumps(
        {**head, **more, "data": data}, ensure_ascii=False, default=_plain, allow_nan=False
    )
    return text.encode("utf-8", "replace")


def summary(view: View) -> dict[str, Any]:
    """What is served, and which newer release is not and why."""
    newer = []
    for standing in view.standings:
        if standing.state == "served":
            break
        newer.append(standing.as_json())
    rows = {t["name"]: t["rows"] for t in view.shelf.manifest["tables"]}
    return {
        "title_zh": view.shelf.manifest.get("title_zh", ""),
        "title_en": view.shelf.manifest.get("title_en", ""),
        "factors": view.shelf.listing.height,
        "products": rows.get("product", 0),
        "content_sha256": view.shelf.manifest.get("content_sha256", ""),
        "not_served": newer,
    }


def listed(
    shelf: Shelf, query: str, filters: Mapping[str, str], year: int | None, page: tuple[int, int]
) -> tuple[list[dict[str, Any]], int]:
    """One page of factors and the number in all.

    Args:
        shelf: the release.
        query: words.
        filters: values by column.
        year: a year of the data.
        page: how many to pass over, how many to give.
    """
    places, total = shelf.found(query, filters, year)
    skip, take = page
    return [shelf.listing.row(p, named=True) for p in places[skip : skip + take]], total


def factor(shelf: Shelf, factor_id: str, version: str | None) -> dict[str, Any] | None:
    """A factor with its versions, gases, CO2e by set, quality, evidence, decision and source."""
    versions = sorted(
        shelf.rows("factor", "factor_id", factor_id),
        key=lambda row: [int(part) for part in row["version"].split(".")],
    )
    chosen = [row for row in versions if version in {None, row["version"]}]
    if not chosen:
        return None
    found: dict[str, Any] = dict(chosen[-1])
    for table in ("factor_gas", "factor_co2e", "factor_quality"):
        found[table] = [
            {k: v for k, v in row.items() if k not in {"factor_id", "version"}}
            for row in shelf.rows(table, "factor_id", factor_id)
            if row["version"] == found["version"]
        ]
    found["evidence"] = [
        {**row, "steps": json.loads(row["steps"])}
        for row in shelf.rows("evidence", "evidence_id", found["evidence_id"])
    ]
    found["decision"] = shelf.rows("decision", "decision_id", found["decision_id"])
    found["source"] = [
        row
        for row in shelf.rows("source", "source_id", found["source_id"])
        if row["edition"] == found["edition"]
    ]
    found["versions"] = [row["version"] for row in versions]
    return found


def footprints(shelf: Shelf) -> list[dict[str, Any]]:
    """The footprint of every product under its own GWP set, without its lines."""
    return [
        {k: v for k, v in product.items() if k not in {"lines", "supply", "processes"}}
        for product in shelf.products(None).values()
    ]


def footprint(shelf: Shelf, product_id: str, gwp_set: str | None) -> dict[str, Any] | None:
    """One product with stages, gases, lines, chosen factors and runners-up."""
    found = shelf.products(gwp_set).get(product_id)
    if found is None:
        return None
    lines = [
        {
            **line,
            "selection": {
                **line["selection"],
                "runners_up": json.loads(line["selection"]["runners_up"] or "[]"),
            },
        }
        for line in found["lines"]
    ]
    return {**found, "lines": lines}


def grades(shelf: Shelf) -> list[dict[str, Any]]:
    """Every grade rule with its limits and the products under it."""
    found = []
    for benchmark in shelf.tables["benchmark"].iter_rows(named=True):
        rule = benchmark["rule_id"]
        limits = shelf.rows("grade_threshold", "rule_id", rule)
        products = shelf.tables["grade"].filter(pl.col("rule_id") == rule).to_dicts()
        found.append({**benchmark, "limits": limits, "products": products})
    return found


def grade(shelf: Shelf, product_id: str) -> list[dict[str, Any]] | None:
    """The grades of a product, each with its rule; None for an unknown product."""
    rows = shelf.rows("grade", "product_id", product_id)
    if not rows and product_id not in shelf.tables["product"]["product_id"].to_list():
        return None
    return [
        {
            **row,
            "benchmark": shelf.rows("benchmark", "rule_id", row["rule_id"]),
            "limits": shelf.rows("grade_threshold", "rule_id", row["rule_id"]),
        }
        for row in rows
    ]


def changes(view: View, first: str | None, last: str) -> list[dict[str, Any]] | None:
    """Every change after one release up to another, oldest release first.

    Args:
        view: the present view.
        first: the release to start from, not included; None for the parent of ``last``.
        last: the release to end with.

    Returns:
        Rows of the ``change`` table with their release; None when a release between them is
        missing or does not verify, or ``first`` does not come before ``last``.
    """
    parents = {s.release_id: s.parent_release for s in view.standings}
    start = first if first is not None else parents.get(last)
    found: list[dict[str, Any]] = []
    here: str | None = last
    while here is not None and here != start:
        if here not in view.changes:
            return None
        rows = view.changes[here].with_columns(release=pl.lit(here)).to_dicts()
        found = rows + found
        here = parents.get(here)
    return found if here == start else None
