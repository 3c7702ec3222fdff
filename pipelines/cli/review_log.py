"""``tanyuan review log | check-proof``: what the ledger tells; proofs given and checked."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - the command line reads annotations
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.presentation import Result
from pipelines.cli.review_options import Home, Seeds  # noqa: TC001 - read by the command line
from pipelines.cli.review_text import proof_lines
from pipelines.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

PublicKeys = Annotated[
    list[str] | None, typer.Option("--key", help="可信公钥 trusted public key, repeatable")
]


def log(
    record: Annotated[str | None, typer.Argument(help="记录 record, all when left out")] = None,
    prove: Annotated[str | None, typer.Option(help="为该决定或事件出具证明 prove this id")] = None,
    since: Annotated[
        Path | None, typer.Option(help="与留存的检查点核对 against a checkpoint kept")
    ] = None,
    key: PublicKeys = None,
    seeds: Seeds = None, home: Home = None,
) -> Result:  # fmt: skip
    """账本经过；--prove 出具证明；--since 与检查点核对 | the log, a proof, against a checkpoint."""
    from pipelines.commands.review_queue import log_of, proof_of, subject_of

    settings = Settings.resolve(seeds, home)
    if since is not None:
        return _since(settings, since, key or [])
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


def _since(settings: Settings, checkpoint: Path, keys: Sequence[str]) -> Result:
    from pipelines.commands.proof_check import since_checkpoint

    told = since_checkpoint(settings, checkpoint, keys)
    return Result(
        "review log",
        summary={"size": told["size"], "grown": told["grown"]},
        data=dict(told),
        text_zh=f"账本 {told['size']} 条，前 {told['since']} 条与检查点相符，"
        f"其后新增 {told['grown']} 条",
        text_en=f"ledger of {told['size']}; its first {told['since']} are those of the checkpoint, "
        f"{told['grown']} were added",
    )


def check_proof(
    proof: Annotated[Path, typer.Argument(help="证明 proof: the JSON of review log --prove")],
    checkpoint: Annotated[
        Path | None, typer.Option(help="检查点 checkpoint the root must be that of")
    ] = None,
    key: PublicKeys = None,
) -> Result:
    """核验他人给出的证明，不需本系统的状态 | check a proof somebody gave; needs no home."""
    from pipelines.commands.proof_check import check_proof as check

    told = check(proof, checkpoint, key or [])
    beside = (
        ("，根即检查点的根", ", and the root is that of the checkpoint")
        if told["checkpoint"]
        else ("；未与检查点核对", "; not checked against a checkpoint")
    )
    verdict = told["record"].get("verdict") or told["record"].get("event_kind")
    return Result(
        "review check-proof",
        summary={"index": told["index"], "size": told["size"]},
        data=told,
        text_zh=f"{told['id']}（{verdict}）确为账本第 {told['index']} 条，"
        f"共 {told['size']} 条{beside[0]}",
        text_en=f"{told['id']} ({verdict}) is entry {told['index']} of {told['size']}{beside[1]}",
    )
