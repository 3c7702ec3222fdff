"""Is a cell that cannot be right refused with its file, row and column?"""

from __future__ import annotations

import pytest

from pipelines.errors import FaultyData
from tests.ingest.refusals import refused
from tests.sources.library import SEEDS, change_cells, copy_of, read, restate, rows_of, write_rows

GRID = ("mee_grid_reporting_defaults", "reporting_defaults.csv", "ELEC-CO2-HIST-0.5810")
HEAT = ("gbt_2589", "energy_conversion.csv", "CN-GBT2589-2008-NCV-DIESEL")
METHANE = ("ipcc_gwp100", "sar.csv", "GWP100-SAR-CH4")

NO_NUMBERS = [
    "", "nan", "NaN", "inf", "-inf", "Infinity", "1e999", "1e-999", "1,2,3", "1,234.5", "0,58",
    "０.５８１", "٣", "1_000", "0x1F", "½", "10⁴", "1.", ".5", "--1", "1e", "0.5 kg", "约0.5", "-",
    "n/a", "1" * 61,
]  # fmt: skip


def spoiled(tmp_path, which, **cells):
    """A copy with changed cells: its folder, the file as messages call it, the row."""
    source_id, file, key = which
    folder = copy_of(source_id, tmp_path)
    row = change_cells(folder, file, key, **cells)
    return folder, f"{source_id}/{file}", row


def assert_refused(tmp_path, which, code, column, value):
    folder, file, row = spoiled(tmp_path, which, **{column: value})
    place = {"file": file, "row": row, "field": column}
    if value:
        place["value"] = value
    with refused(FaultyData, code, **place) as found:
        read(folder)
    return found[0]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_a_value_that_is_no_finite_number_is_refused(tmp_path, text):
    assert_refused(tmp_path, GRID, "E-NUM-01", "value", text)


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "1,2", "０.５"])
@pytest.mark.parametrize("column", ["lower95", "upper95"])
def test_a_limit_that_is_no_finite_number_is_refused(tmp_path, column, text):
    assert_refused(tmp_path, GRID, "E-NUM-01", column, text)


@pytest.mark.parametrize("text", ["", "nan", "1e999", "42,652", "４２"])
@pytest.mark.parametrize("which", [HEAT, METHANE], ids=["parameter", "warming potential"])
def test_a_parameter_or_potential_that_is_no_finite_number_is_refused(tmp_path, which, text):
    assert_refused(tmp_path, which, "E-NUM-01", "value", text)


@pytest.mark.parametrize(
    "text",
    ["", "kgCO2", "kgCO2/", "/kWh", "kgCO2/度电", "kgCO2 per kWh", "lbCO2/MWh", "tCO2/mwh",
     "tCO2/MWh/a", "t/MWh", "千克/度"],
)  # fmt: skip
def test_an_unknown_unit_of_a_factor_is_refused(tmp_path, text):
    assert_refused(tmp_path, GRID, "E-UNIT-01", "unit", text)


@pytest.mark.parametrize("text", ["", "kJ/kgg", "BTU/lb", "kj/kg", "kJ//kg", "kJ/kg/a"])
def test_an_unknown_unit_of_a_parameter_is_refused(tmp_path, text):
    assert_refused(tmp_path, HEAT, "E-UNIT-01", "unit", text)


@pytest.mark.parametrize("text", ["", "64", "640001", "宁夏", "cn", "CN-NX", "CN-GRID5-NORTH"])
@pytest.mark.parametrize("which", [GRID, HEAT, METHANE], ids=["factor", "parameter", "potential"])
def test_an_unknown_region_is_refused(tmp_path, which, text):
    assert_refused(tmp_path, which, "E-REG-01", "region_code", text)


@pytest.mark.parametrize("text", ["", "CO3", "co2", "碳", "CO2;CH4"])
def test_an_unknown_gas_of_a_factor_is_refused(tmp_path, text):
    assert_refused(tmp_path, GRID, "E-GAS-01", "gas", text)


@pytest.mark.parametrize("text", ["", "ch9", "ch4_alien"])
def test_an_unknown_gas_of_a_warming_potential_is_refused(tmp_path, text):
    assert_refused(tmp_path, METHANE, "E-GAS-01", "gas", text)


