"""What a release would be, before anything is written: id, changes, effect, blockers.

Belongs here: the plan of the next release and the comparison of any two releases. Does not
belong here: publishing (``release``), showing (the command line).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import TanyuanError
from pipelines.publish.change import PARENT, Changes, changes_of, read_tier_rule
from pipelines.publish.comparison import compare
from pipelines.publish.content import content_sha256, to_show
from pipelines.publish.effect import effect_of
from pipelines.publish.gate import require_contracts
from pipelines.publish.reason import Statement, read_statements
from pipelines.publish.release import head_tables, info_row
from pipelines.publish.release_plan import next_id, read_plan
from pipelines.publish.seal import require_signers
from pipelines.publish.store import Store
from pipelines.publish.version import require_versions
from schemas import PUBLISHED
from schemas.release import RELEASE_INFO
from schemas.render.frame import empty, frame_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pipelines.findings import Finding
    from pipelines.settings import Settings
    from pipelines.signing import Keyring

# What a reader must see first: errors mended, then what is gone, then large changes.
ORDER = (
    pl.col("change_reason").replace_strict({"correction": 0, "recall": 1}, default=2),
    pl.col("change_class").replace_strict({"withdrawn": 0, "added": 2}, default=1),
    pl.col("tier").replace_strict({"large": 0, "moderate": 1, "small": 2}, default=3),
    -pl.col("footprints_moved"),
    pl.col("factor_id"),
    pl.col("column_name"),
)


@dataclass(frozen=True)
class Plan:
    """A release as it would be.

    Attributes:
        release_id: the id it would take, None where that is a blocker itself.
        parent: the head's id.
        is_new: false when the head already holds this content.
        changes: rows of ``change``, the weightiest first.
        products_moved: every product whose footprint moves, whatever the cause.
        products_regraded: every product whose class moves.
        blockers: everything that would stop it.
        figures: factors, withheld factors, footprints.
    """

    release_id: str | None
    parent: str | None
    is_new: bool
    changes: pl.DataFrame
    products_moved: tuple[str, ...] = ()
    products_regraded: tuple[str, ...] = ()
    blockers: tuple[Finding, ...] = ()
    figures: dict[str, int] = field(default_factory=dict)


def weighed(changes: pl.DataFrame) -> pl.DataFrame:
    """Changes in the order a reader needs: corrections, recalls, withdrawals, by size."""
    return changes.sort(*ORDER)


def plan_release(
    settings: Settings,
    tables: Mapping[str, pl.DataFrame],
    keyring: Keyring,
    *,
    asked: str | None = None,
    statements: Sequence[Statement] = (),
    withdrawn: Sequence[Mapping[str, Any]] = (),
) -> Plan:
    """Plan a release of the tables; nothing is written.

    Args:
        settings: seeds and home.
        tables: as for ``publish``.
        keyring: who would sign.
        asked: a release id asked for.
        statements: reasons beside those of the seeds.
        withdrawn: as for ``publish``.
    """
    blockers: list[Finding] = []

    def stopped(step: Callable[[], Any]) -> Any:
        try:
            return step()
        except TanyuanError as error:
            blockers.extend(error.findings)
            return None

    plan, entries = read_plan(settings.seeds), Store(settings).entries()
    head = entries[-1] if entries else None
    shown = stopped(lambda: to_show(settings.seeds, tables))
    frames = {t.name: tables.get(t.name, empty(t)) for t in PUBLISHED}
    frames |= shown.frames if shown else {}
    content = content_sha256(frames, plan, withdrawn)
    is_new = head is None or head.manifest["content_sha256"] != content
    release_id = stopped(lambda: next_id(plan, entries, asked))
    parent = head_tables(settings)
    stopped(lambda: require_versions(frames, parent))
    stopped(lambda: require_signers(plan.kind, keyring))
    said = [*statements, *read_statements(settings.seeds)]
    changes = changes_of(frames, parent, read_tier_rule(settings.seeds), said)
    stopped(changes.require_reasons)
    frames["change"] = changes.frame
    named = release_id or plan.first_id()
    info = info_row(plan, named, head.release_id if head else None, frames)
    frames["release_info"] = frame_of(RELEASE_INFO, [info])
    stopped(lambda: require_contracts(PUBLISHED, frames))
    effect = effect_of(parent, frames)
    return Plan(
        release_id,
        head.release_id if head else None,
        is_new,
        weighed(changes.frame),
        tuple(sorted(effect.moved)),
        tuple(sorted(effect.regraded)),
        tuple(blockers),
        {
            "factors": frames["factor"].height,
            "withheld": frames["withheld_factor"].height,
            "footprints": frames["footprint"]["product_id"].n_unique(),
        },
    )


@dataclass(frozen=True)
class Difference:
    """Two releases compared: the changes, weightiest first, and what they moved."""

    changes: pl.DataFrame
    products_moved: tuple[str, ...]
    products_regraded: tuple[str, ...]
    same: int


def difference(old: Path, new: Path, seeds: Path, between: Sequence[Path] = ()) -> Difference:
    """Compare two release folders.

    Args:
        old: folder of the older release.
        new: folder of the newer one.
        seeds: for the tiers.
        between: folders of the releases after the older one, up to the newer one; the
            reasons they published are kept.

    Returns:
        The changes, with the reasons as published.
    """
    names = (*PARENT, "refused_factor")
    was, now = (_read(folder, names) for folder in (old, new))
    said = [s for folder in between for s in _published_reasons(folder)]
    changes: Changes = changes_of(now, was, read_tier_rule(seeds), said)
    effect = effect_of(was, now)
    found = compare(was, now)
    moved = len(found.differences) + found.added.height
    return Difference(
        weighed(changes.frame),
        tuple(sorted(effect.moved)),
        tuple(sorted(effect.regraded)),
        now["factor"].height - moved,
    )


def _read(folder: Path, names: Sequence[str]) -> dict[str, pl.DataFrame]:
    paths = {name: folder / "data" / f"{name}.parquet" for name in names}
    return {name: pl.read_parquet(path) for name, path in paths.items() if path.exists()}


def _published_reasons(folder: Path) -> list[Statement]:
    rows = pl.read_parquet(folder / "data" / "change.parquet")
    kept = rows.filter(pl.col("change_class") != "added")
    return [
        Statement(
            r["factor_id"], r["change_class"], r["change_reason"], r.get("successor"),
            r.get("note_zh"), r.get("note_en"),
        )
        for r in kept.iter_rows(named=True)
    ]  # fmt: skip
