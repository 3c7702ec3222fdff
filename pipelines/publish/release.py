"""Publishing: compare with the head, build, gate, verify, commit; or change nothing.

Belongs here: the order of these steps. A release that fails anywhere leaves no trace and
the former release untouched.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import EnvironmentFault, FaultyData
from pipelines.findings import finding
from pipelines.publish.change import PARENT, changes_of, read_tier_rule
from pipelines.publish.classes import keep_apart, require_no_secret
from pipelines.publish.comparison import KEYED
from pipelines.publish.content import content_sha256, to_show
from pipelines.publish.folder import ReleaseParts, arrow_tables, write_json, write_release
from pipelines.publish.gate import Expectations, require_contracts, require_public
from pipelines.publish.lineage import lineage_of
from pipelines.publish.pages import figures_of, write_quality_report
from pipelines.publish.reason import Statement, read_statements
from pipelines.publish.release_plan import ReleasePlan, disclosure_limits, next_id, read_plan
from pipelines.publish.seal import manifest_of, seal
from pipelines.publish.separate_files import FOLDER as SEPARATE_FILES
from pipelines.publish.separation import take_apart
from pipelines.publish.store import LostRace, Store
from pipelines.publish.verify import FORM, content_digest, verify
from pipelines.publish.version import require_versions
from pipelines.signing import keyring_of
from schemas import ALL_TABLES, PUBLISHED
from schemas.release import RELEASE_INFO
from schemas.render.frame import frame_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipelines.publish.folder import PageWriter
    from pipelines.publish.licence_rules import LicenceRules
    from pipelines.publish.store import LogEntry
    from pipelines.settings import Settings
    from pipelines.signing import Keyring

ATTEMPTS = 10
PAUSE = 0.1


@dataclass(frozen=True)
class Receipt:
    """What publishing did: the release, whether it is new, where it lies, its counts."""

    release_id: str
    folder: Path
    content_sha256: str
    is_new: bool
    figures: dict[str, Any] = field(default_factory=dict)
    checks: int = 0
    rebuilt: tuple[str, ...] = ()


def head_tables(settings: Settings) -> dict[str, pl.DataFrame] | None:
    """The factor tables of the newest release, None before the first.

    Raises:
        UnreadableInput: the log is damaged or an object is missing.
    """
    store = Store(settings)
    head = store.head()
    if head is None:
        return None
    if not (store.folder(head.release_id) / "data").is_dir():
        store.recover()
    data = store.folder(head.release_id) / "data"
    apart = sorted((data.parent / SEPARATE_FILES).glob("*"))
    return {name: _read_both(name, data, apart if name in KEYED else []) for name in PARENT}


def _read_both(name: str, data: Path, apart: Sequence[Path]) -> pl.DataFrame:
    """A table of a release, with the rows that stand in files of their own."""
    common = pl.read_parquet(data / f"{name}.parquet")
    more = [pl.read_parquet(p) for f in apart if (p := f / f"{name}.parquet").exists()]
    if not more:
        return common
    joined = pl.concat([common, *more], how="diagonal_relaxed").select(common.columns)
    return joined.unique(ALL_TABLES[name].key, keep="last", maintain_order=True)


def info_row(
    plan: ReleasePlan, release_id: str, parent: str | None, frames: Mapping[str, pl.DataFrame]
) -> dict[str, Any]:
    """The row that names a release, and says who decided what it holds."""
    by_people = frames["decision"].filter(pl.col("decision_kind") == "person")
    held = frames["factor"].join(by_people, on="decision_id", how="semi").height
    note_zh, note_en = plan.notes(held, frames["factor"].height)
    return {
        "release_id": release_id,
        "released_on": plan.released_on,
        "release_kind": plan.kind,
        "release_title_zh": plan.title_zh,
        "release_title_en": plan.title_en,
        "parent_release": parent,
        "note_zh": note_zh,
        "note_en": note_en,
    }


@dataclass(frozen=True)
class _Request:
    """What a call asks to be published, whatever the head is."""

    settings: Settings
    store: Store
    plan: ReleasePlan
    frames: Mapping[str, pl.DataFrame]
    ledger: tuple[str, Sequence[str]]
    content: str
    asked: str | None
    statements: list[Statement]
    keyring: Keyring
    checkpoint: tuple[bytes, Mapping[str, str]] | None
    pages: tuple[PageWriter, ...]
    licence_rules: LicenceRules
    secrets: frozenset[str]
    withdrawn: Sequence[Mapping[str, Any]]


def publish(
    settings: Settings,
    tables: Mapping[str, pl.DataFrame],
    ledger: tuple[str, Sequence[str]],
    *,
    asked: str | None = None,
    statements: Sequence[Statement] = (),
    keyring: Keyring | None = None,
    checkpoint: tuple[bytes, Mapping[str, str]] | None = None,
    pages: Sequence[PageWriter] = (),
    withdrawn: Sequence[Mapping[str, Any]] = (),
) -> Receipt:
    """Publish the tables as a release, or say that the head already holds them.

    Args:
        settings: seeds and home.
        tables: rows by table name, factor versions numbered; a declared table that is not
            given is published empty.
        ledger: root and leaf hashes (hexadecimal) of the ledger prefix the run read.
        asked: a release id asked for; else the next of ``seeds/release.toml``.
        statements: reasons of changes beside those of ``seeds/decisions/changes.csv``.
        keyring: who signs; by default the home's own demonstration keys.
        checkpoint: the ledger's signed checkpoint, as the release carries it, and the
            public keys of its signatures by name.
        pages: writers of further pages of the folder, from the tables as published; what
            they write is listed and hashed with the rest.
        withdrawn: what the release says of earlier ones that were withdrawn.

    Returns:
        The receipt; ``is_new`` is false when the head holds the same content.

    Raises:
        FaultyData: a contract, reference or expectation is broken, or the built folder
            does not verify.
        RefusedByPolicy: a footprint rests on a withheld factor, something withheld stands in
            a file, licences do not fit, or an official release lacks signatures.
        Conflict: the id is taken, the date is earlier than the head's, a version number
            no longer fits the head, or other publishers were first time and again.
        EnvironmentFault: the gate could not run, or the disk refused.
    """
    store = Store(settings)
    rebuilt = tuple(store.recover())
    plan = read_plan(settings.seeds)
    shown = to_show(settings.seeds, tables)
    keep_apart(shown.parted, settings.home)
    frames = shown.frames
    content = content_sha256(frames, plan, withdrawn)
    request = _Request(
        settings, store, plan, frames, ledger, content, asked,
        [*statements, *read_statements(settings.seeds)],
        keyring or keyring_of(settings.home), checkpoint, tuple(pages), shown.rules,
        shown.parted.secrets, withdrawn,
    )  # fmt: skip
    with store.turn():
        for attempt in range(ATTEMPTS):
            try:
                return replace(_publish_on_head(request), rebuilt=rebuilt)
            except LostRace:
                # The next attempt reads the new head and checks everything against it.
                if attempt == ATTEMPTS - 1:
                    raise
                time.sleep(PAUSE * 1.5**attempt)
            except OSError as error:
                reason = error.strerror or type(error).__name__
                raise EnvironmentFault(finding("E-ENV-01", reason=reason)) from error
    raise AssertionError("the last attempt returns or raises")


def _publish_on_head(request: _Request) -> Receipt:
    """One attempt: everything is checked against the head as it stands now."""
    store, plan, content = request.store, request.plan, request.content
    entries = store.entries()
    head = entries[-1] if entries else None
    if head is not None and head.manifest["content_sha256"] == _content_as(request, head):
        figures = figures_of(request.frames)
        folder = store.folder(head.release_id)
        return Receipt(head.release_id, folder, content, is_new=False, figures=figures)
    release_id = next_id(plan, entries, request.asked)
    parent = head_tables(request.settings)
    require_versions(request.frames, parent)
    info = info_row(plan, release_id, head.release_id if head else None, request.frames)
    frames = dict(request.frames)
    frames["release_info"] = frame_of(RELEASE_INFO, [info])
    tiers = read_tier_rule(request.settings.seeds)
    changes = changes_of(frames, parent, tiers, request.statements)
    changes.require_reasons()
    frames["change"] = changes.frame
    contracts = require_contracts(PUBLISHED, frames)
    require_public(frames)
    parted = take_apart(frames, request.licence_rules)
    # The common tables lean on nothing that stands apart.
    require_contracts(PUBLISHED, parted.common)
    root, leaves = request.ledger
    digests = {n: content_digest(rows) for n, rows in arrow_tables(parted.common).items()}
    lineage = lineage_of(request.settings.seeds, (len(leaves), root), digests)
    parts = ReleaseParts(
        parted.common, info, lineage, tuple(leaves), root, contracts,
        disclosure_limits(request.settings.seeds), request.pages, request.checkpoint, content,
        head, parted.apart, request.licence_rules, request.settings.seeds,
        withdrawn=request.withdrawn,
    )  # fmt: skip
    with store.new_folder() as folder:
        checks = _build(folder, parts, request.keyring)
        checks += require_no_secret(folder, request.secrets) if request.secrets else 0
        store.commit(folder, (head.number if head else 0) + 1)
    return Receipt(
        release_id, store.folder(release_id), content, is_new=True, figures=figures_of(frames),
        checks=checks,
    )  # fmt: skip


def _content_as(request: _Request, head: LogEntry) -> str:
    """The digest of what is asked to be published, in the form of the head's."""
    form = head.manifest.get("content_form", 1)
    if form == FORM:
        return request.content
    return content_sha256(request.frames, request.plan, request.withdrawn, form)


def _build(folder: Path, parts: ReleaseParts, keyring: Keyring) -> int:
    """Write, gate, sign and verify a folder; returns the number of checks that held."""
    with Expectations(folder) as expectations:
        digests = write_release(folder, parts)
        outcome = expectations.outcome()
    write_json(folder / "quality" / "expectations.json", outcome)
    write_json(folder / "quality" / "contracts.json", parts.contracts)
    write_quality_report(folder, parts.info, parts.contracts, outcome)
    seal(folder, manifest_of(folder, parts, digests), keyring)
    seen = verify(folder)
    if not seen["ok"]:
        raise FaultyData(
            [finding("E-REL-08", value=f["check"], found=f["what"]) for f in seen["faults"]]
        )
    return sum(seen["checks"].values())
