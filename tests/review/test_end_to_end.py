"""From a workbook to the library: handed in, reviewed, decided, read by the run, admitted."""

from __future__ import annotations

import json

import polars as pl
import pytest

from pipelines.admit import judge
from pipelines.commands.judging import reference_and_gwp, rulebook_of
from pipelines.commands.review import reviews_for
from pipelines.commands.submission import submit
from pipelines.commands.submitted_rows import decided_submissions
from pipelines.ingest.gather import brought, gather
from pipelines.ledger import Ledger
from tests.conftest import run_program
from tests.desk.handed_in import csv_bytes, good_row, grid
from tests.review.desk import DAY, REASON, Desk


def hand_in(desk: Desk, folder, *rows) -> None:
    path = folder / "报送.csv"
    path.write_bytes(csv_bytes(grid(*rows)))
    submit(desk.settings, path, "submitter-01", on=DAY)


def decide(desk: Desk, name: str, verdict: str = "admit", **more) -> None:
    desk.assign("reviewer-01", ids=[name])
    desk.opine("reviewer-01", ids=[name])
    desk.decide(verdict, ids=[name], **more)


def library(desk: Desk) -> dict[str, pl.DataFrame]:
    """What a run makes of the submissions that people decided on."""
    reference, gwp = reference_and_gwp(desk.settings)
    handed_in = decided_submissions(desk.settings)
    tables = {**reference, "gwp": gwp, **gather(handed_in)}
    tables["flow"] = pl.concat([tables["flow"], brought(handed_in)["flow"]])
    tables["gwp"] = gwp
    entered = Ledger(desk.settings.home / "ledger").enter
    return judge(tables, rulebook_of(desk.settings), entered, reviews_for(desk.settings))


def test_what_was_decided_is_read_from_the_bytes_handed_in_and_nothing_else(desk, tmp_path) -> None:
    hand_in(desk, tmp_path, *(good_row(n) for n in (1, 2, 3, 4)))
    decide(desk, "FUEL-01")
    decide(desk, "FUEL-02", "refuse", reasons=[REASON])
    desk.decide("return", ids=["FUEL-03"], by="steward-01", reasons=[REASON])
    made = library(desk)
    assert made["factor"]["record_key"].to_list() == ["FUEL-01"]
    one = made["factor"].row(0, named=True)
    assert (one["status"], one["review_state"]) == ("admitted", "expert_reviewed")
    [kind] = made["decision"].filter(pl.col("decision_id") == one["decision_id"])["decision_kind"]
    assert kind == "person"
    assert made["refused_factor"]["record_key"].to_list() == ["FUEL-02"]
    assert made["refused_factor"]["reason_codes"].to_list() == [["A-REV-03"]]
    # Nothing of the returned and of the waiting row reached the graph.
    assert made["source_count"]["candidates"].sum() == 2


def test_a_later_version_under_review_leaves_the_decided_one_in_place(desk, tmp_path) -> None:
    hand_in(desk, tmp_path, good_row(1))
    decide(desk, "FUEL-01")
    first = library(desk)["factor"].row(0, named=True)
    hand_in(desk, tmp_path, good_row(1, value="74.10"))
    assert library(desk)["factor"].row(0, named=True) == first
    decide(desk, "FUEL-01")
    later = library(desk)["factor"].row(0, named=True)
    assert later["factor_id"] == first["factor_id"]
    assert (first["value"], later["value"]) == (72590.0, 74100.0)


# A product that no flow of the seeds is.
NEW = {"name_zh": "合成燃料甲", "name_en": "Synthetic fuel A"}


def test_a_new_product_is_looked_at_decided_on_and_becomes_a_factor(desk, tmp_path) -> None:
    hand_in(desk, tmp_path, good_row(1, **NEW))
    [one] = [r[-1] for r in desk.cases.rounds.values()]
    assert one.state == "prechecked"
    decide(desk, "FUEL-01")
    made = library(desk)
    factor = made["factor"].row(0, named=True)
    assert (factor["status"], factor["name_zh"]) == ("admitted", NEW["name_zh"])
    flow = brought(decided_submissions(desk.settings))["flow"].row(0, named=True)
    assert (flow["flow_id"], flow["name_zh"]) == (factor["flow_id"], NEW["name_zh"])


@pytest.mark.long
def test_a_run_publishes_what_was_decided_and_a_second_run_changes_nothing(desk, tmp_path) -> None:
    hand_in(desk, tmp_path, good_row(1, **NEW), good_row(2))
    decide(desk, "FUEL-01")
    for is_new in (True, False):
        done = run_program("run", "release", "--json", home=desk.settings.home)
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout)["summary"]["is_new"] is is_new
    data = next((desk.settings.home / "releases").iterdir()) / "data"
    decision = pl.read_parquet(data / "decision.parquet").filter(decision_kind="person")
    factor = pl.read_parquet(data / "factor.parquet").join(decision, on="decision_id", how="semi")
    assert factor["record_key"].to_list() == ["FUEL-01"]
    flow = pl.read_parquet(data / "flow.parquet").join(factor, on="flow_id", how="semi")
    assert flow["name_zh"].to_list() == [NEW["name_zh"]]
    told = pl.read_parquet(data / "review_event.parquet").sort("ledger_index")
    assert told["event_kind"].to_list()[-1] == "review_decision"
    [now] = [r[-1] for r in desk.cases.rounds.values() if r[-1].record_key == "FUEL-01"]
    assert now.state == "published"
