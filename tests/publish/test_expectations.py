"""The gate over the files as written: it holds, it refuses, and it says when it cannot run."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import EnvironmentFault, FaultyData
from pipelines.publish import gate
from pipelines.publish.gate import Expectations


def spoil(folder: Path, *statements: str) -> None:
    """A database of the same tables without constraints, with statements run on it."""
    database = folder / "tanyuan.duckdb"
    database.unlink()
    con = duckdb.connect(str(database))
    for file in sorted((folder / "data").glob("*.parquet")):
        con.execute(f"CREATE TABLE \"{file.stem}\" AS SELECT * FROM read_parquet('{file}')")
    for statement in statements:
        con.execute(statement)
    con.close()


def outcome_of(folder: Path) -> dict:
    with Expectations(folder) as expectations:
        return expectations.outcome()


def test_the_published_release_holds_every_expectation(release_folder) -> None:
    stored = json.loads((release_folder / "quality" / "expectations.json").read_text("utf-8"))
    assert len(stored["results"]) >= 12
    assert all(r["success"] and not r["raised"] for r in stored["results"])


def test_a_row_that_breaks_an_expectation_is_refused(own_release) -> None:
    spoil(
        own_release,
        "UPDATE factor SET data_class = 'restricted' WHERE factor_id = "
        "(SELECT min(factor_id) FROM factor)",
    )
    with pytest.raises(FaultyData) as refused:
        outcome_of(own_release)
    assert {f.code for f in refused.value.findings} == {"E-REL-04"}
    assert "data_class" in refused.value.findings[0].en


def test_an_expectation_that_cannot_run_fails_the_gate_aloud(own_release) -> None:
    spoil(own_release, "DROP TABLE source_count", "CREATE TABLE source_count (other INTEGER)")
    with pytest.raises(EnvironmentFault) as refused:
        outcome_of(own_release)
    assert {f.code for f in refused.value.findings} == {"E-REL-05"}


@pytest.mark.long
def test_a_gate_that_dies_fails_aloud(tmp_path) -> None:
    with pytest.raises(EnvironmentFault) as refused:
        outcome_of(tmp_path / "nowhere")
    assert refused.value.findings[0].code == "E-REL-05"


def test_leaving_early_ends_the_process(release_folder) -> None:
    with Expectations(release_folder) as expectations:
        process = expectations._process
    assert process.poll() is not None
    assert gate.Expectations is Expectations
