"""A file is taken in once, told from the version it answers, and waits in the review queue."""

from __future__ import annotations

import json

import pytest

from pipelines.commands.review import cases_of
from pipelines.commands.submission import submissions, submit
from pipelines.errors import Conflict, RefusedByPolicy, UnreadableInput, WrongUsage
from pipelines.ledger import Ledger
from pipelines.settings import Settings
from tests.conftest import SEEDS, run_program
from tests.desk.handed_in import csv_bytes, good_row, grid

BY = "submitter-01"


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A home whose ledger holds the seeds' decisions; copied for every test."""
    from pipelines.commands.judging import enter_seed_decisions

    home = tmp_path_factory.mktemp("desk") / "home"
    enter_seed_decisions(Settings(SEEDS, home))
    return home


@pytest.fixture
def desk(base, tmp_path):
    import shutil

    return Settings(SEEDS, shutil.copytree(base, tmp_path / "home"))


def write(folder, *rows, name="factors.csv"):
    path = folder / name
    path.write_bytes(csv_bytes(grid(*rows)))
    return path


def test_a_good_file_is_stored_by_hash_and_queued(desk, tmp_path):
    path = write(tmp_path, good_row(1), good_row(2))
    taken = submit(desk, path, BY)
    digest = taken.checked.workbook.sha256
    assert (desk.home / "objects" / digest).read_bytes() == path.read_bytes()
    rounds = [r[-1] for r in cases_of(desk).rounds.values()]
    assert {r.record_key for r in rounds} == {"FUEL-01", "FUEL-02"}
    assert {r.submission_id for r in rounds} == {taken.submission_id}
    assert all(not r.reason_codes for r in rounds)


def test_the_same_bytes_again_are_recognised(desk, tmp_path):
    path = write(tmp_path, good_row(1))
    first = submit(desk, path, BY)
    size = Ledger(desk.home / "ledger").size_and_root()
    again = submit(desk, path, BY)
    assert (again.submission_id, again.is_new, again.is_rechecked) == (
        first.submission_id, False, False,
    )  # fmt: skip
    assert Ledger(desk.home / "ledger").size_and_root() == size


def test_the_same_bytes_are_checked_again_when_the_rules_have_changed(desk, tmp_path, own_seeds):
    path = write(tmp_path, good_row(1))
    first = submit(desk, path, BY)
    rules = own_seeds / "rules" / "plausibility.toml"
    rules.write_text(rules.read_text("utf-8").replace("years = 10", "years = 5"), "utf-8")
    changed = Settings(own_seeds, desk.home)
    again = submit(changed, path, BY)
    assert again.is_rechecked
    assert again.submission_id == first.submission_id
    assert {f.code for f in again.checked.findings} == {"W-REP-04"}
    assert again.event["findings_sha256"] != first.event["file"]["findings_sha256"]
    assert submit(changed, path, BY).event["event_id"] == again.event["event_id"]


def test_a_resubmission_is_told_from_the_version_it_answers(desk, tmp_path):
    spoilt = good_row(1, value="1,23"), good_row(2, region_code="64"), good_row(3)
    first = submit(desk, write(tmp_path, *spoilt), BY)
    mended = good_row(1, value="72.59"), good_row(2, region_code="64", note="x"), good_row(
        3, value="70", boundary="cradle to door"
    )  # fmt: skip
    second = submit(desk, write(tmp_path, *mended, name="again.csv"), BY)
    assert second.previous == first.submission_id
    told = second.comparison
    assert [s[1:] for s in told.fixed] == [("FUEL-01", "value", "E-FIG-04")]
    assert [s[1:] for s in told.still_open] == [("FUEL-02", "region_code", "E-FIG-15")]
    assert [s[1:] for s in told.new] == [("FUEL-03", "boundary", "E-FIG-15")]
    assert [s[1:] for s in told.changed_unasked] == [
        ("FUEL-02", "note", "", "x"),
        ("FUEL-03", "boundary", "activity", "cradle to door"),
        ("FUEL-03", "value", "72.59", "70"),
    ]
    assert told.rows_same == ()


def test_a_file_may_say_which_submission_it_answers(desk, tmp_path):
    first = submit(desk, write(tmp_path, good_row(1)), BY)
    other = submit(desk, write(tmp_path, good_row(9), name="b.csv"), BY,
                   answers=first.submission_id)  # fmt: skip
    assert other.previous == first.submission_id
    with pytest.raises(WrongUsage):
        submit(desk, write(tmp_path, good_row(8), name="c.csv"), BY, answers="S" + "A" * 12)


def test_a_refused_file_is_not_taken_in(desk, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"%PDF-1.7")
    taken = submit(desk, path, BY)
    assert taken.submission_id is None
    assert not submissions(desk)
    assert not (desk.home / "objects").exists()


def test_only_registered_submitters_hand_in(desk, tmp_path):
    path = write(tmp_path, good_row(1))
    for person in ("nobody-99", "reviewer-01"):
        with pytest.raises(RefusedByPolicy):
            submit(desk, path, person)
    with pytest.raises(UnreadableInput):
        submit(desk, tmp_path / "not-there.csv", BY)


def test_what_is_not_public_leaves_only_a_salted_commitment(desk, tmp_path):
    taken = submit(desk, write(tmp_path, good_row(1, data_class="confidential")), BY)
    (record,) = taken.event["records"]
    salts = json.loads(
        (desk.home / "restricted" / f"{taken.submission_id}.salts.json").read_bytes()
    )
    assert set(salts) == {record["subject_id"]}
    assert "A-RIGHT-01" in record["reason_codes"]


def test_bytes_that_are_gone_are_a_conflict_not_a_guess(desk, tmp_path):
    taken = submit(desk, write(tmp_path, good_row(1)), BY)
    (desk.home / "objects" / taken.checked.workbook.sha256).write_bytes(b"other")
    with pytest.raises(Conflict) as caught:
        submit(desk, write(tmp_path, good_row(1, note="x"), name="b.csv"), BY)
    assert [f.code for f in caught.value.findings] == ["E-EDI-03"]


def test_check_and_submit_answer_with_the_envelope(desk, tmp_path):
    path = write(tmp_path, good_row(1), good_row(2, value="NaN"))
    done = run_program("check", str(path), "--json", home=desk.home)
    told = json.loads(done.stdout)
    assert (done.returncode, told["exit"], told["command"]) == (1, 1, "check")
    assert told["summary"] == {
        "files": 1, "rows": 2, "admissible": 1, "quarantined": 1, "refused": 0, "empty": 0,
        "errors": 1, "reviews": 0, "warnings": 0, "refused_file": False,
    }  # fmt: skip
    assert told["data"]["causes"][0]["code"] == "E-FIG-02"
    assert not submissions(desk)
    done = run_program("submit", str(path), "--by", BY, "--json", home=desk.home)
    told = json.loads(done.stdout)
    assert told["data"]["state"] == "submitted"
    assert told["data"]["submission_id"] in submissions(desk)
    bad = tmp_path / "pdf.xlsx"
    bad.write_bytes(b"%PDF-1.4")
    done = run_program("check", str(bad), str(path), "--json", home=desk.home)
    told = json.loads(done.stdout)
    assert (done.returncode, told["summary"]["refused_file"]) == (3, True)
    assert told["summary"]["rows"] == 2
    assert "Traceback" not in done.stderr
