"""Is a figure refused that disagrees with its unit, its fellows or its parents?"""

from __future__ import annotations

import shutil

import pytest

from pipelines.errors import FaultyData
from pipelines.ingest.reference import read_reference, read_stoichiometry
from pipelines.quantities.number import NotANumber, exact
from pipelines.quantities.unit import load_units
from tests.ingest.refusals import refused
from tests.sources.library import SEEDS, change_cells, copy_of, read

GRID = ("mee_grid_reporting_defaults", "reporting_defaults.csv", "ELEC-CO2-HIST-0.5810")
METHANE = ("ipcc_gwp100", "sar.csv", "GWP100-SAR-CH4")
SMELTER = ("ipcc_2006_industry", "process.csv", "IPCC-AL-C2F6-CWPB")
COAL = ("tanyuan_derived", "derivations.csv", "DRV-NCV-CC-OF-ANTHRACITE")
COAL_PER_GJ = ("tanyuan_derived", "derivations.csv", "DRV-CC-OF-ANTHRACITE")
OIL = ("tanyuan_derived", "derivations.csv", "DRV-NCV-EF-CRUDE-OIL-EN")
NCV, CC, OF = (f"CN-C1-{x}-ANTHRACITE" for x in ("NCV", "CC", "OF"))


@pytest.mark.parametrize(
    ("which", "code", "column", "text"),
    [
        (GRID, "E-UNIT-02", "unit", "kgCH4/kWh"),
        (GRID, "E-UNIT-02", "unit", "tCO2e/MWh"),
        (GRID, "E-UNIT-02", "unit", "tN2O-N/MWh"),
        (METHANE, "E-UNIT-02", "unit", "gCO2e/kg"),
        (METHANE, "E-UNIT-02", "unit", "kgCO2e/kWh"),
        (METHANE, "E-UNIT-02", "unit", "kgCH4/kg"),
        (METHANE, "E-UNIT-01", "unit", "kg"),
        (GRID, "E-NUM-01", "year", "２０２０"),
        (GRID, "E-NUM-01", "year", "20x3"),
        (GRID, "E-NUM-01", "year", "99999"),
        (GRID, "E-NUM-01", "year", "0000"),
        (GRID, "E-TEXT-01", "confidence", ""),
        (GRID, "E-CODE-01", "confidence", "sure"),
        (COAL, "E-TEXT-01", "confidence", ""),
        (COAL, "E-CODE-01", "confidence", "sure"),
        (GRID, "E-TEXT-01", "activity_key", ""),
        (GRID, "E-CODE-01", "also_of", "NO-SUCH-ACTIVITY"),
        (SMELTER, "E-JOIN-01", "unit", "kgC2F6/kg"),
        (SMELTER, "E-JOIN-01", "region_code", "CN"),
        (SMELTER, "E-JOIN-01", "flow_id", "anthracite"),
        (COAL, "E-UNIT-02", "unit", "kgCH4/t"),
        (OIL, "E-UNIT-02", "unit", "kgCH4/t"),
        (COAL, "E-DRV-02", "parents", f"{NCV};{CC};{OF};{OF}"),
        (COAL, "E-DRV-02", "parents", f"{CC};{OF}"),
        (COAL, "E-DRV-02", "parents", CC),
        (COAL_PER_GJ, "E-DRV-02", "parents", f"{NCV};{CC};{OF}"),
        (COAL, "E-DRV-03", "parents", f"{CC};{NCV};{OF}"),
        (COAL_PER_GJ, "E-DRV-03", "parents", f"{OF};{CC}"),
        (COAL_PER_GJ, "E-DRV-01", "parents", f"{CC};"),
        (COAL, "E-TEXT-01", "parents", ""),
        (COAL, "E-TEXT-01", "parent_source", ""),
    ],
)
def test_a_figure_that_does_not_agree_is_refused(tmp_path, which, code, column, text):
    source_id, file, key = which
    folder = copy_of(source_id, tmp_path)
    row = change_cells(folder, file, key, **{column: text})
    with refused(FaultyData, code, file=f"{source_id}/{file}", row=row, field=column):
        read(folder)


