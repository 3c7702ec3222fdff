"""A steward brings the yearly factor hub of the US EPA: twelve tables on one sheet."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import openpyxl
import pytest

import schemas
from pipelines.admit.rulebook import read_reporting_gwp_set
from pipelines.errors import UnreadableInput
from pipelines.ingest.edition_change import edition_change
from pipelines.ingest.published_set import edition_over, files_at, read_published_set
from pipelines.ingest.reference import Lookups, read_reference
from pipelines.quantities.unit import Unit, UnitTable
from pipelines.settings import REPOSITORY
from pipelines.sources.epa_ef_hub import SOURCE
from schemas.reference import UNIT
from schemas.render.frame import frame_of
from schemas.render.pandera import require

SEEDS = REPOSITORY / "seeds"
DATA = Path(os.environ.get("TANYUAN_DATA", REPOSITORY.parent / "shared" / "data")) / "epa-ef-hub"
# US units, exact by definition: NIST SP 811, Appendix B.
US_UNITS = [
    Unit("lb", "mass", Fraction("0.45359237"), "磅", "pound"),
    Unit("short_ton", "mass", Fraction("907.18474"), "短吨", "short ton"),
    Unit("mmBtu", "energy", Fraction("1055.05585262"), "百万英热单位", "million Btu"),
    Unit("gal_us", "volume", Fraction("0.003785411784"), "美制加仑", "US gallon"),
    Unit("scf", "us_standard_volume", Fraction(1), "标准立方英尺", "standard cubic foot"),
    Unit("mi", "length", Fraction("1.609344"), "英里", "mile"),
    Unit("short_ton*mi", "freight", Fraction("1.45997231821056"), "短吨英里", "ton-mile"),
    Unit("passenger*mi", "passenger_transport", Fraction("1.609344"), "人英里", "passenger-mile"),
]


@cache
def reference():
    return read_reference(SEEDS)


def lookups_with(*units: Unit, without: tuple[str, ...] = ()) -> Lookups:
    """The look-ups of the seeds with units added, or taken away."""
    base = Lookups.over(reference(), SEEDS, read_reporting_gwp_set(SEEDS))
    known = [u for u in base.units.units.values() if u.unit not in without]
    added = [u for u in units if u.unit not in base.units.units]
    return replace(base, units=UnitTable([*known, *added], {}))


@cache
def us_lookups() -> Lookups:
    return lookups_with(*US_UNITS)


def read(path: Path, edition: str = "x", lookups: Lookups | None = None):
    made = edition_over(
        read_published_set(SEEDS / SOURCE.source_id), edition, files_at(path), dt.date(2026, 1, 1)
    )
    return SOURCE.read(made, lookups or us_lookups(), {})


@cache
def real(year: int):
    """What a published workbook yields."""
    path = DATA / f"ghg-emission-factors-hub-{year}.xlsx"
    if not path.exists():
        pytest.skip("published data are not on this machine; set TANYUAN_DATA")
    harvest = read(path, str(year))
    return harvest, harvest.tables()


def by_key(tables):
    return {row["record_key"]: row for row in tables["candidate"].iter_rows(named=True)}


def masses(tables, key: str) -> dict[str, float]:
    factor_id = by_key(tables)[key]["factor_id"]
    found = tables["candidate_gas"].filter(factor_id=factor_id)
    return dict(found.select("gas", "mass").iter_rows())


def reasons(tables) -> dict[str, int]:
    return dict(tables["skipped_row"].group_by("reason_code").len().sort("reason_code").iter_rows())


# -- the published editions --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "rows", "candidates", "left"),
    [
        (2023, 886, 565, {"S-BLANK-01": 195, "S-SCOPE-01": 68}),
        (2024, 889, 576, {"S-BLANK-01": 193, "S-SCOPE-01": 62}),
    ],
)
def test_every_record_of_the_twelve_tables_is_accounted_for(year, rows, candidates, left) -> None:
    _, tables = real(year)
    count = tables["row_count"].row(0, named=True)
    assert count["rows_in"] == rows
    assert count["candidates"] == candidates
    # Heat contents of Table 1 are parameters, never factors.
    assert count["parameters"] == 58
    assert rows == count["candidates"] + count["parameters"] + count["skipped"]
    assert reasons(tables) == left


@pytest.mark.parametrize("year", [2023, 2024])
def test_what_an_edition_yields_keeps_the_contract_of_every_table(year) -> None:
    _, tables = real(year)
    known = {**reference(), **tables}
    known["flow"] = reference()["flow"].vstack(tables["flow"].select(reference()["flow"].columns))
    known["unit"] = frame_of(
        UNIT,
        [
            {"unit": u.unit, "name_zh": u.name_zh, "name_en": u.name_en,
             "unit_group": u.unit_group, "to_base": float(u.to_base), "to_base_exact": "1",
             "aliases": [], "citation": "NIST SP 811"}
            for u in us_lookups().units.units.values()
        ],
    )  # fmt: skip
    for name in ("candidate", "candidate_gas", "parameter", "evidence", "skipped_row"):
        require(schemas.ALL_TABLES[name], tables[name], known)


def test_gases_of_one_fuel_are_one_factor_under_the_gwp_set_its_edition_declares() -> None:
    key = "stationary|anthracite||mmbtu"
    # 40 CFR 98 Tables C-1, C-2: 103.69 kg CO2, 11 g CH4, 1.6 g N2O per mmBtu.
    for year, gwp_set, value in ((2023, "AR4", 104.4418), (2024, "AR5", 104.422)):
        _, tables = real(year)
        found = by_key(tables)[key]
        assert masses(tables, key) == {
            "co2_fossil": 103.69, "ch4_unspecified": 0.011, "n2o": 0.0016,
        }  # fmt: skip
        assert (found["value"], found["gwp_set"]) == (value, gwp_set)
        assert (found["value_unit"], found["reference_unit"]) == ("kgCO2e", "mmBtu")
        assert (found["factor_kind"], found["boundary"]) == ("direct_ef", "activity")
        assert found["technology"] == "higher heating value"


def test_the_unit_that_changes_within_a_table_holds_from_there_on() -> None:
    found = by_key(real(2024)[1])
    assert found["stationary|lignite||short_ton"]["reference_unit"] == "short_ton"
    assert found["stationary|natural gas||scf"]["reference_unit"] == "scf"
    assert found["stationary|motor gasoline||gal_us"]["reference_unit"] == "gal_us"
    assert masses(real(2024)[1], "stationary|natural gas||scf")["co2_fossil"] == 0.05444
    heat = {r["record_key"]: r for r in real(2024)[1]["parameter"].iter_rows(named=True)}
    assert heat["stationary|natural gas|heat content|scf"]["parameter_unit"] == "mmBtu/scf"
    assert heat["stationary|natural gas|heat content|scf"]["parameter_value_exact"] == "0.001026"


def test_a_change_of_the_gwp_set_shows_apart_from_changed_figures() -> None:
    change = edition_change(real(2023)[1], real(2024)[1])
    counts = change.counts()
    # Same gases, other set: AR4 of 2023, AR5 of 2024.
    assert counts["changed_by_gwp_set_alone"] == 132
    assert counts["changed_gwp"] == 377
    assert change.changed["stationary|coal coke||mmbtu"] == ("value", "gwp")
    assert masses(real(2023)[1], "stationary|coal coke||mmbtu") == masses(
        real(2024)[1], "stationary|coal coke||mmbtu"
    )
    # One gas has no set to change, and this figure did not change either.
    assert "mobile co2|diesel fuel||gal_us" not in change.changed
    # A fuel that lost the word Coal in its label keeps its key.
    assert "label" in change.changed["stationary|anthracite||mmbtu"]
    assert (counts["added"], counts["removed"], counts["unchanged"]) == (16, 5, 140)


def test_waste_is_in_ar4_in_both_editions_as_its_own_notes_say() -> None:
    for year, value in ((2023, 520.0), (2024, 580.0)):
        found = by_key(real(year)[1])["waste|mixed msw|landfilled|short_ton"]
        assert (found["value"], found["gwp_set"]) == (value, "AR4")
        assert (found["factor_kind"], found["boundary"]) == ("footprint_factor", "gate_to_grave")


def test_a_subregion_of_the_grid_is_named_in_key_name_and_technology() -> None:
    found = by_key(real(2024)[1])["electricity|camx|total output emission factors|mwh"]
    assert (
        found["name_en"] == "eGRID subregion CAMX (WECC California), total output emission factors"
    )
    assert "CAMX" in found["technology"]
    assert (found["factor_kind"], found["region_code"]) == ("energy_indirect_ef", "US")
    assert (found["delivery_scope"], found["flow_id"]) == ("generation", "electricity")
    assert (found["reference_year"], found["data_start"]) == (2022, dt.date(2022, 1, 1))
    assert found["published_on"] == "2024-02-13"
    # 497.443 lb of CO2 per MWh.
    assert masses(real(2024)[1], found["record_key"])["co2_fossil"] == float(
        Fraction("497.443") * Fraction("0.45359237")
    )


def test_factors_of_the_margin_are_marked_so_that_admission_refuses_them() -> None:
    marked = [key for key, row in by_key(real(2024)[1]).items() if "offset_margin" in row["flags"]]
    assert len(marked) == 28
    assert all("non-baseload" in key for key in marked)


def test_biogenic_co2_stands_apart_and_peat_is_fossil() -> None:
    _, tables = real(2024)
    wood = "stationary|wood and wood residuals||mmbtu"
    assert masses(tables, wood) == {
        "co2_biogenic": 93.8, "ch4_biogenic": 0.0072, "n2o_biogenic": 0.0036,
    }  # fmt: skip
    assert by_key(tables)[wood]["value"] == float(
        Fraction("0.0072") * 28 + Fraction("0.0036") * 265
    )
    assert masses(tables, "stationary|peat||mmbtu")["co2_fossil"] == 111.84
    assert "biomass" in by_key(tables)["stationary|peat||mmbtu"]["note_en"]


def test_labels_hold_for_the_rows_below_and_lose_their_footnote_letters() -> None:
    found = by_key(real(2024)[1])
    # "(Vans, Pickup Trucks, SUVs)" explains the label above it.
    assert "road gasoline|gasoline light-duty trucks|1975||mi" in found
    assert not any("(vans" in key for key in found)
    assert "travel|passenger car||passenger*mi" not in found
    assert "travel|passenger car||mi" in found
    assert "freight|medium- and heavy-duty truck||short_ton*mi" in found
    assert "non-road|agricultural equipment|diesel equipment||gal_us" in found
    # A new fuel ends the model years of the one before.
    assert "road other|light-duty cars|ethanol|||mi" in found


def test_a_factor_without_co2_or_with_co2_alone_is_marked_partial() -> None:
    found = by_key(real(2024)[1])
    road, fuel = found["road other|buses|cng|||mi"], found["mobile co2|diesel fuel||gal_us"]
    assert "p" in road["flags"]
    assert "p" in fuel["flags"]
    assert (fuel["value"], fuel["value_unit"], fuel["gwp_set"]) == (
        10.21,
        "kgCO2",
        "not_applicable",
    )


def test_evidence_leads_to_the_cells_and_the_constants() -> None:
    _, tables = real(2024)
    found = by_key(tables)["stationary|anthracite||mmbtu"]
    row = tables["evidence"].filter(evidence_id=found["evidence_id"]).row(0, named=True)
    assert row["locator"] == "Emission Factors Hub!E18:G18"
    assert row["text_found"] == "103.69; 11; 1.6"
    assert "g CH4 per mmBtu" in row["unit_found"]
    step = json.loads(row["steps"])[0]
    assert step["constant"] == "CO2 1; CH4 28; N2O 265"
    assert step["source"] == "Emission Factors Hub!D8, Emission Factors Hub!D9"


def test_gwp_tables_are_left_out_with_their_place() -> None:
    _, tables = real(2023)
    left = tables["skipped_row"].filter(reason_code="S-SCOPE-01")
    assert left.height == 68
    assert "Emission Factors Hub!D536" in left["locator"].to_list()


@pytest.mark.parametrize("unit", ["short_ton", "lb", "scf"])
def test_a_unit_that_is_not_in_the_table_leaves_its_rows_out_and_no_others(unit) -> None:
    path = DATA / "ghg-emission-factors-hub-2024.xlsx"
    if not path.exists():
        pytest.skip("published data are not on this machine; set TANYUAN_DATA")
    rest = [one for one in US_UNITS if one.unit != unit]
    tables = read(path, lookups=lookups_with(*rest, without=(unit,))).tables()
    whole = real(2024)[1]
    count = tables["row_count"].row(0, named=True)
    lost = reasons(tables)["E-UNIT-01"]
    assert lost > 0
    assert count["rows_in"] == count["candidates"] + count["parameters"] + count["skipped"]
    kept = whole["candidate"].height + whole["parameter"].height
    assert count["candidates"] + count["parameters"] == kept - lost


# -- an edition not yet seen ---------------------------------------------------------------------

HEAD = [
    ["", "Emission Factors for Greenhouse Gas Inventories"],
    ["", "", "", "", "", "Last Modified: March 3, 2027"],
    ["", "", "Gas", "100-Year GWP"],
    ["", "", "CH4", 27.9],
    ["", "", "N2O", 273],
    ["", "", "Source: IPCC, Sixth Assessment Report (AR6), 2021."],
    [],
]
FUELS = [
    ["", "Table 1", "   Stationary Combustion"],
    [],
    ["", "", "Fuel Type", "Heat Content (HHV)", "CO2 Factor", "CH4 Factor", "N2O Factor"],
    ["", "", "", "mmBtu per short ton", "kg CO2 per mmBtu", "g CH4 per mmBtu", "g N2O per mmBtu"],
    ["", "", "Coal and Coke"],
    ["", "", "Anthracite", 25, 100, 10, 1],
    ["", "", "Source: made for a test"],
]


@pytest.fixture
def workbook(tmp_path: Path):
    """Writes rows to a workbook; returns its path."""

    def write(*blocks: list[list[object]], name: str = "hub.xlsx") -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "Hub"
        for block in blocks:
            for row in block:
                sheet.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


def changed(block: list[list[object]], row: int, column: int, value: object) -> list[list[object]]:
    made = [list(cells) for cells in block]
    made[row] += [""] * (column + 1 - len(made[row]))
    made[row][column] = value
    return made


def test_a_later_edition_of_the_same_layout_is_read_wherever_its_tables_stand(workbook) -> None:
    more = changed(changed(FUELS, 2, 7, "SF6 Factor"), 5, 7, 3)
    harvest = read(workbook(HEAD, [[], [], []], more))
    tables = harvest.tables()
    found = by_key(tables)["stationary|anthracite||mmbtu"]
    assert found["gwp_set"] == "AR6"
    assert found["value"] == float(100 + Fraction("0.01") * Fraction("27.9") + Fraction("0.273"))
    assert found["published_on"] == "2027-03-03"
    assert harvest.columns_new == {"SF6 Factor"}


def test_an_edition_stored_under_its_hash_is_read_alike(workbook) -> None:
    path = workbook(HEAD, FUELS)
    stored = path.rename(path.with_name("4035303fc041a70a"))
    made = edition_over(
        read_published_set(SEEDS / SOURCE.source_id), "x", {"hub.xlsx": stored},
        dt.date(2026, 1, 1),
    )  # fmt: skip
    assert SOURCE.read(made, us_lookups(), {}).tables()["candidate"].height == 1


def test_a_heading_that_is_gone_is_refused_and_named(workbook) -> None:
    path = workbook(HEAD, changed(FUELS, 2, 5, "Methane"))
    with pytest.raises(UnreadableInput) as refused:
        read(path)
    found = refused.value.findings[0]
    assert found.code == "E-FILE-02"
    assert "CH4 Factor" in found.en


def test_a_workbook_without_numbered_tables_is_refused(workbook) -> None:
    with pytest.raises(UnreadableInput) as refused:
        read(workbook([["fuel", "factor"], ["coal", 1]]))
    assert refused.value.findings[0].code == "E-FILE-02"


def test_a_table_of_an_unknown_title_is_counted_and_left_out(workbook) -> None:
    other = [["", "Table 13", "Hydrogen"], ["", "", "Green", 1.5], ["", "", "Blue", 4.5]]
    harvest = read(workbook(HEAD, FUELS, other))
    tables = harvest.tables()
    assert reasons(tables) == {"S-SCOPE-01": 2}
    assert tables["row_count"]["rows_in"][0] == 4


@pytest.mark.parametrize(
    ("row", "column", "value", "code"),
    [
        (5, 4, ">7,500", "E-NUM-01"),
        (5, 4, "#DIV/0!", "E-NUM-01"),
        (3, 5, "g CO2 per mmBtu", "E-UNIT-01"),
        (3, 5, "oz CH4 per mmBtu", "E-UNIT-01"),
    ],
)
def test_a_cell_that_cannot_be_used_leaves_its_record_out(workbook, row, column, value, code):
    tables = read(workbook(HEAD, changed(FUELS, row, column, value))).tables()
    assert tables["candidate"].height == 0
    assert tables["parameter"].height == 1
    assert set(reasons(tables)) <= {code, "S-BLANK-01"}
    assert tables["row_count"]["rows_in"][0] == 2


def test_a_fuel_printed_twice_is_taken_once(workbook) -> None:
    twice = [*FUELS[:6], FUELS[5], *FUELS[6:]]
    tables = read(workbook(HEAD, twice)).tables()
    assert tables["candidate"].height == 1
    assert reasons(tables) == {"S-DUP-01": 2}


def test_without_a_declared_gwp_set_the_masses_are_kept_and_the_sum_left_to_the_library(workbook):
    head = [row for row in HEAD if "Source" not in str(row)]
    tables = read(workbook(head, FUELS)).tables()
    found = by_key(tables)["stationary|anthracite||mmbtu"]
    assert found["value"] is None
    assert found["gwp_set"] == us_lookups().reporting_gwp_set
    assert "gwp_set_not_declared" in found["flags"]
    assert masses(tables, found["record_key"])["co2_fossil"] == 100.0


def test_waste_in_co2e_without_a_gwp_set_is_left_out(workbook) -> None:
    waste = [
        ["", "Table 9", "Category 5: Waste Generated in Operations"],
        ["", "", "", "Metric Tons CO2e / Short Ton Material"],
        ["", "", "Material", "RecycledA", "LandfilledB", "CombustedC"],
        ["", "", "Glass", 0.05, 0.02, "NA"],
        ["", "", "Notes: none"],
    ]
    assert reasons(read(workbook(HEAD, waste)).tables()) == {"S-BLANK-01": 1, "S-GWP-01": 2}
    waste[-1] = ["", "", "Notes: AR6 GWP values are used."]
    tables = read(workbook(HEAD, waste)).tables()
    assert by_key(tables)["waste|glass|recycled|short_ton"]["value"] == 50.0
    assert set(tables["candidate"]["gwp_set"]) == {"AR6"}


@pytest.mark.parametrize(
    "body", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old workbook", b"%PDF-1.7", b"a,b\n1,2\n", b""]
)
def test_a_file_that_is_no_workbook_is_refused(tmp_path, body) -> None:
    path = tmp_path / "ghg-emission-factors-hub.xlsx"
    path.write_bytes(body)
    with pytest.raises(UnreadableInput) as refused:
        read(path)
    assert refused.value.findings[0].code == "E-FILE-01"


def test_a_damaged_workbook_and_two_at_once_are_refused(tmp_path, workbook) -> None:
    import zipfile

    good = workbook(HEAD, FUELS)
    two = tmp_path / "two"
    two.mkdir()
    for name in ("2023.xlsx", "2024.xlsx"):
        (two / name).write_bytes(good.read_bytes())
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(broken, "w") as target:
        for item in source.namelist():
            body = source.read(item)
            target.writestr(item, body[:80] if item.endswith("sheet1.xml") else body)
    for path in (two, broken):
        with pytest.raises(UnreadableInput) as refused:
            read(path)
        assert refused.value.findings[0].code == "E-FILE-01"
