"""Does every value of a zone keep its date, its source, its meaning and its right?"""

from __future__ import annotations

import datetime as dt
import os
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

import schemas
from pipelines.admit.rulebook import read_reporting_gwp_set
from pipelines.commands.source_editions import check_edition
from pipelines.errors import UnreadableInput
from pipelines.ingest.edition_change import edition_change
from pipelines.ingest.published_set import edition_over, files_at, read_published_set
from pipelines.ingest.reference import Lookups, read_reference
from pipelines.settings import REPOSITORY, Settings
from pipelines.sources import electricity_zone_factors
from schemas.render.pandera import require

SEEDS = REPOSITORY / "seeds"
DATA = Path(os.environ.get("TANYUAN_DATA", REPOSITORY.parent / "shared" / "data"))
ON = dt.date(2026, 11, 21)
JAN = dt.date(2021, 1, 1)


@cache
def reference() -> dict[str, pl.DataFrame]:
    return read_reference(SEEDS)


@cache
def lookups() -> Lookups:
    return Lookups.over(reference(), SEEDS, read_reporting_gwp_set(SEEDS))


def read(path: Path, edition: str = "next") -> Any:
    facts = read_published_set(SEEDS / "electricity_zone_factors")
    made = edition_over(facts, edition, files_at(path), ON)
    return electricity_zone_factors.SOURCE.read(made, lookups(), {})


def folder() -> Path:
    found = DATA / "electricity-zone-factors"
    if not found.is_dir():
        pytest.skip("published data are not on this machine; set TANYUAN_DATA")
    return found


@cache
def published() -> dict[str, pl.DataFrame]:
    return read(folder(), "2023-01-30").tables()


def factor(tables: dict[str, pl.DataFrame], key: str) -> dict[str, Any]:
    return tables["candidate"].row(by_predicate=pl.col("record_key") == key, named=True)


def evidence(tables: dict[str, pl.DataFrame], key: str) -> dict[str, Any]:
    wanted = pl.col("evidence_id") == factor(tables, key)["evidence_id"]
    return tables["evidence"].row(by_predicate=wanted, named=True)


def reasons(tables: dict[str, pl.DataFrame]) -> list[str]:
    return tables["skipped_row"]["reason_code"].to_list()


def entry(value: Any = 820, **more: Any) -> dict[str, Any]:
    return {"datetime": "2021-01-01", "source": "eGrid 2020", "value": value, **more}


def zone(path: Path, direct: Any = None, lifecycle: Any = None, **more: Any) -> Path:
    """A zone file; coal is direct 760 and over the life cycle 820 unless said otherwise."""
    factors = {
        "direct": direct or {"coal": entry(760)},
        "lifecycle": lifecycle or {"coal": entry()},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump({"emissionFactors": factors, **more}), "utf-8")
    return path


# -- the edition at hand --------------------------------------------------------------------


def test_every_entry_and_every_zone_without_one_is_accounted_for():
    tables = published()
    count = tables["row_count"].row(0, named=True)
    assert count["rows_in"] == 5887 + 52 + 177
    assert count["candidates"] == 5875
    told = tables["skipped_row"].group_by("reason_code").len()
    assert dict(told.rows()) == {"S-BLANK-01": 177, "S-DUP-01": 56, "E-REG-01": 4, "S-CONV-01": 4}
    assert tables["candidate"]["record_key"].n_unique() == 5875


def test_the_published_edition_keeps_the_contract_of_every_table():
    tables = published()
    flow = pl.concat([reference()["flow"], tables["flow"]])
    known = reference() | tables | {"flow": flow}
    for name, frame in tables.items():
        require(schemas.ALL_TABLES[name], frame, known)


def test_every_value_is_the_text_of_the_file_and_names_the_publishers_source():
    tables = published()
    files = {p.stem: p for p in [*folder().glob("zones/*.yaml"), folder() / "defaults.yaml"]}
    for key in (
        "AT/direct/battery discharge/2015-01-01", "US/lifecycle/coal/2020-01-01",
        "defaults/lifecycle/coal/undated", "JP-CB/lifecycle/unknown/undated",
    ):  # fmt: skip
        read_at = evidence(tables, key)
        node: Any = yaml.load(files[key.split("/")[0]].read_text("utf-8"), yaml.BaseLoader)
        for level in read_at["locator"].split("/")[1:]:
            node = node[int(level)] if isinstance(node, list) else node[level]
        assert (read_at["text_found"], read_at["place"]) == (node["value"], node["source"])
        assert factor(tables, key)["value"] == pytest.approx(float(node["value"]) / 1000, rel=1e-15)
        assert node["source"] in factor(tables, key)["note_zh"]
    assert factor(tables, "US/lifecycle/coal/2020-01-01")["value"] == 1.049615358
    assert tables["evidence"]["place"].null_count() == 0


