"""The hard rules of review, in one place: who may do what, on which record, when.

Belongs here: no self-review, nobody of the submitter's group, enough independent opinions,
the decider is no reviewer, terms and fields, the record is the one that was reviewed. Every
way in (command line, Python, a run over the log) asks this module, before an act is written
and again when the log is read. Does not belong here: what an act changes (``review_case``).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pipelines.admit import review_event as kinds
from pipelines.admit.agency_policy import agency_is_known, verifier_is_free
from pipelines.admit.judgement_policy import judged_in_words
from pipelines.admit.register import Person
from pipelines.admit.review_shape import misshapen
from pipelines.findings import Finding, finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pipelines.admit.register import Register
    from pipelines.admit.review_case import Cases, Round
    from pipelines.admit.review_rule import ReviewRule


def as_kept(person_id: str, acting: Mapping[str, Any]) -> Person:
    """The person as an event keeps it."""
    return Person(
        person_id,
        acting["role"],
        acting["group_id"],
        tuple(acting["expertise"]),
        tuple(acting["conflicts"]),
        dt.date.fromisoformat(acting["term_from"]),
        dt.date.fromisoformat(acting["term_until"]),
    )


def policy_of(
    rule: ReviewRule, register: Register | None
) -> Callable[[Mapping[str, Any], Cases], list[Finding]]:
    """What the policy holds against an event in the light of the cases before it.

    Args:
        rule: the rule of review.
        register: who may act; None where the log is replayed alone and people are taken as
            the events keep them.

    Returns:
        A function of event and cases; nothing found means the act is allowed.
    """

    def against(event: Mapping[str, Any], cases: Cases) -> list[Finding]:
        wrong = misshapen(event)
        if wrong:
            return [finding("E-REV-22", column=wrong, value=event.get("event_kind"))]
        if event["event_kind"] == kinds.RELEASE_PUBLISHED:
            return []
        return [
            f for check in CHECKS[event["event_kind"]] for f in check(event, cases, rule, register)
        ]

    return against


def _on(event: Mapping[str, Any]) -> dt.date:
    return dt.date.fromisoformat(event["on"])


def _person(person_id: str, acting: Mapping[str, Any], register: Register | None) -> Person | None:
    """The registered person; None when unknown or acting as somebody else."""
    kept = as_kept(person_id, acting)
    if register is None:
        return kept
    known = register.people.get(person_id)
    if known is None or (known.role, known.group_id) != (kept.role, kept.group_id):
        return None
    return known


def who(
    event: Mapping[str, Any], _cases: Cases, rule: ReviewRule, register: Register | None
) -> Iterator[Finding]:
    """The person is registered, has the role the act needs, and is in office."""
    person = _person(event["by"], event["acting"], register)
    if person is None:
        yield finding("E-REV-12", value=event["by"])
        return
    roles = _roles(event, rule)
    if person.role not in roles:
        yield finding(
            "E-REV-06", value=person.person_id, role=person.role, expected=roles,
            act=event["event_kind"],
        )  # fmt: skip
    if not person.serves(_on(event)):
        yield _out_of_term(person, _on(event))


def _roles(event: Mapping[str, Any], rule: ReviewRule) -> tuple[str, ...]:
    kind = event["event_kind"]
    if kind in rule.duties:
        return rule.duties[kind]
    act = f"{kind}:{event['verdict']}" if kind == kinds.DECISION else kind
    found = rule.transitions.get(act)
    return found.roles if found else ()


def _out_of_term(person: Person, on: dt.date) -> Finding:
    return finding(
        "E-REV-04", value=person.person_id, on=on, since=person.term_from,
        until=person.term_until,
    )  # fmt: skip


def which(
    event: Mapping[str, Any], cases: Cases, rule: ReviewRule, _register: Register | None
) -> Iterator[Finding]:
    """The record is there, unchanged, in a state that allows the act, and time runs on."""
    now = cases.now(event["subject_id"])
    if now is None:
        yield finding("E-REV-17", value=event["subject_id"])
        return
    if event["record_hash"] != now.record_hash:
        yield finding("E-REV-10", value=now.subject_id, found=now.record_hash[:12],
                      wanted=event["record_hash"][:12])  # fmt: skip
        return
    kind = event["event_kind"]
    act = f"{kind}:{event['verdict']}" if kind == kinds.DECISION else kind
    allowed = rule.transitions[act].states if act in rule.transitions else ()
    if now.state not in allowed:
        yield finding("E-REV-11", value=now.subject_id, state=now.state, expected=allowed, act=act)
    if _on(event) < now.steps[-1].on:
        yield finding("E-REV-19", value=now.subject_id, on=event["on"], since=now.steps[-1].on)


def _independent(person: Person, now: Round) -> Iterator[Finding]:
    if person.person_id == now.submitted_by:
        yield finding("E-REV-01", value=person.person_id, subject=now.subject_id)
    elif person.group_id == now.group_id:
        yield finding("E-REV-02", value=person.person_id, group=person.group_id)
    elif {now.group_id, now.submitted_by} & set(person.conflicts):
        yield finding("E-REV-03", value=person.person_id, group=now.group_id)


def _qualified(person: Person, now: Round) -> Iterator[Finding]:
    if not person.knows(now.category_id):
        yield finding(
            "E-REV-05", value=person.person_id, field_of=now.category_id,
            expected=person.expertise,
        )  # fmt: skip


def reviewers_asked(
    event: Mapping[str, Any], cases: Cases, rule: ReviewRule, register: Register | None
) -> Iterator[Finding]:
    """Every reviewer asked may give an opinion on this record."""
    now = cases.now(event["subject_id"])
    for asked in event["reviewers"]:
        person = _person(asked["person_id"], asked["acting"], register)
        if person is None:
            yield finding("E-REV-12", value=asked["person_id"])
            continue
        roles = rule.transitions[kinds.OPINION].roles
        if person.role not in roles:
            yield finding("E-REV-06", value=person.person_id, role=person.role, expected=roles,
                          act=kinds.OPINION)  # fmt: skip
        if not person.serves(_on(event)):
            yield _out_of_term(person, _on(event))
        if now is not None:
            yield from _independent(person, now)
            yield from _qualified(person, now)


def assigner(
    event: Mapping[str, Any], cases: Cases, _rule: ReviewRule, register: Register | None
) -> Iterator[Finding]:
    """Whoever assigns or decides is not bound to the submitter."""
    person, now = _person(event["by"], event["acting"], register), cases.now(event["subject_id"])
    if person is not None and now is not None:
        yield from _independent(person, now)


def opinion_bears(
    event: Mapping[str, Any], cases: Cases, rule: ReviewRule, register: Register | None
) -> Iterator[Finding]:
    """The reviewer was asked, is qualified and independent, and says one thing."""
    person, now = _person(event["by"], event["acting"], register), cases.now(event["subject_id"])
    if person is None or now is None:
        return
    if person.person_id not in now.assigned:
        yield finding("E-REV-14", value=person.person_id, subject=now.subject_id)
    yield from _independent(person, now)
    yield from _qualified(person, now)
    if event["conclusion"] not in rule.bears:
        yield finding("E-REV-15", value=event["conclusion"], expected=tuple(rule.bears))
    missing = rule.dimensions.keys() - event["dimensions"].keys()
    unknown = list(event.get("unknown_dimensions", ()))
    if missing or unknown:
        named = sorted(missing) + unknown
        yield finding("E-REV-23", value=", ".join(named), expected=tuple(rule.dimensions))
    issues = sorted(d for d, said in event["dimensions"].items() if said != "bears")
    if event["conclusion"] == "accept" and issues:
        yield finding("E-REV-18", value=", ".join(issues), subject=now.subject_id)


def decision_bears(
    event: Mapping[str, Any], cases: Cases, rule: ReviewRule, register: Register | None
) -> Iterator[Finding]:
    """The decider reviewed nothing of it; enough independent opinions bear the verdict."""
    now = cases.now(event["subject_id"])
    if now is None:
        return
    verdict, decider = event["verdict"], event["by"]
    if decider in now.opinions or decider in now.assigned:
        yield finding("E-REV-08", value=decider, subject=now.subject_id)
    if verdict == "return":
        yield from _reasoned(event, rule)
        return
    counted = _counted(now, register)
    groups = {o["acting"]["group_id"] for o in counted.values()}
    needed = rule.quorum(is_core=now.is_core)
    if len(groups) < needed:
        earlier = any(r.opinions for r in cases.rounds[now.subject_id][:-1])
        code = "E-REV-10" if earlier and not counted else "E-REV-07"
        yield finding(code, value=now.subject_id, found=len(groups), wanted=needed)
    for name, said in sorted(counted.items()):
        if verdict not in rule.bears[said["conclusion"]]:
            yield finding("E-REV-16", value=verdict, person=name, conclusion=said["conclusion"],
                          expected=rule.bears[said["conclusion"]])  # fmt: skip
    if now.reason_codes and verdict in {"admit", "provisional"}:
        yield finding("E-REV-21", value=now.subject_id, codes=", ".join(now.reason_codes))
    if verdict == "refuse":
        yield from _reasoned(event, rule)


def _counted(now: Round, register: Register | None) -> dict[str, Mapping[str, Any]]:
    """Opinions on exactly this record, of people the register still knows."""
    return {
        name: said
        for name, said in now.opinions.items()
        if said["record_hash"] == now.record_hash
        and _person(name, said["acting"], register) is not None
    }


def _reasoned(event: Mapping[str, Any], rule: ReviewRule) -> Iterator[Finding]:
    """A return or refusal names coded reasons, each bound to a field or cell."""
    if not event["reasons"]:
        yield finding("E-REV-13", value="-", expected=tuple(rule.reasons))
    for one in event["reasons"]:
        known = rule.reasons.get(one["reason_code"])
        if known is None:
            yield finding("E-REV-13", value=one["reason_code"], expected=tuple(rule.reasons))
        elif not one.get("field") and not one.get("cell"):
            yield finding("E-REV-24", value=one["reason_code"], expected=known.field_names)


def resubmission(
    event: Mapping[str, Any], cases: Cases, _rule: ReviewRule, _register: Register | None
) -> Iterator[Finding]:
    """A record handed in again comes from the same group, and not while experts look at it."""
    for record in event["records"]:
        now = cases.now(record["subject_id"])
        if now is None or now.record_hash == record["record_hash"]:
            continue
        if now.group_id != event["acting"]["group_id"]:
            yield finding("E-REV-25", value=record["subject_id"], group=now.group_id)
        if now.state in {"assigned", "in_review"}:
            yield finding("E-REV-11", value=record["subject_id"], state=now.state,
                          expected=("returned",), act=kinds.SUBMISSION)  # fmt: skip


CHECKS: dict[str, tuple[Any, ...]] = {
    kinds.SUBMISSION: (who, resubmission),
    kinds.ASSIGNMENT: (who, which, assigner, reviewers_asked),
    kinds.OPINION: (who, which, opinion_bears, judged_in_words),
    kinds.DECISION: (who, which, assigner, decision_bears),
    kinds.VERIFICATION: (who, verifier_is_free),
    kinds.AGENCY_STANDING: (who, agency_is_known),
}
