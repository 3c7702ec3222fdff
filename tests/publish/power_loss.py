"""What a disk may hold after the power went: operations recorded, un-synced ones lost or torn.

One publish is recorded operation by operation in a process of its own. A name (made, moved,
removed) lasts once its folder was synced, a file's bytes once the file was synced; until then
each may be lost, whatever came before or after it, and bytes may be there by half. A move is
one operation. This is weaker than any journalling file system promises.
"""

from __future__ import annotations

import io
import itertools
import os
import pickle
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.publish.interrupted import ACKNOWLEDGED, ended, forked, publish_small

MOST_LOST = 3


@dataclass
class Seen:
    """The tree at one moment: names by folder, bytes by file, both by inode."""

    folders: dict[int, dict[str, int]]
    files: dict[int, bytes]


@dataclass(frozen=True)
class Names:
    """One operation on names: what each (folder, name) points to afterwards."""

    at: int
    to: tuple[tuple[int, str, int | None], ...]


@dataclass(frozen=True)
class Bytes:
    """One write: a file's bytes afterwards."""

    at: int
    file: int
    body: bytes


@dataclass
class Recording:
    """A publish as its disk saw it."""

    root: int
    before: Seen
    operations: list[Names | Bytes] = field(default_factory=list)
    # Moment from which an operation lasts, by its place in the list.
    lasting: dict[int, int] = field(default_factory=dict)
    moments: int = 0


def look(base: Path) -> Seen:
    folders: dict[int, dict[str, int]] = {}
    files: dict[int, bytes] = {}
    for top, inside, names in os.walk(base):
        folders[os.stat(top).st_ino] = {
            name: os.lstat(f"{top}/{name}").st_ino for name in (*inside, *names)
        }
        for name in names:
            # A lock or a lease holds no bytes; what is open is read as it is.
            files[os.stat(f"{top}/{name}").st_ino] = Path(top, name).read_bytes()
    return Seen(folders, files)


