"""The file of leaves: batches of length, record, leaf hash; appended, fsynced, never rewritten.

Belongs here: bytes on disk and what a torn or altered tail looks like. Does not belong
here: what a record says.

A batch begins with its length and eight bytes of the length's own SHA-256, so that a cut tail
(an append that was never acknowledged) and an altered length cannot be taken for each other.
A batch is there whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.ledger.merkle import leaf_hash

if TYPE_CHECKING:
    from pathlib import Path

_LENGTH = struct.Struct(">I")
_HEAD = struct.Struct(">Q8s")
_HASH = 32
LONGEST = 1 << 20


@dataclass(frozen=True)
class Leaves:
    """What a file of leaves holds: whole records, and where the whole part ends."""

    records: tuple[bytes, ...]
    hashes: tuple[bytes, ...]
    whole_bytes: int


def read_leaves(path: Path) -> Leaves:
    """Every record of the whole batches of a file of leaves.

    A batch cut short at the very end was never acknowledged and is left out; anything
    else that does not fit its hash is damage.

    Raises:
        UnreadableInput: a record does not match its leaf hash.
    """
    data = path.read_bytes() if path.exists() else b""
    records: list[bytes] = []
    hashes: list[bytes] = []
    at = 0
    while at + _HEAD.size <= len(data):
        length, mark = _HEAD.unpack_from(data, at)
        if mark != _mark(length):
            raise _damaged(path, records)
        end = at + _HEAD.size + length
        if end > len(data):
            break
        _read_batch(path, data[at + _HEAD.size : end], records, hashes)
        at = end
    return Leaves(tuple(records), tuple(hashes), at)


def _mark(length: int) -> bytes:
    return hashlib.sha256(length.to_bytes(8, "big")).digest()[:8]


def _damaged(path: Path, records: list[bytes]) -> UnreadableInput:
    return UnreadableInput(finding("E-LEDGER-01", file=path.name, row=len(records)))


def _read_batch(path: Path, body: bytes, records: list[bytes], hashes: list[bytes]) -> None:
    at = 0
    while at < len(body):
        if at + _LENGTH.size > len(body):
            raise _damaged(path, records)
        (length,) = _LENGTH.unpack_from(body, at)
        end = at + _LENGTH.size + length + _HASH
        record = body[at + _LENGTH.size : end - _HASH]
        if end > len(body) or leaf_hash(record) != body[end - _HASH : end]:
            raise _damaged(path, records)
        records.append(record)
        hashes.append(body[end - _HASH : end])
        at = end


def append_leaves(path: Path, records: list[bytes], whole_bytes: int) -> None:
    """Append records with one fsync: acknowledged whole when this returns.

    Args:
        path: the file of leaves.
        records: the records, in order.
        whole_bytes: where the whole part ends; a torn tail behind it is cut off first.

    Raises:
        OSError: the disk refused; what stood before still stands.
        UnreadableInput: a record is longer than a leaf may be; nothing was written.
    """
    for record in records:
        if len(record) > LONGEST:
            raise UnreadableInput(
                finding("E-LEDGER-02", file=path.name, found=len(record), wanted=LONGEST)
            )
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        os.ftruncate(descriptor, whole_bytes)
        batch = b"".join(_LENGTH.pack(len(r)) + r + leaf_hash(r) for r in records)
        body = _HEAD.pack(len(batch), _mark(len(batch))) + batch
        try:
            _write_all(descriptor, body, whole_bytes)
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, whole_bytes)
            raise
    finally:
        os.close(descriptor)
    if is_new:
        sync_folder(path.parent)


def _write_all(descriptor: int, body: bytes, at: int) -> None:
    written = 0
    while written < len(body):
        written += os.pwrite(descriptor, body[written:], at + written)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
