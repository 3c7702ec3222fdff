"""``tanyuan submit``: a file taken in: stored by hash, checked, queued for review."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path  # noqa: TC003 - the command line reads annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.check import answer, progress_of, returned
from pipelines.cli.presentation import Result  # noqa: TC001 - read by the command line
from pipelines.errors import WrongUsage
from pipelines.findings import finding
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.commands.submission import Taken


def APP(  # noqa: N802 - the command line looks for this name in every group
    file: Annotated[Path, typer.Argument(help="报送文件 file: xlsx, xls, ods, csv")],
    by: Annotated[str, typer.Option(help="报送岗位代码 who hands in, an id of the register")],
    answers: Annotated[
        str | None, typer.Option(help="所答复的报送编号 the submission it answers")
    ] = None,
    on: Annotated[str | None, typer.Option(help="日期 day, YYYY-MM-DD")] = None,
    return_dir: Annotated[
        Path | None, typer.Option(help="退回件写入此目录 write the returned workbook here")
    ] = None,
    seeds: Annotated[Path | None, typer.Option(help="种子目录 seeds folder")] = None,
    home: Annotated[Path | None, typer.Option(help="状态目录 home folder")] = None,
) -> Result:
    """收件：按哈希存储、检查、排入评审 | take a submission in: store, check, queue."""
    from pipelines.commands.submission import submit

    settings = Settings.resolve(seeds, home)
    with progress_of(file.name) as tell:
        taken = submit(settings, file, by, answers=answers, on=_day(on), progress=tell)
    outputs: list[dict[str, str]] = []
    if taken.is_new:
        outputs.append({"kind": "object", "path": taken.checked.workbook.sha256})
    if return_dir is not None and taken.checked.findings:
        outputs += returned(taken.checked, return_dir, settings)
    made = answer("submit", [taken.checked], outputs, **_data(taken))
    return dataclasses.replace(
        made,
        text_zh="\n".join([made.text_zh, *_lines(taken, 0)]),
        text_en="\n".join([made.text_en, *_lines(taken, 1)]),
    )


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(
            finding("E-USE-01", value="submit", what_en=f"--on {text}", what_zh=f"--on {text}")
        ) from error


def _data(taken: Taken) -> dict[str, Any]:
    compared = taken.comparison
    return {
        "submission_id": taken.submission_id,
        "state": "submitted" if taken.submission_id else "refused",
        "is_new": taken.is_new,
        "is_rechecked": taken.is_rechecked,
        "previous": taken.previous,
        "comparison": dataclasses.asdict(compared) if compared else None,
        "event_id": taken.event.get("event_id"),
    }


def _lines(taken: Taken, language: int) -> list[str]:
    if taken.submission_id is None:
        return [("未收件，请改正后重新提交", "not taken in; mend it and send it again")[language]]
    name = taken.submission_id
    if taken.is_rechecked:
        return [
            (
                f"{name}：文件早已收到；规则有变，已重新检查",
                f"{name}: known; checked again, for the rules have changed",
            )[language]
        ]
    if not taken.is_new:
        return [(f"{name}：与已收到的文件字节相同，规则未变，不再登记",
                 f"{name}: the same bytes are held, the rules are the same; nothing to do")[
                     language]]  # fmt: skip
    lines = [(f"{name}：已收件，待评审", f"{name}: taken in, waiting for review")[language]]
    if taken.comparison is not None:
        n = taken.comparison.counts()
        lines.append(
            (
                f"  与 {taken.previous} 相比：已改 {n['fixed']}，未改 {n['still_open']}，新增 "
                f"{n['new']}，未要求而改动 {n['changed_unasked']}；"
                f"只有 {n['rows_changed']} 行需再看",
                f"  against {taken.previous}: fixed {n['fixed']}, still open {n['still_open']}, "
                f"new {n['new']}, changed without being asked {n['changed_unasked']}; "
                f"{n['rows_changed']} rows to look at again",
            )[language]
        )
    return lines
