"""Reference tables, the seeds' judged factors and libraries over them, each made once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import polars as pl
import pytest

from pipelines.admit import judge, read_rulebook
from pipelines.admit.rulebook import read_reporting_gwp_set
from pipelines.footprint import (
    Library,
    compute,
    read_accounting_rules,
    read_resolution_rule,
    read_spread_rule,
)
from pipelines.ingest.gather import gather
from pipelines.ingest.published_set import is_published_set
from pipelines.ingest.reference import Lookups, read_reference
from pipelines.ingest.seed_folder import read_editions
from pipelines.ledger import Ledger
from pipelines.sources import all_sources
from pipelines.tabular.text_table import read_rows
from tests.conftest import SEEDS
from tests.footprint.handmade import Outcome, computed, library_of, reporting

RELEASED_ON = tomllib.loads((SEEDS / "release.toml").read_text("utf-8"))["released_on"]
INVENTORIES = sorted(p for p in (SEEDS / "inventories").iterdir() if p.is_dir())


@pytest.fixture(scope="session")
def reference() -> dict[str, pl.DataFrame]:
    """The reference tables of the seeds."""
    return read_reference(SEEDS)


@pytest.fixture(scope="session")
def rules():
    """The accounting rules of the seeds, by id."""
    return read_accounting_rules(SEEDS)


@pytest.fixture(scope="session")
def resolution():
    """The resolution rule of the seeds."""
    return read_resolution_rule(SEEDS)


@pytest.fixture(scope="session")
def library_with(reference, rules, resolution):
    """Make a library of hand-made factors."""

    def make(**given) -> Library:
        return library_of(reference, **{"rules": rules, "resolution": resolution, **given})

    return make


@pytest.fixture(scope="session")
def library(library_with) -> Library:
    """The library of hand-made factors with round values."""
    return library_with()


@pytest.fixture(scope="session")
def seed_tables(
    reference: dict[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, pl.DataFrame]:
    """Reference tables and judged factors of the seeds, as a run makes them."""
    lookups = Lookups.over(reference, SEEDS, read_reporting_gwp_set(SEEDS))
    kept = [source for source in all_sources() if not is_published_set(SEEDS / source.source_id)]
    harvests: list[dict[str, pl.DataFrame]] = []
    for source in sorted(kept, key=lambda s: s.computes):
        others = gather(harvests) if source.computes else {}
        harvests += [
            source.read(edition, lookups, others).tables()
            for edition in read_editions(SEEDS / source.source_id)
        ]
    tables = gather(harvests) | reference
    spread = [row.cells for row in read_rows(SEEDS / "rules" / "representativeness.csv")]
    ledger = Ledger(Path(tmp_path_factory.mktemp("ledger")))
    judged = judge(tables, read_rulebook(SEEDS, spread, RELEASED_ON), ledger.enter)
    return tables | judged


@pytest.fixture(scope="session")
def seed_library(seed_tables, rules, resolution) -> Library:
    """The library over the judged factors of the seeds."""
    return Library.over(
        seed_tables, rules, resolution, RELEASED_ON, read_spread_rule(SEEDS), reporting()
    )


@pytest.fixture(scope="session")
def seed_results(seed_library: Library) -> Outcome:
    """Every inventory of the seeds under every GWP set."""
    return Outcome(compute(INVENTORIES, seed_library))


@pytest.fixture(scope="session")
def reckon(tmp_path_factory: pytest.TempPathFactory, library: Library):
    """Write an inventory to a new folder and compute it, for tests with many examples."""

    def run(**files) -> Outcome:
        return computed(tmp_path_factory.mktemp("inventory") / "one", library, **files)

    return run
