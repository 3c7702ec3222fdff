"""Does every decision name its policy, fix the bytes it judged, and stand once in the ledger?"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.admit import judge, policy
from pipelines.identity import canonical_text_json
from pipelines.ledger import Ledger
from schemas.candidate import CANDIDATE, CANDIDATE_GAS
from schemas.source import EVIDENCE
from tests.admit.samples import candidate, enter, factor_id, gas, tables

ROWS = [
    candidate("k1"),
    candidate("k2", confidence="medium"),
    candidate("k3", confidence="low"),
    candidate("k4", value=None),
]
GASES = [gas("k4", "n2o", 0.01), gas("k4", "co2_fossil", 2.0), gas("k4", "ch4_fossil", 0.001)]
GIVEN = tables(ROWS, GASES)
VERDICTS = {"k1": "admit", "k2": "provisional", "k3": "refuse", "k4": "admit"}


def record_hashes(given: dict[str, pl.DataFrame]) -> dict[str, str]:
    return dict(policy.record_hashes(given).iter_rows())


def shuffled(given: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    return {name: frame.reverse() for name, frame in given.items()}


def another(value: Any, kind: str) -> Any:
    """A value of the column's kind that differs from the one given."""
    if kind in {"text", "code", "json"}:
        return f"{value or ''}x"
    if kind == "texts":
        return [*(value or []), "x"]
    if kind == "boolean":
        return not value
    if kind == "date":
        return (value or dt.date(2020, 1, 1)) + dt.timedelta(days=1)
    return (value or 0) + 1


def with_cell(name: str, column: str, value: Any) -> dict[str, pl.DataFrame]:
    frame = GIVEN[name]
    row = next(i for i, r in enumerate(frame.iter_rows(named=True)) if r in of_k4(frame))
    cells = frame[column].to_list()
    cells[row] = value
    return {**GIVEN, name: frame.with_columns(pl.Series(column, cells, frame.schema[column]))}


def of_k4(frame: pl.DataFrame) -> list[dict[str, Any]]:
    by, value = (
        ("factor_id", factor_id("k4"))
        if "factor_id" in frame.columns
        else ("evidence_id", ROWS[3]["evidence_id"])
    )
    return list(frame.filter(pl.col(by) == value).iter_rows(named=True))


def test_every_decision_is_by_a_named_policy_and_by_no_person(rulebook, judged):
    for made in (judge(GIVEN, rulebook, enter), judged):
        decision = made["decision"]
        assert set(decision["decision_kind"]) == {"policy"}
        assert {tuple(roles) for roles in decision["roles"]} == {("policy",)}
        assert set(decision["rule_version"]) == {rulebook.version}
        policy_of = {p.verdict: p for p in rulebook.policies}
        for row in decision.iter_rows(named=True):
            by = policy_of.get(row["verdict"])
            assert row["policy_id"] == (by.policy_id if by else "admission-rules")
            assert row["decided_on"] == (by or rulebook.policies[0]).decided_on


def test_the_decisions_carry_the_date_of_the_policy_and_not_of_the_clock(rulebook):
    day = dt.date(1999, 12, 31)
    dated = replace(
        rulebook, policies=tuple(replace(p, decided_on=day) for p in rulebook.policies)
    )  # fmt: skip
    assert set(judge(GIVEN, dated, enter)["decision"]["decided_on"]) == {day}


def test_the_first_policy_that_fits_decides(rulebook):
    admit, provisional = rulebook.policies
    either = replace(provisional, confidence=("high", "medium"))
    for policies, wanted in (((admit, either), "admit"), ((either, admit), "provisional")):
        made = judge(tables([candidate()]), replace(rulebook, policies=policies), enter)
        assert made["decision"]["verdict"].to_list() == [wanted]


CELLS = [
    pytest.param(name, field, id=f"{name}.{field.name}")
    for name, table in (
        ("candidate", CANDIDATE), ("candidate_gas", CANDIDATE_GAS), ("evidence", EVIDENCE),
    )
    for field in table
]  # fmt: skip


@pytest.mark.parametrize(("name", "field"), CELLS)
def test_a_change_of_any_cell_that_was_judged_changes_the_record_hash(name, field):
    before = record_hashes(GIVEN)
    (value, *_) = [r[field.name] for r in of_k4(GIVEN[name])]
    after = record_hashes(with_cell(name, field.name, another(value, field.kind)))
    assert re.fullmatch("[0-9a-f]{64}", before[factor_id("k4")])
    assert after.get(factor_id("k4")) != before[factor_id("k4")]
    # Nobody else's record is another than before.
    for key in ("k1", "k2", "k3"):
        assert after[factor_id(key)] == before[factor_id(key)]


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "text": st.none() | st.text(),
                "number": st.none() | st.floats(),
                "count": st.none() | st.integers(-(2**63), 2**63 - 1),
                "day": st.none() | st.dates(),
                "is_so": st.none() | st.booleans(),
                "list": st.none() | st.lists(st.text(), max_size=3),
            }
        ),
        max_size=6,
    )
)
def test_a_record_is_canonical_json_with_every_value_as_text(rows):
    kinds = {"text": pl.String, "number": pl.Float64, "count": pl.Int64, "day": pl.Date,
             "is_so": pl.Boolean, "list": pl.List(pl.String)}  # fmt: skip
    frame = pl.DataFrame({k: [r[k] for r in rows] for k in kinds}, schema=kinds, strict=False)
    as_text = [
        {k: v if v is None or k in {"text", "list"} else str(v) for k, v in r.items()}
        for r in frame.iter_rows(named=True)
    ]
    found = policy.with_record(frame, "json")["json"].to_list()
    assert [text.encode() for text in found] == [canonical_text_json(r) for r in as_text]


