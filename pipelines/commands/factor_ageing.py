"""Which published factors lose representativeness by a date, and what rests on them."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from pipelines.admit.ageing import ageing, read_quality_levels
from pipelines.commands.judging import rulebook_of
from pipelines.errors import WrongUsage
from pipelines.findings import finding
from pipelines.settings import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.settings import Settings

DEPENDENTS = REPOSITORY / "sql" / "dependents" / "of_factors.sql"
LINKED = ("factor", "evidence", "footprint_line", "grade")


def dependents_of(folder: Path, factor_ids: list[str]) -> list[tuple[str, str, str]]:
    """Factors, footprints and grades of a release that rest on given factors.

    Args:
        folder: a release folder.
        factor_ids: the factors.

    Returns:
        Rows root_id, object_kind (factor, footprint, grade), object_id.
    """
    con = duckdb.connect()
    for table in LINKED:
        con.read_parquet(str(folder / "data" / f"{table}.parquet")).create_view(table)
    con.register("root", pl.DataFrame({"factor_id": factor_ids}, schema={"factor_id": pl.String}))
    return con.execute(DEPENDENTS.read_text("utf-8")).fetchall()


def ageing_by(settings: Settings, folder: Path, on: str) -> dict[str, Any]:
    """The renewal list of a release by a date.

    Args:
        settings: for the rubric and the levels of the seeds.
        folder: a release folder; scores are counted from the date it carries.
        on: the date, as YYYY-MM-DD.

    Returns:
        ``on``, ``factors``: rows of ``pipelines.admit.ageing`` with names and dependents.

    Raises:
        WrongUsage: E-USEC-04, not a date, or one that is not after the release.
    """
    rulebook = rulebook_of(settings)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    released_on = dt.date.fromisoformat(manifest["released_on"])
    try:
        then = dt.date.fromisoformat(on)
    except ValueError:
        then = released_on
    if then <= released_on:
        raise WrongUsage(finding("E-USEC-04", value=on, expected=[f"> {released_on}"]))
    factor = pl.read_parquet(folder / "data" / "factor.parquet")
    region = pl.read_parquet(folder / "data" / "region.parquet")
    rows = ageing(
        factor,
        region,
        replace(rulebook, released_on=released_on),
        read_quality_levels(settings.seeds),
        then,
    )
    named = rows.join(
        factor.select("factor_id", "version", "name_zh", "name_en"),
        on=["factor_id", "version"],
        how="left",
    )
    resting: dict[str, list[str]] = {}
    for root, kind, thing in dependents_of(folder, rows["factor_id"].to_list()):
        resting.setdefault(root, []).append(f"{kind}:{thing}")
    return {
        "on": then.isoformat(),
        "released_on": released_on.isoformat(),
        "factors": [
            {
                **row,
                "next_loss": str(row["next_loss"]),
                "dependents": resting.get(row["factor_id"], []),
            }
            for row in named.sort("next_loss", "factor_id").iter_rows(named=True)
        ],
    }
