"""The home of releases: objects by hash, a numbered log, readable folders.

Belongs here: the one commit point (a numbered manifest linked into ``log/``), recovery at
start, what the head is. Does not belong here: what a release holds (``folder``).
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.errors import Conflict, UnreadableInput
from pipelines.findings import finding
from pipelines.identity import sha256_of
from pipelines.publish.sums import write_sums

if TYPE_CHECKING:
    from pipelines.settings import Settings

MANIFEST = "manifest.json"
DIGITS = 8


@dataclass(frozen=True)
class LogEntry:
    """One committed release: its number, id, date, manifest and the manifest's hash."""

    number: int
    release_id: str
    manifest: dict[str, Any]
    sha256: str


class Store:
    """The releases of a home.

    A release is committed when its manifest is linked to the next number of ``log/``; the
    link fails if another publisher took that number first. Everything else is derived.
    """

    def __init__(self, settings: Settings) -> None:
        """Open the store of a home; nothing is made until a release is built."""
        self.home = settings.home
        self.objects = settings.home / "objects"
        self.log = settings.home / "log"
        self.releases = settings.releases
        self.tmp = settings.tmp

    def _path(self, number: int) -> Path:
        return self.log / f"{number:0{DIGITS}d}.json"

    def entries(self) -> list[LogEntry]:
        """Every committed release, in order.

        Raises:
            UnreadableInput: a manifest of the log is missing, damaged or out of chain.
        """
        numbers = sorted(int(p.stem) for p in self.log.glob("*.json")) if self.log.exists() else []
        found: list[LogEntry] = []
        for expected, number in enumerate(numbers, start=1):
            path = self._path(number)
            previous = found[-1].sha256 if found else None
            try:
                manifest = json.loads(path.read_bytes())
                is_chained = number == expected and manifest["previous"] == previous
            except (ValueError, KeyError) as error:
                raise UnreadableInput(finding("E-LOG-01", file=path.name)) from error
            if not is_chained:
                raise UnreadableInput(finding("E-LOG-01", file=path.name))
            found.append(LogEntry(number, manifest["release_id"], manifest, sha256_of(path)))
        return found

    def head(self) -> LogEntry | None:
        """The newest committed release, None in an empty home."""
        entries = self.entries()
        return entries[-1] if entries else None

    def folder(self, release_id: str) -> Path:
        """Where a release lies readable."""
        return self.releases / release_id

    def new_folder(self) -> Path:
        """A fresh folder under ``tmp/`` to build a release in."""
        self.tmp.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="release-", dir=self.tmp))

    def recover(self) -> list[str]:
        """Bring derived folders in line with the log; returns the releases rebuilt.

        Leftovers of interrupted builds are removed; a committed release whose folder is
        missing is laid out again from its objects.

        Raises:
            UnreadableInput: the log is damaged, or an object of a release is missing.
        """
        shutil.rmtree(self.tmp, ignore_errors=True)
        rebuilt = []
        for entry in self.entries():
            if not self.folder(entry.release_id).is_dir():
                self._lay_out(entry)
                rebuilt.append(entry.release_id)
        return rebuilt

    def _lay_out(self, entry: LogEntry) -> None:
        folder = self.new_folder()
        names = {f["name"]: f["sha256"] for f in entry.manifest["files"]}
        names[MANIFEST] = entry.sha256
        for name, digest in names.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            source = self.objects / digest
            if name == MANIFEST:
                source = self._path(entry.number)
            if not source.is_file():
                raise UnreadableInput(finding("E-LOG-02", file=name, value=digest))
            os.link(source, target)
        write_sums(folder)
        self._show(folder, entry.release_id)

    def _show(self, folder: Path, release_id: str) -> None:
        self.releases.mkdir(parents=True, exist_ok=True)
        folder.rename(self.folder(release_id))
        sync(self.releases)

    def commit(self, folder: Path, manifest_bytes: bytes, number: int) -> None:
        """Commit a built folder as release number ``number``.

        Args:
            folder: complete, every file written, ``manifest.json`` among them.
            manifest_bytes: the canonical manifest.
            number: the next number of the log.

        Raises:
            Conflict: another publisher committed that number first.
            OSError: the disk refused; nothing is committed.
        """
        self.objects.mkdir(parents=True, exist_ok=True)
        self.log.mkdir(parents=True, exist_ok=True)
        manifest = json.loads(manifest_bytes)
        for entry in manifest["files"]:
            path = folder / entry["name"]
            sync(path)
            target = self.objects / entry["sha256"]
            if not target.exists():
                os.link(path, target)
        sync(self.objects)
        waiting = folder / MANIFEST
        sync(waiting)
        try:
            os.link(waiting, self._path(number))
        except FileExistsError as error:
            raise Conflict(finding("E-LOG-03", value=number)) from error
        sync(self.log)
        # Committed. What follows is derived and can be made again.
        self._show(folder, manifest["release_id"])


def sync(path: Path) -> None:
    """Make a file's bytes, or the names in a folder, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
