"""A service over the shared release, asked in process; homes with more than one release."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import threading
from pathlib import Path

import httpx
import pytest

from pipelines.cli.factor_choice import chooser
from pipelines.serve.service import Releases, application
from tests.conftest import SEEDS


def sums_hold(folder: Path) -> bool:
    """A quick stand-in for the verifier: every listed file has its hash."""
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        return all(
            hashlib.sha256((folder / f["name"]).read_bytes()).hexdigest() == f["sha256"]
            for f in manifest["files"]
        )
    except (OSError, ValueError):
        return False


@pytest.fixture(scope="session")
def releases(shared_home: Path) -> Releases:
    found = Releases(shared_home, sums_hold)
    found.refresh()
    return found


@pytest.fixture(scope="session")
def choose():
    return chooser(SEEDS)


@pytest.fixture(scope="session")
def service(releases: Releases, choose):
    """The guarded application over the shared release."""
    return application(releases, choose)


class Asking:
    """Asks an application in process, from any thread; its loop runs in a thread of its own."""

    def __init__(self, application) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://catalogue")

    def request(self, method: str, address: str, **more):
        asked = self._client.request(method, address, **more)
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result(timeout=60)

    def get(self, address: str, **more):
        return self.request("GET", address, **more)

    def head(self, address: str):
        return self.request("HEAD", address)

    def __enter__(self) -> Asking:
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._client.aclose(), self._loop).result(timeout=60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=60)
        self._loop.close()


@pytest.fixture(scope="session")
def client(service):
    """Asks the service of the shared release."""
    with Asking(service) as asking:
        yield asking


@pytest.fixture
def light_home(release_folder: Path, tmp_path: Path) -> Path:
    """A home whose log and releases a test may extend: files copied, manifests its own."""
    return light_home_of(release_folder, tmp_path)


def light_home_of(release_folder: Path, base: Path) -> Path:
    """A home with the one release, without what is heavy in it."""
    home = base / "home"
    target = home / "releases" / release_folder.name
    heavy = shutil.ignore_patterns("csv", "*.duckdb", "verify.py", "SM3SUMS")
    shutil.copytree(release_folder, target, copy_function=shutil.copyfile, ignore=heavy)
    manifest = json.loads((target / "manifest.json").read_bytes())
    manifest["files"] = [f for f in manifest["files"] if (target / f["name"]).exists()]
    commit(home, target, manifest, 1)
    return home


def commit(home: Path, folder: Path, manifest: dict, number: int) -> None:
    """Write a manifest into its folder and link it into the log."""
    body = json.dumps(manifest, ensure_ascii=False, sort_keys=True).encode("utf-8")
    (folder / "manifest.json").write_bytes(body)
    (home / "log").mkdir(exist_ok=True)
    (home / "log" / f"{number:08d}.json").write_bytes(body)


def next_release(home: Path, number: int, *, damaged: bool = False) -> str:
    """Add a release to a light home: the last one with a new id, committed to the log."""
    last = max((home / "log").glob("*.json"))
    manifest = json.loads(last.read_bytes())
    old = manifest["release_id"]
    name = f"2026.1.{number}"
    folder = home / "releases" / name
    shutil.copytree(home / "releases" / old, folder, copy_function=shutil.copyfile)
    manifest = {**manifest, "release_id": name, "parent_release": old}
    commit(home, folder, manifest, int(last.stem) + 1)
    if damaged:
        path = folder / "data" / "factor.parquet"
        body = bytearray(path.read_bytes())
        body[len(body) // 2] ^= 1
        path.write_bytes(bytes(body))
    return name
