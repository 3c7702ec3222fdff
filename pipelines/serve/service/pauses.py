"""Short pauses while others are answered: a release is loaded beside the requests under way.

Belongs here: what the interpreter does to every thread when one of them loads much: how long a
thread may keep the others waiting, and when all objects are gone through. Does not belong here:
loading (``releases``).
"""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Seconds after which a thread at work lets another have its turn; 0.005 by default, many times
# what an answer takes.
TURN = 0.0005


def take_short_turns() -> None:
    """Let the thread that answers have its turn soon, whatever others load."""
    sys.setswitchinterval(TURN)


@contextmanager
def without_collections() -> Iterator[None]:
    """Load without going through all objects again and again: that stops every thread.

    Example:
        >>> with without_collections():
        ...     gc.isenabled()
        False
        >>> gc.isenabled()
        True
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def keep_for_good() -> None:
    """What was loaded stays until its last user lets go: it is not gone through any more."""
    gc.collect(1)
    gc.freeze()
