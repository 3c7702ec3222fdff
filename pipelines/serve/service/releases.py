"""Which release is served: the newest that verifies, until a newer one does.

Belongs here: reading the log of releases, verifying what is new, switching whole shelves, and
saying why a newer release is not served. Does not belong here: how a folder is verified (handed
in) and what a shelf holds (``shelf``).
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import TanyuanError
from pipelines.findings import Finding, finding
from pipelines.serve.service.memory import Memory
from pipelines.serve.service.pauses import keep_for_good, without_collections
from pipelines.serve.service.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

# How many releases back are verified for the comparison of releases.
LOOKED_BACK = 12


@dataclass(frozen=True)
class Standing:
    """One release of the log and what the service thinks of it.

    ``state`` is ``served``, ``verified``, ``refused``, ``withdrawn`` or ``not_looked_at``.
    """

    release_id: str
    released_on: str
    kind: str
    parent_release: str | None
    factors: int
    state: str
    reason: Finding | None = None

    def as_json(self) -> dict[str, Any]:
        """The standing as it is told; never a path."""
        return {
            "release_id": self.release_id,
            "released_on": self.released_on,
            "kind": self.kind,
            "parent_release": self.parent_release,
            "factors": self.factors,
            "state": self.state,
            "reason": None if self.reason is None else self.reason.as_json(),
        }


@dataclass(frozen=True)
class View:
    """What one moment's requests are answered from: never changed, only replaced."""

    shelf: Shelf
    standings: tuple[Standing, ...]
    changes: Mapping[str, pl.DataFrame]
    memory: Memory = field(default_factory=Memory, compare=False)

    def standing(self, release_id: str) -> Standing | None:
        """The standing of a release, None when the log has none of that id."""
        return next((s for s in self.standings if s.release_id == release_id), None)


