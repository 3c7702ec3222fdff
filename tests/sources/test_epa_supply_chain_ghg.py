"""Is each supply chain factor its printed figure, under its GWP set, per dollar of its year?"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import zipfile
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import polars as pl
import pytest

import schemas
from pipelines.errors import UnreadableInput
from pipelines.ingest.edition_change import edition_change
from pipelines.ingest.published_set import edition_over, files_at, read_published_set
from pipelines.quantities.unit import Unit, UnitTable
from pipelines.settings import REPOSITORY
from pipelines.sources.epa_supply_chain_ghg import SOURCE
from schemas.render.pandera import require
from tests.sources.library import SEEDS, lookups, reference

DATA = Path(os.environ.get("TANYUAN_DATA", REPOSITORY.parent / "shared" / "data"))
FOLDER = DATA / "epa-supply-chain-ghg"
CO2E = "SupplyChainGHGEmissionFactors_v1.2_NAICS_CO2e_USD2021.csv"
BY_GAS = "SupplyChainGHGEmissionFactors_v1.2_NAICS_byGHG_USD2021.csv"
METADATA = "v1.2-data-gov-metadata.json"
ADDED_ON = dt.date(2026, 11, 21)
WITHOUT = "Supply Chain Emission Factors without Margins"
MARGINS = "Margins of Supply Chain Emission Factors"
WITH = "Supply Chain Emission Factors with Margins"
PER = "2021 USD, purchaser price"
HEADER = (
    "NAICS Code 2017", "NAICS Title 2017", "GHG", "Unit", WITHOUT, MARGINS, WITH,
    "Reference USEEIO Code",
)  # fmt: skip


def units_with(*dollars: str) -> UnitTable:
    """The units of the seeds with dollars of these years, each in a group of its own."""
    known = lookups().units
    held = {u.unit: u for u in known.units.values() if not u.unit.startswith("USD")}
    aliases = {}
    for year in dollars:
        held[f"USD{year}"] = Unit(
            f"USD{year}", f"currency_usd_{year}", Fraction(1), f"{year}年美元", f"{year} US dollar"
        )
        aliases[f"{year} USD, purchaser price"] = f"USD{year}"
    return UnitTable(list(held.values()), aliases)


def read(path: Path, *dollars: str, edition: str = "test"):
    made = edition_over(
        read_published_set(SEEDS / "epa_supply_chain_ghg"), edition, files_at(path), ADDED_ON
    )
    return SOURCE.read(made, replace(lookups(), units=units_with(*dollars)), {})


def folder() -> Path:
    if not (FOLDER / CO2E).is_file():
        pytest.skip("published data are not on this machine; set TANYUAN_DATA")
    return FOLDER


@cache
def published() -> dict[str, pl.DataFrame]:
    return read(folder(), "2021", edition="v1.2").tables()


@cache
def printed(name: str) -> list[dict[str, str]]:
    with (folder() / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def reasons(tables: dict[str, pl.DataFrame]) -> Counter[str]:
    return Counter(tables["skipped_row"]["reason_code"])


# -- an edition of the test's own ----------------------------------------------------------


def total(code: str = "111110", **more: str) -> dict[str, str]:
    # 0.4 + 25 x 0.01 = 0.65 and 0.5 + 25 x 0.012 = 0.8 under AR4
    usual = {"NAICS Code 2017": code, "NAICS Title 2017": f"Invented {code}", "GHG": "All GHGs",
             "Unit": f"kg CO2e/{PER}", WITHOUT: "0.650", MARGINS: "0.150", WITH: "0.800",
             "Reference USEEIO Code": code}  # fmt: skip
    return {**usual, **more}


def gas(name: str, without: str, with_margins: str, code: str = "111110", **more: str):
    usual = {"NAICS Code 2017": code, "NAICS Title 2017": f"Invented {code}", "GHG": name,
             "Unit": f"kg/{PER}", WITHOUT: without, MARGINS: "0", WITH: with_margins,
             "Reference USEEIO Code": code}  # fmt: skip
    return {**usual, **more}


GASES = (gas("Carbon dioxide", "4.000e-01", "5.000e-01"), gas("Methane", "1.000e-02", "1.200e-02"))


@pytest.fixture
def written(tmp_path):
    """Writes an edition: rows of CO2e, rows of gases, a description; returns its folder."""

    def write(totals=(), gases=(), description: str | None = None, header=HEADER, at="v") -> Path:
        where = tmp_path / at
        where.mkdir()
        for name, rows in (("co2e.csv", totals), ("by_gas.csv", gases)):
            if rows:
                with (where / name).open("w", encoding="utf-8", newline="") as stream:
                    out = csv.DictWriter(stream, header, restval="", extrasaction="ignore")
                    out.writeheader()
                    out.writerows(rows)
        if description is not None:
            (where / "about.json").write_text(json.dumps({"description": description}), "utf-8")
        return where

    return write


# -- the published edition -------------------------------------------------------------------


def test_every_row_is_accounted_for_and_keeps_the_contract():
    tables = published()
    counts = tables["row_count"].row(0, named=True)
    # A row of CO2e is two factors, a row of one gas a part of both.
    assert counts["rows_in"] == 2 * 1016 + 16256
    assert (counts["candidates"], counts["skipped"]) == (2032, 16256)
    assert reasons(tables) == {"S-PART-01": 15 * 1016, "E-GAS-01": 1016}
    known = {**reference(), **tables}
    dollar = {
        "unit": "USD2021", "name_zh": "美元", "name_en": "dollar", "to_base": 1.0,
        "unit_group": "currency_usd_2021", "to_base_exact": "1", "citation": "test",
    }  # fmt: skip
    group = {"unit_group": "currency_usd_2021", "name_zh": "美元", "name_en": "dollar",
             "base_unit": "USD2021"}  # fmt: skip
    known["unit"] = pl.concat([reference()["unit"], pl.DataFrame([dollar])], how="diagonal")
    known["unit_group"] = pl.concat(
        [reference()["unit_group"], pl.DataFrame([group])], how="diagonal"
    )
    for name, frame in tables.items():
        if name not in {"process", "exchange"}:
            require(schemas.ALL_TABLES[name], frame, known)


def test_every_commodity_has_a_factor_with_margins_and_one_without_as_printed():
    values = dict(published()["candidate"].select("record_key", "value").iter_rows())
    assert len(printed(CO2E)) == 1016
    for row in printed(CO2E):
        code = row["NAICS Code 2017"]
        assert values[f"{code}:without_margins"] == float(row[WITHOUT])
        assert values[f"{code}:with_margins"] == float(row[WITH])
    kinds = published()["candidate"].select(
        "factor_kind", "boundary", "gwp_set", "value_unit", "reference_unit", "region_code"
    )
    assert set(kinds.iter_rows()) == {
        ("footprint_factor", "cradle_to_gate", "AR4", "kgCO2e", "USD2021", "US")
    }


def test_the_metadata_give_the_year_of_the_data_and_the_dollar_stays_in_the_unit():
    row = published()["candidate"].row(0, named=True)
    assert (row["reference_year"], row["published_on"]) == (2019, "2023-04-12")
    assert (row["data_start"], row["data_end"]) == (dt.date(2019, 1, 1), dt.date(2019, 12, 31))
    assert set(published()["evidence"]["unit_found"]) == {f"kg CO2e/{PER}", f"kg/{PER}"}


def test_gases_come_from_the_file_by_gas_in_full():
    factors = dict(published()["candidate"].select("record_key", "factor_id").iter_rows())
    found = {
        (row["factor_id"], row["gas"]): row["mass"]
        for row in published()["candidate_gas"].iter_rows(named=True)
    }
    assert len(found) == 2 * 15 * 1016
    codes = {"Carbon dioxide": "co2_fossil", "Methane": "ch4_unspecified", "Nitrous oxide": "n2o",
             "Sulfur hexafluoride": "sf6", "HFC-134a": "hfc_134a",
             "Perfluorocyclobutane": "c_c4f8"}  # fmt: skip
    checked = 0
    for row in printed(BY_GAS):
        if row["GHG"] in codes:
            code = row["NAICS Code 2017"]
            for key, column in (("without_margins", WITHOUT), ("with_margins", WITH)):
                mass = found[factors[f"{code}:{key}"], codes[row["GHG"]]]
                assert mass == float(Fraction(row[column]))
                checked += 1
    assert checked == 2 * 6 * 1016


def test_fluorinated_gases_not_told_apart_are_left_out_aloud_and_make_a_factor_partial():
    unknown = published()["skipped_row"].filter(reason_code="E-GAS-01")
    assert all("HFCs and PFCs, unspecified" in text for text in unknown["reason_en"])
    assert published()["candidate"].filter(pl.col("flags").list.contains("p")).height == 2032


def test_commodities_that_share_a_sector_are_told_not_to_be_independent():
    sectors = Counter(row["Reference USEEIO Code"] for row in printed(CO2E))
    assert len(sectors) == 410
    shared = {row["NAICS Code 2017"] for row in printed(CO2E)
              if sectors[row["Reference USEEIO Code"]] > 1}  # fmt: skip
    found = published()["candidate"].filter(pl.col("flags").list.contains("shared_sector_value"))
    assert {key.split(":")[0] for key in found["record_key"]} == shared


def test_masses_and_margins_agree_with_the_printed_totals_of_every_commodity():
    flags = {flag for flags in published()["candidate"]["flags"] for flag in flags}
    assert not flags & {"gases_disagree_with_co2e", "margins_disagree"}


def test_the_masses_of_single_gases_alone_tell_the_same_gwp_set_as_the_metadata(tmp_path):
    for name in (CO2E, BY_GAS):
        lines = (folder() / name).read_text("utf-8-sig").splitlines(keepends=True)
        few = 60 if name == CO2E else 60 * 16
        (tmp_path / name).write_text("".join(lines[: few + 1]), "utf-8")
    candidates = read(tmp_path, "2021").tables()["candidate"]
    assert set(candidates["gwp_set"]) == {"AR4"}
    assert candidates.height == 120


# -- unit ------------------------------------------------------------------------------------


def test_without_a_unit_of_that_year_and_price_every_row_is_left_out_for_its_unit(written):
    tables = read(written([total()], GASES, "the 4th IPCC Assessment report")).tables()
    assert reasons(tables) == {"E-UNIT-01": 4}
    assert tables["candidate"].height == 0
    assert all(PER in text for text in tables["skipped_row"]["reason_en"])


def test_dollars_of_another_year_are_another_unit(written):
    older = written([total()], GASES, at="older")
    per = "2022 USD, purchaser price"
    newer = written(
        [total(Unit=f"kg CO2e/{per}")], [{**g, "Unit": f"kg/{per}"} for g in GASES], at="newer"
    )
    assert reasons(read(newer, "2021").tables()) == {"E-UNIT-01": 4}
    change = edition_change(
        read(older, "2021", "2022").tables(), read(newer, "2021", "2022").tables()
    )
    assert (change.added, change.removed) == ((), ())
    assert set(change.changed) == {"111110:with_margins", "111110:without_margins"}
    assert set(change.changed.values()) == {("unit",)}


def test_masses_per_another_dollar_are_not_joined(written):
    gases = [{**g, "Unit": "kg/2020 USD, purchaser price"} for g in GASES]
    tables = read(written([total()], gases, "4th IPCC Assessment"), "2021", "2020").tables()
    assert tables["candidate"].height == 2
    assert tables["candidate_gas"].height == 0
    assert reasons(tables) == {"E-UNIT-01": 2}


# -- GWP set -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("description", "gwp_set"),
    [
        ("potentials from the 4th IPPC Assessment report", "AR4"),
        ("potentials of the 5th IPCC Assessment Report", "AR5"),
        ("100-yr GWPs from IPCC AR6", "AR6"),
    ],
)
def test_the_gwp_set_is_the_one_the_metadata_state(written, description, gwp_set):
    candidates = read(written([total()], (), description), "2021").tables()["candidate"]
    assert set(candidates["gwp_set"]) == {gwp_set}


def test_a_set_stated_against_the_masses_is_told_and_not_silently_replaced(written):
    tables = read(written([total()], GASES, "the 6th IPCC Assessment"), "2021").tables()
    assert set(tables["candidate"]["gwp_set"]) == {"AR6"}
    assert all("gases_disagree_with_co2e" in flags for flags in tables["candidate"]["flags"])


def test_without_metadata_the_only_set_that_reproduces_every_total_is_taken(written):
    tables = read(written([total()], GASES), "2021").tables()
    assert set(tables["candidate"]["gwp_set"]) == {"AR4"}
    steps = tables["evidence"].filter(place=WITH)["steps"].to_list()
    assert "only AR4 reproduces" in steps[0]


@pytest.mark.parametrize("gases", [(), (gas("Carbon dioxide", "0.65", "0.8"),)])
def test_where_nothing_tells_the_set_nothing_is_handed_in(written, gases):
    tables = read(written([total()], gases), "2021").tables()
    assert tables["candidate"].height == 0
    assert reasons(tables)["S-GWP-01"] == 2
    assert reasons(tables)["S-LINK-01"] == len(gases)


def test_the_file_by_gas_alone_makes_no_factor(written):
    tables = read(written((), GASES), "2021").tables()
    assert reasons(tables) == {"S-LINK-01": 2}


# -- bad input -----------------------------------------------------------------------------------

STATED = "the 4th IPCC Assessment report"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({WITHOUT: "n/a"}, {"E-NUM-01": 1}),
        ({WITH: "1,2"}, {"E-NUM-01": 1}),
        ({WITH: ""}, {"S-BLANK-01": 1}),
        ({"NAICS Code 2017": ""}, {"S-BLANK-01": 2}),
        ({"Unit": "pounds per dollar"}, {"E-UNIT-01": 1}),
        ({"Unit": "kg CO2e/2019 EUR"}, {"E-UNIT-01": 2}),
    ],
)
def test_a_total_that_cannot_be_read_is_left_out_and_the_others_stay(written, cells, expected):
    tables = read(written([total("222220", **cells), total()], (), STATED), "2021").tables()
    assert reasons(tables) == expected
    assert {"111110:with_margins", "111110:without_margins"} <= set(
        tables["candidate"]["record_key"]
    )
    counts = tables["row_count"].row(0, named=True)
    assert counts["rows_in"] == counts["candidates"] + counts["skipped"]


def test_a_mass_that_cannot_be_read_makes_its_factor_partial(written):
    gases = [*GASES, gas("Nitrous oxide", "NaN", "0"), gas("Kryptonite", "1", "1")]
    tables = read(written([total()], gases, STATED), "2021").tables()
    assert reasons(tables) == {"E-NUM-01": 1, "E-GAS-01": 1, "S-PART-01": 2}
    assert all("p" in flags for flags in tables["candidate"]["flags"])
    whole = read(written([total()], GASES, STATED, at="whole"), "2021").tables()
    assert not any("p" in flags for flags in whole["candidate"]["flags"])


def test_rows_entered_twice_are_left_out_the_second_time(written):
    again = written([total(), total(**{WITH: "9"})], [*GASES, GASES[0]], STATED)
    tables = read(again, "2021").tables()
    assert reasons(tables) == {"S-DUP-01": 3, "S-PART-01": 2}
    assert sorted(tables["candidate"]["value"]) == [0.65, 0.8]


def test_margins_that_do_not_add_up_are_flagged(written):
    tables = read(written([total(**{MARGINS: "0.250"})], (), STATED), "2021").tables()
    assert all("margins_disagree" in flags for flags in tables["candidate"]["flags"])


def test_a_ragged_row_is_left_out(written):
    where = written([total()], (), STATED)
    with (where / "co2e.csv").open("a", encoding="utf-8") as stream:
        stream.write("1,2,3\n")
    assert reasons(read(where, "2021").tables()) == {"S-RAG-01": 1}


def test_the_next_edition_with_code_and_title_the_other_way_round_and_a_new_column_is_read(written):
    header = ("2017 NAICS Code", "2017 NAICS Title", *HEADER[2:], "Data quality")
    rows = [
        {**row, "2017 NAICS Code": row["NAICS Code 2017"],
         "2017 NAICS Title": row["NAICS Title 2017"], "Data quality": "2"}
        for row in (total(**{WITH: "0.801"}), *GASES)
    ]  # fmt: skip
    harvest = read(written(rows[:1], rows[1:], STATED, header=header), "2021")
    tables = harvest.tables()
    assert sorted(tables["candidate"]["value"]) == [0.65, 0.801]
    assert harvest.columns_new == {"Data quality"}
    assert harvest.columns_lost == set()


@pytest.mark.parametrize("column", ["Unit", WITH, "NAICS Code 2017"])
def test_a_needed_column_renamed_by_the_publisher_is_refused_by_name(written, column):
    header = [f"{name} (new)" if name == column else name for name in HEADER]
    with pytest.raises(UnreadableInput) as refused:
        read(written([total()], header=header), "2021")
    assert refused.value.findings[0].code == "E-FILE-02"
    assert column in refused.value.findings[0].en


def test_another_format_under_the_name_of_a_csv_is_refused(tmp_path):
    path = tmp_path / "co2e.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    for body in (path.read_bytes(), b"%PDF-1.7 ...", b'{"a": 1}'):
        path.write_bytes(body)
        with pytest.raises(UnreadableInput) as refused:
            read(path, "2021")
        assert refused.value.findings[0].code == "E-FILE-01"
