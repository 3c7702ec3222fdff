"""The rows of submissions as tables for a run: those of the seeds, those people decided on.

Belongs here: which submissions a run reads, read through the desk's own check. Does not
belong here: taking a submission in (``submission``).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.admit.reviewed import SUBMITTED
from pipelines.commands.checking import known_of
from pipelines.desk.candidates import Origin, tables_of_rows
from pipelines.desk.check import Checked, Known, check
from pipelines.desk.reading import read_file
from pipelines.errors import FaultyData, UnreadableInput
from pipelines.findings import finding
from pipelines.ingest.source_toml import HASH, NAME
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import COUNT, DAY, TABLE, TEXT, Kind, Maybe, Shape, unfit
from schemas.vocabularies import CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.settings import Settings

KEYS: Shape = {
    "id": TEXT, "title_zh": TEXT, "title_en": TEXT, "submitted_by": TEXT, "received_on": DAY,
    "file": TABLE, "confidence": Maybe(Kind(lambda value: value in CONFIDENCE.codes, "medium")),
}  # fmt: skip
FILE = {"name": NAME, "sha256": HASH, "bytes": COUNT, "how_obtained": TEXT}
FOLDER = "submissions"
ADMITTED = ("admit", "provisional")


def seed_submissions(settings: Settings) -> list[dict[str, pl.DataFrame]]:
    """What the submissions checked in under ``seeds/submissions`` yield.

    Args:
        settings: seeds and home.

    Returns:
        One set of tables per submission; rows that do not pass the check are skipped rows.

    Raises:
        UnreadableInput: a file is missing, changed, or refused by the intake.
        FaultyData: ``submission.toml`` lacks a key, or its id could pass for one handed in.
    """
    folders = seed_folders(settings)
    known = without_peers(settings) if folders else None
    checked = [checked_seed(folder, known) for folder in folders if known is not None]
    return [_tables(one, known) for one in checked if known and one.workbook.kind == "factor"]


def seed_folders(settings: Settings) -> list[Path]:
    """Folders of the submissions checked in under seeds, by name."""
    return sorted(p.parent for p in (settings.seeds / FOLDER).glob("*/submission.toml"))


def without_peers(settings: Settings) -> Known:
    """What a run checks against: nothing that depends on releases made before."""
    known = known_of(settings, with_pins=False)
    return dataclasses.replace(
        known, plausibility=dataclasses.replace(known.plausibility, peers={})
    )


def checked_seed(folder: Path, known: Known) -> Checked:
    """A submission of the seeds, its hash compared, checked as any file handed in.

    Raises:
        UnreadableInput: its file is missing, changed, or refused by the intake.
        FaultyData: ``submission.toml`` lacks a key, or its id could pass for one handed in.
    """
    shown = f"{FOLDER}/{folder.name}/submission.toml"
    top = read_toml(folder / "submission.toml", shown)
    faults = unfit(top, shown, "", KEYS)
    if isinstance(top.get("file"), dict):
        faults += unfit(top["file"], shown, "file.", FILE)
    # Ids of what people hand in need a person's decision; a seed is decided by policy.
    if top.get("id") != folder.name or str(top.get("id")).startswith(SUBMITTED):
        faults.append(
            finding("E-SEED-02", file=shown, column="id", value=top.get("id"),
                    expected=[folder.name])
        )  # fmt: skip
    if faults:
        raise FaultyData(faults)
    file = top["file"]
    name = f"{folder.name}/{file['name']}"
    try:
        data = (folder / file["name"]).read_bytes()
    except OSError as error:
        raise UnreadableInput(finding("E-SEED-06", file=name)) from error
    read = read_file(str(file["name"]), data, known.limits)
    if read.sha256 != file["sha256"]:
        raise UnreadableInput(
            finding("E-SEED-01", file=name, value=read.sha256, expected=[file["sha256"]])
        )
    origin = Origin(
        top["id"], str(top["received_on"]), top["submitted_by"], str(top["received_on"]),
        str(file["name"]), read.sha256, len(data), str(file["how_obtained"]),
        str(top.get("confidence", "medium")),
    )  # fmt: skip
    checked = check(read, known, origin)
    if checked.is_refused:
        raise UnreadableInput(list(checked.findings))
    return checked


def _tables(checked: Checked, known: Known) -> dict[str, pl.DataFrame]:
    return tables_of_rows(checked.sheets["factor"], known.flows, checked.origin, good_only=True)


def decided_submissions(
    settings: Settings, size: int | None = None
) -> list[dict[str, pl.DataFrame]]:
    """What the submissions that people decided on yield, each record from its own version.

    Args:
        settings: seeds and home.
        size: how many ledger entries a run reads.

    Returns:
        One set of tables per submission that a decided record stands in.

    Raises:
        Conflict: stored bytes are gone or changed.
    """
    made = []
    for submission_id, checked, _, known in standing_files(settings, "factor", size):
        wanted = {
            subject
            for subject, held in _standing(settings, size).items()
            if held.submission_id == submission_id
        }
        made.append(_only(_tables(checked, known), wanted))
    return made


def _standing(settings: Settings, size: int | None) -> dict[str, Any]:
    from pipelines.commands.review import standing_records

    return standing_records(settings, size)


def standing_files(
    settings: Settings, kind: str, size: int | None = None
) -> Iterator[tuple[str, Checked, set[str], Known]]:
    """Submissions of a kind that a decided record stands in, checked again from their bytes.

    Yields:
        Id of the submission, what checking finds, the keys of the records admitted, and what
        it was checked against. Records that people refused are named only for factors,
        whose refusal is told.

    Raises:
        Conflict: stored bytes are gone or changed.
    """
    from pipelines.commands.submission import stored, submissions

    keys: dict[str, set[str]] = {}
    for held in _standing(settings, size).values():
        verdict = held.decided["verdict"] if held.decided else None
        if kind == "factor" or verdict in ADMITTED:
            keys.setdefault(held.submission_id, set()).add(held.record_key)
    if not keys:
        return
    known = without_peers(settings)
    for submission_id, event in submissions(settings, size).items():
        if submission_id in keys and event["file"].get("kind") == kind:
            read, origin = stored(settings, event)
            checked = check(read, known, _dated(origin, event))
            yield submission_id, checked, keys[submission_id], known


def _dated(origin: Origin, event: dict[str, Any]) -> Origin:
    """The origin with the day the submission was taken in, which never changes."""
    return dataclasses.replace(origin, received_on=dt.date.fromisoformat(event["on"]).isoformat())


def _only(tables: dict[str, pl.DataFrame], subjects: set[str]) -> dict[str, pl.DataFrame]:
    """The tables with no other candidates than these, and counts that say so."""
    candidate = tables["candidate"].filter(pl.col("factor_id").is_in(sorted(subjects)))
    kept = candidate.select("source_id", "edition").unique()
    here = ["source_id", "edition"]
    counted = candidate.group_by(here).agg(pl.len().cast(pl.Int64).alias("candidates"))
    counts = (
        tables["row_count"]
        .drop("candidates")
        .join(counted, on=here, how="inner")
        .with_columns(skipped=pl.lit(0, pl.Int64), rows_in=pl.col("candidates"))
        .select(tables["row_count"].columns)
    )
    return {
        **tables,
        "candidate": candidate,
        "flow": tables["flow"].join(candidate, on="flow_id", how="semi"),
        "candidate_gas": tables["candidate_gas"].join(candidate, on="factor_id", how="semi"),
        "evidence": tables["evidence"].join(candidate, on="evidence_id", how="semi"),
        "source": tables["source"].join(kept, on=here, how="semi"),
        "source_file": tables["source_file"].join(kept, on=here, how="semi"),
        "row_count": counts,
        "skipped_row": tables["skipped_row"].clear(),
    }
