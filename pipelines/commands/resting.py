"""What rests on a body, a source, a factor, or on quality as it is today: one list each.

Belongs here: the exact objects of the head release that would be hit, before anybody acts.
Does not belong here: acting (``agencies``, ``recall``), planning the next release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.commands.dependents import dependents_in_head
from pipelines.commands.factor_ageing import ageing_by, dependents_of
from pipelines.errors import WrongUsage
from pipelines.findings import finding
from pipelines.publish.store import Store

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from pipelines.settings import Settings

Row = dict[str, Any]


def resting_on_agency(settings: Settings, agency_id: str) -> list[Row]:
    """What would be hit if a verification body were suspended today.

    Raises:
        WrongUsage: no release yet.
    """
    _head(settings)
    found = dependents_in_head(settings, agency_id, as_if="suspended")
    return _sorted(found)


def resting_on_source(settings: Settings, source_id: str, edition: str | None = None) -> list[Row]:
    """What would be hit if the rights of a source (or one edition of it) ended.

    Raises:
        WrongUsage: no release yet, or it holds no such source.
    """
    folder = _head(settings)
    factor = pl.read_parquet(
        folder / "data" / "factor.parquet", columns=["factor_id", "source_id", "edition", "status"]
    )
    here = pl.col("source_id") == source_id
    if edition is not None:
        here = here & (pl.col("edition") == edition)
    roots = factor.filter(here & pl.col("status").is_in(["admitted", "provisional"]))
    if roots.is_empty():
        known = sorted(set(factor["source_id"]))
        raise WrongUsage(
            finding("E-USE-02", value=source_id, what_zh="来源", what_en="source", expected=known)
        )
    return _with_roots(folder, roots["factor_id"].to_list(), f"source:{source_id}")


def resting_on_ended_rights(settings: Settings, on: dt.date) -> list[Row]:
    """What rests on editions whose authorisation has ended by a day."""
    folder = _head(settings)
    source = pl.read_parquet(folder / "data" / "source.parquet")
    ended = source.filter(pl.col("authorisation_until") < on)
    factor = pl.read_parquet(folder / "data" / "factor.parquet").filter(
        pl.col("status").is_in(["admitted", "provisional"])
    )
    roots = factor.join(ended, on=["source_id", "edition"], how="semi")
    rows: list[Row] = []
    for (name,), held in roots.sort("source_id").group_by("source_id", maintain_order=True):
        rows += _with_roots(folder, held["factor_id"].to_list(), f"source:{name}")
    return _sorted(rows)


def resting_on_ageing(settings: Settings, on: dt.date) -> list[Row]:
    """Factors whose rating falls to a worse level by a day, and what rests on them."""
    folder = _head(settings)
    told = ageing_by(settings, folder, on.isoformat())["factors"]
    roots = [row["factor_id"] for row in told if row["crosses_level"]]
    return _with_roots(folder, roots, f"level:{on.isoformat()}")


def _head(settings: Settings) -> Path:
    store = Store(settings)
    head = store.head()
    if head is None:
        raise WrongUsage(finding("E-USE-03"))
    if not store.folder(head.release_id).is_dir():
        store.recover()
    return store.folder(head.release_id)


def _with_roots(folder: Path, roots: list[str], via: str) -> list[Row]:
    rows = [{"object_kind": "factor", "object_id": name, "via": via} for name in roots]
    rows += [
        {"object_kind": kind, "object_id": thing, "via": root}
        for root, kind, thing in dependents_of(folder, roots)
    ]
    return _sorted(rows)


def _sorted(rows: list[Row]) -> list[Row]:
    """Each object once, by its first cause in order."""
    found: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=lambda r: (r["object_kind"], r["object_id"], ":" not in r["via"],
                                           r["via"])):  # fmt: skip
        found.setdefault((row["object_kind"], row["object_id"]), row)
    return list(found.values())
