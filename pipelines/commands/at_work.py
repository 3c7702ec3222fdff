"""Who is at work on what: locks of the kernel, which end with their process however it ends.

Belongs here: taking and awaiting them. Does not belong here: what they guard
(``part_store``). A lock keeps nobody out for ever: nothing of it lies on the disk but an
empty file, and a killed process holds none.
"""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def lock(path: Path, *, shared: bool = False, wait: bool = False) -> Iterator[bool]:
    """Hold a lock for the block.

    Args:
        path: an empty file; made where it is missing.
        shared: beside others who share it, too.
        wait: until it is free.

    Yields:
        Whether it is held; always, when waited for.

    Raises:
        OSError: the disk refused, or knows no locks.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as stream:
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(stream, mode if wait else mode | fcntl.LOCK_NB)
            is_held = True
        except BlockingIOError:
            is_held = False
        yield is_held
