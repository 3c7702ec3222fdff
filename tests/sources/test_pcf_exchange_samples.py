"""Are footprint messages read by the map of their own version, and never let in?"""

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
from pipelines.ingest.edition_change import edition_change
from pipelines.ingest.published_set import edition_over, files_at, read_published_set
from pipelines.ingest.reference import Lookups, read_reference
from pipelines.settings import REPOSITORY, Settings
from pipelines.sources import pcf_exchange_samples
from schemas.render.pandera import require

SEEDS = REPOSITORY / "seeds"
DATA = Path(os.environ.get("TANYUAN_DATA", REPOSITORY.parent / "shared" / "data"))
ON = dt.date(2026, 11, 21)
UUID = "3893bb5d-da16-4dc1-9185-11d97476c254"


@cache
def reference() -> dict[str, pl.DataFrame]:
    return read_reference(SEEDS)


@cache
def lookups() -> Lookups:
    return Lookups.over(reference(), SEEDS, read_reporting_gwp_set(SEEDS))


def read(path: Path, edition: str = "next") -> dict[str, pl.DataFrame]:
    facts = read_published_set(SEEDS / "pcf_exchange_samples")
    made = edition_over(facts, edition, files_at(path), ON)
    return pcf_exchange_samples.SOURCE.read(made, lookups(), {}).tables()


def folder() -> Path:
    at = DATA / "pcf-exchange-samples"
    if not at.is_dir():
        pytest.skip("published data are not on this machine; set TANYUAN_DATA")
    return at


@cache
def published() -> dict[str, pl.DataFrame]:
    return read(folder(), "2026-07-13")


def factor(tables: dict[str, pl.DataFrame], key: str) -> dict[str, Any]:
    return tables["candidate"].row(by_predicate=pl.col("record_key") == key, named=True)


def steps(tables: dict[str, pl.DataFrame], key: str) -> list[dict[str, str]]:
    wanted = pl.col("evidence_id") == factor(tables, key)["evidence_id"]
    found: list[dict[str, str]] = json.loads(
        tables["evidence"].row(by_predicate=wanted, named=True)["steps"]
    )
    return found


def reasons(tables: dict[str, pl.DataFrame]) -> list[str]:
    return tables["skipped_row"]["reason_code"].to_list()


def version_2(**pcf: Any) -> dict[str, Any]:
    return {
        "id": "a1", "specVersion": "2.2.0", "companyName": "Nobody",
        "created": "2024-05-01T00:00:00Z",
        "pcf": {
            "declaredUnit": "liter", "unitaryProductAmount": "12.0",
            "pCfExcludingBiogenic": "1.63", "pCfIncludingBiogenic": "1.85",
            "fossilGhgEmissions": "1.5", "characterizationFactors": "AR6",
            "geographyCountry": "FR", "referencePeriodStart": "2021-01-01T00:00:00Z",
            "referencePeriodEnd": "2022-01-01T00:00:00Z", **pcf,
        },
    }  # fmt: skip


def version_3(**pcf: Any) -> dict[str, Any]:
    return {
        "id": "a1", "specVersion": "3.0.1", "companyName": "Nobody",
        "pcf": {
            "declaredUnitOfMeasurement": "liter", "declaredUnitAmount": "1",
            "pcfExcludingBiogenicUptake": "1.85", "pcfIncludingBiogenicUptake": "1.63",
            "fossilGhgEmissions": "1.5", "biogenicCO2Uptake": "-0.22",
            "ipccCharacterizationFactors": ["AR6"], "geographyCountry": "FR", **pcf,
        },
    }  # fmt: skip


