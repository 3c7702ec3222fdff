"""A published data set: its standing facts in seeds, its editions from outside.

Belongs here: ``[published]`` of ``source.toml`` (rights and words that hold for every
edition, facts of the editions known), an edition over files lying anywhere. Does not belong
here: what the rows mean (source modules), what a new edition changed (``edition_change``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData, UnreadableInput
from pipelines.findings import finding
from pipelines.identity import sha256_of
from pipelines.ingest.corrections import read_corrections
from pipelines.ingest.seed_folder import Edition
from pipelines.ingest.source_toml import MAY, RIGHT, TOP, misnamed
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import DATED, FLAG, TEXT, Each, Maybe, Shape, unfit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STANDING: Shape = {
    "licence": TEXT, "data_class": TEXT, "data_origin": TEXT, "core_data": FLAG,
    "how_obtained": TEXT, "authorisation": RIGHT, "accessed_on": Maybe(DATED),
    "citation": Maybe(TEXT), "edition": Maybe(Each({"edition": TEXT})), **MAY,
}  # fmt: skip
# Not read: provenance that lies beside the files.
BESIDE = ("SOURCE.json", "LICENSE.upstream")


@dataclass(frozen=True)
class PublishedSet:
    """The standing facts of a published data set.

    Attributes:
        source_id: its id.
        folder: its folder under ``seeds``.
        top: id, titles, publisher, url.
        block: the ``[published]`` block.
    """

    source_id: str
    folder: Path
    top: Mapping[str, Any]
    block: Mapping[str, Any]

    def row(self, edition: str, added_on: dt.date) -> dict[str, Any]:
        """The ``source`` row of an edition; facts of a known edition take precedence."""
        known: dict[str, Any] = next(
            (e for e in self.block.get("edition", []) if str(e["edition"]) == edition), {}
        )
        facts = {**self.block, **known}
        right = facts["authorisation"]
        until = right.get("until")
        citation = facts.get("citation") or (
            f"{self.top['publisher']}: {self.top['title_en']}, {edition}"
        )
        return {
            "source_id": self.source_id,
            "edition": edition,
            "title_zh": self.top["title_zh"],
            "title_en": self.top["title_en"],
            "publisher": self.top["publisher"],
            "published_on": str(facts["published_on"]) if facts.get("published_on") else None,
            "accessed_on": str(facts.get("accessed_on") or added_on),
            "url": facts.get("url") or self.top.get("url"),
            "citation": citation,
            "licence": facts["licence"],
            "authorisation_scope": right["scope"],
            "authorisation_document": right["document"],
            "authorisation_until": dt.date.fromisoformat(str(until)) if until else None,
            "onward_publication": right["onward_publication"],
            "data_class": facts["data_class"],
            "data_origin": facts["data_origin"],
            "methodology_url": facts.get("methodology_url"),
            "core_data": facts["core_data"],
            "note_zh": facts.get("note_zh"),
            "note_en": facts.get("note_en"),
        }


def is_published_set(folder: Path) -> bool:
    """Whether a source's editions come from outside.

    Raises:
        UnreadableInput: E-SEED-06, ``source.toml`` is no text.
        FaultyData: E-SEED-08, it is not valid TOML.
    """
    path = folder / "source.toml"
    return path.exists() and "published" in read_toml(path, f"{folder.name}/source.toml")


def read_published_set(folder: Path) -> PublishedSet:
    """The standing facts of a published data set.

    Raises:
        UnreadableInput: ``source.toml`` is missing.
        FaultyData: not valid TOML, or a fact or right is missing.
    """
    shown = f"{folder.name}/source.toml"
    top = read_toml(folder / "source.toml", shown)
    faults = unfit(top, shown, "", {**TOP, "published": STANDING})
    faults += misnamed(top, shown, folder.name)
    if faults:
        raise FaultyData(faults)
    return PublishedSet(top["id"], folder, top, top["published"])


def files_at(path: Path) -> dict[str, Path]:
    """The files of an edition handed in as one file or as a folder, by name within.

    Raises:
        UnreadableInput: there is nothing.
    """
    if path.is_file():
        return {path.name: path}
    found = {
        p.relative_to(path).as_posix(): p
        for p in sorted(path.rglob("*"))
        if p.is_file() and p.name not in BESIDE
    }
    if not found:
        raise UnreadableInput(finding("E-SEED-06", file=str(path)))
    return found


def edition_over(
    published: PublishedSet, edition: str, files: Mapping[str, Path], added_on: dt.date
) -> Edition:
    """An edition over files lying anywhere.

    Args:
        published: the set.
        edition: name of the edition.
        files: path by the name a reader asks for.
        added_on: the day it was handed in, where no better date is known.

    Returns:
        The edition; its corrections come from the set's folder in seeds.
    """
    rows = tuple(
        {
            "source_id": published.source_id,
            "edition": edition,
            "file_name": name,
            "file_sha256": sha256_of(path),
            "file_bytes": path.stat().st_size,
            "how_obtained": published.block["how_obtained"],
        }
        for name, path in sorted(files.items())
    )
    mends = tuple(
        c for c in read_corrections(published.folder, published.source_id)
        if c.edition in {edition, "*"}
    )  # fmt: skip
    return Edition(
        published.source_id, edition, published.folder, published.row(edition, added_on), rows,
        mends, paths=dict(files),
    )  # fmt: skip
