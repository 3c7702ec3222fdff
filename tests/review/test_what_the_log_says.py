"""Everything a log says of lives under review, and what the policy holds against each wrong act.

The log is made in memory: one rich life, then every act that may not be, then entries that are
misshapen. What follows is approved as a whole (``approved/log.txt``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.admit import review_event as event
from pipelines.admit.review_case import Cases, replay, take
from pipelines.admit.review_policy import policy_of
from pipelines.admit.review_shape import misshapen
from pipelines.admit.review_tables import review_tables, verification_rows
from pipelines.admit.reviewed import reviews_of
from tests.approved import approve, as_lines
from tests.review.desk import DAY, JUDGED, REASON, REGISTER, RULE, file, hash_of, record, subject
from tests.review.test_hard_rules import spoiled

APPROVED = Path(__file__).parent / "approved"
REFUSE = policy_of(RULE, REGISTER)
RATINGS = {"representativeness": 1, "accuracy": 2, "completeness": 5, "consistency": 3}


def days(n: int) -> dt.date:
    return DAY + dt.timedelta(days=n)


class Log:
    """A log in memory: acts are entered whether they are allowed or not."""

    def __init__(self) -> None:
        self.cases = Cases()
        self.told: dict[str, Any] = {}
        self.records: list[tuple[int, Any]] = []

    def enter(self, what: str, made: Any) -> list[Any]:
        found = []
        for one in [made] if isinstance(made, dict) else made:
            self.records.append((len(self.records), one))
            found += take(self.cases, len(self.records) - 1, one, RULE, REFUSE)
        if found:
            self.told[what] = found
        return found

    def now(self, key: str = "k1"):
        return self.cases.now(subject(key))

    def submit(self, what: str, *records: Any, by: str = "submitter-01", on=DAY, content="first"):
        return self.enter(what, event.submission(
            RULE, REGISTER.people[by], on, file=file(content), records=records))  # fmt: skip

    def assign(self, what: str, *to: str, key="k1", by="steward-01", on=DAY):
        asked = [REGISTER.people[name] for name in to]
        return self.enter(
            what, event.assignment(RULE, REGISTER.people[by], on, self.now(key), asked)
        )

    def opine(self, what: str, by: str, conclusion="accept", *, key="k1", on=DAY, **more: Any):
        given = {"judgements": JUDGED, **more}
        made = event.opinion(
            RULE, REGISTER.people[by], on, self.now(key), conclusion=conclusion, **given
        )
        return self.enter(what, made)

    def decide(self, what: str, verdict="admit", *, key="k1", by="steward-02", on=DAY, **more):
        made = event.decision(RULE, REGISTER.people[by], on, self.now(key), verdict=verdict, **more)
        return self.enter(what, made)

    def verify(self, what: str, *, by="verifier-01", on=DAY, **changes: Any):
        given = {"agency_id": "agency-01", "subject_id": subject(), "record_hash": hash_of("k1 a"),
                 "ratings": RATINGS, **changes}  # fmt: skip
        return self.enter(what, event.verification(RULE, REGISTER.people[by], on, **given))

    def stand(self, what: str, standing: str, *, agency="agency-01", by="supervisor-01", on=DAY,
              reason="抽查"):  # fmt: skip
        return self.enter(what, event.agency_standing(
            RULE, REGISTER.people[by], on, agency_id=agency, standing=standing,
            reason=reason))  # fmt: skip

    def publish(self, release: str, on: dt.date, *keys: str):
        pairs = [(subject(k), self.now(k).decided["decision_id"]) for k in keys]
        return self.enter(release, event.release_published(release, on, pairs))


def lives(log: Log) -> None:
    """Three records handed in, returned, decided, published, superseded; a fourth refused."""
    log.submit("first", record("k1", "a"), record("k2", "a", core_data=False),
               record("k3", "a", data_class="restricted"),
               record("k4", "a", reason_codes=["A-GWP-01"]))  # fmt: skip
    log.decide("returned", "return", reasons=[REASON], note="请补", on=days(1))
    log.decide("returned too", "return", key="k4", reasons=[{**REASON, "cell": ""}], on=days(1))
    log.submit("again", record("k1", "b"), record("k3", "a"), on=days(2), content="second")
    log.assign("asked", "reviewer-01", "reviewer-02", on=days(3))
    log.assign("asked one", "reviewer-01", key="k2", on=days(3))
    log.opine("one", "reviewer-01", on=days(4))
    log.opine("other", "reviewer-02", "conditional_accept", issues=["boundary"], on=days(5),
              reason="边界待补")  # fmt: skip
    log.opine("of k2", "reviewer-01", "reject", key="k2", on=days(5), issues=["representativeness"])
    log.decide("held", "provisional", on=days(6), note="同意")
    log.decide("refused", "refuse", key="k2", reasons=[REASON], on=days(6))
    log.verify("verified", record_hash=hash_of("k1 b"), note_zh="核", on=days(6))
    log.publish("2026.1.0", days(60), "k1")
    log.submit("third", record("k1", "c"), on=days(61), content="third")
    log.assign("asked again", "reviewer-01", "reviewer-02", on=days(61))
    log.opine("again one", "reviewer-01", on=days(62))
    log.opine("again two", "reviewer-02", on=days(62))
    log.decide("held again", on=days(63))
    log.publish("2026.2.0", days(120), "k1")


def returned_after_opinions(log: Log, on: dt.date) -> None:
    """Opinions on the record as it was count no more, and one on it as it is counts once."""
    log.assign("w8", "reviewer-01", "reviewer-02", key="w8", on=on)
    log.opine("w8 one", "reviewer-01", key="w8", on=on)
    log.opine("w8 two", "reviewer-02", key="w8", on=on)
    log.decide("w8 returned", "return", key="w8", on=on, reasons=[REASON])
    log.submit("w8 again", record("w8", "b"), content="w8 b", on=on)
    log.decide("opinions on what it was", key="w8", on=on)
    log.assign("w8 asked again", "reviewer-01", "reviewer-02", key="w8", on=on)
    log.opine("w8 one again", "reviewer-01", key="w8", on=on)
    log.decide("one opinion on what it is", key="w8", on=on)


def wrong_acts(log: Log) -> None:
    """Every act that may not be, on records in the states that lead to it."""
    out = days(3000)
    for n in range(1, 9):
        log.submit(f"w{n}", record(f"w{n}", "a"), record(f"v{n}", "a", core_data=False),
                   content=f"w{n}", on=days(130))  # fmt: skip
    on = days(131)
    for who in ("reviewer-03", "reviewer-04", "reviewer-05", "reviewer-06", "steward-02",
                "submitter-01", "supervisor-01", "verifier-01"):  # fmt: skip
        log.assign(f"asks {who}", who, key="w1", on=on)
        log.opine(f"opinion of {who}", who, key="w1", on=on)
        log.decide(f"decision of {who}", key="w1", by=who, on=on)
        log.assign(f"asked by {who}", "reviewer-01", key="w1", by=who, on=on)
    log.assign("out of office", "reviewer-01", key="w1", on=out)
    log.assign("before", "reviewer-01", key="w1", on=days(1))
    log.submit("handed in by an expert", record("x1"), by="reviewer-01", content="x", on=on)
    log.submit("another group", record("w1", "b"), by="submitter-02", content="y", on=on)
    log.assign("w2", "reviewer-01", "reviewer-02", key="w2", on=on)
    log.assign("w7", "reviewer-02", key="w7", on=on)
    log.opine("no such conclusion", "reviewer-01", "fine", key="w2", on=on)
    log.opine("no such dimension", "reviewer-01", "return", key="w2", on=on, issues=["colour"])
    log.opine("open issue", "reviewer-01", "accept", key="w2", on=on, issues=["boundary"])
    log.opine("other version", "reviewer-01", key="w2", on=on, record_hash=hash_of("x"))
    log.opine("not asked", "reviewer-07", key="w2", on=on)
    log.opine("nothing in words", "reviewer-01", key="w2", on=on, judgements=[])
    for conclusion in RULE.bears:
        log.opine(f"{conclusion} without words", "reviewer-02", conclusion, key="w7", on=on,
                  judgements=[])  # fmt: skip
    for n, one in enumerate(JUDGED):
        others = [j for j in JUDGED if j is not one]
        log.opine(f"lacks {n}", "reviewer-01", key="w2", on=on, judgements=others)
        log.opine(f"twice {n}", "reviewer-01", key="w2", on=on, judgements=[*JUDGED, one])
        for name in one:
            for value in ("", " ", "no such", "insufficient"):
                log.opine(f"{name} {n} {value!r}", "reviewer-01", key="w2", on=on,
                          judgements=[*others, {**one, name: value}])  # fmt: skip
    log.decide("no opinion", key="w2", on=on)
    log.submit("while asked", record("w2", "b"), content="z", on=on)
    log.opine("w2 one", "reviewer-01", key="w2", on=on)
    log.decide("one opinion", key="w2", on=on)
    log.decide("by a reviewer asked", key="w2", by="reviewer-02", on=on)
    log.submit("while reviewed", record("w2", "b"), content="zz", on=on)
    log.opine("w2 two", "reviewer-02", "return", key="w2", on=on, reason="退")
    for verdict in ("admit", "provisional", "refuse", "bless"):
        log.decide(f"against an opinion: {verdict}", verdict, key="w2", on=on)
    log.decide("other version decided", key="w2", on=on, record_hash=hash_of("x"))
    returned_after_opinions(log, on)
    log.decide("no reason", "return", key="w3", on=on)
    log.decide("no such reason", "return", key="w3", on=on,
               reasons=[{**REASON, "reason_code": "R-NO-01"}])  # fmt: skip
    nowhere = [{**REASON, "field": "", "cell": ""}, {"reason_code": "R-SRC-02"}]
    log.decide("no place", "return", key="w3", on=on, reasons=nowhere)
    log.decide("place by cell alone", "return", key="w3", on=on, reasons=[{**REASON, "field": ""}])
    log.submit("w3 again", record("w3", "b"), content="w3b", on=on)
    log.assign("w3", "reviewer-01", "reviewer-07", key="w3", on=on)
    log.decide("lapsed", key="w3", on=on)
    log.opine("w3 one", "reviewer-01", key="w3", on=on)
    log.opine("w3 of one group", "reviewer-07", key="w3", on=on)
    log.decide("one group", key="w3", on=on)
    log.assign("one more while reviewed", "reviewer-02", key="w3", on=on)
    stranger = replace(REGISTER.people["reviewer-01"], person_id="reviewer-99")
    log.enter("a stranger's opinion", event.opinion(
        RULE, stranger, on, log.now("w3"), conclusion="accept", judgements=JUDGED))  # fmt: skip
    log.enter("a stranger asked", event.assignment(
        RULE, REGISTER.people["steward-01"], on, log.now("w3"), [stranger]))  # fmt: skip
    log.decide("returned after an opinion", "return", key="w3", on=on, reasons=[REASON])
    log.submit("w3 a third time", record("w3", "c"), content="w3c", on=on)
    log.assign("w3 once more", "reviewer-01", key="w3", on=on)
    log.decide("on opinions that lapsed", key="w3", on=on)
    log.assign("v1", "reviewer-01", key="v1", on=on)
    log.opine("v1", "reviewer-01", key="v1", on=on)
    log.decide("one is enough", key="v1", on=on)
    log.decide("decided twice", key="v1", on=on)
    log.submit("flawed", record("f1", reason_codes=["A-GWP-01", "A-EVI-01"]), content="f", on=on)
    log.assign("flawed", "reviewer-01", key="f1", on=on)
    log.decide("flawed", key="f1", on=on)
    log.decide("flawed refused", "refuse", key="f1", on=on, reasons=[REASON])


def bodies(log: Log) -> None:
    """Verifications and standings that may be, and those that may not."""
    on = days(140)
    log.verify("known", on=on, note_en="fine", record_hash=hash_of("k1 c"))
    log.verify("no such body", on=on, agency_id="agency-99")
    log.verify("by a steward", on=on, by="steward-01")
    log.verify("out of office", on=days(3000))
    for name in RATINGS:
        log.verify(f"{name} 0", on=on, ratings={**RATINGS, name: 0})
        log.verify(f"{name} 6", on=on, ratings={**RATINGS, name: 6})
        log.verify(
            f"{name} missing", on=on, ratings={k: v for k, v in RATINGS.items() if k != name}
        )
        for good in range(1, 6):
            log.verify(f"{name} {good}", on=on, ratings={**RATINGS, name: good},
                       record_hash=hash_of(f"{name} {good}"))  # fmt: skip
    for group in sorted({a.group_id for a in REGISTER.agencies.values()}):
        log.cases.rounds[subject("tied")] = [replace(log.now(), group_id=group)]
        log.verify(f"tied to {group}", on=on, subject_id=subject("tied"))
    del log.cases.rounds[subject("tied")]
    log.stand("no such body", "suspended", agency="agency-99", on=on)
    log.stand("no such standing", "asleep", on=on)
    log.stand("no reason", "suspended", reason=" ", on=on)
    log.stand("by a steward", "suspended", by="steward-01", on=on)
    log.stand("suspended", "suspended", on=on)
    log.verify("while suspended", on=on)
    log.verify("before it was", on=days(139), record_hash=hash_of("before"))
    log.stand("active again", "active", on=days(142))
    log.verify("after it was", on=days(142), record_hash=hash_of("after"))
    log.stand("other withdrawn", "withdrawn", agency="agency-02", on=days(143))
    log.verify("while withdrawn", on=days(143), agency_id="agency-02")


@pytest.fixture(scope="module")
def log() -> Log:
    made = Log()
    lives(made)
    wrong_acts(made)
    bodies(made)
    return made


def test_the_policy_says_of_every_wrong_act_what_was_approved(log) -> None:
    approve(APPROVED / "refused.txt", as_lines(log.told))


def test_the_lives_are_those_approved(log) -> None:
    told: dict[str, Any] = {}
    for name, rounds in log.cases.rounds.items():
        for number, one in enumerate(rounds):
            kept = asdict(one) | {"steps": [asdict(s) for s in one.steps], "state": one.state}
            told[f"{name} {number}"] = kept
    for day in (0, 6, 7, 35, 36, 60, 63, 92, 93, 131, 400):
        standing = log.cases.standing(days(day))
        told[f"standing {day}"] = {k: (r.record_hash, r.state) for k, r in standing.items()}
    told["decisions"] = log.cases.decisions
    told["standings"] = log.cases.standings
    told["verifications"] = log.cases.verifications
    told["void"] = [(v.index, v.event["event_id"]) for v in log.cases.void]
    told["events"] = [(at, e["event_id"]) for at, e in log.cases.events]
    approve(APPROVED / "lives.txt", as_lines(told))


def test_a_release_says_of_review_what_was_approved(log) -> None:
    leaves = {at: f"{at:064x}" for at, _ in log.records}
    decided = {s: r[-1].decided["decision_id"] for s, r in log.cases.rounds.items()
               if r[-1].decided}  # fmt: skip
    published = {**decided, subject("k2"): None, subject("k4"): "D" + "B" * 12,
                 "elsewhere": "D" + "A" * 12}  # fmt: skip
    told: dict[str, Any] = {}
    for day in (0, 140, 141, 142, 400):
        told |= {f"{name} {day}": frame for name, frame in
                 review_tables(log.cases, REGISTER, leaves, published, days(day)).items()
                 if day == 400 or name == "agency"}  # fmt: skip
    told["all verifications"] = verification_rows(log.cases, None)
    for day in (5, 6, 36, 60, 400):
        reviews = reviews_of(log.cases, RULE, days(day))
        told[f"reviews {day}"] = [reviews.source_prefix, reviews.decisions, reviews.words,
                                  sorted(map(str, reviews.verifications.items()))]  # fmt: skip
    approve(APPROVED / "release.txt", as_lines(told))


def test_the_log_alone_tells_the_same_without_a_register(log) -> None:
    alone = replay(log.records, RULE, policy_of(RULE, None))
    assert alone.rounds.keys() >= {subject("k1"), subject("k2")}
    assert alone.rounds[subject("k1")] == log.cases.rounds[subject("k1")]


def test_a_decision_of_which_only_the_act_was_written_admits_nothing() -> None:
    made = Log()
    lives(made)
    told = [r for at, r in made.records if r.get("event_kind") or at < 3]
    cases = replay(enumerate(told), RULE, policy_of(RULE, REGISTER))
    assert cases.standing(days(400))
    assert reviews_of(cases, RULE, days(400)).decisions == {}


def test_what_is_no_act_is_refused_by_what_it_lacks_and_what_it_calls_itself(log) -> None:
    [found] = REFUSE({"event_kind": "no act"}, log.cases)
    said = found.as_json()
    assert (said["code"], said["field"], said["value"]) == ("E-REV-22", "event_kind", "no act")


def test_the_shape_of_every_act_is_asked_key_by_key(log) -> None:
    kinds: dict[str, Any] = {}
    for _, one in log.records:
        if "event_kind" in one:
            kinds.setdefault(one["event_kind"], one)
    told = {}
    for kind, one in kinds.items():
        assert misshapen(one) is None
        several = spoiled({"acting": {}, **one})
        for part in ("records", "reviewers", "reasons"):
            first = next((e for _, e in log.records if e.get("event_kind") == kind and e.get(part)),
                         None)  # fmt: skip
            if first is not None and isinstance(first[part][0], dict):
                several += [{**first, part: [{**first[part][0], k: 7.5}]} for k in first[part][0]]
                several += [{**first, part: [{k: v for k, v in first[part][0].items() if k != key}]}
                            for key in first[part][0]]  # fmt: skip
                if "acting" in first[part][0]:
                    acting = first[part][0]["acting"]
                    several += [{**first, part: [{**first[part][0], "acting": {**acting, k: 7.5}}]}
                                for k in acting]  # fmt: skip
        if "acting" in one:
            several += [{**one, "acting": {**one["acting"], k: 7.5}} for k in one["acting"]]
            several += [{**one, "acting": {**one["acting"], "term_until": "x"}}]
        several += [{**one, "event_kind": "no act"}, {**one, "event_kind": 7}]
        resealed = [_sealed(e) for e in several]
        told[kind] = [misshapen(e) for e in several]
        told[f"{kind}, sealed anew"] = [misshapen(e) for e in resealed]
    pair = kinds["release_published"]
    told["pairs"] = [misshapen(_sealed({**pair, "decided": d})) for d in
                     ([["a"]], [["a", "b", "c"]], [7], [["a", "b"]], [])]  # fmt: skip
    approve(APPROVED / "shapes.txt", as_lines(told))


def _sealed(one: dict[str, Any]) -> dict[str, Any]:
    """The event with the id that follows from what it now says, as a forger would give it."""
    try:
        return {**one, "event_id": event.event_id(one)}
    except (KeyError, TypeError, ValueError):
        return one
