"""Room 4, grade: benchmarks from comparable results, limits, the class of each product."""

from typing import Any

import dagster as dg
import polars as pl

from pipelines.commands.submitted_products import handed_in, with_sources
from pipelines.defs.columns import outs
from pipelines.defs.house import House
from pipelines.defs.parquet_io import output
from pipelines.grade import (
    build_benchmarks,
    earlier_populations,
    members_of,
    read_disclosure_rule,
    read_grade_rules,
    read_population,
    tables_of,
)
from pipelines.grade.pictures import pictures_of
from pipelines.grade.review import broken_disclosure, drifted
from pipelines.grade.svg import read_words
from pipelines.ingest.seed_folder import read_editions
from pipelines.publish.release_plan import read_plan
from pipelines.publish.store import Store
from schemas.render.frame import frame_of
from schemas.source import SOURCE, SOURCE_FILE

GRADED = ("benchmark", "grade_threshold", "grade", "grade_picture")


@dg.asset(group_name="grade")
def population_source(house: House) -> dg.Output[Any]:
    """数据集总体的来源与权利，逐文件核对哈希 | Populations' sources and rights, hashes checked."""
    folders = sorted(p for p in (house.settings.seeds / "populations").iterdir() if p.is_dir())
    editions = [edition for folder in folders for edition in read_editions(folder)]
    held = {
        "source": frame_of(SOURCE, [e.row for e in editions]),
        "source_file": frame_of(SOURCE_FILE, [f for e in editions for f in e.file_rows]),
    }
    for kind in ("population", "inventory"):
        held = with_sources(held, handed_in(house.settings, kind))
    return output(held)


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
    """Judge every category by its rule: comparability and disclosure first, then limits."""
    seeds = house.settings.seeds
    held = population_source["source_file"].select("source_id", "file_name").rows()
    populations = {
        name: read_population(seeds / "populations" / f"{name}.csv")
        for name in (
            f"{source}/{file.removesuffix('.csv')}"
            for source, file in held
            if (seeds / "populations" / source).is_dir()
        )
    }
    submitted = handed_in(house.settings, "population").populations
    populations |= {name: members_of(rows) for name, rows in submitted.items()}
    benchmarks = build_benchmarks(
        read_grade_rules(seeds), populations, read_disclosure_rule(seeds),
        read_plan(seeds).released_on, earlier_populations(seeds, sorted(populations)),
    )  # fmt: skip
    tables = tables_of(benchmarks, footprint, product)
    tables["grade_picture"] = pictures_of(benchmarks, tables, footprint, read_words(seeds))
    for name in GRADED:
        yield output(tables[name], name)


@dg.asset_check(
    asset="grade_threshold",
    additional_ins={"benchmark": dg.AssetIn()},
    blocking=True,
    description="限值不泄露任何所有者 | No limit tells of an owner",
)
def disclosure_holds(
    house: House, grade_threshold: pl.DataFrame, benchmark: pl.DataFrame
) -> dg.AssetCheckResult:
    """The disclosure rule over the tables as written."""
    found = broken_disclosure(
        benchmark, grade_threshold, read_disclosure_rule(house.settings.seeds)
    )
    return dg.AssetCheckResult(passed=not found, metadata={"rules": found})


@dg.asset_check(
    asset="grade_threshold",
    description="限值自上一发布以来的变动 | Limits that moved since the release before",
)
def limits_do_not_drift(house: House, grade_threshold: pl.DataFrame) -> dg.AssetCheckResult:
    """A warning for people; what a population's owners moved has already stopped the grading."""
    store = Store(house.settings)
    head = store.head()
    path = store.folder(head.release_id) / "data" / "grade_threshold.parquet" if head else None
    before = pl.read_parquet(path) if path and path.is_file() else None
    limit = read_disclosure_rule(house.settings.seeds).limit_drift
    found = drifted(grade_threshold, before, limit)
    return dg.AssetCheckResult(
        passed=not found, severity=dg.AssetCheckSeverity.WARN, metadata={"rules": found}
    )


ASSETS = [population_source, grade]
CHECKS = [disclosure_holds, limits_do_not_drift]
