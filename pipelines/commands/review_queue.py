"""What the log says of records under review: the queue, a life, proofs, dependents.

Belongs here: answers read from the ledger and the head release. Nothing here writes.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from pipelines.admit.review_rule import read_review_rule
from pipelines.commands.review import cases_of, day_of, ledger_of, rounds_of
from pipelines.commands.revisions import revisions_of
from pipelines.errors import WrongUsage
from pipelines.findings import finding
from pipelines.ledger.book import name_of
from pipelines.ledger.proofs import inclusion_proof

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.admit.review_case import Round
    from pipelines.ledger import Entry
    from pipelines.settings import Settings


def queue_of(settings: Settings, state: str | None = None) -> list[dict[str, Any]]:
    """Records under review, the one waiting longest first.

    Args:
        settings: seeds and home.
        state: only records in that state.

    Returns:
        One entry per record with its state, its submission, who was asked, who said what,
        and since how many days it stands there on the date the next release carries.
    """
    today = day_of(settings, None)
    names = read_review_rule(settings.seeds).states
    rows = []
    for rounds in cases_of(settings).rounds.values():
        now = rounds[-1]
        if state is None or now.state == state:
            rows.append(
                {
                    **summary_of(now),
                    "state_zh": names[now.state][0],
                    "state_en": names[now.state][1],
                    "rounds": len(rounds),
                    "since": now.steps[-1].on.isoformat(),
                    "days": max((today - now.steps[-1].on).days, 0),
                }
            )
    return sorted(rows, key=lambda r: (-r["days"], r["submission_id"], r["subject_id"]))


def summary_of(now: Round) -> dict[str, Any]:
    """One record as the queue shows it."""
    return {
        "subject_id": now.subject_id,
        "record_key": now.record_key,
        "record_hash": now.record_hash,
        "submission_id": now.submission_id,
        "submitted_by": now.submitted_by,
        "category_id": now.category_id,
        "core_data": now.is_core,
        "state": now.state,
        "reason_codes": list(now.reason_codes),
        "assigned": sorted(now.assigned),
        "opinions": {name: said["conclusion"] for name, said in sorted(now.opinions.items())},
        "verdict": now.decided["verdict"] if now.decided else None,
    }


def life_of(settings: Settings, record: str) -> dict[str, Any]:
    """Every round of a record: states, opinions, decision and reasons, as the log tells them.

    Raises:
        WrongUsage: no such record.
    """
    cases = cases_of(settings)
    [now, *_] = rounds_of(cases, [record])
    rounds = cases.rounds[now.subject_id]
    names = read_review_rule(settings.seeds).states
    return {
        "state_names": {name: {"zh": zh, "en": en} for name, (zh, en) in names.items()},
        "subject_id": now.subject_id,
        "state": now.state,
        "rounds": [_told_whole(one) for one in rounds],
        "revisions": revisions_of(settings, rounds) if len(rounds) > 1 else [],
    }


def _told_whole(one: Round) -> dict[str, Any]:
    return {
        **summary_of(one),
        "steps": [
            {"state": s.state, "on": s.on.isoformat(), "by": s.by, "index": s.index}
            for s in one.steps
        ],
        "said": [
            {
                **{k: said[k] for k in ("by", "on", "conclusion", "dimensions", "reason")},
                "judgements": said.get("judgements", []),
            }
            for _, said in sorted(one.opinions.items())
        ],
        "decision": None if one.decided is None else _decision(one.decided),
    }


def _decision(said: Mapping[str, Any]) -> dict[str, Any]:
    return {k: said[k] for k in ("by", "on", "verdict", "decision_id", "reasons", "note")}


def subject_of(settings: Settings, name: str) -> str:
    """The id of the record that a record key names; any other text stays what it is."""
    rounds = cases_of(settings).rounds
    keyed = [subject_id for subject_id, told in rounds.items() if told[-1].record_key == name]
    return keyed[0] if name not in rounds and len(keyed) == 1 else name


def hash_of(settings: Settings, record: str) -> str:
    """The hash of a record as it stands: under review, else as decided in the ledger.

    Raises:
        WrongUsage: the ledger knows no such record.
    """
    cases = cases_of(settings)
    now = cases.now(record)
    if now is not None:
        return now.record_hash
    found = [
        e.record["record_hash"]
        for e in ledger_of(settings).entries()
        if e.record.get("subject_id") == record
    ]
    if not found:
        raise _unknown(record, list(cases.rounds))
    return str(found[-1])


def _unknown(value: str, known: list[str]) -> WrongUsage:
    near = difflib.get_close_matches(value, known, n=3, cutoff=0.3) or known[:3]
    return WrongUsage(
        finding("E-USE-02", value=value, what_zh="记录", what_en="record", expected=near or ["-"])
    )


def log_of(settings: Settings, record: str | None = None) -> dict[str, Any]:
    """The acts of review in the ledger, those without effect marked with their reasons.

    Args:
        settings: seeds and home.
        record: only those about this record.

    Returns:
        ``size`` and ``root`` of the ledger and ``events`` in order.
    """
    cases = cases_of(settings)
    size, root = ledger_of(settings).size_and_root()
    void = {v.index: [f.code for f in v.findings] for v in cases.void}
    told = [*cases.events, *((v.index, v.event) for v in cases.void)]
    events = [
        _told(index, event, void.get(index, []))
        for index, event in sorted(told, key=lambda pair: pair[0])
        if record is None or _is_about(event, record)
    ]
    if record is not None and not events:
        raise _unknown(record, list(cases.rounds))
    return {"size": size, "root": root, "events": events}


def _told(index: int, event: Mapping[str, Any], void: list[str]) -> dict[str, Any]:
    return {
        "index": index,
        "event_id": event.get("event_id"),
        "event_kind": event.get("event_kind"),
        "on": event.get("on", ""),
        "by": event.get("by", ""),
        "subject_id": event.get("subject_id") or event.get("agency_id")
        or event.get("submission_id") or event.get("release_id"),
        "void": void,
    }  # fmt: skip


def _is_about(event: Mapping[str, Any], record: str) -> bool:
    named = {event.get(k) for k in ("subject_id", "submission_id", "agency_id", "release_id")}
    named |= {r["subject_id"] for r in event.get("records", []) if isinstance(r, dict)}
    return record in named


def proof_of(settings: Settings, name: str) -> dict[str, Any]:
    """An inclusion proof for a decision or event of the ledger.

    Args:
        settings: seeds and home.
        name: its id; for a record id, the decision on it entered last.

    Returns:
        Everything a third party needs: index, size, record, leaf hash, proof and root, all
        hashes in hexadecimal.

    Raises:
        WrongUsage: the ledger holds no such entry.
    """
    entries = ledger_of(settings).entries()
    entry = _named(entries, name)
    hashes = [bytes.fromhex(e.leaf_hash) for e in entries]
    _, root = ledger_of(settings).size_and_root(len(entries))
    return {
        "id": name_of(entry.record),
        "index": entry.index,
        "size": len(entries),
        "record": entry.record,
        "leaf_hash": entry.leaf_hash,
        "proof": [h.hex() for h in inclusion_proof(hashes, entry.index)],
        "root": root,
    }


def _named(entries: list[Entry], name: str) -> Entry:
    exact = [e for e in entries if name_of(e.record) == name]
    about = [e for e in entries if e.record.get("subject_id") == name and "verdict" in e.record]
    if not exact and not about:
        raise _unknown(name, [name_of(e.record) for e in entries])
    return (exact or about)[-1]
