"""Submissions taken in: stored by hash, checked, told from the version before, queued.

Belongs here: what becomes of a file once it is handed in, and the tables that submissions in
seeds and in the ledger yield for a run. Does not belong here: the checks (``checking``), the
review (``review``).
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.admit.policy import record_hashes
from pipelines.admit.register import read_register
from pipelines.commands.checking import (
    known_of,
    origin_of,
    read_submission,
    released_on,
    rule_digest,
)
from pipelines.commands.resubmission import records_to_review
from pipelines.commands.review import enter_submission, person_of
from pipelines.desk.candidates import Origin, factor_id_of, tables_of_rows
from pipelines.desk.check import Checked, check
from pipelines.desk.comparison import Comparison, compare
from pipelines.desk.intake_limits import read_limits
from pipelines.desk.product_rows import INVENTORY
from pipelines.desk.reading import ReadFile, read_file
from pipelines.errors import Conflict, WrongUsage
from pipelines.findings import finding
from pipelines.identity import canonical_text_json, record_id
from pipelines.ledger import Ledger
from pipelines.ledger.commitment import commitment, new_salt

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from pipelines.settings import Settings

KIND = "submission"
RECHECKED = "submission_checked"
# What names a record of each template, and the table whose rows are records.
RECORDS = {
    "factor": ("factor", "record_key", "category_code"),
    "inventory": ("product", "product_id", "category_id"),
    "population": ("population", "product_id", "category_id"),
}


@dataclass(frozen=True)
class Taken:
    """What became of a file handed in.

    Attributes:
        checked: what the check found.
        submission_id: its id; None when the whole file is refused.
        is_new: whether it was stored now.
        is_rechecked: whether it was known, and the rules have changed since.
        previous: the submission it answers, if any.
        comparison: what changed against that.
        event: what stands in the ledger.
    """

    checked: Checked
    submission_id: str | None = None
    is_new: bool = False
    is_rechecked: bool = False
    previous: str | None = None
    comparison: Comparison | None = None
    event: dict[str, Any] = field(default_factory=dict)


def submit(
    settings: Settings,
    path: Path,
    by: str,
    *,
    answers: str | None = None,
    on: dt.date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Taken:
    """Take a file in.

    Args:
        settings: seeds and home.
        path: the file.
        by: who hands it in, an id of the register.
        answers: the submission it answers; by default the newest of the same organisation
            with a record in common.
        on: the day; the date the next release carries by default.
        progress: called with the number of rule groups done and of all.

    Returns:
        What became of it; a file refused whole is not stored.

    Raises:
        UnreadableInput: the file is missing.
        RefusedByPolicy: the person is not registered, may not hand in, or a record is under
            review.
        WrongUsage: ``answers`` names no submission.
    """
    person = person_of(read_register(settings.seeds), by)
    read, data = read_submission(settings, path)
    origin = origin_of(read, len(data), person.group_id, released_on(settings.seeds))
    checked = check(read, known_of(settings), origin, progress)
    if checked.is_refused:
        return Taken(checked)
    submission_id = record_id("S", person.person_id, read.sha256)
    held = submissions(settings)
    if submission_id in held:
        return _seen_before(settings, checked, held[submission_id])
    before = _answered(settings, checked, held, person.group_id, answers)
    comparison = compare(_again(settings, before), checked) if before else None
    _store(settings, read.sha256, data)
    file = {
        "name": read.name, "sha256": read.sha256, "bytes": len(data),
        "kind": checked.workbook.kind, "owner": person.group_id,
        "rows": checked.counts.rows, "admissible": checked.counts.admissible,
        "findings_sha256": findings_digest(checked), "rules_sha256": rule_digest(settings.seeds),
        "previous": before["submission_id"] if before else None,
    }  # fmt: skip
    records = _records(settings, checked, submission_id)
    records = records_to_review(settings, checked, comparison, records)
    entries = enter_submission(settings, by, file=file, records=records, on=on)
    return Taken(
        checked, submission_id, is_new=True, comparison=comparison, event=entries[0].record,
        previous=before["submission_id"] if before else None,
    )  # fmt: skip


def submissions(settings: Settings, size: int | None = None) -> dict[str, dict[str, Any]]:
    """The submissions taken in, by id, in order; the first leaf of each."""
    found: dict[str, dict[str, Any]] = {}
    for entry in Ledger(settings.home / "ledger").entries(size):
        if entry.record.get("event_kind") == KIND:
            found.setdefault(entry.record["submission_id"], entry.record)
    return found


def findings_digest(checked: Checked) -> str:
    """SHA-256 of everything a check found."""
    told = [f.as_json() for f in checked.findings]
    for one in told:
        one.update({k: None if v is None else str(v) for k, v in one.items() if k == "row"})
    return hashlib.sha256(canonical_text_json(told)).hexdigest()


def _seen_before(settings: Settings, checked: Checked, event: dict[str, Any]) -> Taken:
    """The same bytes again: nothing is stored; changed rules are recorded with their result."""
    submission_id = event["submission_id"]
    rules = rule_digest(settings.seeds)
    if event["file"].get("rules_sha256") == rules:
        return Taken(checked, submission_id, previous=event["file"].get("previous"), event=event)
    digest = findings_digest(checked)
    again = {
        "event_id": record_id("X", RECHECKED, submission_id, rules, digest),
        "event_kind": RECHECKED,
        "submission_id": submission_id,
        "rules_sha256": rules,
        "findings_sha256": digest,
        "admissible": checked.counts.admissible,
    }
    Ledger(settings.home / "ledger").enter([again])
    return Taken(checked, submission_id, is_rechecked=True, event=again)


def _answered(
    settings: Settings,
    checked: Checked,
    held: dict[str, dict[str, Any]],
    owner: str,
    answers: str | None,
) -> dict[str, Any] | None:
    """The submission a file answers."""
    if answers is not None:
        if answers not in held:
            raise WrongUsage(
                finding("E-USE-02", value=answers, what_zh="报送", what_en="submission",
                        expected=list(held)[-3:])
            )  # fmt: skip
        return held[answers]
    table, key, _ = RECORDS[checked.workbook.kind or ""]
    filled = checked.sheets.get(table)
    keys = {str(row.values.get(key)) for row in filled.rows} if filled else set()
    for event in reversed(held.values()):
        is_same = event["file"].get("owner") == owner
        if is_same and keys & {r["record_key"] for r in event["records"]}:
            return event
    return None


def stored(settings: Settings, event: dict[str, Any]) -> tuple[ReadFile, Origin]:
    """A submission's file as it was handed in, read again, with where it comes from.

    Raises:
        Conflict: the stored bytes are gone or changed.
    """
    file = event["file"]
    path = settings.home / "objects" / str(file["sha256"])
    data = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(data).hexdigest() != file["sha256"]:
        raise Conflict(finding("E-EDI-03", file=file["name"]))
    read = read_file(file["name"], data, read_limits(settings.seeds))
    owner = str(file.get("owner", event["acting"]["group_id"]))
    return read, origin_of(read, len(data), owner, released_on(settings.seeds))


def _again(settings: Settings, event: dict[str, Any]) -> Checked:
    read, origin = stored(settings, event)
    return check(read, known_of(settings), origin)


def _records(settings: Settings, checked: Checked, submission_id: str) -> list[dict[str, Any]]:
    """The records of a submission as the review knows them."""
    table, key, category = RECORDS[checked.workbook.kind or ""]
    filled = checked.sheets.get(table)
    if filled is None:
        return []
    hashes: dict[str, str] = {}
    # An inventory is taken whole: a fault of any row is one of every product.
    of_all: set[str] = set()
    if table == "product":
        of_all = {code for t in INVENTORY if t in checked.sheets
                  for row in checked.sheets[t].rows for code in row.faults}  # fmt: skip
    if table == "factor":
        tables = tables_of_rows(filled, known_of(settings).flows, checked.origin, good_only=False)
        hashes = dict(record_hashes(tables).iter_rows())
    made: dict[str, dict[str, Any]] = {}
    for row in filled.rows:
        name = str(row.values.get(key, ""))
        if not name or "\x1f" in name:
            continue
        subject = factor_id_of(checked.origin, row) if table == "factor" else None
        subject = subject or record_id("F", checked.origin.source_id, table, name)
        whole = hashlib.sha256(canonical_text_json({"file": checked.workbook.sha256, **row.texts}))
        made.setdefault(
            subject,
            {
                "subject_id": subject,
                "record_key": name,
                "record_hash": hashes.get(subject, whole.hexdigest()),
                "category_id": str(row.values.get(category, "")),
                "core_data": row.values.get("core_data") == "true",
                "data_class": str(row.values.get("data_class", "restricted")),
                "reason_codes": sorted(row.faults | of_all),
            },
        )
    _hide(settings, submission_id, made)
    return list(made.values())


def _hide(settings: Settings, submission_id: str, records: dict[str, dict[str, Any]]) -> None:
    """Put a salted commitment in the place of the hash of what is not public."""
    salts: dict[str, str] = {}
    for subject, record in records.items():
        if record["data_class"] != "public":
            salt = new_salt()
            salts[subject] = salt.hex()
            record["record_hash"] = commitment(record["record_hash"], salt)
    if salts:
        folder = settings.home / "restricted"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(folder / f"{submission_id}.salts.json", canonical_text_json(salts))


def _store(settings: Settings, sha256: str, data: bytes) -> None:
    objects = settings.home / "objects"
    objects.mkdir(parents=True, exist_ok=True)
    if not (objects / sha256).exists():
        _write(objects / sha256, data)


def _write(path: Path, data: bytes) -> None:
    """Write a file whole, durable before its name is."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
