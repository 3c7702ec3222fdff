"""The service as it runs on a machine: a process, a port, a crowd, a release that changes."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from pipelines.settings import REPOSITORY
from tests.conftest import SEEDS
from tests.serve.asking import next_release, sums_hold

ADDRESSES = [
    "/api/factors/FKXQINR52EEF2", "/api/factors/FVANJ2JEL75IW", "/api/factors/F6EHNO6MB4LPX",
    *(f"/api/factors?q={q}&limit=20" for q in ("ds", "coal", "%E7%94%B5%E5%8A%9B", "gas")),
    *(f"/api/lookup?flow=electricity&region=640000&year={y}" for y in range(2018, 2026)),
    "/api/footprints/clinker-cn", "/api/grades", "/api/releases", "/api",
]  # fmt: skip
PAUSE = 0.02


@contextmanager
def listening(home: Path, *words: str):
    """The service in a process of its own; gives its port and the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "catalogue", "serve"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--home", str(home), "--seeds", str(SEEDS), *words],
        stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip
    try:
        wait_for(port, process)
        yield port, process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        process.stderr.close()


def wait_for(port: int, process, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, process.stderr.read()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the service does not listen")


def told(port: int, request: bytes, seconds: float = 30) -> bytes:
    """The first bytes answered to a raw request."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as link:
        with suppress(ConnectionError):
            link.sendall(request)
        readable, _, _ = select.select([link], [], [], seconds)
        return link.recv(4096) if readable else b""


def crowd(port: int, clients: int, seconds: float, pause: float = PAUSE) -> subprocess.Popen:
    """Clients in a process of their own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.serve.service.load", str(port), str(clients), str(seconds),
         str(pause)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY,
    )  # fmt: skip
    process.stdin.write("\n".join(ADDRESSES))
    process.stdin.close()
    process.stdin = None
    return process


def outcome(process: subprocess.Popen) -> dict:
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    found = json.loads(out)
    found["latencies"].sort()
    return found


def at(found: dict, share: float) -> float:
    return found["latencies"][int(len(found["latencies"]) * share)]


def resident(process) -> int:
    """Resident memory in bytes, where the system tells."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return 0
    return int(re.search(r"VmRSS:\s+(\d+)", status.read_text())[1]) * 1024


@pytest.fixture(scope="module")
def served(shared_home):
    with listening(shared_home) as found:
        yield found


def test_a_query_of_two_megabytes_is_refused_and_the_next_is_answered(served) -> None:
    port, _ = served
    long = b"GET /api/factors?q=" + b"a" * 2_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    assert b" 414 " in told(port, long)[:40]
    headers = b"GET /api HTTP/1.1\r\nHost: x\r\nX-Much: " + b"a" * 2_000_000 + b"\r\n\r\n"
    assert b" 431 " in told(port, headers)[:40]
    many = b"GET /api HTTP/1.1\r\n" + b"X-A: b\r\n" * 50_000 + b"\r\n"
    assert b" 431 " in told(port, many)[:40]
    assert told(port, b"GET /api HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_what_is_no_http_is_refused_without_a_trace(served) -> None:
    port, _ = served
    away = b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n"
    for nonsense in (b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", away):
        answer = told(port, nonsense, 2)
        assert b"Traceback" not in answer
        assert b"root:" not in answer
        assert b" 200 " not in answer[:20]


def test_a_small_crowd_gets_no_error_while_a_release_comes(light_home, tmp_path) -> None:
    # The verifier proper needs the whole folder; here the sums of the light one stand for it.
    script = tmp_path / "serve.py"
    script.write_text(
        "import sys\n"
        "from pipelines.cli import catalogue\n"
        "from tests.serve.asking import sums_hold\n"
        "catalogue.verified_apart = sums_hold\n"
        "from pipelines.cli import main\n"
        "main(sys.argv[1:])\n",
        "utf-8",
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, str(script), "catalogue", "serve", "--port", str(port), "--home",
         str(light_home), "--seeds", str(SEEDS), "--every", "0.3"],
        stderr=subprocess.PIPE, text=True, cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip
    try:
        wait_for(port, process)
        running = crowd(port, 8, 4)
        time.sleep(1)
        name = next_release(light_home, 1)
        found = outcome(running)
    finally:
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert set(found["statuses"]) == {"200"}
    assert all(len(set(pair.split("|"))) == 1 for pair in found["releases"])
    assert f"{name}|{name}" in found["releases"]
    assert name in said


@pytest.mark.long
def test_a_crowd_of_32_for_a_minute(own_home) -> None:
    with listening(own_home, "--every", "1") as (port, process):
        outcome(crowd(port, 1, 3))
        alone = outcome(crowd(port, 1, 5))
        outcome(crowd(port, 32, 5))
        before = resident(process)
        running = crowd(port, 32, 60)
        time.sleep(20)
        name = next_release(own_home, 1)
        found = outcome(running)
        after = resident(process)
    figures = f"alone p50 {at(alone, 0.5) * 1e3:.2f} ms, 32 p99 {at(found, 0.99) * 1e3:.2f} ms"
    assert set(found["statuses"]) == {"200"}, figures
    assert all(len(set(pair.split("|"))) == 1 for pair in found["releases"])
    # The copied release does not verify under its new id: the one served stays.
    assert f"{name}|{name}" not in found["releases"]
    assert at(found, 0.99) <= 20 * at(alone, 0.5), figures
    assert after < before * 1.25 + 32 * 2**20, (before, after)


def test_the_quick_stand_in_for_the_verifier_sees_a_changed_byte(light_home) -> None:
    assert sums_hold(light_home / "releases" / "2026.1.0")
    next_release(light_home, 1, damaged=True)
    assert not sums_hold(light_home / "releases" / "2026.1.1")
