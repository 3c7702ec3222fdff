"""Handing a file in again: only what changed is reviewed again."""

from __future__ import annotations

from pipelines.commands.submission import submit
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
