"""Is every reported footprint kept as reported, and kept from passing for a factor?"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import warnings
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

import schemas
from pipelines.commands.source_editions import check_edition
from pipelines.errors import UnreadableInput
from pipelines.ingest.published_harvest import PublishedHarvest
from pipelines.ingest.published_set import edition_over, files_at, read_published_set
from pipelines.settings import REPOSITORY, Settings
from schemas.render.pandera import require
from tests.sources.library import SEEDS, SOURCES, Tables, lookups, reference, rows_of

DATA = (
    Path(os.environ.get("TANYUAN_DATA", REPOSITORY.parent / "shared" / "data"))
    / "carbon-catalogue"
    / "PublicTablesForCarbonCatalogueDataDescriptor_v30Oct2021.xlsx"
)
PRODUCTS = (
    "*PCF-ID", "Year of reporting", "Product name (and functional unit)", "Product detail",
    "Company", "*Company's sector", "Product weight (kg)", "*Source for product weight",
    "Product's carbon footprint (PCF, kg CO2e)", "*Carbon intensity",
    "*Upstream CO2e (fraction of total PCF)", "*Adjustments to raw data (if any)",
)  # fmt: skip
STAGES = ("*PCF-ID", "Description of LCA stage", "*Assigned value chain portion",
          "Emissions at stage (kg CO2e)")  # fmt: skip
SUBMITTED = "As per company's submission to CDP"
ESTIMATED = "Estimated from external data based on product description"
KETTLE = {
    "*PCF-ID": "7-1-2014", "Year of reporting": 2014,
    "Product name (and functional unit)": "kettle", "Product detail": "glass kettle",
    "Company": "Example", "*Company's sector": "Chemicals", "Product weight (kg)": 2,
    "*Source for product weight": ESTIMATED, "Product's carbon footprint (PCF, kg CO2e)": 50,
    "*Carbon intensity": 25, "*Upstream CO2e (fraction of total PCF)": 0.5,
    "*Adjustments to raw data (if any)": "None",
}  # fmt: skip


def harvest_of(path: Path) -> PublishedHarvest:
    over = edition_over(
        read_published_set(SEEDS / "carbon_catalogue"), "v", files_at(path), dt.date(2026, 11, 21)
    )
    return SOURCES["carbon_catalogue"].read(over, lookups(), {})


def workbook(folder: Path, *products: dict, stages=(), columns=PRODUCTS, extra=()) -> Path:
    """A workbook with one product per dictionary, cells beyond them in ``extra``."""
    book = openpyxl.Workbook()
    first = book.active
    first.title = "Product Level Data"
    first.append(list(columns))
    for product in products:
        cells = {name.lstrip("*"): value for name, value in (KETTLE | product).items()}
        first.append([*(cells.get(name.lstrip("*")) for name in columns), *extra])
    second = book.create_sheet("Stage Level Data")
    second.append(list(STAGES))
    for stage in stages:
        second.append(list(stage))
    path = folder / "tables.xlsx"
    book.save(path)
    return path


def one(harvest: PublishedHarvest) -> dict:
    candidates = harvest.tables()["candidate"]
    assert candidates.height == 1
    return candidates.row(0, named=True)


def left_out(harvest: PublishedHarvest) -> dict[str, str]:
    """Reason by place."""
    return dict(harvest.tables()["skipped_row"].select("locator", "reason_code").rows())


class Book(NamedTuple):
    sheets: dict[str, list[tuple]]
    tables: Tables
    harvest: PublishedHarvest

    def products(self) -> dict[str, dict]:
        """Rows of the product table by PCF-ID, read without the connector."""
        header, *rows = self.sheets["Product Level Data"]
        named = [name.lstrip("*") for name in header]
        return {row[0]: dict(zip(named, row, strict=True)) for row in rows}


@pytest.fixture(scope="module")
def book():
    """The published workbook, read by openpyxl alone and by the connector."""
    if not DATA.is_file():
        pytest.skip("published data are not on this machine; set TANYUAN_DATA")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = openpyxl.load_workbook(DATA, read_only=True, data_only=True)
        sheets = {s.title: list(s.iter_rows(values_only=True)) for s in read.worksheets}
    harvest = harvest_of(DATA)
    return Book(sheets, harvest.tables(), harvest)


# -- the published workbook -----------------------------------------------------------------


def test_every_product_and_every_stage_is_accounted_for(book):
    count = book.tables["row_count"].row(0, named=True)
    products, stages = (len(book.sheets[n]) - 1 for n in ("Product Level Data", "Stage Level Data"))
    assert (products, stages) == (866, 1764)
    assert count["rows_in"] == products + stages
    reasons = Counter(book.tables["skipped_row"]["reason_code"])
    assert reasons["E-UNIT-01"] + count["candidates"] == products
    assert reasons["S-PART-01"] + reasons["S-SCOPE-01"] == stages
    assert set(reasons) == {"E-UNIT-01", "S-PART-01", "S-SCOPE-01"}
    handed = set(book.tables["candidate"]["record_key"])
    parts = sum(row[0] in handed for row in book.sheets["Stage Level Data"][1:])
    assert reasons["S-PART-01"] == parts


def test_what_it_yields_keeps_the_contract_of_every_table(book):
    known = reference() | book.tables
    for name, frame in book.tables.items():
        require(schemas.ALL_TABLES[name], frame, known)


def test_every_figure_is_the_one_reported_at_the_cell_its_evidence_names(book):
    evidence = {e["evidence_id"]: e for e in book.tables["evidence"].iter_rows(named=True)}
    products = book.products()
    for made in book.tables["candidate"].iter_rows(named=True):
        sheet, cell = evidence[made["evidence_id"]]["locator"].split("!")
        assert cell[0] == "M"
        row = book.sheets[sheet][int(cell[1:]) - 1]
        assert row[0] == made["record_key"]
        assert made["value"] == float(row[12])
        assert made["reference_year"] == products[row[0]]["Year of reporting"]
        assert made["region_code"] == "001"


def test_the_gate_refuses_every_one_for_want_of_a_gwp_set(book, tmp_path):
    report = check_edition(
        Settings.resolve(SEEDS, tmp_path), "carbon_catalogue", DATA, "v30Oct2021"
    ).report
    page = (REPOSITORY / "docs" / "sources" / "carbon_catalogue.md").read_text("utf-8")
    assert report["admissible"] == 0
    assert report["refused"] == report["candidates"] == report["reasons"]["A-GWP-02"]
    for told in ("rows_in", "candidates", "skipped", "refused"):
        assert f"{report[told]:,}" in page, told
    for code, count in report["reasons"].items():
        assert page.count(f"{code} {count:,}") == 2, code


def test_no_company_is_named(book):
    told = " | ".join(
        text
        for table, columns in (("candidate", ("name_zh", "name_en", "technology", "route")),
                               ("flow", ("flow_id", "name_zh", "name_en")))
        for column in columns
        for text in book.tables[table][column].drop_nulls()
    ).lower()  # fmt: skip
    words = set(re.findall(r"[a-z]+", told))
    companies = {row["Company"].lower() for row in book.products().values()}
    assert len(companies) == 145
    assert [name for name in companies if name in told] == []
    first = {re.findall(r"[^\W_]+", name)[0] for name in companies}
    assert {word for word in first if len(word) > 3} & words == set()


def test_units_are_those_that_people_read_out_of_the_same_workbook(book):
    made = {c["record_key"]: c for c in book.tables["candidate"].iter_rows(named=True)}
    compared = 0
    for path in sorted((SEEDS / "populations" / "carbon_catalogue_pcf").glob("*.csv")):
        for row in rows_of(path):
            key = re.search(r"PCF-ID (\S+?);", row["source_reference"])[1]
            if key in made:
                assert f"kgCO2e/{made[key]['reference_unit']}" == row["unit"], key
                assert made[key]["value"] == float(row["value"])
                compared += 1
    assert compared > 160


def test_the_free_text_of_a_product_left_out_stays_in_the_workbook(book):
    skipped = book.tables["skipped_row"].filter(
        book.tables["skipped_row"]["reason_code"] == "E-UNIT-01"
    )
    reasons = " ".join(skipped["reason_en"])
    assert "not stated" in reasons
    rows = book.sheets["Product Level Data"]
    for place in skipped["locator"]:
        assert re.fullmatch(r"Product Level Data!D[0-9]+", place)
        assert str(rows[int(place.split("!D")[1]) - 1][3])[:20] not in reasons


def test_what_the_authors_adjusted_is_marked_and_told(book):
    adjusted = {
        key for key, row in book.products().items()
        if row["Adjustments to raw data (if any)"] != "None"
    }  # fmt: skip
    assert len(adjusted) == 187
    evidence = {e["evidence_id"]: e for e in book.tables["evidence"].iter_rows(named=True)}
    for made in book.tables["candidate"].iter_rows(named=True):
        is_told = "adjusted by the authors" in evidence[made["evidence_id"]]["steps"]
        assert ("adjusted_by_authors" in made["flags"]) is is_told
        assert is_told is (made["record_key"] in adjusted)


def test_stages_that_do_not_add_up_are_marked_and_not_mended(book):
    sums: dict[str, Fraction] = {}
    for row in book.sheets["Stage Level Data"][1:]:
        sums[row[0]] = sums.get(row[0], Fraction(0)) + Fraction(repr(row[4]))
    products = book.products()
    total = {
        k: Fraction(repr(products[k]["Product's carbon footprint (PCF, kg CO2e)"])) for k in sums
    }
    differing = {k for k in sums if abs(sums[k] - total[k]) > total[k] / 100}
    assert (len(sums), len(differing)) == (421, 61)
    for made in book.tables["candidate"].iter_rows(named=True):
        is_marked = "stages_differ_from_total" in made["flags"]
        assert is_marked is (made["record_key"] in differing)


def test_footprints_of_a_crown_cap_and_of_a_wind_turbine_do_not_stand_on_one_unit(book):
    made = book.tables["candidate"]
    largest = made.sort("value").row(-1, named=True)
    assert (largest["value"], largest["reference_unit"]) == (3718044.0, "piece")
    assert made["reference_unit"].n_unique() == 6
    per_mass = made.filter(made["reference_unit"].is_in(["kg", "t"]))
    products = book.products()
    for key, unit in per_mass.select("record_key", "reference_unit").rows():
        assert products[key]["Product weight (kg)"] == {"kg": 1, "t": 1000}[unit]


# -- units and kinds ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("product", "unit"),
    [
        ({}, "piece"),
        ({"Product name (and functional unit)": "501® Jeans", "Product detail": "BLANK"}, "pair"),
        (
            {"Product detail": "Passenger Car", "Product name (and functional unit)": "A 1"},
            "vehicle",
        ),
        ({"Product weight (kg)": 1000, "*Source for product weight": SUBMITTED}, "t"),
        ({"Product weight (kg)": 1, "*Source for product weight": SUBMITTED}, "kg"),
        ({"Product detail": "Square meter of carpet"}, "m2"),
        ({"Product weight (kg)": 1000}, "piece"),
        ({"Product weight (kg)": "N/a (not reported)"}, "piece"),
    ],
)
def test_the_declared_unit_is_what_the_workbook_tells(tmp_path, product, unit):
    assert one(harvest_of(workbook(tmp_path, product)))["reference_unit"] == unit


@pytest.mark.parametrize(
    "name",
    ["Average SKU", "kettle family", "Beer 500ml can, CO2e/ hl", "24 440ml cans in 4 packs",
     "kettle, all products", "aggregated sales of kettles", "Argon"],
)  # fmt: skip
def test_a_product_whose_unit_nobody_can_tell_is_left_out(tmp_path, name):
    product = {"Product name (and functional unit)": name, "Product detail": "BLANK"}
    assert left_out(harvest_of(workbook(tmp_path, product))) == {
        "Product Level Data!C2": "E-UNIT-01"
    }


def test_a_kind_is_told_by_whole_words_and_its_name_holds_no_free_text(tmp_path):
    product = {"Product name (and functional unit)": "Acme Super Multi-Function Printers X1"}
    made = one(harvest_of(workbook(tmp_path, product)))
    assert made["name_en"] == "Multifunction printer (Chemicals), PCF-ID 7-1-2014"
    assert made["name_zh"] == "多功能一体机（化学品），PCF-ID 7-1-2014"


# -- doubts ---------------------------------------------------------------------------------


def test_doubts_are_flags_and_the_figure_stays(tmp_path):
    stages = [("7-1-2014", "Use", "Downstream", 60), ("7-1-2014", "Credit", "Downstream", -5)]
    product = {"*Carbon intensity": 0.21, "*Adjustments to raw data (if any)": "divided by 1000"}
    harvest = harvest_of(workbook(tmp_path, product, stages=stages))
    made = one(harvest)
    assert made["value"] == 50
    assert set(made["flags"]) == {
        "adjusted_by_authors", "gwp_not_stated", "intensity_differs", "region_not_stated",
        "stages_differ_from_total",
    }  # fmt: skip
    steps = json.loads(harvest.tables()["evidence"]["steps"][0])
    assert [s["constant"] for s in steps if "of which" in s["step"]] == ["60", "-5"]
    assert any("divided by 1000" in s["step"] for s in steps)


def test_a_row_without_doubts_has_no_such_flags(tmp_path):
    stages = [("7-1-2014", "Use", "Downstream", 49.6)]
    made = one(harvest_of(workbook(tmp_path, {}, stages=stages)))
    assert made["flags"] == ["gwp_not_stated", "region_not_stated"]


# -- the next edition and bad input ---------------------------------------------------------


def test_a_next_edition_with_one_column_more_is_read(tmp_path):
    harvest = harvest_of(workbook(tmp_path, {}, columns=(*PRODUCTS, "*Audited"), extra=()))
    assert one(harvest)["value"] == 50
    assert harvest.columns_new == {"Audited"}
    assert "Protocol used for PCF" in harvest.columns_lost


@pytest.mark.parametrize("name", [PRODUCTS[0], PRODUCTS[2], PRODUCTS[6], PRODUCTS[8]])
def test_a_needed_column_under_another_name_is_refused(tmp_path, name):
    columns = tuple("Renamed" if c == name else c for c in PRODUCTS)
    with pytest.raises(UnreadableInput) as raised:
        harvest_of(workbook(tmp_path, {}, columns=columns))
    assert raised.value.findings[0].code == "E-FILE-02"
    assert name.lstrip("*") in raised.value.findings[0].en


@pytest.mark.parametrize(
    ("product", "place", "code"),
    [
        ({PRODUCTS[8]: "about 50"}, "I2", "E-NUM-01"),
        ({PRODUCTS[8]: None}, "I2", "S-BLANK-01"),
        ({PRODUCTS[8]: "1,000"}, "I2", "E-NUM-01"),
        ({PRODUCTS[1]: "2014/15"}, "B2", "E-NUM-01"),
        ({PRODUCTS[1]: 2014.5}, "B2", "E-NUM-01"),
        ({PRODUCTS[6]: "two kilos"}, "G2", "E-NUM-01"),
        ({PRODUCTS[10]: "half"}, "K2", "E-NUM-01"),
        ({PRODUCTS[0]: None}, "A2", "S-BLANK-01"),
    ],
)
def test_a_cell_that_cannot_be_used_leaves_its_row_out_at_that_cell(tmp_path, product, place, code):
    harvest = harvest_of(workbook(tmp_path, product))
    assert left_out(harvest) == {f"Product Level Data!{place}": code}
    assert harvest.tables()["candidate"].height == 0


def test_words_for_no_figure_are_not_a_zero_and_not_a_fault(tmp_path):
    product = {PRODUCTS[10]: "N/a (product with insufficient stage-level data)",
               PRODUCTS[9]: "(not reported by company)"}  # fmt: skip
    assert one(harvest_of(workbook(tmp_path, product)))["value"] == 50


def test_repeated_and_overlong_rows_and_stages_without_a_product_say_so(tmp_path):
    stages = [
        ("7-1-2014", "Use", "Downstream", "n/a"),
        ("9-9-2014", "Use", "Downstream", 1),
        ("7-1-2014", "Use", "Downstream", None),
        ("7-1-2014", "Make", "Operations", 50),
    ]
    harvest = harvest_of(workbook(tmp_path, {}, {}, stages=stages))
    factor = one(harvest)["factor_id"]
    assert left_out(harvest) == {
        "Product Level Data!A3": "S-DUP-01",
        "Stage Level Data!D2": "E-NUM-01",
        "Stage Level Data!A3": "S-SCOPE-01",
        "Stage Level Data!D4": "S-BLANK-01",
        "Stage Level Data!D5": "S-PART-01",
    }
    told = harvest.tables()["skipped_row"]
    assert factor in told.filter(told["reason_code"] == "S-PART-01")["reason_en"].item()
    overlong = harvest_of(workbook(tmp_path, {}, extra=("beyond",)))
    assert left_out(overlong) == {"Product Level Data!A2": "S-RAG-01"}


@pytest.mark.parametrize(
    "body",
    [b"%PDF-1.7\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b"PK\x03\x04" + bytes(99),
     b"", b"PCF-ID,PCF\n1,2\n"],
    ids=["pdf", "old workbook", "zip", "empty", "csv"],
)  # fmt: skip
def test_a_file_that_is_no_workbook_is_refused_whole(tmp_path, body):
    (tmp_path / "tables.xlsx").write_bytes(body)
    with pytest.raises(UnreadableInput) as raised:
        harvest_of(tmp_path)
    assert raised.value.findings[0].code == "E-FILE-01"


def test_two_workbooks_at_once_are_refused(tmp_path):
    workbook(tmp_path, {}).rename(tmp_path / "a.xlsx")
    workbook(tmp_path, {})
    with pytest.raises(UnreadableInput, match=r"a\.xlsx, tables\.xlsx"):
        harvest_of(tmp_path)


def test_a_workbook_without_stages_is_refused(tmp_path):
    path = workbook(tmp_path, {})
    book = openpyxl.load_workbook(path)
    del book["Stage Level Data"]
    book.save(path)
    with pytest.raises(UnreadableInput, match="Stage Level Data"):
        harvest_of(path)
