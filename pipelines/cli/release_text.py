"""What the release commands say: a verification, a plan, a comparison, a factor taken back.

Belongs here: one ``Result`` per kind of answer. Does not belong here: parsing (``release``).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pipelines.cli.presentation import Result
from pipelines.cli.withdrawn import warning_of
from pipelines.findings import finding
from schemas.vocabularies import CHANGE_CLASS, CHANGE_REASON

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import polars as pl

    from pipelines.commands.change_notice import Concerned
    from pipelines.commands.recall import TakenBack
    from pipelines.commands.withdraw_release import Withdrawn
    from pipelines.findings import Finding
    from pipelines.publish import Plan
    from pipelines.publish.plan import Difference

SHOWN = 20


def verify_result(outcome: dict[str, Any]) -> Result:
    """A verification."""
    faults = [
        finding("E-REL-08", value=fault["check"], found=fault["what"])
        for fault in outcome["faults"]
    ]
    gone = outcome.get("withdrawn")
    told = [warning_of(outcome["release_id"], gone)] if gone else []
    total = sum(outcome["checks"].values())
    name = outcome["release_id"] or "?"
    is_demonstration = outcome["keys"] == "demonstration"
    keys = ("演示密钥", "demonstration keys") if is_demonstration else ("正式密钥", "named keys")
    return Result(
        "release verify",
        release=outcome["release_id"] or None,
        summary={"checks": total, "faults": len(faults)},
        findings=[*faults, *told],
        data=outcome,
        text_zh=f"发布 {name}：核验 {total} 项，"
        + (f"{len(faults)} 处不符" if faults else f"全部相符（签名：{keys[0]}）"),
        text_en=f"release {name}: {total} checks, "
        + (f"{len(faults)} faults" if faults else f"all hold (signed with {keys[1]})"),
    )


def _line(row: dict[str, Any], column: int) -> str:
    word = ("zh", "en")[column]
    kind = getattr(CHANGE_CLASS, word)(row["change_class"])
    why = getattr(CHANGE_REASON, word)(row["change_reason"])
    relative = row["relative_change"]
    size = "" if relative is None else f" ({relative:+.2%})"
    moved = ("影响产品", "products moved")[column]
    effect = f"; {moved}: {', '.join(row['products_moved'])}" if row["products_moved"] else ""
    was, now = row["old_text"] or "-", row["new_text"] or "-"
    then = f" => {row['successor']}" if row["successor"] else ""
    return (
        f"  {row['factor_id']}@{row['version']}  {kind}/{why}  {row['column_name']}: "
        f"{was} -> {now}{size}{then}{effect}"
    )


def _lines(changes: pl.DataFrame, column: int) -> list[str]:
    rows = changes.head(SHOWN).to_dicts()
    lines = [_line(row, column) for row in rows]
    more = changes.height - len(rows)
    if more > 0:
        lines.append((f"  另有 {more} 处，见 --json", f"  {more} more, see --json")[column])
    return lines


def _counts(changes: pl.DataFrame) -> dict[str, int]:
    counted = changes.group_by("change_class").len().sort("change_class")
    return dict(counted.iter_rows())


def plan_result(plan: Plan, left_out: Sequence[Finding] = ()) -> Result:
    """A plan; its blockers, and the submissions it leaves out, are the findings."""
    name = plan.release_id or "?"
    counts = _counts(plan.changes)
    heads = (
        f"计划发布 {name}（上一发布 {plan.parent or '无'}）：变更 {plan.changes.height} 处，"
        f"移动足迹 {len(plan.products_moved)} 个、等级 {len(plan.products_regraded)} 个，"
        f"阻碍 {len(plan.blockers)} 项",
        f"planned release {name} (parent {plan.parent or 'none'}): {plan.changes.height} changes, "
        f"{len(plan.products_moved)} footprints and {len(plan.products_regraded)} classes moved, "
        f"{len(plan.blockers)} blockers",
    )
    if not plan.is_new:
        heads = (
            f"内容与当前发布 {plan.parent} 相同，无可发布",
            f"the head {plan.parent} already holds this content; nothing to publish",
        )
    texts = [
        "\n".join([heads[i], *(_lines(plan.changes, i) if plan.is_new else [])]) for i in (0, 1)
    ]
    return Result(
        "release plan",
        release=plan.parent,
        summary={**plan.figures, **counts, "blockers": len(plan.blockers)},
        findings=[*plan.blockers, *left_out],
        data={
            "release_id": plan.release_id,
            "parent_release": plan.parent,
            "is_new": plan.is_new,
            "changes": plan.changes.to_dicts(),
            "products_moved": list(plan.products_moved),
            "products_regraded": list(plan.products_regraded),
            "blockers": [b.as_json() for b in plan.blockers],
        },
        text_zh=texts[0],
        text_en=texts[1],
    )


def diff_result(old: str, new: str, found: Difference) -> Result:
    """A comparison of two releases."""
    counts = _counts(found.changes)
    heads = (
        f"{old} → {new}：变更 {found.changes.height} 处，未变因子 {found.same} 个，"
        f"移动足迹 {len(found.products_moved)} 个、等级 {len(found.products_regraded)} 个",
        f"{old} -> {new}: {found.changes.height} changes, {found.same} factors unchanged, "
        f"{len(found.products_moved)} footprints and {len(found.products_regraded)} classes moved",
    )
    texts = ["\n".join([heads[i], *_lines(found.changes, i)]) for i in (0, 1)]
    return Result(
        "release diff",
        release=new,
        summary={**counts, "unchanged": found.same},
        data={
            "from": old,
            "to": new,
            "changes": found.changes.to_dicts(),
            "products_moved": list(found.products_moved),
            "products_regraded": list(found.products_regraded),
        },
        text_zh=texts[0],
        text_en=texts[1],
    )


def notices_result(release: str, found: list[Concerned], path: Path | None) -> Result:
    """The notice of a release."""
    lines = [
        f"{one.factor_id}  {CHANGE_REASON.zh(one.reason)} {CHANGE_REASON.en(one.reason)}: "
        + (", ".join(f"{kind} {name}" for kind, name in one.dependents) or "-")
        for one in found
    ]
    return Result(
        "release notices",
        release=release,
        summary={"factors": len(found), "dependents": sum(len(one.dependents) for one in found)},
        outputs=[{"kind": "notice", "path": str(path)}] if path else [],
        data=[asdict(one) for one in found],
        text_zh="\n".join(lines) or f"发布 {release} 没有勘误、召回或届满",
        text_en="\n".join(lines) or f"release {release} mends nothing and takes nothing back",
    )


def release_withdrawn_result(done: Withdrawn) -> Result:
    """A release withdrawn."""
    event = done.event
    name, use = event["release_id"], event["successor"]
    return Result(
        "release withdraw",
        release=name,
        summary={**done.concerned, "ledger_index": done.ledger_index},
        outputs=[
            {"kind": "notice", "path": str(done.notice)},
            {"kind": "tombstone", "path": str(done.tombstone)},
        ],
        data={"event": event, "ledger_index": done.ledger_index, "concerned": done.concerned},
        text_zh=f"发布 {name} 已撤回（账本 {done.ledger_index}），文件原样保留；改用 {use or '-'}\n"
        f"通知 {done.notice}\n接着：tanyuan release publish，使下一发布写明这次撤回",
        text_en=f"release {name} is withdrawn (ledger {done.ledger_index}), its files stay; "
        f"use {use or '-'}\nnotice {done.notice}\n"
        "next: tanyuan release publish, so that the next release says so",
    )


def taken_back_result(done: TakenBack) -> Result:
    """A factor taken back."""
    event, found = done.event, done.dependents
    verb = (
        ("召回", "recalled") if event["event_kind"] == "factor_recalled" else ("撤回", "withdrawn")
    )
    name = event["factor_id"]
    rows = "\n".join(f"  {d['object_kind']} {d['object_id']}" for d in found)
    return Result(
        "release recall" if verb[1] == "recalled" else "release withdraw",
        release=done.release_id,
        summary={"dependents": len(found), "ledger_index": done.ledger_index},
        outputs=[{"kind": "notice", "path": str(done.notice)}],
        data={"event": event, "ledger_index": done.ledger_index, "dependents": found},
        text_zh=f"因子 {name} 已{verb[0]}（账本 {done.ledger_index}），"
        f"依据它的对象 {len(found)} 个：\n{rows}\n通知 {done.notice}\n"
        "接着：tanyuan release plan，再 tanyuan release publish 重新计算",
        text_en=f"factor {name} is {verb[1]} (ledger {done.ledger_index}); "
        f"{len(found)} rest on it:\n{rows}\nnotice {done.notice}\n"
        "next: tanyuan release plan, then tanyuan release publish to compute again",
    )
