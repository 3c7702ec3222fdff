"""The power goes at any moment: what was acknowledged stands, what is seen is whole."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from pipelines.cli.release_folder import folder_of
from pipelines.errors import UnreadableInput, WrongUsage
from pipelines.identity import sha256_of
from pipelines.publish.verify import SUMS
from tests.publish.interrupted import publish_small, require_shown, said
from tests.publish.power_loss import lay, recorded, states

SEED = 20261121


def require_whole(home: Path) -> None:
    """What a reader takes up before anything was mended is whole."""
    try:
        folder = folder_of(None, home)
    except (WrongUsage, UnreadableInput):  # no release yet, or none that lies readable
        return
    lines = (folder / SUMS).read_text("utf-8").splitlines()
    assert len(lines) == 11
    for line in lines:
        digest, name = line.split("  ")
        assert sha256_of(folder / name) == digest, name


def after_the_loss(case: str, base: Path, per_moment: int, most: int | None) -> tuple[int, int]:
    """Try states of a publish; returns how many there were and how many held the new release."""
    disk, before = base / "disk", ["old"] if case == "second" else []
    disk.mkdir()
    if before:
        publish_small(disk / "home", "old")
    drawn = states(recorded(disk, disk / "home", "new"), per_moment, SEED)
    if most is not None:
        # The first and the last moment are always among them.
        drawn = [drawn[0], *random.Random(SEED).sample(drawn[1:-1], most - 2), drawn[-1]]
    new = 0
    for number, state in enumerate(drawn):
        lay(state, disk)
        home = disk / "home"
        found = list(said(home))
        assert found in (before, [*before, "new"]), number
        assert found == [*before, "new"] or not state.is_acknowledged, number
        require_whole(home)
        new += found != before
        publish_small(home, "new")
        assert list(said(home)) == [*before, "new"], number
        require_shown(home)
        require_whole(home)
    return len(drawn), new


@pytest.mark.parametrize("case", ["first", "second"])
def test_after_a_loss_of_power_the_state_is_old_or_new(case, tmp_path) -> None:
    assert after_the_loss(case, tmp_path, 4, 24)[0] == 24


@pytest.mark.long
@pytest.mark.parametrize("case", ["first", "second"])
def test_after_a_loss_of_power_at_every_moment_the_state_is_old_or_new(case, tmp_path) -> None:
    size, new = after_the_loss(case, tmp_path, 16, None)
    sys.stdout.write(f"\n{case}: {size} states after power loss, {new} with the new release\n")
    assert size >= 1000
    assert 0 < new < size
