"""Reading a TOML file of seeds: UTF-8, every fault with its file.

Belongs here: the file as blocks. Does not belong here: what a rule needs in them
(``toml_shape``).
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData, UnreadableInput
from pipelines.findings import finding

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def read_toml(
    path: Path, name: str | None = None, *, parse_float: Callable[[str], Any] = float
) -> dict[str, Any]:
    """The blocks of a TOML file; a byte order mark is passed over.

    Args:
        path: the file.
        name: how the file is called in messages; its own name by default.
        parse_float: what makes a number of a text with a point.

    Raises:
        UnreadableInput: E-SEED-06, the file is missing or not UTF-8.
        FaultyData: E-SEED-08, it is no valid TOML.
    """
    shown = name or path.name
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(finding("E-SEED-06", file=shown)) from error
    return parse_toml(text, shown, parse_float=parse_float)


def parse_toml(
    text: str, shown: str, *, parse_float: Callable[[str], Any] = float
) -> dict[str, Any]:
    r"""The blocks of a TOML text.

    Args:
        text: as it stands in the file.
        shown: how the file is called in messages.
        parse_float: what makes a number of a text with a point.

    Raises:
        FaultyData: E-SEED-08, it is no valid TOML.

    Example:
        >>> parse_toml("[age]\nyears = 10", "rules/plausibility.toml")
        {'age': {'years': 10}}
    """
    try:
        return tomllib.loads(text, parse_float=parse_float)
    except (ValueError, RecursionError) as error:
        # Beside its own error the reader lets out that of a number or a nesting without end.
        raise FaultyData(finding("E-SEED-08", file=shown, reason=str(error))) from error