def test_the_address_of_a_source_goes_along_where_the_file_gives_one():
    assert (
        "ipcc_wg3_ar5_annex-iii.pdf"
        in factor(published(), "US/lifecycle/coal/2020-01-01")["note_en"]
    )


def test_the_unit_that_no_file_states_is_said_to_come_from_the_documentation():
    row = evidence(published(), "defaults/lifecycle/coal/undated")
    assert "gCO2eq/kWh" in row["unit_found"]
    assert "Emission-factors" in row["steps"]
    assert set(published()["candidate"].explode("flags")["flags"]) >= {"unit_not_in_file"}


def test_direct_life_cycle_and_stored_power_are_three_quantities():
    tables = published()
    what = ("factor_kind", "boundary", "location_type")
    seen = {
        key: tuple(factor(tables, key)[name] for name in what)
        for key in (
            "defaults/direct/coal/undated", "defaults/lifecycle/coal/undated",
            "GB/direct/battery discharge/2021-01-01", "GB/lifecycle/battery discharge/2021-01-01",
        )
    }  # fmt: skip
    assert list(seen.values()) == [
        ("direct_ef", "activity", "production"),
        ("footprint_factor", "cradle_to_gate", "production"),
        ("energy_indirect_ef", "activity", "not_stated"),
        ("footprint_factor", "cradle_to_gate", "not_stated"),
    ]


def test_a_value_holds_from_its_day_to_the_day_before_the_next():
    tables = published()
    first = factor(tables, "GB/direct/battery discharge/2015-01-01")
    assert (first["valid_from"], first["valid_until"]) == (
        dt.date(2015, 1, 1), dt.date(2015, 12, 31),
    )  # fmt: skip
    last = factor(tables, "GB/direct/battery discharge/2021-01-01")
    assert (last["valid_from"], last["valid_until"]) == (JAN, None)


def test_the_year_of_the_data_is_not_the_day_a_value_holds_from():
    tables = published()
    gas = factor(tables, "US/direct/gas/2021-01-01")
    assert (gas["valid_from"], gas["reference_year"]) == (JAN, 2020)
    solar = factor(tables, "GB/lifecycle/solar/2021-01-01")
    assert (solar["valid_from"], solar["reference_year"], solar["data_end"]) == (JAN, None, None)
    ipcc = tables["evidence"].filter(pl.col("place") == "IPCC 2014")["evidence_id"]
    years = tables["candidate"].filter(pl.col("evidence_id").is_in(ipcc.implode()))
    assert years.height
    assert years["reference_year"].null_count() == years.height


def test_the_defaults_are_the_worlds_and_serve_where_a_zone_states_nothing():
    tables = published()
    coal = factor(tables, "defaults/lifecycle/coal/undated")
    assert (coal["region_code"], coal["value"], coal["flow_id"]) == (
        "001",
        0.82,
        "electricity_coal",
    )
    assert "fallback_default" in coal["flags"]
    assert coal["derivation"] == "default"
    assert tables["candidate"].filter(pl.col("region_code") == "CN").height == 0
    blank = tables["skipped_row"].filter(pl.col("file_name") == "zones/CN.yaml")
    assert blank["reason_code"].to_list() == ["S-BLANK-01"]


def test_a_part_of_a_country_keeps_the_country_and_has_flows_of_its_own():
    tables = published()
    row = factor(tables, "US-TEX-ERCO/lifecycle/coal/2020-01-01")
    assert (row["region_code"], row["technology"]) == ("US", "coal, zone US-TEX-ERCO")
    assert "subnational" in row["flags"]
    parts = tables["candidate"].filter(pl.col("flags").list.contains("subnational"))
    whole = tables["candidate"].filter(~pl.col("flags").list.contains("subnational"))
    assert not set(parts["flow_id"]) & set(whole["flow_id"])
    assert set(parts["region_code"]) <= set(reference()["region"]["region_code"])


