"""A steward brings the UK conversion factors: one year as a flat file, one as forty sheets."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import openpyxl
import polars as pl
import pytest

import schemas
from pipelines.admit.rulebook import read_reporting_gwp_set
from pipelines.errors import UnreadableInput
from pipelines.ingest.edition_change import edition_change
from pipelines.ingest.published_set import edition_over, files_at, read_published_set
from pipelines.ingest.reference import Lookups, read_reference
from pipelines.quantities.unit import Unit, UnitTable
from pipelines.settings import REPOSITORY
from pipelines.sources.uk_ghg_factors import SOURCE
from pipelines.tabular.text_table import read_rows
from schemas.reference import UNIT
from schemas.render.frame import frame_of
from schemas.render.pandera import require

SEEDS = REPOSITORY / "seeds"
DATA = Path(os.environ.get("TANYUAN_DATA", REPOSITORY.parent / "shared" / "data"))
FILES = {
    2024: "ghg-conversion-factors-2024-full-set-v1_1.xlsx",
    2025: "ghg-conversion-factors-2025-flat-file.xlsx",
}
UK_UNITS = [
    Unit("mi", "length", Fraction("1.609344"), "英里", "mile"),
    Unit("passenger*km", "passenger_transport", Fraction(1), "人公里", "passenger kilometre"),
    Unit("room*night", "room_night", Fraction(1), "间夜", "room night"),
    Unit("FTE*h", "working_time", Fraction(1), "全时当量工时", "full-time-equivalent hour"),
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
def uk_lookups() -> Lookups:
    return lookups_with(*UK_UNITS)


def read(path: Path, edition: str = "x", lookups: Lookups | None = None):
    made = edition_over(
        read_published_set(SEEDS / SOURCE.source_id), edition, files_at(path), dt.date(2026, 1, 1)
    )
    return SOURCE.read(made, lookups or uk_lookups(), {})


@cache
def real(year: int):
    """What a published workbook yields."""
    path = DATA / "uk-ghg-factors" / FILES[year]
    if not path.exists():
        pytest.skip("published data are not on this machine; set TANYUAN_DATA")
    return read(path, str(year)).tables()


def by_key(tables):
    return {row["record_key"]: row for row in tables["candidate"].iter_rows(named=True)}


def gases(tables, key: str) -> dict[str, float]:
    found = tables["candidate_gas"].filter(factor_id=by_key(tables)[key]["factor_id"])
    return dict(found.select("gas", "mass").iter_rows())


def reasons(tables) -> dict[str, int]:
    return dict(tables["skipped_row"].group_by("reason_code").len().sort("reason_code").iter_rows())


# -- the published editions --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "rows", "left"),
    [
        (2025, 8740,
         {"S-BLANK-01": 1507, "S-CONV-01": 514, "S-PART-01": 3906, "S-SCOPE-01": 556}),
        (2024, 9242,
         {"S-BLANK-01": 1507, "S-CONV-01": 617, "S-PART-01": 3906, "S-SCOPE-01": 955}),
    ],
)  # fmt: skip
def test_every_row_of_both_layouts_is_accounted_for(year, rows, left) -> None:
    tables = real(year)
    count = tables["row_count"].row(0, named=True)
    assert count["rows_in"] == rows
    assert count["candidates"] == 2257
    assert rows == count["candidates"] + count["parameters"] + count["skipped"]
    assert reasons(tables) == left


def test_sheets_without_factors_are_counted_row_by_row() -> None:
    sheets = {
        "Introduction": 42, "What's new": 27, "Index": 96, "Overseas electricity": 15,
        "Haul definition": 219, "Conversions": 48, "Fuel properties": 55,
    }  # fmt: skip
    places = real(2024)["skipped_row"].with_columns(
        sheet=pl.col("locator").str.split("!").list.first()
    )
    for sheet, rows in sheets.items():
        found = places.filter(sheet=sheet)
        assert found.height == rows
        assert set(found["reason_code"]) <= {"S-SCOPE-01", "S-CONV-01"}


@pytest.mark.parametrize("year", [2024, 2025])
def test_what_an_edition_yields_keeps_the_contract_of_every_table(year) -> None:
    tables = real(year)
    known = {**reference(), **tables}
    known["flow"] = reference()["flow"].vstack(tables["flow"].select(reference()["flow"].columns))
    known["unit"] = frame_of(
        UNIT,
        [
            {"unit": u.unit, "name_zh": u.name_zh, "name_en": u.name_en,
             "unit_group": u.unit_group, "to_base": float(u.to_base), "to_base_exact": "1",
             "aliases": [], "citation": "-"}
            for u in uk_lookups().units.units.values()
        ],
    )  # fmt: skip
    for name in ("candidate", "candidate_gas", "evidence", "skipped_row"):
        require(schemas.ALL_TABLES[name], tables[name], known)


def test_the_flat_file_and_the_sheets_name_the_same_activities_alike() -> None:
    assert by_key(real(2024)).keys() == by_key(real(2025)).keys()
    ids = [dict(real(y)["candidate"].select("record_key", "factor_id").iter_rows()) for y in FILES]
    assert ids[0] == ids[1]


def test_what_the_new_year_changed_is_values_and_a_renamed_way_of_disposal() -> None:
    change = edition_change(real(2024), real(2025))
    counts = change.counts()
    assert (counts["added"], counts["removed"]) == (0, 0)
    assert (counts["changed"], counts["unchanged"]) == (1370, 887)
    assert (counts["changed_gwp"], counts["changed_unit"], counts["changed_boundary"]) == (0, 0, 0)
    renamed = {key for key, kinds in change.changed.items() if "label" in kinds}
    # Combustion became Incineration with Energy Recovery; the activity keeps its key.
    assert len(renamed) == counts["changed_label"] == 30
    assert all("|combustion|" in key for key in renamed)
    assert change.changed["uk electricity|electricity generated|electricity: uk|||kwh"] == (
        "value",
    )


def test_a_total_and_its_parts_are_one_factor_with_masses_by_the_set_the_file_prints() -> None:
    tables = real(2025)
    key = "fuels|gaseous fuels|butane|||tonnes"
    found = by_key(tables)[key]
    assert (found["value"], found["value_unit"], found["gwp_set"]) == (3033.38067, "kgCO2e", "AR5")
    assert (found["reference_unit"], found["factor_kind"]) == ("t", "direct_ef")
    assert gases(tables, key) == {
        "co2_fossil": 3029.26,
        "ch4_unspecified": 0.09,  # 2.52 / 28
        "n2o": float(Fraction("1.60067") / 265),
    }
    part = tables["candidate_gas"].filter(factor_id=found["factor_id"], gas="ch4_unspecified")
    row = tables["evidence"].filter(evidence_id=part["evidence_id"][0]).row(0, named=True)
    assert row["locator"] == "Factors by Category!J9"
    assert (row["text_found"], row["unit_found"]) == ("2.52", "kg CO2e of CH4 per unit / tonnes")
    step = json.loads(row["steps"])[0]
    assert "AR5" in step["step"]
    assert step["constant"] == "28"
    joined = tables["skipped_row"].filter(locator="Factors by Category!J9").row(0, named=True)
    assert joined["reason_code"] == "S-PART-01"
    assert found["factor_id"] in joined["reason_en"]


@pytest.mark.parametrize("year", [2024, 2025])
def test_parts_add_up_to_their_totals_throughout(year) -> None:
    assert not [k for k, row in by_key(real(year)).items() if "parts_disagree" in row["flags"]]


def test_radiative_forcing_is_no_mass_of_co2() -> None:
    tables = real(2025)
    flight = "business travel- air|flights|domestic, to/from uk|average passenger|{}|passenger.km"
    found = by_key(tables)
    with_rf, without = found[flight.format("with rf")], found[flight.format("without rf")]
    assert "radiative_forcing_included" in with_rf["flags"]
    assert with_rf["value"] > without["value"]
    assert gases(tables, with_rf["record_key"]) == {}
    assert set(gases(tables, without["record_key"])) == {"co2_fossil", "ch4_unspecified", "n2o"}


@pytest.mark.parametrize(
    ("key", "kind", "boundary", "delivery", "region"),
    [
        ("uk electricity|electricity generated|electricity: uk|||kwh",
         "energy_indirect_ef", "activity", "generation", "GB"),
        ("transmission and distribution|t&d- uk electricity|electricity: uk|||kwh",
         "energy_indirect_ef", "activity", "transmission", "GB"),
        ("wtt- uk electricity|wtt- uk electricity (t&d)|electricity: uk|||kwh",
         "footprint_factor", "well_to_tank", "transmission", "GB"),
        ("wtt- fuels|gaseous fuels|butane|||tonnes",
         "footprint_factor", "well_to_tank", "not_applicable", "GB"),
        ("material use|metal|metal: steel cans||primary material production|tonnes",
         "footprint_factor", "cradle_to_gate", "not_applicable", "GB"),
        ("waste disposal|refuse|household residual waste||landfill|tonnes",
         "footprint_factor", "gate_to_grave", "not_applicable", "GB"),
        ("hotel stay|hotel stay|china|||room per night",
         "footprint_factor", "not_stated", "not_applicable", "CN"),
        ("managed assets- vehicles|managed cars (by size)|average car||battery electric vehicle|km",
         "energy_indirect_ef", "activity", "generation", "GB"),
        ("business travel- air|flights|international, to/from non-uk|economy class|without rf|"
         "passenger.km", "direct_ef", "activity", "not_applicable", "001"),
    ],
)  # fmt: skip
def test_an_activity_becomes_the_kind_its_sheet_says(key, kind, boundary, delivery, region) -> None:
    for year in (2024, 2025):
        row = by_key(real(year))[key]
        found = (row["factor_kind"], row["boundary"], row["delivery_scope"], row["region_code"])
        assert found == (kind, boundary, delivery, region)
        assert row["valid_from"] == dt.date(year, 1, 1)
        assert row["valid_until"] == dt.date(year, 12, 31)


def test_a_fuel_on_net_and_on_gross_heating_value_are_two_factors_of_two_flows() -> None:
    found = by_key(real(2025))
    net, gross = (
        found[f"fuels|gaseous fuels|natural gas|||kwh ({cv} cv)"] for cv in ("net", "gross")
    )
    assert (net["technology"], gross["technology"]) == (
        "net calorific value",
        "gross calorific value",
    )
    assert net["flow_id"] != gross["flow_id"]
    # Burning and supplying a fuel are about the same flow.
    supply = found["wtt- fuels|gaseous fuels|natural gas|||kwh (net cv)"]
    assert supply["flow_id"] == net["flow_id"]


def test_a_million_litres_is_kept_per_litre_with_the_step() -> None:
    tables = real(2025)
    row = by_key(tables)["water supply|water supply|water supply|||million litres"]
    read_at = tables["evidence"].filter(evidence_id=row["evidence_id"]).row(0, named=True)
    assert row["reference_unit"] == "L"
    assert row["value"] == float(Fraction(read_at["text_found"]) / 1_000_000)
    assert json.loads(read_at["steps"])[0]["constant"] == "1000000"


def test_what_is_outside_of_scopes_and_what_is_a_gwp_never_becomes_a_factor() -> None:
    for year in (2024, 2025):
        keys = by_key(real(year))
        assert not [key for key in keys if key.startswith(("outside of scopes", "refrigerant"))]
        assert not [key for key in keys if key.startswith("secr kwh")]
        # Zero by the publisher's convention, with the CO2 it leaves outside of scopes.
        biofuel = keys["bioenergy|biofuel|bioethanol|||litres"]
        assert "biogenic_co2_not_included" in biofuel["flags"]


def test_a_note_above_a_header_does_not_name_its_columns() -> None:
    # Rows 69, 109 and 137 of the full set carry a correction note right above a header.
    found = by_key(real(2024))
    assert "business travel- land|taxis|regular taxi|||passenger.km" in found
    assert "freighting goods|sea tanker|crude tanker|200,000+ dwt||tonne.km" in found


def test_the_sets_that_can_be_recognised_are_those_of_the_reports() -> None:
    path = SEEDS / SOURCE.source_id / "gwp_sets.csv"
    for row in read_rows(path, key="gwp_set"):
        report = {
            line["gas"]: line["value"]
            for line in read_rows(SEEDS / "ipcc_gwp100" / f"{row['gwp_set'].lower()}.csv")
        }
        printed = (report["co2_fossil"], report["ch4_unspecified"], report["n2o"])
        assert (row["co2"], row["ch4"], row["n2o"]) == printed, row["gwp_set"]


# -- an edition not yet seen ---------------------------------------------------------------------

HEADER = [
    "ID", "Scope", "Level 1", "Level 2", "Level 3", "Level 4", "Column Text", "UOM", "GHG/Unit",
    "GHG Conversion Factor 2026",
]  # fmt: skip
GASES = ["kg CO2e", *(f"kg CO2e of {gas} per unit" for gas in ("CO2", "CH4", "N2O"))]


def flat_line(quantity: str, value: object, **labels: str) -> list[object]:
    given = {"Scope": "Scope 1", "Level 1": "Fuels", "Level 2": "Gaseous fuels",
             "Level 3": "Butane", "UOM": "tonnes", **labels}  # fmt: skip
    return ["1", *(given.get(name, "") for name in HEADER[1:8]), quantity, value]


def printed_gwp(methane: object, nitrous_oxide: object) -> list[list[object]]:
    about = {"Level 1": "Refrigerant & other", "Level 2": "Kyoto protocol products", "UOM": "kg"}
    return [
        flat_line("kg CO2e", methane, **about, **{"Level 3": "Methane"}),
        flat_line("kg CO2e", nitrous_oxide, **about, **{"Level 3": "Nitrous oxide"}),
    ]


BUTANE = [flat_line(q, v) for q, v in zip(GASES, (100, 70, 28, 2), strict=True)]


@pytest.fixture
def flat_file(tmp_path: Path):
    """Writes a flat file; returns its path."""

    def write(lines, header=HEADER, gwp=(28, 265)) -> Path:
        book = openpyxl.Workbook()
        book.active.title = "Front page"
        sheet = book.create_sheet("Factors by Category")
        rows = [["UK Government GHG Conversion Factors"], [], ["", "", "Category"], header]
        for row in [*rows, *lines, *printed_gwp(*gwp), [], ["", "END"]]:
            sheet.append(row)
        book.save(tmp_path / "flat.xlsx")
        return tmp_path / "flat.xlsx"

    return write


def test_a_later_year_with_a_column_more_is_read(flat_file) -> None:
    harvest = read(flat_file([[*line, "new"] for line in BUTANE], header=[*HEADER, "Comment"]))
    tables = harvest.tables()
    found = by_key(tables)["fuels|gaseous fuels|butane|||tonnes"]
    assert (found["value"], found["valid_from"]) == (100.0, dt.date(2026, 1, 1))
    assert harvest.columns_new == {"Comment"}
    assert gases(tables, found["record_key"])["ch4_unspecified"] == 1.0


@pytest.mark.parametrize("lost", ["UOM", "GHG/Unit", "Level 3", "GHG Conversion Factor 2026"])
def test_a_renamed_column_is_refused_and_named(flat_file, lost) -> None:
    header = ["Renamed" if name == lost else name for name in HEADER]
    with pytest.raises(UnreadableInput) as refused:
        read(flat_file(BUTANE, header=header))
    found = refused.value.findings[0]
    assert found.code == "E-FILE-02"
    assert lost.removesuffix(" 2026") in found.en


@pytest.mark.parametrize(
    ("gwp", "gwp_set", "methane"), [((25, 298), "AR4", 28 / 25), ((27.9, 273), "AR6", 28 / 27.9)]
)
def test_another_gwp_set_is_told_by_what_the_edition_prints(flat_file, gwp, gwp_set, methane):
    tables = read(flat_file(BUTANE, gwp=gwp)).tables()
    found = by_key(tables)["fuels|gaseous fuels|butane|||tonnes"]
    assert found["gwp_set"] == gwp_set
    assert gases(tables, found["record_key"])["ch4_unspecified"] == pytest.approx(
        methane, rel=1e-15
    )


@pytest.mark.parametrize("gwp", [(28, 298), ("", ""), ("n/a", 265)])
def test_without_a_gwp_set_that_is_known_nothing_in_co2e_is_taken(flat_file, gwp) -> None:
    tables = read(flat_file(BUTANE, gwp=gwp)).tables()
    assert tables["candidate"].height == 0
    assert reasons(tables) == {"S-GWP-01": 4, "S-SCOPE-01": 2}


def test_a_unit_that_is_not_in_the_table_leaves_the_whole_record_out(flat_file) -> None:
    miles = [flat_line(q, v, UOM="miles") for q, v in zip(GASES, (100, 70, 28, 2), strict=True)]
    path = flat_file([*BUTANE, *miles])
    tables = read(path, lookups=lookups_with(*UK_UNITS[1:], without=("mi",))).tables()
    assert list(by_key(tables)) == ["fuels|gaseous fuels|butane|||tonnes"]
    assert reasons(tables) == {"E-UNIT-01": 4, "S-PART-01": 3, "S-SCOPE-01": 2}
    assert "fuels|gaseous fuels|butane|||miles" in by_key(read(path).tables())


def test_parts_that_do_not_add_up_are_flagged_and_kept(flat_file) -> None:
    lines = [flat_line(q, v) for q, v in zip(GASES, (100, 70, 28, 2.1), strict=True)]
    tables = read(flat_file(lines)).tables()
    found = by_key(tables)["fuels|gaseous fuels|butane|||tonnes"]
    assert "parts_disagree" in found["flags"]
    assert found["value"] == 100.0
    assert len(gases(tables, found["record_key"])) == 3


@pytest.mark.parametrize(
    ("line", "code", "others"),
    [
        (flat_line("kg CO2e", "1,000"), "E-NUM-01", {}),
        (flat_line("kg CO2e", ""), "S-BLANK-01", {}),
        (flat_line("kg CO2e of SF6 per unit", 1), "E-GAS-01", {}),
        (flat_line("kg CO2e", 1, UOM="bushels"), "E-UNIT-01", {}),
        (flat_line("kg CO2e", 1, **{"Level 1": "Rockets"}), "S-SCOPE-01", {}),
        (flat_line("kWh (Net CV)", 1), "S-CONV-01", {}),
        (flat_line("kg CO2e of CO2 per unit", 1), "S-BLANK-01", {}),
        (flat_line("kg CO2e", 1, **{"Level 1": "Hotel stay", "Level 3": "Atlantis",
                                    "UOM": "Room per night"}), "E-REG-01", {}),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_left_out_with_its_reason(flat_file, line, code, others):
    tables = read(flat_file([line])).tables()
    assert tables["candidate"].height == 0
    expected = {code: 1, "S-SCOPE-01": 2} if code != "S-SCOPE-01" else {code: 3}
    assert reasons(tables) == expected | others
    assert tables["row_count"]["rows_in"][0] == 3


def test_parts_fall_with_a_total_that_cannot_be_read(flat_file) -> None:
    tables = read(flat_file([flat_line("kg CO2e", "abc"), *BUTANE[1:]])).tables()
    assert reasons(tables) == {"E-NUM-01": 4, "S-SCOPE-01": 2}


def test_a_part_that_cannot_be_read_takes_no_mass_with_it(flat_file) -> None:
    tables = read(flat_file([*BUTANE[:3], flat_line(GASES[3], "x")])).tables()
    assert reasons(tables) == {"E-NUM-01": 1, "S-PART-01": 2, "S-SCOPE-01": 2}
    assert by_key(tables)["fuels|gaseous fuels|butane|||tonnes"]["value"] == 100.0
    assert tables["candidate_gas"].height == 0


def test_a_row_printed_twice_is_taken_once(flat_file) -> None:
    tables = read(flat_file([*BUTANE, BUTANE[0]])).tables()
    assert tables["candidate"].height == 1
    assert reasons(tables)["S-DUP-01"] == 1


@pytest.fixture
def full_set(tmp_path: Path):
    """Writes presentation sheets; returns the workbook's path."""

    def write(**sheets: list[list[object]]) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        head = [["UK"], ["x"], [], [], ["Scope:", "Scope 1", "Year:", "2026"], [], [], [], [], []]
        gwp = [
            ["Activity", "Emission", "Unit", "kg CO2e"],
            ["Kyoto protocol products", "Methane", "kg", 28],
            ["", "Nitrous oxide", "kg", 265],
        ]
        for name, rows in {"Refrigerant & other": gwp, **sheets}.items():
            sheet = book.create_sheet(name)
            for row in [*head, *rows]:
                sheet.append(row)
        book.save(tmp_path / "full.xlsx")
        return tmp_path / "full.xlsx"

    return write


