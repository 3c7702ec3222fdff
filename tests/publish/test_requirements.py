"""Each article's check gives the figure shown, can be run again, and fails when it should."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from pipelines.errors import FaultyData
from pipelines.publish.requirements import STATEMENTS, requirement_table
from tests.conftest import SEEDS

CHECKS = sorted(p.stem for p in STATEMENTS.glob("*.sql"))


def result(frames, check: str) -> str:
    table = requirement_table(SEEDS, frames)
    return table.filter(pl.col("check_name") == check)["result"][0]


def test_checks_can_be_run_again_on_the_release_alone(release_folder) -> None:
    shown = pl.read_parquet(release_folder / "data" / "requirement.parquet")
    with duckdb.connect(str(release_folder / "tanyuan.duckdb"), read_only=True) as con:
        for row in shown.filter(pl.col("check_name").is_not_null()).iter_rows(named=True):
            sql = release_folder / "quality" / "requirement" / f"{row['check_name']}.sql"
            assert con.execute(sql.read_text("utf-8")).fetchone() == (row["result"], row["finding"])


def test_every_check_is_used_by_an_article(published_tables) -> None:
    assert set(requirement_table(SEEDS, published_tables)["check_name"].drop_nulls()) == set(CHECKS)


PLANTED = {
    "computed_chain": ("model", lambda t: t.clear(), "not_met"),
    "evidence_complete": ("evidence", lambda t: t[1:], "not_met"),
    "authorisation_stated": (
        "source", lambda t: t.with_columns(authorisation_document=pl.lit("")), "not_met",
    ),
    "core_data_methodology": ("factor", lambda t: t.with_columns(core_data=True), "not_met"),
    "quality_evaluated": ("factor_quality", lambda t: t[1:], "not_met"),
    "public_only": (
        "factor", lambda t: t.with_columns(data_class=pl.lit("restricted")), "not_met",
    ),
    "eight_modules": ("contact", lambda t: t.clear(), "partly"),
    "flow_identified": ("flow", lambda t: t.clear(), "not_met"),
    "decisions_conserved": ("decision", lambda t: t[1:], "not_met"),
}  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
def test_a_planted_fault_changes_the_result(published_tables, check) -> None:
    table, change, wanted = PLANTED[check]
    assert result(published_tables, check) != wanted
    spoiled = {**published_tables, table: change(published_tables[table])}
    assert result(spoiled, check) == wanted


def test_an_article_that_names_no_known_check_is_refused(own_seeds, published_tables) -> None:
    path = own_seeds / "rules" / "requirement.csv"
    path.write_text(
        path.read_text("utf-8").replace("evidence_complete", "evidence_compleet"), "utf-8"
    )
    with pytest.raises(FaultyData) as refused:
        requirement_table(own_seeds, published_tables)
    found = refused.value.findings[0]
    assert found.code == "E-REL-09"
    assert "evidence_compleet" in found.zh


def test_an_article_without_a_check_claims_nothing(published_tables) -> None:
    table = requirement_table(SEEDS, published_tables)
    unchecked = table.filter(pl.col("check_name").is_null())
    assert set(unchecked["result"]) == {"not_built"}
