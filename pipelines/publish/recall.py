"""Factors taken back: a tombstone stays, nothing that rested on them goes on as if not.

Belongs here: what a recall or withdrawal in the ledger does to the tables of the next
release, and the reason it gives the change. Does not belong here: who may recall and the
notices (``pipelines.commands.recall``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.publish.reason import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RECALL = "factor_recalled"
WITHDRAWAL = "factor_withdrawn"
KINDS = (RECALL, WITHDRAWAL)
WITHDRAWN = "withdrawn"


def taken_back(records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The recalls and withdrawals among ledger records; the first on a factor holds."""
    found: dict[str, dict[str, Any]] = {}
    for record in records:
        if record.get("event_kind") in KINDS:
            found.setdefault(record["factor_id"], dict(record))
    return list(found.values())


def with_tombstones(
    tables: Mapping[str, pl.DataFrame], events: Sequence[Mapping[str, Any]]
) -> dict[str, pl.DataFrame]:
    """The factor tables with the factors taken back, and what was derived from them, as tombstones.

    Args:
        tables: ``factor`` and ``evidence``; others pass through.
        events: from ``taken_back``.

    Returns:
        The tables; a tombstone keeps its row with ``status = withdrawn`` and a flag, so that
        no computation uses it and every old citation still finds it.
    """
    factor = tables["factor"]
    named = {e["factor_id"]: str(e["event_kind"]) for e in events}
    flags = {name: named[name] for name in factor["factor_id"] if name in named}
    if not flags:
        return dict(tables)
    for name in _derived_from(set(flags), tables):
        flags.setdefault(name, "parent_withdrawn")
    flag = pl.col("factor_id").replace_strict(flags, default=None, return_dtype=pl.String)
    factor = factor.with_columns(
        status=pl.when(flag.is_not_null()).then(pl.lit(WITHDRAWN)).otherwise(pl.col("status")),
        flags=pl.when(flag.is_not_null())
        .then(pl.concat_list("flags", flag).list.unique().list.sort())
        .otherwise(pl.col("flags")),
    )
    return {**tables, "factor": factor}


def _derived_from(roots: set[str], tables: Mapping[str, pl.DataFrame]) -> set[str]:
    """Factors whose evidence names one of the roots, step by step."""
    parents = tables["evidence"].select(
        "evidence_id", parent=pl.col("parents").list.eval(pl.element().str.split("@").list.get(0))
    )
    links = tables["factor"].select("factor_id", "evidence_id").join(parents, on="evidence_id")
    links = links.explode("parent").drop_nulls("parent").select("factor_id", "parent")
    found: set[str] = set()
    front = roots
    while front:
        hit = links.filter(pl.col("parent").is_in(list(front)))["factor_id"]
        front = set(hit) - found - roots
        found |= front
    return found


def statements_of(events: Sequence[Mapping[str, Any]]) -> list[Statement]:
    """The reasons the events give the withdrawals they cause."""
    return [
        Statement(
            event["factor_id"], WITHDRAWN, event["change_reason"], event.get("successor"),
            event.get("text_zh"), event.get("text_en"),
        )
        for event in events
    ]  # fmt: skip
