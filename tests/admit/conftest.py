"""What do the shipped sources hand in, and what becomes of it? Read once, changed by nobody."""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl
import pytest

from pipelines.admit import Rulebook, judge, read_rulebook
from pipelines.admit.rulebook import read_reporting_gwp_set
from pipelines.ingest.reference import Lookups, read_reference
from pipelines.ingest.seed_folder import read_editions
from pipelines.settings import REPOSITORY
from pipelines.sources import all_sources
from pipelines.tabular.text_table import read_rows
from tests.admit.samples import RELEASED_ON, enter

SEEDS = REPOSITORY / "seeds"


def joined(parts: list[dict[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    return {name: pl.concat([part[name] for part in parts]) for name in parts[0]}


@pytest.fixture(scope="session")
def rubric_rows() -> list[dict[str, str]]:
    return [row.cells for row in read_rows(SEEDS / "rules" / "representativeness.csv")]


@pytest.fixture(scope="session")
def rulebook(rubric_rows) -> Rulebook:
    return read_rulebook(SEEDS, rubric_rows, RELEASED_ON)


@pytest.fixture(scope="session")
def seeds() -> SimpleNamespace:
    """``read`` as published elsewhere, ``tables`` of all sources, ``derive`` for others."""
    reference = read_reference(SEEDS)
    lookups = Lookups.over(reference, SEEDS, read_reporting_gwp_set(SEEDS))

    def harvest(source, others: dict[str, pl.DataFrame]) -> list[dict[str, pl.DataFrame]]:
        return [
            source.read(edition, lookups, others).tables()
            for edition in read_editions(SEEDS / source.source_id)
        ]

    published = [part for s in all_sources() if not s.computes for part in harvest(s, {})]
    read = joined(published)

    def derive(others: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        computed = [part for s in all_sources() if s.computes for part in harvest(s, others)]
        return joined([others, *computed]) | reference

    return SimpleNamespace(read=read, derive=derive, tables=derive(read))


@pytest.fixture(scope="session")
def judged(seeds, rulebook) -> dict[str, pl.DataFrame]:
    return judge(seeds.tables, rulebook, enter)
