"""Are the counts printed on the pages of the published sets those the sets yield today?"""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipelines.commands.source_editions import check_edition
from pipelines.documents import COUNTS, source_page
from pipelines.settings import REPOSITORY, Settings

PAGES = REPOSITORY / "docs" / "sources"
DATA = Path(os.environ.get("TANYUAN_DATA", REPOSITORY.parent / "shared" / "data"))
with (PAGES / "counts.csv").open(encoding="utf-8", newline="") as file:
    RECORDED = list(csv.DictReader(file))


@pytest.mark.long
@pytest.mark.parametrize("row", RECORDED, ids=lambda r: f"{r['source_id']}-{r['edition']}")
def test_an_edition_still_yields_the_counts_on_its_page(row: dict[str, str], tmp_path) -> None:
    paths = sorted(DATA.glob(row["files"]))
    if not paths:
        pytest.skip("published data are not on this machine; set TANYUAN_DATA")
    path = paths[0]
    if len(paths) > 1:
        path = tmp_path / "edition"
        path.mkdir()
        for one in paths:
            shutil.copy(one, path)
    settings = Settings.resolve(home=tmp_path / "home")
    report: dict[str, Any] = check_edition(settings, row["source_id"], path, row["edition"]).report
    assert {name: report[name] for name in COUNTS} == {name: int(row[name]) for name in COUNTS}
    reasons = "; ".join(f"{code} {n}" for code, n in sorted(report["reasons"].items()))
    assert reasons == row["reasons"]


@pytest.mark.parametrize("row", RECORDED, ids=lambda r: f"{r['source_id']}-{r['edition']}")
def test_rows_of_the_record_are_conserved(row: dict[str, str]) -> None:
    n = {name: int(row[name]) for name in COUNTS}
    assert n["rows_in"] == n["candidates"] + n["parameters"] + n["skipped"]
    assert n["candidates"] == n["admissible"] + n["refused"]


def test_every_page_shows_its_counts_in_both_languages() -> None:
    for source_id in {row["source_id"] for row in RECORDED}:
        page = (PAGES / f"{source_id}.md").read_text("utf-8")
        assert page.count("<!-- counts ") == 2, source_id
        assert page == source_page(source_id)