class Releases:
    """The releases of a home as the service sees them.

    Args of the constructor: ``home``; ``verify``, which takes a folder and says whether it
    verifies; ``withdrawn``, which gives reasons by id of withdrawn releases; ``prepare``, which
    makes what the first requests of a new release would wait for, before it is switched to.
    """

    def __init__(
        self,
        home: Path,
        verify: Callable[[Path], bool],
        withdrawn: Callable[[], Mapping[str, str]] | None = None,
        prepare: Callable[[Shelf], None] | None = None,
    ) -> None:
        """Open the releases of a home; nothing is looked at until ``refresh``."""
        self.home = home
        self._verify = verify
        self._withdrawn = withdrawn or dict
        self._prepare = prepare or _nothing
        self._verdicts: dict[tuple[str, str], bool] = {}
        self._changes: dict[str, pl.DataFrame] = {}
        self._view: View | None = None
        self._lock = threading.Lock()

    @property
    def view(self) -> View | None:
        """The present view; None before a release was found that verifies."""
        return self._view

    def refresh(self) -> bool:
        """Look at the log; switch when another release is to be served.

        Returns:
            Whether the view was replaced. A new release that does not verify, or cannot be
            loaded, leaves the one served as it is and stands in the log as refused.
        """
        with self._lock, without_collections():
            manifests = self._manifests()
            withdrawn = dict(self._withdrawn())
            old = self._view
            standings, shelf = self._look(manifests, withdrawn, old)
            if shelf is None:
                return False
            is_new = old is None or shelf is not old.shelf
            if old is not None and not is_new and standings == old.standings:
                return False
            if is_new:
                self._prepare(shelf)
            self._view = View(shelf, standings, dict(self._changes))
            return True

    def _manifests(self) -> list[dict[str, Any]]:
        """Manifests of the log, newest first; what cannot be read counts as not there."""
        found = []
        for path in sorted((self.home / "log").glob("*.json"), reverse=True):
            try:
                manifest = json.loads(path.read_bytes())
                manifest["release_id"], manifest["files"], manifest["tables"]
            except (OSError, ValueError, KeyError, TypeError):
                continue
            found.append(manifest)
        return found

    def _look(
        self, manifests: list[dict[str, Any]], withdrawn: Mapping[str, str], old: View | None
    ) -> tuple[tuple[Standing, ...], Shelf | None]:
        shelf: Shelf | None = None
        standings = []
        for place, manifest in enumerate(manifests):
            name = str(manifest["release_id"])
            state, reason = "not_looked_at", None
            if name in withdrawn:
                state = "withdrawn"
                reason = finding("E-SRV-07", value=name, reason=withdrawn[name])
            elif place < LOOKED_BACK or shelf is None:
                held = old.shelf if old is not None and old.shelf.release_id == name else None
                state = "verified"
                if shelf is None:
                    shelf = held or self._opened(manifest)
                    state = "served" if shelf is not None else "refused"
                elif not self._holds(manifest):
                    state = "refused"
                if state == "refused":
                    reason = finding("E-SRV-06", value=name)
            standings.append(_standing(manifest, state, reason))
        return tuple(standings), shelf

    def _holds(self, manifest: dict[str, Any]) -> bool:
        """Whether a release verifies; asked again only when a file of it was touched."""
        name = str(manifest["release_id"])
        folder = self.home / "releases" / name
        key = (name, _look_of(folder, manifest))
        if key not in self._verdicts:
            self._verdicts[key] = self._is_same(folder, manifest) and self._verify(folder)
        if self._verdicts[key] and name not in self._changes:
            try:
                self._changes[name] = pl.read_parquet(folder / "data" / "change.parquet")
            except (OSError, pl.exceptions.PolarsError):
                self._verdicts[key] = False
        return self._verdicts[key]

    @staticmethod
    def _is_same(folder: Path, manifest: dict[str, Any]) -> bool:
        """Whether the folder carries the very manifest that the log committed."""
        try:
            return bool(json.loads((folder / "manifest.json").read_bytes()) == manifest)
        except (OSError, ValueError):
            return False

    def _opened(self, manifest: dict[str, Any]) -> Shelf | None:
        if not self._holds(manifest):
            return None
        try:
            return Shelf(self.home / "releases" / str(manifest["release_id"]), manifest)
        except (TanyuanError, OSError, ValueError, pl.exceptions.PolarsError):
            return None


def _nothing(_: Shelf) -> None:
    """No release needs preparing."""


def _look_of(folder: Path, manifest: dict[str, Any]) -> str:
    """A text that changes when the manifest, or the size or time of a listed file, does."""
    marks = [json.dumps(manifest, sort_keys=True)]
    for entry in manifest["files"]:
        try:
            stat = (folder / str(entry["name"])).stat()
            marks.append(f"{entry['name']} {stat.st_size} {stat.st_mtime_ns}")
        except OSError:
            marks.append(f"{entry['name']} -")
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()


def _standing(manifest: dict[str, Any], state: str, reason: Finding | None) -> Standing:
    rows = {t["name"]: t["rows"] for t in manifest["tables"]}
    return Standing(
        str(manifest["release_id"]),
        str(manifest.get("released_on", "")),
        str(manifest.get("kind", "")),
        manifest.get("parent_release"),
        int(rows.get("factor", 0)),
        state,
        reason,
    )


class Watch:
    """A thread that looks for a newer release every few seconds."""

    def __init__(self, releases: Releases, seconds: float, tell: Callable[[View], None]) -> None:
        """Prepare the watch; ``tell`` hears of every new view."""
        self._releases, self._seconds, self._tell = releases, seconds, tell
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="release-watch", daemon=True)

    def _run(self) -> None:
        while not self._over.wait(self._seconds):
            if self._releases.refresh() and self._releases.view is not None:
                keep_for_good()
                self._tell(self._releases.view)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop and wait for the present look to end."""
        self._over.set()
        self._thread.join(timeout=60)
