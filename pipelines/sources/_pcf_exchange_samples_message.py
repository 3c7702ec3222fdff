"""Footprint messages in JSON files: their members as text, without who sent them.

Belongs here: telling a message from a JSON Schema, members by their path, numbers exactly as
written, names written twice. Does not belong here: what members mean
(``_pcf_exchange_samples_versions``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.sources._json_pointer import pointer
from pipelines.sources._pcf_exchange_samples_versions import ID, VERSION
from pipelines.tabular.published_file import require_kind
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    from pathlib import Path

# Members above ``pcf`` that are read. All others name companies, products or people.
READ = (
    ID, VERSION, "version", "created", "status", "partialFullPcf", "validityPeriodStart",
    "validityPeriodEnd",
)  # fmt: skip
SEPARATOR = "; "


@dataclass(frozen=True)
class Message:
    """One product footprint as sent.

    Attributes:
        row: its members by path (``pcf/declaredUnit``), as text.
        place: JSON pointer of the footprint in its file; blank when it is the whole file.
        versions: what ``specVersion`` says.
    """

    row: TextRow
    place: str
    versions: list[str]

    def pointer(self, member: str) -> str:
        """The JSON pointer of a member."""
        return self.place + pointer(*member.split("/"))


class _WrittenTwice(ValueError):
    """An object names a member twice; which one holds cannot be known."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _WrittenTwice
    return found


def read_messages(path: Path, name: str) -> list[Message]:
    """The footprints of a file: one, or the list of an answer (``data``).

    Args:
        path: the file.
        name: how it is called in messages.

    Returns:
        The footprints in order; none for a JSON Schema, which describes messages.

    Raises:
        UnreadableInput: E-FILE-01, not JSON, a member written twice, or no footprint inside.
    """
    require_kind(path, "json", name)
    try:
        whole = json.loads(
            path.read_bytes().decode("utf-8-sig"),
            parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_members,
        )  # fmt: skip
    except (ValueError, RecursionError) as error:
        raise UnreadableInput(
            finding("E-FILE-01", file=name, found=type(error).__name__, wanted="json")
        ) from error
    if isinstance(whole, dict) and "$schema" in whole and "properties" in whole:
        return []
    if isinstance(whole, dict) and isinstance(whole.get("data"), list):
        several = [(pointer("data", str(i)), one) for i, one in enumerate(whole["data"])]
    else:
        several = [("", whole)]
    return [_message(one, place, number, name)
            for number, (place, one) in enumerate(several, start=1)]  # fmt: skip


def _message(one: Any, place: str, number: int, name: str) -> Message:
    if not isinstance(one, dict) or not isinstance(one.get("pcf"), dict):
        raise UnreadableInput(
            finding("E-FILE-01", file=name, found="json without pcf", wanted="footprint message")
        )
    cells = {member: _text(one[member]) for member in READ if member in one}
    cells.update(_cells(one["pcf"], "pcf"))
    said = one.get(VERSION, [])
    versions = [_text(v) for v in (said if isinstance(said, list) else [said])]
    return Message(TextRow(name, number, cells), place, versions)


def _cells(members: dict[str, Any], above: str) -> dict[str, str]:
    cells: dict[str, str] = {}
    for member, value in members.items():
        path = f"{above}/{member}"
        if isinstance(value, dict):
            cells.update(_cells(value, path))
        else:
            cells[path] = _text(value)
    return cells


def _text(value: Any) -> str:
    """A member as text; a list's plain entries are joined, entries with members are not read."""
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return SEPARATOR.join(v for v in value if isinstance(v, str))
    return str(value)