PASSENGER = [
    ["", "", "", "Diesel", "", "", "", "Petrol"],
    ["Activity", "Type", "Unit", *GASES, *GASES],
    ["Cars (by size)", "Small car", "km", 4, 3, 0.5, 0.5, 8, 7, 0.5, 0.5],
    ["", "", "miles", 6, 5, 0.5, 0.5, "", "", "", ""],
    ["", "Large car", "km", 9, 8, 0.5, 0.5, 10, 9, 0.5, 0.5],
]


def test_a_sheet_of_groups_is_read_as_rows_of_the_flat_file(full_set) -> None:
    tables = read(full_set(**{"Passenger vehicles": PASSENGER})).tables()
    found = by_key(tables)
    cars = "passenger vehicles|cars (by size)|{} car||{}|{}"
    assert {key: row["value"] for key, row in found.items()} == {
        cars.format("small", "diesel", "km"): 4.0, cars.format("small", "petrol", "km"): 8.0,
        cars.format("small", "diesel", "miles"): 6.0, cars.format("large", "diesel", "km"): 9.0,
        cars.format("large", "petrol", "km"): 10.0,
    }  # fmt: skip
    assert reasons(tables) == {"S-BLANK-01": 4, "S-PART-01": 15, "S-SCOPE-01": 2}
    assert found[cars.format("small", "petrol", "km")]["valid_from"] == dt.date(2026, 1, 1)
    place = tables["evidence"].filter(text_found="8", unit_found="kg CO2e / km")
    assert place["locator"].to_list() == ["Passenger vehicles!H13"]


