"""Are ILCD samples read by reference and module, and what is no factor left out aloud?"""

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
from pipelines.sources import ilcd_samples
from schemas.render.pandera import require

SEEDS = REPOSITORY / "seeds"
DATA = Path(os.environ.get("TANYUAN_DATA", REPOSITORY.parent / "shared" / "data"))
ON = dt.date(2026, 11, 21)
TOTAL, FOSSIL, BIOGENIC, LAND = (
    "6a37f984-a4b3-458a-a20a-64418c145fa2", "5f635281-343e-44fb-83df-1971b155e6b6",
    "2356e1ab-0185-4db5-86e5-16de51c7485c", "4331bbdb-978a-490d-8707-eeb047f01a55",
)  # fmt: skip


@cache
def reference() -> dict[str, pl.DataFrame]:
    return read_reference(SEEDS)


@cache
def lookups() -> Lookups:
    return Lookups.over(reference(), SEEDS, read_reporting_gwp_set(SEEDS))


def read(path: Path, edition: str = "next") -> dict[str, pl.DataFrame]:
    facts = read_published_set(SEEDS / "ilcd_samples")
    made = edition_over(facts, edition, files_at(path), ON)
    return ilcd_samples.SOURCE.read(made, lookups(), {}).tables()


@cache
def published() -> dict[str, pl.DataFrame]:
    folder = DATA / "ilcd-samples"
    if not folder.is_dir():
        pytest.skip("published data are not on this machine; set TANYUAN_DATA")
    return read(folder, "2026-06-25")


def reasons(tables: dict[str, pl.DataFrame]) -> list[str]:
    return tables["skipped_row"]["reason_code"].to_list()


def factor(tables: dict[str, pl.DataFrame], start: str) -> dict[str, Any]:
    return tables["candidate"].row(
        by_predicate=pl.col("record_key").str.starts_with(start), named=True
    )


# -- a small declaration with everything it refers to ---------------------------------------

NS = 'xmlns="x" xmlns:common="c" xmlns:epd="e"'


def result(method: str, *amounts: str, unit: str = "kg CO2 eqv.", name: str = "GWP") -> str:
    return (
        f'<LCIAResult><referenceToLCIAMethodDataSet refObjectId="{method}">'
        f"<common:shortDescription>{name}</common:shortDescription>"
        f"</referenceToLCIAMethodDataSet><common:other>{''.join(amounts)}"
        f"<epd:referenceToUnitGroupDataSet><common:shortDescription>{unit}"
        "</common:shortDescription></epd:referenceToUnitGroupDataSet></common:other></LCIAResult>"
    )


def amount(value: str, module: str = "A1-A3", scenario: str = "") -> str:
    return f'<epd:amount epd:module="{module}" epd:scenario="{scenario}">{value}</epd:amount>'


def process(*results: str, location: str = "DE", version: str = "00.01.000") -> str:
    return (
        f"<processDataSet {NS}><processInformation><dataSetInformation><common:UUID>P1"
        "</common:UUID><name><baseName>Kalk</baseName></name></dataSetInformation>"
        "<quantitativeReference><referenceToReferenceFlow>42</referenceToReferenceFlow>"
        "</quantitativeReference><time><common:referenceYear>2020</common:referenceYear>"
        "<common:dataSetValidUntil>2025</common:dataSetValidUntil></time><geography>"
        f'<locationOfOperationSupplyOrProduction location="{location}"/></geography>'
        "</processInformation><administrativeInformation><publicationAndOwnership>"
        f"<common:dataSetVersion>{version}</common:dataSetVersion></publicationAndOwnership>"
        '</administrativeInformation><exchanges><exchange dataSetInternalID="42">'
        '<referenceToFlowDataSet refObjectId="F1"/><meanAmount>2</meanAmount></exchange>'
        '<exchange dataSetInternalID="1"><referenceToFlowDataSet refObjectId="PERE"/>'
        f"<common:other>{amount('7')}</common:other></exchange></exchanges>"
        f"<LCIAResults>{''.join(results)}</LCIAResults></processDataSet>"
    )


