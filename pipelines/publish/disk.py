"""Durable files: what stands on the disk when a call returns, and what others cannot see.

Belongs here: fsync of files and folders, placing a file under its hash, a building folder
with a lease, the lock that queues publishers. Does not belong here: what is placed and in
which order (``store``).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.identity import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LEASE = ".lease"
DOOR = ".door"
# Not abandoned, though nobody holds it: the machine code of the kernels, for the next run.
COMPILED = "compiled"
READ_ONLY = 0o444


def sync(path: Path) -> None:
    """Make a file's bytes, or the names in a folder, durable.

    Raises:
        OSError: the disk refused.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder durably; nothing if it stands."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync(folder.parent)


def settle(folder: Path, names: Iterable[str] = ()) -> None:
    """Make the names in a folder and in every folder below it durable, and some files' bytes.

    Args:
        folder: complete; the bytes of its other files are durable already.
        names: files whose bytes are not.

    Raises:
        OSError: the disk refused.
    """
    for name in names:
        if (folder / name).is_file():
            sync(folder / name)
    for below in sorted(path for path in folder.rglob("*") if path.is_dir()):
        sync(below)
    sync(folder)


def settle_above(folder: Path) -> None:
    """Make the way down to a folder durable: its own name, and those of the folders above.

    Raises:
        OSError: the disk refused for the folder right above.
    """
    above, *further = folder.resolve().parents
    sync(above)
    for one in further:
        with contextlib.suppress(PermissionError):
            sync(one)


def write_beside(path: Path, body: bytes) -> Path:
    """Write bytes durably under a name nobody looks for, in the folder of ``path``."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def place(source: Path, target: Path, sha256: str) -> None:
    """Put a finished file under its hash.

    A file that already stands there is trusted only if its bytes have that hash; one that
    rotted is replaced whole.

    Args:
        source: complete and on the same disk; its bytes become durable.
        target: where to; the folder is not synced here.
        sha256: the hash of the bytes.

    Raises:
        OSError: the disk refused.
    """
    sync(source)
    try:
        os.link(source, target)
    except FileExistsError:
        if sha256_of(target) == sha256:
            return
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        beside.unlink(missing_ok=True)
        os.link(source, beside)
        beside.replace(target)
    target.chmod(READ_ONLY)


@contextlib.contextmanager
def building_folder(tmp: Path) -> Iterator[Path]:
    """A fresh folder to build in, held by a lease until the block ends, then removed.

    The lease is a lock of the kernel: it ends with the process, however that ends, so that
    ``clear_abandoned`` never removes what another process still builds.
    """
    tmp.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        with _door(tmp, fcntl.LOCK_SH):
            outer = Path(tempfile.mkdtemp(prefix="release-", dir=tmp))
            stack.callback(shutil.rmtree, outer, ignore_errors=True)
            lease = stack.enter_context((outer / LEASE).open("w"))
            fcntl.flock(lease, fcntl.LOCK_EX)
        inner = outer / "folder"
        inner.mkdir()
        yield inner


@contextlib.contextmanager
def _door(tmp: Path, mode: int) -> Iterator[None]:
    """Making folders shares the door; clearing needs it alone."""
    with (tmp / DOOR).open("a+") as door:
        fcntl.flock(door, mode)
        yield


def clear_abandoned(tmp: Path) -> None:
    """Remove what interrupted builds left; what is leased stays, and so do compiled kernels."""
    if not tmp.is_dir():
        return
    with contextlib.suppress(BlockingIOError), _door(tmp, fcntl.LOCK_EX | fcntl.LOCK_NB):
        for left in tmp.iterdir():
            if left.name not in {DOOR, COMPILED} and not _is_leased(left):
                if left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink(missing_ok=True)


def _is_leased(left: Path) -> bool:
    try:
        with (left / LEASE).open("r+") as lease:
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextlib.contextmanager
def turn(home: Path) -> Iterator[None]:
    """Wait for one's turn to publish.

    A courtesy that saves work: without it (another host, another kernel) the link into the
    log still lets one publisher win and sends the others back.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".publishing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
