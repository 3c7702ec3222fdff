"""A whole life, replayed from the log alone: handed in to superseded."""

from __future__ import annotations

import datetime as dt
import itertools

from pipelines.admit.review_case import replay
from pipelines.admit.review_policy import policy_of
from pipelines.commands import review
from pipelines.commands.review_queue import life_of
from pipelines.ledger import Ledger
from pipelines.settings import Settings
from tests.review.desk import DAY, REASON, RULE, hash_of, subject


def days(n: int) -> dt.date:
    return DAY + dt.timedelta(days=n)


def one_life(desk) -> None:
    desk.submit("first")
    desk.decide("return", by="steward-01", reasons=[REASON], on=days(1))
    desk.submit("second", on=days(2))
    desk.assign("reviewer-01", "reviewer-02", on=days(3))
    desk.opine("reviewer-01", on=days(4))
    desk.opine("reviewer-02", on=days(5), reason="来源已核对")
    entries = desk.decide("admit", on=days(6))
    decision = entries[-1].record["decision_id"]
    review.record_publication(desk.settings, "2026.1.0", days(7), [(subject(), decision)])
    desk.submit("third", on=days(8))
    desk.assign("reviewer-01", "reviewer-02", on=days(8))
    desk.opine("reviewer-01", on=days(9))
    desk.opine("reviewer-02", on=days(9))
    newer = desk.decide("admit", on=days(10))[-1].record["decision_id"]
    review.record_publication(desk.settings, "2026.2.0", days(11), [(subject(), newer)])


STATES = [
    ("submitted", "prechecked", "returned"),
    ("submitted", "prechecked", "assigned", "in_review", "public_notice", "admitted",
     "published", "superseded"),
    ("submitted", "prechecked", "assigned", "in_review", "public_notice", "admitted",
     "published"),
]  # fmt: skip


def test_a_life_is_told_by_the_log_alone(desk) -> None:
    one_life(desk)
    told = [(e.index, e.record) for e in Ledger(desk.settings.home / "ledger").entries()]
    alone = replay(told, RULE, policy_of(RULE, None))
    assert [r.states for r in alone.rounds[subject()]] == STATES
    assert not alone.void
    first, second, third = alone.rounds[subject()]
    assert first.record_hash == hash_of("k1 first")
    assert first.decided["reasons"] == [REASON]
    assert {n: o["conclusion"] for n, o in second.opinions.items()} == {
        "reviewer-01": "accept", "reviewer-02": "accept",
    }  # fmt: skip
    assert second.opinions["reviewer-02"]["reason"] == "来源已核对"
    assert [s.by for s in second.steps] == [
        "submitter-01", "submitter-01", "steward-01", "reviewer-01", "steward-02", "steward-02",
        "", "",
    ]  # fmt: skip
    assert third.state == "published"
    assert desk.cases.rounds == alone.rounds


def test_every_beginning_of_the_log_tells_a_beginning_of_the_life(desk) -> None:
    one_life(desk)
    told = [(e.index, e.record) for e in desk.ledger.entries()]
    seen = []
    for size in range(len(told) + 1):
        cases = replay(told[:size], RULE, policy_of(RULE, None))
        seen.append([r.states for r in cases.rounds.get(subject(), [])])
    for shorter, longer in itertools.pairwise(seen):
        for before, after in zip(shorter, longer, strict=False):
            assert after[: len(before)] == before
    assert seen[-1] == STATES


def test_the_command_tells_the_same_life(desk) -> None:
    one_life(desk)
    told = life_of(Settings(desk.settings.seeds, desk.settings.home), "k1")
    assert [tuple(s["state"] for s in r["steps"]) for r in told["rounds"]] == STATES
    assert [r["verdict"] for r in told["rounds"]] == ["return", "admit", "admit"]


def test_the_earlier_version_stands_until_the_later_one_is_decided(desk) -> None:
    desk.reviewed()
    desk.decide("admit")
    desk.submit("second", on=days(1))
    assert desk.state == "prechecked"
    assert desk.cases.standing(days(2))[subject()].record_hash == hash_of("k1 first")


def test_a_record_returned_stands_in_no_release(desk) -> None:
    desk.submit()
    desk.decide("return", reasons=[REASON])
    assert desk.cases.standing(days(9)) == {}
