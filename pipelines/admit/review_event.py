"""What an act of review looks like in the ledger: one constructor per act.

Belongs here: the shape of every event and its id. Does not belong here: whether the act is
allowed (``review_policy``) and what follows (``review_case``). Every event keeps who acted as
the register knew them, so that the log tells a whole life alone.

A submission event is ``event_kind: submission`` with ``submission_id, by, acting, on, file``
and ``records``: one entry per record with ``subject_id`` (the factor id), ``record_key``,
``record_hash`` (``policy.record_hashes``; for a record that is not public a salted
commitment), ``category_id``, ``core_data``, ``data_class`` and ``reason_codes`` of the
automatic check, empty when nothing stands against it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from pipelines.identity import canonical_text_json, record_id

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from pipelines.admit.register import Person
    from pipelines.admit.review_case import Round
    from pipelines.admit.review_rule import ReviewRule

SUBMISSION = "submission"
ASSIGNMENT = "assignment"
OPINION = "opinion"
DECISION = "review_decision"
VERIFICATION = "verification"
AGENCY_STANDING = "agency_standing"
RELEASE_PUBLISHED = "release_published"
KINDS = (
    SUBMISSION, ASSIGNMENT, OPINION, DECISION, VERIFICATION, AGENCY_STANDING, RELEASE_PUBLISHED,
)  # fmt: skip
REVIEW_POLICY = "admission-review"
RATINGS = ("representativeness", "accuracy", "completeness", "consistency")


def _event(kind: str, rule: ReviewRule, person: Person, on: dt.date, body: Any) -> dict[str, Any]:
    event = {
        "event_kind": kind,
        "by": person.person_id,
        "acting": person.as_acting(),
        "on": on.isoformat(),
        "rule_version": rule.version,
        **body,
    }
    return {"event_id": event_id(event), **event}


def event_id(event: Mapping[str, Any]) -> str:
    """The id of an event: it follows from everything the event says."""
    said = {k: v for k, v in event.items() if k not in {"event_id", "seq"}}
    digest = hashlib.sha256(canonical_text_json(said)).hexdigest()
    return record_id("X", said["event_kind"], digest)


def submission(
    rule: ReviewRule,
    person: Person,
    on: dt.date,
    *,
    file: Mapping[str, Any],
    records: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """A submission taken in.

    Args:
        rule: the rule of review.
        person: who hands it in.
        on: the day.
        file: ``name``, ``sha256`` and ``bytes`` of the file as stored.
        records: what it holds, see the head of this module.
    """
    submission_id = record_id("S", person.person_id, str(file["sha256"]))
    body = {
        "submission_id": submission_id,
        "file": dict(file),
        "records": [dict(r) for r in records],
    }
    return _event(SUBMISSION, rule, person, on, body)


def assignment(
    rule: ReviewRule, person: Person, on: dt.date, record: Round, reviewers: Sequence[Person]
) -> dict[str, Any]:
    """Reviewers asked for their opinion on one record."""
    asked = [{"person_id": p.person_id, "acting": p.as_acting()} for p in reviewers]
    return _event(ASSIGNMENT, rule, person, on, {**_of(record), "reviewers": asked})


def opinion(
    rule: ReviewRule,
    person: Person,
    on: dt.date,
    record: Round,
    *,
    conclusion: str,
    issues: Sequence[str] = (),
    judgements: Sequence[Mapping[str, str]] = (),
    reason: str = "",
    record_hash: str | None = None,
) -> dict[str, Any]:
    """One reviewer's opinion on exactly one record.

    Args:
        rule: the rule of review.
        person: the reviewer.
        on: the day.
        record: the record as it stands.
        conclusion: one of the rule's conclusions.
        issues: dimensions with an open issue; all others were judged and bear.
        judgements: rigour and traceability in words, each with ``criterion``, ``level`` and
            ``evidence``.
        reason: what the reviewer says.
        record_hash: the hash the reviewer looked at; the present one by default.
    """
    judged = {name: "issue" if name in issues else "bears" for name in rule.dimensions}
    unknown = sorted(set(issues) - rule.dimensions.keys())
    body = {
        **_of(record, record_hash),
        "conclusion": conclusion,
        "dimensions": judged,
        "unknown_dimensions": unknown,
        "judgements": [dict(one) for one in judgements],
        "reason": reason,
    }
    return _event(OPINION, rule, person, on, body)


def decision(
    rule: ReviewRule,
    person: Person,
    on: dt.date,
    record: Round,
    *,
    verdict: str,
    reasons: Sequence[Mapping[str, str]] = (),
    note: str = "",
    record_hash: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A decision: the event that says who and why, and the decision as it is published.

    Args:
        rule: the rule of review.
        person: who decides.
        on: the day.
        record: the record as it stands.
        verdict: admit, provisional, refuse or return.
        reasons: coded reasons, each with ``reason_code``, ``field``, ``cell``, ``note``.
        note: what the decider says.
        record_hash: the hash decided on; the present one by default.
    """
    hashed = record_hash or record.record_hash
    reviewers = sorted(record.opinions)
    leaf = {
        "decision_id": record_id(
            "D", record.subject_id, hashed, verdict, person.person_id, on.isoformat(), rule.version
        ),
        "subject_id": record.subject_id,
        "record_hash": hashed,
        "verdict": verdict,
        "decision_kind": "person",
        "policy_id": REVIEW_POLICY,
        "roles": [person.person_id, *reviewers],
        "reason_codes": sorted({r["reason_code"] for r in reasons}),
        "decided_on": on.isoformat(),
        "rule_version": rule.version,
    }
    body = {
        **_of(record, record_hash),
        "verdict": verdict,
        "decision_id": leaf["decision_id"],
        "reviewers": reviewers,
        "reasons": [dict(r) for r in reasons],
        "note": note,
    }
    return _event(DECISION, rule, person, on, body), leaf


def verification(
    rule: ReviewRule,
    person: Person,
    on: dt.date,
    *,
    agency_id: str,
    subject_id: str,
    record_hash: str,
    ratings: Mapping[str, int],
    note_zh: str = "",
    note_en: str = "",
) -> dict[str, Any]:
    """A third-party verification with its four ratings, 1 best and 5 worst."""
    verification_id = record_id("V", agency_id, subject_id, record_hash, on.isoformat())
    body = {
        "verification_id": verification_id,
        "agency_id": agency_id,
        "subject_id": subject_id,
        "record_hash": record_hash,
        "ratings": {name: ratings.get(name) for name in RATINGS},
        "note_zh": note_zh,
        "note_en": note_en,
    }
    return _event(VERIFICATION, rule, person, on, body)


def agency_standing(
    rule: ReviewRule,
    person: Person,
    on: dt.date,
    *,
    agency_id: str,
    standing: str,
    reason: str,
) -> dict[str, Any]:
    """A verification body suspended, withdrawn or active again."""
    body = {"agency_id": agency_id, "standing": standing, "reason": reason}
    return _event(AGENCY_STANDING, rule, person, on, body)


def release_published(
    release_id: str, on: dt.date, decided: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """A release that carries records decided by people.

    Args:
        release_id: the release.
        on: the date it carries.
        decided: (subject_id, decision_id) of those records.
    """
    event = {
        "event_kind": RELEASE_PUBLISHED,
        "release_id": release_id,
        "on": on.isoformat(),
        "decided": [list(pair) for pair in sorted(decided)],
    }
    return {"event_id": event_id(event), **event}


def _of(record: Round, record_hash: str | None = None) -> dict[str, Any]:
    return {
        "subject_id": record.subject_id,
        "record_hash": record_hash or record.record_hash,
    }
