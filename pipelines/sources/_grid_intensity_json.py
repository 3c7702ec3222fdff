"""Records of a published JSON file: one object whose keys name the records.

Belongs here: the file as rows of text with the pointer of every record, keys written twice.
Does not belong here: what the records mean (``grid_intensity``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.tabular.published_file import require_kind
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    from pathlib import Path

KEY = "key"


@dataclass(frozen=True)
class Records:
    """The records of a file.

    Attributes:
        header: every column that a record has; levels are joined by dots.
        rows: one per record, in the order of the file, numbered from 1; a key that the file
            writes twice gives two rows.
    """

    header: tuple[str, ...]
    rows: tuple[TextRow, ...]


class _Members(list[tuple[str, Any]]):
    """Members of an object in their order; a key may stand twice."""


def _text(value: Any) -> str:
    """A member as text, numbers exactly as written."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cells(record: Any, above: str = "") -> dict[str, str]:
    if not isinstance(record, _Members):
        return {above: _text(record)} if above else {}
    cells: dict[str, str] = {}
    for name, value in record:
        cells.update(_cells(value, f"{above}.{name}" if above else name))
    return cells


def read_records(path: Path, name: str) -> Records:
    """The records of a JSON file whose keys name them.

    Args:
        path: the file.
        name: how it is called in messages: ``<source_id>/<file name>``.

    Returns:
        Its records as text; numbers keep every digit as written.

    Raises:
        UnreadableInput: E-FILE-01, it is no JSON, damaged, or no object of records.
    """
    require_kind(path, "json", name)
    try:
        whole = json.loads(
            path.read_bytes().decode("utf-8-sig"), object_pairs_hook=_Members,
            parse_float=str, parse_int=str, parse_constant=str,
        )  # fmt: skip
        if not isinstance(whole, _Members):
            raise UnreadableInput(
                finding("E-FILE-01", file=name, found="json list", wanted="json object of records")
            )
        rows = tuple(
            TextRow(name, number, {**_cells(record), KEY: key})
            for number, (key, record) in enumerate(whole, start=1)
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise UnreadableInput(
            finding("E-FILE-01", file=name, found=f"damaged json ({error})", wanted="json")
        ) from error
    header = dict.fromkeys(column for row in rows for column in row.cells if column != KEY)
    return Records(tuple(header), rows)
