"""Room 3, footprint: what every inventory amounts to, line by line."""

from typing import Any

import dagster as dg
import polars as pl

from pipelines.commands.submitted_products import handed_in, told_by_submission
from pipelines.defs.columns import outs
from pipelines.defs.house import House
from pipelines.defs.parquet_io import output
from pipelines.defs.run_tags import BATCH_TAG, tag_run
from pipelines.footprint import (
    Library,
    batch_id,
    compute,
    read_accounting_rules,
    read_double_counting_rule,
    read_reporting_rule,
    read_resolution_rule,
    read_spread_rule,
)
from pipelines.footprint.computation import OUT
from pipelines.footprint.library import LIBRARY
from pipelines.publish.classes import withheld
from pipelines.publish.licence_rules import known_licences, read_licence_rules
from pipelines.publish.release_plan import read_plan

COMPUTED = tuple(table.name for table in OUT)
# What tells which factors are kept back: no estimate may give their values away.
KEPT_BY = ("source", "evidence")


@dg.multi_asset(
    outs=outs(COMPUTED),
    ins={name: dg.AssetIn(name) for name in (*LIBRARY, *KEPT_BY)},
    group_name="footprint",
)
def footprint(context: dg.AssetExecutionContext, house: House, **given: pl.DataFrame) -> Any:
    """Choose factors, say why, solve the linked systems with their loops, account."""
    seeds = house.settings.seeds
    # A result stands in the common tables, so it rests on factors that do.
    rules = read_licence_rules(seeds, known_licences(seeds))
    given["factor"] = rules.together(given["factor"])
    owner = dict(given["factor"].select("factor_id", "source_id").iter_rows())
    closed = {name: owner[name] for name in withheld(given)}
    library = Library.over(
        given, read_accounting_rules(seeds), read_resolution_rule(seeds),
        read_plan(seeds).released_on, read_spread_rule(seeds), read_reporting_rule(seeds),
        closed,
    )  # fmt: skip
    folders = sorted(p for p in (seeds / "inventories").iterdir() if p.is_dir())
    found = handed_in(house.settings, "inventory")
    with told_by_submission(found):
        tables = compute(
            folders, library, double_counting=read_double_counting_rule(seeds),
            handed_in=found.inventories, is_release=True,
        )  # fmt: skip
    batch = batch_id(tables)
    tag_run(context, {BATCH_TAG: batch})
    inventories = tables["product"]["inventory_id"].unique().sort().to_list()
    for name in COMPUTED:
        yield output(tables[name], name, batch=batch, inventories=inventories)


ASSETS = [footprint]
