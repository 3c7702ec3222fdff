"""Frames kept as files of a folder: sealed with lengths and hashes, whole or not there.

Belongs here: writing a folder of frames beside and putting it in its place, telling whether
what stands there is what was written. Does not belong here: which folders there are and who
may write them (``part_store``, ``at_work``).

The rename makes a folder appear at once, but a disk that lost its power or an operator's copy
may still leave less than was written. So nothing is taken for whole by its name: the seal
holds the length and the hash of every file, and each is compared before it is used.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.identity import canonical_json, sha256_of
from pipelines.publish.disk import building_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

SEAL = "part.json"
OCCUPIED = {errno.ENOTEMPTY, errno.EEXIST}


def keep(folder: Path, tmp: Path, frames: Mapping[str, pl.DataFrame]) -> None:
    """Put frames in the place of what stands in a folder, sealed.

    Args:
        folder: where they shall stand; ``<name>.parquet`` each.
        tmp: where they are written first, on the same disk; what a killed process leaves
            there is cleared by the next.
        frames: by name.

    Raises:
        OSError: the disk refused; what stood there stands.
    """
    bodies = {f"{name}.parquet": _body(frame) for name, frame in frames.items()}
    seal = {
        name: {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        for name, body in bodies.items()
    }
    with building_folder(tmp) as beside:
        for name, body in {**bodies, SEAL: canonical_json(seal)}.items():
            (beside / name).write_bytes(body)
        put_in_place(beside, folder)


def _body(frame: pl.DataFrame) -> bytes:
    """A frame as a file; written here, so that a disk that refuses is an ``OSError``."""
    stream = io.BytesIO()
    frame.rechunk().write_parquet(stream)
    return stream.getvalue()


def put_in_place(beside: Path, folder: Path) -> None:
    """Rename a folder that is complete to where it shall stand; what stood there goes away.

    Args:
        beside: from ``building_folder``, so that what it replaces is cleared with it.
        folder: where it shall stand. Of several processes that do this at once the last
            wins, and none fails.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    replaced = 0
    while True:
        try:
            beside.rename(folder)
        except OSError as error:
            if error.errno not in OCCUPIED:
                raise
        else:
            return
        try:
            folder.rename(beside.with_name(f"replaced-{replaced}"))
        except FileNotFoundError:
            # Another process was first; its folder may stand by now.
            continue
        replaced += 1


def whole(folder: Path) -> dict[str, Path] | None:
    """The files of a folder by the name of their frame, when each is what was written.

    Returns:
        None where there is no folder, no seal, or a file of another length or hash.
    """
    try:
        seal = json.loads((folder / SEAL).read_bytes())
        is_whole = all(
            _has_hash(folder / name, *_state(folder / name, told["bytes"]), told["sha256"])
            for name, told in seal.items()
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return {Path(name).stem: folder / name for name in seal} if is_whole else None


def _state(path: Path, size: int) -> tuple[int, int]:
    stat = path.stat()
    if stat.st_size != size:
        raise ValueError(path)
    return stat.st_ino, stat.st_mtime_ns


@lru_cache(maxsize=65_536)
def _has_hash(path: Path, inode: int, changed: int, sha256: str) -> bool:
    """Whether a file has a hash; read once in a process as long as nobody touches it."""
    del inode, changed
    return sha256_of(path) == sha256
