"""``tanyuan rules``: every finding code, explained with a bad and a good example."""

from __future__ import annotations

import difflib
from dataclasses import asdict

import typer

from pipelines.cli.presentation import Result
from pipelines.errors import WrongUsage
from pipelines.findings import catalogue, finding

APP = typer.Typer(no_args_is_help=True)


@APP.command("list")
def list_codes() -> Result:
    """每个代码一行 | every code, one line each."""
    entries = catalogue().values()
    return Result(
        "rules list",
        summary={"codes": len(entries)},
        data=[asdict(e) for e in entries],
        text_zh="\n".join(f"{e.code:<14} {e.severity:<8} {e.zh}" for e in entries),
        text_en="\n".join(f"{e.code:<14} {e.severity:<8} {e.en}" for e in entries),
    )


@APP.command()
def explain(code: str) -> Result:
    """解释一个代码 | explain one code."""
    entry = catalogue().get(code)
    if entry is None:
        near = difflib.get_close_matches(code, catalogue(), n=3, cutoff=0.3)
        raise WrongUsage(
            finding("E-USE-02", value=code, what_zh="规则代码", what_en="code", expected=near)
        )
    return Result(
        "rules explain",
        data=asdict(entry),
        text_zh=f"{entry.code}（{entry.severity}）\n{entry.zh}\n改法：{entry.fix_zh}\n"
        f"错例：{entry.bad}\n正例：{entry.good}\n怎样试：{entry.tried}",
        text_en=f"{entry.code} ({entry.severity})\n{entry.en}\nTo mend: {entry.fix_en}\n"
        f"Bad: {entry.bad}\nGood: {entry.good}\nTried: {entry.tried}",
    )
