"""Does ``check`` answer about an inventory folder as about a file handed in?"""

from __future__ import annotations

import csv
import shutil

import pytest

from pipelines.errors import FaultyData, WrongUsage
from tests.conftest import SEEDS, asked

CLINKER = SEEDS / "inventories" / "cement_clinker"


@pytest.fixture
def clinker(tmp_path):
    """The seeds' cement clinker, to be spoilt."""
    return shutil.copytree(CLINKER, tmp_path / "clinker")


def spoil(folder, name, row, **cells):
    """Write other cells into a row, counted as a person does."""
    path = folder / f"{name}.csv"
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    rows[row - 2].update(cells)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_sound_folder_is_told_what_a_computation_assumes(shared_home, clinker):
    done = asked("check", str(clinker), home=shared_home)
    told = asked("footprint", "check", str(clinker), home=shared_home)
    assert done.exit == 0
    assert done.findings == told.findings != []
    (entry,) = done.data["files"]
    assert (entry["file"], entry["kind"], entry["refused_file"]) == ("clinker", "inventory", False)
    assert done.summary["rows"] == done.summary["admissible"] > 0


@pytest.mark.parametrize(
    ("name", "cells", "code"),
    [
        ("product", {"category_id": "product.klinker"}, "E-INV-22"),
        ("exchange", {"provider": "factor:FNOSUCHAAAAAA"}, "E-FPT-02"),
    ],
    ids=["of a row", "of a factor"],
)
def test_a_fault_is_told_by_file_and_row_and_refuses_the_row(
    shared_home, clinker, name, cells, code
):
    spoil(clinker, name, 2, **cells)
    done = asked("check", str(clinker), home=shared_home)
    (found,) = [one for one in done.findings if one.severity == "error"]
    assert (found.code, found.place["file"], found.place["row"]) == (code, f"clinker/{name}.csv", 2)
    assert (done.exit, done.summary["quarantined"], done.summary["errors"]) == (1, 1, 1)
    assert f"[{code}]" in done.text_zh
    assert f"{name}.csv" in done.text_en


@pytest.mark.parametrize("words", [("check",), ("footprint", "run")], ids=" ".join)
def test_a_folder_whose_name_is_no_id_is_told_so(shared_home, clinker, words):
    folder = clinker.rename(clinker.with_name("熟料 2025"))
    try:
        done = asked(*words, str(folder), home=shared_home)
        assert done.summary["quarantined"] == done.summary["rows"] > 0
        found = done.findings
    except FaultyData as refused:
        found = refused.findings
    (one,) = found
    assert (one.code, one.place["file"], one.severity) == ("E-INV-23", "熟料 2025", "error")


def test_a_folder_without_a_needed_file_is_refused_whole(shared_home, clinker):
    (clinker / "exchange.csv").unlink()
    done = asked("check", str(clinker), home=shared_home)
    (found,) = done.findings
    assert (found.code, found.place["file"]) == ("E-SEED-06", "clinker/exchange.csv")
    assert (done.exit, done.summary["refused"]) == (3, done.summary["rows"])


def test_without_a_release_the_rows_alone_are_checked_and_that_is_said(clinker, tmp_path):
    empty = tmp_path / "home"
    done = asked("check", str(clinker), home=empty)
    assert ([one.code for one in done.findings], done.exit) == (["W-INV-01"], 0)
    spoil(clinker, "product", 2, region_code="64")
    done = asked("check", str(clinker), home=empty)
    assert ({one.code for one in done.findings}, done.exit) == ({"E-REG-01", "W-INV-01"}, 1)


def test_a_folder_that_is_no_inventory_is_told_what_may_be_checked(tmp_path):
    with pytest.raises(WrongUsage) as caught:
        asked("check", str(tmp_path), home=tmp_path)
    (found,) = caught.value.findings
    assert found.code == "E-USE-07"
    assert "exchange.csv" in found.fix_zh
