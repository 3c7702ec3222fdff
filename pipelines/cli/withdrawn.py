"""Withdrawn releases as every command says them, read from the tombstones beside the folders.

Belongs here: which releases of a home are withdrawn, and the warning an answer from one of
them carries. Does not belong here: withdrawing (``pipelines.commands.withdraw_release``).
Standard library only, so that light commands stay light.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.findings import finding
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.cli.presentation import Result
    from pipelines.findings import Finding

ENDING = ".withdrawn.json"


def tombstones(releases: Path) -> dict[str, dict[str, Any]]:
    """What the tombstones in a folder of releases say, by release id."""
    found = {}
    for path in sorted(releases.glob(f"*{ENDING}")):
        try:
            statement = json.loads(path.read_bytes())["statement"]
            found[path.name.removesuffix(ENDING)] = dict(statement)
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def warning_of(release_id: str, statement: dict[str, Any]) -> Finding:
    """The warning that a release is withdrawn."""
    return finding(
        "W-WDR-02", value=release_id, on=statement.get("on"), reason=statement.get("text_zh"),
        successor=statement.get("successor") or "-",
    )  # fmt: skip


def _home_in(words: list[str]) -> Path | None:
    for at, word in enumerate(words):
        if word == "--home" and at + 1 < len(words):
            return Path(words[at + 1])
        if word.startswith("--home="):
            return Path(word.removeprefix("--home="))
    return None


def with_warning(result: Result, words: list[str]) -> Result:
    """An answer, with the warning where it comes from a withdrawn release.

    Args:
        result: any command's answer.
        words: the words of the call, for ``--home``.
    """
    if result.release is None or result.command in {"release list", "release withdraw"}:
        return result
    found = tombstones(Settings.resolve(home=_home_in(words)).releases).get(result.release)
    if found is None or any(f.code == "W-WDR-02" for f in result.findings):
        return result
    return replace(result, findings=[*result.findings, warning_of(result.release, found)])