def test_a_zone_that_contradicts_itself_is_shown_and_not_admitted():
    tables = published()
    row = factor(tables, "GT/direct/battery discharge/2018-01-01")
    assert row["confidence"] == "low"
    assert "conflicting_values" in row["flags"]
    for value in ("97.84508384924474", "5.539504998391972"):
        assert value in row["note_en"]
    low = tables["candidate"].filter(pl.col("confidence") == "low")
    assert low.height == 48
    same = factor(tables, "JP-KY/direct/battery discharge/2021-01-01")
    assert same["confidence"] == "medium"


def test_a_life_cycle_that_is_not_more_than_its_direct_part_is_flagged():
    flags = published()["candidate"].explode("flags").group_by("flags").len()
    told = dict(flags.rows())
    assert (told["lifecycle_below_direct"], told["lifecycle_equals_direct"]) == (88, 400)
    clean = factor(published(), "defaults/lifecycle/coal/undated")["flags"]
    assert not any(flag.startswith("lifecycle_") for flag in clean)


def test_only_a_country_of_no_known_code_is_left_out():
    skipped = published()["skipped_row"].filter(pl.col("reason_code") == "E-REG-01")
    assert set(skipped["file_name"]) == {"zones/XK.yaml"}


# -- rights ---------------------------------------------------------------------------------


def test_a_file_of_the_mit_state_may_be_published_and_any_other_may_not(own_seeds, tmp_path):
    known = folder() / "zones" / "BA.yaml"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "BA.yaml").write_bytes(known.read_bytes())
    zone(tmp_path / "in" / "FR.yaml")
    tables = read(tmp_path / "in").tables()
    rights = tables["candidate"].with_columns(zone=pl.col("record_key").str.head(2))
    by_zone = dict(rights.select("zone", "licence").unique().rows())
    assert by_zone == {"BA": "MIT", "FR": "unknown"}
    rules = own_seeds / "rules" / "admission.toml"
    text = rules.read_text("utf-8")
    rules.write_text(
        text.replace('sources = ["', 'sources = ["electricity_zone_factors", "', 1), "utf-8"
    )
    settings = Settings(own_seeds, tmp_path / "home")
    told = check_edition(settings, "electricity_zone_factors", tmp_path / "in", "next").report
    assert told["reasons"]["A-RIGHT-01"] == 2
    assert told["admissible"] == told["candidates"] - 2 > 0


def test_every_file_of_the_edition_at_hand_is_of_the_mit_state():
    assert set(published()["candidate"]["licence"]) == {"MIT"}


# -- the next edition -----------------------------------------------------------------------


def test_a_next_edition_with_more_keys_reads_and_is_compared_by_key(tmp_path):
    zone(tmp_path / "old" / "zones" / "FR.yaml")
    new = {"coal": entry(830, uncertainty=5), "hydrogen": entry(90)}
    zone(tmp_path / "new" / "zones" / "FR.yaml", lifecycle=new, region="Europe")
    before, after = read(tmp_path / "old"), read(tmp_path / "new")
    assert after.columns_new == {"entry.uncertainty", "region"}
    change = edition_change(before.tables(), after.tables())
    assert change.changed == {"FR/lifecycle/coal/2021-01-01": ("value",)}
    assert change.added == ("FR/lifecycle/hydrogen/2021-01-01",)
    assert change.unchanged == 1
    flags = factor(after.tables(), "FR/lifecycle/hydrogen/2021-01-01")["flags"]
    assert "name_not_translated" in flags


@pytest.mark.parametrize(
    ("old", "new"),
    [("emissionFactors", "emission_factors"), ("lifecycle", "life_cycle"),
     ("direct", "operational"), ("value", "amount"), ("source", "reference")],
)  # fmt: skip
def test_a_renamed_key_that_is_needed_is_refused(tmp_path, old, new):
    path = zone(tmp_path / "zones" / "FR.yaml")
    path.write_text(path.read_text("utf-8").replace(f"{old}:", f"{new}:"), "utf-8")
    with pytest.raises(UnreadableInput) as refused:
        read(tmp_path)
    (found,) = refused.value.findings
    assert found.code == "E-FILE-02"
    assert old in found.zh


@pytest.mark.parametrize(
    "content",
    [b"emissionFactors:\n\tdirect: 1\n", b"a: [1\n", b"just words\n", b"- a\n- b\n", b"",
     b'{"emissionFactors": {}}', b"%PDF-1.7\n", b"\x00\x01\x02", b"a: b\n---\nc: d\n",
     b"a: " + b"[" * 5000, b"a: *nobody\n"],
    ids=["tab", "cut", "words", "list", "empty", "json", "pdf", "binary", "two documents",
         "nested deep", "unknown alias"],
)  # fmt: skip
def test_a_file_that_is_no_zone_file_is_refused(tmp_path, content):
    zone(tmp_path / "FR.yaml")
    (tmp_path / "DE.yaml").write_bytes(content)
    with pytest.raises(UnreadableInput) as refused:
        read(tmp_path)
    assert [f.code for f in refused.value.findings] == ["E-FILE-01"]


