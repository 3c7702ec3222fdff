"""The warehouse file of a home: a copy of the newest release's database, swapped whole."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NAME = "warehouse.duckdb"


def refresh(release: Path, home: Path) -> Path:
    """Make the warehouse of a home show a release.

    Args:
        release: folder of the release.
        home: where ``warehouse.duckdb`` stands.

    Returns:
        The path of the warehouse; readers that hold the former file keep it.

    Raises:
        OSError: the disk refused; the former file stands.
    """
    beside = home / f".{NAME}.{os.getpid()}"
    try:
        shutil.copyfile(release / "tanyuan.duckdb", beside)
        beside.replace(home / NAME)
    finally:
        beside.unlink(missing_ok=True)
    return home / NAME
