"""Editions of published data sets: checking one, adding one, which ones a run reads."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.admit import judge
from pipelines.commands.judging import (
    enter_seed_decisions,
    lookups_of,
    reference_and_gwp,
    rulebook_of,
)
from pipelines.errors import Conflict, RefusedByPolicy, WrongUsage
from pipelines.findings import finding
from pipelines.identity import record_id, sha256_of
from pipelines.ingest.edition_change import (
    EditionChange,
    edition_change,
    exchange_loss,
    loss_of,
    read_largest_loss,
)
from pipelines.ingest.gather import brought
from pipelines.ingest.published_harvest import PublishedHarvest
from pipelines.ingest.published_set import (
    edition_over,
    files_at,
    is_published_set,
    read_published_set,
)
from pipelines.ledger import Ledger
from pipelines.publish.release_plan import read_plan
from pipelines.sources import all_sources

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.ingest.seed_folder import Edition
    from pipelines.settings import Settings
    from pipelines.sources.contract import Source

KIND = "edition_added"


@dataclass(frozen=True)
class Checked:
    """What checking an edition found.

    Attributes:
        edition: the edition read.
        tables: what it yields.
        report: counts, reasons, columns, as the command answers them.
    """

    edition: Edition
    tables: Mapping[str, pl.DataFrame]
    report: dict[str, Any]


@dataclass(frozen=True)
class Added:
    """What adding an edition did."""

    checked: Checked
    is_new: bool
    change: EditionChange | None = None
    parent: str | None = None
    event: dict[str, Any] = field(default_factory=dict)


def published_source(settings: Settings, source_id: str) -> Source:
    """The source of that id whose editions come from outside.

    Raises:
        WrongUsage: there is none; the nearest ids are named.
    """
    import difflib

    known = {
        s.source_id: s for s in all_sources() if is_published_set(settings.seeds / s.source_id)
    }
    if source_id not in known:
        near = difflib.get_close_matches(source_id, known, n=3, cutoff=0.3) or sorted(known)
        raise WrongUsage(
            finding("E-USE-02", value=source_id, what_zh="数据集", what_en="source", expected=near)
        )
    return known[source_id]


def read_edition(settings: Settings, source: Source, edition: Edition) -> PublishedHarvest:
    """What an edition yields.

    Raises:
        TanyuanError: the files cannot be read as this source.
    """
    reference, _ = reference_and_gwp(settings)
    harvest = source.read(edition, lookups_of(settings, reference), {})
    if not isinstance(harvest, PublishedHarvest):
        raise TypeError(f"{source.source_id} does not read as a published set")
    return harvest


def check_edition(settings: Settings, source_id: str, path: Path, edition: str) -> Checked:
    """Read and judge an edition without storing anything.

    Args:
        settings: seeds and home.
        source_id: the source.
        path: a file or folder.
        edition: how the edition is called.

    Returns:
        What was found; rows are conserved, every reason counted.

    Raises:
        WrongUsage: no such source.
        UnreadableInput: the files are of another format or layout.
    """
    source = published_source(settings, source_id)
    published = read_published_set(settings.seeds / source_id)
    on = read_plan(settings.seeds).released_on
    made = edition_over(published, edition, files_at(path), on)
    return _checked(settings, source, made)


def _checked(settings: Settings, source: Source, made: Edition) -> Checked:
    harvest = read_edition(settings, source, made)
    tables = harvest.tables()
    reference, gwp = reference_and_gwp(settings)
    given = {**reference, **tables, "gwp": gwp}
    given["flow"] = pl.concat([reference["flow"], brought([tables])["flow"]])
    verdict = judge(given, rulebook_of(settings), _without_entering)
    counts = tables["row_count"].row(0, named=True)
    reasons = Counter(tables["skipped_row"]["reason_code"].to_list())
    for codes in verdict["refused_factor"]["reason_codes"]:
        reasons.update(codes)
    report = {
        "source_id": source.source_id,
        "edition": made.edition,
        "files": [dict(f) for f in made.file_rows],
        **{k: counts[k] for k in ("rows_in", "candidates", "parameters", "skipped")},
        "admissible": verdict["factor"].height,
        "refused": verdict["refused_factor"].height,
        "processes": tables["process"].height,
        "exchanges": tables["exchange"].height,
        "reasons": dict(sorted(reasons.items())),
        "ambiguous_units": sorted(harvest.ambiguous_units),
        "columns_new": sorted(harvest.columns_new),
        "columns_lost": sorted(harvest.columns_lost),
        "linking": harvest.linking,
    }
    return Checked(made, tables, report)


@dataclass(frozen=True)
class _NotEntered:
    index: int
    leaf_hash: str


def _without_entering(decisions: Any) -> dict[str, Any]:
    return {d["decision_id"]: _NotEntered(i, "0" * 64) for i, d in enumerate(decisions)}


def events(settings: Settings, size: int | None = None) -> list[dict[str, Any]]:
    """The editions added, in order, from the first ``size`` ledger entries."""
    return [
        entry.record
        for entry in Ledger(settings.home / "ledger").entries(size)
        if entry.record.get("event_kind") == KIND
    ]


def edition_of(settings: Settings, event: Mapping[str, Any]) -> Edition:
    """The edition that an event added, over the stored objects."""
    published = read_published_set(settings.seeds / event["source_id"])
    files = {f["name"]: settings.home / "objects" / f["sha256"] for f in event["files"]}
    import datetime as dt

    return edition_over(
        published, event["edition"], files, dt.date.fromisoformat(event["added_on"])
    )


def newest_editions(settings: Settings, size: int | None = None) -> dict[str, Edition]:
    """The edition a run reads of each published set: the one added last."""
    last = {event["source_id"]: event for event in events(settings, size)}
    return {source_id: edition_of(settings, event) for source_id, event in last.items()}


def add_edition(
    settings: Settings, source_id: str, path: Path, edition: str, *, reason: str | None = None
) -> Added:
    """Store an edition by hash; the next run reads it.

    Args:
        settings: seeds and home.
        source_id: the source.
        path: a file or folder.
        edition: how the edition is called.
        reason: why an implausible loss is right, stated by a person.

    Returns:
        What was added and what it changed against the edition before.

    Raises:
        Conflict: an edition of that name with other bytes stands already.
        RefusedByPolicy: more is lost than the rule allows and no reason is stated.
        UnreadableInput: the files are of another format or layout.
    """
    checked = check_edition(settings, source_id, path, edition)
    files = [
        {"name": f["file_name"], "sha256": f["file_sha256"], "bytes": f["file_bytes"]}
        for f in checked.edition.file_rows
    ]
    before = [e for e in events(settings) if e["source_id"] == source_id]
    same = next((e for e in before if e["edition"] == edition), None)
    if same is not None:
        if same["files"] != files:
            raise Conflict(finding("E-EDI-01", value=f"{source_id} {edition}"))
        return Added(checked, is_new=False, event=same)
    change, parent = None, None
    if before:
        parent = before[-1]["edition"]
        old = read_edition(
            settings, published_source(settings, source_id), edition_of(settings, before[-1])
        ).tables()
        change = edition_change(old, checked.tables)
        _require_plausible(settings, old, checked.tables, change, reason)
    enter_seed_decisions(settings)
    _store(settings, checked.edition)
    event = {
        "event_id": record_id("X", KIND, source_id, edition, *(f["sha256"] for f in files)),
        "event_kind": KIND,
        "source_id": source_id,
        "edition": edition,
        "added_on": read_plan(settings.seeds).released_on.isoformat(),
        "files": files,
        "reason": reason or "",
    }
    Ledger(settings.home / "ledger").enter([event])
    return Added(checked, is_new=True, change=change, parent=parent, event=event)


def _require_plausible(
    settings: Settings,
    old: Mapping[str, pl.DataFrame],
    new: Mapping[str, pl.DataFrame],
    change: EditionChange,
    reason: str | None,
) -> None:
    largest = read_largest_loss(settings.seeds)
    lost = max(loss_of(old, change), exchange_loss(old, new))
    if lost > largest and not (reason or "").strip():
        raise RefusedByPolicy(
            finding("E-EDI-02", found=f"{float(lost):.1%}", wanted=f"{float(largest):.0%}")
        )


def _store(settings: Settings, edition: Edition) -> None:
    """Copy the files in by hash; what is there already stays."""
    objects = settings.home / "objects"
    objects.mkdir(parents=True, exist_ok=True)
    for row in edition.file_rows:
        target = objects / row["file_sha256"]
        if target.exists():
            continue
        beside = objects / f".{row['file_sha256']}.{os.getpid()}"
        try:
            shutil.copyfile(edition.path(row["file_name"]), beside)
            with beside.open("rb") as stream:
                os.fsync(stream.fileno())
            if sha256_of(beside) != row["file_sha256"]:
                raise Conflict(finding("E-EDI-03", file=row["file_name"]))
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
