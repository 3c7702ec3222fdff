"""What do the shipped sources hand in, and what becomes of it? Read once, changed by nobody."""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl
import pytest

from pipelines.admit import Rulebook, judge, read_rulebook
from pipelines.admit.rulebook import read_reporting_gwp_set
from pipelines.ingest.gather import gather
from pipelines.ingest.published_set import is_published_set
from pipelines.ingest.reference import Lookups, read_reference
from pipelines.ingest.seed_folder import read_editions
from pipelines.settings import REPOSITORY
from pipelines.sources import all_sources
from pipelines.sources.contract import Source
from pipelines.tabular.text_table import read_rows
from tests.admit.samples import RELEASED_ON, enter

SEEDS = REPOSITORY / "seeds"


def is_shipped(source: Source) -> bool:
    """Whether the editions of a source lie in the seeds; others are added to a home."""
    folder = SEEDS / source.source_id
    return (folder / "source.toml").is_file() and not is_published_set(folder)


@pytest.fixture(scope="session")
def rubric_rows() -> list[dict[str, str]]:
    return [row.cells for row in read_rows(SEEDS / "rules" / "representativeness.csv")]


@pytest.fixture(scope="session")
def rulebook(rubric_rows) -> Rulebook:
    return read_rulebook(SEEDS, rubric_rows, RELEASED_ON)


@pytest.fixture(scope="session")
def seeds() -> SimpleNamespace:
    """``read``: what was published; ``derive``: what follows from it; ``tables``: both."""
    reference = read_reference(SEEDS)
    lookups = Lookups.over(reference, SEEDS, read_reporting_gwp_set(SEEDS))

    def harvest(*, computes: bool, others: dict[str, pl.DataFrame]) -> list:
        return [
            source.read(edition, lookups, others).tables()
            for source in all_sources()
            if source.computes == computes and is_shipped(source)
            for edition in read_editions(SEEDS / source.source_id)
        ]

    def derive(others: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        return {**reference, **gather([others, *harvest(computes=True, others=others)])}

    read = gather(harvest(computes=False, others={}))
    return SimpleNamespace(read=read, derive=derive, tables=derive(read))


@pytest.fixture(scope="session")
def judged(seeds, rulebook) -> dict[str, pl.DataFrame]:
    return judge(seeds.tables, rulebook, enter)
