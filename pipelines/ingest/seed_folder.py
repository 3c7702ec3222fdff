"""A source's folder: who published it, under which right, which bytes, what was mended.

Belongs here: the editions of ``source.toml``, the check of each file's bytes, the rows with
their corrections. Does not belong here: the kinds of its keys (``source_toml``), the guard of
``corrections.csv`` (``corrections``), what the rows mean (``pipelines.sources``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData, UnreadableInput
from pipelines.findings import Finding, finding
from pipelines.identity import sha256_of
from pipelines.ingest.corrections import Correction, nowhere, read_corrections
from pipelines.ingest.source_toml import checked
from pipelines.tabular.text_table import TextRow, read_rows
from schemas.source import SOURCE, SOURCE_FILE

if TYPE_CHECKING:
    from pathlib import Path


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
                faults.append(mend.stale(self.source_id, found))
            else:
                row.mend(mend.column, mend.corrected)
                self.used.add(mend.row)
        if faults:
            raise FaultyData(faults)
        return rows

    def corrections_of(self, name: str, record_key: str) -> tuple[Correction, ...]:
        """The corrections that touched a record, in the order they were applied."""
        return tuple(c for c in self.corrections if (c.file, c.record_key) == (name, record_key))


def _source_row(top: dict[str, Any], block: dict[str, Any]) -> dict[str, Any]:
    right = block["authorisation"]
    until = right.get("until")
    return {
        "source_id": top["id"],
        "edition": block["edition"],
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
) -> tuple[list[dict[str, Any]], list[Finding], list[Finding]]:
    """Rows of the files, faults of their bytes, faults of the sizes stated."""
    rows, changed, sizes = [], [], []
    for entry in block["file"]:
        shown = f"{top['id']}/{entry['name']}"
        path = folder / entry["name"]
        if not path.is_file():
            changed.append(finding("E-SEED-06", file=shown))
            continue
        actual = sha256_of(path)
        if actual != entry["sha256"]:
            changed.append(
                finding("E-SEED-01", file=shown, value=actual, expected=[entry["sha256"]])
            )
        elif path.stat().st_size != entry["bytes"]:
            sizes.append(
                finding(
                    "E-SEED-02", file=f"{top['id']}/source.toml", column="file.bytes",
                    value=entry["bytes"], expected=[str(path.stat().st_size)],
                )
            )  # fmt: skip
        rows.append(
            {
                "source_id": top["id"],
                "edition": block["edition"],
                "file_name": entry["name"],
                "file_sha256": entry["sha256"],
                "file_bytes": entry["bytes"],
                "how_obtained": entry["how_obtained"],
            }
        )
    return rows, changed, sizes


def read_editions(folder: Path) -> list[Edition]:
    """Every edition of a source, identity, rights and hashes checked.

    Args:
        folder: ``seeds/<source_id>/``.

    Returns:
        One entry per edition, in the order of ``source.toml``.

    Raises:
        UnreadableInput: a file is missing, or its bytes differ from the recorded hash.
        FaultyData: ``source.toml`` lacks a licence, an authorisation or another key, or a
            correction names an edition or file that is not there.
    """
    top = checked(folder / "source.toml", folder.name)
    corrections = read_corrections(folder, top["id"])
    editions, changed, faults = [], [], []
    for block in top["edition"]:
        file_rows, bytes_faults, size_faults = _file_rows(top, block, folder)
        changed += bytes_faults
        faults += size_faults
        mine = tuple(c for c in corrections if c.edition == block["edition"])
        editions.append(
            Edition(
                top["id"], block["edition"], folder, _source_row(top, block), tuple(file_rows),
                mine,
            )
        )  # fmt: skip
    if changed:
        raise UnreadableInput(changed)
    files = {e.edition: {str(f["file_name"]) for f in e.file_rows} for e in editions}
    faults += nowhere(corrections, top["id"], files)
    if faults:
        raise FaultyData(faults)
    return editions


__all__ = ["SOURCE", "SOURCE_FILE", "Correction", "Edition", "read_corrections", "read_editions"]
