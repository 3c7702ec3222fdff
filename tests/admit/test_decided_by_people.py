"""A person's decision holds for exactly the record it was made on, and over no rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipelines.admit import judge
from pipelines.admit.judged import words_of
from pipelines.admit.policy import record_hashes
from pipelines.admit.reviewed import Reviews
from tests.admit.samples import candidate, enter, factor_id, tables

HANDED_IN = {"source_id": "submission_works"}
SAID = {**words_of({}), "rigour": "adequate", "rigour_evidence": "reviewer-01：甲"}


def leaf(given: dict[str, Any], key: str = "k1", **changes: Any) -> dict[str, Any]:
    """A decision as the ledger holds it, on the record as it is."""
    hashed = dict(record_hashes(given).iter_rows())[factor_id(key)]
    return {
        "decision_id": f"D{key}", "subject_id": factor_id(key), "record_hash": hashed,
        "verdict": "provisional", "decision_kind": "person", "policy_id": "admission-review",
        "roles": ["steward-02", "reviewer-01"], "reason_codes": [], "decided_on": "2026-10-01",
        "rule_version": "review 1", **changes,
    }  # fmt: skip


def judged(rulebook: Any, rows: list[dict[str, Any]], *leaves: dict[str, Any], **more: Any) -> Any:
    decided = {one["subject_id"]: one for one in leaves}
    return judge(tables(rows), rulebook, enter, Reviews(decisions=decided, **more))


def reasons(made: Any) -> list[list[str]]:
    return made["decision"]["reason_codes"].to_list()


def test_the_decision_published_is_the_persons_as_the_ledger_holds_it(rulebook) -> None:
    row = candidate(**HANDED_IN)
    made = judged(rulebook, [row, candidate("k2")], one := leaf(tables([row])))
    found = {r["subject_id"]: r for r in made["decision"].to_dicts()}
    theirs = found[factor_id("k1")]
    assert {**theirs, "decided_on": theirs["decided_on"].isoformat()}.items() >= one.items()
    assert found[factor_id("k2")]["decision_kind"] == "policy"
    states = dict(made["factor"].select("factor_id", "review_state").iter_rows())
    assert states == {factor_id("k1"): "expert_reviewed", factor_id("k2"): "policy_checked"}
    status = dict(made["factor"].select("factor_id", "status").iter_rows())
    assert status == {factor_id("k1"): "provisional", factor_id("k2"): "admitted"}


def test_no_person_decides_a_rule_away(rulebook) -> None:
    row = candidate(**HANDED_IN, confidence="low")
    made = judged(rulebook, [row], leaf(tables([row])))
    assert reasons(made) == [["A-CONF-01"]]
    assert made["decision"]["decision_kind"].to_list() == ["policy"]
    assert made["factor"].is_empty()


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"record_hash": "0" * 64}, "A-REV-01"), ({"subject_id": "elsewhere"}, "A-REV-02"),
     ({"record_hash": "0" * 64, "verdict": "refuse"}, "A-REV-01")],
)  # fmt: skip
def test_what_changed_since_or_nobody_decided_is_held_back(rulebook, changes, code) -> None:
    row = candidate(**HANDED_IN)
    made = judged(rulebook, [row], leaf(tables([row]), **changes))
    assert reasons(made) == [[code]]
    assert made["decision"]["decision_kind"].to_list() == ["policy"]


def test_a_persons_refusal_stands_with_its_own_reasons(rulebook) -> None:
    row = candidate(**HANDED_IN)
    refusal = {"verdict": "refuse", "reason_codes": ["R-SRC-01"]}
    made = judged(rulebook, [row], leaf(tables([row]), **refusal))
    assert reasons(made) == [["R-SRC-01"]]
    assert made["decision"]["verdict"].to_list() == ["refuse"]
    assert made["factor"].is_empty()
    assert made["refused_factor"]["reason_codes"].to_list() == [["A-REV-03"]]


def test_what_nobody_handed_in_waits_for_no_person_but_a_refusal_stands(rulebook) -> None:
    """A source whose name does not begin as that of submissions is judged by policy."""
    row = candidate()
    assert judged(rulebook, [row], leaf(tables([row]), record_hash="0" * 64))["factor"].height == 1
    made = judged(rulebook, [row], leaf(tables([row]), verdict="refuse"))
    assert made["factor"].is_empty()
    assert made["refused_factor"]["reason_codes"].to_list() == [["A-REV-03"]]


def test_a_factor_carries_the_words_of_whoever_decided_it(rulebook) -> None:
    rows = [candidate(**HANDED_IN), candidate("k2"), candidate("k3", source_id="elsewhere")]
    of_source = {**words_of({}), "traceability": "full", "traceability_evidence": "见表",
                 "judged_by": ["policy"]}  # fmt: skip
    rules = replace(rulebook, judgements={"src": of_source, HANDED_IN["source_id"]: of_source})
    said = {factor_id("k1"): {**SAID, "judged_by": ["reviewer-01"]},
            factor_id("k2"): {**SAID, "judged_by": ["nobody asked"]}}  # fmt: skip
    made = judged(rules, rows, leaf(tables(rows[:1])), words=said)
    assert list(said[factor_id("k1")]) == list(of_source)
    found = {r["factor_id"]: tuple(r[name] for name in of_source)
             for r in made["factor_quality"].to_dicts()}  # fmt: skip
    assert found == {
        factor_id("k1"): ("adequate", "reviewer-01：甲", "not_judged", None, ["reviewer-01"]),
        factor_id("k2"): ("not_judged", None, "full", "见表", ["policy"]),
        factor_id("k3"): ("not_judged", None, "not_judged", None, []),
    }


def test_a_verification_is_carried_by_exactly_the_record_verified(rulebook) -> None:
    rows = [candidate(), candidate("k2"), candidate("k3")]
    hashes = dict(record_hashes(tables(rows)).iter_rows())
    first, second = factor_id("k1"), factor_id("k2")
    verified = {(first, hashes[first]): "V1", (second, "0" * 64): "V2"}
    made = judge(tables(rows), rulebook, enter, Reviews(verifications=verified))
    found = dict(made["factor"].select("factor_id", "verification_id").iter_rows())
    assert found == {first: "V1", second: None, factor_id("k3"): None}
