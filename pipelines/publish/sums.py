"""SHA256SUMS and SM3SUMS: every file of a release and its hash, in the tools' own format."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipelines.publish.verify import SM3, SUMS, UNLISTED, file_hashes, sums_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def names_in(folder: Path) -> list[str]:
    """The files of a release folder that the sums list, sorted."""
    names = (str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    return sorted(n for n in names if n not in UNLISTED)


def write_sums(folder: Path, known: Mapping[str, str] | None = None) -> None:
    """Write the sums of a folder; SM3 (GB/T 32905) where the machine's library has it.

    Args:
        folder: the release folder; every other file is written.
        known: SHA-256 by name, as far as it was computed of these very bytes before.

    Raises:
        OSError: a file cannot be read or written.
    """
    names = names_in(folder)
    done = known or {}
    for file, algorithm in ((SUMS, "sha256"), (SM3, "sm3")):
        if algorithm in hashlib.algorithms_available:
            given = done if algorithm == "sha256" else {}
            found = file_hashes(folder, [n for n in names if n not in given], algorithm)
            (folder / file).write_bytes(sums_text({**given, **found}))
