"""Taking a published factor back: the event in the ledger, everything it touches, the notices.

Belongs here: the one way a recall or withdrawal is entered. Does not belong here: what it
does to the next release (``pipelines.publish.recall``). Nothing is deleted: the factor
becomes a tombstone, old releases stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from pipelines.errors import Conflict, WrongUsage
from pipelines.findings import finding
from pipelines.identity import record_id
from pipelines.ledger import Ledger
from pipelines.publish.recall import KINDS, RECALL, taken_back
from pipelines.publish.release_plan import read_plan
from pipelines.publish.store import Store
from pipelines.settings import REPOSITORY
from schemas.vocabularies import CHANGE_REASON

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from pipelines.settings import Settings

QUERY = REPOSITORY / "sql" / "dependents" / "of_factors.sql"
TABLES = ("factor", "evidence", "footprint_line", "grade", "benchmark", "product")


@dataclass(frozen=True)
class TakenBack:
    """A factor taken back: the event, its place in the ledger, what rests on it, the notice."""

    event: dict[str, Any]
    ledger_index: int
    release_id: str
    dependents: list[dict[str, str]]
    notice: Path


def dependents_of(folder: Path, factor_id: str) -> list[dict[str, str]]:
    """Everything in a release that rests on a factor.

    Args:
        folder: a release folder.
        factor_id: the factor.

    Returns:
        ``object_kind`` (factor, footprint, grade, benchmark) and ``object_id``, sorted. A
        benchmark is named where a dependent product is graded under it.
    """
    con = duckdb.connect(config={"threads": 1})
    try:
        for name in TABLES:
            path = str(folder / "data" / f"{name}.parquet").replace("'", "''")
            con.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")
        con.execute("CREATE TABLE root AS SELECT $1 AS factor_id", [factor_id])
        rows = [(k, i) for _, k, i in con.execute(QUERY.read_text("utf-8")).fetchall()]
        graded = [name for kind, name in rows if kind == "grade"]
        rules = con.execute(
            "SELECT DISTINCT rule_id FROM grade WHERE list_contains($1::VARCHAR[], product_id)",
            [graded],
        ).fetchall()
    finally:
        con.close()
    found = sorted({*rows, *(("benchmark", name) for (name,) in rules)})
    return [{"object_kind": kind, "object_id": name} for kind, name in found]


def take_back(
    settings: Settings,
    factor_id: str,
    kind: str,
    *,
    reason: str,
    change_reason: str,
    role: str,
    on: dt.date | None = None,
    successor: str | None = None,
) -> TakenBack:
    """Enter a recall or withdrawal and write its notice.

    Args:
        settings: seeds and home.
        factor_id: a factor of the head release.
        kind: one of ``KINDS``.
        reason: in plain words; goes into the change table and the notice.
        change_reason: class of the reason.
        role: who takes it back, as a role.
        on: day of the act; by default the date the next release carries.
        successor: the factor to use instead.

    Returns:
        What was entered and everything that rests on the factor. Entering the same again
        changes nothing.

    Raises:
        WrongUsage: no release yet, no such factor or successor, an unknown reason.
        Conflict: the factor was taken back before, for another reason.
        UnreadableInput: the log or the ledger is damaged.
        OSError: the disk refused.
    """
    store = Store(settings)
    head = store.head()
    if head is None:
        raise WrongUsage(finding("E-USE-03"))
    store.recover()
    folder = store.folder(head.release_id)
    _known(folder, factor_id, successor, change_reason)
    event = {
        "event_id": record_id("X", kind, factor_id, reason),
        "event_kind": kind,
        "factor_id": factor_id,
        "change_reason": change_reason,
        "text_zh": reason,
        "text_en": reason,
        "successor": successor,
        "role": role,
        "release_id": head.release_id,
        "on": str(on or read_plan(settings.seeds).released_on),
    }
    ledger = Ledger(settings.home / "ledger")
    before = taken_back([entry.record for entry in ledger.entries()])
    stands = next((e for e in before if e["factor_id"] == factor_id), None)
    if stands is not None and stands["event_id"] != event["event_id"]:
        raise Conflict(finding("E-RCL-01", value=factor_id, found=stands["text_zh"]))
    entry = ledger.enter([event])[str(event["event_id"])]
    found = dependents_of(folder, factor_id)
    notice = settings.home / "notices" / f"{event['event_id']}.md"
    notice.parent.mkdir(parents=True, exist_ok=True)
    notice.write_text(_notice(entry.record, found), "utf-8")
    return TakenBack(entry.record, entry.index, head.release_id, found, notice)


def _known(folder: Path, factor_id: str, successor: str | None, reason: str) -> None:
    path = str(folder / "data" / "factor.parquet")
    con = duckdb.connect(config={"threads": 1})
    for name in filter(None, (factor_id, successor)):
        sql = "SELECT count(*) FROM read_parquet($1) WHERE factor_id = $2"
        row = con.execute(sql, [path, name]).fetchone()
        if not row or not row[0]:
            raise WrongUsage(finding("E-USE-02", value=name, what_zh="因子", what_en="factor"))
    con.close()
    known_reason(reason)


def known_reason(reason: str) -> None:
    """Refuse a class of reason that is not in the list.

    Raises:
        WrongUsage: it is unknown; the finding lists the known ones.
    """
    if reason not in CHANGE_REASON.codes:
        raise WrongUsage(
            finding(
                "E-USE-02", value=reason, what_zh="变更原因", what_en="reason of a change",
                expected=list(CHANGE_REASON.codes),
            )
        )  # fmt: skip


def _notice(event: dict[str, Any], dependents: list[dict[str, str]]) -> str:
    recalled = event["event_kind"] == RECALL
    title = ("召回通知", "Recall notice") if recalled else ("撤回通知", "Withdrawal notice")
    lines = [
        f"# {title[0]} {title[1]}：{event['factor_id']}",
        "",
        f"- 发布 release: {event['release_id']}",
        f"- 日期 date: {event['on']}",
        f"- 原因 reason: {event['text_zh']}（{CHANGE_REASON.zh(event['change_reason'])} "
        f"{CHANGE_REASON.en(event['change_reason'])}）",
        f"- 后继因子 successor: {event['successor'] or '无 none'}",
        "",
        "下列对象以该因子为依据，下一发布将重新计算；旧发布保持原样，请勿再引用其中的相应数值。",
        "The following rest on this factor and are computed again in the next release; old "
        "releases stay as they are, but do not cite these figures any more.",
        "",
        "| 对象 kind | 编号 id |",
        "|---|---|",
        *(f"| {d['object_kind']} | {d['object_id']} |" for d in dependents),
    ]
    return "\n".join(lines) + "\n"


__all__ = ["KINDS", "RECALL", "TakenBack", "dependents_of", "take_back"]
