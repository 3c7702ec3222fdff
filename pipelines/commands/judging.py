"""What judging needs, read from seeds; and the seeds' own decisions, entered first."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from pipelines.admit import judge, read_rulebook
from pipelines.admit.rulebook import read_reporting_gwp_set, read_rubric
from pipelines.commands.submitted_rows import seed_submissions
from pipelines.ingest.gather import brought, gather
from pipelines.ingest.published_set import is_published_set
from pipelines.ingest.reference import Lookups, read_reference
from pipelines.ingest.seed_folder import read_editions
from pipelines.ledger import Ledger
from pipelines.publish.release_plan import read_plan
from pipelines.sources import all_sources

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.admit.rulebook import Rulebook
    from pipelines.settings import Settings

GWP_SOURCE = "ipcc_gwp100"


def rulebook_of(settings: Settings) -> Rulebook:
    """The rulebook, at the date the next release carries."""
    seeds = settings.seeds
    return read_rulebook(seeds, read_rubric(seeds), read_plan(seeds).released_on)


def lookups_of(settings: Settings, reference: dict[str, pl.DataFrame]) -> Lookups:
    """Look-ups over the reference tables."""
    return Lookups.over(reference, settings.seeds, read_reporting_gwp_set(settings.seeds))


def reference_and_gwp(settings: Settings) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """The reference tables and the GWP table of the seeds."""
    return _reference_and_gwp(settings.seeds)


@cache
def _reference_and_gwp(seeds: Path) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    reference = read_reference(seeds)
    lookups = Lookups.over(reference, seeds, read_reporting_gwp_set(seeds))
    source = next(s for s in all_sources() if s.source_id == GWP_SOURCE)
    editions = read_editions(seeds / GWP_SOURCE)
    tables = gather([source.read(e, lookups, {}).tables() for e in editions])
    return reference, tables["gwp"]


def seed_tables(settings: Settings) -> dict[str, pl.DataFrame]:
    """What all sources with editions in seeds yield, with the reference tables."""
    reference = read_reference(settings.seeds)
    lookups = lookups_of(settings, reference)
    own = [s for s in all_sources() if not is_published_set(settings.seeds / s.source_id)]
    parts: list[dict[str, pl.DataFrame]] = []
    for source in sorted(own, key=lambda s: (s.computes, s.source_id)):
        others = gather(parts) if source.computes else {}
        parts += [
            source.read(edition, lookups, others).tables()
            for edition in read_editions(settings.seeds / source.source_id)
        ]
    parts += seed_submissions(settings)
    flow = pl.concat([reference["flow"], brought(parts)["flow"]])
    return {**reference, **gather(parts), "flow": flow}


def enter_seed_decisions(settings: Settings) -> None:
    """Enter the seeds' decisions in an empty ledger, so that every home begins alike."""
    ledger = Ledger(settings.home / "ledger")
    if ledger.size_and_root()[0] == 0:
        judge(seed_tables(settings), rulebook_of(settings), ledger.enter)
