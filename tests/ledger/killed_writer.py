"""Append one batch and be killed at the n-th operation on the disk.

    python killed_writer.py FOLDER N MODE NAME...

MODE before or after the operation, or torn: a write stops half way. What was acknowledged is
printed, after the ledger returned. Run as a process of its own.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from pipelines.ledger import Ledger

WATCHED = ("open", "ftruncate", "pwrite", "fsync", "close")


def watch(stop_at: int, mode: str) -> None:
    count = 0

    def killed_at(name: str):
        real = getattr(os, name)

        def operation(*words, **more):
            nonlocal count
            count += 1
            if count == stop_at and mode == "torn" and name == "pwrite":
                descriptor, body, at = words
                real(descriptor, body[: len(body) // 2], at)
            if count == stop_at and mode in {"before", "torn"}:
                os.kill(os.getpid(), signal.SIGKILL)
            answer = real(*words, **more)
            if count == stop_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return operation

    for name in WATCHED:
        setattr(os, name, killed_at(name))


def main(folder: str, stop_at: str, mode: str, *names: str) -> None:
    ledger = Ledger(Path(folder))
    batch = [{"decision_id": name, "verdict": "admit", "note": "x" * 200} for name in names]
    watch(int(stop_at), mode)
    ledger.enter(batch)
    # Acknowledged: written straight to the descriptor, nothing buffered.
    os.write(1, b"acknowledged\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
