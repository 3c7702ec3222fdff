"""Is an inventory folder read as people save it, and left alone where nothing is to be done?"""

from __future__ import annotations

import shutil

import pytest

from pipelines.commands.inventory_files import files_of, plain_folder
from pipelines.errors import FaultyData, UnreadableInput
from pipelines.findings import finding
from tests.conftest import SEEDS

CARBIDE = SEEDS / "inventories" / "calcium_carbide"


@pytest.fixture
def folder(tmp_path):
    """The seeds' calcium carbide, to be saved in other ways."""
    return shutil.copytree(CARBIDE, tmp_path / "carbide")


def texts(folder):
    return {path.name: path.read_text("utf-8-sig") for path in sorted(folder.glob("*.csv"))}


def test_a_folder_that_can_be_read_is_read_where_it_stands(folder):
    (folder / "product.csv").write_text((folder / "product.csv").read_text("utf-8"), "utf-8-sig")
    with plain_folder(folder) as found:
        assert found == (folder, [])


def test_the_chinese_code_page_is_converted_file_by_file(folder):
    meant = texts(folder)
    path = folder / "product.csv"
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))
    with plain_folder(folder) as (laid, notes):
        assert laid != folder
        assert texts(laid) == meant
    (one,) = notes
    assert (one.code, one.place["file"]) == ("W-FORM-28", "carbide/product.csv")
    assert not laid.exists()
    assert path.read_bytes() == meant["product.csv"].encode("gb18030")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_what_is_no_text_of_either_kind_stays_as_it_is(folder, encoding):
    path = folder / "product.csv"
    data = path.read_text("utf-8").encode(encoding)
    path.write_bytes(data)
    (folder / "process.csv").rename(folder / "Process.csv")
    with plain_folder(folder) as (laid, notes):
        assert (laid / "product.csv").read_bytes() == data
    assert notes == []


def test_capitals_in_names_of_files_make_no_difference(folder):
    meant = texts(folder)
    for path in list(folder.iterdir()):
        path.rename(path.with_name(path.name.upper()))
    with plain_folder(folder) as (laid, notes):
        assert (laid.name, texts(laid), notes) == ("carbide", meant, [])


def test_of_two_names_that_differ_in_capitals_the_small_one_is_meant(folder):
    (folder / "Product.CSV").write_text("another")
    (folder / "notes.csv").write_text("not asked for")
    found = files_of(folder)
    assert found["product"] == folder / "product.csv"
    assert "notes" not in found


def test_faults_are_told_of_the_files_that_were_given_with_what_was_done_to_them(folder):
    (folder / "product.csv").rename(folder / "PRODUCT.CSV")
    given = folder.rename(folder.with_name("电石"))
    blank = finding("E-TEXT-01", file="inventory/product.csv", row=2, column="name_zh")
    with pytest.raises(FaultyData) as caught, plain_folder(given):
        raise FaultyData(blank)
    fault, name = caught.value.findings
    assert fault.place["file"] == "电石/PRODUCT.CSV"
    assert all("电石/PRODUCT.CSV" in text for text in (fault.zh, fault.en))
    assert (name.code, name.place["value"]) == ("W-INV-02", "电石")
    with pytest.raises(UnreadableInput) as refused, plain_folder(given):
        raise UnreadableInput(finding("E-SEED-06", file="inventory/process.csv"))
    assert refused.value.findings[0].place["file"] == "电石/process.csv"
