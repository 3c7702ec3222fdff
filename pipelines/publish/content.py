"""What a release says: its tables as they may be shown, and one digest of all of it.

Belongs here: from the tables of a run to the rows of a release, whatever its id and parent.
Does not belong here: ids, changes and files (``release``).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.identity import canonical_json
from pipelines.publish.classes import Parted, part
from pipelines.publish.folder import arrow_tables
from pipelines.publish.kept_back import keep_back
from pipelines.publish.licence_rules import LicenceRules, read_licence_rules
from pipelines.publish.requirements import requirement_table
from pipelines.publish.verify import FORM, content_digest
from pipelines.tabular.text_table import read_rows
from schemas import ALL_TABLES, PUBLISHED
from schemas.render.frame import empty

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from pipelines.publish.release_plan import ReleasePlan

# The row that names the release and the comparison with the parent follow from the
# content; they are no part of it.
DERIVED = ("release_info", "change")


@dataclass(frozen=True)
class Shown:
    """Tables as a release may show them, the rows kept apart, the licence rules applied."""

    frames: dict[str, pl.DataFrame]
    parted: Parted
    rules: LicenceRules


def to_show(seeds: Path, tables: Mapping[str, pl.DataFrame]) -> Shown:
    """What a release may show of the tables of a run.

    Args:
        seeds: the seeds folder.
        tables: rows by table name; a declared table that is not given is empty.

    Raises:
        RefusedByPolicy: a footprint rests on a withheld factor.
        FaultyData: a licence is unknown to the rules.
    """
    parted = part({t.name: tables.get(t.name, empty(t)) for t in PUBLISHED})
    rules = read_licence_rules(seeds, _seed_ids(seeds, "licence"))
    frames = keep_back(parted.public, rules, _seed_ids(seeds, "flow"))
    frames["requirement"] = requirement_table(seeds, frames)
    return Shown(frames, parted, rules)


def _seed_ids(seeds: Path, name: str) -> list[str]:
    """The ids of a reference table of the seeds."""
    (key,) = ALL_TABLES[name].key
    file = f"reference/{name}.csv"
    return [row[key] for row in read_rows(seeds / file, needed=(key,), name=file)]


def content_sha256(
    tables: Mapping[str, pl.DataFrame],
    plan: ReleasePlan,
    withdrawn: Sequence[Mapping[str, Any]] = (),
    form: int = FORM,
) -> str:
    """Digest of what a release says, whatever its id, date and parent.

    Args:
        tables: every published table but those that follow from the comparison.
        plan: kind, titles and notes.
        withdrawn: what it says of earlier releases that were withdrawn.
        form: of the tables' digests; an earlier release may have been digested in another.
    """
    frames = {t.name: tables.get(t.name, empty(t)) for t in PUBLISHED}
    digests = {
        name: content_digest(rows, form)
        for name, rows in arrow_tables(frames).items()
        if name not in DERIVED
    }
    words = [plan.kind, plan.title_zh, plan.title_en, plan.note_zh, plan.note_en]
    said = [digests, words, list(withdrawn)] if withdrawn else [digests, words]
    return hashlib.sha256(canonical_json(said)).hexdigest()
