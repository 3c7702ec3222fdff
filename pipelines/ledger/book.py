"""The ledger: decisions appended once, in order, under a lock; size and root stated.

Belongs here: what is appended and the promise that a decision stands once. Does not belong
here: who may decide (``pipelines.admit``) and which release names which root.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.identity import canonical_text_json
from pipelines.ledger.leaves import Leaves, append_leaves, read_leaves
from pipelines.ledger.merkle import leaf_hash, root_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """Where a decision stands: its index, its leaf hash, its record."""

    index: int
    leaf_hash: str
    record: dict[str, Any]


def name_of(record: dict[str, Any]) -> str:
    """What names a record: a decision's or an event's id."""
    return str(record.get("event_id") or record["decision_id"])


class Ledger:
    """The append-only ledger of a home.

    Nothing but ``enter`` writes. A decision is named by its ``decision_id``; entering it
    again changes nothing.
    """

    def __init__(self, folder: Path) -> None:
        """Open the ledger of a folder; the folder is made on the first entry."""
        self.folder = folder
        self.path = folder / "leaves.bin"

    def entries(self, size: int | None = None) -> list[Entry]:
        """The first ``size`` entries (all by default), in order.

        Raises:
            UnreadableInput: a record does not match its hash.
        """
        leaves = self._leaves()
        pairs = zip(leaves.records[:size], leaves.hashes[:size], strict=True)
        return [Entry(i, h.hex(), json.loads(r)) for i, (r, h) in enumerate(pairs)]

    def size_and_root(self, size: int | None = None) -> tuple[int, str]:
        """Number of leaves and root (hexadecimal) of the first ``size`` leaves."""
        hashes = self._leaves().hashes[:size]
        return len(hashes), root_of(hashes).hex()

    def enter(self, decisions: Sequence[dict[str, Any]]) -> dict[str, Entry]:
        """Append the decisions that do not stand yet, with one fsync.

        Args:
            decisions: records with a ``decision_id`` or ``event_id``, in the order to be kept.

        Returns:
            The entry of every decision given, by its id; all of them are durable.

        Raises:
            UnreadableInput: the ledger is damaged.
            OSError: the disk refused; nothing of the batch stands.
        """
        return self.act(lambda _entries: decisions)

    def act(self, build: Callable[[list[Entry]], Sequence[dict[str, Any]]]) -> dict[str, Entry]:
        """Look at the ledger and append what follows from it, with nobody between.

        Args:
            build: given every entry, the records to append; what it raises comes through
                and nothing is written.

        Returns:
            The entry of every record built, by its id; all of them are durable.

        Raises:
            UnreadableInput: the ledger is damaged.
            OSError: the disk refused; nothing of the batch stands.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            leaves = self._leaves()
            entries = [
                Entry(i, digest.hex(), json.loads(record))
                for i, (record, digest) in enumerate(
                    zip(leaves.records, leaves.hashes, strict=True)
                )
            ]
            known = {name_of(entry.record): entry for entry in entries}
            decisions = build(entries)
            fresh: list[bytes] = []
            for decision in decisions:
                name = name_of(decision)
                if name not in known:
                    seq = len(leaves.records) + len(fresh)
                    record = canonical_text_json({"seq": seq, **decision})
                    known[name] = Entry(seq, leaf_hash(record).hex(), json.loads(record))
                    fresh.append(record)
            if fresh:
                append_leaves(self.path, fresh, leaves.whole_bytes)
                self._remember(len(leaves.records) + len(fresh), leaf_hash(fresh[-1]))
            return {name_of(d): known[name_of(d)] for d in decisions}

    def _leaves(self) -> Leaves:
        """The leaves on disk, at least those that were there when the head was noted.

        Raises:
            UnreadableInput: a record does not match its hash, or the file is shorter or
                another than the head says.
        """
        # Head first: another writer may append between the two reads, never take away.
        head = self._head()
        leaves = read_leaves(self.path)
        if head is not None:
            size, last = head
            if len(leaves.hashes) < size or leaves.hashes[size - 1].hex() != last:
                raise UnreadableInput(
                    finding(
                        "E-LEDGER-03", file=self.path.name, found=len(leaves.hashes), wanted=size
                    )
                )
        return leaves

    def _head(self) -> tuple[int, str] | None:
        try:
            size, _, last = (self.folder / "head").read_text("ascii").strip().partition(" ")
            return int(size), last
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise UnreadableInput(finding("E-LEDGER-01", file="head", row=0)) from error

    def _remember(self, size: int, last: bytes) -> None:
        """Note the head beside the leaves, after they are durable: a cut file is seen."""
        beside = self.folder / "head.next"
        with beside.open("w", encoding="ascii") as stream:
            stream.write(f"{size} {last.hex()}\n")
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(self.folder / "head")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
