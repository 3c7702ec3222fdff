"""Whether an entry of the log has the shape of the act it claims to be.

Belongs here: keys and kinds of values only. An entry written by another hand may lack
anything; it must be refused, not trip the program. Does not belong here: what is allowed.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from pipelines.admit import review_event as kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

HASH = re.compile(r"[0-9a-f]{64}")
SUBJECT: dict[str, type] = {"subject_id": str, "record_hash": str}
BODY: dict[str, dict[str, type]] = {
    kinds.SUBMISSION: {"submission_id": str, "file": dict, "records": list},
    kinds.ASSIGNMENT: {**SUBJECT, "reviewers": list},
    kinds.OPINION: {**SUBJECT, "conclusion": str, "dimensions": dict, "reason": str},
    kinds.DECISION: {
        **SUBJECT, "verdict": str, "decision_id": str, "reviewers": list, "reasons": list,
        "note": str,
    },
    kinds.VERIFICATION: {
        **SUBJECT, "verification_id": str, "agency_id": str, "ratings": dict, "note_zh": str,
        "note_en": str,
    },
    kinds.AGENCY_STANDING: {"agency_id": str, "standing": str, "reason": str},
    kinds.RELEASE_PUBLISHED: {"release_id": str, "decided": list},
}  # fmt: skip
RECORD: dict[str, type] = {
    "subject_id": str, "record_key": str, "record_hash": str, "category_id": str,
    "core_data": bool, "data_class": str, "reason_codes": list,
}  # fmt: skip
ACTING: dict[str, type] = {
    "role": str, "group_id": str, "expertise": list, "conflicts": list, "term_from": str,
    "term_until": str,
}  # fmt: skip
REASON: dict[str, type] = {"reason_code": str}
ASKED: dict[str, type] = {"person_id": str, "acting": dict}
JUDGEMENT: dict[str, type] = {"criterion": str, "level": str, "evidence": str}
PAIR_LENGTH = 2


def misshapen(event: Mapping[str, Any]) -> str | None:
    """The first key that is missing or of another kind; None when the shape is right.

    Example:
        >>> misshapen({"event_kind": "opinion", "event_id": "X", "on": "2026-01-01"})
        'subject_id'
    """
    kind = event.get("event_kind")
    if not isinstance(kind, str) or kind not in BODY:
        return "event_kind"
    wrong = _wrong({"event_id": str, "on": str, **BODY[kind]}, event)
    if wrong is None and not _is_day(event["on"]):
        wrong = "on"
    if wrong is None and HASH.fullmatch(event.get("record_hash", "0" * 64)) is None:
        wrong = "record_hash"
    if wrong is None and event["event_id"] != kinds.event_id(event):
        wrong = "event_id"
    return wrong or _wrong_parts(kind, event)


def _wrong_parts(kind: str, event: Mapping[str, Any]) -> str | None:
    if kind == kinds.RELEASE_PUBLISHED:
        pairs = all(isinstance(p, list) and len(p) == PAIR_LENGTH for p in event["decided"])
        return None if pairs else "decided"
    wrong = _wrong({"by": str, "acting": dict}, event) or _wrong_acting(event["acting"])
    parts: list[tuple[str, dict[str, type]]] = [
        ("records", RECORD), ("reasons", REASON), ("reviewers", ASKED),
        ("judgements", JUDGEMENT),
    ]  # fmt: skip
    for name, shape in parts:
        if name in event and (name, kind) != ("reviewers", kinds.DECISION):
            wrong = wrong or _wrong_list(name, shape, event[name])
    return wrong


def _wrong_list(name: str, shape: Mapping[str, type], several: list[Any]) -> str | None:
    for one in several if isinstance(several, list) else [None]:
        if not isinstance(one, dict):
            return name
        wrong = _wrong(shape, one)
        if wrong is None and "acting" in shape:
            wrong = _wrong_acting(one["acting"])
        if wrong is None and HASH.fullmatch(one.get("record_hash", "0" * 64)) is None:
            wrong = "record_hash"
        if wrong:
            return f"{name}.{wrong}"
    return None


def _wrong_acting(acting: Mapping[str, Any]) -> str | None:
    wrong = _wrong(ACTING, acting)
    if wrong is None and not (_is_day(acting["term_from"]) and _is_day(acting["term_until"])):
        wrong = "term_from"
    return f"acting.{wrong}" if wrong else None


def _wrong(shape: Mapping[str, type], given: Mapping[str, Any]) -> str | None:
    return next((k for k, kind in shape.items() if not isinstance(given.get(k), kind)), None)


def _is_day(text: Any) -> bool:
    try:
        dt.date.fromisoformat(text)
    except (TypeError, ValueError):
        return False
    return True
