"""What a release says of review: people, agencies, verifications, opinions, acts.

Belongs here: rows of the published tables from the cases. A release tells only of records it
carries: acts on records still under review stay in the ledger. Does not belong here: who may
act, what follows.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pipelines.admit import review_event as kinds
from pipelines.admit.judged import words_of
from schemas.render.frame import frame_of, ordered
from schemas.review import AGENCY, OPINION, PERSON, REVIEW_EVENT, VERIFICATION

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    import polars as pl

    from pipelines.admit.register import Register
    from pipelines.admit.review_case import Cases, Round

ACTS = (kinds.SUBMISSION, kinds.ASSIGNMENT, kinds.OPINION, kinds.DECISION)


def review_tables(
    cases: Cases,
    register: Register,
    leaf_hashes: Mapping[int, str],
    published: Mapping[str, str | None],
    on: dt.date,
) -> dict[str, pl.DataFrame]:
    """The tables of review of a release.

    Args:
        cases: what the ledger tells.
        register: people and agencies.
        leaf_hashes: leaf hash by ledger index.
        published: by id of the factors and products the release carries, the decision it
            carries them by.
        on: the date the release carries.

    Returns:
        ``person``, ``agency``, ``verification``, ``review_event``, ``opinion``.
    """
    people = [
        {
            "person_id": p.person_id, "name_zh": p.name_zh, "name_en": p.name_en,
            "citation": p.citation, **p.as_acting(),
        }
        for p in register.people.values()
    ]  # fmt: skip
    events = list(_event_rows(cases, leaf_hashes, published))
    return {
        "person": ordered(PERSON, frame_of(PERSON, people)),
        "agency": ordered(AGENCY, frame_of(AGENCY, agency_rows(register, cases, on))),
        "verification": ordered(
            VERIFICATION, frame_of(VERIFICATION, verification_rows(cases, published))
        ),
        "review_event": ordered(REVIEW_EVENT, frame_of(REVIEW_EVENT, events)),
        "opinion": ordered(OPINION, frame_of(OPINION, _opinion_rows(cases, published))),
    }


def agency_rows(register: Register, cases: Cases, on: dt.date) -> list[dict[str, Any]]:
    """The agencies with their standing on a day: the register's, then the ledger's."""
    rows = []
    for one in register.agencies.values():
        acts = [e for e in cases.standings.get(one.agency_id, []) if e["on"] <= on.isoformat()]
        standing, since = one.standing, one.standing_from
        if acts:
            standing, since = acts[-1]["standing"], dt.date.fromisoformat(acts[-1]["on"])
        rows.append(
            {
                "agency_id": one.agency_id, "name_zh": one.name_zh, "name_en": one.name_en,
                "standing": standing, "standing_from": since, "group_id": one.group_id,
                "citation": one.citation,
            }
        )  # fmt: skip
    return rows


def verification_rows(cases: Cases, published: Container[str] | None) -> list[dict[str, Any]]:
    """The verifications of records in ``published``; of every record when None."""
    return [
        {
            **{k: v[k] for k in ("verification_id", "agency_id", "subject_id", "record_hash")},
            **v["ratings"],
            "verified_on": dt.date.fromisoformat(v["on"]),
            "note_zh": v["note_zh"] or None,
            "note_en": v["note_en"] or None,
        }
        for v in cases.verifications.values()
        if published is None or v["subject_id"] in published
    ]


def _decided_rounds(cases: Cases, published: Mapping[str, str | None]) -> Iterator[Round]:
    """Rounds up to the one by whose decision the release carries the record."""
    for subject_id, rounds in cases.rounds.items():
        carried = (
            n for n, r in enumerate(rounds, start=1)
            if r.decided and r.decided["decision_id"] == published.get(subject_id)
        )  # fmt: skip
        yield from rounds[: max(carried, default=0)]


def _event_rows(
    cases: Cases, leaf_hashes: Mapping[int, str], published: Mapping[str, str | None]
) -> Iterator[dict[str, Any]]:
    told = {(r.subject_id, r.record_hash): r for r in _decided_rounds(cases, published)}
    for index, event in cases.events:
        if event["event_kind"] not in ACTS:
            continue
        for subject_id, record_hash in _about(event):
            one = told.get((subject_id, record_hash))
            if one is not None:
                reached = [s.state for s in one.steps if s.event_id == event["event_id"]]
                yield {
                    "event_id": event["event_id"], "subject_id": subject_id,
                    "event_kind": event["event_kind"], "record_hash": record_hash,
                    "person_id": event["by"], "role": event["acting"]["role"],
                    "group_id": event["acting"]["group_id"],
                    "acted_on": dt.date.fromisoformat(event["on"]),
                    "state_reached": reached[-1] if reached else None,
                    "reason_codes": _codes(event),
                    "note_zh": event.get("note") or event.get("reason") or None,
                    "ledger_index": index, "leaf_hash": leaf_hashes[index],
                }  # fmt: skip


def _about(event: Mapping[str, Any]) -> list[tuple[str, str]]:
    if event["event_kind"] == kinds.SUBMISSION:
        return [(r["subject_id"], r["record_hash"]) for r in event["records"]]
    return [(event["subject_id"], event["record_hash"])]


def _codes(event: Mapping[str, Any]) -> list[str]:
    return sorted({r["reason_code"] for r in event.get("reasons", [])})


def _opinion_rows(cases: Cases, published: Mapping[str, str | None]) -> list[dict[str, Any]]:
    index = {event["event_id"]: at for at, event in cases.events}
    return [
        {
            "event_id": said["event_id"], "subject_id": one.subject_id,
            "record_hash": said["record_hash"], "person_id": name,
            "group_id": said["acting"]["group_id"], "conclusion": said["conclusion"],
            "open_issues": sorted(k for k, v in said["dimensions"].items() if v != "bears"),
            **words_of(said),
            "note_zh": said["reason"] or None,
            "acted_on": dt.date.fromisoformat(said["on"]),
            "ledger_index": index[said["event_id"]],
        }
        for one in _decided_rounds(cases, published)
        for name, said in sorted(one.opinions.items())
    ]  # fmt: skip
