"""Does ``check`` answer about an inventory folder as about a file handed in?"""

from __future__ import annotations

import csv
import shutil

import pytest

from pipelines.errors import WrongUsage
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
def test_a_folder_whose_name_is_no_id_is_computed_under_one_and_told_so(
    shared_home, clinker, words
):
    told = asked(*words, str(clinker), home=shared_home)
    folder = clinker.rename(clinker.with_name("熟料 2025"))
    done = asked(*words, str(folder), home=shared_home)
    (one,) = [one for one in done.findings if one not in told.findings]
    assert (one.code, one.place["file"], one.severity) == ("W-INV-02", "熟料 2025", "warning")
    assert "2025" in one.zh.replace("熟料 2025", "")
    assert done.exit == told.exit == 0


@pytest.mark.parametrize("words", [("check",), ("footprint", "run")], ids=" ".join)
def test_files_in_the_chinese_code_page_are_read_and_that_is_said(shared_home, clinker, words):
    told = asked(*words, str(clinker), home=shared_home)
    for path in clinker.glob("*.csv"):
        path.write_bytes(path.read_text("utf-8").encode("gb18030"))
    done = asked(*words, str(clinker), home=shared_home)
    more = [one for one in done.findings if one not in told.findings]
    assert {one.code for one in more} == {"W-FORM-28"}
    assert {one.place["file"] for one in more} >= {"clinker/product.csv", "clinker/exchange.csv"}
    assert [one for one in done.findings if one in told.findings] == told.findings
    assert done.summary["rows" if words == ("check",) else "products"] > 0


def test_a_fault_of_a_file_made_readable_is_told_by_the_name_it_was_given(shared_home, clinker):
    spoil(clinker, "product", 2, category_id="product.klinker")
    (clinker / "product.csv").rename(clinker / "Product.CSV")
    folder = clinker.rename(clinker.with_name("熟料"))
    done = asked("check", str(folder), home=shared_home)
    fault, name = done.findings
    assert (fault.code, fault.place["file"], fault.place["row"]) == (
        "E-INV-22", "熟料/Product.CSV", 2,
    )  # fmt: skip
    assert name.code == "W-INV-02"
    assert (done.exit, done.summary["quarantined"], done.summary["errors"]) == (1, 1, 1)


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
    (clinker / "product.csv").rename(clinker / "PRODUCT.csv")
    done = asked("check", str(clinker), home=empty)
    assert ({one.code for one in done.findings}, done.exit) == ({"E-REG-01", "W-INV-01"}, 1)
    assert {one.place["file"] for one in done.findings} == {"clinker", "clinker/PRODUCT.csv"}


def test_a_folder_that_is_no_inventory_is_told_what_may_be_checked(tmp_path):
    with pytest.raises(WrongUsage) as caught:
        asked("check", str(tmp_path), home=tmp_path)
    (found,) = caught.value.findings
    assert found.code == "E-USE-07"
    assert "exchange.csv" in found.fix_zh
