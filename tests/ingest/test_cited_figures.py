"""Do the rows of one activity become one factor, with nothing lost and nothing counted twice?"""

from __future__ import annotations

import json

import pytest

from pipelines.errors import FaultyData
from pipelines.ingest.gather import GATHERED, gather
from tests.ingest.refusals import refused
from tests.sources.library import change_cells, copy_of, read, reference, restate, shipped

ENERGY = "ipcc_2006_energy"
GAS_FIRED = "IPCC06-CO2-NATURAL-GAS"


def factor(tables, key):
    return tables["candidate"].filter(record_key=key).row(0, named=True)


def evidence_of(tables, key):
    found = tables["evidence"].filter(evidence_id=factor(tables, key)["evidence_id"])
    return found.row(0, named=True)


def test_the_other_gases_of_an_activity_are_skipped_with_the_factor_they_joined():
    tables = shipped(ENERGY)
    factor_id = factor(tables, GAS_FIRED)["factor_id"]
    joined = tables["skipped_row"].filter(reason_code="S-JOIN-01")["reason_en"].to_list()
    mine = [text for text in joined if factor_id in text]
    assert len(mine) == tables["candidate_gas"].filter(factor_id=factor_id).height - 1


def test_a_figure_that_serves_two_sectors_is_counted_once_and_used_twice():
    tables = shipped(ENERGY)
    gases = tables["candidate_gas"].filter(gas="co2_fossil", mass=56100.0)
    evidence = evidence_of(tables, GAS_FIRED)["evidence_id"]
    both = gases.filter(evidence_id=evidence)["factor_id"].to_list()
    assert len(set(both)) == 2
    routes = tables["candidate"].filter(tables["candidate"]["factor_id"].is_in(both))["route"]
    assert set(routes) == {"stationary.energy_industries", "stationary.manufacturing"}


def test_each_gas_keeps_the_evidence_of_its_own_row():
    tables = shipped(ENERGY)
    gases = tables["candidate_gas"].filter(factor_id=factor(tables, GAS_FIRED)["factor_id"])
    assert gases["evidence_id"].n_unique() == gases.height == 3


def test_a_row_taken_out_of_its_activity_stands_alone(tmp_path):
    folder = copy_of("ipcc_2006_waste", tmp_path)
    before = shipped("ipcc_2006_waste")
    key = "IPCC-WASTE-COMPOST-WET-N2O"
    change_cells(folder, "biological.csv", key, activity_key=key)
    after = read(folder)
    assert after["candidate"].height == before["candidate"].height + 1
    assert after["skipped_row"].height == before["skipped_row"].height - 1
    assert factor(after, key)["value"] == 0.00024
    assert factor(after, "IPCC-WASTE-COMPOST-WET-CH4")["value"] == 0.004
    counts = after["row_count"].row(0, named=True)
    assert counts["rows_in"] == before["row_count"]["rows_in"][0]
    assert counts["rows_in"] == counts["candidates"] + counts["parameters"] + counts["skipped"]


def test_the_limits_of_one_gas_become_those_of_the_factor(tmp_path):
    folder = copy_of("mee_grid_reporting_defaults", tmp_path)
    key = "ELEC-CO2-HIST-0.5810"
    change_cells(folder, "reporting_defaults.csv", key, lower95="0.5", upper95="0.6")
    found = factor(read(folder), key)
    assert (found["uncertainty_kind"], found["lower95"], found["upper95"]) == (
        "ci95_abs", 500.0, 600.0,
    )  # fmt: skip


@pytest.mark.parametrize("column", ["lower95", "upper95"])
def test_one_limit_alone_is_no_interval(tmp_path, column):
    folder = copy_of("mee_grid_reporting_defaults", tmp_path)
    key = "ELEC-CO2-HIST-0.5810"
    change_cells(folder, "reporting_defaults.csv", key, **{column: "0.5810"})
    found = factor(read(folder), key)
    assert (found["uncertainty_kind"], found["lower95"], found["upper95"]) == ("none", None, None)


def test_the_limits_of_several_gases_stay_with_the_gases():
    tables = shipped(ENERGY)
    found = factor(tables, GAS_FIRED)
    assert (found["uncertainty_kind"], found["lower95"], found["upper95"]) == ("none", None, None)
    co2 = tables["candidate_gas"].filter(factor_id=found["factor_id"], gas="co2_fossil")
    assert co2.select("mass_lower95", "mass_upper95").row(0) == (54300.0, 58300.0)


def test_every_conversion_stands_in_the_evidence_with_its_source():
    kilograms = evidence_of(shipped("mee_grid_reporting_defaults"), "ELEC-CO2-HIST-0.5810")
    assert json.loads(kilograms["steps"]) == [
        {"step": "tCO2/MWh -> kgCO2/MWh", "constant": "1000", "source": "reference/unit.csv"}
    ]
    urea = json.loads(evidence_of(shipped("ipcc_2006_agriculture"), "IPCC06-UREA")["steps"])
    assert [step["constant"] for step in urea] == ["1000", "44/12"]
    assert "IPCC 2006" in urea[1]["source"]
    assert json.loads(evidence_of(shipped("mee_grid_co2"), "ELEC-CO2-2023-NAT")["steps"]) == []