class Recorder:
    """Looks at the tree after every operation of this process and notes what was synced."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.steps: list[tuple[Seen, int | None]] = []

    def record(self) -> None:
        for name in ("link", "rename", "replace", "mkdir", "unlink", "rmdir"):
            setattr(os, name, self._noted(getattr(os, name)))
        real_sync = os.fsync

        def fsync(descriptor: int) -> None:
            real_sync(descriptor)
            self.steps.append((look(self.base), os.fstat(descriptor).st_ino))

        os.fsync = fsync  # type: ignore[assignment]
        real_open, recorder = io.open, self

        def opened(file: Any, mode: str = "r", *args: Any, **more: Any) -> Any:
            stream = real_open(file, mode, *args, **more)
            if set(mode) & set("wxa"):
                real_close = stream.close

                def close() -> None:
                    real_close()
                    recorder.steps.append((look(recorder.base), None))

                if isinstance(stream, io.TextIOWrapper | io.BufferedWriter | io.BufferedRandom):
                    return _Closing(stream, close)
            return stream

        io.open = opened  # type: ignore[assignment]

    def _noted(self, real: Any) -> Any:
        def call(*args: Any, **more: Any) -> Any:
            found = real(*args, **more)
            self.steps.append((look(self.base), None))
            return found

        return call


class _Closing:
    """A stream that tells when it was closed."""

    def __init__(self, stream: Any, close: Any) -> None:
        self._stream, self.close = stream, close

    def __enter__(self) -> _Closing:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def recorded(base: Path, home: Path, text: str) -> Recording:
    """Publish in a child process and take down what its disk saw.

    Args:
        base: a folder that is durable; ``home`` may not exist in it yet.
        home: inside ``base``.
        text: what the release says.
    """
    before = look(base)
    file = base.with_name("steps.pickle")

    def publish() -> int:
        recorder = Recorder(base)
        recorder.record()
        publish_small(home, text)
        file.write_bytes(pickle.dumps(recorder.steps[:]))
        return ACKNOWLEDGED

    assert ended(forked(publish)) == ACKNOWLEDGED
    steps: list[tuple[Seen, int | None]] = pickle.loads(file.read_bytes())
    found = Recording(base.stat().st_ino, before, moments=len(steps))
    last = before
    for at, (seen, synced) in enumerate(steps):
        found.operations += _difference(last, seen, at)
        if synced is not None:
            for place, done in enumerate(found.operations):
                if place not in found.lasting and _covers(synced, done):
                    found.lasting[place] = at
        last = seen
    return found


def _difference(old: Seen, new: Seen, at: int) -> Iterator[Names | Bytes]:
    for file, body in new.files.items():
        if old.files.get(file) != body:
            yield Bytes(at, file, body)
    changed = []
    for folder in sorted(old.folders.keys() | new.folders.keys()):
        was, now = old.folders.get(folder, {}), new.folders.get(folder, {})
        changed += [
            (folder, name, now.get(name))
            for name in sorted(was.keys() | now.keys())
            if was.get(name) != now.get(name)
        ]
    if changed:
        yield Names(at, tuple(changed))


def _covers(inode: int, done: Names | Bytes) -> bool:
    """Whether syncing an inode makes an operation last: the folder a name went to, the file."""
    if isinstance(done, Bytes):
        return done.file == inode
    made = {folder for folder, _, to in done.to if to is not None}
    return inode in (made or {folder for folder, _, _ in done.to})


@dataclass(frozen=True)
class State:
    """A tree the disk may hold: path to bytes (None is a folder); whether it was acknowledged."""

    tree: tuple[tuple[str, bytes | None], ...]
    is_acknowledged: bool


def states(found: Recording, per_moment: int, seed: int) -> list[State]:
    """Every different state drawn: at each moment nothing lost, all lost, one, two or three lost.

    Args:
        found: the recording.
        per_moment: at most so many draws of lost operations at each moment.
        seed: of the draws.
    """
    dice = random.Random(seed)
    seen: dict[State, None] = {}
    for moment in range(-1, found.moments):
        here = [n for n, done in enumerate(found.operations) if done.at <= moment]
        open_ = [n for n in here if found.lasting.get(n, moment + 1) > moment]
        sets = [frozenset(), frozenset(open_)]
        few = [
            frozenset(lost)
            for size in range(1, MOST_LOST + 1)
            for lost in itertools.islice(itertools.combinations(reversed(open_), size), 400)
        ]
        sets += dice.sample(few, min(per_moment, len(few)))
        writes = frozenset(n for n in open_ if isinstance(found.operations[n], Bytes))
        for lost in dict.fromkeys(sets):
            for torn in (frozenset(), writes):
                seen[_state(found, [n for n in here if n not in lost], torn, moment)] = None
    return list(seen)


def _state(found: Recording, kept: list[int], torn: frozenset[int], moment: int) -> State:
    folders = {inode: dict(names) for inode, names in found.before.folders.items()}
    files = dict(found.before.files)
    for place in kept:
        done = found.operations[place]
        if isinstance(done, Bytes):
            files[done.file] = done.body[: len(done.body) // 2] if place in torn else done.body
        else:
            for folder, name, to in done.to:
                names = folders.setdefault(folder, {})
                if to is None:
                    names.pop(name, None)
                else:
                    names[name] = to
    known = {folder for done in found.operations if isinstance(done, Names)
             for folder, _, _ in done.to}  # fmt: skip
    tree: list[tuple[str, bytes | None]] = []

    def walk(inode: int, path: str) -> None:
        for name, to in sorted(folders.get(inode, {}).items()):
            if to in files or (to not in folders and to not in known):
                tree.append((f"{path}{name}", files.get(to, b"")))
            else:
                tree.append((f"{path}{name}", None))
                walk(to, f"{path}{name}/")

    walk(found.root, "")
    return State(tuple(tree), moment == found.moments - 1)


def lay(state: State, base: Path) -> None:
    """Make the tree of a state in a folder that is emptied first."""
    shutil.rmtree(base, ignore_errors=True)
    base.mkdir()
    for path, body in state.tree:
        if body is None:
            (base / path).mkdir()
        else:
            (base / path).write_bytes(body)
