"""Units convert exactly within their group and refuse what they do not know."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipelines.quantities.unit import Unit, UnitMismatch, UnitTable, UnknownUnit, load_units
from pipelines.settings import REPOSITORY

SEED = REPOSITORY / "seeds" / "reference" / "unit.csv"


@pytest.fixture(scope="module")
def units():
    return load_units(SEED)


def test_kilowatt_hours_and_standard_coal_convert_exactly(units):
    assert units.convert(Fraction(1), "kWh", "MJ") == Fraction(36, 10)
    assert units.convert(Fraction(1), "kgce", "MJ") == Fraction("29.3076")
    assert units.convert(Fraction(1), "万kWh", "kWh") == 10_000


def test_normal_cubic_metres_are_not_cubic_metres(units):
    with pytest.raises(UnitMismatch):
        units.ratio("Nm3", "m3")
    with pytest.raises(UnitMismatch):
        units.ratio("t", "kWh")


@pytest.mark.parametrize(
    "text", ["", "度电力", "kgCO2", "kgCO2/", "/kWh", "lbCO2/kWh", "kg CO2 /x"]
)
def test_an_unknown_factor_unit_is_refused(units, text):
    with pytest.raises(UnknownUnit):
        units.factor_unit(text)


def test_a_factor_unit_is_taken_apart(units):
    found = units.factor_unit("tCO2/TJ")
    assert (found.gas, found.to_kg, found.reference_unit) == ("CO2", 1000, "TJ")
    assert found.value_unit == "kgCO2"


def test_two_units_may_not_claim_one_spelling():
    one = Unit("a", "g", Fraction(1), "甲", "a")
    with pytest.raises(ValueError, match="two units"):
        UnitTable([one, Unit("b", "g", Fraction(2), "乙", "b")], {"a": "b"})


def test_every_group_has_its_base_unit_and_converts_back(units):
    for unit in units.units.values():
        assert unit.to_base > 0
        base = [
            u for u in units.units.values() if u.unit_group == unit.unit_group and u.to_base == 1
        ]
        assert base, unit.unit
        there = units.ratio(unit.unit, base[0].unit)
        assert there * units.ratio(base[0].unit, unit.unit) == 1
