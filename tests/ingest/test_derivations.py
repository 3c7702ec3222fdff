"""Is a factor computed only from parents that are there, exactly and with its evidence?"""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from pipelines.errors import FaultyData
from pipelines.ingest.derive import in_unit
from pipelines.quantities.unit import UnitMismatch, UnknownUnit
from tests.ingest.refusals import refused
from tests.sources.library import change_cells, copy_of, lookups, primary, read, shipped

SOURCE, FILE = "tanyuan_derived", "derivations.csv"
SHOWN = f"{SOURCE}/{FILE}"
COAL = "DRV-NCV-CC-OF-ANTHRACITE"
COAL_PER_GJ = "DRV-CC-OF-ANTHRACITE"
OIL = "DRV-NCV-EF-CRUDE-OIL-EN"


def assert_refused(tmp_path, key, code, **cells):
    folder = copy_of(SOURCE, tmp_path)
    row = change_cells(folder, FILE, key, **cells)
    with refused(FaultyData, code, file=SHOWN, row=row, field=next(iter(cells))) as found:
        read(folder)
    return found[0]


@pytest.mark.parametrize(
    ("key", "parents"),
    [
        (COAL, "CN-C1-NCV-ANTHRACITE;CN-C1-CC-UNOBTAINIUM;CN-C1-OF-ANTHRACITE"),
        (COAL_PER_GJ, "CN-C1-CC-UNOBTAINIUM;CN-C1-OF-ANTHRACITE"),
        (OIL, "CN-C1-NCV-ANTHRACITE;IPCC06-CO2-UNOBTAINIUM"),
    ],
)
def test_a_parent_that_no_source_holds_is_refused(tmp_path, key, parents):
    found = assert_refused(tmp_path, key, "E-DRV-01", parents=parents)
    assert parents in found.zh
    assert parents in found.en


@pytest.mark.parametrize("key", [COAL, COAL_PER_GJ, OIL])
def test_parents_of_a_source_that_does_not_hold_them_are_refused(tmp_path, key):
    folder = copy_of(SOURCE, tmp_path)
    row = change_cells(folder, FILE, key, parent_source="gbt_2589")
    with refused(FaultyData, "E-DRV-01", file=SHOWN, row=row, field="parents"):
        read(folder)


@pytest.mark.parametrize(
    ("code", "cells"),
    [
        ("E-CODE-01", {"rule": "ncv_times_luck"}),
        ("E-UNIT-01", {"unit": "kgCO2/zz"}),
        ("E-UNIT-01", {"unit": ""}),
        ("E-REG-01", {"region_code": ""}),
        ("E-REG-01", {"region_code": "86"}),
        ("E-CODE-01", {"flow_id": "unobtainium"}),
        ("E-CODE-01", {"category_id": "energy.magic"}),
        ("E-TEXT-01", {"record_key": ""}),
    ],
    ids=lambda x: x if isinstance(x, str) else "-".join(x),
)
def test_a_derivation_with_a_bad_cell_is_refused(tmp_path, code, cells):
    assert_refused(tmp_path, COAL, code, **cells)


def test_a_derivation_that_stands_twice_is_refused(tmp_path):
    folder = copy_of(SOURCE, tmp_path)
    row = change_cells(folder, FILE, OIL, record_key=COAL)
    place = {"file": SHOWN, "row": row, "field": "record_key", "value": COAL}
    with refused(FaultyData, "E-SEED-07", **place):
        read(folder)


def test_a_derivation_without_its_columns_is_refused(tmp_path):
    folder = copy_of(SOURCE, tmp_path)
    path = folder / FILE
    path.write_text(path.read_text("utf-8").replace("parents,", "ancestors,", 1), "utf-8")
    change_cells(folder, FILE, COAL, rule="ncv_cc_of")
    with refused(FaultyData, "E-SEED-04", file=SHOWN, field="parents"):
        read(folder)


