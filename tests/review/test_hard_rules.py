"""Each hard rule is broken once, by every way in: refused with its code, nothing written."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from pipelines.admit import review_event as event
from pipelines.admit.review_case import replay
from pipelines.admit.review_policy import policy_of
from pipelines.commands import review
from pipelines.errors import RefusedByPolicy, WrongUsage
from tests.review.desk import DAY, REASON, REGISTER, RULE, Desk, hash_of, record, subject


def refused(desk: Desk, code: str, act) -> RefusedByPolicy:
    """The act is refused with the code, and the ledger is as it was."""
    before = desk.ledger.path.read_bytes()
    with pytest.raises(RefusedByPolicy) as caught:
        act()
    assert code in {f.code for f in caught.value.findings}
    assert caught.value.exit_code == 4
    assert desk.ledger.path.read_bytes() == before
    return caught.value


def prechecked(desk):
    desk.submit()


def assigned(desk):
    desk.submit()
    desk.assign("reviewer-01", "reviewer-02")


def one_opinion(desk):
    assigned(desk)
    desk.opine("reviewer-01")


def two_opinions(desk):
    desk.reviewed()


def of_an_expert(desk):
    desk.submit(records=[record(category_id="material.cement")])


CASES = [
    ("nobody of the submitter's group is asked", "E-REV-02", prechecked,
     lambda d: d.assign("reviewer-04")),
    ("a declared conflict stands aside", "E-REV-03", prechecked, lambda d: d.assign("reviewer-06")),
    ("an expert whose term ended", "E-REV-04", prechecked, lambda d: d.assign("reviewer-05")),
    ("an expert of another field", "E-REV-05", prechecked, lambda d: d.assign("reviewer-03")),
    ("a steward is no expert", "E-REV-06", prechecked, lambda d: d.assign("steward-02")),
    ("the submitter is no expert", "E-REV-01", prechecked, lambda d: d.assign("submitter-01")),
    ("an expert cannot assign", "E-REV-06", prechecked,
     lambda d: d.assign("reviewer-01", by="reviewer-02")),
    ("the submitter cannot assign", "E-REV-06", prechecked,
     lambda d: d.assign("reviewer-01", by="submitter-01")),
    ("nobody knows the expert", "E-REV-12", prechecked, lambda d: d.assign("reviewer-99")),
    ("an opinion nobody asked for", "E-REV-14", assigned, lambda d: d.opine("reviewer-07")),
    ("an opinion before anybody was asked", "E-REV-11", prechecked,
     lambda d: d.opine("reviewer-01")),
    ("the submitter's own opinion", "E-REV-01", assigned, lambda d: d.opine("submitter-01")),
    ("an opinion on another version", "E-REV-10", assigned,
     lambda d: d.opine("reviewer-01", record_hash=hash_of("k1 other"))),
    ("a conclusion there is not", "E-REV-15", assigned, lambda d: d.opine("reviewer-01", "fine")),
    ("a dimension there is not", "E-REV-23", assigned,
     lambda d: d.opine("reviewer-01", "return", issues=["colour"])),
    ("accepting what has an open issue", "E-REV-18", assigned,
     lambda d: d.opine("reviewer-01", issues=["boundary"])),
    ("an opinion before the assignment's day", "E-REV-19", assigned,
     lambda d: d.opine("reviewer-01", on=DAY - dt.timedelta(days=1))),
    ("core data with one opinion", "E-REV-07", one_opinion, lambda d: d.decide()),
    ("deciding without any opinion", "E-REV-11", assigned, lambda d: d.decide()),
    ("the submitter decides", "E-REV-06", two_opinions, lambda d: d.decide(by="submitter-01")),
    ("the submitter decides its own", "E-REV-01", two_opinions,
     lambda d: d.decide(by="submitter-01")),
    ("a reviewer decides", "E-REV-08", two_opinions, lambda d: d.decide(by="reviewer-01")),
    ("deciding another version", "E-REV-10", two_opinions,
     lambda d: d.decide(record_hash=hash_of("k1 other"))),
    ("deciding out of office", "E-REV-04", two_opinions,
     lambda d: d.decide(on=dt.date(2028, 1, 1))),
    ("returning without a reason", "E-REV-13", prechecked, lambda d: d.decide("return")),
    ("returning with an unknown reason", "E-REV-13", prechecked,
     lambda d: d.decide("return", reasons=[{**REASON, "reason_code": "R-NO-01"}])),
    ("returning without a place", "E-REV-24", prechecked,
     lambda d: d.decide("return", reasons=[{**REASON, "field": "", "cell": ""}])),
    ("refusing without a reason", "E-REV-13", two_opinions, lambda d: d.decide("refuse")),
    ("a verdict there is not", "E-REV-11", two_opinions, lambda d: d.decide("bless")),
    ("another group replaces a record", "E-REV-25", prechecked,
     lambda d: d.submit("second", by="submitter-02")),
    ("handing in again while experts look", "E-REV-11", one_opinion, lambda d: d.submit("second")),
    ("a reviewer hands in", "E-REV-06", prechecked,
     lambda d: d.submit("second", by="reviewer-01")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "before", "act"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_the_rule_holds(desk, code, before, act) -> None:
    before(desk)
    found = refused(desk, code, lambda: act(desk)).findings
    assert all(f.zh and f.fix_zh for f in found)


def test_two_opinions_of_one_group_count_once(desk) -> None:
    desk.submit()
    desk.assign("reviewer-01", "reviewer-07")
    desk.opine("reviewer-01")
    desk.opine("reviewer-07")
    refused(desk, "E-REV-07", desk.decide)
    desk.assign("reviewer-02")
    desk.opine("reviewer-02")
    desk.decide()
    assert desk.state == "admitted"


def test_other_data_need_one_opinion(desk) -> None:
    desk.submit(records=[record(core_data=False)])
    desk.assign("reviewer-01")
    desk.opine("reviewer-01")
    desk.decide()
    assert desk.state == "admitted"


@pytest.mark.parametrize(
    ("conclusion", "borne"),
    [("conditional_accept", "provisional"), ("return", "return"), ("reject", "refuse")],
)
def test_a_stricter_opinion_is_not_overruled(desk, conclusion, borne) -> None:
    desk.submit()
    desk.assign("reviewer-01", "reviewer-02")
    desk.opine("reviewer-01")
    desk.opine("reviewer-02", conclusion)
    refused(desk, "E-REV-16", desk.decide)
    desk.decide(borne, reasons=[REASON])
    assert desk.cases.now(subject()).decided["verdict"] == borne


def test_what_the_check_holds_against_a_record_cannot_be_decided_away(desk) -> None:
    desk.submit(records=[record(reason_codes=["A-GWP-01"])])
    assert desk.state == "submitted"
    refused(desk, "E-REV-11", lambda: desk.assign("reviewer-01"))
    refused(desk, "E-REV-21", desk.decide)
    desk.decide("return", reasons=[REASON])
    assert desk.state == "returned"


def test_opinions_lapse_when_the_record_changes(desk) -> None:
    desk.reviewed()
    desk.decide("return", reasons=[REASON])
    desk.submit("second")
    desk.assign("reviewer-01", "reviewer-02")
    assert desk.cases.now(subject()).opinions == {}
    refused(desk, "E-REV-10", desk.decide)
    refused(desk, "E-REV-10", lambda: desk.decide(record_hash=hash_of("k1 first")))


def test_an_unknown_record_is_wrong_usage(desk) -> None:
    desk.submit()
    with pytest.raises(WrongUsage):
        desk.decide(ids=["F" + "Z" * 12])


def test_a_batch_is_refused_whole(desk) -> None:
    rows = [record("k1", core_data=False), record("k2", core_data=True)]
    desk.submit(records=rows)
    both = [subject("k1"), subject("k2")]
    desk.assign("reviewer-01", ids=both)
    desk.opine("reviewer-01", ids=both)
    refused(desk, "E-REV-07", lambda: desk.decide(ids=both))
    assert {r[-1].state for r in desk.cases.rounds.values()} == {"in_review"}


def test_one_cause_is_returned_at_once(desk) -> None:
    rows = [record(f"k{i}", reason_codes=["E-UNIT-03"] if i < 7 else []) for i in range(9)]
    [entry] = desk.submit(records=rows)
    before = desk.size
    desk.decide("return", ids=[entry.record["submission_id"]], cause="E-UNIT-03", reasons=[REASON])
    states = [r[-1].state for r in desk.cases.rounds.values()]
    assert (states.count("returned"), states.count("prechecked")) == (7, 2)
    # One event and one leaf per decision.
    assert desk.size == before + 14


def test_the_same_act_again_changes_nothing(desk) -> None:
    desk.reviewed()
    desk.decide()
    before = desk.ledger.path.read_bytes()
    desk.submit()
    desk.opine("reviewer-01")
    desk.decide()
    assert desk.ledger.path.read_bytes() == before


# The log read with entries that no command wrote.


def forged(desk, made) -> None:
    """Put an entry in the ledger past every command."""
    desk.ledger.enter([made] if isinstance(made, dict) else list(made))


def decision_by(desk, person_id: str, **changes):
    now = desk.cases.now(subject())
    person = replace(REGISTER.people.get(person_id, REGISTER.people["steward-01"]),
                     person_id=person_id, **changes)  # fmt: skip
    return event.decision(RULE, person, DAY, now, verdict="admit")


@pytest.mark.parametrize(
    ("code", "person_id", "changes"),
    [
        ("E-REV-01", "submitter-01", {}),
        ("E-REV-12", "submitter-01", {"role": "steward", "group_id": "authority-09"}),
        ("E-REV-12", "steward-99", {}),
        ("E-REV-08", "reviewer-01", {}),
    ],
)
def test_a_decision_written_past_the_command_has_no_effect(desk, code, person_id, changes) -> None:
    desk.reviewed()
    forged(desk, decision_by(desk, person_id, **changes))
    cases = desk.cases
    assert cases.now(subject()).state == "in_review"
    assert cases.standing(dt.date(2027, 1, 1)) == {}
    assert cases.decisions == {}
    assert code in {f.code for v in cases.void for f in v.findings}
    desk.decide()
    assert desk.state == "admitted"


def test_a_bare_decision_leaf_has_no_effect(desk) -> None:
    desk.reviewed()
    _, leaf = decision_by(desk, "steward-01")
    forged(desk, leaf)
    assert desk.cases.decisions == {}
    assert desk.state == "in_review"


def test_a_leaf_that_says_other_than_its_event_has_no_effect(desk) -> None:
    desk.reviewed()
    made, leaf = decision_by(desk, "steward-02")
    forged(desk, [made, {**leaf, "verdict": "provisional"}])
    assert desk.cases.decisions == {}


def spoiled(made: dict) -> list[dict]:
    """The event without each of its keys, and with each of them of another kind."""
    keys = [k for k in made if k not in {"event_kind"}]
    found = [{k: v for k, v in made.items() if k != key} for key in keys]
    found += [{**made, key: 7} for key in keys]
    found += [{**made, "event_id": "X" + "B" * 12}, {**made, "on": "someday"}]
    found += [{**made, "record_hash": "0" * 63}, {**made, "acting": {}}]
    found += [{**made, "acting": {**made["acting"], "term_from": "x"}}]
    found += [{**made, "reasons": [7]}, {**made, "reasons": [{}]}]
    return found


def test_a_misshapen_entry_is_void_and_never_trips_the_program(desk) -> None:
    desk.reviewed()
    now = desk.cases.now(subject())
    made, _ = event.decision(RULE, REGISTER.people["steward-01"], DAY, now, verdict="admit",
                             reasons=[REASON])  # fmt: skip
    asked = event.assignment(RULE, REGISTER.people["steward-01"], DAY, now,
                             [REGISTER.people["reviewer-01"]])  # fmt: skip
    told = [(e.index, e.record) for e in desk.ledger.entries()]
    bad = [*spoiled(made), *spoiled(asked), {**asked, "reviewers": [{"person_id": "x"}]}]
    bad += [{**asked, "reviewers": ["x"]}, {"event_kind": "opinion"}]
    bad += [{"event_kind": "release_published", "event_id": "X", "on": "2026-01-01",
             "release_id": "1", "decided": [7]}]  # fmt: skip
    for one in bad:
        cases = replay([*told, (99, one)], RULE, policy_of(RULE, REGISTER))
        assert [v.findings[0].code for v in cases.void] == ["E-REV-22"], one
        assert cases.now(subject()).state == "in_review"


def test_two_stewards_at_once_decide_once(desk) -> None:
    import threading

    desk.reviewed()
    seen = []

    def act(by: str) -> None:
        try:
            seen.append(desk.decide(by=by))
        except RefusedByPolicy as refusal:
            seen.append(refusal)

    threads = [threading.Thread(target=act, args=(f"steward-0{n}",)) for n in (1, 2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sum(isinstance(s, RefusedByPolicy) for s in seen) == 1
    assert len(desk.cases.decisions) == 1


def test_a_decision_leaf_says_what_the_event_says(desk) -> None:
    desk.reviewed()
    made, leaf = (e.record for e in desk.decide(by="steward-02", note="同意"))
    assert leaf["roles"] == ["steward-02", "reviewer-01", "reviewer-02"]
    assert leaf["decision_kind"] == "person"
    assert leaf["decided_on"] == DAY.isoformat()
    assert made["note"] == "同意"
    assert list(desk.cases.decisions) == [leaf["decision_id"]]


def test_a_large_submission_takes_several_leaves(desk, monkeypatch) -> None:
    monkeypatch.setattr(review, "RECORDS_PER_LEAF", 4)
    entries = desk.submit(records=[record(f"k{i}") for i in range(10)])
    assert [len(e.record["records"]) for e in entries] == [4, 4, 2]
    assert len(desk.cases.rounds) == 10
