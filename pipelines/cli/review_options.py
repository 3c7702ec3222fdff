"""What the commands of ``tanyuan review`` take, and how an act that was entered is told.

Belongs here: options, how typed words become reasons and judgements. Does not belong here:
the commands (``review``, ``review_agency``).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.presentation import Result
from pipelines.errors import WrongUsage
from pipelines.findings import finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.ledger import Entry

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
Judged = Annotated[
    str | None,
    typer.Option(help="等级:依据，等级 full|adequate|insufficient LEVEL:EVIDENCE"),
]
Cause = Annotated[
    str | None,
    typer.Option(help="只办理机审有此代码的记录 only records with this code of the check"),
]


def day_of(text: str | None) -> dt.date | None:
    """The day as typed; None when none was.

    Raises:
        WrongUsage: it is no day.
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(
            finding("E-USE-01", value="review", what_en=f"--on {text}", what_zh=f"--on {text}")
        ) from error


def reason_of(text: str) -> dict[str, str]:
    """A coded reason as typed: ``CODE:FIELD:CELL:NOTE``."""
    code, field, cell, note = [*text.split(":", 3), "", "", ""][:4]
    return {"reason_code": code, "field": field, "cell": cell, "note": note}


def judgements_of(**said: str | None) -> list[dict[str, str]]:
    """Judgements in words as typed: ``LEVEL:EVIDENCE``, the colon of either script."""
    parts = {name: text.replace("：", ":", 1).partition(":") for name, text in said.items() if text}
    return [
        {"criterion": name, "level": level.strip(), "evidence": evidence.strip()}
        for name, (level, _, evidence) in parts.items()
    ]


def done(command: str, entries: Sequence[Entry], zh: str, en: str) -> Result:
    """An act that stands in the ledger, with where."""
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