# -- what is computed -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "value", "per"),
    [("kgCO2/t", 2521.5124, "t"), ("kgCO2/kg", 2.5215124, "kg"), ("tCO2/t", 2521.5124, "t")],
)
def test_a_factor_per_mass_is_in_kilograms_per_the_unit_asked_for(tmp_path, unit, value, per):
    folder = copy_of(SOURCE, tmp_path)
    change_cells(folder, FILE, COAL, unit=unit)
    found = read(folder)["candidate"].filter(record_key=COAL).row(0, named=True)
    assert (found["value"], found["value_unit"], found["reference_unit"]) == (value, "kgCO2", per)


def test_the_evidence_lists_every_parent_with_its_value_and_every_constant():
    made = shipped(SOURCE)
    evidence_id = made["candidate"].filter(record_key=COAL)["evidence_id"][0]
    evidence = made["evidence"].filter(evidence_id=evidence_id).row(0, named=True)
    keys = ["CN-C1-NCV-ANTHRACITE", "CN-C1-CC-ANTHRACITE", "CN-C1-OF-ANTHRACITE"]
    ids = dict(primary()["parameter"].select("record_key", "parameter_id").iter_rows())
    assert evidence["parents"] == [f"{ids[key]}@1.0" for key in keys]
    steps = json.loads(evidence["steps"])
    assert [s["constant"] for s in steps] == ["26.7 GJ/t", "27.4 tC/TJ", "94 %", "44/12"]
    assert [s["source"] for s in steps[:3]] == evidence["parents"]
    assert "IPCC 2006" in steps[3]["source"]


def test_a_fuel_of_several_gases_keeps_each_gas():
    made = shipped(SOURCE)
    factor_id = made["candidate"].filter(record_key=OIL)["factor_id"][0]
    gases = made["candidate_gas"].filter(factor_id=factor_id).select("gas", "mass")
    assert dict(gases.iter_rows()) == {
        "co2_fossil": 73300 * 423 / 10000, "ch4_unspecified": 0.1269, "n2o": 0.02538,
    }  # fmt: skip


def test_a_computed_factor_cannot_claim_to_be_surer_than_its_parents(tmp_path):
    folder = copy_of(SOURCE, tmp_path)
    change_cells(folder, FILE, COAL, confidence="high")
    change_cells(folder, FILE, COAL_PER_GJ, confidence="medium")
    found = read(folder)["candidate"]
    sure = dict(found.select("record_key", "confidence").iter_rows())
    assert sure[COAL] == "medium"
    assert sure[COAL_PER_GJ] == "medium"


# -- one parameter in another unit ----------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "target", "expected"),
    [
        ("26.7", "GJ/t", "MJ/kg", Fraction("26.7")),
        ("27.4", "tC/TJ", "kgC/GJ", Fraction("27.4")),
        ("94", "%", "1", Fraction(94, 100)),
        ("42.3", "TJ/Gg", "GJ/t", Fraction("42.3")),
        ("389.31", "GJ/万Nm3", "MJ/Nm3", Fraction("38.931")),
        ("1", "kgce/kWh", "MJ/MJ", Fraction("29.3076") / Fraction("3.6")),
    ],
)
def test_a_parameter_converts_exactly(value, unit, target, expected):
    parameter = {"parameter_value_exact": value, "parameter_unit": unit}
    assert in_unit(parameter, target, lookups().units) == expected


@pytest.mark.parametrize(
    ("unit", "target", "error"),
    [("GJ/t", "GJ/m3", UnitMismatch), ("GJ/t", "kgC/t", UnitMismatch),
     ("GJ/x", "GJ/t", UnknownUnit)],
)  # fmt: skip
def test_a_parameter_does_not_convert_into_another_dimension(unit, target, error):
    with pytest.raises(error):
        in_unit({"parameter_value_exact": "1", "parameter_unit": unit}, target, lookups().units)
