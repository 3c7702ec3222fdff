"""Are the two quantities of grid intensity kept apart, exact, licensed and placed?"""

from __future__ import annotations

import datetime as dt
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import schemas
from pipelines.admit.rulebook import read_reporting_gwp_set
from pipelines.commands.source_editions import check_edition
from pipelines.errors import UnreadableInput
from pipelines.ingest.edition_change import edition_change, loss_of
from pipelines.ingest.published_set import edition_over, files_at, read_published_set
from pipelines.ingest.reference import Lookups, read_reference
from pipelines.ingest.seed_folder import read_editions
from pipelines.settings import REPOSITORY, Settings
from pipelines.sources import grid_intensity, mee_grid_co2
from schemas.render.pandera import require

SEEDS = REPOSITORY / "seeds"
DATA = Path(os.environ.get("TANYUAN_DATA", REPOSITORY.parent / "shared" / "data"))
ON = dt.date(2026, 11, 21)


@cache
def reference() -> dict[str, pl.DataFrame]:
    return read_reference(SEEDS)


@cache
def lookups() -> Lookups:
    return Lookups.over(reference(), SEEDS, read_reporting_gwp_set(SEEDS))


def read(path: Path, edition: str = "next") -> Any:
    facts = read_published_set(SEEDS / "grid_intensity")
    made = edition_over(facts, edition, files_at(path), ON)
    return grid_intensity.SOURCE.read(made, lookups(), {})


@cache
def published() -> dict[str, pl.DataFrame]:
    folder = DATA / "grid-intensity"
    if not folder.is_dir():
        pytest.skip("published data are not on this machine; set TANYUAN_DATA")
    return read(folder, "2026-06-29").tables()


def factor(tables: dict[str, pl.DataFrame], key: str) -> dict[str, Any]:
    return tables["candidate"].row(by_predicate=pl.col("record_key") == key, named=True)


def evidence(tables: dict[str, pl.DataFrame], key: str) -> dict[str, Any]:
    wanted = pl.col("evidence_id") == factor(tables, key)["evidence_id"]
    return tables["evidence"].row(by_predicate=wanted, named=True)


def reasons(tables: dict[str, pl.DataFrame]) -> list[str]:
    return tables["skipped_row"]["reason_code"].to_list()


def zone(value: Any = 447, unit: str = "gCO2eq/kWh", **more: Any) -> dict[str, Any]:
    return {
        "zone": {"zoneName": "Somewhere"},
        "carbonIntensity": {"value": value, "unit": unit},
        "renewableEnergy": {"value": 4, "unit": "%"},
        "carbonFreeEnergy": {"value": 11, "unit": "%"},
        **more,
    }


def country(value: Any = 123.71, **more: Any) -> dict[str, Any]:
    return {
        "country_code": "AFG",
        "country_or_region": "Afghanistan",
        "year": 2023,
        "emissions_intensity_gco2_per_kwh": value,
        **more,
    }


