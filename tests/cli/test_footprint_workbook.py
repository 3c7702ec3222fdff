"""Does an inventory workbook give what its folder gives, and say faults by sheet and row?"""

from __future__ import annotations

import csv
import shutil

import openpyxl
import pytest

from pipelines.errors import FaultyData, WrongUsage
from schemas.submission_product import INVENTORY_TEMPLATE
from tests.conftest import SEEDS, asked
from tests.desk.filling import GOOD_ORGANISATION, GOOD_SOURCE, fill

CLINKER = SEEDS / "inventories" / "cement_clinker"


@pytest.fixture(scope="module")
def workbook(shared_home, tmp_path_factory):
    """The seeds' cement clinker, typed into a new workbook."""
    path = tmp_path_factory.mktemp("workbook") / "Cement clinker.xlsx"
    asked("template", "new", "inventory", "-o", str(path), home=shared_home)
    for name in ("product", "process", "exchange", "assumption"):
        columns = INVENTORY_TEMPLATE.form(name).names
        rows = csv.DictReader((CLINKER / f"{name}.csv").read_text("utf-8-sig").splitlines())
        typed = [{k: v for k, v in row.items() if v and k in columns} for row in rows]
        fill(path, name, typed, kind="inventory")
    fill(path, "organisation", [GOOD_ORGANISATION], kind="inventory")
    fill(path, "source", [GOOD_SOURCE], kind="inventory")
    return path


def test_a_workbook_gives_the_footprint_of_its_folder(shared_home, workbook):
    told = [
        asked("footprint", "run", str(path), "--samples", "0", home=shared_home).data["products"]
        for path in (workbook, CLINKER)
    ]
    ((one,), (other,)) = told
    for name in ("product_id", "value", "stages", "gases", "separate", "gaps"):
        assert one[name] == other[name], name


def test_what_the_desk_says_of_a_workbook_is_said_with_its_result(shared_home, workbook, tmp_path):
    """Rows that nobody sees are computed; whoever reads the result is told."""
    book = openpyxl.load_workbook(workbook)
    sheet = book[INVENTORY_TEMPLATE.form("exchange").sheet]
    sheet.sheet_state = "hidden"
    sheet.row_dimensions[5].hidden = True
    book.save(tmp_path / "hidden.xlsx")
    done = asked("footprint", "run", str(tmp_path / "hidden.xlsx"), "--samples", "0",
                 home=shared_home)  # fmt: skip
    told = {one.code: one.place for one in done.findings}
    assert told["W-FORM-24"]["sheet"] == sheet.title
    assert told["W-FORM-22"]["row"] == 5
    assert (done.exit, len(done.data["products"])) == (0, 1)


def test_a_fault_only_the_computation_sees_is_said_by_sheet_and_row(
    shared_home, workbook, tmp_path
):
    path = tmp_path / "bad.xlsx"
    shutil.copy(workbook, path)
    book = openpyxl.load_workbook(path)
    sheet = book[INVENTORY_TEMPLATE.form("exchange").sheet]
    at = [cell.value for cell in sheet[2]].index("provider") + 1
    sheet.cell(5, at, "factor:FNOSUCHAAAAAA")
    book.save(path)
    with pytest.raises(FaultyData) as caught:
        asked("footprint", "run", str(path), "--samples", "0", home=shared_home)
    (found,) = caught.value.findings
    assert (found.code, found.place["file"], found.place["row"]) == ("E-FPT-02", "bad.xlsx", 5)
    assert (found.place["sheet"], found.place["field"]) == (sheet.title, "provider")
    assert found.place["cell"] == sheet.cell(5, at).coordinate


def test_a_workbook_of_another_kind_is_no_inventory(shared_home):
    path = SEEDS / "submissions" / "demo-fuels-01" / "factors.csv"
    with pytest.raises(WrongUsage) as caught:
        asked("footprint", "run", str(path), home=shared_home)
    (found,) = caught.value.findings
    assert found.code == "E-USE-08"
    assert "factors.csv" in found.zh
    assert "factor" in found.en
