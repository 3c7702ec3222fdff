"""Options that the commands of ``tanyuan grade`` share.

Belongs here: the options and the day they name. Does not belong here: any command.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import WrongUsage
from pipelines.findings import finding

Seeds = Annotated[Path | None, typer.Option(help="种子目录 seeds folder")]
Day = Annotated[str | None, typer.Option(help="日期 day, YYYY-MM-DD")]


def day_of(on: str | None, seeds: Path) -> dt.date:
    """The day asked for; by default the one the next release carries."""
    if on is None:
        from pipelines.publish.release_plan import read_plan

        return read_plan(seeds).released_on
    try:
        return dt.date.fromisoformat(on)
    except ValueError as error:
        raise WrongUsage(
            finding("E-USE-02", value=on, what_zh="日期", what_en="date", expected=["2026-11-21"])
        ) from error