def test_a_gas_left_out_or_added_changes_the_record_hash():
    whole = record_hashes(GIVEN)[factor_id("k4")]
    fewer = record_hashes(tables(ROWS, GASES[1:]))[factor_id("k4")]
    more = record_hashes(tables(ROWS, [*GASES, gas("k4", "nf3", 1.0)]))[factor_id("k4")]
    assert len({whole, fewer, more}) == 3


def test_the_record_hash_does_not_depend_on_the_order_of_rows():
    assert record_hashes(shuffled(GIVEN)) == record_hashes(GIVEN)
    assert len(set(record_hashes(GIVEN).values())) == 4


def test_judging_again_anywhere_gives_the_same_decisions(rulebook, tmp_path):
    one = judge(GIVEN, rulebook, Ledger(tmp_path / "one").enter)
    two = judge(shuffled(GIVEN), rulebook, Ledger(tmp_path / "two").enter)
    for name, frame in one.items():
        assert frame.equals(two[name]), name
    first, second = (Ledger(tmp_path / n).size_and_root() for n in ("one", "two"))
    assert first == second
    assert first[0] == 4


def test_each_decision_stands_at_its_own_place_in_the_ledger(rulebook, tmp_path):
    ledger = Ledger(tmp_path)
    decision = judge(GIVEN, rulebook, ledger.enter)["decision"]
    assert sorted(decision["ledger_index"]) == [0, 1, 2, 3]
    assert decision["decision_id"].n_unique() == decision["leaf_hash"].n_unique() == 4
    entries = {e.record["decision_id"]: e for e in ledger.entries()}
    for row in decision.iter_rows(named=True):
        entry = entries[row["decision_id"]]
        assert (entry.index, entry.leaf_hash) == (row["ledger_index"], row["leaf_hash"])
        said = {k: v for k, v in row.items() if k not in {"ledger_index", "leaf_hash"}}
        said["decided_on"] = said["decided_on"].isoformat()
        assert entry.record == {"seq": entry.index, **said}
        assert row["record_hash"] == record_hashes(GIVEN)[row["subject_id"]]
    by_subject = dict(decision.select("subject_id", "verdict").iter_rows())
    assert by_subject == {factor_id(k): v for k, v in VERDICTS.items()}


def test_judging_the_same_candidates_again_adds_nothing_to_the_ledger(rulebook, tmp_path):
    ledger = Ledger(tmp_path)
    first = judge(GIVEN, rulebook, ledger.enter)
    before = ledger.size_and_root()
    again = judge(GIVEN, rulebook, ledger.enter)
    assert ledger.size_and_root() == before
    assert again["decision"].equals(first["decision"])
    assert before[0] == 4


def test_a_changed_candidate_adds_one_decision_and_the_old_one_stands(rulebook, tmp_path):
    ledger = Ledger(tmp_path)
    first = judge(GIVEN, rulebook, ledger.enter)["decision"]
    changed = judge(tables([candidate("k1", value=2.6), *ROWS[1:]], GASES), rulebook, ledger.enter)
    assert ledger.size_and_root()[0] == 5
    assert ledger.size_and_root(4) == Ledger(tmp_path).size_and_root(4)
    both = (first, changed["decision"])
    old, new = (t.filter(subject_id=factor_id("k1")).row(0, named=True) for t in both)
    assert new["ledger_index"] == 4
    assert old["decision_id"] != new["decision_id"]
    assert old["record_hash"] != new["record_hash"]
    assert ledger.entries()[old["ledger_index"]].record["decision_id"] == old["decision_id"]


def test_another_version_of_the_rules_is_another_decision(rulebook, tmp_path):
    ledger = Ledger(tmp_path)
    judge(GIVEN, rulebook, ledger.enter)
    made = judge(GIVEN, replace(rulebook, version="next"), ledger.enter)["decision"]
    assert ledger.size_and_root()[0] == 8
    assert set(made["rule_version"]) == {"next"}
    assert sorted(made["ledger_index"]) == [4, 5, 6, 7]


def test_all_shipped_decisions_stand_once(seeds, rulebook, judged, tmp_path):
    ledger = Ledger(tmp_path)
    decision = judge(seeds.tables, rulebook, ledger.enter)["decision"]
    n = len(seeds.tables["candidate"])
    assert sorted(decision["ledger_index"]) == list(range(n))
    assert ledger.size_and_root()[0] == n
    ids = set(decision["decision_id"])
    assert len(ids) == n
    assert all(re.fullmatch("D[A-Z2-7]{12}", one) for one in ids)
    assert ids == set(judged["decision"]["decision_id"])
    published = {*judged["factor"]["decision_id"], *judged["refused_factor"]["decision_id"]}
    assert published == ids