@pytest.mark.parametrize("column", ["name_zh", "name_en", "document", "record_key"])
@pytest.mark.parametrize("which", [GRID, HEAT, METHANE], ids=["factor", "parameter", "potential"])
@pytest.mark.parametrize("text", ["", "   ", "\t"], ids=["empty", "blanks", "tab"])
def test_a_blank_name_document_or_key_is_refused(tmp_path, which, column, text):
    folder, file, row = spoiled(tmp_path, which, **{column: text})
    with refused(FaultyData, "E-TEXT-01", file=file, row=row, field=column):
        read(folder)


@pytest.mark.parametrize(
    ("column", "text"),
    [("role", "faktor"), ("flow_id", "electrcity"), ("category_id", "energy.electricty")],
)
def test_a_code_outside_its_list_is_refused(tmp_path, column, text):
    assert_refused(tmp_path, GRID, "E-CODE-01", column, text)


def test_the_message_offers_what_was_probably_meant(tmp_path):
    near = assert_refused(tmp_path / "a", GRID, "E-REG-01", "region_code", "CN-GRID7-NORTHERN")
    assert near.expected[0] in {"CN-GRID7-NORTH", "CN-GRID7-NORTHEAST"}
    assert "CO2" in assert_refused(tmp_path / "b", GRID, "E-GAS-01", "gas", "CO3").expected
    near = assert_refused(tmp_path / "c", GRID, "E-CODE-01", "flow_id", "electrcity")
    assert near.expected[0] == "electricity"
    assert "electricity" in near.fix_zh
    assert "electricity" in near.fix_en


def test_a_key_used_twice_is_refused_at_its_second_row(tmp_path):
    source_id, file, key = GRID
    folder = copy_of(source_id, tmp_path)
    second = change_cells(folder, file, "ELEC-CO2-HIST-0.5703", record_key=key)
    place = {"file": f"{source_id}/{file}", "row": second, "field": "record_key", "value": key}
    with refused(FaultyData, "E-SEED-07", **place):
        read(folder)


def test_every_bad_cell_of_a_source_is_told_at_once(tmp_path):
    source_id, file, _ = GRID
    folder = copy_of(source_id, tmp_path)
    rows = rows_of(folder / file)
    rows[0] |= {"value": "nan", "gas": "CO3"}
    rows[2] |= {"region_code": "64", "name_zh": ""}
    write_rows(folder / file, rows)
    restate(folder)
    with pytest.raises(FaultyData) as caught:
        read(folder)
    told = {(f.place["row"], f.place["field"], f.code) for f in caught.value.findings}
    assert told == {
        (2, "value", "E-NUM-01"), (2, "gas", "E-GAS-01"),
        (4, "region_code", "E-REG-01"), (4, "name_zh", "E-TEXT-01"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.5810", 581.0), (" 0.5810 ", 581.0), ("+0.5810", 581.0), ("5810e-4", 581.0),
     ("5.81E-1", 581.0), ("00.5810", 581.0), ("0", 0.0), ("1e-300", 1e-297)],
)  # fmt: skip
def test_a_number_within_the_grammar_is_read_exactly(tmp_path, text, value):
    folder, _, _ = spoiled(tmp_path, GRID, value=text)
    found = read(folder)["candidate"].filter(record_key=GRID[2])
    assert found["value"].to_list() == [value]


@pytest.mark.parametrize("unit", ["tCO2/MWh", "tCO2/兆瓦时", "t CO2/MWh", "kgCO2/kWh", "kgCO2/度"])
def test_an_accepted_spelling_of_a_unit_gives_the_same_factor(tmp_path, unit):
    folder, _, _ = spoiled(tmp_path, GRID, unit=unit)
    found = read(folder)["candidate"].filter(record_key=GRID[2]).row(0, named=True)
    per = {"MWh": 581.0, "kWh": 0.581}[found["reference_unit"]]
    assert (found["value"], found["value_unit"]) == (per, "kgCO2")


def test_the_patients_are_sound_before_they_are_spoiled():
    for source_id, file, key in (GRID, HEAT, METHANE):
        rows = rows_of(SEEDS / source_id / file)
        assert [row["record_key"] for row in rows].count(key) == 1