def method(uuid: str, comment: str, mechanisms: str = "", extra: str = "") -> str:
    return (
        f"<LCIAMethodDataSet {NS}><LCIAMethodInformation><dataSetInformation><common:UUID>{uuid}"
        f"</common:UUID><common:generalComment>{comment}</common:generalComment>"
        f"</dataSetInformation><impactModel><consideredMechanisms>{mechanisms}"
        f"</consideredMechanisms></impactModel></LCIAMethodInformation>{extra}</LCIAMethodDataSet>"
    )


def chain(unit: str = "kg", value: str = "5") -> dict[str, str]:
    return {
        "flows/f.xml": f"<flowDataSet {NS}><flowInformation><dataSetInformation><common:UUID>F1"
        "</common:UUID></dataSetInformation><quantitativeReference>"
        "<referenceToReferenceFlowProperty>3</referenceToReferenceFlowProperty>"
        "</quantitativeReference></flowInformation><flowProperties>"
        '<flowProperty dataSetInternalID="0"><meanValue>9</meanValue></flowProperty>'
        '<flowProperty dataSetInternalID="3"><referenceToFlowPropertyDataSet refObjectId="Q1"/>'
        f"<meanValue>{value}</meanValue></flowProperty></flowProperties></flowDataSet>",
        "flowproperties/q.xml": f"<flowPropertyDataSet {NS}><flowPropertiesInformation>"
        "<dataSetInformation><common:UUID>Q1</common:UUID></dataSetInformation>"
        '<quantitativeReference><referenceToReferenceUnitGroup refObjectId="U1"/>'
        "</quantitativeReference></flowPropertiesInformation></flowPropertyDataSet>",
        "unitgroups/u.xml": f"<unitGroupDataSet {NS}><unitGroupInformation><dataSetInformation>"
        "<common:UUID>U1</common:UUID></dataSetInformation><quantitativeReference>"
        "<referenceToReferenceUnit>0</referenceToReferenceUnit></quantitativeReference>"
        '</unitGroupInformation><units><unit dataSetInternalID="1"><name>t</name></unit>'
        f'<unit dataSetInternalID="0"><name>{unit}</name></unit></units></unitGroupDataSet>',
    }


def edition(where: Path, *results: str, files: dict[str, str] | None = None, **words: str) -> Path:
    made = {
        "processes/p.xml": process(*results, **words),
        "lciamethods/m.xml": method(TOTAL, "Baseline model of the IPCC 2021"),
        **chain(),
        **(files or {}),
    }
    for name, body in made.items():
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        (where / name).write_text(body, "utf-8")
    return where


# -- the edition at hand --------------------------------------------------------------------


def test_every_row_of_the_samples_is_accounted_for():
    tables = published()
    count = tables["row_count"].row(0, named=True)
    assert (count["rows_in"], count["candidates"], count["parameters"]) == (6929, 0, 0)
    assert count["skipped"] == 6929
    codes = reasons(tables)
    assert (codes.count("S-GWP-01"), codes.count("S-SCOPE-01")) == (35, 6894)


def test_factors_of_the_method_are_neither_factors_nor_a_gwp_set():
    tables = published()
    left = tables["skipped_row"].filter(pl.col("file_name").str.starts_with("ef31/6209b35f"))
    assert left.height == 1099
    assert tables["gwp"].height == tables["parameter"].height == 0


def test_rows_of_the_classification_maps_are_left_out_with_their_byte_order_mark_read():
    left = published()["skipped_row"]
    for name, rows in (("CPC3", 4594), ("ISIC5", 830)):
        of = left.filter(pl.col("file_name") == f"ef31/{name}-ILCD-mapping.csv")
        assert of.height == rows
        assert f"{name}-code = " in of["reason_en"][0]


def test_declarations_that_state_no_gwp_set_are_left_out_module_by_module():
    left = published()["skipped_row"].filter(pl.col("reason_code") == "S-GWP-01")
    assert dict(left.group_by("file_name").len().rows()) == {
        "epd/processes/EPDv1.3_example_57a4ae65-d305-421e-b21f-a3f0c35b8abe.xml": 28,
        "epd/processes/Heizkoerper.xml": 1,
        "epd/processes/Kalk_(CaO__Feinkalk).xml": 1,
        "epd/processes/sample_EPD.xml": 5,
    }


def test_the_published_edition_keeps_the_contract_of_every_table():
    tables = published()
    for name, frame in tables.items():
        require(schemas.ALL_TABLES[name], frame, reference() | tables)


# -- a declaration whose method is at hand --------------------------------------------------


