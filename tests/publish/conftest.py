"""The shared release's tables, and a gate that answers at once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from pipelines.publish import release as release_module
from pipelines.settings import Settings
from schemas import PUBLISHED
from tests.conftest import SEEDS

DERIVED = ("release_info", "change", "requirement")


@pytest.fixture(scope="session")
def published_tables(release_folder: Path) -> dict[str, pl.DataFrame]:
    """Every table of the shared release as read from its Parquet files."""
    return {
        t.name: pl.read_parquet(release_folder / "data" / f"{t.name}.parquet")
        for t in PUBLISHED
        if t.name not in DERIVED
    }


@pytest.fixture(scope="session")
def ledger(release_folder: Path) -> tuple[str, list[str]]:
    """Root and leaf hashes of the shared release."""
    manifest = json.loads((release_folder / "manifest.json").read_bytes())
    leaves = (release_folder / "ledger-leaves").read_text("utf-8").split()
    return manifest["ledger"]["root"], leaves


class PassingGate:
    """Stands for the expectations, which load for seconds; see test_expectations."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> PassingGate:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def outcome(self) -> dict[str, list[object]]:
        return {"results": []}


@pytest.fixture
def quick_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish without the expectations, everything else as it is."""
    monkeypatch.setattr(release_module, "Expectations", PassingGate)


@pytest.fixture
def house(own_home: Path, tmp_path: Path) -> Settings:
    """A home with one release and its own copy of the seeds."""
    seeds = Path(shutil.copytree(SEEDS, tmp_path / "seeds"))
    return Settings(seeds, own_home)