def written(path: Path, message: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(message if isinstance(message, str) else json.dumps(message), "utf-8")
    return path


# -- the edition at hand --------------------------------------------------------------------


def test_every_message_is_accounted_for_and_schemas_are_files_not_messages():
    tables = published()
    count = tables["row_count"].row(0, named=True)
    assert (count["rows_in"], count["candidates"], count["skipped"]) == (4, 3, 1)
    assert tables["source_file"].height == 7
    assert set(tables["candidate"]["record_key"]) == {f"catena-x-{n}/{UUID}" for n in (6, 7, 8)}


def test_the_message_without_a_gwp_set_is_left_out_for_that():
    left = published()["skipped_row"].row(0, named=True)
    assert left["file_name"] == "ileap/sample_product_footprint.json"
    assert left["reason_code"] == "S-GWP-01"


def test_admission_refuses_every_message_by_its_own_rule(tmp_path):
    told = check_edition(
        Settings(SEEDS, tmp_path), "pcf_exchange_samples", folder(), "2026-07-13"
    ).report  # fmt: skip
    assert (told["admissible"], told["refused"]) == (0, 3)
    assert told["reasons"] == {"A-PLA-03": 1, "A-RIGHT-01": 3, "S-GWP-01": 1}
    assert told["columns_new"] == told["columns_lost"] == []


def test_the_published_edition_keeps_the_contract_of_every_table():
    tables = published()
    flow = pl.concat([reference()["flow"], tables["flow"]])
    known = reference() | tables | {"flow": flow}
    for name, frame in tables.items():
        require(schemas.ALL_TABLES[name], frame, known)


def test_no_name_of_a_company_or_product_is_carried():
    words = "".join(frame.write_json() for frame in published().values()).lower()
    for name in ("my corp", "my product", "ethanol", "bpnl", "cofinity", "chozi", "tüv"):
        assert name not in words


def test_components_of_version_8_keep_their_columns_and_signs():
    row = factor(published(), f"catena-x-8/{UUID}")
    assert (row["value"], row["value_convention"]) == (2.9, "excluding_uptake")
    assert (row["fossil"], row["biogenic_non_co2"], row["land_use_change"]) == (0.5, 1.0, 1.4)
    assert (row["land_management_emission"], row["land_management_removal"]) == (1.4, 0.0)
    assert (row["biogenic_uptake"], row["technological_removal"]) == (-1.0, None)
    assert (row["reference_unit"], row["gwp_set"], row["boundary"]) == (
        "L", "AR5", "cradle_to_gate"
    )  # fmt: skip


def test_parts_that_do_not_add_up_are_shown_and_not_mended():
    # 0.5 + 1 + 1.4 + 1.4 + 0 is 4.3, not 2.9; 2.9 - 1 is 1.9 as stated.
    flags = factor(published(), f"catena-x-8/{UUID}")["flags"]
    assert "components_differ_from_total" in flags
    assert "totals_differ_from_uptake" not in flags


def test_a_country_and_a_part_of_another_are_told():
    row = factor(published(), f"catena-x-6/{UUID}")
    assert row["region_code"] == "DE"
    assert "region_conflict" in row["flags"]


def test_the_period_described_the_period_of_validity_and_the_day_of_creation_stay_apart():
    row = factor(published(), f"catena-x-7/{UUID}")
    assert (row["data_start"], row["data_end"]) == (dt.date(2022, 1, 1), dt.date(2022, 12, 31))
    assert (row["valid_from"], row["published_on"]) == (dt.date(2022, 1, 1), "2022-05-22")


# -- versions -------------------------------------------------------------------------------


def test_excluding_and_including_do_not_swap_between_version_2_and_version_3(tmp_path):
    written(tmp_path / "two.json", version_2())
    written(tmp_path / "three.json", version_3())
    tables = read(tmp_path)
    two, three = factor(tables, "pact-2/a1"), factor(tables, "pact-3/a1")
    assert (three["value"], three["value_convention"]) == (1.85, "excluding_uptake")
    # 1.63 is not called "excluding uptake", whatever its name resembles.
    assert (two["value"], two["value_convention"]) == (1.63, "not_stated")
    assert "uptake_convention_not_stated" in two["flags"]
    assert two["factor_id"] != three["factor_id"]
    other = {s["step"].split(": ")[-1]: s["constant"] for s in steps(tables, "pact-2/a1")}
    assert other["pcf/pCfIncludingBiogenic"] == "1.85"
    assert "totals_differ_from_uptake" not in three["flags"]


def test_version_3_is_per_declared_amount_and_version_2_per_declared_unit(tmp_path):
    written(tmp_path / "two.json", version_2())
    written(tmp_path / "three.json", version_3(declaredUnitAmount="4"))
    tables = read(tmp_path)
    assert factor(tables, "pact-2/a1")["value"] == 1.63
    three = factor(tables, "pact-3/a1")
    assert (three["value"], three["fossil"], three["biogenic_uptake"]) == (0.4625, 0.375, -0.055)
    assert steps(tables, "pact-3/a1")[0]["constant"] == "4"


def test_totals_apart_by_something_else_than_the_uptake_are_told(tmp_path):
    written(tmp_path / "three.json", version_3(biogenicCO2Uptake="-1.5"))
    assert "totals_differ_from_uptake" in factor(read(tmp_path), "pact-3/a1")["flags"]


def test_a_value_that_is_not_the_sum_of_all_its_parts_loses_its_convention(tmp_path):
    parts = {
        "biogenicNonCO2Emissions": "0.1", "landUseChangeGhgEmissions": "0.1",
        "landManagementBiogenicCO2Emissions": "0.6", "technologicalCO2Removals": "0",
        "landManagementBiogenicCO2Removals": "-0.4", "ccsTechnologicalCO2Capture": "0",
    }  # fmt: skip
    written(tmp_path / "a.json", version_3(**parts))
    tables = read(tmp_path)
    row = factor(tables, "pact-3/a1")
    assert row["value_convention"] == "not_stated"
    assert "components_differ_from_total" not in row["flags"]  # 1.9 and 1.85: rounding
    known = reference() | tables | {"flow": pl.concat([reference()["flow"], tables["flow"]])}
    require(schemas.ALL_TABLES["candidate"], tables["candidate"], known)
    written(tmp_path / "a.json", version_3(**parts, pcfExcludingBiogenicUptake="2.9"))
    assert "components_differ_from_total" in factor(read(tmp_path), "pact-3/a1")["flags"]
    written(tmp_path / "a.json", version_3(**parts, pcfExcludingBiogenicUptake="1.9"))
    row = factor(read(tmp_path), "pact-3/a1")
    assert row["value_convention"] == "excluding_uptake"
    assert "components_differ_from_total" not in row["flags"]


def test_a_signed_land_figure_goes_to_emission_or_removal_by_its_sign(tmp_path):
    written(tmp_path / "a.json", version_2(landManagementGhgEmissions="-0.3"))
    row = factor(read(tmp_path), "pact-2/a1")
    assert (row["land_management_removal"], row["land_management_emission"]) == (-0.3, None)


def test_a_component_against_its_sign_is_told_and_not_carried(tmp_path):
    written(tmp_path / "a.json", version_3(biogenicCO2Uptake="0.22"))
    row = factor(read(tmp_path), "pact-3/a1")
    assert row["biogenic_uptake"] is None
    assert "component_sign_unexpected" in row["flags"]


@pytest.mark.parametrize(
    "version", ["4.0.0", "2.9.0", "", "urn:io.catenax.pcf:datamodel:version:9.0.0"]
)
def test_an_unknown_version_is_refused(tmp_path, version):
    written(tmp_path / "a.json", version_3() | {"specVersion": version})
    with pytest.raises(UnreadableInput) as told:
        read(tmp_path)
    assert told.value.findings[0].code == "E-FILE-02"


@pytest.mark.parametrize(
    ("message", "old"),
    [(version_2(), "pCfExcludingBiogenic"), (version_3(), "declaredUnitAmount")],
)
def test_a_renamed_needed_member_is_refused(tmp_path, message, old):
    message["pcf"]["renamed"] = message["pcf"].pop(old)
    written(tmp_path / "a.json", message)
    with pytest.raises(UnreadableInput) as told:
        read(tmp_path)
    assert told.value.findings[0].code == "E-FILE-02"
    assert old in told.value.findings[0].en


def test_members_of_version_3_under_the_word_version_2_are_refused(tmp_path):
    written(tmp_path / "a.json", version_3() | {"specVersion": "2.0.0"})
    with pytest.raises(UnreadableInput) as told:
        read(tmp_path)
    assert told.value.findings[0].code == "E-FILE-02"


def test_a_next_edition_with_one_more_member_reads_and_is_compared(tmp_path):
    written(tmp_path / "old" / "a.json", version_3())
    written(tmp_path / "new" / "b.json", version_3(pcfExcludingBiogenicUptake="1.9", newMember="x"))
    change = edition_change(read(tmp_path / "old", "1"), read(tmp_path / "new", "2"))
    assert factor(read(tmp_path / "new"), "pact-3/a1")["value"] == 1.9
    assert change is not None
    told = check_edition(
        Settings(SEEDS, tmp_path / "home"), "pcf_exchange_samples", tmp_path / "new", "2"
    ).report  # fmt: skip
    assert told["columns_new"] == ["pcf/newMember"]


# -- bad input ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"pcfExcludingBiogenicUptake": "1,85"}, "E-NUM-01"),
        ({"pcfExcludingBiogenicUptake": None}, "S-BLANK-01"),
        ({"pcfExcludingBiogenicUptake": True}, "E-NUM-01"),
        ({"fossilGhgEmissions": "n/a"}, "E-NUM-01"),
        ({"declaredUnitAmount": "0"}, "E-NUM-01"),
        ({"declaredUnitOfMeasurement": "megabit"}, "E-UNIT-01"),
        ({"geographyCountry": "ZZ"}, "E-REG-01"),
        ({"ipccCharacterizationFactors": ["AR5", "AR6"]}, "S-GWP-01"),
        ({"ipccCharacterizationFactors": "unspecified"}, "S-GWP-01"),
        ({"referencePeriodStart": "2021/01/01"}, "E-INV-11"),
    ],
)
def test_a_member_that_cannot_be_used_leaves_the_message_out(tmp_path, changed, code):
    written(tmp_path / "a.json", {"data": [version_3() | {"id": "good"}, version_3(**changed)]})
    tables = read(tmp_path)
    assert reasons(tables) == [code]
    assert tables["candidate"]["record_key"].to_list() == ["pact-3/good"]
    assert tables["skipped_row"]["locator"][0].startswith("/data/1/pcf/")


