"""What ``source.toml`` must hold, key by key, and of which kind.

Belongs here: parsing the file, the keys of a source, an edition, its right and its files,
each with the kind of value it takes. Does not belong here: the bytes of the files.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData, UnreadableInput
from pipelines.findings import Finding, finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_date_or_text(value: object) -> bool:
    return isinstance(value, (str, dt.date))


def _is_day(value: object) -> bool:
    try:
        dt.date.fromisoformat(str(value))
    except ValueError:
        return False
    return _is_date_or_text(value) and not isinstance(value, dt.datetime)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_table(value: object) -> bool:
    return isinstance(value, dict)


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def _is_name(value: object) -> bool:
    if not isinstance(value, str) or "\\" in value:
        return False
    path = PurePosixPath(value)
    return not path.is_absolute() and ".." not in path.parts


_Kind = tuple["Callable[[object], bool]", str]
TEXT: _Kind = (_is_text, '"…"')
DATED: _Kind = (_is_date_or_text, '"2024-01-31"')
DAY: _Kind = (_is_day, "2024-01-31")
FLAG: _Kind = (_is_flag, "true / false")
COUNT: _Kind = (_is_count, "2252")
TABLE: _Kind = (_is_table, "[…]")
TABLES: _Kind = (_is_tables, "[[…]]")
HASH: _Kind = (_is_hash, '"7f…"')
NAME: _Kind = (_is_name, '"folder/name.csv"')

SOURCE = {"id": TEXT, "title_zh": TEXT, "title_en": TEXT, "publisher": TEXT, "edition": TABLES}
EDITION = {
    "edition": TEXT, "accessed_on": DATED, "citation": TEXT, "licence": TEXT,
    "authorisation": TABLE, "data_class": TEXT, "data_origin": TEXT, "core_data": FLAG,
    "file": TABLES,
}  # fmt: skip
EDITION_MAY = {
    "published_on": DATED, "title_zh": TEXT, "title_en": TEXT, "publisher": TEXT, "url": TEXT,
    "methodology_url": TEXT, "note_zh": TEXT, "note_en": TEXT,
}  # fmt: skip
RIGHT = {"scope": TEXT, "document": TEXT, "onward_publication": FLAG}
RIGHT_MAY = {"until": DAY}
FILE = {"name": NAME, "sha256": HASH, "bytes": COUNT, "how_obtained": TEXT}
_BLANK: tuple[object, ...] = (None, "", [])


def parsed(path: Path, shown: str) -> dict[str, Any]:
    """A TOML file as a table.

    Raises:
        UnreadableInput: the file is missing or not UTF-8.
        FaultyData: it is not valid TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(finding("E-SEED-06", file=shown)) from error
    except tomllib.TOMLDecodeError as error:
        raise FaultyData(finding("E-SEED-08", file=shown, reason=str(error))) from error


def unfit(
    block: Mapping[str, Any],
    shown: str,
    where: str,
    must: Mapping[str, _Kind],
    may: Mapping[str, _Kind] | None = None,
) -> list[Finding]:
    """Findings of keys that are missing or hold another kind of value.

    Args:
        block: a table of the file.
        shown: how the file is called in messages.
        where: what goes before the key in messages.
        must: keys that must be there, each with its kind.
        may: keys that may be there.
    """
    told = []
    for key, (fits, example) in {**must, **(may or {})}.items():
        value = block.get(key)
        blank = value in _BLANK
        if (blank and key in must) or not (blank or fits(value)):
            told.append(
                finding(
                    "E-SEED-02", file=shown, column=f"{where}{key}",
                    value=None if blank else value, expected=[example],
                )
            )  # fmt: skip
    return told


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
    top = parsed(path, shown)
    faults = unfit(top, shown, "", SOURCE) + misnamed(top, shown, folder_name)
    editions = top.get("edition")
    for block in editions if isinstance(editions, list) else ():
        if isinstance(block, dict):
            faults += _of_edition(block, shown)
    if faults:
        raise FaultyData(faults)
    return top


def misnamed(top: Mapping[str, Any], shown: str, folder_name: str) -> list[Finding]:
    """The finding that a source's id is not the name of its folder."""
    given = top.get("id")
    if given in _BLANK or given == folder_name:
        return []
    return [finding("E-SEED-02", file=shown, column="id", value=given, expected=[folder_name])]


def _of_edition(block: Mapping[str, Any], shown: str) -> list[Finding]:
    where = f"edition {block.get('edition', '?')}: "
    faults = unfit(block, shown, where, EDITION, EDITION_MAY)
    right, files = block.get("authorisation"), block.get("file")
    if isinstance(right, dict):
        faults += unfit(right, shown, f"{where}authorisation.", RIGHT, RIGHT_MAY)
    if _is_tables(files) and files:
        for entry in files:
            faults += unfit(entry, shown, "file.", FILE)
    return faults
