"""Withdraw a release: enter it in the ledger, write its tombstone and the notice.

Belongs here: the live event. Does not belong here: what the event says and the tombstone's
form (``pipelines.publish.withdrawal``), taking back one factor (``recall``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.commands.recall import known_reason
from pipelines.errors import Conflict, WrongUsage
from pipelines.findings import finding
from pipelines.identity import record_id
from pipelines.ledger import Ledger
from pipelines.publish.release_plan import read_plan
from pipelines.publish.store import Store
from pipelines.publish.withdrawal import (
    KIND,
    tombstone_path,
    withdrawn_releases,
    write_tombstone,
)
from pipelines.signing import keyring_of
from schemas.vocabularies import CHANGE_REASON

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from pipelines.publish.store import LogEntry
    from pipelines.settings import Settings


@dataclass(frozen=True)
class Withdrawn:
    """A release withdrawn: the event, its place in the ledger, what it concerns, the papers."""

    event: dict[str, Any]
    ledger_index: int
    concerned: dict[str, Any]
    tombstone: Path
    notice: Path


def withdraw_release(
    settings: Settings,
    release_id: str,
    *,
    reason: str,
    change_reason: str,
    role: str,
    on: dt.date | None = None,
    successor: str | None = None,
    keys: Path | None = None,
) -> Withdrawn:
    """Withdraw a release; its folder, objects and log stay as they are.

    Args:
        settings: seeds and home.
        release_id: a committed release.
        reason: in plain words.
        change_reason: class of the reason.
        role: who withdraws, as a role.
        on: day of the act; by default the date the next release carries.
        successor: the release to use instead; by default the newest that is not withdrawn.
        keys: folder of signing keys; by default the home's demonstration keys.

    Returns:
        What was entered. Entering the same again changes nothing.

    Raises:
        WrongUsage: no such release or successor, an unknown reason.
        Conflict: it was withdrawn before, for another reason.
        UnreadableInput: the log or the ledger is damaged.
        OSError: the disk refused.
    """
    store, ledger = Store(settings), Ledger(settings.home / "ledger")
    entries = {entry.release_id: entry for entry in store.entries()}
    for name in filter(None, (release_id, successor)):
        if name not in entries:
            raise WrongUsage(
                finding("E-USE-02", value=name, what_zh="发布", what_en="release",
                        expected=list(entries))
            )  # fmt: skip
    known_reason(change_reason)
    before = withdrawn_releases([entry.record for entry in ledger.entries()])
    stands = before.get(release_id)
    left = [name for name in entries if name != release_id and name not in before]
    event = {
        "event_id": record_id("X", KIND, release_id, reason),
        "event_kind": KIND,
        "release_id": release_id,
        "manifest_sha256": entries[release_id].sha256,
        "change_reason": change_reason,
        "text_zh": reason,
        "text_en": reason,
        "successor": successor or (left[-1] if left else None),
        "role": role,
        "on": str(on or read_plan(settings.seeds).released_on),
    }
    if stands is not None and stands["event_id"] != event["event_id"]:
        raise Conflict(finding("E-WDR-01", value=release_id, found=stands["text_zh"]))
    store.recover()
    entry = ledger.enter([event])[str(event["event_id"])]
    tombstone = write_tombstone(
        settings.releases, entry.record, entries[release_id].sha256, entry.index,
        keyring_of(settings.home, keys),
    )  # fmt: skip
    concerned = _concerned(entries[release_id])
    notice = settings.home / "notices" / f"{event['event_id']}.md"
    notice.parent.mkdir(parents=True, exist_ok=True)
    notice.write_text(_notice(entry.record, concerned), "utf-8")
    return Withdrawn(entry.record, entry.index, concerned, tombstone, notice)


def restore_tombstones(settings: Settings, keys: Path | None = None) -> list[Path]:
    """Write the tombstones that are missing, from the ledger; returns those written."""
    ledger = Ledger(settings.home / "ledger")
    entries = {e.index: e.record for e in ledger.entries() if e.record.get("event_kind") == KIND}
    found = []
    for index, record in entries.items():
        if not tombstone_path(settings.releases, record["release_id"]).is_file():
            ring, sha256 = keyring_of(settings.home, keys), record["manifest_sha256"]
            found.append(write_tombstone(settings.releases, record, sha256, index, ring))
    return found


def _concerned(entry: LogEntry) -> dict[str, Any]:
    """How much of a release is withdrawn: rows of its tables that people cite."""
    rows = {table["name"]: table["rows"] for table in entry.manifest["tables"]}
    cited = ("factor", "parameter", "footprint", "benchmark", "grade")
    return {name: rows.get(name, 0) for name in cited}


def _notice(event: dict[str, Any], concerned: dict[str, Any]) -> str:
    why = f"{CHANGE_REASON.zh(event['change_reason'])} {CHANGE_REASON.en(event['change_reason'])}"
    lines = [
        f"# 发布撤回通知 Withdrawal of a release：{event['release_id']}",
        "",
        f"- 日期 date: {event['on']}",
        f"- 原因 reason: {event['text_zh']}（{why}）",
        f"- 改用 use instead: {event['successor'] or '无 none'}",
        f"- 清单哈希 manifest: {event['manifest_sha256']}",
        "",
        "整个发布撤回：其中任何数值都不应再引用。文件夹、对象与日志原样保留，旧引文仍可核对。",
        "The release is withdrawn as a whole: cite none of its figures. Its folder, objects and",
        "log stay as they are, so that old citations can still be checked.",
        "",
        "| 表 table | 行 rows |",
        "|---|---:|",
        *(f"| {name} | {rows} |" for name, rows in concerned.items()),
    ]
    return "\n".join(lines) + "\n"