def written(path: Path, records: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(records if isinstance(records, str) else json.dumps(records), "utf-8")
    return path


# -- the edition at hand --------------------------------------------------------------------


def test_every_zone_and_country_of_the_published_edition_is_accounted_for():
    tables = published()
    count = tables["row_count"].row(0, named=True)
    assert count["rows_in"] == 4 * 352 + 222
    assert count["candidates"] == 1613
    assert sorted(set(reasons(tables))) == ["E-REG-01"]
    assert count["skipped"] == 17
    assert tables["candidate"]["record_key"].n_unique() == 1613


def test_the_published_edition_keeps_the_contract_of_every_table():
    tables = published()
    flow = pl.concat([reference()["flow"], tables["flow"]])
    known = reference() | tables | {"flow": flow}
    for name, frame in tables.items():
        require(schemas.ALL_TABLES[name], frame, known)


def test_grams_become_kilograms_exactly_and_the_evidence_shows_how():
    tables = published()
    assert factor(tables, "electricity-maps/CN/2021")["value"] == 0.552
    assert factor(tables, "ember/AFG")["value"] == 0.12371
    read_at = evidence(tables, "electricity-maps/CN/2021")
    assert (read_at["text_found"], read_at["unit_found"]) == ("552", "gCO2eq/kWh")
    assert read_at["locator"] == "/CN/carbonIntensity/value"
    assert read_at["file_name"] == "electricity-maps/yearly_2021.json"
    assert json.loads(read_at["steps"])[-1]["constant"] == "0.001"
    assert evidence(tables, "ember/AFG")["locator"] == "/AFG/emissions_intensity_gco2_per_kwh"


def test_consumption_generation_and_official_co2_are_never_the_same_quantity():
    what = ["factor_kind", "location_type", "boundary"]
    frame = published()["candidate"]
    of_zones = frame.filter(pl.col("record_key").str.starts_with("electricity-maps/"))
    of_countries = frame.filter(pl.col("record_key").str.starts_with("ember/"))
    official = pl.concat(
        [
            mee_grid_co2.SOURCE.read(edition, lookups(), {}).tables()["candidate"]
            for edition in read_editions(SEEDS / "mee_grid_co2")
        ]
    )
    kinds = [set(f.select(what).unique().rows()) for f in (of_zones, of_countries, official)]
    assert kinds[0] == {("footprint_factor", "consumption", "cradle_to_gate")}
    assert all(len(k) == 1 for k in kinds)
    assert len(kinds[0] | kinds[1] | kinds[2]) == 3
    assert set(of_countries["delivery_scope"]) == {"generation"}


def test_each_row_carries_the_licence_of_its_own_publisher():
    frame = published()["candidate"].with_columns(
        publisher=pl.col("record_key").str.split("/").list.first()
    )
    held = set(frame.select("publisher", "licence").unique().rows())
    assert held == {("electricity-maps", "ODbL-1.0"), ("ember", "CC-BY-SA-4.0")}
    methods = frame.group_by("publisher").agg(pl.col("methodology_url").n_unique())
    assert methods["methodology_url"].to_list() == [1, 1]


def test_the_year_is_the_files_for_zones_and_the_entrys_for_countries():
    tables = published()
    assert factor(tables, "electricity-maps/FR/2023")["data_end"] == dt.date(2023, 12, 31)
    ember = tables["candidate"].filter(pl.col("record_key").str.starts_with("ember/"))
    years = dict(ember.group_by("reference_year").len().rows())
    assert set(years) == {2022, 2023, 2024}
    assert factor(tables, "ember/ABW")["reference_year"] == 2022
    assert tables["candidate"]["valid_from"].null_count() == tables["candidate"].height


def test_a_part_of_a_country_keeps_the_country_and_is_never_taken_for_it():
    tables = published()
    part, whole = (factor(tables, f"electricity-maps/{z}/2024") for z in ("US-TEX-ERCO", "US"))
    assert part["region_code"] == whole["region_code"] == "US"
    assert "subnational" in part["flags"]
    assert "subnational" not in whole["flags"]
    assert "US-TEX-ERCO" in part["name_en"]
    assert "US-TEX-ERCO" in part["name_zh"]
    assert whole["flow_id"] == "electricity"
    parts = tables["candidate"].filter(pl.col("flags").list.contains("subnational"))
    assert parts.height == 147 * 4
    assert "electricity" not in set(parts["flow_id"])
    assert parts["flow_id"].n_unique() == 147


def test_the_zone_of_china_does_not_take_the_place_of_the_official_footprint():
    tables = published()
    china = factor(tables, "electricity-maps/CN/2022")
    assert china["region_code"] == "CN"
    assert china["flow_id"] in set(tables["flow"]["flow_id"])


def test_aggregates_of_unstated_extent_are_left_out_by_name_and_the_world_is_kept():
    tables = published()
    assert factor(tables, "ember/World")["region_code"] == "001"
    told = " ".join(tables["skipped_row"]["reason_en"])
    for name in ("'ASEAN'", "'EU'", "'OECD'", "'G20'", "'Africa'", "'XKX'"):
        assert name in told
    zones = [r for r in told.split("electricity-maps/") if "'XK'" in r]
    assert len(zones) == 4


def test_a_published_zero_is_kept_and_flagged():
    row = factor(published(), "ember/CAF")
    assert row["value"] == 0
    assert "zero_intensity" in row["flags"]
    assert "zero_intensity" not in factor(published(), "ember/AFG")["flags"]


# -- what enters ----------------------------------------------------------------------------


def test_without_a_policy_naming_the_source_no_value_without_a_gwp_set_enters(own_seeds, tmp_path):
    written(tmp_path / "in" / "yearly_2025.json", {"FR": zone(40)})
    settings = Settings(own_seeds, tmp_path / "home")
    told = check_edition(settings, "grid_intensity", tmp_path / "in", "next").report
    assert (told["candidates"], told["admissible"]) == (1, 0)
    assert told["reasons"] == {"A-GWP-02": 1}
    rules = own_seeds / "rules" / "admission.toml"
    text = rules.read_text("utf-8")
    assert 'sources = ["' in text
    named = text.replace('sources = ["', 'sources = ["grid_intensity", "', 1)
    rules.write_text(named, "utf-8")
    told = check_edition(settings, "grid_intensity", tmp_path / "in", "next").report
    assert (told["admissible"], told["reasons"]) == (1, {})


# -- the next edition -----------------------------------------------------------------------


def test_a_next_edition_with_more_columns_reads_and_is_compared_by_key(tmp_path):
    old = {"FR": zone(40), "DE": zone(300), "US-CAL-CISO": zone(200)}
    written(tmp_path / "old" / "yearly_2024.json", old)
    written(tmp_path / "old" / "average-intensities.json", {"AFG": country()})
    new = {"DE": zone(310), "US-CAL-CISO": zone(200, isEstimated=True), "FR": zone(40)}
    written(tmp_path / "new" / "yearly_2024.json", new)
    written(tmp_path / "new" / "yearly_2025.json", {"FR": zone(38)})
    written(tmp_path / "new" / "average-intensities.json", {"AFG": country(99.5, year=2024)})
    before, after = read(tmp_path / "old"), read(tmp_path / "new")
    assert after.columns_new == {"isEstimated"}
    change = edition_change(before.tables(), after.tables())
    assert change.added == ("electricity-maps/FR/2025",)
    assert change.changed == {"electricity-maps/DE/2024": ("value",), "ember/AFG": ("value",)}
    assert change.unchanged == 2
    assert loss_of(before.tables(), change) == 0
    assert factor(after.tables(), "ember/AFG")["reference_year"] == 2024


@pytest.mark.parametrize(
    ("name", "records", "lacking"),
    [
        ("yearly_2025.json", {"FR": {"zone": {"zoneName": "F"}, "intensity": {"value": 1}}},
         "carbonIntensity.value"),
        ("average-intensities.json", {"AFG": {"country_code": "AFG", "year": 2024,
         "country_or_region": "A", "gco2e_per_kwh": 1}}, "emissions_intensity_gco2_per_kwh"),
        ("yearly.json", {"FR": zone()}, "year"),
        ("yearly_2025.json", {}, "carbonIntensity.value"),
        ("yearly_2025.json", '{"a":' * 900 + "1" + "}" * 900, "carbonIntensity.value"),
    ],
    ids=["zones", "countries", "no year in the name", "no records", "nested deep"],
)  # fmt: skip
def test_a_layout_that_lost_a_needed_column_is_refused(tmp_path, name, records, lacking):
    written(tmp_path / name, records)
    with pytest.raises(UnreadableInput) as refused:
        read(tmp_path)
    (found,) = refused.value.findings
    assert found.code == "E-FILE-02"
    assert lacking in found.zh


@pytest.mark.parametrize(
    "content",
    [b"zone,value\nFR,40\n", b"%PDF-1.7\n", b"PK\x03\x04 not a workbook", b"",
     b'{"FR": {"zone": ', b'[{"FR": 1}]', b'{"FR": "\xff"}', b'{"a":' * 40000],
    ids=["csv", "pdf", "zip", "empty", "cut", "list", "not utf-8", "deep"],
)  # fmt: skip
def test_a_file_that_is_no_object_of_records_is_refused(tmp_path, content):
    (tmp_path / "yearly_2025.json").write_bytes(content)
    with pytest.raises(UnreadableInput) as refused:
        read(tmp_path)
    assert [f.code for f in refused.value.findings] == ["E-FILE-01"]


# -- bad cells ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (zone("NaN"), "E-NUM-01"),
        (zone("1_000"), "E-NUM-01"),
        (zone("4,5"), "E-NUM-01"),
        (zone("1e299"), None),
        (zone(True), "E-NUM-01"),
        (zone([447]), "E-NUM-01"),
        (zone(None), "S-BLANK-01"),
        (zone(unit=""), "S-BLANK-01"),
        (zone(unit="gCO2/kWh"), "E-UNIT-01"),
        (zone(unit="gCO2eq/t"), "E-UNIT-01"),
        (zone(unit="g/kWh"), "E-UNIT-01"),
        (None, "S-BLANK-01"),
    ],
)
def test_a_zone_that_cannot_be_used_is_left_out_with_its_reason(tmp_path, record, code):
    written(tmp_path / "yearly_2025.json", {"DE": zone(300), "FR": record})
    tables = read(tmp_path).tables()
    assert reasons(tables) == ([code] if code else [])
    assert tables["row_count"]["rows_in"].to_list() == [2]


