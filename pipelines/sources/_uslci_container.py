"""The one database file of an edition: found by content, opened within limits.

Belongs here: telling openLCA JSON-LD from EcoSpold by what a zip holds, whatever its name
says, and refusing what cannot be read safely. Does not belong here: reading either.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.tabular.published_file import kind_of

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.ingest.seed_folder import Edition

WANTED = "openLCA JSON-LD zip or EcoSpold 1 XML zip"
ECOSPOLD1 = b"EcoSpold01"
ECOSPOLD2 = b"EcoSpold02"
HEAD = 4096
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)


@dataclass(frozen=True)
class Container:
    """A zip with a database.

    Attributes:
        name: file name in the edition.
        shown: how it is called in messages.
        path: where it lies.
        format: what it holds, by content.
        members: the members to read, sorted.
    """

    name: str
    shown: str
    path: Path
    format: Literal["openlca", "ecospold1"]
    members: tuple[str, ...]


def find_container(edition: Edition, largest_inflated: int) -> Container:
    """The database of an edition; documents beside it are passed over.

    Args:
        edition: its files may lie under any name.
        largest_inflated: most bytes a zip may inflate to.

    Raises:
        UnreadableInput: E-FILE-01, no file holds a database, several do, or a file is not
            what it must be (EcoSpold 2, a damaged zip, names outside the archive).
    """
    held, beside = [], []
    for row in edition.file_rows:
        name = row["file_name"]
        kind = kind_of(edition.path(name))
        if kind == "zip":
            held.append(_container(edition, name, largest_inflated))
        else:
            beside.append((kind == "text", name, kind))
    if len(held) > 1:
        found = " + ".join(one.name for one in held)
        raise _refused(held[0].shown, f"{found} (two editions)")
    if not held:
        _, name, kind = min(beside)
        raise _refused(edition.shown(name), kind)
    return held[0]


def _refused(shown: str, found: str) -> UnreadableInput:
    return UnreadableInput(finding("E-FILE-01", file=shown, found=found, wanted=WANTED))


def _container(edition: Edition, name: str, largest_inflated: int) -> Container:
    shown, path = edition.shown(name), edition.path(name)
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [i for i in archive.infolist() if not i.is_dir()]
            _require_safe(infos, shown, largest_inflated)
            names = sorted(i.filename for i in infos)
            if any(folder_of(n) == "processes" for n in names):
                return Container(name, shown, path, "openlca", tuple(names))
            xml = tuple(n for n in names if n.lower().endswith(".xml"))
            for member in xml:
                with archive.open(member) as stream:
                    _require_ecospold1(stream.read(HEAD), shown)
    except DAMAGED as error:
        raise _refused(shown, f"damaged zip: {error}") from error
    if not xml:
        raise _refused(shown, f"zip of {', '.join(sorted({_ending(n) for n in names})[:5]) or '-'}")
    return Container(name, shown, path, "ecospold1", xml)


def folder_of(member: str) -> str:
    """The folder a member lies in directly, wherever in the archive that folder is."""
    parts = member.split("/")
    return parts[-2] if len(parts) > 1 else ""


def _ending(member: str) -> str:
    return member.rsplit(".", 1)[-1] if "." in member else member


def _require_safe(infos: list[zipfile.ZipInfo], shown: str, largest: int) -> None:
    names = [i.filename for i in infos]
    if len(set(names)) != len(names):
        raise _refused(shown, "zip with repeated names")
    if any(n.startswith("/") or ".." in n.split("/") for n in names):
        raise _refused(shown, "zip with names outside itself")
    if any(i.flag_bits & 1 for i in infos):
        raise _refused(shown, "encrypted zip")
    inflated = sum(i.file_size for i in infos)
    if inflated > largest:
        raise _refused(shown, f"zip of {inflated} bytes inflated, more than {largest}")


def _require_ecospold1(head: bytes, shown: str) -> None:
    if b"<!DOCTYPE" in head:
        raise _refused(shown, "XML with a document type")
    if ECOSPOLD1 in head:
        return
    if ECOSPOLD2 in head:
        raise _refused(shown, "EcoSpold 2")
    root = re.search(rb"<([A-Za-z][A-Za-z0-9:_-]*)", head)
    raise _refused(shown, f"XML {root.group(1).decode() if root else '-'}")