def test_a_module_result_becomes_a_candidate_per_reference_unit(tmp_path):
    tables = read(edition(tmp_path, result(TOTAL, amount("15"), amount("3", "C3", "recycling"))))
    gate, end = factor(tables, "p1/total/A1-A3"), factor(tables, "p1/total/C3")
    # 2 of the flow at 5 kg each: 15 and 3 kg CO2e per 10 kg.
    assert (gate["value"], gate["reference_unit"], gate["gwp_set"]) == (1.5, "kg", "AR6")
    assert (gate["boundary"], end["boundary"]) == ("cradle_to_gate", "gate_to_grave")
    assert (end["value"], end["technology"]) == (0.3, "module C3, recycling")
    assert "single_module" in end["flags"]
    assert (gate["region_code"], gate["reference_year"]) == ("DE", 2020)
    assert (gate["valid_until"], gate["data_start"]) == (dt.date(2025, 12, 31), None)
    read_at = tables["evidence"].filter(pl.col("evidence_id") == gate["evidence_id"])
    assert read_at["locator"][0] == "/LCIAResults/LCIAResult[1]/amount[1]"
    assert json.loads(read_at["steps"][0])[-1]["constant"] == "10"
    flow = pl.concat([reference()["flow"], tables["flow"]])
    for name, frame in tables.items():
        require(schemas.ALL_TABLES[name], frame, reference() | tables | {"flow": flow})


def test_admission_refuses_samples_by_its_own_rule(tmp_path):
    edition(tmp_path / "in", result(TOTAL, amount("15")))
    told = check_edition(Settings(SEEDS, tmp_path / "h"), "ilcd_samples", tmp_path / "in", "x")
    assert (told.report["candidates"], told.report["admissible"]) == (1, 0)
    assert told.report["reasons"]["A-RIGHT-01"] == 1


def test_parts_join_their_total_and_a_sum_that_differs_is_told(tmp_path):
    results = [result(u, amount(v)) for u, v in
               ((FOSSIL, "12"), (TOTAL, "15"), (BIOGENIC, "2"), (LAND, "1"))]  # fmt: skip
    tables = read(edition(tmp_path / "a", *results))
    row = factor(tables, "p1/total")
    assert (row["fossil"], row["land_use_change"], row["biogenic_uptake"]) == (1.2, 0.1, None)
    assert row["value_convention"] == "including_uptake"
    assert sorted(reasons(tables)) == ["S-PART-01"] * 3 + ["S-SCOPE-01"]
    assert "components_differ_from_total" not in row["flags"]
    results[0] = result(FOSSIL, amount("42"))
    row = factor(read(edition(tmp_path / "b", *results)), "p1/total")
    assert "components_differ_from_total" in row["flags"]


def test_what_lies_beyond_the_system_is_left_out(tmp_path):
    tables = read(edition(tmp_path, result(TOTAL, amount("-4", "D"), amount("4", "Z9"))))
    assert reasons(tables) == ["S-SCOPE-01"] * 3
    assert tables["candidate"].height == 0


@pytest.mark.parametrize(
    ("comment", "mechanisms", "gwp_set"),
    [
        ("IPCC 2013", "Radiative forcing", "AR5"),
        ("IPCC 2013", "including Carbon Feedback", "AR5-feedback"),
        ("IPCC 2021", "including Carbon Feedback", "AR6"),
        ("AR4", "", "AR4"),
        ("GWP 100", "", None),
        ("IPCC 2013 and IPCC 2021", "", None),
    ],
)
def test_the_gwp_set_is_what_the_method_itself_states(tmp_path, comment, mechanisms, gwp_set):
    files = {"lciamethods/m.xml": method(TOTAL, comment, mechanisms)}
    tables = read(edition(tmp_path, result(TOTAL, amount("15")), files=files))
    assert tables["candidate"]["gwp_set"].to_list() == ([gwp_set] if gwp_set else [])
    assert ("S-GWP-01" in reasons(tables)) is (gwp_set is None)


