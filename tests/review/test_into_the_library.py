"""A record that people handed in enters the library by a person's decision on exactly it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from pipelines.admit import Rulebook, judge, read_rulebook
from pipelines.admit.policy import record_hashes
from pipelines.admit.reviewed import SUBMITTED, Reviews, reviews_of
from pipelines.commands import agencies, review
from pipelines.commands.release_review import note_publication, with_review
from pipelines.identity import record_id
from pipelines.tabular.text_table import read_rows
from schemas import ALL_TABLES
from schemas.render.frame import empty
from schemas.render.pandera import require
from tests.admit.samples import candidate, tables
from tests.conftest import SEEDS
from tests.review.desk import DAY, REASON, RULE, Desk

SOURCE = "submission_enterprise-01"


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    rows = [r.cells for r in read_rows(SEEDS / "rules" / "representativeness.csv")]
    return read_rulebook(SEEDS, rows, dt.date(2026, 11, 21))


def handed_in(key: str = "k1", **changes):
    return candidate(
        key, source_id=SOURCE, factor_id=record_id("F", SOURCE, key),
        evidence_id=record_id("E", SOURCE, key), **changes,
    )  # fmt: skip


ROWS = [
    handed_in("k1"),
    handed_in("k2", flow_id="coke"),
    candidate("policy", flow_id="coal", name_en="policy"),
]
GIVEN = tables(ROWS)
FIRST = ROWS[0]["factor_id"]


def submit_candidates(desk: Desk, given=GIVEN) -> None:
    hashes = dict(record_hashes(given).select("factor_id", "record_hash").iter_rows())
    records = [
        {
            "subject_id": row["factor_id"], "record_key": row["record_key"],
            "record_hash": hashes[row["factor_id"]], "category_id": row["category_id"],
            "core_data": False, "data_class": "public", "reason_codes": [],
        }
        for row in given["candidate"].iter_rows(named=True)
        if row["source_id"] == SOURCE
    ]  # fmt: skip
    desk.submit(records=records)


def decided(desk: Desk, verdict: str = "admit", **more) -> None:
    submit_candidates(desk)
    desk.assign("reviewer-01", ids=[FIRST])
    desk.opine("reviewer-01", ids=[FIRST])
    desk.decide(verdict, ids=[FIRST], **more)


def judged(desk: Desk, rulebook: Rulebook, given=GIVEN, on=dt.date(2026, 11, 21)):
    return judge(given, rulebook, desk.ledger.enter, reviews_of(desk.cases, RULE, on))


def reasons(made, factor_id: str) -> list[str]:
    rows = made["refused_factor"].filter(pl.col("factor_id") == factor_id)
    return rows["reason_codes"].to_list()[0] if rows.height else []


def test_the_graph_run_directly_admits_nothing_that_nobody_decided(desk, rulebook) -> None:
    made = judge(GIVEN, rulebook, desk.ledger.enter)
    assert made["factor"]["factor_id"].to_list() == [ROWS[2]["factor_id"]]
    assert reasons(made, FIRST) == ["A-REV-02"]
    assert made["decision"].height == 3


def test_a_decided_record_is_a_factor_by_a_persons_decision(desk, rulebook) -> None:
    decided(desk)
    made = judged(desk, rulebook)
    row = made["factor"].row(by_predicate=pl.col("factor_id") == FIRST, named=True)
    assert (row["status"], row["review_state"]) == ("admitted", "expert_reviewed")
    one = made["decision"].row(by_predicate=pl.col("subject_id") == FIRST, named=True)
    assert one["decision_kind"] == "person"
    assert one["roles"] == ["steward-02", "reviewer-01"]
    assert one["decided_on"] == DAY
    assert row["decision_id"] == one["decision_id"]
    # The decision published is the leaf of the ledger itself.
    entry = desk.ledger.entries()[one["ledger_index"]]
    assert entry.leaf_hash == one["leaf_hash"]
    assert entry.record["decision_id"] == one["decision_id"]
    assert entry.record["verdict"] == "admit"
    assert reasons(made, ROWS[1]["factor_id"]) == ["A-REV-02"]
    assert made["source_count"]["admitted"].sum() == 2


def test_a_provisional_verdict_gives_a_provisional_factor(desk, rulebook) -> None:
    decided(desk, "provisional")
    made = judged(desk, rulebook)
    status = made["factor"].filter(pl.col("factor_id") == FIRST)["status"].to_list()
    assert status == ["provisional"]


def test_a_record_that_changed_since_is_not_covered(desk, rulebook) -> None:
    decided(desk)
    changed = tables([handed_in("k1", value=2.6), *ROWS[1:]])
    assert reasons(judged(desk, rulebook, changed), FIRST) == ["A-REV-01"]


def test_a_record_refused_by_people_stays_out_and_says_so(desk, rulebook) -> None:
    decided(desk, "refuse", reasons=[REASON])
    made = judged(desk, rulebook)
    assert reasons(made, FIRST) == ["A-REV-03"]
    one = made["decision"].row(by_predicate=pl.col("subject_id") == FIRST, named=True)
    assert (one["decision_kind"], one["reason_codes"]) == ("person", ["R-SRC-02"])


def test_a_person_cannot_decide_a_rule_away(desk, rulebook) -> None:
    decided(desk)
    expired = tables(ROWS, authorisation_until=dt.date(2026, 1, 1))
    made = judged(desk, rulebook, expired)
    assert "A-RIGHT-02" in reasons(made, FIRST)


def test_a_decision_dated_after_the_release_waits(desk, rulebook) -> None:
    decided(desk, on=dt.date(2026, 11, 22))
    assert reasons(judged(desk, rulebook), FIRST) == ["A-REV-02"]
    assert not reasons(judged(desk, rulebook, on=dt.date(2026, 11, 22)), FIRST)


def test_public_notice_holds_a_record_back_until_it_is_over(desk) -> None:
    slow = replace(RULE, notice_other=7)
    decided(desk)
    from pipelines.admit.review_case import replay
    from pipelines.admit.review_policy import policy_of

    told = [(e.index, e.record) for e in desk.ledger.entries()]
    cases = replay(told, slow, policy_of(slow, None))
    assert cases.now(FIRST).state == "public_notice"
    assert FIRST not in cases.standing(DAY + dt.timedelta(days=6))
    assert FIRST in cases.standing(DAY + dt.timedelta(days=7))


def test_judging_again_enters_nothing_new(desk, rulebook) -> None:
    decided(desk)
    first = judged(desk, rulebook)
    before = desk.ledger.size_and_root()
    again = judged(desk, rulebook)
    assert desk.ledger.size_and_root() == before
    assert again["decision"].equals(first["decision"])


def published(desk, rulebook):
    made = judged(desk, rulebook)
    given = {name: empty(t) for name, t in ALL_TABLES.items() if t.published} | GIVEN | made
    return with_review(desk.settings, given, desk.ledger.entries())


def test_the_release_tells_opinions_and_acts_of_what_it_carries(desk, rulebook) -> None:
    decided(desk)
    told = published(desk, rulebook)
    assert told["opinion"]["person_id"].to_list() == ["reviewer-01"]
    acts = told["review_event"].sort("ledger_index")["event_kind"].to_list()
    assert acts == ["submission", "assignment", "opinion", "review_decision"]
    # The record nobody decided is told of nowhere.
    assert set(told["review_event"]["subject_id"]) == {FIRST}
    leaves = {e.index: e.leaf_hash for e in desk.ledger.entries()}
    for row in told["review_event"].iter_rows(named=True):
        assert leaves[row["ledger_index"]] == row["leaf_hash"]
    for name in ("person", "agency", "verification", "review_event", "opinion"):
        require(ALL_TABLES[name], told[name], told)


def test_publication_is_noted_once_and_ends_the_life(desk, rulebook) -> None:
    decided(desk)
    told = published(desk, rulebook)
    for _ in range(2):
        note_publication(desk.settings, "2026.1.0", dt.date(2026, 11, 21), told)
    assert desk.cases.now(FIRST).states[-2:] == ("admitted", "published")
    size = desk.size
    note_publication(desk.settings, "2026.1.0", dt.date(2026, 11, 21), told)
    assert desk.size == size


def test_a_verification_of_exactly_this_record_is_named_on_the_factor(desk, rulebook) -> None:
    decided(desk)
    one = desk.cases.now(FIRST)
    ratings = dict.fromkeys(("representativeness", "accuracy", "completeness", "consistency"), 2)
    for record_hash in (one.record_hash, "f" * 64):
        agencies.record_verification(
            desk.settings, "verifier-01", agency_id="agency-01", subject_id=FIRST,
            record_hash=record_hash, ratings=ratings, on=DAY,
        )  # fmt: skip
    made = judged(desk, rulebook)
    [named] = made["factor"].filter(pl.col("factor_id") == FIRST)["verification_id"].to_list()
    assert desk.cases.verifications[named]["record_hash"] == one.record_hash


def test_the_prefix_of_the_rule_is_that_of_intake() -> None:
    assert RULE.source_prefix == SUBMITTED == Reviews().source_prefix
    assert RULE.needs_person(SOURCE)
    assert not RULE.needs_person("oefdb")


def test_a_home_tells_a_run_what_people_decided(desk) -> None:
    decided(desk)
    assert set(review.reviews_for(desk.settings).decisions) == {FIRST}
    assert set(review.standing_records(desk.settings)) == {FIRST}
