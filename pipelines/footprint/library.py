"""The tables of one release that footprints are computed from, indexed once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.footprint.reference import FlowBook, region_chains

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import polars as pl

    from pipelines.footprint.accounting_rule import AccountingRule
    from pipelines.footprint.reporting_rule import ReportingRule
    from pipelines.footprint.resolution_rule import ResolutionRule
    from pipelines.footprint.spread import SpreadRule

LIBRARY = (
    "factor", "factor_gas", "factor_quality", "gwp", "gas", "region", "unit", "flow",
    "flow_property", "category",
)  # fmt: skip


@dataclass(frozen=True)
class Library:
    """The tables of one release that footprints are computed from, indexed once."""

    factor: pl.DataFrame
    factor_gas: pl.DataFrame
    gwp: dict[str, dict[str, float]]
    gases: dict[tuple[str, str], list[tuple[str, float]]]
    quality: dict[tuple[str, str], dict[str, Any]]
    by_name: dict[str, dict[str, Any]]
    book: FlowBook
    chains: dict[str, list[tuple[str, str]]]
    rules: Mapping[str, AccountingRule]
    resolution: ResolutionRule
    on: dt.date
    spreads: SpreadRule
    reporting: ReportingRule
    closed: Mapping[str, str] = field(default_factory=dict)

    def owner_of(self, factor: Mapping[str, Any]) -> str | None:
        """Who a factor belongs to, where it may not be shown; None where it is public.

        Args:
            factor: its row.
        """
        owner = self.closed.get(factor["factor_id"])
        if owner is None and factor["data_class"] not in {None, "public"}:
            return str(factor["source_id"])
        return owner

    @classmethod
    def over(
        cls,
        tables: Mapping[str, pl.DataFrame],
        rules: Mapping[str, AccountingRule],
        resolution: ResolutionRule,
        on: dt.date,
        spreads: SpreadRule,
        reporting: ReportingRule,
        closed: Mapping[str, str] | None = None,
    ) -> Library:
        """Index the tables.

        Args:
            tables: those named in ``LIBRARY``.
            rules: accounting rules by id.
            resolution: the resolution rule.
            on: the day at which accounting rules must be in force.
            spreads: the rule of uncertainty.
            reporting: how results are told apart and gaps weighed.
            closed: owner of each factor that is kept back; one whose own class is not public
                needs no entry.
        """
        gwp: dict[str, dict[str, float]] = {}
        for row in tables["gwp"].iter_rows(named=True):
            gwp.setdefault(row["gwp_set"], {})[row["gas"]] = row["gwp100"]
        gases: dict[tuple[str, str], list[tuple[str, float]]] = {}
        ordered_gases = tables["factor_gas"].sort("factor_id", "version", "gas")
        for row in ordered_gases.iter_rows(named=True):
            key = (row["factor_id"], row["version"])
            gases.setdefault(key, []).append((row["gas"], row["mass"]))
        quality = {
            (row["factor_id"], row["version"]): row
            for row in tables["factor_quality"].iter_rows(named=True)
        }
        by_name = {}
        for row in tables["factor"].iter_rows(named=True):
            by_name[row["factor_id"]] = row
            by_name[f"{row['factor_id']}@{row['version']}"] = row
        return cls(
            tables["factor"],
            tables["factor_gas"],
            gwp,
            gases,
            quality,
            by_name,
            FlowBook.over(tables),
            region_chains(tables["region"]),
            rules,
            resolution,
            on,
            spreads,
            reporting,
            closed or {},
        )
