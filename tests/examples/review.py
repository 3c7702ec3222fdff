"""Examples of admission review: acts at the desk, one after the other; the last one tells.

``submit``, ``assign PERSON…``, ``opinion PERSON CONCLUSION``, ``decide VERDICT`` with
``by=``, ``on=``, ``issue=``, ``reason=CODE:FIELD:CELL``, ``hash=``, ``category=``, ``core=``.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pipelines.errors import TanyuanError
from tests.review.desk import DAY, Desk, hash_of, record

if TYPE_CHECKING:
    from tests.examples.conftest import Tools


def _reasons(text: str) -> list[dict[str, str]]:
    if not text:
        return []
    code, field, cell, *_ = [*text.split(":"), "", ""]
    return [{"reason_code": code, "field": field, "cell": cell, "note": ""}]


def _act(desk: Desk, words: list[str], said: dict[str, str]) -> None:
    what, *who = words
    on = dt.date.fromisoformat(said["on"]) if "on" in said else DAY
    more: dict[str, Any] = {"on": on}
    if "by" in said:
        more["by"] = said["by"]
    if "hash" in said:
        more["record_hash"] = hash_of(said["hash"])
    if what == "submit":
        changes: dict[str, Any] = {}
        if "category" in said:
            changes["category_id"] = said["category"]
        if "against" in said:
            changes["reason_codes"] = [said["against"]]
        changes["core_data"] = said.get("core", "true") == "true"
        content = who[0] if who else "first"
        desk.submit(content, records=[record(content=content, **changes)], **more)
    elif what == "assign":
        desk.assign(*who, **more)
    elif what == "opinion":
        more.pop("by", None)
        issues = {"issues": [said["issue"]]} if "issue" in said else {}
        desk.opine(*who, **more, **issues)
    else:
        reasons = _reasons(said.get("reason", ""))
        desk.decide(*who, **more, **({"reasons": reasons} if reasons else {}))


def review(_, text: str, tools: Tools) -> set[str]:
    """Codes with which an act is refused."""
    desk = Desk(tools.fresh())
    for act in text.split("; "):
        words = act.split()
        said = dict(word.split("=", 1) for word in words if "=" in word)
        try:
            _act(desk, [word for word in words if "=" not in word], said)
        except TanyuanError as refused:
            return {f.code for f in refused.findings}
    return set()


WAYS = {"review": review}
