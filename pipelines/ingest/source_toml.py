"""What ``source.toml`` must hold, key by key, and of which kind.

Belongs here: the keys of a source, an edition, its right and its files,
each with the kind of value it takes. Does not belong here: the bytes of the files.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import Finding, finding
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import (
    COUNT,
    DATED,
    DAY,
    FLAG,
    TABLE,
    TABLES,
    TEXT,
    Each,
    Kind,
    Maybe,
    Shape,
    unfit,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def _is_name(value: object) -> bool:
    if not isinstance(value, str) or "\\" in value:
        return False
    path = PurePosixPath(value)
    return not path.is_absolute() and ".." not in path.parts


HASH = Kind(_is_hash, '"7f…"')
NAME = Kind(_is_name, '"folder/name.csv"')

TOP = {"id": TEXT, "title_zh": TEXT, "title_en": TEXT, "publisher": TEXT}
STORED = {**TOP, "edition": TABLES}
LISTED: Shape = {**TOP, "edition": Maybe(Each({"edition": TEXT})), "published": Maybe(TABLE)}
# What an edition may state.
MAY: Shape = {
    "published_on": Maybe(DATED), "title_zh": Maybe(TEXT), "title_en": Maybe(TEXT),
    "publisher": Maybe(TEXT), "url": Maybe(TEXT), "methodology_url": Maybe(TEXT),
    "note_zh": Maybe(TEXT), "note_en": Maybe(TEXT),
}  # fmt: skip
EDITION: Shape = {
    "edition": TEXT, "accessed_on": DATED, "citation": TEXT, "licence": TEXT,
    "authorisation": TABLE, "data_class": TEXT, "data_origin": TEXT, "core_data": FLAG,
    "file": TABLES, **MAY,
}  # fmt: skip
RIGHT: Shape = {
    "scope": TEXT, "document": TEXT, "onward_publication": FLAG, "until": Maybe(DAY),
}  # fmt: skip
FILE = {"name": NAME, "sha256": HASH, "bytes": COUNT, "how_obtained": TEXT}


def checked(path: Path, folder_name: str) -> dict[str, Any]:
    """``source.toml`` of a source whose editions lie in its folder.

    Args:
        path: the file.
        folder_name: name of the source's folder, which its id must repeat.

    Raises:
        UnreadableInput: the file is missing or not UTF-8.
        FaultyData: it is not valid TOML, or a key is missing or of another kind.
    """
    shown = f"{folder_name}/source.toml"
    top = read_toml(path, shown)
    faults = unfit(top, shown, "", STORED) + misnamed(top, shown, folder_name)
    editions = top.get("edition")
    for block in editions if isinstance(editions, list) else ():
        if isinstance(block, dict):
            faults += _of_edition(block, shown)
    if faults:
        raise FaultyData(faults)
    return top


def source_top(folder: Path) -> dict[str, Any]:
    """``source.toml`` of any source: what every one of them says of itself.

    Raises:
        UnreadableInput: the file is missing or not UTF-8.
        FaultyData: it is not valid TOML, or lacks its id, titles or publisher.
    """
    shown = f"{folder.name}/source.toml"
    top = read_toml(folder / "source.toml", shown)
    faults = unfit(top, shown, "", LISTED)
    if faults:
        raise FaultyData(faults)
    return top


def misnamed(top: Mapping[str, Any], shown: str, folder_name: str) -> list[Finding]:
    """The finding that a source's id is not the name of its folder."""
    given = top.get("id")
    if given in (None, "", []) or given == folder_name:
        return []
    return [finding("E-SEED-02", file=shown, column="id", value=given, expected=[folder_name])]


def _of_edition(block: Mapping[str, Any], shown: str) -> list[Finding]:
    where = f"edition {block.get('edition', '?')}: "
    faults = unfit(block, shown, where, EDITION)
    right = block.get("authorisation")
    if isinstance(right, dict):
        faults += unfit(right, shown, f"{where}authorisation.", RIGHT)
    if TABLES.fits(block.get("file")):
        for entry in block["file"]:
            faults += unfit(entry, shown, "file.", FILE)
    return faults
