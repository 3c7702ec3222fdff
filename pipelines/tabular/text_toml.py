"""Reading a TOML file of seeds: UTF-8, every fault with its file.

Belongs here: the file as blocks. Does not belong here: what a rule needs in them.
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
    """The blocks of a TOML file.

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
        return tomllib.loads(path.read_text("utf-8"), parse_float=parse_float)
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(finding("E-SEED-06", file=shown)) from error
    except tomllib.TOMLDecodeError as error:
        raise FaultyData(finding("E-SEED-08", file=shown, reason=str(error))) from error
