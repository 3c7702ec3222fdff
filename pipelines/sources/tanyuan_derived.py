"""Factors computed from the public parameters of other sources, one row of rule each.

``derivations.csv`` names the rule and the parents; the value is computed in exact
fractions here, and its evidence lists every parent, step and constant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.ingest.derive import COLUMNS, Parents, derive
from pipelines.ingest.harvest import Harvest
from pipelines.sources.contract import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from pipelines.ingest.reference import Lookups
    from pipelines.ingest.seed_folder import Edition


def _read(edition: Edition, lookups: Lookups, others: Mapping[str, pl.DataFrame]) -> Harvest:
    harvest = Harvest(edition, lookups)
    parents = Parents(others)
    for file in edition.file_rows:
        for row in harvest.rows(file["file_name"], needed=COLUMNS, key="record_key"):
            derive(harvest, row, parents)
    return harvest


SOURCE = Source(
    "tanyuan_derived",
    "由公开参数计算的因子",
    "Factors computed from public parameters",
    _read,
    computes=True,
)
