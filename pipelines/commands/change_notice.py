"""The notice of a release: what was mended or taken back, and everything that rested on it.

Belongs here: the factors a release takes back or mends, their dependents in the release before,
the notice people are sent. Does not belong here: the act of a recall (``recall``), why a factor
changed (``pipelines.publish.reason``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipelines.commands.recall import dependents_of
from pipelines.publish.store import Store
from schemas.vocabularies import CHANGE_REASON

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.settings import Settings

# Reasons that those who used the old figure must hear of.
TOLD = ("correction", "recall", "expiry")


@dataclass(frozen=True)
class Concerned:
    """A factor mended or taken back, why, and what rested on it in the release before."""

    factor_id: str
    reason: str
    classes: tuple[str, ...]
    successor: str | None
    dependents: tuple[tuple[str, str], ...]


def concerned(parent: Path, folder: Path) -> list[Concerned]:
    """What a release mends or takes back.

    Args:
        parent: folder of the release before.
        folder: folder of the release.

    Returns:
        One entry per factor and reason, in the order of ``TOLD``, then by id.
    """
    changes = pl.read_parquet(folder / "data" / "change.parquet")
    told = changes.filter(pl.col("change_reason").is_in(TOLD) & (pl.col("change_class") != "added"))
    found = []
    for (name, reason), rows in told.group_by("factor_id", "change_reason"):
        rests = dependents_of(parent, str(name))
        found.append(
            Concerned(
                str(name), str(reason), tuple(rows["change_class"].unique().sort()),
                next(iter(rows["successor"].drop_nulls()), None),
                tuple((d["object_kind"], d["object_id"]) for d in rests),
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (TOLD.index(one.reason), one.factor_id))


def write_change_notice(settings: Settings, release_id: str) -> tuple[list[Concerned], Path | None]:
    """Write the notice of a release; derived, so that writing it again gives the same bytes.

    Args:
        settings: seeds and home.
        release_id: a committed release.

    Returns:
        What it concerns, and where the notice lies; no file where nothing is concerned.

    Raises:
        KeyError: no such release.
        OSError: the disk refused.
    """
    store = Store(settings)
    store.recover()
    entries = {entry.release_id: entry for entry in store.entries()}
    before = entries[release_id].manifest["parent_release"]
    if before is None:
        return [], None
    found = concerned(store.folder(before), store.folder(release_id))
    if not found:
        return [], None
    path = settings.home / "notices" / f"{release_id}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_notice(release_id, before, found), "utf-8")
    return found, path


def _notice(release_id: str, before: str, found: list[Concerned]) -> str:
    lines = [
        f"# 变更通知 Notice of changes：{before} → {release_id}",
        "",
        "下列因子已勘误、召回或授权届满；依据它的对象在本发布中重新计算，请改用新的数值。",
        "The factors below were mended, recalled, or their right has ended; what rests on them is",
        "computed again in this release: use the new figures.",
    ]
    for one in found:
        why = f"{CHANGE_REASON.zh(one.reason)} {CHANGE_REASON.en(one.reason)}"
        lines += ["", f"## {one.factor_id}：{why}", ""]
        lines += [f"- 后继因子 successor: {one.successor or '无 none'}"]
        lines += [f"- {kind} {name}" for kind, name in one.dependents]
    return "\n".join(lines) + "\n"
