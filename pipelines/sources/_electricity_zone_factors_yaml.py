"""Zone files: YAML in which every factor entry carries its own date and source.

Belongs here: a file as dated entries of text, each with its line and pointer. Does not belong
here: what an entry means (``electricity_zone_factors``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.sources._json_pointer import pointer
from pipelines.tabular.published_file import decoded
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FACTORS = "emissionFactors"
ACCOUNTINGS = ("direct", "lifecycle")
ENTRY_COLUMNS = ("value", "source", "datetime", "_comment", "_url")
# Every scalar stays text: NO is Norway, 2021-01-01 is what is written, 1e3 keeps its digits.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True)
class ZoneFile:
    """A zone file.

    Attributes:
        zone: the zone, from the name of the file; the file does not name it.
        header: keys of the file, of its factors (``emissionFactors.direct``) and of their
            entries (``entry.value``).
        entries: one row per entry, with the columns ``zone``, ``accounting``, ``mode``,
            ``pointer`` and those of the entry; the number is the line.
        links: address by name of a source, where the file gives one.
    """

    zone: str
    header: frozenset[str]
    entries: tuple[TextRow, ...]
    links: dict[str, str]


def _members(node: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
    """Keys and members of a mapping; nothing of any other node."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield (key.value if isinstance(key, ScalarNode) else "?"), value


def _text(node: yaml.Node) -> str:
    """A scalar as written; a list as its scalars."""
    if isinstance(node, SequenceNode):
        return " ".join(_text(item) for item in node.value)
    if isinstance(node, ScalarNode):
        return "" if node.value in {"null", "~"} else str(node.value)
    return ""


def _root(path: Path, name: str) -> MappingNode:
    try:
        root = yaml.compose(decoded(path, name), Loader=_LOADER)
    except (yaml.YAMLError, RecursionError) as error:
        told = " ".join(str(error).split())[:120]
        raise UnreadableInput(
            finding("E-FILE-01", file=name, found=f"damaged yaml ({told})", wanted="yaml")
        ) from error
    if not isinstance(root, MappingNode):
        raise UnreadableInput(
            finding("E-FILE-01", file=name, found="text without keys", wanted="yaml")
        )
    return root


def _entry(name: str, node: yaml.Node, place: tuple[str, str, str], where: str) -> TextRow:
    zone, accounting, mode = place
    cells = {"value": _text(node)} if isinstance(node, ScalarNode) else {}
    for column, value in _members(node):
        # A key written twice: the first stands, the second is told of by its own column.
        cells.setdefault(column if column not in cells else f"{column} (again)", _text(value))
    named = {"zone": zone, "accounting": accounting, "mode": mode, "pointer": where}
    return TextRow(name, node.start_mark.line + 1, {**cells, **named})


def _entries(name: str, zone: str, factors: yaml.Node) -> Iterator[TextRow]:
    for accounting, modes in _members(factors):
        for mode, node in _members(modes):
            place = (zone, accounting, mode)
            levels = (FACTORS, accounting, mode)
            if isinstance(node, SequenceNode):
                for index, item in enumerate(node.value):
                    yield _entry(name, item, place, pointer(*levels, str(index)))
            else:
                yield _entry(name, node, place, pointer(*levels))


def _links(sources: yaml.Node) -> dict[str, str]:
    return {
        name: _text(value)
        for name, facts in _members(sources)
        for column, value in _members(facts)
        if column == "link"
    }


def read_zone(path: Path, name: str) -> ZoneFile:
    """A zone file as dated entries.

    Args:
        path: the file.
        name: how it is called in messages: ``<source_id>/<file name>``.

    Returns:
        The file; a zone without factors has no entries.

    Raises:
        UnreadableInput: E-FILE-01, no text, damaged YAML, or no mapping.
    """
    root = _root(path, name)
    zone = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    header: set[str] = set()
    entries: list[TextRow] = []
    links: dict[str, str] = {}
    for key, node in _members(root):
        header.add(key)
        if key == FACTORS:
            header.update(f"{FACTORS}.{accounting}" for accounting, _ in _members(node))
            entries += _entries(name, zone, node)
        elif key == "sources":
            links |= _links(node)
    own = {"zone", "accounting", "mode", "pointer"}
    header.update(f"entry.{column}" for row in entries for column in row.cells if column not in own)
    return ZoneFile(zone, frozenset(header), tuple(entries), links)
