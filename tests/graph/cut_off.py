"""The program, killed by itself at a moment: ``python -m tests.graph.cut_off MOMENT words``.

A moment is ``half:NAME`` (half of a file of that name is written), ``before:NAME`` or
``after:NAME`` (a folder within NAME is put in its place), ``amid:NAME`` (what stood there is
away, what replaces it not yet there).
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import polars as pl


def killed() -> None:
    """End like a process that the kernel ends."""
    os.kill(os.getpid(), signal.SIGKILL)


def cut_off_at(moment: str) -> None:
    """Stand before every file that is written and every folder that is put in its place."""
    when, _, name = moment.partition(":")
    write_bytes, rename, write_parquet = Path.write_bytes, Path.rename, pl.DataFrame.write_parquet

    def half(path: Path, body: bytes) -> int:
        if when == "half" and path.name == name:
            write_bytes(path, body[: len(body) // 2])
            killed()
        return write_bytes(path, body)

    def half_frame(frame: pl.DataFrame, file: object, **more: object) -> None:
        write_parquet(frame, file, **more)
        if when == "half" and isinstance(file, Path) and file.name == name:
            os.truncate(file, file.stat().st_size // 2)
            killed()

    def put(path: Path, target: Path) -> Path:
        is_there = name in Path(target).parts
        if when == "before" and is_there:
            killed()
        found = rename(path, target)
        if (when == "after" and is_there) or (when == "amid" and name in path.parts):
            killed()
        return found

    Path.write_bytes, Path.rename = half, put
    pl.DataFrame.write_parquet = half_frame


if __name__ == "__main__":
    from pipelines.cli import main

    cut_off_at(sys.argv[1])
    main(sys.argv[2:])
