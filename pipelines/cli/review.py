"""``tanyuan review``: list, show, assign, opinion, decide, return, log, verify, suspend-agency."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.presentation import Result
from pipelines.cli.review_text import life, proof_lines, queue
from pipelines.errors import WrongUsage
from pipelines.findings import finding
from pipelines.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.ledger import Entry

APP = typer.Typer(no_args_is_help=True)
Ids = Annotated[list[str], typer.Argument(help="记录或提交 records (F...) or submissions (S...)")]
By = Annotated[str, typer.Option(help="办理人员代码 who acts, an id of the register")]
On = Annotated[str | None, typer.Option(help="办理日期 day of the act, YYYY-MM-DD")]
Seeds = Annotated[Path | None, typer.Option(help="种子目录 seeds folder")]
Home = Annotated[Path | None, typer.Option(help="状态目录 home folder")]
Hash = Annotated[
    str | None, typer.Option("--hash", help="所看记录的哈希 hash of the record looked at")
]
Reasons = Annotated[
    list[str] | None,
    typer.Option("--reason", help="原因代码:字段[:单元格[:附言]] CODE:FIELD[:CELL[:NOTE]]"),
]
Conclusion = Annotated[str, typer.Option(help="accept|conditional_accept|return|reject")]
Issues = Annotated[list[str] | None, typer.Option(help="未决维度 dimension with an issue")]
Cause = Annotated[
    str | None,
    typer.Option(help="只办理机审有此代码的记录 only records with this code of the check"),
]


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(finding("E-USE-01", value="review", reason=f"--on {text}")) from error


def _reason(text: str) -> dict[str, str]:
    code, field, cell, note = [*text.split(":", 3), "", "", ""][:4]
    return {"reason_code": code, "field": field, "cell": cell, "note": note}


def _done(command: str, entries: Sequence[Entry], zh: str, en: str) -> Result:
    said = [
        {
            "index": e.index,
            "leaf_hash": e.leaf_hash,
            "id": e.record.get("decision_id") or e.record.get("event_id"),
            "event_kind": e.record.get("event_kind", "decision"),
            "subject_id": e.record.get("subject_id"),
        }
        for e in entries
    ]
    where = ", ".join(str(e.index) for e in entries) or "-"
    return Result(
        command,
        summary={"entries": len(entries)},
        data={"entries": said},
        text_zh=f"{zh}（账本 {where}）",
        text_en=f"{en} (ledger {where})",
    )


@APP.command("list")
def list_records(
    state: Annotated[str | None, typer.Option(help="状态 state")] = None,
    seeds: Seeds = None,
    home: Home = None,
) -> Result:
    """列出评审中的记录 | records under review, oldest first."""
    from pipelines.commands.review_queue import queue_of

    rows = queue_of(Settings.resolve(seeds, home), state)
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["state"]] = counts.get(row["state"], 0) + 1
    return Result(
        "review list",
        summary={"records": len(rows), **counts},
        data={"records": rows},
        text_zh=queue(rows, "zh"),
        text_en=queue(rows, "en"),
    )


@APP.command()
def show(
    record: Annotated[str, typer.Argument(help="记录 record")],
    seeds: Seeds = None,
    home: Home = None,
) -> Result:
    """一条记录的全部经过 | the whole life of a record, from the log."""
    from pipelines.commands.review_queue import life_of

    told = life_of(Settings.resolve(seeds, home), record)
    return Result("review show", data=told, text_zh=life(told, "zh"), text_en=life(told, "en"))


@APP.command()
def assign(
    ids: Ids, to: Annotated[list[str], typer.Option(help="评审专家 reviewer, repeatable")],
    by: By = "steward-01", on: On = None, seeds: Seeds = None, home: Home = None,
) -> Result:  # fmt: skip
    """指派评审专家 | ask reviewers for their opinion."""
    from pipelines.commands.review import assign as act

    entries = act(Settings.resolve(seeds, home), ids, by, to, on=_day(on))
    return _done("review assign", entries, "已指派", "assigned")


@APP.command()
def opinion(
    ids: Ids, by: By, conclusion: Conclusion, issue: Issues = None,
    reason: Annotated[str, typer.Option(help="意见 what the reviewer says")] = "",
    record_hash: Hash = None, on: On = None, seeds: Seeds = None, home: Home = None,
) -> Result:  # fmt: skip
    """提出评审意见 | give an opinion on records."""
    from pipelines.commands.review import give_opinion

    entries = give_opinion(
        Settings.resolve(seeds, home), ids, by, conclusion, issues=issue or [], reason=reason,
        record_hash=record_hash, on=_day(on),
    )  # fmt: skip
    return _done("review opinion", entries, "意见已记入", "opinion entered")


@APP.command()
def decide(
    ids: Ids, by: By, verdict: Annotated[str, typer.Option(help="admit|provisional|refuse|return")],
    reason: Reasons = None, note: Annotated[str, typer.Option(help="附言 note")] = "",
    cause: Cause = None, record_hash: Hash = None, on: On = None, seeds: Seeds = None,
    home: Home = None,
) -> Result:  # fmt: skip
    """作出入库决定（可一批） | decide records, also a batch for one cause."""
    from pipelines.commands.review import decide as act

    entries = act(
        Settings.resolve(seeds, home), ids, by, verdict, reasons=[_reason(r) for r in reason or []],
        note=note, cause=cause, record_hash=record_hash, on=_day(on),
    )  # fmt: skip
    return _done("review decide", entries, "决定已记入", "decision entered")


@APP.command("return")
def return_for_correction(
    ids: Ids, by: By, reason: Reasons = None,
    note: Annotated[str, typer.Option(help="附言 note")] = "", cause: Cause = None,
    on: On = None, seeds: Seeds = None, home: Home = None,
) -> Result:  # fmt: skip
    """退回修改，原因取自清单并指到单元格 | return for correction, with coded reasons."""
    from pipelines.commands.review import decide as act

    entries = act(
        Settings.resolve(seeds, home), ids, by, "return",
        reasons=[_reason(r) for r in reason or []], note=note, cause=cause, on=_day(on),
    )  # fmt: skip
    return _done("review return", entries, "已退回", "returned")


@APP.command()
def reasons(seeds: Seeds = None) -> Result:
    """退回原因清单 | the coded reasons for a return."""
    from pipelines.admit.review_rule import read_review_rule

    known = read_review_rule(Settings.resolve(seeds).seeds).reasons.values()
    return Result(
        "review reasons",
        summary={"reasons": len(known)},
        data={
            "reasons": [
                {"reason_code": r.reason_code, "fields": list(r.field_names), "zh": r.zh,
                 "en": r.en}
                for r in known
            ]
        },
        text_zh="\n".join(
            f"{r.reason_code:<10} {r.zh}（{'、'.join(r.field_names)}）" for r in known
        ),
        text_en="\n".join(
            f"{r.reason_code:<10} {r.en} ({', '.join(r.field_names)})" for r in known
        ),
    )  # fmt: skip


@APP.command()
def log(
    record: Annotated[str | None, typer.Argument(help="记录 record, all when left out")] = None,
    prove: Annotated[str | None, typer.Option(help="为该决定或事件出具证明 prove this id")] = None,
    seeds: Seeds = None, home: Home = None,
) -> Result:  # fmt: skip
    """账本经过；--prove 出具包含证明 | the log; --prove gives an inclusion proof."""
    from pipelines.commands.review_queue import log_of, proof_of, subject_of

    settings = Settings.resolve(seeds, home)
    if prove is not None:
        proof = proof_of(settings, subject_of(settings, prove))
        return Result("review log", data={"proof": proof}, text_zh=proof_lines(proof, "zh"),
                      text_en=proof_lines(proof, "en"))  # fmt: skip
    told = log_of(settings, None if record is None else subject_of(settings, record))
    lines = [
        f"{e['index']:>6} {e['on']} {e['event_kind']:<18} {e['by']:<14} {e['subject_id'] or ''}"
        + (f" ✗ {', '.join(e['void'])}" if e["void"] else "")
        for e in told["events"]
    ]
    head_zh = f"账本 {told['size']} 条，根 {told['root'][:16]}…"
    head_en = f"ledger of {told['size']} entries, root {told['root'][:16]}..."
    return Result(
        "review log",
        summary={"size": told["size"], "events": len(told["events"]),
                 "void": sum(bool(e["void"]) for e in told["events"])},
        data=told,
        text_zh="\n".join([head_zh, *lines]),
        text_en="\n".join([head_en, *lines]),
    )  # fmt: skip


@APP.command()
def verification(
    record: Annotated[str, typer.Argument(help="记录 record (factor id)")],
    agency: Annotated[str, typer.Option(help="核查机构 verification body")],
    by: By, representativeness: Annotated[int, typer.Option(help="代表性 1-5")],
    accuracy: Annotated[int, typer.Option(help="准确性 1-5")],
    completeness: Annotated[int, typer.Option(help="完整性 1-5")],
    consistency: Annotated[int, typer.Option(help="一致性 1-5")],
    note_zh: Annotated[str, typer.Option(help="说明")] = "",
    note_en: Annotated[str, typer.Option(help="note")] = "",
    record_hash: Hash = None, on: On = None, seeds: Seeds = None, home: Home = None,
) -> Result:  # fmt: skip
    """登记第三方核查及四项评级 | record a third-party verification with its four ratings."""
    from pipelines.commands.agencies import record_verification
    from pipelines.commands.review_queue import hash_of, subject_of

    settings = Settings.resolve(seeds, home)
    record = subject_of(settings, record)
    ratings = {
        "representativeness": representativeness, "accuracy": accuracy,
        "completeness": completeness, "consistency": consistency,
    }  # fmt: skip
    entries = record_verification(
        settings, by, agency_id=agency, subject_id=record,
        record_hash=record_hash or hash_of(settings, record), ratings=ratings,
        note_zh=note_zh, note_en=note_en, on=_day(on),
    )  # fmt: skip
    return _done("review verification", entries, "核查已登记", "verification recorded")


@APP.command("suspend-agency")
def suspend_agency(
    agency: Annotated[str, typer.Argument(help="核查机构 verification body")],
    by: By, reason: Annotated[str, typer.Option(help="原因 why")],
    standing: Annotated[str, typer.Option(help="suspended|withdrawn|active")] = "suspended",
    on: On = None, seeds: Seeds = None, home: Home = None,
) -> Result:  # fmt: skip
    """暂停或撤销核查机构，列出全部受影响对象 | suspend a body and list what depends on it."""
    from pipelines.commands.agencies import set_standing
    from pipelines.commands.dependents import dependents_in_head

    settings = Settings.resolve(seeds, home)
    entries = set_standing(settings, by, agency, standing, reason, on=_day(on))
    found = dependents_in_head(settings, agency)
    kinds: dict[str, int] = {}
    for row in found:
        kinds[row["object_kind"]] = kinds.get(row["object_kind"], 0) + 1
    done = _done(
        "review suspend-agency", entries, f"{agency} 已记为 {standing}", f"{agency} is {standing}"
    )
    done.summary = {**done.summary, **kinds}
    done.data = {**done.data, "dependents": found}
    rows = [f"  {r['object_kind']:<10} {r['object_id']} {r['via']}" for r in found]
    done.text_zh = "\n".join([done.text_zh, f"当前发布中受影响 {len(found)} 个：", *rows])
    done.text_en = "\n".join([done.text_en, f"{len(found)} dependents in the head release:", *rows])
    return done
