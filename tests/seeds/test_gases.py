"""Is every gas the molecule that its name spells, and every conversion of elements exact?"""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction

import pytest

from tests.sources.library import SEEDS, lookups, rows_of

ROWS = {row["gas"]: row for row in rows_of(SEEDS / "reference" / "gas.csv")}
CONVERSIONS = {row["numerator"]: row for row in rows_of(SEEDS / "rules" / "stoichiometry.csv")}
NUCLEONS = {"C": 12, "N": 14, "O": 16}


def atoms(formula):
    """The atoms of a molecule written as a condensed formula."""
    counted: Counter[str] = Counter()
    text = formula.removeprefix("c-")
    assert re.fullmatch(r"([A-Z][a-z]?[0-9]*)+", text), formula
    for element, number in re.findall(r"([A-Z][a-z]?)([0-9]*)", text):
        counted[element] += int(number or 1)
    return counted


def molar(formula):
    return sum(NUCLEONS[element] * number for element, number in atoms(formula).items())


def spelled(name):
    """The atoms that a refrigerant's number spells: carbon - 1, hydrogen + 1, fluorine."""
    number = re.match(r"(?:HFC|HCFC|CFC|PFC)-([0-9]+(?:-[0-9]+)*)", name)[1]
    if "-" in number:
        *first, fluorine = number.split("-")
        carbon, hydrogen = "".join(first)
    else:
        carbon, hydrogen, fluorine = number.zfill(3)
    found = Counter(C=int(carbon) + 1, H=int(hydrogen) - 1, F=int(fluorine))
    is_ring = number == "318"
    found["Cl"] = 2 * found["C"] + (0 if is_ring else 2) - found["H"] - found["F"]
    return +found


REFRIGERANTS = sorted(
    g for g, row in ROWS.items() if re.match(r"(HFC|HCFC|CFC|PFC)-", row["name_en"])
)
HALONS = sorted(g for g, row in ROWS.items() if row["name_en"].startswith("Halon-"))
# Names in words, by their molecules.
IN_WORDS = {
    "Carbon dioxide": "CO2", "Methane": "CH4", "Nitrous oxide": "N2O",
    "Sulphur hexafluoride": "SF6", "Nitrogen trifluoride": "NF3", "Carbon tetrachloride": "CCl4",
    "Methyl bromide": "CH3Br", "Sulphuryl fluoride": "SO2F2",
}  # fmt: skip


@pytest.mark.parametrize("gas", REFRIGERANTS)
def test_the_number_of_a_refrigerant_spells_its_molecule(gas):
    assert atoms(ROWS[gas]["formula"]) == spelled(ROWS[gas]["name_en"])


@pytest.mark.parametrize("gas", HALONS)
def test_the_number_of_a_halon_spells_its_molecule(gas):
    carbon, fluorine, chlorine, bromine = map(int, ROWS[gas]["name_en"].removeprefix("Halon-"))
    expected = Counter(C=carbon, F=fluorine, Cl=chlorine, Br=bromine)
    assert atoms(ROWS[gas]["formula"]) == +expected


def test_every_other_gas_is_the_molecule_its_name_says():
    others = set(ROWS) - set(REFRIGERANTS) - set(HALONS)
    named = {g: ROWS[g]["name_en"].partition(",")[0] for g in others}
    assert {g: ROWS[g]["formula"] for g in others} == {g: IN_WORDS[n] for g, n in named.items()}
    assert len(REFRIGERANTS) + len(HALONS) + len(others) == len(ROWS)


def test_no_two_gases_of_one_origin_are_the_same_molecule():
    molecules = [(row["formula"], row["origin"]) for row in ROWS.values()]
    assert len(set(molecules)) == len(molecules)


@pytest.mark.parametrize(
    ("numerator", "gas", "element", "ratio"),
    [("N2O-N", "N2O", "N2", "44/28"), ("CO2-C", "CO2", "C", "44/12"), ("C", "CO2", "C", "44/12")],
)
def test_an_element_becomes_its_gas_by_the_exact_ratio_of_molar_masses(
    numerator, gas, element, ratio
):
    row = CONVERSIONS[numerator]
    assert row["gas"] == gas
    assert row["ratio_exact"] == ratio
    assert Fraction(ratio) == Fraction(molar(gas), molar(element))
    assert lookups().stoichiometry[numerator].ratio == Fraction(ratio)
    assert row["citation"].strip()


def test_there_is_no_conversion_that_no_test_has_worked_out():
    assert set(CONVERSIONS) == {"N2O-N", "CO2-C", "C"}


def test_carbonates_give_off_the_carbon_dioxide_that_stoichiometry_says(library):
    """GB/T 32150: default factors of carbonates, against the molar masses of IUPAC."""
    masses = {"Ca": 40.078, "Mg": 24.305, "Na2": 45.980, "Ba": 137.327, "Li2": 13.88,
              "K2": 78.197, "Sr": 87.62, "Fe": 55.845, "Mn": 54.938}  # fmt: skip
    values = dict(library["candidate"].select("record_key", "value").iter_rows())
    for cation, mass in masses.items():
        value = values[f"CN-CARBONATE-{cation}CO3"]
        assert value == pytest.approx(1000 * 44.009 / (mass + 60.008), rel=2e-3), cation


def test_the_origin_of_a_gas_decides_where_it_is_counted():
    counted = {
        ("biogenic", "CO2"): "biogenic_co2_emission",
        ("land_use", "CO2"): "land_use_change",
        ("biogenic", "CH4"): "biogenic_non_co2",
        ("biogenic", "N2O"): "biogenic_non_co2",
    }
    for row in ROWS.values():
        expected = counted.get((row["origin"], row["formula"]), "fossil")
        assert row["component"] == expected, row["gas"]


def test_plain_carbon_dioxide_is_fossil_and_plain_methane_is_of_no_stated_origin():
    owners = {a: g for g, row in ROWS.items() for a in row["aliases"].split(";")}
    assert (owners["CO2"], owners["CH4"], owners["N2O"]) == ("co2_fossil", "ch4_unspecified", "n2o")


def test_no_spelling_belongs_to_two_gases():
    owner: dict[str, str] = {}
    for gas, row in ROWS.items():
        for spelling in {gas, row["name_zh"], row["name_en"], *row["aliases"].split(";")} - {""}:
            assert owner.setdefault(spelling, gas) == gas, spelling


def test_carbon_dioxide_warms_by_one_in_every_report(library):
    found = library["gwp"].filter(gas="co2_fossil")
    assert dict(found.select("gwp_set", "gwp100").iter_rows()) == dict.fromkeys(
        ["SAR", "AR4", "AR5", "AR5-feedback", "AR6"], 1.0
    )


def test_every_report_gives_methane_of_every_origin_and_nitrous_oxide(library):
    needed = {"co2_fossil", "ch4_unspecified", "ch4_fossil", "ch4_biogenic", "n2o"}
    for gwp_set in ("SAR", "AR4", "AR5", "AR5-feedback", "AR6"):
        assert needed <= set(library["gwp"].filter(gwp_set=gwp_set)["gas"]), gwp_set


def test_every_gas_that_a_factor_emits_has_a_potential_in_the_reporting_set(library):
    emitted = set(library["candidate_gas"]["gas"])
    known = set(library["gwp"].filter(gwp_set=lookups().reporting_gwp_set)["gas"])
    apart = {"co2_biogenic"}
    assert emitted - known - apart == set()
