"""Room 1, ingest: reference tables and what every source yields, with its evidence."""

from typing import Any

import dagster as dg
import polars as pl

from pipelines.commands.judging import lookups_of
from pipelines.commands.source_editions import newest_editions
from pipelines.commands.submitted_rows import decided_submissions, seed_submissions
from pipelines.defs.columns import outs, shown, words
from pipelines.defs.house import House
from pipelines.defs.parquet_io import output
from pipelines.ingest.gather import GATHERED, brought, gather
from pipelines.ingest.published_set import is_published_set
from pipelines.ingest.reference import read_reference
from pipelines.ingest.seed_folder import read_editions
from pipelines.sources import all_sources
from pipelines.sources.contract import Source
from schemas import ALL_TABLES

# The flows of the seeds; published sets bring more, see ``flow``.
SEED_FLOW = "seed_flow"
REFERENCE = (
    "region", "unit_group", "unit", "gas", "category", "flow_property", "licence", "contact",
    "codelist",
)  # fmt: skip
GIVEN = (*REFERENCE, SEED_FLOW)
FIRST = tuple(s for s in all_sources() if not s.computes)
SECOND = tuple(s for s in all_sources() if s.computes)
SUBMISSIONS = "submissions"
HARVESTS = {
    **{s.source_id: dg.AssetIn(f"ingest_{s.source_id}") for s in (*FIRST, *SECOND)},
    SUBMISSIONS: dg.AssetIn(f"ingest_{SUBMISSIONS}"),
}
FLOW = ALL_TABLES["flow"]


@dg.multi_asset(
    outs={
        **outs(REFERENCE),
        SEED_FLOW: dg.AssetOut(description=words(FLOW), metadata=shown(FLOW)),
    },
    group_name="ingest",
)
def reference(house: House) -> Any:
    """Regions, units, gases, flows and code lists from the reference seeds."""
    tables = read_reference(house.settings.seeds)
    for name in REFERENCE:
        yield output(tables[name], name)
    yield output(tables["flow"], SEED_FLOW)


def _ingest(source: Source) -> dg.AssetsDefinition:
    parents = {} if not source.computes else {
        s.source_id: dg.AssetIn(f"ingest_{s.source_id}") for s in FIRST
    }  # fmt: skip

    @dg.asset(
        name=f"ingest_{source.source_id}",
        group_name="ingest",
        description=f"{source.title_zh} | {source.title_en}",
        ins={**{name: dg.AssetIn(name) for name in GIVEN}, **parents},
    )
    def read(house: House, **given: Any) -> dg.Output[Any]:
        settings = house.settings
        tables = {name: given[name] for name in REFERENCE} | {"flow": given[SEED_FLOW]}
        lookups = lookups_of(settings, tables)
        others = gather([given[name] for name in parents]) if parents else {}
        folder = settings.seeds / source.source_id
        if is_published_set(folder):
            newest = newest_editions(settings)
            editions = [newest[source.source_id]] if source.source_id in newest else []
        else:
            editions = read_editions(folder)
        read = [source.read(edition, lookups, others).tables() for edition in editions]
        return output({**gather(read), **brought(read)})

    return read


@dg.asset(
    name=f"ingest_{SUBMISSIONS}",
    group_name="ingest",
    description="报送的因子：种子中的与经评审决定的 | Submitted factors: in seeds, or decided on",
    ins={SEED_FLOW: dg.AssetIn(SEED_FLOW)},
)
def submissions(house: House, seed_flow: pl.DataFrame) -> dg.Output[Any]:
    """Rows of submissions that pass the desk's check, as candidates like any other."""
    del seed_flow  # the desk reads the flows itself; the order is what is meant
    settings = house.settings
    read = [*seed_submissions(settings), *decided_submissions(settings)]
    return output({**gather(read), **brought(read)})


@dg.multi_asset(outs=outs(GATHERED), ins=HARVESTS, group_name="ingest")
def gathered(**harvests: dict[str, pl.DataFrame]) -> Any:
    """What all sources yielded, table by table."""
    tables = gather([harvests[name] for name in sorted(harvests)])
    for name in GATHERED:
        yield output(tables[name], name)


@dg.asset(
    ins={SEED_FLOW: dg.AssetIn(SEED_FLOW), **HARVESTS},
    group_name="ingest",
    description=words(FLOW),
    metadata=shown(FLOW),
)
def flow(seed_flow: pl.DataFrame, **harvests: dict[str, pl.DataFrame]) -> dg.Output[Any]:
    """Flows of the seeds and those published sets bring."""
    more = brought([harvests[name] for name in sorted(harvests)])["flow"]
    return output(pl.concat([seed_flow, more]))


@dg.asset(
    ins=HARVESTS,
    group_name="ingest",
    description="公布数据集带来的单元过程与交换 | Unit processes and exchanges of published sets",
)
def unit_process(**harvests: dict[str, pl.DataFrame]) -> dg.Output[Any]:
    """Unit processes that published sets bring."""
    found = brought([harvests[name] for name in sorted(harvests)])
    return output({name: found[name] for name in ("process", "exchange")})


ASSETS = [
    reference, *(_ingest(s) for s in (*FIRST, *SECOND)), submissions, gathered, flow, unit_process,
]  # fmt: skip
