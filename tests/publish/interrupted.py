"""A small release committed in a process of its own, cut off or refused at any file operation."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import signal
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pipelines.identity import canonical_json, sha256_of
from pipelines.publish.store import MANIFEST, SCHEMA, SIGNATURES, LostRace, Store
from pipelines.publish.sums import names_in, write_sums
from pipelines.settings import Settings

FILES = (*(f"data/t{i:02d}.parquet" for i in range(8)), "README.md", "csv/t.csv")
ACKNOWLEDGED, LOST, REFUSED, FAULT, KILLED = 0, 3, 4, 70, -signal.SIGKILL
ATTEMPTS = 10


def settings_of(home: Path) -> Settings:
    return Settings(home, home)


def publish_small(home: Path, text: str, *, queue: bool = True) -> str:
    """Publish a release of ten small files that says ``text``; the steps of the real one."""
    store = Store(settings_of(home))
    store.recover()
    content = hashlib.sha256(text.encode()).hexdigest()
    with store.turn() if queue else contextlib.nullcontext():
        for attempt in range(ATTEMPTS):
            entries = store.entries()
            head = entries[-1] if entries else None
            if any(e.manifest["content_sha256"] == content for e in entries):
                return "no-op"
            number = len(entries) + 1
            with store.new_folder() as folder:
                _write(folder, text, content, number, head.sha256 if head else None)
                try:
                    store.commit(folder, number)
                except LostRace:
                    if attempt == ATTEMPTS - 1:
                        raise
                    continue
            return "new"
    raise AssertionError


def _write(folder: Path, text: str, content: str, number: int, previous: str | None) -> None:
    for name in FILES:
        (folder / name).parent.mkdir(exist_ok=True)
        # Two files are the same in every release, as reference tables are.
        body = name if name.endswith(("0.parquet", "1.parquet")) else f"{text} {name} " * 40
        (folder / name).write_bytes(body.encode())
    manifest = {
        "schema": SCHEMA,
        "release_id": f"2026.1.{number - 1}",
        "previous": previous,
        "content_sha256": content,
        "files": [
            {
                "name": name,
                "sha256": sha256_of(folder / name),
                "bytes": (folder / name).stat().st_size,
            }
            for name in names_in(folder)
        ],
    }
    (folder / MANIFEST).write_bytes(canonical_json(manifest))
    write_sums(folder)
    (folder / SIGNATURES).write_bytes(f"signed {text}".encode())


class Meddler:
    """Counts the file operations of this process and does something at one of them."""

    def __init__(self, act: Callable[[int, str], None]) -> None:
        self.count = 0
        self.act = act

    def _counted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            self.count += 1
            self.act(self.count, name)
            return real(*args, **more)

        return call

    def meddle(self) -> None:
        """Stand before every durable operation from now on."""
        for name in ("link", "fsync", "rename", "replace", "mkdir", "unlink", "chmod", "rmdir"):
            setattr(os, name, self._counted(name, getattr(os, name)))
        real_open, meddler = io.open, self

        def opened(file: Any, mode: str = "r", *args: Any, **more: Any) -> Any:
            stream = real_open(file, mode, *args, **more)
            return _Writes(stream, meddler) if set(mode) & set("wxa") else stream

        io.open = opened  # type: ignore[assignment]


class _Writes:
    """A stream whose writes are operations too."""

    def __init__(self, stream: Any, meddler: Meddler) -> None:
        self._stream, self._meddler = stream, meddler

    def write(self, body: Any) -> int:
        half = len(body) // 2
        self._stream.write(body[:half])
        self._stream.flush()
        self._meddler.count += 1
        self._meddler.act(self._meddler.count, f"write {len(body)}")
        return half + int(self._stream.write(body[half:]))

    def __enter__(self) -> _Writes:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def kill_at(number: int) -> Callable[[int, str], None]:
    def act(count: int, _: str) -> None:
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return act


def refuse_at(number: int, code: int) -> Callable[[int, str], None]:
    """From that operation on the disk refuses everything but removing."""

    def act(count: int, name: str) -> None:
        if count >= number and name not in {"unlink", "rmdir"}:
            raise OSError(code, os.strerror(code))

    return act


def full_after(size: int) -> Callable[[int, str], None]:
    """A disk with room for so many more bytes."""
    room = [size]

    def act(_: int, name: str) -> None:
        if name.startswith("write "):
            room[0] -= int(name.split()[1])
            if room[0] < 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return act


def forked(act: Callable[[], int]) -> int:
    """Do something in a child process that leaves with the code it returns; the child's id.

    Whatever happens the child ends here: one that came back would go on as a second test
    runner, with the streams and over the temporary folders of the first.
    """
    child = os.fork()
    if child:
        return child
    code = FAULT
    try:
        code = act()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def start(
    home: Path, text: str, act: Callable[[int, str], None] | None = None, *, queue: bool = True
) -> int:
    """Publish in a child process; returns its id."""

    def publish() -> int:
        try:
            if act is not None:
                Meddler(act).meddle()
            publish_small(home, text, queue=queue)
        except LostRace:
            return LOST
        except OSError:
            return REFUSED
        return ACKNOWLEDGED

    return forked(publish)


def ended(child: int) -> int:
    """Wait for a child; its exit code, or minus the signal that killed it."""
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def count_operations(home: Path, text: str) -> int:
    """How many operations a publish takes."""
    told = home.with_name(f"{home.name}.operations")

    def publish() -> int:
        meddler = Meddler(lambda *_: None)
        meddler.meddle()
        publish_small(home, text)
        told.write_text(str(meddler.count), "utf-8")
        return ACKNOWLEDGED

    assert ended(forked(publish)) == ACKNOWLEDGED
    return int(told.read_text("utf-8"))


def said(home: Path) -> Iterator[str]:
    """What each committed release says, after proving it whole, object by object."""
    store = Store(settings_of(home))
    for entry in store.entries():
        for file in entry.manifest["files"]:
            stored = store.objects / file["sha256"]
            assert sha256_of(stored) == file["sha256"], file["name"]
            assert stored.stat().st_size == file["bytes"]
        assert (store.objects / f"{entry.sha256}.sig").read_bytes().startswith(b"signed ")
        readme = next(f for f in entry.manifest["files"] if f["name"] == "README.md")
        yield (store.objects / readme["sha256"]).read_text("utf-8").split()[0]


def require_shown(home: Path) -> None:
    """Every committed release lies readable and whole; nothing else does."""
    store = Store(settings_of(home))
    entries = store.entries()
    shown = {p.name for p in store.releases.iterdir()} if store.releases.exists() else set()
    assert shown == {e.release_id for e in entries}
    for entry in entries:
        folder = store.folder(entry.release_id)
        wanted = {f["name"]: f["sha256"] for f in entry.manifest["files"]}
        assert {n: sha256_of(folder / n) for n in wanted} == wanted
        assert sha256_of(folder / MANIFEST) == entry.sha256
    if store.tmp.exists():
        assert [p for p in store.tmp.iterdir() if p.is_dir()] == []
