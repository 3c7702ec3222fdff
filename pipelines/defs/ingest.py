"""Room 1, ingest: reference tables and what every source yields, with its evidence."""

from typing import Any

import dagster as dg
import polars as pl

from pipelines.admit.rulebook import read_reporting_gwp_set
from pipelines.defs.columns import outs
from pipelines.defs.house import House
from pipelines.defs.parquet_io import output
from pipelines.ingest.gather import GATHERED, gather
from pipelines.ingest.reference import Lookups, read_reference
from pipelines.ingest.seed_folder import read_editions
from pipelines.sources import all_sources
from pipelines.sources.contract import Source

REFERENCE = (
    "region", "unit_group", "unit", "gas", "category", "flow", "flow_property", "licence",
    "contact", "codelist",
)  # fmt: skip
FIRST = tuple(s for s in all_sources() if not s.computes)
SECOND = tuple(s for s in all_sources() if s.computes)


@dg.multi_asset(outs=outs(REFERENCE), group_name="ingest")
def reference(house: House) -> Any:
    """Regions, units, gases, flows and code lists from the reference seeds."""
    tables = read_reference(house.settings.seeds)
    for name in REFERENCE:
        yield output(tables[name], name)


def _ingest(source: Source) -> dg.AssetsDefinition:
    parents = {} if not source.computes else {
        s.source_id: dg.AssetIn(f"ingest_{s.source_id}") for s in FIRST
    }  # fmt: skip

    @dg.asset(
        name=f"ingest_{source.source_id}",
        group_name="ingest",
        description=f"{source.title_zh} | {source.title_en}",
        ins={**{name: dg.AssetIn(name) for name in REFERENCE}, **parents},
    )
    def read(house: House, **given: Any) -> dg.Output[Any]:
        seeds = house.settings.seeds
        tables = {name: given[name] for name in REFERENCE}
        lookups = Lookups.over(tables, seeds, read_reporting_gwp_set(seeds))
        others = gather([given[name] for name in parents]) if parents else {}
        editions = read_editions(seeds / source.source_id)
        return output(gather([source.read(e, lookups, others).tables() for e in editions]))

    return read


@dg.multi_asset(
    outs=outs(GATHERED),
    ins={s.source_id: dg.AssetIn(f"ingest_{s.source_id}") for s in (*FIRST, *SECOND)},
    group_name="ingest",
)
def gathered(**harvests: dict[str, pl.DataFrame]) -> Any:
    """What all sources yielded, table by table."""
    tables = gather([harvests[name] for name in sorted(harvests)])
    for name in GATHERED:
        yield output(tables[name], name)


ASSETS = [reference, *(_ingest(s) for s in (*FIRST, *SECOND)), gathered]
