"""A compound file (the container of old .xls and of encrypted workbooks) taken apart.

Belongs here: names of its streams and the bytes of one, every step bounded. Does not belong
here: the records of a workbook stream (``biff``).

Source:
    [MS-CFB] Compound File Binary File Format, sections 2.2 to 2.6.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA
_HEADER_FAT = 109
_ENTRY = 128
_ROOT = 5
_STREAM = 2


class DamagedCompound(ValueError):
    """The file is no whole compound file."""


@dataclass(frozen=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


class CompoundFile:
    """The streams of a compound file.

    Example:
        >>> CompoundFile(b"not one")
        Traceback (most recent call last):
        ...
        pipelines.desk.compound.DamagedCompound: header
    """

    def __init__(self, data: bytes) -> None:
        """Read header, allocation table and directory.

        Raises:
            DamagedCompound: one of them is broken.
        """
        if len(data) < 512 or not data.startswith(MAGIC):
            raise DamagedCompound("header")
        (self._shift, self._mini_shift) = struct.unpack_from("<HH", data, 30)
        if self._shift not in {9, 12} or self._mini_shift != 6:
            raise DamagedCompound("header")
        self._data = data
        self._size = 1 << self._shift
        first_directory, _, self._cutoff, first_mini = struct.unpack_from("<IIII", data, 48)
        self._fat = self._allocation()
        self._mini_fat = _numbers(self._chain(first_mini)) if first_mini < _END else ()
        self._entries = self._directory(self._chain(first_directory))
        root = next((e for e in self._entries if e.kind == _ROOT), None)
        if root is None:
            raise DamagedCompound("directory")
        self._mini = self._chain(root.start) if root.start < _END else b""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all streams and storages."""
        return tuple(e.name for e in self._entries)

    def stream(self, name: str) -> bytes | None:
        """The bytes of a stream; None when there is no stream of that name.

        Raises:
            DamagedCompound: its chain is broken.
        """
        found = next((e for e in self._entries if e.kind == _STREAM and e.name == name), None)
        if found is None:
            return None
        if found.size >= self._cutoff:
            return self._chain(found.start)[: found.size]
        return self._mini_chain(found.start)[: found.size]

    def _sector(self, number: int) -> bytes:
        at = (number + 1) << self._shift
        if at >= len(self._data):
            raise DamagedCompound("sector")
        return self._data[at : at + self._size]

    def _allocation(self) -> tuple[int, ...]:
        listed = [n for n in struct.unpack_from("<109I", self._data, 76) if n < _END]
        following, count = struct.unpack_from("<II", self._data, 68)
        most = len(self._data) >> self._shift
        for _ in range(min(count, most)):
            if following >= _END:
                break
            numbers = _numbers(self._sector(following))
            listed += [n for n in numbers[:-1] if n < _END]
            following = numbers[-1]
        if len(listed) > most:
            raise DamagedCompound("allocation")
        return tuple(n for number in listed for n in _numbers(self._sector(number)))

    def _chain(self, start: int) -> bytes:
        parts, seen, number = [], set(), start
        while number < _END:
            if number in seen or number >= len(self._fat):
                raise DamagedCompound("chain")
            seen.add(number)
            parts.append(self._sector(number))
            number = self._fat[number]
        return b"".join(parts)

    def _mini_chain(self, start: int) -> bytes:
        parts, seen, number, size = [], set(), start, 1 << self._mini_shift
        while number < _END:
            if number in seen or number >= len(self._mini_fat):
                raise DamagedCompound("chain")
            seen.add(number)
            parts.append(self._mini[number * size : (number + 1) * size])
            number = self._mini_fat[number]
        return b"".join(parts)

    @staticmethod
    def _directory(data: bytes) -> tuple[_Entry, ...]:
        entries = []
        for at in range(0, len(data) - _ENTRY + 1, _ENTRY):
            (length, kind) = struct.unpack_from("<HB", data, at + 64)
            if kind == 0:
                continue
            if length > 64:
                raise DamagedCompound("directory")
            name = data[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
            (start, size) = struct.unpack_from("<II", data, at + 116)
            entries.append(_Entry(name, kind, start, size))
        return tuple(entries)


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])
