"""The tables of several harvests put together, ids seen twice refused.

Belongs here: stacking what sources yielded. Does not belong here: judging it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.errors import FaultyData
from pipelines.findings import finding
from schemas.candidate import CANDIDATE, CANDIDATE_GAS
from schemas.parameter import PARAMETER
from schemas.product import EXCHANGE, PROCESS
from schemas.reference import FLOW, GWP
from schemas.render.frame import empty
from schemas.source import EVIDENCE, ROW_COUNT, SKIPPED_ROW, SOURCE, SOURCE_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TABLES = (
    SOURCE, SOURCE_FILE, ROW_COUNT, SKIPPED_ROW, EVIDENCE, CANDIDATE, CANDIDATE_GAS, PARAMETER,
    GWP,
)  # fmt: skip
# What the id of a flow begins with that submitters propose; the same product gives the same id.
PROPOSED = "proposed_"
GATHERED = tuple(table.name for table in TABLES)


def gather(harvests: Sequence[Mapping[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """Stack the tables of harvests.

    Args:
        harvests: tables of one edition or source each, by name.

    Returns:
        Each table with the rows of all, in the order given.

    Raises:
        FaultyData: two harvests hold the same record.
    """
    by_name = {table.name: table for table in TABLES}
    tables = {
        name: pl.concat([empty(by_name[name]), *(h[name] for h in harvests)]) for name in GATHERED
    }
    for table, column in ((CANDIDATE, "factor_id"), (PARAMETER, "parameter_id")):
        frame = tables[table.name]
        twice = frame.filter(pl.col(column).is_duplicated()).sort(column)
        if twice.height:
            row = twice.row(0, named=True)
            raise FaultyData(
                finding("E-SEED-07", file=row["source_id"], column=column, value=row["record_key"])
            )
    return tables


BROUGHT = (FLOW, PROCESS, EXCHANGE)


def brought(harvests: Sequence[Mapping[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """Flows and unit processes that published sets bring along, stacked.

    Args:
        harvests: tables of one edition or source each; most bring none.

    Returns:
        ``flow``, ``process``, ``exchange``; empty where no source brings any. A flow that
        several propose stands once, as the first of them has it.
    """
    found = {
        table.name: pl.concat([empty(table), *(h[table.name] for h in harvests if table.name in h)])
        for table in BROUGHT
    }
    flow = found["flow"]
    is_again = pl.col("flow_id").str.starts_with(PROPOSED) & ~pl.col("flow_id").is_first_distinct()
    return {**found, "flow": flow.filter(~is_again)}
