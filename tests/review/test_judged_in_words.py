"""Rigour and traceability: judged in words with evidence, and carried by the factor."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from pipelines.admit.judged import FILE, LEVELS, read_source_judgements, together, words_of
from pipelines.admit.review_case import replay
from pipelines.admit.review_policy import policy_of
from pipelines.admit.reviewed import reviews_of
from pipelines.errors import FaultyData, RefusedByPolicy
from tests.conftest import SEEDS
from tests.review.desk import JUDGED, RULE, Desk, subject

RIGOUR, TRACEABILITY = JUDGED


def assigned(desk: Desk) -> None:
    desk.submit()
    desk.assign("reviewer-01", "reviewer-02")


@pytest.mark.parametrize(
    ("code", "judgements"),
    [
        ("E-REV-31", [*JUDGED, {**RIGOUR, "criterion": "beauty"}]),
        ("E-REV-31", [*JUDGED, RIGOUR]),
        ("E-REV-32", [{**RIGOUR, "level": "fine"}, TRACEABILITY]),
        ("E-REV-32", [{**RIGOUR, "level": "not_judged"}, TRACEABILITY]),
        ("E-REV-33", [{**RIGOUR, "evidence": "  "}, TRACEABILITY]),
        ("E-REV-34", [RIGOUR]),
        ("E-REV-34", []),
        ("E-REV-35", [{**RIGOUR, "level": "insufficient"}, TRACEABILITY]),
    ],
)
@pytest.mark.parametrize("conclusion", ["accept", "conditional_accept"])
def test_an_opinion_that_accepts_without_them_is_refused(desk, code, judgements, conclusion):
    assigned(desk)
    before = desk.ledger.path.read_bytes()
    with pytest.raises(RefusedByPolicy) as refused:
        desk.opine("reviewer-01", conclusion, judgements=judgements)
    assert code in {f.code for f in refused.value.findings}
    assert desk.ledger.path.read_bytes() == before


def test_a_return_may_say_why_it_is_not_enough_or_nothing(desk) -> None:
    assigned(desk)
    desk.opine("reviewer-01", "return", judgements=[{**RIGOUR, "level": "insufficient"}])
    desk.opine("reviewer-02", "return", judgements=[])
    said = desk.cases.now(subject()).opinions
    assert words_of(said["reviewer-01"])["rigour"] == "insufficient"
    assert words_of(said["reviewer-02"]) == words_of({})


def test_an_opinion_of_an_earlier_rule_stands_and_one_of_today_does_not_pass_for_it(desk) -> None:
    desk.reviewed()
    told = [(e.index, e.record) for e in desk.ledger.entries()]
    from pipelines.admit.review_event import event_id

    def without(record: dict, **changes: str) -> dict:
        if record.get("event_kind") != "opinion":
            return record
        kept = {k: v for k, v in {**record, **changes}.items() if k not in {"judgements", "seq"}}
        return {**kept, "event_id": event_id(kept)}

    refuse = policy_of(RULE, None)
    earlier = replay([(i, without(r, rule_version="review 2026-11-21")) for i, r in told],
                     RULE, refuse)  # fmt: skip
    assert len(earlier.now(subject()).opinions) == 2
    today = replay([(i, without(r)) for i, r in told], RULE, refuse)
    assert {f.code for v in today.void for f in v.findings} == {"E-REV-34"}


@pytest.mark.parametrize(
    "judgements", [7, "full", [7], [{"criterion": "rigour"}], [{**RIGOUR, "level": 1}]]
)
def test_misshapen_judgements_written_past_the_command_have_no_effect(desk, judgements) -> None:
    assigned(desk)
    from pipelines.admit import review_event as event
    from tests.review.desk import DAY, REGISTER

    now = desk.cases.now(subject())
    made = event.opinion(RULE, REGISTER.people["reviewer-01"], DAY, now, conclusion="accept",
                         judgements=JUDGED)  # fmt: skip
    made["judgements"] = judgements
    made["event_id"] = event.event_id(made)
    desk.ledger.enter([made])
    [void] = desk.cases.void
    assert void.findings[0].code == "E-REV-22"
    assert desk.cases.now(subject()).opinions == {}


def test_the_worst_word_of_several_reviewers_holds_and_all_evidence_is_kept(desk) -> None:
    desk.reviewed()
    said = desk.cases.now(subject()).opinions
    harsher = {**said["reviewer-02"], "judgements": [{**RIGOUR, "level": "adequate",
                                                      "evidence": "截断未说明"}]}  # fmt: skip
    found = together([said["reviewer-01"], harsher])
    assert (found["rigour"], found["traceability"]) == ("adequate", "adequate")
    assert found["rigour_evidence"] == (
        "reviewer-01：按 GB/T 24067 第6章核对；reviewer-02：截断未说明"
    )
    assert found["judged_by"] == ["reviewer-01", "reviewer-02"]
    assert together([]) == {**words_of({}), "judged_by": []}


def test_a_release_carries_the_words_of_the_record_it_carries(desk) -> None:
    desk.reviewed()
    desk.decide()
    reviews = reviews_of(desk.cases, RULE, dt.date(2026, 11, 21))
    assert reviews.words[subject()]["traceability"] == "adequate"
    assert reviews.words[subject()]["judged_by"] == ["reviewer-01", "reviewer-02"]


def test_the_rule_and_the_tables_use_the_same_words() -> None:
    assert tuple(RULE.levels) == LEVELS
    assert set(RULE.judgements) == {"rigour", "traceability"}


def test_every_source_is_judged_with_evidence() -> None:
    named = read_source_judgements(SEEDS)
    sources = {p.parent.name for p in SEEDS.glob("*/source.toml")}
    submissions = {p.parent.name for p in SEEDS.glob("submissions/*/submission.toml")}
    # Submissions of inventories and populations yield no factors to be judged.
    assert sources <= set(named) <= sources | submissions
    for row in named.values():
        assert row["rigour"] in LEVELS
        assert row["traceability"] in LEVELS
        assert row["rigour_evidence"]
        assert row["traceability_evidence"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("a,beauty,full,依据,evidence,x", "E-REV-31"),
        ("a,rigour,fine,依据,evidence,x", "E-REV-32"),
        ("a,rigour,full,,evidence,x", "E-REV-33"),
        ("a,rigour,full,依据,evidence,", "E-SEED-09"),
        (" ,rigour,full,依据,evidence,x", "E-TEXT-01"),
        ("a,rigour,full,依据,evidence,x\na,rigour,full,依据,evidence,x", "E-REV-31"),
    ],
)
def test_a_faulty_judgement_of_a_source_is_refused_by_its_row(tmp_path, line, code) -> None:
    path = tmp_path / FILE
    path.parent.mkdir()
    head = "source_id,criterion,level,evidence_zh,evidence_en,citation"
    path.write_text(f"{head}\n{line}\n", "utf-8")
    with pytest.raises(FaultyData) as refused:
        read_source_judgements(tmp_path)
    assert refused.value.findings[0].code == code
    assert read_source_judgements(tmp_path / "nowhere") == {}


def test_a_factor_admitted_by_policy_carries_what_is_said_of_its_source(judged_of_seeds) -> None:
    made = judged_of_seeds
    both = (
        made["factor"].select("factor_id", "source_id").join(made["factor_quality"], on="factor_id")
    )
    assert "not_judged" not in set(both["rigour"])
    derived = both.filter(pl.col("source_id") == "tanyuan_derived")
    assert set(derived["traceability"]) == {"full"}
    assert set(derived["judged_by"].explode()) == {"policy"}


@pytest.fixture(scope="module")
def judged_of_seeds():
    from pipelines.admit import judge
    from pipelines.commands.judging import rulebook_of, seed_tables
    from pipelines.settings import Settings
    from tests.admit.samples import enter

    settings = Settings(SEEDS, SEEDS.parent / "home")
    return judge(seed_tables(settings), rulebook_of(settings), enter)
