"""Is every unit worth exactly what the standards say, and spelled by one unit only?"""

from __future__ import annotations

from fractions import Fraction

import pint
import pytest

from pipelines.quantities.unit import load_units
from tests.sources.library import SEEDS, rows_of

ROWS = {row["unit"]: row for row in rows_of(SEEDS / "reference" / "unit.csv")}
GROUPS = {row["unit_group"]: row for row in rows_of(SEEDS / "reference" / "unit_group.csv")}

# Every unit in the words of an independent unit library, times a number. A unit with no
# physical counterpart is told by the physical unit that it counts (a tonne of nitrogen is
# a tonne), or as a count where it is one of its own. Calories are those of the steam table;
# a year has 365 days by the accounting convention that the row of the day cites.
COUNTERPART = {
    "kg": (1, "kilogram"), "g": (1, "gram"), "mg": (1, "milligram"), "t": (1, "metric_ton"),
    "kt": (1000, "metric_ton"), "Mt": (10**6, "metric_ton"), "Mg": (1, "megagram"),
    "Gg": (1, "gigagram"), "万t": (10**4, "metric_ton"),
    "MJ": (1, "megajoule"), "J": (1, "joule"), "kJ": (1, "kilojoule"), "GJ": (1, "gigajoule"),
    "TJ": (1, "terajoule"), "kWh": (1, "kilowatt_hour"), "MWh": (1, "megawatt_hour"),
    "GWh": (1, "gigawatt_hour"), "万kWh": (10**4, "kilowatt_hour"),
    "kgce": (7 * 10**6, "international_calorie"), "tce": (7 * 10**9, "international_calorie"),
    "kcal": (1000, "international_calorie"),
    "m3": (1, "meter ** 3"), "L": (1, "liter"), "kL": (1, "kiloliter"),
    "Nm3": (1, "meter ** 3"), "万Nm3": (10**4, "meter ** 3"),
    "m2": (1, "meter ** 2"), "ha": (1, "hectare"),
    "km": (1, "kilometer"), "m": (1, "meter"),
    "t*km": (1, "metric_ton * kilometer"), "kg*km": (1, "kilogram * kilometer"),
    "a": (365, "day"), "d": (1, "day"),
    "1": (1, "dimensionless"), "%": (1, "percent"),
    "piece": (1, "count"), "vehicle": (1, "count"), "pair": (1, "count"),
    "head*a": (365, "day"), "head*d": (1, "day"),
    "kgN": (1, "kilogram"), "tN": (1, "metric_ton"), "kgC": (1, "kilogram"),
    "tC": (1, "metric_ton"), "kgCOD": (1, "kilogram"), "kgVS": (1, "kilogram"),
    "m3CH4": (1, "meter ** 3"), "kgCH4": (1, "kilogram"), "ha*d": (1, "hectare * day"),
    "kWp": (1, "kilowatt"), "CNY": (1, "count"), "万元": (10**4, "count"),
    "lb": (1, "pound"), "short_ton": (2000, "pound"),
    "mmBtu": (10**6, "international_british_thermal_unit"), "gal_us": (1, "gallon"),
    "mi": (1, "mile"), "short_ton*mi": (2000, "pound * mile"), "scf": (1, "foot ** 3"),
    "passenger*km": (1, "count * kilometer"), "passenger*mi": (1, "count * mile"),
    "room*night": (1, "count * day"), "FTE*h": (1, "hour"), "USD2021": (1, "count"),
}  # fmt: skip


@pytest.fixture(scope="module")
def registry():
    """An independent unit library that counts in fractions."""
    return pint.UnitRegistry(non_int_type=Fraction)


def test_every_unit_has_an_independent_counterpart():
    assert set(COUNTERPART) == set(ROWS)


@pytest.mark.parametrize("unit", sorted(ROWS))
def test_a_unit_is_worth_exactly_what_an_independent_library_says(registry, unit):
    base = GROUPS[ROWS[unit]["unit_group"]]["base_unit"]
    number, name = COUNTERPART[unit]
    base_number, base_name = COUNTERPART[base]
    ratio = registry.Quantity(Fraction(number), name).to(base_name).magnitude
    expected = Fraction(ratio) / base_number
    assert Fraction(ROWS[unit]["to_base_exact"]) == expected


@pytest.mark.parametrize("unit", sorted(ROWS))
def test_the_published_double_is_the_one_nearest_to_the_exact_factor(library, unit):
    exact = Fraction(ROWS[unit]["to_base_exact"])
    found = library["unit"].filter(unit=unit)["to_base"].to_list()
    assert found == [exact.numerator / exact.denominator]


def test_units_of_one_group_share_a_dimension_and_convert_there_and_back(registry):
    table = load_units(SEEDS / "reference" / "unit.csv")
    for unit, row in ROWS.items():
        base = GROUPS[row["unit_group"]]["base_unit"]
        there = registry.Quantity(1, COUNTERPART[unit][1])
        assert there.check(registry.Quantity(1, COUNTERPART[base][1]).dimensionality), unit
        assert table.ratio(unit, base) * table.ratio(base, unit) == 1


def test_every_group_has_a_base_unit_of_its_own_worth_one():
    bases = [group["base_unit"] for group in GROUPS.values()]
    assert len(set(bases)) == len(bases)
    for name, group in GROUPS.items():
        assert ROWS[group["base_unit"]]["unit_group"] == name
        assert Fraction(ROWS[group["base_unit"]]["to_base_exact"]) == 1
    assert {row["unit_group"] for row in ROWS.values()} == set(GROUPS)


def test_standard_coal_is_seven_thousand_kilocalories_per_kilogram():
    per_kg = Fraction(ROWS["kgce"]["to_base_exact"])
    assert per_kg == 7000 * Fraction(ROWS["kcal"]["to_base_exact"]) == Fraction("29.3076")
    assert Fraction(ROWS["tce"]["to_base_exact"]) == 1000 * per_kg


def test_no_spelling_belongs_to_two_units():
    owner: dict[str, str] = {}
    for unit, row in ROWS.items():
        spellings = {unit, *filter(None, row["aliases"].split(";"))}
        for spelling in spellings:
            assert owner.setdefault(spelling, unit) == unit, spelling


def test_a_cubic_metre_at_normal_conditions_is_not_a_cubic_metre():
    assert ROWS["Nm3"]["unit_group"] != ROWS["m3"]["unit_group"]
    assert ROWS["m3CH4"]["unit_group"] not in {ROWS["Nm3"]["unit_group"], ROWS["m3"]["unit_group"]}


def test_a_mass_of_an_element_is_not_a_mass():
    groups = [ROWS[unit]["unit_group"] for unit in ("kg", "kgN", "kgC", "kgCOD", "kgVS", "kgCH4")]
    assert len(set(groups)) == len(groups)
