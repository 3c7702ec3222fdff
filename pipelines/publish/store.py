"""The home of releases: objects by hash, a numbered log, readable folders.

Belongs here: the one commit point (a numbered manifest linked into ``log/``), recovery at
start, what the head is. Does not belong here: what a release holds (``folder``), how a byte
becomes durable (``disk``).

The order of a commit, and what a reader sees if it is cut off there:

1. every file is made durable and linked into ``objects/`` under its hash: nothing;
2. the signatures are placed beside, under the manifest's hash: nothing;
3. the manifest is linked to the next number of ``log/``, which fails if the number is
   taken: **the release is committed**, whole;
4. ``log/`` is synced: the release is acknowledged;
5. the readable folder appears under ``releases/`` by one rename; recovery makes it again.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import Conflict, UnreadableInput
from pipelines.findings import finding
from pipelines.identity import sha256_of
from pipelines.publish.disk import (
    building_folder,
    clear_abandoned,
    make_folder,
    place,
    settle,
    settle_above,
    sync,
    turn,
    write_beside,
)
from pipelines.publish.sums import write_sums
from pipelines.publish.verify import SUMS, UNLISTED

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pipelines.settings import Settings

SCHEMA = "tanyuan-release/2"
UNSIGNED = "tanyuan-release/1"
MANIFEST = "manifest.json"
SIGNATURES = "manifest.sig"
NUMBERED = re.compile(r"^[0-9]{8}\.json$")


class LostRace(Conflict):
    """Another publisher took the number; nothing was committed, try on the new head."""


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
        return self.log / f"{number:08d}.json"

    def entries(self) -> list[LogEntry]:
        """Every committed release, in order.

        Raises:
            UnreadableInput: a manifest of the log is missing, damaged or out of chain.
        """
        found: list[LogEntry] = []
        for path in sorted(self.log.glob("*.json")) if self.log.exists() else []:
            if not NUMBERED.match(path.name):
                continue
            previous = found[-1].sha256 if found else None
            try:
                body = path.read_bytes()
                manifest = json.loads(body)
                is_chained = manifest["previous"] == previous
            except (ValueError, KeyError, TypeError) as error:
                raise UnreadableInput(finding("E-LOG-01", file=path.name)) from error
            if not is_chained or path != self._path(len(found) + 1):
                raise UnreadableInput(finding("E-LOG-01", file=path.name))
            digest = sha256_of(path)
            # The signatures lie under the manifest's hash: an edited head has none.
            is_signed = manifest.get("schema") == SCHEMA and self._signatures(digest).is_file()
            if not is_signed and manifest.get("schema") != UNSIGNED:
                raise UnreadableInput(finding("E-LOG-01", file=path.name))
            found.append(LogEntry(len(found) + 1, manifest["release_id"], manifest, digest))
        return found

    def head(self) -> LogEntry | None:
        """The newest committed release, None in an empty home."""
        entries = self.entries()
        return entries[-1] if entries else None

    def folder(self, release_id: str) -> Path:
        """Where a release lies readable."""
        return self.releases / release_id

    def new_folder(self) -> AbstractContextManager[Path]:
        """A fresh folder to build a release in; removed when the block ends."""
        return building_folder(self.tmp)

    def turn(self) -> AbstractContextManager[None]:
        """One's turn to publish; waits while another publishes on this machine."""
        return turn(self.home)

    def recover(self) -> list[str]:
        """Bring derived folders in line with the log; returns the releases rebuilt.

        Leftovers of interrupted builds are removed; a committed release whose folder is
        missing or lacks a file is laid out again from its objects.

        Raises:
            UnreadableInput: the log is damaged, or an object of a release is missing.
        """
        clear_abandoned(self.tmp)
        rebuilt = []
        for entry in self.entries():
            if not self._is_whole(entry):
                self._lay_out(entry)
                rebuilt.append(entry.release_id)
        return rebuilt

    def _is_whole(self, entry: LogEntry) -> bool:
        folder = self.folder(entry.release_id)
        try:
            there = [MANIFEST, SUMS]
            if self._signatures(entry.sha256).is_file():
                there.append(SIGNATURES)
            return all((folder / name).is_file() for name in there) and all(
                (folder / file["name"]).stat().st_size == file["bytes"]
                for file in entry.manifest["files"]
            )
        except OSError:
            return False

    def _lay_out(self, entry: LogEntry) -> None:
        with self.new_folder() as folder:
            for file in entry.manifest["files"]:
                target = folder / file["name"]
                target.parent.mkdir(parents=True, exist_ok=True)
                source = self.objects / file["sha256"]
                if not source.is_file():
                    raise UnreadableInput(
                        finding("E-LOG-02", file=file["name"], value=file["sha256"])
                    )
                os.link(source, target)
            os.link(self._path(entry.number), folder / MANIFEST)
            signatures = self._signatures(entry.sha256)
            if signatures.is_file():
                os.link(signatures, folder / SIGNATURES)
            write_sums(folder)
            self._show(folder, entry)

    def _show(self, folder: Path, entry: LogEntry) -> None:
        make_folder(self.releases)
        target = self.folder(entry.release_id)
        # What lies readable after a loss of power is whole: nothing is shown before it lasts.
        settle(folder, UNLISTED)
        try:
            folder.rename(target)
        except OSError:
            # Another process showed it first, or what stands there is not whole.
            if self._is_whole(entry):
                return
            broken = self.tmp / f"broken-{entry.release_id}-{os.getpid()}"
            shutil.rmtree(broken, ignore_errors=True)
            target.rename(broken)
            folder.rename(target)
        sync(self.releases)

    def _signatures(self, manifest_sha256: str) -> Path:
        return self.objects / f"{manifest_sha256}.sig"

    def commit(self, folder: Path, number: int) -> None:
        """Commit a built folder as release number ``number``.

        Args:
            folder: complete: every file, ``manifest.json`` and, if signed, its signatures.
            number: the next number of the log.

        Raises:
            LostRace: another publisher committed that number first.
            OSError: the disk refused; nothing is committed, or the release stands although
                it was not acknowledged (the next run says so).
        """
        make_folder(self.objects)
        make_folder(self.log)
        if number == 1:
            settle_above(self.home)
        manifest = json.loads((folder / MANIFEST).read_bytes())
        for file in manifest["files"]:
            place(folder / file["name"], self.objects / file["sha256"], file["sha256"])
        digest = sha256_of(folder / MANIFEST)
        if (folder / SIGNATURES).is_file():
            self._place_signatures(folder, digest)
        sync(self.objects)
        sync(folder / MANIFEST)
        try:
            os.link(folder / MANIFEST, self._path(number))
        except FileExistsError as error:
            raise LostRace(finding("E-LOG-03", value=number)) from error
        sync(self.log)
        # Committed. What follows is derived: a failure here is mended by the next run.
        entry = LogEntry(number, manifest["release_id"], manifest, digest)
        with contextlib.suppress(OSError):
            self._show(folder, entry)

    def _place_signatures(self, folder: Path, digest: str) -> None:
        waiting = write_beside(self._signatures(digest), (folder / SIGNATURES).read_bytes())
        waiting.replace(self._signatures(digest))