def test_of_two_versions_of_a_data_set_the_newest_holds(tmp_path):
    old = process(result(TOTAL, amount("99")), version="00.00.009")
    files = {"processes/a.xml": old}
    tables = read(edition(tmp_path, result(TOTAL, amount("15")), files=files, version="00.00.010"))
    assert tables["candidate"]["value"].to_list() == [1.5]
    assert reasons(tables).count("S-DUP-01") == 1


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (chain(unit="furlong"), "E-UNIT-01"),
        (chain(value="0"), "E-UNIT-01"),
        ({"flows/f.xml": f"<flowDataSet {NS}/>"}, "E-UNIT-01"),
        ({"unitgroups/u.xml": f"<unitGroupDataSet {NS}/>"}, "E-UNIT-01"),
    ],
)
def test_a_declared_unit_that_cannot_be_followed_leaves_the_result_out(tmp_path, files, code):
    tables = read(edition(tmp_path, result(TOTAL, amount("15")), files=files))
    assert code in reasons(tables)
    assert tables["candidate"].height == 0


@pytest.mark.parametrize(
    ("made", "location", "code"),
    [
        (result(TOTAL, amount("1,5")), "DE", "E-NUM-01"),
        (result(TOTAL, amount("")), "DE", "E-NUM-01"),
        (result(TOTAL, amount("15"), unit="kg SO2-Äqv."), "DE", "E-UNIT-01"),
        (result(TOTAL, amount("15")), "Atlantis", "E-REG-01"),
        (result(TOTAL, amount("15"), amount("16")), "DE", "S-DUP-01"),
    ],
)
def test_a_result_that_cannot_be_used_is_left_out_with_its_reason(tmp_path, made, location, code):
    tables = read(edition(tmp_path, made, location=location))
    assert sorted(reasons(tables)) == sorted([code, "S-SCOPE-01"])


def test_a_part_that_is_no_number_is_left_out_and_the_total_stays(tmp_path):
    results = (result(TOTAL, amount("15")), result(FOSSIL, amount("n/a")))
    tables = read(edition(tmp_path, *results))
    assert factor(tables, "p1/total")["fossil"] is None
    assert sorted(reasons(tables)) == ["E-NUM-01", "S-SCOPE-01"]


# -- files ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("x.xml", '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "E-FILE-01"),
        ("x.xml", "<processDataSet>", "E-FILE-01"),
        ("x.xml", "<html/>", "E-FILE-02"),
        ("x.json", '{"other": {}}', "E-FILE-02"),
        ("x.json", '{"flowDataSet"', "E-FILE-01"),
        ("x.json", '{"processDataSet": 1}', "E-FILE-01"),
        ("x.pdf", "%PDF-1.7", "E-FILE-01"),
        ("x.csv", "CPC3-code,CPC3-title,zh,ilcd_code,ilcd_category\n", "E-FILE-02"),
    ],
)
def test_a_file_that_is_no_data_set_is_refused(tmp_path, name, body, code):
    (tmp_path / name).write_text(body, "utf-8")
    with pytest.raises(UnreadableInput) as told:
        read(tmp_path)
    assert told.value.findings[0].code == code


def test_ragged_rows_of_a_map_are_told(tmp_path):
    header = "CPC3-code,CPC3-title,CPC3-title-ZH,ilcd_code,ilcd_category,new"
    (tmp_path / "map.csv").write_text(f"{header}\n0,a,b,c,d,e\n1,a,b\n", "utf-8")
    assert sorted(reasons(read(tmp_path))) == ["S-RAG-01", "S-SCOPE-01"]


def test_a_next_edition_with_another_method_is_compared_by_key(tmp_path):
    edition(tmp_path / "old", result(TOTAL, amount("15")))
    edition(tmp_path / "new", result(LAND, amount("1")), result(TOTAL, amount("16")))
    old, new = read(tmp_path / "old", "1"), read(tmp_path / "new", "2")
    assert old["candidate"]["factor_id"].to_list() == new["candidate"]["factor_id"].to_list()
    assert new["candidate"]["value"].to_list() == [1.6]
    assert edition_change(old, new) is not None


def test_stored_under_a_hash_data_sets_read_the_same(tmp_path):
    made = files_at(edition(tmp_path / "in", result(TOTAL, amount("15"))))
    stored = {name: path.rename(tmp_path / f"{n:064d}") for n, (name, path) in
              enumerate(made.items())}  # fmt: skip
    facts = read_published_set(SEEDS / "ilcd_samples")
    over = edition_over(facts, "x", stored, ON)
    tables = ilcd_samples.SOURCE.read(over, lookups(), {}).tables()
    assert tables["candidate"]["value"].to_list() == [1.5]
