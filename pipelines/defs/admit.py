"""Room 2, admit: which candidates enter the library, under which decision and version."""

from typing import Any

import dagster as dg
import polars as pl

from pipelines.admit import judge
from pipelines.admit.ageing import read_quality_levels
from pipelines.admit.aggregated import NEEDED as AGGREGATED_FROM
from pipelines.admit.aggregated import aggregated_quality as aggregated_quality_of
from pipelines.admit.aggregated import read_aggregated_rule
from pipelines.admit.balance import NEEDED as BALANCED_FROM
from pipelines.admit.balance import balances_of
from pipelines.admit.balance_rule import read_balance_rule
from pipelines.admit.plausibility import NEEDED, plausibility_of
from pipelines.admit.plausibility.limits import read_plausibility_limits
from pipelines.admit.renewal import read_renewal_years, renewal_list
from pipelines.commands.judging import rulebook_of
from pipelines.commands.review import reviews_for
from pipelines.defs.columns import outs, shown, words
from pipelines.defs.house import House
from pipelines.defs.parquet_io import output
from pipelines.ledger import Ledger
from pipelines.publish import head_tables, number_versions, taken_back, with_tombstones
from schemas.aggregated import AGGREGATED_QUALITY, RENEWAL
from schemas.balance import BALANCE
from schemas.judgement import PLAUSIBILITY

JUDGED_FROM = (
    "candidate", "candidate_gas", "parameter", "evidence", "source", "row_count", "gwp", "gas",
    "region", "licence", "unit", "flow", "category",
)  # fmt: skip
JUDGED = (
    "factor", "factor_gas", "factor_co2e", "factor_quality", "decision", "refused_factor",
    "source_count",
)  # fmt: skip


@dg.multi_asset(
    outs=outs(JUDGED), ins={name: dg.AssetIn(name) for name in JUDGED_FROM}, group_name="admit"
)
def admit(house: House, **given: pl.DataFrame) -> Any:
    """Judge every candidate; refuse aloud rather than drop in silence."""
    settings = house.settings
    rulebook = rulebook_of(settings)
    ledger = Ledger(settings.home / "ledger")
    verdict = judge(given, rulebook, ledger.enter, reviews_for(settings))
    events = taken_back([entry.record for entry in ledger.entries()])
    standing = with_tombstones({**verdict, "evidence": given["evidence"]}, events)
    numbered = number_versions(standing, head_tables(settings))
    for name in JUDGED:
        yield output(numbered[name], name)


@dg.asset(
    ins={name: dg.AssetIn(name) for name in (*NEEDED, "unit_process")},
    group_name="admit",
    description=words(PLAUSIBILITY),
    metadata=shown(PLAUSIBILITY),
)
def plausibility(
    house: House, unit_process: dict[str, pl.DataFrame], **given: pl.DataFrame
) -> dg.Output[Any]:
    """Where the plausibility suite asks a person to look."""
    for name in ("process", "exchange"):
        given[name] = pl.concat([given[name], unit_process[name]])
    return output(plausibility_of(given, read_plausibility_limits(house.settings.seeds)))


@dg.asset(
    ins={name: dg.AssetIn(name) for name in (*BALANCED_FROM, "unit_process")},
    group_name="admit",
    description=words(BALANCE),
    metadata=shown(BALANCE),
)
def balance(
    house: House, unit_process: dict[str, pl.DataFrame], **given: pl.DataFrame
) -> dg.Output[Any]:
    """What enters and leaves unit processes and models: mass, energy, elements."""
    for name in ("process", "exchange"):
        given[name] = pl.concat([given[name], unit_process[name]])
    return output(balances_of(given, read_balance_rule(house.settings.seeds)))


@dg.asset(
    ins={name: dg.AssetIn(name) for name in AGGREGATED_FROM},
    group_name="admit",
    description=words(AGGREGATED_QUALITY),
    metadata=shown(AGGREGATED_QUALITY),
)
def aggregated_quality(house: House, **given: pl.DataFrame) -> dg.Output[Any]:
    """Quality of results by their largest contributions."""
    return output(aggregated_quality_of(given, read_aggregated_rule(house.settings.seeds)))


@dg.asset(
    ins={name: dg.AssetIn(name) for name in ("factor", "region")},
    group_name="admit",
    description=words(RENEWAL),
    metadata=shown(RENEWAL),
)
def renewal(house: House, factor: pl.DataFrame, region: pl.DataFrame) -> dg.Output[Any]:
    """What loses a level of quality by age alone, and when."""
    seeds = house.settings.seeds
    levels, years = read_quality_levels(seeds), read_renewal_years(seeds)
    return output(renewal_list(factor, region, rulebook_of(house.settings), levels, years))


ASSETS = [admit, plausibility, balance, aggregated_quality, renewal]
