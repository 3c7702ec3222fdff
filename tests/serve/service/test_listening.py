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
from tests.conftest import SEEDS, run_program
from tests.serve.asking import light_home_of, next_release, sums_hold

ADDRESSES = [
    "/api/factors/FKXQINR52EEF2", "/api/factors/FVANJ2JEL75IW", "/api/factors/F6EHNO6MB4LPX",
    *(f"/api/factors?q={q}&limit=20" for q in ("ds", "coal", "%E7%94%B5%E5%8A%9B", "gas")),
    *(f"/api/lookup?flow=electricity&region=640000&year={y}" for y in range(2018, 2026)),
    "/api/footprints/clinker-cn", "/api/grades", "/api/releases", "/api",
]  # fmt: skip
PAUSE = 0.02
PROGRAM = "from pipelines.cli import main; main()"


@contextmanager
def listening(home: Path, *words: str, program: str = PROGRAM):
    """The service in a process of its own; gives its port and the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", program, "catalogue", "serve"]
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


# The verifier proper needs the whole folder; here the sums of a light one stand for it.
STAND_IN = """
import sys
from pipelines.cli import catalogue
from tests.serve.asking import sums_hold
catalogue.verified_apart = sums_hold
from pipelines.cli import main
main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def served(release_folder, tmp_path_factory):
    """One service over a light home for all tests of this file; port, home, what it said."""
    home = light_home_of(release_folder, tmp_path_factory.mktemp("served"))
    with listening(home, "--every", "0.3", program=STAND_IN) as (port, process):
        yield port, home, process


def test_a_query_of_two_megabytes_is_refused_and_the_next_is_answered(served) -> None:
    port, _, _ = served
    long = b"GET /api/factors?q=" + b"a" * 2_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    assert b" 414 " in told(port, long)[:40]
    headers = b"GET /api HTTP/1.1\r\nHost: x\r\nX-Much: " + b"a" * 2_000_000 + b"\r\n\r\n"
    assert b" 431 " in told(port, headers)[:40]
    many = b"GET /api HTTP/1.1\r\n" + b"X-A: b\r\n" * 50_000 + b"\r\n"
    assert b" 431 " in told(port, many)[:40]
    assert told(port, b"GET /api HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_what_is_no_http_is_refused_without_a_trace(served) -> None:
    port, _, _ = served
    away = b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n"
    for nonsense in (b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", away):
        answer = told(port, nonsense, 2)
        assert b"Traceback" not in answer
        assert b"root:" not in answer
        assert b" 200 " not in answer[:20]


def said_within(process, word: str, seconds: float = 30) -> str:
    """What the service says on its standard error until a word of it."""
    found, until = "", time.monotonic() + seconds
    while word not in found and time.monotonic() < until:
        if select.select([process.stderr], [], [], 0.2)[0]:
            found += os.read(process.stderr.fileno(), 65536).decode("utf-8", "replace")
    return found


def test_a_small_crowd_gets_no_error_while_a_release_comes_and_is_withdrawn(served) -> None:
    port, home, process = served
    running = crowd(port, 8, 4)
    name = next_release(home, 1)
    assert name in said_within(process, name)
    time.sleep(0.5)
    statement = {"release_id": name, "on": "2026-11-22", "text_zh": "编制错误"}
    stone = home / "releases" / f"{name}.withdrawn.json"
    stone.write_text(json.dumps({"statement": statement}), "utf-8")
    said = said_within(process, "编制错误")
    answer = told(port, b"GET /api HTTP/1.1\r\nHost: x\r\n\r\n")
    found = outcome(running)
    assert set(found["statuses"]) == {"200"}
    assert all(len(set(pair.split("|"))) == 1 for pair in found["releases"])
    assert {"2026.1.0|2026.1.0", f"{name}|{name}"} == found["releases"].keys()
    # Withdrawn while it was served: it gives way, and everybody is told why.
    assert b"x-tanyuan-release: 2026.1.0" in answer
    assert "E-SRV-07" in said
    assert "编制错误" in said


@pytest.fixture
def later_release(own_home, own_seeds):
    """A true second release of a home, taken aside; gives what puts it in its place."""
    rule = own_seeds / "grade_rules" / "demo-ratio-hydrogen.toml"
    text = rule.read_text("utf-8")
    rule.write_text(text.replace('title_zh = "', 'title_zh = "二 ', 1), "utf-8")
    done = run_program("run", "release", "--json", home=own_home, seeds=own_seeds)
    assert done.returncode == 0, done.stdout + done.stderr
    name = json.loads(done.stdout)["release"]
    folder, log = own_home / "releases" / name, max((own_home / "log").glob("*.json"))
    aside = own_home / "aside"
    aside.mkdir()
    folder.rename(aside / name)
    log.rename(aside / log.name)

    def put() -> str:
        (aside / name).rename(folder)
        (aside / log.name).rename(log)
        return name

    return put


@pytest.mark.long
def test_a_crowd_of_32_for_a_minute_while_a_release_comes(own_home, later_release) -> None:
    """How long answers take is printed (``-s``): no test holds a machine to a time."""
    with listening(own_home, "--every", "1") as (port, process):
        outcome(crowd(port, 1, 3))
        alone = outcome(crowd(port, 1, 5))
        outcome(crowd(port, 32, 5))
        before = resident(process)
        running = crowd(port, 32, 60)
        time.sleep(20)
        name = later_release()
        found = outcome(running)
        after = resident(process)
    figures = (
        f"alone p50 {at(alone, 0.5) * 1e3:.2f} ms, 32 clients p50 {at(found, 0.5) * 1e3:.2f}, "
        f"p99 {at(found, 0.99) * 1e3:.2f}, longest {found['latencies'][-1] * 1e3:.1f} ms of "
        f"{len(found['latencies'])}, memory {before >> 20} to {after >> 20} MiB"
    )
    sys.stdout.write(f"\n{figures}\n")
    assert set(found["statuses"]) == {"200"}, figures
    assert all(len(set(pair.split("|"))) == 1 for pair in found["releases"])
    assert set(found["releases"]) == {"2026.1.0|2026.1.0", f"{name}|{name}"}
    # For a moment both releases are open; what the new one takes stays within the old one's.
    assert after < before * 1.5 + 32 * 2**20, figures


def test_the_quick_stand_in_for_the_verifier_sees_a_changed_byte(light_home) -> None:
    assert sums_hold(light_home / "releases" / "2026.1.0")
    next_release(light_home, 1, damaged=True)
    assert not sums_hold(light_home / "releases" / "2026.1.1")