def test_the_same_footprint_twice_gives_one(tmp_path):
    written(tmp_path / "a.json", version_3())
    written(tmp_path / "b.json", version_3())
    tables = read(tmp_path)
    assert (tables["candidate"].height, reasons(tables)) == (1, ["S-DUP-01"])


@pytest.mark.parametrize(
    "text",
    ['{"id": "a"', "[1, 2]", "%PDF-1.7", '{"specVersion": "3.0.1"}', '{"id": 1, "id": 2}', ""],
)
def test_a_file_that_is_no_message_is_refused(tmp_path, text):
    written(tmp_path / "a.json", text)
    with pytest.raises(UnreadableInput) as told:
        read(tmp_path)
    assert told.value.findings[0].code == "E-FILE-01"


def test_numbers_are_exact_however_they_are_written(tmp_path):
    text = json.dumps(version_3(pcfExcludingBiogenicUptake="@", declaredUnitAmount="@@"))
    written(tmp_path / "a.json", text.replace('"@@"', "1E+2").replace('"@"', "0.30"))
    assert factor(read(tmp_path), "pact-3/a1")["value"] == 0.003


def test_stored_under_a_hash_a_message_reads_the_same(tmp_path):
    path = written(tmp_path / ("0" * 64), version_3())
    facts = read_published_set(SEEDS / "pcf_exchange_samples")
    made = edition_over(facts, "x", {"a.json": path}, ON)
    tables = pcf_exchange_samples.SOURCE.read(made, lookups(), {}).tables()
    assert tables["candidate"]["record_key"].to_list() == ["pact-3/a1"]
