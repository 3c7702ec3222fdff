"""``tanyuan review``: list, show, assign, opinion, decide, return, log; reasons to choose from."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import review_agency, review_log
from pipelines.cli.presentation import Result
from pipelines.cli.review_options import (
    By,
    Cause,
    Conclusion,
    Hash,
    Home,
    Ids,
    Issues,
    Judged,
    On,
    Reasons,
    Seeds,
    day_of,
    done,
    judgements_of,
    reason_of,
)
from pipelines.cli.review_text import life, queue
from pipelines.settings import Settings

APP = typer.Typer(no_args_is_help=True)


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

    entries = act(Settings.resolve(seeds, home), ids, by, to, on=day_of(on))
    return done("review assign", entries, "已指派", "assigned")


@APP.command()
def opinion(
    ids: Ids, by: By, conclusion: Conclusion, rigour: Judged = None, traceability: Judged = None,
    issue: Issues = None,
    reason: Annotated[str, typer.Option(help="意见 what the reviewer says")] = "",
    record_hash: Hash = None, on: On = None, seeds: Seeds = None, home: Home = None,
) -> Result:  # fmt: skip
    """提出评审意见 | give an opinion on records."""
    from pipelines.commands.review import give_opinion

    entries = give_opinion(
        Settings.resolve(seeds, home), ids, by, conclusion, issues=issue or [],
        judgements=judgements_of(rigour=rigour, traceability=traceability), reason=reason,
        record_hash=record_hash, on=day_of(on),
    )  # fmt: skip
    return done("review opinion", entries, "意见已记入", "opinion entered")


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
        Settings.resolve(seeds, home), ids, by, verdict,
        reasons=[reason_of(r) for r in reason or []], note=note, cause=cause,
        record_hash=record_hash, on=day_of(on),
    )  # fmt: skip
    return done("review decide", entries, "决定已记入", "decision entered")


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
        reasons=[reason_of(r) for r in reason or []], note=note, cause=cause, on=day_of(on),
    )  # fmt: skip
    return done("review return", entries, "已退回", "returned")


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


APP.command("log")(review_log.log)
APP.command("check-proof")(review_log.check_proof)
APP.command("verification")(review_agency.verification)
APP.command("suspend-agency")(review_agency.suspend_agency)
APP.command("dependents")(review_agency.dependents)
