"""The acts of review: each checked by the one policy and appended to the ledger, or refused.

Belongs here: one function per act on a record (submission taken in, assignment, opinion,
decision, publication). A batch is appended whole or not at all. Does not belong here: the
rules (``pipelines.admit.review_policy``), verification bodies (``agencies``), showing anything.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from pipelines.admit import review_event as event
from pipelines.admit.register import Person, Register, read_register
from pipelines.admit.review_case import Cases, replay, take
from pipelines.admit.review_policy import policy_of
from pipelines.admit.review_rule import ReviewRule, read_review_rule
from pipelines.admit.reviewed import Reviews, reviews_of
from pipelines.commands.judging import enter_seed_decisions
from pipelines.errors import RefusedByPolicy, WrongUsage
from pipelines.findings import Finding, finding
from pipelines.ledger import Entry, Ledger
from pipelines.publish.release_plan import read_plan

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from pipelines.admit.review_case import Round
    from pipelines.settings import Settings

    Build = Callable[[Cases, ReviewRule, Register], list[dict[str, Any]]]

# Records of one submission that share a leaf; a leaf has a largest size.
RECORDS_PER_LEAF = 2000


def ledger_of(settings: Settings) -> Ledger:
    """The ledger of a home."""
    return Ledger(settings.home / "ledger")


def cases_of(settings: Settings, size: int | None = None) -> Cases:
    """The cases as the first ``size`` entries of the ledger tell them.

    Raises:
        UnreadableInput: the ledger is damaged or a seed is missing.
        FaultyData: a seed of review is faulty.
    """
    rule, register = read_review_rule(settings.seeds), read_register(settings.seeds)
    told = [(e.index, e.record) for e in ledger_of(settings).entries(size)]
    return replay(told, rule, policy_of(rule, register))


def reviews_for(settings: Settings, size: int | None = None) -> Reviews:
    """What people decided, as far as the next release carries it."""
    rule = read_review_rule(settings.seeds)
    return reviews_of(cases_of(settings, size), rule, day_of(settings, None))


def standing_records(settings: Settings, size: int | None = None) -> dict[str, Round]:
    """By record id, the round a run reads: decided, not returned, out of public notice.

    The bytes of a submission are those its ``submission_id`` names; a record that is still
    under review is not read, the one decided before it is.
    """
    return cases_of(settings, size).standing(day_of(settings, None))


def day_of(settings: Settings, on: dt.date | None) -> dt.date:
    """The day of an act: the one given, else the date the next release carries."""
    return on or read_plan(settings.seeds).released_on


def perform(settings: Settings, build: Build) -> list[Entry]:
    """Build events on the ledger as it stands, check each, append all or refuse.

    Args:
        settings: seeds and home.
        build: the events, given cases, rule and register.

    Returns:
        The entries of what was built, in order.

    Raises:
        RefusedByPolicy: the policy holds something against one of them; nothing is written.
    """
    rule, register = read_review_rule(settings.seeds), read_register(settings.seeds)
    refuse = policy_of(rule, register)
    enter_seed_decisions(settings)

    def checked(entries: list[Entry]) -> list[dict[str, Any]]:
        cases = replay([(e.index, e.record) for e in entries], rule, refuse)
        held = {e.record.get("event_id") for e in entries}
        records = build(cases, rule, register)
        against: list[Finding] = []
        for at, record in enumerate(records, start=len(entries)):
            if record.get("event_id") not in held:
                against += take(cases, at, record, rule, refuse)
        if against:
            raise RefusedByPolicy(against)
        return records

    return list(ledger_of(settings).act(checked).values())


def person_of(register: Register, person_id: str) -> Person:
    """The registered person.

    Raises:
        RefusedByPolicy: the register does not know the id.
    """
    if person_id not in register.people:
        raise RefusedByPolicy(finding("E-REV-12", value=person_id))
    return register.people[person_id]


def rounds_of(cases: Cases, ids: Sequence[str], cause: str | None = None) -> list[Round]:
    """The records under review that ids name: records, or all records of submissions.

    Args:
        cases: the cases.
        ids: record ids (F...) or submission ids (S...).
        cause: take only records against which the automatic check holds that code.

    Raises:
        WrongUsage: an id names nothing.
    """
    found: dict[str, Round] = {}
    now = [rounds[-1] for rounds in cases.rounds.values()]
    for one in ids:
        meant = [r for r in now if one in {r.subject_id, r.submission_id, r.record_key}]
        if not meant:
            known = sorted({r.subject_id for r in now} | {r.submission_id for r in now})
            near = difflib.get_close_matches(one, known, n=3, cutoff=0.3) or known[:3]
            raise WrongUsage(
                finding(
                    "E-USE-02", value=one, what_zh="评审记录", what_en="record under review",
                    expected=near,
                )
            )  # fmt: skip
        found.update({r.subject_id: r for r in meant if cause is None or cause in r.reason_codes})
    return [found[name] for name in sorted(found)]


def enter_submission(
    settings: Settings,
    by: str,
    *,
    file: Mapping[str, Any],
    records: Sequence[Mapping[str, Any]],
    on: dt.date | None = None,
) -> list[Entry]:
    """Take a submission in for review; its bytes are stored already.

    Args:
        settings: seeds and home.
        by: who hands it in.
        file: ``name``, ``sha256`` and ``bytes`` of the file.
        records: see ``pipelines.admit.review_event``.
        on: the day.

    Returns:
        The entries; a large submission takes several.

    Raises:
        RefusedByPolicy: the person may not hand in, or a record is being looked at.
    """

    def build(_cases: Cases, rule: ReviewRule, register: Register) -> list[dict[str, Any]]:
        person = person_of(register, by)
        return [
            event.submission(
                rule, person, day_of(settings, on), file=file,
                records=records[start : start + RECORDS_PER_LEAF],
            )
            for start in range(0, len(records), RECORDS_PER_LEAF)
        ]  # fmt: skip

    return perform(settings, build)


def assign(
    settings: Settings,
    ids: Sequence[str],
    by: str,
    to: Sequence[str],
    *,
    on: dt.date | None = None,
) -> list[Entry]:
    """Ask reviewers for their opinion.

    Raises:
        WrongUsage: an id names nothing.
        RefusedByPolicy: a reviewer is tied to the submitter, out of term or field, or the
            record is in another state.
    """

    def build(cases: Cases, rule: ReviewRule, register: Register) -> list[dict[str, Any]]:
        person = person_of(register, by)
        asked = [person_of(register, name) for name in to]
        return [
            event.assignment(rule, person, day_of(settings, on), record, asked)
            for record in rounds_of(cases, ids)
        ]

    return perform(settings, build)


def give_opinion(
    settings: Settings,
    ids: Sequence[str],
    by: str,
    conclusion: str,
    *,
    issues: Sequence[str] = (),
    judgements: Sequence[Mapping[str, str]] = (),
    reason: str = "",
    record_hash: str | None = None,
    on: dt.date | None = None,
) -> list[Entry]:
    """One reviewer's opinion on records, with rigour and traceability judged in words.

    Raises:
        WrongUsage: an id names nothing.
        RefusedByPolicy: the reviewer was not asked, is tied to the submitter, looked at
            another version, or accepts what has open issues.
    """

    def build(cases: Cases, rule: ReviewRule, register: Register) -> list[dict[str, Any]]:
        person = person_of(register, by)
        return [
            event.opinion(
                rule, person, day_of(settings, on), record, conclusion=conclusion,
                issues=issues, judgements=judgements, reason=reason, record_hash=record_hash,
            )
            for record in rounds_of(cases, ids)
        ]  # fmt: skip

    return perform(settings, build)


def decide(
    settings: Settings,
    ids: Sequence[str],
    by: str,
    verdict: str,
    *,
    reasons: Sequence[Mapping[str, str]] = (),
    note: str = "",
    cause: str | None = None,
    record_hash: str | None = None,
    on: dt.date | None = None,
) -> list[Entry]:
    """Decide records: admit, provisional, refuse or return; one leaf per decision.

    Args:
        settings: seeds and home.
        ids: records or submissions.
        by: who decides.
        verdict: the verdict, the same for all of them.
        reasons: coded reasons bound to fields or cells; needed to return or refuse.
        note: what the decider says.
        cause: only records against which the automatic check holds that code.
        record_hash: the hash decided on; the present one by default.
        on: the day.

    Raises:
        WrongUsage: an id names nothing.
        RefusedByPolicy: see ``pipelines.admit.review_policy``.
    """

    def build(cases: Cases, rule: ReviewRule, register: Register) -> list[dict[str, Any]]:
        person = person_of(register, by)
        records: list[dict[str, Any]] = []
        for one in rounds_of(cases, ids, cause):
            records += event.decision(
                rule, person, day_of(settings, on), one, verdict=verdict, reasons=reasons,
                note=note, record_hash=record_hash,
            )  # fmt: skip
        return records

    return perform(settings, build)


def record_publication(
    settings: Settings, release_id: str, released_on: dt.date, decided: Sequence[tuple[str, str]]
) -> list[Entry]:
    """Note that a release carries records decided by people; nothing to note, no entry.

    Args:
        settings: seeds and home.
        release_id: the release.
        released_on: the date it carries.
        decided: (factor_id, decision_id) of the factors a person admitted.
    """
    if not decided:
        return []
    made = event.release_published(release_id, released_on, decided)
    return list(ledger_of(settings).enter([made]).values())
