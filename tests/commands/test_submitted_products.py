"""An inventory or population handed in becomes a footprint, or a population of grades."""

from __future__ import annotations

import hashlib
import shutil

import openpyxl
import pytest

from pipelines.commands.checking import check_file
from pipelines.commands.left_out import left_out
from pipelines.commands.populations import populations_named
from pipelines.commands.product_faults import _bench
from pipelines.commands.submission import submit
from pipelines.commands.submitted_products import handed_in, with_sources
from pipelines.errors import RefusedByPolicy
from pipelines.footprint import compute
from pipelines.grade import members_of
from pipelines.settings import Settings
from schemas.product import EXCHANGE, PROCESS, PRODUCT
from schemas.render.frame import empty
from schemas.render.pandera import breaches_of
from schemas.source import SOURCE, SOURCE_FILE
from tests.conftest import SEEDS
from tests.review.desk import DAY, Desk

INVENTORY = SEEDS / "submissions" / "demo-quicklime-01" / "inventory.xlsx"
POPULATION = SEEDS / "submissions" / "demo-quicklime-population-01" / "population.xlsx"


def changed(path, target, sheet: str, **answers: str):
    """The workbook with answers of its first row of data changed."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    names = [cell.value for cell in page[2]]
    for name, text in answers.items():
        page.cell(4, names.index(name) + 1, text)
    book.save(target)
    return target


def test_a_submission_of_the_seeds_has_a_footprint():
    found = handed_in(Settings(SEEDS, SEEDS / "none"), "inventory")
    made = compute([], _bench(SEEDS), samples=0, gwp_sets=(), handed_in=found.inventories)
    row = made["footprint"].row(0, named=True)
    assert (row["product_id"], float(row["footprint_value"])) == ("demo-quicklime", 784.8)
    assert row["result_state"] == "demonstration"
    line = made["exchange"].row(0, named=True)
    assert "inventory.xlsx 过程的行 row 4" in line["line_source"]
    assert "燃料与电力未计入" in made["assumption"]["text_zh"][0]


def test_a_submitted_population_is_an_input_of_grades():
    found = handed_in(Settings(SEEDS, SEEDS / "none"), "population")
    (rows,) = found.populations.values()
    members = members_of(rows)
    assert list(found.populations) == ["submitted/demo-quicklime-population-01"]
    assert [m.value for m in members][:3] == [1050.0, 1090.0, 1120.0]
    assert {m.years for m in members} == {(2025, 2025)}
    tables = {"source": empty(SOURCE), "source_file": empty(SOURCE_FILE)}
    assert with_sources(tables, found)["source"]["citation"].to_list() == ["构造样本（演示）"]


@pytest.mark.parametrize(
    ("sheet", "answers", "code", "cell"),
    [
        ("过程的行", {"provider": "nowhere", "direction": "input", "flow": "lime", "unit": "t"},
         "E-INV-03", "I4"),
        ("单元过程", {"reference_amount": "0"}, "E-INV-05", "F4"),
        ("过程的行", {"uncertainty_kind": "pedigree", "uncertainty_value": "(1,-,3,4,5)"},
         "E-UNC-03", "O4"),
        # What the desk has said at a cell is not said again in the words of the room.
        ("过程的行", {"flow": "cf4", "amount": "-1"}, "E-FIG-14", "G4"),
        ("产品", {"process_id": "another"}, "E-LINK-01", "I4"),
    ],
)  # fmt: skip
def test_the_check_of_an_inventory_asks_the_room_that_computes_it(
    tmp_path, sheet, answers, code, cell
):
    path = changed(INVENTORY, tmp_path / "a.xlsx", sheet, **answers)
    found = check_file(Settings(SEEDS, tmp_path / "home"), path)
    told = [(f.code, f.place["file"], f.place["sheet"], f.place["row"], f.place.get("cell"))
            for f in found.findings]  # fmt: skip
    assert told == [(code, "a.xlsx", sheet, 4, cell)]
    assert found.counts.quarantined == 1


def test_a_fault_between_rows_is_told_at_the_desk(tmp_path):
    path = changed(INVENTORY, tmp_path / "a.xlsx", "产品", gwp_set="not_stated")
    found = check_file(Settings(SEEDS, tmp_path / "home"), path)
    assert {f.code for f in found.findings} == {"E-FPT-10"}


def test_an_inventory_without_its_sources_is_for_a_person_to_look_at(tmp_path):
    book = openpyxl.load_workbook(INVENTORY)
    del book["来源与授权"]
    book.save(tmp_path / "a.xlsx")
    found = check_file(Settings(SEEDS, tmp_path / "home"), tmp_path / "a.xlsx")
    assert [(f.code, f.severity) for f in found.findings] == [("E-RIGHT-02", "review")]


def test_lines_without_a_product_are_told_once_by_the_sheets_that_lack(tmp_path):
    book = openpyxl.load_workbook(INVENTORY)
    del book["产品"], book["单元过程"]
    book.save(tmp_path / "a.xlsx")
    found = check_file(Settings(SEEDS, tmp_path / "home"), tmp_path / "a.xlsx")
    assert [f.code for f in found.findings] == ["E-INV-25", "E-INV-25"]
    assert [f.place["sheet"] for f in found.findings] == ["产品", "单元过程"]
    assert {f.place["file"] for f in found.findings} == {"a.xlsx"}


def test_plain_co2_means_the_fossil_one_at_the_desk_too(tmp_path):
    path = changed(INVENTORY, tmp_path / "a.xlsx", "过程的行", flow="CO2")
    assert not check_file(Settings(SEEDS, tmp_path / "home"), path).findings


def decided(desk: Desk, path, key: str, verdict: str = "admit") -> None:
    submit(desk.settings, path, "submitter-01", on=DAY)
    desk.assign("reviewer-01", ids=[key])
    desk.opine("reviewer-01", ids=[key])
    if verdict == "admit":
        desk.decide(verdict, ids=[key])


def test_an_inventory_people_admitted_reaches_the_graph_and_one_under_review_does_not(
    desk, tmp_path
):
    path = changed(INVENTORY, tmp_path / "a.xlsx", "产品", product_id="quicklime-2")
    decided(desk, path, "quicklime-2", "wait")
    assert not handed_in(desk.settings, "inventory").inventories
    desk.decide(ids=["quicklime-2"])
    ((name, rows),) = handed_in(desk.settings, "inventory").inventories.items()
    assert name.startswith("submitted-s")
    assert [row["product_id"] for row in rows["product"]] == ["quicklime-2"]
    made = compute([], _bench(desk.settings.seeds), samples=0, gwp_sets=(),
                   handed_in={name: rows})  # fmt: skip
    assert float(made["footprint"]["footprint_value"][0]) == 784.8
    # What was computed can be published: its tables keep their contracts.
    assert not [b for t in (PRODUCT, PROCESS, EXCHANGE) for b in breaches_of(t, made[t.name])]


def test_of_a_population_the_results_people_admitted_are_taken(desk, tmp_path):
    decided(desk, POPULATION, "demo-quicklime-02")
    ((name, rows),) = handed_in(desk.settings, "population").populations.items()
    assert [row["product_id"] for row in rows] == ["demo-quicklime-02"]
    # A grade rule that names it is built from the same members by command and in the graph.
    found = populations_named(desk.settings, [name, "submitted/nobody"])
    assert found == {name: members_of(rows), "submitted/nobody": []}


def test_an_inventory_with_one_faulty_row_is_not_for_review(desk, tmp_path):
    path = changed(INVENTORY, tmp_path / "a.xlsx", "过程的行", unit="parsec")
    with pytest.raises(RefusedByPolicy) as caught:
        decided(desk, path, "demo-quicklime")
    assert {one.code for one in caught.value.findings} == {"E-REV-11"}
    ((one,),) = desk.cases.rounds.values()
    assert one.reason_codes == ("E-UNIT-04",)


def test_an_inventory_with_one_faulty_row_is_told_to_be_left_out(desk):
    """In seeds, or where rules changed after people admitted it."""
    place = desk.settings.seeds / "submissions" / INVENTORY.parent.name
    shutil.copytree(INVENTORY.parent, place)
    path = changed(INVENTORY, place / INVENTORY.name, "过程的行", unit="parsec")
    told = (place / "submission.toml").read_text("utf-8")
    held, now = (hashlib.sha256(one.read_bytes()).hexdigest() for one in (INVENTORY, path))
    (place / "submission.toml").write_text(told.replace(held, now), "utf-8")
    assert not handed_in(desk.settings, "inventory").inventories
    (told,) = left_out(desk.settings)
    assert (told.code, told.severity) == ("S-OUT-01", "review")
    assert "E-UNIT" in told.zh


def test_what_may_not_be_published_stays_out_and_is_named(desk, tmp_path):
    path = changed(INVENTORY, tmp_path / "a.xlsx", "来源与授权", data_class="restricted")
    decided(desk, path, "demo-quicklime")
    found = handed_in(desk.settings, "inventory")
    assert not found.inventories
    assert not found.sources
    assert len(found.withheld) == 1
    assert [f.code for f in left_out(desk.settings)] == ["S-OUT-02"]