def test_a_number_no_double_holds_is_left_out(tmp_path):
    text = json.dumps({"FR": zone(-1), "DE": zone(300)})
    written(tmp_path / "yearly_2025.json", text.replace("-1", "9" * 400))
    assert reasons(read(tmp_path).tables()) == ["E-NUM-01"]


def test_not_a_number_written_as_json_constant_is_left_out(tmp_path):
    text = json.dumps({"FR": zone(-1), "DE": zone(300)})
    written(tmp_path / "yearly_2025.json", text.replace("-1", "NaN"))
    assert reasons(read(tmp_path).tables()) == ["E-NUM-01"]


def test_a_key_written_twice_is_told_and_the_first_stands(tmp_path):
    text = f'{{"FR": {json.dumps(zone(40))}, "FR": {json.dumps(zone(90))}}}'
    written(tmp_path / "yearly_2025.json", text)
    tables = read(tmp_path).tables()
    assert reasons(tables) == ["S-DUP-01"]
    assert factor(tables, "electricity-maps/FR/2025")["value"] == 0.04


def test_the_same_year_in_two_files_gives_each_zone_once(tmp_path):
    for folder in ("a", "b"):
        written(tmp_path / folder / "yearly_2025.json", {"FR": zone(40)})
    tables = read(tmp_path).tables()
    assert tables["candidate"].height == 1
    assert reasons(tables) == ["S-DUP-01"]