def test_a_sheet_whose_header_lost_a_heading_is_refused(full_set) -> None:
    lost = [PASSENGER[0], ["Activity", "Type", "Per", *GASES, *GASES], *PASSENGER[2:]]
    with pytest.raises(UnreadableInput) as refused:
        read(full_set(**{"Passenger vehicles": lost}))
    found = refused.value.findings[0]
    assert found.code == "E-FILE-02"
    assert "Unit" in found.en


def test_figures_below_a_table_are_counted_and_left_out(full_set) -> None:
    loose = [*PASSENGER, [], ["For example", 12.5], ["FAQs"]]
    tables = read(full_set(**{"Passenger vehicles": loose})).tables()
    assert reasons(tables)["S-SCOPE-01"] == 3


@pytest.mark.parametrize(
    "body", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old workbook", b"%PDF-1.7", b"PK\x03\x04 zip", b""]
)
def test_a_file_that_is_no_workbook_is_refused(tmp_path, body) -> None:
    path = tmp_path / "factors.xlsx"
    path.write_bytes(body)
    with pytest.raises(UnreadableInput) as refused:
        read(path)
    assert refused.value.findings[0].code == "E-FILE-01"


def test_a_workbook_of_another_kind_is_refused(tmp_path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["fuel", "factor"])
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(UnreadableInput) as refused:
        read(tmp_path / "other.xlsx")
    assert refused.value.findings[0].code == "E-FILE-02"
