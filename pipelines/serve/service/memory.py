"""Answers kept for the next reader who asks the same: bounded in bytes, of one view only.

Belongs here: keeping and forgetting. Does not belong here: what an answer is.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

LARGEST = 48 * 1024 * 1024
LARGEST_ONE = 1024 * 1024


class Memory:
    """Bytes by key, the least recently used forgotten first.

    Example:
        >>> memory = Memory(largest=10)
        >>> memory.keep("a", [], b"123456")
        >>> memory.keep("b", [], b"123456")
        >>> memory.recall("a") is None, memory.recall("b")
        (True, ([], b'123456'))
    """

    def __init__(self, largest: int = LARGEST) -> None:
        """Begin empty; ``largest`` is how many bytes of bodies are kept."""
        self._held: OrderedDict[object, tuple[list[Any], bytes]] = OrderedDict()
        self._largest = largest
        self._bytes = 0
        self._lock = threading.Lock()

    def recall(self, key: object) -> tuple[list[Any], bytes] | None:
        """Headers and body kept under a key, None when there are none."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def keep(self, key: object, headers: list[Any], body: bytes) -> None:
        """Keep an answer; one that is very large is not kept."""
        if len(body) > min(LARGEST_ONE, self._largest):
            return
        with self._lock:
            old = self._held.pop(key, None)
            self._bytes += len(body) - (len(old[1]) if old else 0)
            self._held[key] = (headers, body)
            while self._bytes > self._largest:
                _, (_, forgotten) = self._held.popitem(last=False)
                self._bytes -= len(forgotten)
