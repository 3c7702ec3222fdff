"""A submission checked in becomes candidates by the same road as any source."""

from __future__ import annotations

import hashlib

import polars as pl
import pytest

from pipelines.commands.judging import seed_tables
from pipelines.commands.submitted_rows import seed_submissions
from pipelines.errors import FaultyData, UnreadableInput
from pipelines.settings import Settings
from tests.conftest import SEEDS
from tests.desk.handed_in import csv_bytes, good_row, grid

DEMO = "demo-fuels-01"


def put(seeds, data: bytes) -> None:
    """Other bytes in the place of the submission's file, its hash recorded."""
    folder = seeds / "submissions" / DEMO
    old = hashlib.sha256((folder / "factors.csv").read_bytes()).hexdigest()
    (folder / "factors.csv").write_bytes(data)
    toml = folder / "submission.toml"
    toml.write_text(toml.read_text("utf-8").replace(old, hashlib.sha256(data).hexdigest()), "utf-8")


def test_one_figure_handed_in_or_read_from_its_source_is_one_value(tmp_path):
    tables = seed_tables(Settings(SEEDS, tmp_path / "home"))
    mine = tables["candidate"].filter(pl.col("source_id") == DEMO)
    assert mine.height == 2
    theirs = tables["candidate_gas"].join(
        tables["candidate"].filter(pl.col("source_id") == "ipcc_2006_energy"), on="factor_id"
    )
    for row in mine.iter_rows(named=True):
        same = theirs.filter(
            (pl.col("flow_id") == row["flow_id"]) & (pl.col("gas") == "co2_fossil")
            & (pl.col("reference_unit") == row["reference_unit"])
        )  # fmt: skip
        assert row["value"] in same["mass"].to_list()
        assert (row["lower95"], row["upper95"]) in same.select(
            "mass_lower95", "mass_upper95"
        ).rows()


def test_rows_that_do_not_pass_are_skipped_aloud_and_counted(settings):
    put(settings.seeds, csv_bytes(grid(good_row(1), good_row(2, value="NaN"))))
    (tables,) = seed_submissions(settings)
    assert tables["row_count"].row(0, named=True) == {
        "source_id": DEMO, "edition": "2026-11-21", "rows_in": 2, "candidates": 1,
        "parameters": 0, "skipped": 1,
    }  # fmt: skip
    (skipped,) = tables["skipped_row"].iter_rows(named=True)
    assert skipped["reason_code"] == "S-DESK-01"
    assert "E-FIG-02" in skipped["reason_en"]


def test_rows_of_several_rights_are_several_editions(settings):
    closed = good_row(2, source_title="内部报告", authorisation_until="2020-01-01")
    put(settings.seeds, csv_bytes(grid(good_row(1), closed)))
    (tables,) = seed_submissions(settings)
    assert tables["source"]["edition"].to_list() == ["2026-11-21", "2026-11-21.2"]
    # The right that has run out keeps its own row back, not its neighbour.
    assert tables["candidate"]["record_key"].to_list() == ["FUEL-01"]


def test_a_changed_or_refused_file_stops_the_run(settings):
    path = settings.seeds / "submissions" / DEMO / "factors.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(UnreadableInput) as caught:
        seed_submissions(settings)
    assert caught.value.findings[0].code == "E-SEED-01"
    put(settings.seeds, b"a,b\n1,2\n")
    with pytest.raises(UnreadableInput):
        seed_submissions(settings)


@pytest.mark.parametrize(
    ("old", "new"),
    [("submitted_by", "sent_by"), (f'id = "{DEMO}"', 'id = "submission-1"'),
     ("received_on", "came_on"), ("how_obtained", "how")],
)  # fmt: skip
def test_a_submission_that_does_not_say_where_it_comes_from_is_refused(settings, old, new):
    path = settings.seeds / "submissions" / DEMO / "submission.toml"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(FaultyData) as caught:
        seed_submissions(settings)
    assert {f.code for f in caught.value.findings} == {"E-SEED-02"}
