"""Why a factor changed: stated by a person, or told by the records themselves.

Belongs here: ``seeds/decisions/changes.csv`` and the rules by which a reason follows from
the records. Does not belong here: what changed (``comparison``). A change of value or
meaning for which no reason is found is not published.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.tabular.text_table import read_rows
from schemas.release import MEANING_CLASSES
from schemas.vocabularies import CHANGE_CLASS, CHANGE_REASON

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "decisions/changes.csv"
COLUMNS = ("subject", "change_class", "change_reason", "successor", "text_zh", "text_en", "source")
ANY = "*"
# The step an applied correction leaves in the evidence, and the code of an ended right.
CORRECTED = "corrections.csv row"
ENDED = "A-RIGHT-02"
UNSTATED = "revision"


@dataclass(frozen=True)
class Statement:
    """One stated reason; ``subject`` is a factor or a source, ``change_class`` may be *."""

    subject: str
    change_class: str
    reason: str
    successor: str | None = None
    text_zh: str | None = None
    text_en: str | None = None


def read_statements(seeds: Path) -> list[Statement]:
    """The stated reasons of a seeds folder, in the order of the file; none without it.

    Raises:
        FaultyData: a row names no class, reason or source that is known.
    """
    path = seeds / FILE
    if not path.exists():
        return []
    found, faults = [], []
    for row in read_rows(path, needed=COLUMNS, name=FILE):
        cells = row.cells
        known = {
            "change_class": (*CHANGE_CLASS.codes, ANY),
            "change_reason": CHANGE_REASON.codes,
        }
        for column, codes in known.items():
            if cells[column] not in codes:
                value = cells[column]
                faults.append(
                    finding("E-CHG-02", file=FILE, row=row.number, column=column, value=value,
                            expected=list(codes))
                )  # fmt: skip
        if not cells["source"]:
            faults.append(finding("E-SEED-09", file=FILE, column="source"))
        texts = {k: cells[k] or None for k in ("successor", "text_zh", "text_en")}
        found.append(
            Statement(cells["subject"], cells["change_class"], cells["change_reason"], **texts)
        )
    if faults:
        raise FaultyData(faults)
    return found


@dataclass
class Reasons:
    """Finds the reason of each change and notes those without one.

    Attributes:
        statements: what was stated; the first that fits holds.
        old: the older release's tables (``evidence`` is read).
        new: the newer ones (``evidence``, ``refused_factor``).
        changed: ids of every factor that changed, to see what follows from a parent.
        unstated: ``(factor_id, change class)`` without a reason.
    """

    statements: list[Statement]
    old: Mapping[str, pl.DataFrame]
    new: Mapping[str, pl.DataFrame]
    changed: frozenset[str] = frozenset()
    unstated: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read the records once."""
        self._steps = {
            "old": _evidence(self.old.get("evidence")),
            "new": _evidence(self.new.get("evidence")),
        }
        refused = self.new.get("refused_factor")
        self._ended = set()
        if refused is not None:
            codes = pl.col("reason_codes").list.contains(ENDED)
            self._ended = set(refused.filter(codes)["factor_id"])

    def of(
        self, change_class: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
    ) -> Statement:
        """The reason of a change of one class of one factor.

        Args:
            change_class: of the change.
            old: the factor's older row, None if added.
            new: its newer row, None if no longer there.

        Returns:
            A statement; its reason is ``revision`` where none was found, and the change is
            noted as unstated if it touches value or meaning.
        """
        row = new or old or {}
        for stated in self.statements:
            fits = stated.subject in {row["factor_id"], row["source_id"]}
            if fits and stated.change_class in {change_class, ANY}:
                return stated
        told = self._told(change_class, old, new)
        if told is None and change_class in {*MEANING_CLASSES, "withdrawn"}:
            self.unstated.append((row["factor_id"], change_class))
        return Statement(row["factor_id"], change_class, told or UNSTATED)

    def _told(
        self, change_class: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
    ) -> str | None:
        if old is None:
            return "first_publication"
        if new is not None and new["status"] == "withdrawn":
            return "recall"
        if new is None:
            return "expiry" if old["factor_id"] in self._ended else self._gone(old)
        if self._is_corrected(old, new):
            return "correction"
        if change_class == "gwp" or old["gwp_set"] != new["gwp_set"]:
            return "gwp_set"
        follows = self._parents(new) & self.changed
        return "source_update" if follows or old["edition"] != new["edition"] else None

    def _gone(self, old: Mapping[str, Any]) -> str | None:
        editions = self.new.get("source")
        if editions is None:
            return None
        there = editions.filter(pl.col("source_id") == old["source_id"])["edition"]
        return None if old["edition"] in set(there) else "source_update"

    def _is_corrected(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
        was = self._steps["old"].get(old["evidence_id"], ([], ""))[1]
        now = self._steps["new"].get(new["evidence_id"], ([], ""))[1]
        return CORRECTED in now and now != was

    def _parents(self, new: Mapping[str, Any]) -> set[str]:
        parents = self._steps["new"].get(new["evidence_id"], ([], ""))[0]
        return {parent.split("@", 1)[0] for parent in parents}


def _evidence(frame: pl.DataFrame | None) -> dict[str, tuple[list[str], str]]:
    """Parents and, where a correction was applied, its steps; of rows that have either."""
    if frame is None:
        return {}
    has = (pl.col("parents").list.len() > 0) | pl.col("steps").str.contains(CORRECTED, literal=True)
    kept = frame.filter(has).select("evidence_id", "parents", "steps")
    return {name: (parents or [], _mended(steps)) for name, parents, steps in kept.iter_rows()}


def _mended(steps: str) -> str:
    done = [s for s in json.loads(steps) if CORRECTED in str(s.get("source", ""))]
    return json.dumps(done, ensure_ascii=False, sort_keys=True) if done else ""
