"""Room 4, grade: benchmarks from comparable results, limits, the class of each product."""

from typing import Any

import dagster as dg
import polars as pl

from pipelines.defs.columns import outs
from pipelines.defs.house import House
from pipelines.defs.parquet_io import output
from pipelines.grade import (
    build_all,
    earlier_populations,
    read_disclosure_rule,
    read_grade_rules,
    read_population,
)
from pipelines.ingest.seed_folder import read_editions
from pipelines.publish.release_plan import read_plan

GRADED = ("benchmark", "grade_threshold", "grade")


@dg.asset(group_name="grade")
def population_source(house: House) -> dg.Output[Any]:
    """数据集总体的来源与权利，逐文件核对哈希 | Populations' sources and rights, hashes checked."""
    folders = sorted(p for p in (house.settings.seeds / "populations").iterdir() if p.is_dir())
    editions = [edition for folder in folders for edition in read_editions(folder)]
    return output(
        {
            "source": pl.DataFrame([e.row for e in editions], infer_schema_length=None),
            "source_file": pl.DataFrame([f for e in editions for f in e.file_rows]),
        }
    )


@dg.multi_asset(
    outs=outs(GRADED),
    ins={name: dg.AssetIn() for name in ("footprint", "product", "population_source")},
    group_name="grade",
)
def grade(
    house: House,
    footprint: pl.DataFrame,
    product: pl.DataFrame,
    population_source: dict[str, pl.DataFrame],
) -> Any:
    """Judge every category: comparability and disclosure first, then limits."""
    seeds = house.settings.seeds
    rules = read_grade_rules(seeds)
    held = population_source["source_file"].select("source_id", "file_name").rows()
    populations = {
        name: read_population(seeds / "populations" / f"{name}.csv")
        for name in (f"{source}/{file.removesuffix('.csv')}" for source, file in held)
    }
    tables = build_all(
        rules, populations, read_disclosure_rule(seeds), footprint, product,
        read_plan(seeds).released_on, earlier_populations(seeds, sorted(populations)),
    )  # fmt: skip
    for name in GRADED:
        yield output(tables[name], name)


ASSETS = [population_source, grade]