# -- bad entries ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (entry("about 800"), "E-NUM-01"),
        (entry(float("nan")), "E-NUM-01"),
        (entry("0x10"), "E-NUM-01"),
        (entry("9" * 400), "E-NUM-01"),
        (entry(True), "E-NUM-01"),
        (entry(None), "S-BLANK-01"),
        (entry(source=None), "S-BLANK-01"),
        (entry(datetime="spring"), "E-CODE-01"),
        (entry(datetime="2021-01\x1f-01"), "E-CODE-01"),
        (entry(datetime="2021-13-01"), "E-CODE-01"),
        (entry({"low": 1}), "S-BLANK-01"),
        (820, "S-BLANK-01"),
    ],
)
def test_an_entry_that_cannot_be_used_is_left_out_with_its_reason(tmp_path, bad, code):
    zone(tmp_path / "FR.yaml", lifecycle={"coal": entry(), "gas": [bad]})
    tables = read(tmp_path).tables()
    assert reasons(tables) == [code]
    assert tables["skipped_row"]["locator"].to_list() == ["/emissionFactors/lifecycle/gas/0"]
    assert tables["candidate"].height == 2


def test_an_accounting_nobody_declared_is_told(tmp_path):
    path = zone(tmp_path / "FR.yaml")
    text = path.read_text("utf-8")
    more = "emissionFactors:\n  marginal:\n    coal:\n      source: x\n      value: 1\n"
    path.write_text(text.replace("emissionFactors:\n", more, 1), "utf-8")
    harvest = read(tmp_path)
    assert reasons(harvest.tables()) == ["E-CODE-01"]
    assert harvest.columns_new == {"emissionFactors.marginal"}


def test_a_mode_of_strange_writing_is_placed_or_left_out(tmp_path):
    zone(tmp_path / "FR.yaml", lifecycle={"oil/gas": entry(500), "co\x1fal": entry()})
    tables = read(tmp_path).tables()
    assert reasons(tables) == ["E-CODE-01"]
    placed = evidence(tables, "FR/lifecycle/oil/gas/2021-01-01")["locator"]
    assert placed == "/emissionFactors/lifecycle/oil~1gas"


def test_charging_is_no_factor(tmp_path):
    zone(tmp_path / "FR.yaml", lifecycle={"hydro charge": entry(0), "hydro discharge": entry(30)})
    tables = read(tmp_path).tables()
    assert reasons(tables) == ["S-CONV-01"]
    assert factor(tables, "FR/lifecycle/hydro discharge/2021-01-01")["value"] == 0.03


def test_norway_is_a_zone_and_not_a_no(tmp_path):
    zone(tmp_path / "NO.yaml", subZoneNames=["NO-NO1"])
    assert set(read(tmp_path).tables()["candidate"]["region_code"]) == {"NO"}


@pytest.mark.parametrize("name", ["XX.yaml", "fr.yaml", "Frankreich.yaml"])
def test_a_zone_of_no_known_region_is_left_out(tmp_path, name):
    zone(tmp_path / name)
    assert reasons(read(tmp_path).tables()) == ["E-REG-01", "E-REG-01"]


def test_a_mode_written_twice_is_told_and_the_first_stands(tmp_path):
    path = zone(tmp_path / "FR.yaml")
    twice = "    coal:\n      datetime: '2021-01-01'\n      source: a\n      value: 760\n"
    path.write_text(
        path.read_text("utf-8").replace("  direct:\n", f"  direct:\n{twice}", 1), "utf-8"
    )
    tables = read(tmp_path).tables()
    assert reasons(tables) == ["S-DUP-01"]
    assert factor(tables, "FR/direct/coal/2021-01-01")["confidence"] == "medium"


def test_a_key_written_twice_within_an_entry_keeps_the_first_and_shows_the_second(tmp_path):
    path = zone(tmp_path / "FR.yaml")
    path.write_text(
        path.read_text("utf-8").replace("value: 760", "value: 760\n      value: 1"), "utf-8"
    )
    harvest = read(tmp_path)
    assert harvest.columns_new == {"entry.value (again)"}
    assert factor(harvest.tables(), "FR/direct/coal/2021-01-01")["value"] == 0.76
