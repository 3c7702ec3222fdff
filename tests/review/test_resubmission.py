"""Handing a file in again: only what changed is reviewed again."""

from __future__ import annotations

import pytest

from pipelines.commands.review_queue import life_of
from pipelines.commands.revisions import revision_table
from pipelines.commands.submission import submit
from pipelines.errors import Conflict
from schemas.render.pandera import require
from schemas.review import REVISION
from tests.desk.handed_in import csv_bytes, good_row, grid
from tests.review.desk import DAY, REASON, Desk


def hand_in(desk: Desk, folder, *rows) -> None:
    path = folder / "报送.csv"
    path.write_bytes(csv_bytes(grid(*rows)))
    submit(desk.settings, path, "submitter-01", on=DAY)


def states(desk: Desk) -> dict[str, tuple[str, int]]:
    return {r[-1].record_key: (r[-1].state, len(r)) for r in desk.cases.rounds.values()}


def test_only_changed_rows_are_reviewed_again(desk, tmp_path) -> None:
    rows = [good_row(n) for n in (1, 2, 3)]
    hand_in(desk, tmp_path, *rows)
    desk.assign("reviewer-01", ids=["FUEL-01"])
    desk.opine("reviewer-01", ids=["FUEL-01"])
    desk.assign("reviewer-01", ids=["FUEL-02"])
    desk.decide("return", ids=["FUEL-03"], by="steward-01", reasons=[REASON])
    hand_in(desk, tmp_path, rows[0], rows[1], good_row(3, value="74.10"))
    assert states(desk) == {
        "FUEL-01": ("in_review", 1), "FUEL-02": ("assigned", 1), "FUEL-03": ("prechecked", 2),
    }  # fmt: skip
    desk.decide(ids=["FUEL-01"])
    assert states(desk)["FUEL-01"] == ("admitted", 1)


def test_a_returned_row_handed_in_unchanged_may_be_looked_at_again(desk, tmp_path) -> None:
    hand_in(desk, tmp_path, good_row(1), good_row(2))
    desk.decide("return", ids=["FUEL-01"], by="steward-01", reasons=[REASON])
    hand_in(desk, tmp_path, good_row(1), good_row(2), good_row(3))
    assert states(desk) == {
        "FUEL-01": ("prechecked", 2), "FUEL-02": ("prechecked", 1), "FUEL-03": ("prechecked", 1),
    }  # fmt: skip


def returned_and_mended(desk: Desk, folder, **first: str) -> dict[str, str | None]:
    """A record returned for its value, handed in mended, decided; what a release carries."""
    hand_in(desk, folder, good_row(1, value="72.59", **first))
    asked = {"reason_code": "R-VAL-01", "field": "value", "cell": "G3", "note": ""}
    desk.decide("return", ids=["FUEL-01"], by="steward-01", reasons=[asked])
    hand_in(desk, folder, good_row(1, value="74.10", source_page="附录A 表A.0.2"))
    desk.assign("reviewer-01", ids=["FUEL-01"])
    desk.opine("reviewer-01", ids=["FUEL-01"])
    desk.decide(ids=["FUEL-01"])
    [rounds] = desk.cases.rounds.values()
    return {rounds[-1].subject_id: rounds[-1].decided["decision_id"]}


def test_what_was_changed_between_rounds_is_told_with_what_asked_for_it(desk, tmp_path) -> None:
    carried = returned_and_mended(desk, tmp_path)
    found = revision_table(desk.settings, desk.cases, carried)
    require(REVISION, found, {})
    rows = {r["field_name"]: r for r in found.to_dicts()}
    assert set(rows) == {"value", "source_page"}
    one = rows["value"]
    assert (one["text_before"], one["text_after"]) == ("72.59", "74.10")
    assert one["reason_codes"] == ["R-VAL-01"]
    assert one["acted_on"] == DAY
    assert rows["source_page"]["reason_codes"] == []
    [rounds] = desk.cases.rounds.values()
    assert [one["former_hash"], one["record_hash"]] == [r.record_hash for r in rounds]
    told = life_of(desk.settings, "FUEL-01")["revisions"]
    assert {r["field_name"] for r in told} == set(rows)


def test_nothing_is_told_of_what_a_release_does_not_carry(desk, tmp_path) -> None:
    returned_and_mended(desk, tmp_path)
    assert revision_table(desk.settings, desk.cases, {}).is_empty()
    [(subject_id, rounds)] = desk.cases.rounds.items()
    first = {subject_id: rounds[0].decided["decision_id"]}
    assert revision_table(desk.settings, desk.cases, first).is_empty()


def test_what_a_round_said_that_was_not_public_is_not_told(desk, tmp_path) -> None:
    carried = returned_and_mended(desk, tmp_path, data_class="restricted")
    found = revision_table(desk.settings, desk.cases, carried)
    assert set(found["field_name"]) == {"value", "source_page", "data_class"}
    assert found["text_before"].null_count() == found["text_after"].null_count() == 3


def test_bytes_handed_in_that_were_changed_are_a_conflict(desk, tmp_path) -> None:
    carried = returned_and_mended(desk, tmp_path)
    for path in (desk.settings.home / "objects").iterdir():
        path.write_bytes(b"other")
    with pytest.raises(Conflict):
        revision_table(desk.settings, desk.cases, carried)
