"""Do the rules say what the same rules say written anew, in plain polars and in plain SQL?"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.admit_bare_polars import bare_polars
from benchmarks.admit_million_rows import bare_duckdb, ours, tables_in
from benchmarks.million_candidates import write_million
from pipelines.admit import judge
from pipelines.admit.characterise import co2e_by_set
from pipelines.admit.gases import finite_gases
from schemas.reference import REGION
from schemas.render.frame import empty
from schemas.source import ROW_COUNT
from tests.admit.samples import enter

ROWS = 8_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("candidates")
    write_million(made, ROWS)
    return made


@pytest.fixture(scope="module")
def counts(folder, rulebook) -> dict[str, int]:
    given = tables_in(folder)
    co2e = co2e_by_set(finite_gases(given["candidate_gas"]), given["gwp"], given["gas"])
    return ours(folder, co2e, rulebook)


def test_every_reason_occurs_and_most_candidates_are_admitted(counts):
    assert min(counts.values()) > 0
    assert ROWS / 2 < counts["admitted"] < ROWS


@pytest.mark.parametrize("peer", [bare_polars, bare_duckdb])
def test_every_reason_stands_as_often_as_in_rules_written_anew(folder, rulebook, counts, peer):
    assert peer(folder, rulebook) == counts


@pytest.mark.parametrize("seed", range(2))
def test_the_order_in_which_rows_come_changes_nothing(folder, rulebook, seed):
    given = tables_in(folder)
    # The hash names a record by its gases too, so all rows of a few candidates are taken.
    few = given["candidate"].head(1_500)
    given["candidate"] = few
    given["candidate_gas"] = given["candidate_gas"].join(few, on="factor_id", how="semi")
    given["row_count"], given["region"] = empty(ROW_COUNT), empty(REGION)
    wanted = judge(given, rulebook, enter)
    rng = random.Random(seed)
    mixed = {
        name: rows.sample(fraction=1, shuffle=True, seed=rng.randrange(2**32))
        for name, rows in given.items()
    }
    found = judge(mixed, rulebook, enter)
    for name, frame in wanted.items():
        assert frame.equals(found[name]), name