@pytest.mark.parametrize("code", ["ZZ", "fr", "", "-FR", "FR-\x1f", "FR-", "Fré"])
def test_a_zone_of_no_known_region_is_left_out(tmp_path, code):
    written(tmp_path / "yearly_2025.json", {"DE": zone(300), code: zone()})
    tables = read(tmp_path).tables()
    assert reasons(tables) == ["E-REG-01"]
    assert factor(tables, "electricity-maps/DE/2025")["value"] == 0.3


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (country(None), "S-BLANK-01"),
        (country("n/a"), "E-NUM-01"),
        (country(year=None), "S-BLANK-01"),
        (country(year="2023/24"), "E-NUM-01"),
        (country(year=20233), "E-NUM-01"),
        (country(country_code="ZZZ"), "E-REG-01"),
        (country(country_code="", country_or_region="Atlantis"), "E-REG-01"),
    ],
)
def test_a_country_that_cannot_be_used_is_left_out_with_its_reason(tmp_path, record, code):
    good = country(50, country_code="FRA", country_or_region="France")
    written(tmp_path / "average-intensities.json", {"FRA": good, "AFG": record})
    tables = read(tmp_path).tables()
    assert reasons(tables) == [code]
    assert tables["candidate"]["record_key"].to_list() == ["ember/FRA"]


def test_stored_under_a_hash_the_files_read_the_same(tmp_path):
    path = written(tmp_path / "yearly_2025.json", {"FR": zone(40)})
    path.rename(tmp_path / ("0" * 64))
    facts = read_published_set(SEEDS / "grid_intensity")
    made = edition_over(facts, "x", {"maps/yearly_2025.json": tmp_path / ("0" * 64)}, ON)
    tables = grid_intensity.SOURCE.read(made, lookups(), {}).tables()
    assert tables["candidate"]["record_key"].to_list() == ["electricity-maps/FR/2025"]
