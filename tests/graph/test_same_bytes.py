"""Whatever must be equal between two builds is: threads, folder, hash seed, order of rows."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import polars as pl
import pytest

from pipelines.publish import publish
from pipelines.publish.csv_files import write_csv
from pipelines.publish.folder import write_data
from pipelines.settings import Settings
from schemas import PUBLISHED
from tests.conftest import SEEDS, run_program
from tests.publish.conftest import PassingGate

EQUAL = ("data", "csv", "dictionary", "changes", "grades")
DERIVED = ("release_info", "change", "requirement")


def hashes(folder: Path, parts: tuple[str, ...] = EQUAL) -> dict[str, str]:
    """SHA-256 of every file that two builds have in common, byte for byte."""
    paths = [p for part in parts for p in sorted((folder / part).rglob("*")) if p.is_file()]
    if parts == EQUAL:
        paths.append(folder / "datapackage.json")
    assert paths
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in paths
    }


def release_of(home: Path) -> Path:
    return next(p for p in (home / "releases").iterdir() if p.is_dir())


def require_same(ours: dict[str, str], theirs: dict[str, str]) -> None:
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def run_again(threads: int, seed: int, home: Path, seeds: Path) -> Path:
    many = str(threads)
    done = run_program(
        "run", home=home, seeds=seeds, PYTHONHASHSEED=str(seed),
        POLARS_MAX_THREADS=many, OMP_NUM_THREADS=many, ARROW_NUM_THREADS=many,
        NUMBA_NUM_THREADS=many,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return release_of(home)


@pytest.mark.parametrize(
    ("threads", "seed"),
    [(1, 0), *(pytest.param(n, s, marks=pytest.mark.long) for n, s in ((2, 7), (4, 0), (8, 7)))],
)
def test_another_folder_other_threads_and_another_hash_seed_give_the_same_bytes(
    shared_home, own_seeds, tmp_path, threads, seed
) -> None:
    folder = run_again(threads, seed, tmp_path / "a deeper" / "家", own_seeds)
    ours, theirs = hashes(folder), hashes(release_of(shared_home))
    require_same(ours, theirs)
    sys.stdout.write(f"\n{threads} threads, hash seed {seed}: {len(ours)} files the same\n")
    contents = [
        json.loads((f / "manifest.json").read_bytes())["content_sha256"]
        for f in (folder, release_of(shared_home))
    ]
    assert contents[0] == contents[1]


def shuffled(folder: Path) -> dict[str, pl.DataFrame]:
    """The tables of a release, the rows of each in another order and in pieces."""
    frames = {t.name: pl.read_parquet(folder / "data" / f"{t.name}.parquet") for t in PUBLISHED}
    found = {}
    for name, frame in frames.items():
        mixed = frame.sample(fraction=1.0, shuffle=True, seed=len(name))
        half = mixed.height // 2
        found[name] = pl.concat([mixed[half:], mixed[:half]], rechunk=False)
    return found


def test_rows_in_another_order_give_the_same_files_of_data(shared_home, tmp_path) -> None:
    release = release_of(shared_home)
    tables = shuffled(release)
    info = tables["release_info"].row(0, named=True)
    for part in ("data", "csv"):
        (tmp_path / part).mkdir()
    for name, rows in write_data(tmp_path, tables, info).rows.items():
        write_csv(rows, tmp_path / "csv" / f"{name}.csv")
    parts = ("data", "csv")
    require_same(hashes(tmp_path, parts), hashes(release, parts))


@pytest.mark.long
def test_rows_in_another_order_give_the_same_release(shared_home, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("pipelines.publish.release.Expectations", PassingGate)
    release = release_of(shared_home)
    manifest = json.loads((release / "manifest.json").read_bytes())
    leaves = (release / "ledger-leaves").read_text("utf-8").split()
    tables = {n: f for n, f in shuffled(release).items() if n not in DERIVED}
    done = publish(Settings(SEEDS, tmp_path), tables, (manifest["ledger"]["root"], leaves))
    parts = ("data", "csv", "dictionary", "changes")
    require_same(hashes(done.folder, parts), hashes(release, parts))
    assert done.content_sha256 == manifest["content_sha256"]
