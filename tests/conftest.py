"""One release, made once for all tests that read one; copies for those that change it."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from pipelines.settings import REPOSITORY, Settings

SEEDS = REPOSITORY / "seeds"
# A main module without a file passes for a person at a prompt, to whom DuckDB draws a progress
# bar on stdout once a query takes two seconds; the installed program has a file.
PROGRAM = "import __main__; __main__.__file__ = 'tanyuan'; from pipelines.cli import main; main()"
# No test is timed: a slow or busy machine is no fault of the code.
hypothesis_settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("untimed")


def run_program(*words: str, home: Path, seeds: Path = SEEDS, **more: str):
    """Run the program as a user does; returns the finished process."""
    environment = {
        **os.environ,
        "TANYUAN_HOME": str(home),
        "TANYUAN_SEEDS": str(seeds),
        **more,
    }
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=environment,
        cwd=REPOSITORY,
    )


def asked(*words: str, home: Path, seeds: Path = SEEDS):
    """Ask the program in this process: its answer as a ``Result``, its refusals raised.

    Cheaper than ``run_program`` by the start of a process; what only a process shows (exit
    code, streams, start) is not seen.
    """
    from pipelines.cli import application

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TANYUAN_HOME", str(home))
        patch.setenv("TANYUAN_SEEDS", str(seeds))
        program = application(words[0])
        return program.main(args=list(words), prog_name="tanyuan", standalone_mode=False)


@pytest.fixture(scope="session", autouse=True)
def open_streams() -> Iterator[None]:
    """Nobody but the test runner closes the streams it captures with.

    A library that keeps such a stream and closes it later would fail every test that follows;
    so the test in which it does is failed at that place, and the streams stay open.
    """
    kept, kind = (sys.stdout, sys.stderr), type(sys.stderr)
    if not kind.__module__.startswith("_pytest."):  # Nothing is captured.
        yield
        return

    def close(stream) -> None:
        caller = sys._getframe(1).f_globals["__name__"]
        if any(stream is one for one in kept) and not caller.startswith("_pytest."):
            raise AssertionError(f"{caller} closes a stream of the test runner")
        super(kind, stream).close()

    kind.close = close
    yield
    del kind.close


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one release, made once by whichever worker comes first. Read only."""
    base = tmp_path_factory.getbasetemp()
    root = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    home = root / "shared-home"
    with (root / "shared-home.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "shared-home.done").exists():
            done = run_program("run", "release", "--json", home=home)
            assert done.returncode == 0, done.stdout + done.stderr
            (root / "shared-home.done").write_text(done.stdout, "utf-8")
    return home


@pytest.fixture(scope="session")
def release_folder(shared_home: Path) -> Path:
    """The folder of the shared release. Read only."""
    return next((shared_home / "releases").iterdir())


@pytest.fixture
def own_release(release_folder: Path, tmp_path: Path) -> Path:
    """A copy of the release that a test may damage."""
    return Path(shutil.copytree(release_folder, tmp_path / release_folder.name))


@pytest.fixture
def own_home(shared_home: Path, tmp_path: Path) -> Path:
    """A copy of the home that a test may publish into."""
    return Path(shutil.copytree(shared_home, tmp_path / "home"))


@pytest.fixture
def own_seeds(tmp_path: Path) -> Path:
    """A copy of the seeds that a test may spoil."""
    return Path(shutil.copytree(SEEDS, tmp_path / "seeds"))


@pytest.fixture
def settings(own_seeds: Path, tmp_path: Path) -> Settings:
    """Own seeds and an empty home."""
    return Settings(own_seeds, tmp_path / "home")
