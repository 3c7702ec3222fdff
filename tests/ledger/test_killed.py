"""Killed at every operation of an append: nothing acknowledged is lost, nothing half-written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.ledger import Ledger
from pipelines.settings import REPOSITORY

WRITER = Path(__file__).with_name("killed_writer.py")
BATCH = ("new-1", "new-2", "new-3")


def decisions(*names: str) -> list[dict[str, str]]:
    return [{"decision_id": name, "verdict": "admit", "note": "x" * 200} for name in names]


def run(folder: Path, stop_at: int, mode: str) -> subprocess.CompletedProcess:
    words = [sys.executable, str(WRITER), str(folder), str(stop_at), mode, *BATCH]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(words, capture_output=True, text=True, check=False, env=environment)


def names(folder: Path) -> list[str]:
    return [e.record["decision_id"] for e in Ledger(folder).entries()]


@pytest.mark.parametrize("start", ["fresh", "standing", "torn tail"])
def test_an_append_killed_anywhere_stands_whole_or_not_at_all(tmp_path, start) -> None:
    before = tmp_path / "before"
    old: list[str] = []
    if start != "fresh":
        Ledger(before).enter(decisions("old-1", "old-2"))
        old = ["old-1", "old-2"]
    if start == "torn tail":
        with (before / "leaves.bin").open("ab") as stream:
            stream.write(b"\0\0\1")
    kills = 0
    outcomes = set()
    for mode in ("before", "after", "torn"):
        stop_at = 0
        while True:
            stop_at += 1
            home = tmp_path / f"{mode}-{stop_at}"
            if before.exists():
                shutil.copytree(before, home)
            done = run(home, stop_at, mode)
            assert done.returncode in {0, -9}, done.stderr
            if done.returncode == 0:
                assert done.stdout == "acknowledged\n"
                assert names(home) == [*old, *BATCH]
                break
            kills += 1
            stands = names(home) if home.exists() else []
            # The batch is there whole or not at all.
            assert stands in (old, [*old, *BATCH])
            assert "acknowledged" not in done.stdout
            outcomes.add(len(stands))
            # Whatever was left behind, the next writer completes it and every proof holds.
            Ledger(home).enter(decisions(*BATCH))
            assert names(home) == [*old, *BATCH]
            assert [e.record["seq"] for e in Ledger(home).entries()] == list(range(len(old) + 3))
    assert kills >= 15
    assert outcomes == {len(old), len(old) + 3}