@pytest.mark.parametrize("unit", ["gCO2e/g", "tCO2e/t"])
def test_a_potential_in_equal_masses_is_read(tmp_path, unit):
    source_id, file, key = METHANE
    folder = copy_of(source_id, tmp_path)
    change_cells(folder, file, key, unit=unit)
    assert 21 in read(folder)["gwp"].filter(record_key=key)["gwp100"].to_list()


def test_carbon_per_heat_is_converted_to_the_unit_asked_for(tmp_path):
    source_id, file, key = COAL_PER_GJ
    folder = copy_of(source_id, tmp_path)
    per_gj = read(folder)["candidate"].filter(record_key=key)["value"][0]
    change_cells(folder, file, key, unit="kgCO2/TJ")
    found = read(folder)["candidate"].filter(record_key=key).row(0, named=True)
    assert found["value"] == pytest.approx(per_gj * 1000, rel=1e-15)
    row = change_cells(folder, file, key, unit="kgCO2/t")
    with refused(FaultyData, "E-DRV-03", file=f"{source_id}/{file}", row=row, field="parents"):
        read(folder)


@pytest.mark.parametrize("text", ["9" * 50 + "e300", "0." + "0" * 30 + "1e-300"])
def test_a_number_that_no_double_can_hold_is_refused(text):
    with pytest.raises(NotANumber):
        exact(text)


# -- reference tables -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "old", "new", "code", "column"),
    [
        ("unit", ",energy,3.6,", ",energy,abc,", "E-NUM-01", "to_base_exact"),
        ("unit", ",energy,3.6,", ",energy,,", "E-NUM-01", "to_base_exact"),
        ("unit", ",energy,3.6,", ",energy,1/0,", "E-NUM-01", "to_base_exact"),
        ("unit", "千瓦时;度;", "千瓦时;兆焦;", "E-SEED-07", "aliases"),
        ("unit", "\ng,克,gram", "\nkg,克,gram", "E-SEED-07", "unit"),
        ("unit", "megajoule,energy,1,", "megajoule,energy,2,", "E-SEED-10", "base_unit"),
        ("unit_group", "Mass,kg,", "Mass,kgg,", "E-CODE-01", "base_unit"),
        ("region", "world_region,001,", "world_region,999,", "E-CODE-01", "parent_code"),
        ("region", "world_region,001,,", "world_region,001,X,", "E-CODE-01", "grid_region_code"),
        ("category", "Electricity,energy,", "Electricity,magic,", "E-CODE-01",
         "parent_category_id"),
        ("gas", "CH4;Methane;", "CH4;CO2;", "E-SEED-07", "aliases"),
        ("flow_property", "anthracite,t,GJ,", "anthracite,t,kg,", "E-SEED-10", "to_unit"),
    ],
)  # fmt: skip
def test_reference_tables_that_contradict_each_other_are_refused(
    tmp_path, table, old, new, code, column
):
    shutil.copytree(SEEDS / "reference", tmp_path / "reference")
    path = tmp_path / "reference" / f"{table}.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(FaultyData) as caught:
        read_reference(tmp_path)
    told = [f for f in caught.value.findings if f.code == code and f.place["field"] == column]
    assert told
    assert told[0].place["row"] >= 2


def test_the_row_of_a_breach_counts_blank_lines(tmp_path):
    shutil.copytree(SEEDS / "reference", tmp_path / "reference")
    path = tmp_path / "reference" / "region.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    lines[2:3] = ["\n", lines[2].replace("world_region", "town")]
    path.write_text("".join(lines), "utf-8")
    with refused(FaultyData, "E-SEED-10", file="reference/region.csv", row=4):
        read_reference(tmp_path)


@pytest.mark.parametrize("text", ["abc", "", "44/0"])
def test_a_ratio_of_masses_that_is_no_number_is_refused(tmp_path, text):
    shutil.copytree(SEEDS / "rules", tmp_path / "rules")
    path = tmp_path / "rules" / "stoichiometry.csv"
    path.write_text(path.read_text("utf-8").replace("44/28", text, 1), "utf-8")
    place = {"file": "rules/stoichiometry.csv", "row": 2, "field": "ratio_exact"}
    with refused(FaultyData, "E-NUM-01", **place):
        read_stoichiometry(tmp_path)


def test_the_shipped_units_are_read():
    assert load_units(SEEDS / "reference" / "unit.csv").find("度").unit == "kWh"
