"""What a release was made from: code, lock, inputs, tables. Attested, not digested.

Belongs here: stating the commit, the lock and every seed file by hash. These statements
stand in ``lineage/run.json``; they are not part of the content digest, because the same
content may be made again by other code.
"""

from __future__ import annotations

import platform
import subprocess
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pipelines.identity import sha256_of
from pipelines.settings import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

LIBRARIES = ("dagster", "duckdb", "polars", "pandera", "pyarrow", "great-expectations", "numpy")


def _git(*words: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(REPOSITORY), *words], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def seed_hashes(seeds: Path) -> dict[str, str]:
    """SHA-256 of every file of a seeds folder, by its path within."""
    files = sorted(p for p in seeds.rglob("*") if p.is_file())
    return {p.relative_to(seeds).as_posix(): sha256_of(p) for p in files}


def lineage_of(
    seeds: Path, ledger: tuple[int, str], data_versions: dict[str, str]
) -> dict[str, Any]:
    """What a run is made from.

    Args:
        seeds: the seeds folder.
        ledger: size and root of the ledger prefix read.
        data_versions: content digest of every table, by name.

    Returns:
        Plain data for ``lineage/run.json``; a part that cannot be known is null.
    """
    changed = _git("status", "--porcelain", "--untracked-files=no")
    lock = REPOSITORY / "uv.lock"
    return {
        "code": {"commit": _git("rev-parse", "HEAD"), "has_uncommitted_changes": bool(changed)},
        "lock_sha256": sha256_of(lock) if lock.is_file() else None,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "ledger": {"size": ledger[0], "root": ledger[1]},
        "seeds": seed_hashes(seeds),
        "tables": data_versions,
    }
