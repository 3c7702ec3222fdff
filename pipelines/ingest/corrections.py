"""Mended cells: ``corrections.csv`` of a source, its guard and the trace it leaves.

Belongs here: reading the corrections, refusing those that mend nothing or name nothing, the
steps they leave in evidence. Does not belong here: which editions and files there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData
from pipelines.findings import Finding, finding
from pipelines.tabular.text_table import TextRow, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

COLUMNS = (
    "edition", "file", "record_key", "column", "expected", "corrected", "reason_zh",
    "reason_en", "reported_by", "reported_on", "until_edition",
)  # fmt: skip
_WHY = ("reason_zh", "reason_en", "reported_by")


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

    def step(self) -> dict[str, str]:
        """The step it leaves in the evidence of its record."""
        return {
            "step": f"{self.column}: {self.expected} -> {self.corrected}",
            "constant": "",
            "source": f"corrections.csv row {self.row}: {self.reason_en}",
        }

    def stale(self, source_id: str, found: str | None = None) -> Finding:
        """The finding that its old value does not stand where it says."""
        return finding(
            "E-SEED-03",
            file=f"{source_id}/corrections.csv",
            row=self.row,
            column=self.column,
            value=self.expected,
            record=self.record_key,
            found=found,
        )


def read_corrections(folder: Path, source_id: str) -> list[Correction]:
    """The mended cells of a source, in the order of ``corrections.csv``; none without it.

    Raises:
        UnreadableInput: the file is not UTF-8.
        FaultyData: a column is missing, a row changes nothing or does not say why.
    """
    path = folder / "corrections.csv"
    if not path.exists():
        return []
    rows = read_rows(path, needed=COLUMNS, name=f"{source_id}/corrections.csv")
    faults = [fault for row in rows for fault in _faults(row)]
    if faults:
        raise FaultyData(faults)
    return [
        Correction(
            r.number, r["edition"], r["file"], r["record_key"], r["column"], r["expected"],
            r["corrected"], r["reason_en"], r["reported_by"],
        )
        for r in rows
    ]  # fmt: skip


def _faults(row: TextRow) -> list[Finding]:
    place = {"file": row.file, "row": row.number}
    faults = [
        finding("E-TEXT-01", column=column, **place)  # type: ignore[arg-type]
        for column in _WHY
        if not row.get(column)
    ]
    if row["expected"] == row["corrected"]:
        value = row["corrected"]
        faults.append(
            finding("E-SEED-11", column="corrected", value=value, **place)  # type: ignore[arg-type]
        )
    return faults


def nowhere(
    corrections: Iterable[Correction], source_id: str, files: Mapping[str, Iterable[str]]
) -> list[Finding]:
    """Findings of corrections whose edition or file is not there.

    Args:
        corrections: those of one source.
        source_id: the source.
        files: names of the files by edition.
    """
    return [
        mend.stale(source_id)
        for mend in corrections
        if mend.file not in files.get(mend.edition, ())
    ]


def unused(corrections: Iterable[Correction], source_id: str, done: Iterable[int]) -> list[Finding]:
    """Findings of corrections that met no record.

    Args:
        corrections: those of one edition.
        source_id: the source.
        done: rows that were applied or already told.
    """
    known = set(done)
    return [mend.stale(source_id) for mend in corrections if mend.row not in known]
