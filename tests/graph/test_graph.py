"""The graph a person opens: groups are rooms, every asset says in two languages what it holds."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from pipelines.defs import definitions
from pipelines.documents import DOCS, graph
from schemas import ALL_TABLES, PUBLISHED

ROOMS = {"ingest", "admit", "footprint", "grade", "publish", "serve", "large"}


@pytest.fixture(scope="module")
def resolved():
    return definitions().resolve_asset_graph()


def test_the_graph_is_the_one_on_the_stored_picture() -> None:
    assert (DOCS / "graph.md").read_text("utf-8") == graph()


def test_groups_are_the_rooms(resolved) -> None:
    assert {resolved.get(k).group_name for k in resolved.get_all_asset_keys()} == ROOMS


def test_every_asset_is_described_in_chinese_and_english(resolved) -> None:
    for key in resolved.get_all_asset_keys():
        zh, bar, en = (resolved.get(key).description or "").partition(" | ")
        assert bar, key
        assert any("\u4e00" <= c <= "\u9fff" for c in zh), key
        assert en.isascii() or "CO" in en or "–" in en, key


def test_every_published_table_is_an_asset_with_its_columns(resolved) -> None:
    made_by_release = {"change", "requirement", "release_info", "verification", "agency",
                       "person", "review_event", "opinion", "revision", "agency_dependent",
                       "withheld_factor", "withheld_source", "separate_factor"}  # fmt: skip
    for table in PUBLISHED:
        if table.name in made_by_release:
            continue
        node = resolved.get(
            next(k for k in resolved.get_all_asset_keys() if k.path[-1] == table.name)
        )
        columns = node.metadata["dagster/column_schema"].columns
        assert [c.name for c in columns] == list(ALL_TABLES[table.name].columns)


def test_the_whole_graph_loads_as_the_browser_loads_it() -> None:
    repository = definitions().get_repository_def()
    assert "release" in {job.name for job in repository.get_all_jobs()}


def test_the_graph_loads_with_an_empty_environment(tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import pipelines.definitions as d; print(len(d.defs.assets))"],
        capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 15
