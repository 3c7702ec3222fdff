"""Is a rule, policy or rubric row that names no source refused before anything is judged?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.admit import read_rulebook
from pipelines.admit.rulebook import read_reporting_gwp_set
from pipelines.errors import FaultyData, TanyuanError, UnreadableInput
from pipelines.settings import REPOSITORY
from tests.admit.samples import RELEASED_ON

ADMISSION, UNCERTAINTY, POLICIES = (
    "rules/admission.toml", "rules/uncertainty.toml", "decisions/policies.toml",
)  # fmt: skip


@pytest.fixture
def own_rules(tmp_path: Path) -> Path:
    for name in ("rules", "decisions"):
        shutil.copytree(REPOSITORY / "seeds" / name, tmp_path / name)
    with (tmp_path / ADMISSION).open("a", encoding="utf-8") as rules:
        rules.write('[[derived_right]]\nderived = "a"\nparent = "b"\nsource = "a letter"\n')
    return tmp_path


def spoil(seeds: Path, name: str, old: str, new: str, after: str = "") -> None:
    """Replace the first ``old`` behind ``after``; both must be there."""
    path = seeds / name
    head, mark, rest = path.read_text("utf-8").partition(after) if after else (
        "", "", path.read_text("utf-8"),
    )  # fmt: skip
    assert mark == after
    assert old in rest
    path.write_text(head + mark + rest.replace(old, new, 1), "utf-8")


def faults(seeds: Path, rows, kind: type[TanyuanError] = FaultyData) -> list[tuple]:
    with pytest.raises(kind) as refused:
        read_rulebook(seeds, rows, RELEASED_ON)
    return [
        (f.code, f.place["file"], f.place.get("row"), f.place.get("field"), f.place.get("value"))
        for f in refused.value.findings
    ]


def test_the_shipped_rules_are_read_as_they_stand(own_rules, rubric_rows):
    book = read_rulebook(own_rules, rubric_rows, RELEASED_ON)
    assert book.derived_rights == (("a", "b"),)
    assert book.refused_flags == {"offset_margin": "A-KIND-01"}
    assert (book.reporting_gwp_set, book.released_on) == ("AR5", RELEASED_ON)
    assert book.uncertainty.z975 == 1.959963984540054
    assert book.version == "admission 2026-11-21; policies 2026-11-21"
    assert [(p.policy_id, p.verdict) for p in book.policies] == [
        ("two-independent-transcriptions", "admit"), ("one-cited-transcription", "provisional"),
    ]  # fmt: skip
    assert len(book.rubric) == len(rubric_rows) == 15
    assert (book.rubric[0].criterion, book.rubric[0].score, book.rubric[0].limit) == ("tir", 1, "3")


@pytest.mark.parametrize(
    ("name", "after", "block"),
    [
        (ADMISSION, "", "source"),
        (ADMISSION, "[not_stated]", "not_stated"),
        (ADMISSION, "[[refused_flag]]", "refused_flag offset_margin"),
        (ADMISSION, "[reporting]", "reporting"),
        (UNCERTAINTY, "[normal]", "normal"),
        (ADMISSION, 'derived = "a"', "derived_right a"),
    ],
)
@pytest.mark.parametrize("left", ["# source = ", 'source = " " # '])
def test_a_rule_without_source_is_refused(own_rules, rubric_rows, name, after, block, left):
    spoil(own_rules, name, "\nsource = ", f"\n{left}", after)
    assert faults(own_rules, rubric_rows) == [("E-SEED-09", name, None, block, None)]


@pytest.mark.parametrize("citation", ["", "  "])
def test_rubric_rows_without_citation_are_refused_by_their_row(own_rules, rubric_rows, citation):
    rows = [dict(row) for row in rubric_rows]
    rows[0]["citation"] = rows[9]["citation"] = citation
    assert faults(own_rules, rows) == [
        ("E-SEED-09", "rules/representativeness.csv", 2, "tir", None),
        ("E-SEED-09", "rules/representativeness.csv", 11, rows[9]["criterion"], None),
    ]


@pytest.mark.parametrize("limit", ["2.5", "", "three", "-1"])
def test_an_age_that_is_no_whole_number_of_years_is_refused(own_rules, rubric_rows, limit):
    rows = [dict(row) for row in rubric_rows]
    rows[1]["limit"] = limit
    assert faults(own_rules, rows) == [
        ("E-POLICY-02", "rules/representativeness.csv", 3, "limit", limit)
    ]


@pytest.mark.parametrize(
    "key", ["verdict", "confidence", "decided_on", "title_zh", "title_en", "source"]
)
def test_a_policy_that_lacks_a_key_is_refused(own_rules, rubric_rows, key):
    spoil(own_rules, POLICIES, f"\n{key} = ", "\n# ", after="one-cited-transcription")
    assert faults(own_rules, rubric_rows) == [
        ("E-POLICY-01", POLICIES, None, key, "one-cited-transcription")
    ]


def test_a_policy_without_id_is_refused(own_rules, rubric_rows):
    spoil(own_rules, POLICIES, "\nid = ", "\n# ")
    assert faults(own_rules, rubric_rows) == [("E-POLICY-01", POLICIES, None, "id", "?")]


@pytest.mark.parametrize("verdict", ["refuse", "return", "admitted"])
def test_a_policy_may_admit_or_admit_as_provisional_and_nothing_else(
    own_rules, rubric_rows, verdict
):
    spoil(own_rules, POLICIES, 'verdict = "admit"', f'verdict = "{verdict}"')
    assert faults(own_rules, rubric_rows) == [
        ("E-POLICY-01", POLICIES, None, "verdict", "two-independent-transcriptions")
    ]


@pytest.mark.parametrize("name", [ADMISSION, UNCERTAINTY, POLICIES])
def test_a_missing_or_garbled_file_of_rules_is_unreadable(own_rules, rubric_rows, name):
    (own_rules / name).write_bytes("来源".encode("gbk"))
    garbled = faults(own_rules, rubric_rows, UnreadableInput)
    (own_rules / name).unlink()
    missing = faults(own_rules, rubric_rows, UnreadableInput)
    assert garbled == missing == [("E-SEED-06", name, None, None, None)]


@pytest.mark.parametrize("name", [ADMISSION, UNCERTAINTY, POLICIES])
def test_a_file_that_is_not_toml_is_refused(own_rules, rubric_rows, name):
    (own_rules / name).write_text("version = ", "utf-8")
    assert faults(own_rules, rubric_rows) == [("E-SEED-08", name, None, None, None)]


def test_the_reported_set_is_named_in_the_rules(own_rules):
    assert read_reporting_gwp_set(own_rules) == "AR5"
    spoil(own_rules, ADMISSION, 'gwp_set = "AR5"', 'gwp_set = "AR6"')
    assert read_reporting_gwp_set(own_rules) == "AR6"


@pytest.mark.parametrize(
    ("old", "code", "column"),
    [("\ngwp_set = ", "E-SEED-02", "reporting.gwp_set"), ("\nsource = ", "E-SEED-09", "reporting")],
)
def test_a_reported_set_without_name_or_source_is_refused(own_rules, old, code, column):
    spoil(own_rules, ADMISSION, old, "\n# ", after="[reporting]")
    with pytest.raises(FaultyData) as refused:
        read_reporting_gwp_set(own_rules)
    assert [(f.code, f.place["field"]) for f in refused.value.findings] == [(code, column)]


def test_the_version_written_into_decisions_is_that_of_rules_and_policies(own_rules, rubric_rows):
    spoil(own_rules, ADMISSION, '"2026-11-21"', '"2027-01-01"')
    spoil(own_rules, POLICIES, '"2026-11-21"', '"2027-02-02"')
    book = read_rulebook(own_rules, rubric_rows, RELEASED_ON)
    assert book.version == "admission 2027-01-01; policies 2027-02-02"