def test_a_factor_of_several_gases_is_as_sure_as_the_least_sure_of_them(tmp_path):
    folder = copy_of("ipcc_2006_industry", tmp_path)
    assert factor(shipped("ipcc_2006_industry"), "IPCC-AL-CF4-CWPB")["confidence"] == "high"
    change_cells(folder, "process.csv", "IPCC-AL-C2F6-CWPB", confidence="medium")
    assert factor(read(folder), "IPCC-AL-CF4-CWPB")["confidence"] == "medium"


def test_a_year_becomes_the_first_and_the_last_day_of_the_data(tmp_path):
    folder = copy_of("mee_grid_reporting_defaults", tmp_path)
    change_cells(folder, "reporting_defaults.csv", "ELEC-CO2-HIST-0.5810", year="2020")
    found = factor(read(folder), "ELEC-CO2-HIST-0.5810")
    assert found["reference_year"] == 2020
    assert found["data_start"].isoformat() == "2020-01-01"
    assert found["data_end"].isoformat() == "2020-12-31"
    none = factor(shipped("mee_grid_reporting_defaults"), "ELEC-CO2-HIST-0.5810")
    assert (none["reference_year"], none["data_start"], none["data_end"]) == (None, None, None)


def test_the_flags_of_a_row_and_of_its_source_stand_together():
    found = factor(shipped("mee_electricity_footprint"), "ELEC-CFP-2024-TD-LOSS")
    assert found["flags"] == ["gwp_not_stated", "use_one_transmission_row"]
    margin = factor(shipped("mee_baseline_margins_2019"), "ELEC-OM-2019-NORTH")
    assert margin["flags"] == ["offset_margin"]


def test_a_printed_figure_for_all_origins_is_one_parameter_row_and_several_potentials():
    tables = shipped("ipcc_gwp100")
    printed = tables["gwp"].filter(record_key="GWP100-SAR-CH4")
    assert sorted(printed["gas"]) == ["ch4_biogenic", "ch4_fossil", "ch4_unspecified"]
    assert printed["evidence_id"].n_unique() == 1
    counts = tables["row_count"].filter(edition="SAR").row(0, named=True)
    assert counts["rows_in"] == counts["parameters"]
    assert counts["parameters"] < tables["gwp"].filter(edition="SAR").height


def test_the_components_are_not_declared_rather_than_zero():
    for source_id in ("mee_grid_co2", "gbt_51366_2019"):
        frame = shipped(source_id)["candidate"]
        for name in ("fossil", "biogenic_uptake", "aircraft", "carbon_content_fossil"):
            if name in frame.columns:
                assert frame[name].null_count() == frame.height


# -- putting sources together ---------------------------------------------------------------


def test_the_same_record_from_two_places_is_refused():
    once = shipped("mee_grid_reporting_defaults")
    key = once["candidate"].sort("factor_id")["record_key"][0]
    place = {"file": "mee_grid_reporting_defaults", "field": "factor_id", "value": key}
    with refused(FaultyData, "E-SEED-07", **place):
        gather([once, once])
    parameters = shipped("gbt_2589")
    with refused(FaultyData, "E-SEED-07", file="gbt_2589", field="parameter_id"):
        gather([parameters, parameters])


def test_a_key_of_an_older_edition_is_not_used_again(tmp_path):
    folder = copy_of("mee_grid_co2", tmp_path)
    change_cells(
        folder, "2023/grid_co2.csv", "ELEC-CO2-2023-110000", record_key="ELEC-CO2-2022-110000"
    )
    with refused(FaultyData, "E-SEED-07", file="mee_grid_co2", value="ELEC-CO2-2022-110000"):
        read(folder)


def test_gathering_keeps_every_row_in_the_order_given():
    one, other = shipped("mee_grid_reporting_defaults"), shipped("ndrc_regional_grid_2012")
    for parts in ([one, other], [other, one]):
        together = gather(parts)
        assert sorted(together) == sorted(GATHERED)
        for name in GATHERED:
            assert together[name].rows() == parts[0][name].rows() + parts[1][name].rows()


def test_a_source_of_headers_alone_yields_nothing_and_breaks_nothing(tmp_path):
    folder = copy_of("ndrc_regional_grid_2012", tmp_path)
    path = folder / "regional_grid_2012.csv"
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    restate(folder)
    tables = read(folder)
    assert tables["candidate"].is_empty()
    assert tables["row_count"].row(0, named=True)["rows_in"] == 0
    assert tables["source"].height == 1


def test_the_flows_and_categories_of_every_candidate_are_reference_rows():
    known = reference()
    for source_id in ("gbt_51366_2019", "ipcc_2006_industry"):
        frame = shipped(source_id)["candidate"]
        assert set(frame["flow_id"]) <= set(known["flow"]["flow_id"])
        assert set(frame["category_id"]) <= set(known["category"]["category_id"])
