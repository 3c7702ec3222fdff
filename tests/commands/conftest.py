"""A source of the test's own making: one module, one folder; and a desk of small seeds."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

import pipelines.sources
from pipelines.settings import Settings
from tests.conftest import SEEDS
from tests.review.desk import Desk

SOURCE_ID = "invented_works"
MODULE = '''"""Simulated: an invented publication for tests."""

from pipelines.ingest.published_harvest import Layout, LeftOut, PublishedHarvest
from pipelines.quantities.number import to_double
from pipelines.sources.contract import Source
from pipelines.tabular.published_file import read_csv

LAYOUT = Layout("works", ("code", "name", "value", "unit"), ("code", "name", "value", "unit"))


def read(edition, lookups, _):
    harvest = PublishedHarvest(edition, lookups)
    for file in edition.file_rows:
        name = file["file_name"]
        table = read_csv(edition.path(name), f"{edition.source_id}/{name}")
        harvest.layout(name, table.header, [LAYOUT])
        harvest.take(len(table.rows) + len(table.ragged))
        for row, found in table.ragged:
            harvest.leave_out(row, "S-RAG-01", found=found, wanted=len(table.header))
        seen = set()
        for row in table.rows:
            if row["code"] in seen:
                harvest.leave_out(row, "S-DUP-01", "code")
                continue
            seen.add(row["code"])
            harvest.mend(row, row["code"])
            try:
                one(harvest, row)
            except LeftOut:
                continue
    return harvest


def one(harvest, row):
    value = harvest.cell_number(row, "value")
    unit = harvest.cell_unit(row, "unit")
    evidence = harvest.evidence_at(row, row["code"], text=row["value"], unit=row["unit"])
    harvest.candidate(
        row, row["code"], name_zh=row["name"], name_en=row["name"],
        flow_id=harvest.flow(row["name"], unit.reference_unit), category_id="unclassified",
        value=to_double(value * unit.to_kg), value_unit=unit.value_unit,
        reference_unit=unit.reference_unit, value_convention="direct", gwp_set="not_applicable",
        factor_kind="direct_ef", boundary="activity", derivation="default", region_code="CN",
        evidence_id=evidence, confidence="medium",
    )


SOURCE = Source("invented_works", "模拟：虚构出版物", "Simulated: an invented publication", read)
'''
TOML = """# Simulated: an invented publication for tests.
id = "invented_works"
title_zh = "模拟：虚构出版物"
title_en = "Simulated: an invented publication"
publisher = "测试 test"

[published]
licence = "CC0-1.0"
data_class = "public"
data_origin = "secondary"
core_data = false
how_obtained = "由测试写成 | written by a test"

[published.authorisation]
scope = "public"
document = "CC0"
onward_publication = true
"""
HEADER = "code,name,value,unit"


@pytest.fixture
def desk(tmp_path) -> Desk:
    """A desk without the seeds' own submissions."""
    seeds = tmp_path / "seeds"
    shutil.copytree(SEEDS, seeds, ignore=shutil.ignore_patterns("submissions", "uk_*", "oefdb*"))
    return Desk(tmp_path / "home", seeds)


@pytest.fixture
def invented(own_seeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings under which the invented source is known."""
    folder = own_seeds / SOURCE_ID
    folder.mkdir()
    (folder / "source.toml").write_text(TOML, "utf-8")
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / f"{SOURCE_ID}.py").write_text(MODULE, "utf-8")
    monkeypatch.setattr(pipelines.sources, "__path__", [*pipelines.sources.__path__, str(modules)])
    pipelines.sources.all_sources.cache_clear()
    yield Settings(own_seeds, tmp_path / "home")
    pipelines.sources.all_sources.cache_clear()
    sys.modules.pop(f"pipelines.sources.{SOURCE_ID}", None)


@pytest.fixture
def edition_file(tmp_path: Path):
    """Writes an edition's file; returns its path."""

    def write(name: str, *lines: str, header: str = HEADER) -> Path:
        path = tmp_path / name
        path.write_text("\n".join([header, *lines]) + "\n", "utf-8")
        return path

    return write
