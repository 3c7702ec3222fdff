"""Is each record of the Open Emission Factors Database what its row says, in either layout?"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import random
import shutil
import zipfile
from collections import Counter, defaultdict
from fractions import Fraction
from functools import cache
from pathlib import Path

import polars as pl
import pytest

import schemas
from pipelines.commands.source_editions import check_edition
from pipelines.errors import FaultyData, UnreadableInput
from pipelines.ingest.edition_change import edition_change
from pipelines.ingest.published_set import edition_over, read_published_set
from pipelines.settings import REPOSITORY, Settings
from pipelines.sources.oefdb import SOURCE
from schemas.render.pandera import require
from tests.sources.library import SEEDS, lookups, reference, rows_of

DATA = Path(os.environ.get("TANYUAN_DATA", REPOSITORY.parent / "shared" / "data")) / "oefdb"
OLDER, NEWER = "2022-01-21", "2022-04-26"
ADDED_ON = dt.date(2026, 11, 21)
SEED_FOLDER = SEEDS / "oefdb"
GASES = ("kgCO2", "kgCH4", "kgN2O")


def file_of(edition: str) -> Path:
    path = DATA / f"OpenEmissionFactorsDB_{edition}.csv"
    if not path.is_file():
        pytest.skip("published data are not on this machine; set TANYUAN_DATA")
    return path


def read(path: Path, edition: str = "test"):
    made = edition_over(read_published_set(SEED_FOLDER), edition, {path.name: path}, ADDED_ON)
    return SOURCE.read(made, lookups(), {})


@cache
def published(edition: str) -> dict[str, pl.DataFrame]:
    return read(file_of(edition), edition).tables()


@cache
def printed(edition: str) -> list[dict[str, str]]:
    """Rows of the file by the standard library alone, ragged ones left off."""
    with file_of(edition).open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream))
    return [
        dict(zip(lines[0], line, strict=True)) for line in lines[1:] if len(line) == len(lines[0])
    ]


# -- a file of the test's own --------------------------------------------------------------

NEW_HEADER = [
    "sector", "category", "activity_id", "name", "activity_unit", "kgCO2e-AR5", "kgCO2e-AR4",
    "kgCO2", "kgCH4", "kgN2O", "kgCO2e-OtherGHGs-AR5", "kgCO2e-OtherGHGs-AR4", "uncertainty",
    "scope", "lca_activity", "source", "year_released", "years_valid", "years_calculated_from",
    "region", "data_quality", "date_accessed", "description", "source_link",
]  # fmt: skip
OLD_HEADER = [
    "sector", "category", "id", "name", "unit", "factor", "uncertainty", "source", "year",
    "region", "date_accessed", "description", "source_link", "lca_activity",
]  # fmt: skip
NEW_ROW = {
    "sector": "Energy", "category": "Fuel", "activity_id": "fuel_type_diesel-fuel_use_na",
    "name": "Diesel", "activity_unit": "L", "kgCO2e-AR4": "2.5", "lca_activity": "fuel_combustion",
    "source": "BEIS", "year_released": "2021", "region": "GB", "description": "Invented.",
    "source_link": "https://example.org",
}  # fmt: skip
OLD_ROW = {
    "sector": "Energy", "category": "Fuel", "id": "fuel_type_coal-fuel_use_na", "name": "Coal",
    "unit": "kg-CO2e/t", "factor": "2400", "source": "BEIS", "year": "2021", "region": "GB",
    "lca_activity": "fuel_combustion", "description": "Invented.",
}  # fmt: skip


@pytest.fixture
def written(tmp_path):
    """Writes rows under a header; a row states only what differs from the usual one."""

    def write(*rows: dict[str, str], header=NEW_HEADER, usual=NEW_ROW, name="oefdb.csv") -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as stream:
            out = csv.DictWriter(stream, header, restval="", extrasaction="ignore")
            out.writeheader()
            out.writerows({**usual, **row} for row in rows)
        return path

    return write


def only(tables: dict[str, pl.DataFrame]) -> dict:
    assert tables["skipped_row"].height == 0, tables["skipped_row"]["reason_en"].to_list()
    return tables["candidate"].row(0, named=True)


def reasons(tables: dict[str, pl.DataFrame]) -> list[str]:
    return tables["skipped_row"]["reason_code"].to_list()


def masses(tables: dict[str, pl.DataFrame]) -> dict[str, float]:
    return dict(tables["candidate_gas"].select("gas", "mass").iter_rows())


# -- the published editions ----------------------------------------------------------------


@pytest.mark.parametrize(("edition", "rows"), [(OLDER, 2095), (NEWER, 5268)])
def test_every_row_of_an_edition_is_accounted_for_and_keeps_the_contract(edition, rows):
    tables = published(edition)
    counts = tables["row_count"].row(0, named=True)
    assert counts["rows_in"] == rows == counts["candidates"] + counts["skipped"]
    known = {**reference(), **tables}
    known["flow"] = pl.concat([reference()["flow"], tables["flow"]])
    for name, frame in tables.items():
        if name not in {"process", "exchange"}:
            require(schemas.ALL_TABLES[name], frame, known)


def test_rows_with_one_cell_too_many_are_left_out_and_nothing_else_is_ragged():
    found = published(NEWER)["skipped_row"].filter(reason_code="S-RAG-01")
    assert found.height == 4
    assert all("25" in text and "24" in text for text in found["reason_en"])


def test_ids_that_repeat_lose_no_record_because_six_parts_name_it():
    rows = printed(NEWER)
    ids = Counter(row["activity_id"] for row in rows)
    assert sum(ids.values()) - len(ids) == 1963
    candidates = published(NEWER)["candidate"]
    assert "S-DUP-01" not in reasons(published(NEWER))
    handed = Counter(key.split("|")[0] for key in candidates["record_key"])
    assert handed["electricity-energy_source_grid_mix"] > 300
    assert candidates["record_key"].n_unique() == candidates.height


def test_rows_of_the_older_edition_that_contradict_each_other_under_one_key_all_stay_out():
    found = published(OLDER)["skipped_row"].filter(reason_code="S-DUP-01")
    assert found.height == 13
    assert all("ADEME|2021|FR" in text for text in found["reason_en"])
    keys = published(OLDER)["candidate"]["record_key"].to_list()
    assert not [key for key in keys if "grid_mix|ADEME|2021|FR|fuel_upstream" in key]


def test_text_in_numeric_columns_is_no_number_and_no_fault():
    rows = printed(NEWER)
    assert sum(row["kgCO2e-AR5"] == "not-supplied" for row in rows) == 2717
    assert "E-NUM-01" not in reasons(published(NEWER))


def test_a_value_stands_under_the_gwp_set_of_its_own_column():
    by_key = {}
    for row in printed(NEWER):
        by_key[row["activity_id"], row["source"], row["year_released"], row["region"],
               row["activity_unit"], row["lca_activity"]] = row  # fmt: skip
    told = Counter()
    for found in published(NEWER)["candidate"].iter_rows(named=True):
        if found["value"] is None or found["value_unit"] != "kgCO2e":
            continue
        one, source, year, region, lca, unit = found["record_key"].split("|")
        row = (
            by_key.get((one, source, year, region, unit, lca))
            or by_key[
                one, source, year, region, unit, lca.replace("cradle_to_gate", "cradle-to-gate")
            ]
        )
        has = {s for s in ("AR5", "AR4") if row[f"kgCO2e-{s}"] not in {"", "not-supplied"}}
        assert found["gwp_set"] == ("AR5" if "AR5" in has else "AR4"), found["record_key"]
        told[frozenset(has)] += 1
    assert told[frozenset({"AR4"})] > 1000
    assert told[frozenset({"AR5"})] > 50


def test_a_row_is_left_out_for_its_unit_or_place_only_where_our_tables_lack_it():
    rows = dict(enumerate_rows(NEWER))
    for left in published(NEWER)["skipped_row"].iter_rows(named=True):
        row = rows.get(int(left["locator"].removeprefix("row ")))
        if left["reason_code"] == "E-UNIT-01":
            assert not lookups().units.is_known(row["activity_unit"].replace("/", " per "))
        if left["reason_code"] == "E-REG-01":
            assert row["region"] not in lookups().regions | {"GLOBAL"}


def enumerate_rows(edition: str):
    with file_of(edition).open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream))
    for number, line in enumerate(lines[1:], start=2):
        yield number, dict(zip(lines[0], line, strict=False))


def test_checking_the_older_edition_counts_what_may_enter():
    settings = Settings(SEEDS, Path("nowhere"))
    report = check_edition(settings, "oefdb", file_of(OLDER), OLDER).report
    assert report["rows_in"] == 2095 == report["candidates"] + report["skipped"]
    assert report["candidates"] == report["admissible"] + report["refused"]
    assert report["admissible"] >= 858
    assert (report["columns_new"], report["columns_lost"]) == ([], [])


# -- from one edition to the next ------------------------------------------------------------

SPELLED = {row["written"]: row["key_spelling"] for row in rows_of(SEED_FOLDER / "units.csv")}


def older_keys() -> dict[tuple[str, ...], dict[str, str]]:
    """Six-part keys of the older edition as printed, units in the newer spelling."""
    found = {}
    for row in printed(OLDER):
        unit = row["unit"].split("/", 1)[1]
        key = (row["id"], row["source"], row["year"], row["region"], row["lca_activity"],
               SPELLED.get(unit, unit))  # fmt: skip
        found[key] = row
    return found


def newer_keys() -> dict[tuple[str, ...], dict[str, str]]:
    return {
        (row["activity_id"], row["source"], row["year_released"], row["region"],
         row["lca_activity"], row["activity_unit"]): row
        for row in printed(NEWER)
    }  # fmt: skip


def same_figure(old: dict[str, str], new: dict[str, str], *columns: str) -> bool:
    scale = Fraction(1, 1000) if old["unit"].startswith("g-") else Fraction(1)
    value = Fraction(old["factor"]) * scale
    cells = [new[c] for c in columns if new[c] not in {"", "not-supplied"}]
    return any(abs(Fraction(cell) - value) <= abs(value) / 10**9 for cell in cells)


def test_every_id_declared_as_renamed_is_one_record_under_two_names():
    old, new = older_keys(), newer_keys()
    by_id = defaultdict(list)
    for key in old:
        by_id[key[1], key[0]].append(key)
    declared = rows_of(SEED_FOLDER / "renamed_ids.csv")
    assert len(declared) == 59
    for row in declared:
        found = by_id[row["source"], row["old_id"]]
        assert found, row["old_id"]
        for key in found:
            now = (row["present_id"], *key[1:])
            assert key not in new
            assert now in new
            assert same_figure(old[key], new[now], "kgCO2e-AR5", "kgCO2e-AR4", "kgCO2")


def test_the_gwp_sets_declared_for_the_older_layout_are_those_the_newer_edition_prints():
    old, new = older_keys(), newer_keys()
    declared = {
        (row["source"], row["year"]): row["gwp_set"]
        for row in rows_of(SEED_FOLDER / "gwp_sets.csv")
    }
    seen = Counter()
    for key in old.keys() & new.keys():
        sets = [s for s in ("AR5", "AR4") if same_figure(old[key], new[key], f"kgCO2e-{s}")]
        if sets:
            assert declared[key[1], key[2]] in sets, key
            seen[key[1], key[2]] += 1
    assert set(seen) == set(declared)


def test_what_changed_between_the_editions_is_told_by_the_six_part_key():
    change = edition_change(published(OLDER), published(NEWER))
    renamed = {
        (row["source"], row["old_id"]): row["present_id"]
        for row in rows_of(SEED_FOLDER / "renamed_ids.csv")
    }

    def named(keys):
        return {
            "|".join((renamed.get((k[1], k[0]), k[0]), *k[1:])).replace(
                "cradle-to-gate", "cradle_to_gate"
            )
            for k in keys
        }

    def handed(edition):
        return set(published(edition)["candidate"]["record_key"])

    old, new = named(older_keys()), named(newer_keys())
    assert set(change.added) == handed(NEWER) - handed(OLDER)
    assert set(change.added) <= new - old
    assert set(change.removed) <= old - new
    assert len(change.removed) >= 130
    assert len(change.added) >= 1843
    moved = "sea_freight-vessel_type_crude_tanker-route_type_na-vessel_length_na-tonnage_na-fuel_source_na|BEIS|2021|GB|fuel_combustion|tonne-km"  # noqa: E501
    assert "value" in change.changed[moved]


def test_another_order_and_other_sector_names_are_no_change(tmp_path):
    with file_of(OLDER).open(encoding="utf-8-sig", newline="") as stream:
        header, *lines = list(csv.reader(stream))
    random.Random(1).shuffle(lines)
    path = tmp_path / "shuffled.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *([f"New {line[0]}", *line[1:]] for line in lines)])
    change = edition_change(published(OLDER), read(path).tables())
    assert (change.added, change.removed, change.changed) == ((), (), {})
    assert change.unchanged == published(OLDER)["candidate"].height


# -- figures ---------------------------------------------------------------------------------


def test_columns_by_gas_that_add_up_with_warming_potentials_are_masses(written):
    path = written({"kgCO2e-AR4": "", "kgCO2e-AR5": "3.33", "kgCO2": "0.4", "kgCH4": "0.1",
                    "kgN2O": "0.0005"})  # fmt: skip
    tables = read(path).tables()
    # 0.4 + 28 x 0.1 + 265 x 0.0005 = 3.3325
    assert only(tables)["value"] == 3.33
    assert masses(tables) == {"co2_fossil": 0.4, "ch4_unspecified": 0.1, "n2o": 0.0005}


def test_columns_by_gas_that_add_up_as_they_stand_hold_co2e_and_are_divided(written):
    row = {"kgCO2e-AR4": "0.21233", "kgCO2": "0.21016", "kgCH4": "0.00080", "kgN2O": "0.00137"}
    tables = read(written(row)).tables()
    found = only(tables)
    assert "gas_columns_hold_co2e" in found["flags"]
    assert found["value"] == 0.21233
    assert masses(tables) == {
        "co2_fossil": 0.21016,
        "ch4_unspecified": float(Fraction("0.0008") / 25),
        "n2o": float(Fraction("0.00137") / 298),
    }
    read_at = tables["evidence"].filter(place="kgN2O").row(0, named=True)
    assert (read_at["text_found"], read_at["unit_found"]) == ("0.00137", "kgN2O/L")
    assert json.loads(read_at["steps"])[0]["constant"] == "298"


def test_columns_by_gas_that_agree_with_neither_reading_are_not_handed_in(written):
    row = {"kgCO2e-AR4": "8.51928", "kgCO2": "8.31", "kgCH4": "0.00000706", "kgN2O": "0.00000011"}
    tables = read(written(row)).tables()
    assert "gases_disagree_with_co2e" in only(tables)["flags"]
    assert only(tables)["value"] == 8.51928
    assert masses(tables) == {}


def test_real_rows_of_one_source_print_co2e_by_gas_and_those_of_another_print_masses():
    candidates = published(NEWER)["candidate"]
    held = candidates.filter(pl.col("flags").list.contains("gas_columns_hold_co2e"))
    assert set(held["record_key"].str.split("|").list.get(1)) == {"BEIS"}
    slips = candidates.filter(pl.col("flags").list.contains("gases_disagree_with_co2e"))
    assert set(slips["record_key"].str.split("|").list.get(1)) <= {"GHG Protocol", "EPA"}
    with_gas = set(published(NEWER)["candidate_gas"]["factor_id"])
    assert not with_gas & set(slips["factor_id"])
    assert set(held["factor_id"]) <= with_gas


def test_masses_alone_make_a_factor_whose_co2e_follows_from_them(written):
    row = {"kgCO2e-AR4": "not-supplied", "kgCO2": "53.06", "kgCH4": "0.001", "kgN2O": "0.0001",
           "activity_unit": "MMBTU"}  # fmt: skip
    tables = read(written(row)).tables()
    found = only(tables)
    assert (found["value"], found["gwp_set"], found["reference_unit"]) == (None, "AR5", "GJ")
    per_gj = Fraction("1.05505585262")
    assert masses(tables)["co2_fossil"] == float(Fraction("53.06") / per_gj)
    assert "p" not in found["flags"]


def test_a_row_that_lacks_a_gas_says_so(written):
    some = {"kgCO2e-AR4": "", "kgCO2": "not-supplied", "kgCH4": "0.1", "kgN2O": "0.2"}
    one = {"kgCO2e-AR4": "", "kgCO2": "2.5", "region": "FR"}
    tables = read(written(some, one)).tables()
    by_place = {row["region_code"]: row for row in tables["candidate"].iter_rows(named=True)}
    assert "p" in by_place["GB"]["flags"]
    assert "p" in by_place["FR"]["flags"]
    assert (by_place["FR"]["value_unit"], by_place["FR"]["gwp_set"]) == ("kgCO2", "not_applicable")


def test_co2_of_biomass_stands_apart_from_the_total(written):
    row = {
        "activity_id": "fuel_type_straw-fuel_use_stationary_combustion", "kgCO2e-AR4": "",
        "kgCO2e-AR5": "95.2645", "kgCO2": "95.1", "kgCH4": "0.0019", "kgN2O": "0.00042",
    }  # fmt: skip
    tables = read(written(row)).tables()
    found = only(tables)
    assert found["value"] is None
    assert "printed_co2e_includes_biogenic_co2" in found["flags"]
    assert masses(tables) == {"co2_biogenic": 95.1, "ch4_unspecified": 0.0019, "n2o": 0.00042}
    assert "95.2645" in found["note_en"]


def test_a_figure_that_another_document_contradicts_is_of_low_confidence():
    conflict = rows_of(SEED_FOLDER / "conflicts.csv")[0]
    found = published(NEWER)["candidate"].filter(record_key=conflict["record_key"])
    assert found["confidence"].to_list() == ["low"]
    assert "e" in found["flags"][0]
    others = published(NEWER)["candidate"].filter(pl.col("record_key") != conflict["record_key"])
    assert set(others["confidence"]) == {"medium"}


@pytest.mark.parametrize(
    ("written_unit", "value", "unit"),
    [
        ("mile", float(Fraction("2.5") / Fraction("1.609344")), "km"),
        ("short ton", float(Fraction("2.5") / Fraction("0.90718474")), "t"),
        ("gal (US)", float(Fraction("2.5") / Fraction("3.785411784")), "L"),
        ("tonne-km", 2.5, "t*km"),
        ("kWh", 2.5, "kWh"),
    ],
)
def test_a_unit_is_brought_to_ours_exactly_and_the_step_is_kept(written, written_unit, value, unit):
    tables = read(written({"activity_unit": written_unit})).tables()
    found = only(tables)
    assert (found["value"], found["reference_unit"]) == (value, unit)
    steps = json.loads(tables["evidence"]["steps"][0])
    assert bool(steps) is (value != 2.5)


def test_years_described_declared_valid_and_of_release_are_three_things(written):
    found = only(
        read(written({"years_calculated_from": "2019", "years_valid": "2019-2021"})).tables()
    )
    assert (found["data_start"], found["data_end"]) == (dt.date(2019, 1, 1), dt.date(2019, 12, 31))
    assert (found["valid_from"], found["valid_until"]) == (
        dt.date(2019, 1, 1),
        dt.date(2021, 12, 31),
    )
    assert (found["reference_year"], found["published_on"]) == (2019, "2021")


@pytest.mark.parametrize("years", ["0000", "2021-2019", "about 2019", "2019;2020"])
def test_years_that_cannot_be_read_are_left_open(written, years):
    found = only(read(written({"years_calculated_from": years})).tables())
    assert (found["data_start"], found["data_end"], found["reference_year"]) == (None, None, None)


POWER = {"category": "Electricity", "activity_id": "electricity-energy_source_grid_mix",
         "activity_unit": "kWh", "name": "Grid mix"}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "kind", "boundary", "delivery"),
    [
        ({}, "direct_ef", "activity", "not_applicable"),
        ({"lca_activity": "well_to_tank"}, "footprint_factor", "well_to_tank", "not_applicable"),
        ({"lca_activity": "fuel_upstream-fuel_combustion"}, "footprint_factor", "well_to_wheel",
         "not_applicable"),
        ({"lca_activity": "end_of_life", "category": "Metal Waste"}, "footprint_factor",
         "gate_to_grave", "not_applicable"),
        ({"lca_activity": "cradle-to-gate", "category": "Metals"}, "footprint_factor",
         "cradle_to_gate", "not_applicable"),
        ({**POWER, "lca_activity": "electricity_generation"}, "energy_indirect_ef", "activity",
         "generation"),
        ({**POWER, "lca_activity": "electricity_consumption"}, "energy_indirect_ef", "activity",
         "delivered"),
        ({**POWER, "lca_activity": "transmission_and_distribution"}, "energy_indirect_ef",
         "activity", "transmission"),
        ({**POWER, "lca_activity": "fuel_upstream-fuel_combustion-transport_and_delivery"},
         "footprint_factor", "cradle_to_gate", "delivered"),
        ({**POWER, "lca_activity": "well_to_tank"}, "footprint_factor", "well_to_tank",
         "not_stated"),
    ],
)  # fmt: skip
def test_the_life_cycle_activity_decides_what_a_factor_may_serve(
    written, row, kind, boundary, delivery
):
    found = only(read(written(row)).tables())
    assert (found["factor_kind"], found["boundary"], found["delivery_scope"]) == (
        kind, boundary, delivery,
    )  # fmt: skip


def test_the_supply_of_fuels_to_plants_is_no_supply_of_electricity(written):
    rows = [{**POWER, "lca_activity": lca, "region": region} for lca, region in (
        ("electricity_generation", "GB"), ("well_to_tank", "FR"), ("electricity_generation", "CN"),
    )]  # fmt: skip
    found = {
        (row["region_code"]): row["flow_id"]
        for row in read(written(*rows)).tables()["candidate"].iter_rows(named=True)
    }
    assert found["GB"] == "electricity"
    assert found["FR"] != "electricity"
    # China's own series is announced by the state; this one never takes its place.
    assert found["CN"] != "electricity"


# -- the older layout --------------------------------------------------------------------------


def older(written, *rows, **more):
    return read(written(*rows, header=OLD_HEADER, usual=OLD_ROW, **more)).tables()


def test_the_older_layout_reads_its_unit_and_takes_the_declared_gwp_set(written):
    tables = older(written, {"unit": "g-CO2e/tkm", "factor": "4.57"})
    found = only(tables)
    assert (found["value"], found["value_unit"], found["reference_unit"]) == (
        0.00457, "kgCO2e", "t*km",
    )  # fmt: skip
    assert found["gwp_set"] == "AR4"
    assert found["record_key"].endswith("|BEIS|2021|GB|fuel_combustion|tonne-km")
    assert "kgCO2e-AR4" in tables["evidence"]["steps"][0]


def test_co2e_of_the_older_layout_without_a_declared_set_is_left_out(written):
    tables = older(written, {"source": "Another"})
    assert reasons(tables) == ["S-GWP-01"]


def test_a_figure_said_to_be_co2_only_is_co2(written):
    note = "NOTE: this value is provided in CO2 only and does not include the impact of other GHGs."
    tables = older(written, {"source": "ADEME", "year": "2013", "description": note})
    found = only(tables)
    assert (found["value_unit"], found["gwp_set"]) == ("kgCO2", "not_applicable")
    assert "p" in found["flags"]


# -- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"kgCO2e-AR4": "1,5"}, "E-NUM-01"),
        ({"kgCO2e-AR4": "NaN"}, "E-NUM-01"),
        ({"kgCO2e-AR4": "inf"}, "E-NUM-01"),
        ({"kgCO2e-AR4": "１.5"}, "E-NUM-01"),
        ({"kgCO2": "about 2"}, "E-NUM-01"),
        ({"kgCO2e-AR4": "not-supplied"}, "S-BLANK-01"),
        ({"kgCO2e-AR4": ""}, "S-BLANK-01"),
        ({"source": ""}, "S-BLANK-01"),
        ({"year_released": "2021/22"}, "E-NUM-01"),
        ({"year_released": "0000"}, "E-NUM-01"),
        ({"activity_unit": "furlong"}, "E-UNIT-01"),
        ({"activity_unit": "USD"}, "E-UNIT-01"),
        ({"region": "ATLANTIS"}, "E-REG-01"),
        ({"lca_activity": "unknown"}, "S-SCOPE-01"),
        ({"lca_activity": "invented_phase"}, "S-SCOPE-01"),
        ({"category": "Refrigerants and Fugitive Gases"}, "S-SCOPE-01"),
        ({"scope": "Outside of scopes"}, "S-SCOPE-01"),
    ],
)
def test_a_row_that_cannot_be_used_is_left_out_with_its_reason_and_the_others_stay(
    written, row, code
):
    tables = read(written(row, {"region": "FR"})).tables()
    assert reasons(tables) == [code]
    assert tables["candidate"]["region_code"].to_list() == ["FR"]
    assert tables["row_count"].row(0, named=True)["rows_in"] == 2


def test_a_row_repeated_is_kept_once_and_rows_that_contradict_each_other_not_at_all(written):
    same = read(written({}, {"sector": "Other"})).tables()
    assert (same["candidate"].height, reasons(same)) == (1, ["S-DUP-01"])
    other = read(written({}, {"kgCO2e-AR4": "2.6"})).tables()
    assert (other["candidate"].height, reasons(other)) == (0, ["S-DUP-01"] * 2)


def test_the_next_edition_with_further_columns_and_values_is_read(written):
    header = [*NEW_HEADER[:7], "kgCO2e-AR6", *NEW_HEADER[7:21], "contributor", *NEW_HEADER[21:]]
    harvest = read(
        written(
            {"kgCO2e-AR4": "", "kgCO2e-AR6": "2.7", "contributor": "someone"},
            {"kgCO2e-AR5": "2.6", "kgCO2e-AR6": "2.7", "region": "FR"},
            header=header,
        )
    )
    found = {row["region_code"]: row for row in harvest.tables()["candidate"].iter_rows(named=True)}
    assert (found["GB"]["value"], found["GB"]["gwp_set"]) == (2.7, "AR6")
    assert (found["FR"]["value"], found["FR"]["gwp_set"]) == (2.6, "AR5")
    assert harvest.columns_new == {"kgCO2e-AR6"}
    assert harvest.columns_lost == set()


@pytest.mark.parametrize("column", ["kgCO2e-AR5", "activity_id", "region", "activity_unit"])
def test_a_needed_column_renamed_by_the_publisher_is_refused_by_name(written, column):
    header = [f"{name}_v2" if name == column else name for name in NEW_HEADER]
    with pytest.raises(UnreadableInput) as refused:
        read(written({}, header=header))
    (told,) = refused.value.findings
    assert told.code == "E-FILE-02"
    assert column in told.en


def test_a_workbook_or_a_pdf_under_the_name_of_a_csv_is_refused(tmp_path):
    path = tmp_path / "OpenEmissionFactorsDB.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    for body in (path.read_bytes(), b"%PDF-1.7 ...", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..."):
        path.write_bytes(body)
        with pytest.raises(UnreadableInput) as refused:
            read(path)
        assert refused.value.findings[0].code == "E-FILE-01"


def test_two_editions_handed_in_as_one_are_refused(written):
    first, second = written({}, name="a.csv"), written({}, name="b.csv")
    made = edition_over(
        read_published_set(SEED_FOLDER), "both", {"a.csv": first, "b.csv": second}, ADDED_ON
    )
    with pytest.raises(UnreadableInput) as refused:
        SOURCE.read(made, lookups(), {})
    assert "2 files" in refused.value.findings[0].en


def test_a_seed_table_that_lacks_a_column_is_a_fault_of_the_seeds(written, tmp_path):
    seeds = Path(shutil.copytree(SEEDS, tmp_path / "seeds"))
    (seeds / "oefdb" / "units.csv").write_text("written,unit\nmile,km\n", "utf-8")
    path = written({})
    made = edition_over(read_published_set(seeds / "oefdb"), "test", {path.name: path}, ADDED_ON)
    with pytest.raises(FaultyData):
        SOURCE.read(made, lookups(), {})
