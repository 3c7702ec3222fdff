"""A source's folder: who published it, under which right, which bytes, what was mended.

Belongs here: ``source.toml`` with its editions, the hash check of each file, and
``corrections.csv`` with its guard. Does not belong here: what the rows mean (that is the
source's own module under ``pipelines.sources``).
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData, UnreadableInput
from pipelines.findings import Finding, finding
from pipelines.identity import sha256_of
from pipelines.tabular.text_table import TextRow, read_rows
from schemas.source import SOURCE, SOURCE_FILE

if TYPE_CHECKING:
    from pathlib import Path

_EDITION_KEYS = (
    "edition", "published_on", "accessed_on", "citation", "licence", "authorisation",
    "data_class", "data_origin", "core_data", "file",
)  # fmt: skip
_SOURCE_KEYS = ("id", "title_zh", "title_en", "publisher")
_AUTHORISATION_KEYS = ("scope", "document", "onward_publication")
_FILE_KEYS = ("name", "sha256", "bytes", "how_obtained")
CORRECTION_COLUMNS = (
    "edition", "file", "record_key", "column", "expected", "corrected", "reason_zh",
    "reason_en", "reported_by", "reported_on", "until_edition",
)  # fmt: skip


@dataclass(frozen=True)
class Correction:
    """One mended cell: where, from what, to what, why and by whom."""

    row: int
    edition: str
    file: str
    record_key: str
    column: str
    expected: str
    corrected: str
    reason_en: str
    reported_by: str


@dataclass(frozen=True)
class Edition:
    """One edition of a source as it lies in its folder.

    Attributes:
        source_id: code of the source.
        edition: name of the edition.
        folder: the source's folder.
        row: the ``source`` row of the edition.
        file_rows: the ``source_file`` rows of the edition.
        corrections: mended cells of this edition.
        used: rows of ``corrections.csv`` that were applied.
        paths: where files lie that are not in the folder, by name.
    """

    source_id: str
    edition: str
    folder: Path
    row: dict[str, Any]
    file_rows: tuple[dict[str, Any], ...]
    corrections: tuple[Correction, ...] = ()
    used: set[int] = field(default_factory=set, compare=False)
    paths: dict[str, Path] = field(default_factory=dict, compare=False)

    def shown(self, name: str) -> str:
        """How a file of this edition is called in messages."""
        return f"{self.source_id}/{name}"

    def path(self, name: str) -> Path:
        """Where a file of this edition lies."""
        return self.paths.get(name, self.folder / name)

    def sha256(self, name: str) -> str:
        """The recorded hash of a file of this edition."""
        return next(str(f["file_sha256"]) for f in self.file_rows if f["file_name"] == name)

    def rows(self, name: str, *, needed: tuple[str, ...], key: str) -> list[TextRow]:
        """The rows of a CSV file of this edition, corrections applied.

        Args:
            name: file name within the source's folder.
            needed: columns that must be there.
            key: column whose values name the records.

        Returns:
            One entry per data row.

        Raises:
            UnreadableInput: the file is missing or not UTF-8.
            FaultyData: a column is missing, a row ragged, a key repeated, or a
                correction's expected old value is not what the file holds.
        """
        rows = read_rows(self.path(name), needed=needed, key=key, name=self.shown(name))
        by_key = {row[key]: row for row in rows}
        faults: list[Finding] = []
        for mend in (c for c in self.corrections if c.file == name):
            row = by_key.get(mend.record_key)
            found = row.cells.get(mend.column) if row else None
            if row is None or found is None or found.strip() != mend.expected:
                faults.append(
                    finding(
                        "E-SEED-03",
                        file=self.shown("corrections.csv"),
                        row=mend.row,
                        column=mend.column,
                        value=mend.expected,
                        found=found,
                    )
                )
            else:
                row.cells[mend.column] = mend.corrected
                self.used.add(mend.row)
        if faults:
            raise FaultyData(faults)
        return rows

    def correction_of(self, name: str, record_key: str) -> Correction | None:
        """The correction that touched a record, if one did."""
        return next(
            (c for c in self.corrections if c.file == name and c.record_key == record_key), None
        )


def _lacking(block: dict[str, Any], keys: tuple[str, ...], shown: str, where: str) -> list[Finding]:
    return [
        finding("E-SEED-02", file=shown, column=f"{where}{key}")
        for key in keys
        if block.get(key) in (None, "", [])
    ]


def _parsed(path: Path, shown: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(finding("E-SEED-06", file=shown)) from error
    except tomllib.TOMLDecodeError as error:
        raise FaultyData(finding("E-SEED-08", file=shown, reason=str(error))) from error


def _source_row(top: dict[str, Any], block: dict[str, Any]) -> dict[str, Any]:
    right = block["authorisation"]
    until = right.get("until")
    return {
        "source_id": top["id"],
        "edition": str(block["edition"]),
        "title_zh": block.get("title_zh", top["title_zh"]),
        "title_en": block.get("title_en", top["title_en"]),
        "publisher": block.get("publisher", top["publisher"]),
        "published_on": str(block["published_on"]) if block.get("published_on") else None,
        "accessed_on": str(block["accessed_on"]),
        "url": block.get("url"),
        "citation": block["citation"],
        "licence": block["licence"],
        "authorisation_scope": right["scope"],
        "authorisation_document": right["document"],
        "authorisation_until": dt.date.fromisoformat(str(until)) if until else None,
        "onward_publication": right["onward_publication"],
        "data_class": block["data_class"],
        "data_origin": block["data_origin"],
        "methodology_url": block.get("methodology_url"),
        "core_data": block["core_data"],
        "note_zh": block.get("note_zh"),
        "note_en": block.get("note_en"),
    }


def _file_rows(
    top: dict[str, Any], block: dict[str, Any], folder: Path
) -> tuple[list[dict[str, Any]], list[Finding]]:
    rows, faults = [], []
    for entry in block["file"]:
        shown = f"{top['id']}/{entry.get('name', '?')}"
        lacking = _lacking(entry, _FILE_KEYS, f"{top['id']}/source.toml", "file.")
        faults += lacking
        if lacking:
            continue
        path = folder / entry["name"]
        if not path.is_file():
            faults.append(finding("E-SEED-06", file=shown))
            continue
        actual = sha256_of(path)
        if actual != entry["sha256"]:
            faults.append(
                finding("E-SEED-01", file=shown, value=actual, expected=[entry["sha256"]])
            )
        rows.append(
            {
                "source_id": top["id"],
                "edition": str(block["edition"]),
                "file_name": entry["name"],
                "file_sha256": entry["sha256"],
                "file_bytes": entry["bytes"],
                "how_obtained": entry["how_obtained"],
            }
        )
    return rows, faults


def read_corrections(folder: Path, source_id: str) -> list[Correction]:
    """The mended cells of a source, in the order of ``corrections.csv``; none without it."""
    path = folder / "corrections.csv"
    if not path.exists():
        return []
    rows = read_rows(path, needed=CORRECTION_COLUMNS, name=f"{source_id}/corrections.csv")
    return [
        Correction(
            r.number, r["edition"], r["file"], r["record_key"], r["column"], r["expected"],
            r["corrected"], r["reason_en"], r["reported_by"],
        )
        for r in rows
    ]  # fmt: skip


def read_editions(folder: Path) -> list[Edition]:
    """Every edition of a source, identity, rights and hashes checked.

    Args:
        folder: ``seeds/<source_id>/``.

    Returns:
        One entry per edition, in the order of ``source.toml``.

    Raises:
        UnreadableInput: a file is missing, or its bytes differ from the recorded hash.
        FaultyData: ``source.toml`` lacks a licence, an authorisation or another key.
    """
    shown = f"{folder.name}/source.toml"
    top = _parsed(folder / "source.toml", shown)
    faults = _lacking(top, (*_SOURCE_KEYS, "edition"), shown, "")
    for block in top.get("edition", []):
        where = f"edition {block.get('edition', '?')}: "
        faults += _lacking(
            block, tuple(k for k in _EDITION_KEYS if k != "published_on"), shown, where
        )
        right = block.get("authorisation") or {}
        faults += _lacking(right, _AUTHORISATION_KEYS, shown, f"{where}authorisation.")
    if faults:
        raise FaultyData(faults)
    corrections = read_corrections(folder, top["id"])
    editions, hash_faults = [], []
    for block in top["edition"]:
        file_rows, found = _file_rows(top, block, folder)
        hash_faults += found
        mine = tuple(c for c in corrections if c.edition == str(block["edition"]))
        editions.append(
            Edition(
                top["id"], str(block["edition"]), folder, _source_row(top, block),
                tuple(file_rows), mine,
            )
        )  # fmt: skip
    if hash_faults:
        raise UnreadableInput(hash_faults)
    return editions


__all__ = ["SOURCE", "SOURCE_FILE", "Correction", "Edition", "read_corrections", "read_editions"]
