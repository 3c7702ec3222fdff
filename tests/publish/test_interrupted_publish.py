"""Cut off anywhere, refused anywhere, raced by anyone: the old state or the new, never between."""

from __future__ import annotations

import errno
import shutil
import sys
from pathlib import Path

import pytest

from pipelines.cli.release_folder import folder_of
from pipelines.publish.store import Store
from tests.publish.interrupted import (
    ACKNOWLEDGED,
    KILLED,
    LOST,
    REFUSED,
    count_operations,
    ended,
    full_after,
    kill_at,
    publish_small,
    refuse_at,
    require_shown,
    said,
    settings_of,
    start,
)

SAMPLE = 9


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    return tmp_path / "home"


def home_for(case: str, base: Path) -> tuple[Path, list[str]]:
    """A home before the release under test, and what it says."""
    home = base / "home"
    shutil.rmtree(home, ignore_errors=True)
    if case == "first":
        return home, []
    publish_small(home, "old")
    return home, ["old"]


def operations(case: str, base: Path) -> int:
    home, _ = home_for(case, base)
    return count_operations(home, "new")


def killed_at(case: str, number: int, base: Path) -> str:
    """Kill a publish at one operation; returns which state was found."""
    home, before = home_for(case, base)
    victim = start(home, "new", kill_at(number), queue=case != "concurrent")
    other = start(home, "other", queue=False) if case == "concurrent" else None
    code = ended(victim)
    if other is not None:
        assert ended(other) == ACKNOWLEDGED
    found = list(said(home))
    assert found[: len(before)] == before
    rest = sorted(found[len(before) :])
    others = ["other"] if other is not None else []
    assert rest in (others, sorted([*others, "new"])), (number, rest)
    if code == ACKNOWLEDGED:
        assert "new" in rest
    else:
        assert code == KILLED
    publish_small(home, "new")
    again = list(said(home))
    assert sorted(again) == sorted([*before, *others, "new"])
    assert again[: len(found)] == found
    require_shown(home)
    return "new" if "new" in rest else "old"


CASES = ("first", "second", "concurrent")


@pytest.mark.parametrize("case", CASES)
def test_killed_at_some_operations_the_state_is_old_or_new(case, tmp_path) -> None:
    states = [
        killed_at(case, number, tmp_path)
        for number in range(1, operations(case, tmp_path) + 1, SAMPLE)
    ]
    assert "old" in states


@pytest.mark.long
@pytest.mark.parametrize("case", CASES)
def test_killed_at_every_operation_the_state_is_old_or_new(case, tmp_path) -> None:
    size = operations(case, tmp_path)
    assert size >= 60
    states = [killed_at(case, number, tmp_path) for number in range(1, size + 1)]
    old, new = states.count("old"), states.count("new")
    sys.stdout.write(f"\n{case}: {size} kill points, old {old}, new {new}\n")
    assert {"old", "new"} == set(states)
    if case != "concurrent":
        assert states == sorted(states, reverse=True), "old until the commit, new after it"


@pytest.mark.parametrize(
    ("publishers", "queue"), [(2, False), (8, True), pytest.param(24, True, marks=pytest.mark.long)]
)
def test_publishers_at_once_make_one_unbroken_chain(fresh, publishers, queue) -> None:
    names = [f"p{i}" for i in range(publishers)]
    children = [start(fresh, name, queue=queue) for name in names]
    assert [ended(child) for child in children] == [ACKNOWLEDGED] * publishers
    assert sorted(said(fresh)) == sorted(names)
    Store(settings_of(fresh)).recover()
    require_shown(fresh)


@pytest.mark.parametrize("rounds", [1, pytest.param(10, marks=pytest.mark.long)])
def test_without_a_queue_no_acknowledged_release_is_lost(tmp_path, rounds) -> None:
    lost = acknowledged = 0
    for round_number in range(rounds):
        home = tmp_path / str(round_number)
        children = {f"p{i}": start(home, f"p{i}", queue=False) for i in range(8 * min(rounds, 3))}
        codes = {name: ended(child) for name, child in children.items()}
        assert set(codes.values()) <= {ACKNOWLEDGED, LOST}
        found = set(said(home))
        wanted = {name for name, code in codes.items() if code == ACKNOWLEDGED}
        acknowledged += len(wanted)
        lost += len(wanted - found)
        assert found == wanted
    sys.stdout.write(f"\n{rounds} rounds, {acknowledged} acknowledged, {lost} lost\n")
    assert lost == 0


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=["ENOSPC", "EIO"])
@pytest.mark.parametrize("step", [13, pytest.param(1, marks=pytest.mark.long)])
def test_a_disk_that_refuses_leaves_the_old_or_the_new_release(tmp_path, code, step) -> None:
    for number in range(1, operations("second", tmp_path) + 1, step):
        home, before = home_for("second", tmp_path)
        outcome = ended(start(home, "new", refuse_at(number, code)))
        found = list(said(home))
        assert found in (before, [*before, "new"]), number
        assert outcome == REFUSED or found == [*before, "new"], number
        publish_small(home, "new")
        assert list(said(home)) == [*before, "new"]
        require_shown(home)


def test_a_disk_that_fills_up_at_twenty_sizes_leaves_the_former_release(tmp_path) -> None:
    home, _ = home_for("second", tmp_path)
    need = sum(p.stat().st_size for p in (home / "releases").rglob("*") if p.is_file())
    for part in range(20):
        home, before = home_for("second", tmp_path)
        outcome = ended(start(home, "new", full_after(need * (part * 6 + 5) // 100)))
        found = list(said(home))
        assert (outcome, found) in (
            (REFUSED, before), (ACKNOWLEDGED, [*before, "new"]),
        ), part  # fmt: skip
        require_shown(home)


def test_a_reader_sees_whole_releases_only_while_others_publish(fresh) -> None:
    publish_small(fresh, "p0")
    children = [start(fresh, f"p{i}") for i in range(1, 6)]
    seen = set()
    for _ in range(200):
        folder = folder_of(None, fresh)
        seen.add(folder.name)
        assert sum(p.is_file() for p in folder.rglob("*")) == 14
    assert [ended(child) for child in children] == [ACKNOWLEDGED] * 5
    assert folder_of(None, fresh).name == "2026.1.5"
    assert seen


def test_an_object_that_rotted_is_replaced_when_its_bytes_come_again(fresh) -> None:
    publish_small(fresh, "one")
    shared = next(
        f["sha256"]
        for f in Store(settings_of(fresh)).entries()[0].manifest["files"]
        if f["name"] == "data/t00.parquet"
    )
    stored = fresh / "objects" / shared
    stored.unlink()
    stored.write_bytes(b"rotten")
    publish_small(fresh, "two")
    assert list(said(fresh)) == ["one", "two"]


def test_what_another_process_still_builds_is_not_cleared(fresh) -> None:
    store = Store(settings_of(fresh))
    with store.new_folder() as folder:
        (folder / "half").write_text("half", "utf-8")
        publish_small(fresh, "new")
        assert (folder / "half").exists()
    require_shown(fresh)
