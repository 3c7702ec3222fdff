"""The life of every record under review, replayed from the log alone.

Belongs here: rounds of a record, its states, what each event does to them. Does not belong
here: whether an event is allowed (``review_policy``): an event the policy refuses has no
effect, whoever wrote it, and is listed as void.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.admit import review_event as kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pipelines.admit.review_rule import ReviewRule
    from pipelines.findings import Finding

    Refuse = Callable[[Mapping[str, Any], "Cases"], list[Finding]]

ADMITTING = ("admit", "provisional")
STATE_OF = {"refuse": "refused", "return": "returned"}


@dataclass(frozen=True)
class Step:
    """One step of a life: the state reached, when, by whom, by which ledger entry."""

    state: str
    on: dt.date
    by: str
    event_id: str
    index: int


@dataclass
class Round:
    """One record as handed in once: what it is, who handed it in, what was said of it."""

    subject_id: str
    submission_id: str
    record_key: str
    record_hash: str
    submitted_by: str
    group_id: str
    category_id: str
    is_core: bool
    data_class: str
    reason_codes: tuple[str, ...]
    assigned: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    opinions: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    decided: Mapping[str, Any] | None = None
    admitted_from: dt.date | None = None
    steps: list[Step] = field(default_factory=list)

    @property
    def state(self) -> str:
        """The state reached last."""
        return self.steps[-1].state

    @property
    def states(self) -> tuple[str, ...]:
        """Every state of the round, in order."""
        return tuple(step.state for step in self.steps)

    def enter(self, state: str, event: Mapping[str, Any], index: int) -> None:
        """Take a step; staying in a state is none."""
        if state in self.states[-1:] or (state == "admitted" and state in self.states):
            return
        on = dt.date.fromisoformat(event["on"])
        by = event.get("by", "")
        self.steps.append(Step(state, on, by, event["event_id"], index))


@dataclass(frozen=True)
class Void:
    """An entry that has no effect, and why."""

    index: int
    event: Mapping[str, Any]
    findings: tuple[Finding, ...]


@dataclass
class Cases:
    """Everything the log says of records, verifications and agencies.

    ``rounds`` holds by subject id the rounds in order; ``decisions`` by decision id the
    published decision with its ledger index; ``standings`` by agency the events on it.
    """

    rounds: dict[str, list[Round]] = field(default_factory=dict)
    decisions: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    verifications: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    standings: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    events: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)
    void: list[Void] = field(default_factory=list)

    def now(self, subject_id: str) -> Round | None:
        """The round of a subject that is under way or was last."""
        rounds = self.rounds.get(subject_id)
        return rounds[-1] if rounds else None

    def standing(self, on: dt.date) -> dict[str, Round]:
        """By subject, the round whose decision a release of that date carries.

        A decision to return never stands in a release; a later round that is still under
        way leaves the one decided before it in place.
        """
        found = {}
        for subject_id, rounds in self.rounds.items():
            for one in rounds:
                if one.decided is None or one.decided["verdict"] == "return":
                    continue
                if one.admitted_from is not None and one.admitted_from <= on:
                    found[subject_id] = one
        return found


def replay(
    records: Iterable[tuple[int, Mapping[str, Any]]], rule: ReviewRule, refuse: Refuse
) -> Cases:
    """The cases that a log tells.

    Args:
        records: (ledger index, record), in order; records that are no acts of review are
            passed over.
        rule: the rule of review.
        refuse: what the policy holds against an event in the light of what came before.

    Returns:
        The cases; events the policy refuses are in ``void`` and changed nothing.
    """
    cases = Cases()
    for index, record in records:
        take(cases, index, record, rule, refuse)
    return cases


def take(
    cases: Cases, index: int, record: Mapping[str, Any], rule: ReviewRule, refuse: Refuse
) -> list[Finding]:
    """Let one record of the log have its effect; returns what the policy held against it."""
    if record.get("event_kind") in kinds.KINDS:
        found = refuse(record, cases)
        if found:
            cases.void.append(Void(index, record, tuple(found)))
            return found
        APPLY[record["event_kind"]](cases, record, index, rule)
        cases.events.append((index, record))
    elif record.get("decision_kind") == "person":
        _keep_decision(cases, record, index)
    return []


def _keep_decision(cases: Cases, record: Mapping[str, Any], index: int) -> None:
    """A decision counts only after the event that says who made it, and as that says."""
    now = cases.now(record["subject_id"])
    event = None if now is None else now.decided
    said = ("decision_id", "record_hash", "verdict")
    if event is not None and all(event[name] == record[name] for name in said):
        cases.decisions[record["decision_id"]] = {**record, "ledger_index": index}


def _submission(cases: Cases, event: Mapping[str, Any], index: int, _rule: ReviewRule) -> None:
    for record in event["records"]:
        before = cases.rounds.setdefault(record["subject_id"], [])
        if before and before[-1].record_hash == record["record_hash"]:
            if before[-1].state not in {"returned", "refused"}:
                continue
        elif before and before[-1].decided is None:
            before[-1].enter("superseded", event, index)
        one = Round(
            record["subject_id"], event["submission_id"], record["record_key"],
            record["record_hash"], event["by"], event["acting"]["group_id"],
            record["category_id"], bool(record["core_data"]), record["data_class"],
            tuple(record["reason_codes"]),
        )  # fmt: skip
        one.enter("submitted", event, index)
        if not one.reason_codes:
            one.enter("prechecked", event, index)
        before.append(one)


def _assignment(cases: Cases, event: Mapping[str, Any], index: int, _rule: ReviewRule) -> None:
    now = cases.rounds[event["subject_id"]][-1]
    now.assigned.update({r["person_id"]: r["acting"] for r in event["reviewers"]})
    if now.state == "prechecked":
        now.enter("assigned", event, index)


def _opinion(cases: Cases, event: Mapping[str, Any], index: int, _rule: ReviewRule) -> None:
    now = cases.rounds[event["subject_id"]][-1]
    now.opinions[event["by"]] = event
    now.enter("in_review", event, index)


def _decision(cases: Cases, event: Mapping[str, Any], index: int, rule: ReviewRule) -> None:
    now = cases.rounds[event["subject_id"]][-1]
    now.decided = event
    on = dt.date.fromisoformat(event["on"])
    if event["verdict"] not in ADMITTING:
        now.admitted_from = on
        now.enter(STATE_OF[event["verdict"]], event, index)
        return
    now.admitted_from = rule.admitted_from(on, is_core=now.is_core)
    now.enter("public_notice", event, index)
    if now.admitted_from == on:
        now.enter("admitted", event, index)


def _verification(cases: Cases, event: Mapping[str, Any], _index: int, _rule: ReviewRule) -> None:
    cases.verifications[event["verification_id"]] = event


def _standing(cases: Cases, event: Mapping[str, Any], _index: int, _rule: ReviewRule) -> None:
    cases.standings.setdefault(event["agency_id"], []).append(event)


def _published(cases: Cases, event: Mapping[str, Any], index: int, _rule: ReviewRule) -> None:
    for subject_id, decision_id in event["decided"]:
        rounds = cases.rounds.get(subject_id, [])
        carried = [r for r in rounds if r.decided and r.decided["decision_id"] == decision_id]
        for one in carried:
            one.enter("admitted", event, index)
            one.enter("published", event, index)
            for older in rounds[: rounds.index(one)]:
                if older.state == "published":
                    older.enter("superseded", event, index)


APPLY: dict[str, Callable[[Cases, Mapping[str, Any], int, ReviewRule], None]] = {
    kinds.SUBMISSION: _submission,
    kinds.ASSIGNMENT: _assignment,
    kinds.OPINION: _opinion,
    kinds.DECISION: _decision,
    kinds.VERIFICATION: _verification,
    kinds.AGENCY_STANDING: _standing,
    kinds.RELEASE_PUBLISHED: _published,
}
