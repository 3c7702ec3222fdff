"""Does a footprint equal what a person reckons on paper from the same inventory?"""

from __future__ import annotations

import json

import pytest

from tests.footprint.handmade import (
    CLAY,
    DIESEL,
    FACTORS,
    GASES,
    HAUL,
    LIME,
    POWER,
    SAND,
    STEAM,
    computed,
    emission,
    exact_sum,
    factor,
    line,
    pinned,
    process,
    product,
)


def kiln(*lines, **of_product):
    """One process with these lines and its product."""
    return {
        "product": [product("kiln", **of_product)],
        "process": [process("kiln")],
        "exchange": list(lines),
    }


def test_buying_ten_kilowatt_hours_costs_ten_times_the_factor(tmp_path, library):
    files = kiln(line("kiln", 1, "electricity", 10, "kWh", **pinned(POWER)))
    outcome = computed(tmp_path / "one", library, **files)
    assert outcome.total("kiln-out") == 10 * 0.5
    row = outcome.lines("kiln-out")["kiln/1"]
    assert (row["factor_id"], row["version"]) == (POWER, "1.0")
    assert row["applied_value"] == 0.5
    assert float(row["scaled_amount"]) == 10
    assert float(row["contribution"]) == 5
    assert row["share"] == 1


@pytest.mark.parametrize(
    ("flow", "amount", "unit", "factor_id", "expected"),
    [
        ("electricity", 3.6, "MJ", POWER, 0.5),
        ("electricity", 2, "MWh", POWER, 1000),
        ("heat", 250, "MJ", STEAM, 25),
        ("lime", 7, "kg", LIME, 7),
        ("lime", 0.007, "t", LIME, 7),
        ("sand", 500, "g", SAND, 1),
        ("freight_road", 3, "t*km", HAUL, 0.6),
        ("freight_road", 3000, "kg*km", HAUL, 0.6),
    ],
)
def test_a_line_may_be_written_in_any_unit_of_its_group(
    tmp_path, library, flow, amount, unit, factor_id, expected
):
    files = kiln(line("kiln", 1, flow, amount, unit, **pinned(factor_id)))
    assert computed(tmp_path / "one", library, **files).total("kiln-out") == pytest.approx(expected)


def test_several_lines_and_a_flue_add_up(tmp_path, library):
    files = kiln(
        line("kiln", 1, "electricity", 10, "kWh", **pinned(POWER)),
        line("kiln", 2, "lime", 4, "kg", stage="raw_material", **pinned(LIME)),
        emission("kiln", 3, "CO2", 2.5),
        emission("kiln", 4, "ch4_fossil", 0.1),
    )
    outcome = computed(tmp_path / "one", library, **files)
    # 10 × 0.5 + 4 × 1 + 2.5 + 0.1 × 30
    assert outcome.total("kiln-out") == pytest.approx(14.5)
    assert outcome.parts("stage", "kiln-out") == {"production": 10.5, "raw_material": 4.0}
    assert outcome.parts("gas", "kiln-out") == {
        "ch4_fossil": 3.0, "co2_fossil": 2.5, "co2e_unsplit": 9.0,
    }  # fmt: skip
    assert outcome.parts("component", "kiln-out") == {"fossil": 5.5, "unsplit": 9.0}
    row = outcome.row("footprint")
    assert row["unsplit_share"] == pytest.approx(9 / 14.5)
    assert (row["lines_total"], row["lines_uncovered"]) == (4, 0)
    assert sum(r["share"] for r in outcome.rows("footprint_line")) == pytest.approx(1)


def test_burning_a_fuel_counts_every_gas_of_its_factor(tmp_path, library):
    files = kiln(
        line("kiln", 1, "diesel", 2, "kg", flow_use="combustion", **pinned(DIESEL)),
    )
    outcome = computed(tmp_path / "one", library, **files)
    gases = {r["gas_or_unsplit"]: r for r in outcome.rows("footprint_gas")}
    assert {gas: float(r["gas_mass"]) for gas, r in gases.items()} == {
        "co2_fossil": 6.0, "ch4_fossil": 0.002, "n2o": 0.0002,
    }  # fmt: skip
    assert outcome.parts("gas", "kiln-out") == pytest.approx(
        {"co2_fossil": 6.0, "ch4_fossil": 0.002 * 30, "n2o": 0.0002 * 265}
    )
    assert outcome.total("kiln-out") == pytest.approx(6.113)
    assert outcome.parts("component", "kiln-out") == {"fossil": 6.113}
    assert outcome.row("footprint")["unsplit_share"] == 0


def test_a_fuel_given_as_heat_is_brought_to_mass_by_its_heating_value(tmp_path, library, reference):
    table = reference["flow_property"]
    (found,) = [r for r in table.iter_rows(named=True) if r["flow_id"] == "diesel"]
    assert (found["from_unit"], found["to_unit"]) == ("t", "GJ")
    files = kiln(
        line("kiln", 1, "diesel", 1, "GJ", flow_use="combustion", **pinned(DIESEL)),
    )
    outcome = computed(tmp_path / "one", library, **files)
    kilograms = 1000 / found["property_value"]
    assert 20 < kilograms < 30
    assert outcome.total("kiln-out") == pytest.approx(kilograms * (3 + 0.001 * 30 + 0.0001 * 265))


def test_supply_and_combustion_give_two_rows_each_with_its_factor(tmp_path, library_with):
    upstream = "FDIESELUPAAAA"
    library = library_with(factors=(*FACTORS, factor(upstream, "diesel", 0.4, "kg")))
    files = kiln(line("kiln", 1, "diesel", 2, "kg", flow_use="supply_and_combustion"))
    outcome = computed(tmp_path / "one", library, **files)
    lines = outcome.lines("kiln-out")
    assert lines["kiln/1"]["factor_id"] == DIESEL
    assert lines["kiln/1.supply"]["factor_id"] == upstream
    assert float(lines["kiln/1.supply"]["contribution"]) == pytest.approx(0.8)
    assert outcome.total("kiln-out") == pytest.approx(6.113 + 0.8)


def test_the_carbon_of_a_feedstock_is_not_burnt(tmp_path, library_with):
    upstream = "FDIESELUPAAAA"
    library = library_with(factors=(*FACTORS, factor(upstream, "diesel", 0.4, "kg")))
    files = kiln(line("kiln", 1, "diesel", 2, "kg", flow_use="feedstock"))
    outcome = computed(tmp_path / "one", library, **files)
    assert outcome.total("kiln-out") == pytest.approx(0.8)
    assert outcome.rows("footprint_line", factor_id=DIESEL) == []


def test_treating_waste_adds_to_the_footprint(tmp_path, library):
    files = kiln(
        emission("kiln", 1, "CO2", 1),
        line("kiln", 2, "clay", 2, "kg", direction="waste", stage="end_of_life", **pinned(CLAY)),
    )
    outcome = computed(tmp_path / "one", library, **files)
    assert outcome.parts("stage", "kiln-out") == {"production": 1.0, "end_of_life": 6.0}


def test_the_lines_of_a_process_are_per_its_reference_amount(tmp_path, library):
    outcome = computed(
        tmp_path / "one",
        library,
        product=[product("kiln", "t", 3)],
        process=[process("kiln", amount=500, unit="kg")],
        exchange=[line("kiln", 1, "electricity", 40, "kWh", **pinned(POWER))],
    )
    # 3 t = 6 runs of 500 kg, each 40 kWh × 0.5
    assert outcome.total("kiln-out") == pytest.approx(120)
    assert outcome.scale("kiln-out", "kiln") == 3000
    assert outcome.intensity("kiln-out", "kiln") == pytest.approx(0.04)
    assert float(outcome.lines("kiln-out")["kiln/1"]["scaled_amount"]) == pytest.approx(240)


def chain():
    """Quarry to mill to kiln: 2 kg lime per kg clinker, 5 kg sand per kg lime."""
    return {
        "product": [product("kiln")],
        "process": [process("kiln"), process("mill", "lime"), process("quarry", "sand")],
        "exchange": [
            line("kiln", 1, "lime", 2, "kg", stage="raw_material", provider="mill"),
            emission("kiln", 2, "CO2", 7),
            line("mill", 1, "sand", 5, "kg", stage="production", provider="quarry"),
            emission("mill", 2, "CO2", 1),
            emission("quarry", 1, "CO2", 0.25, stage="distribution"),
        ],
    }


def test_a_chain_of_processes_is_followed_to_its_end(tmp_path, library):
    outcome = computed(tmp_path / "one", library, **chain())
    assert [outcome.scale("kiln-out", p) for p in ("kiln", "mill", "quarry")] == [1, 2, 10]
    intensities = [outcome.intensity("kiln-out", p) for p in ("kiln", "mill", "quarry")]
    assert intensities == pytest.approx([11.5, 2.25, 0.25])
    assert outcome.total("kiln-out") == pytest.approx(7 + 2 * 1 + 10 * 0.25)
    assert float(outcome.lines("kiln-out")["quarry/1"]["scaled_amount"]) == 2.5


def test_what_comes_from_upstream_stands_in_the_stage_where_it_enters(tmp_path, library):
    outcome = computed(tmp_path / "one", library, **chain())
    assert outcome.parts("stage", "kiln-out") == {"production": 7.0, "raw_material": 4.5}
    assert outcome.lines("kiln-out")["quarry/1"]["stage"] == "raw_material"


def test_one_provider_through_two_stages_is_shared_between_them(tmp_path, library):
    files = chain()
    files["exchange"].append(
        line("kiln", 3, "lime", 6, "kg", stage="distribution", provider="mill"),
    )
    outcome = computed(tmp_path / "one", library, **files)
    assert outcome.parts("stage", "kiln-out") == pytest.approx(
        {"production": 7.0, "raw_material": 2 * 2.25, "distribution": 6 * 2.25}
    )
    assert outcome.lines("kiln-out")["mill/2"]["stage"] == "distribution"


def test_a_process_nobody_draws_on_is_outside_the_result(tmp_path, library):
    files = chain()
    files["process"].append(process("idle", "clay"))
    files["exchange"].append(emission("idle", 1, "CO2", 1000))
    outcome = computed(tmp_path / "one", library, **files)
    assert outcome.total("kiln-out") == pytest.approx(11.5)
    assert "idle/1" not in outcome.lines("kiln-out")
    assert "idle" not in outcome.row("model")["processes"]


def test_the_life_cycle_model_names_its_processes_and_links(tmp_path, library):
    outcome = computed(tmp_path / "one", library, **chain())
    model = outcome.row("model")
    assert model["processes"] == ["kiln", "mill", "quarry"]
    assert json.loads(model["links"]) == [
        {"process": "kiln", "line": "1", "provider": "mill"},
        {"process": "mill", "line": "1", "provider": "quarry"},
    ]
    (total,) = outcome.rows("inventory_result")
    assert total["flow_id"] == "co2_fossil"
    assert float(total["total_amount"]) == pytest.approx(11.5)


def test_two_products_of_one_inventory_have_each_their_own_result(tmp_path, library):
    files = chain()
    files["product"].append(product("mill", "t", 1))
    outcome = computed(tmp_path / "one", library, **files)
    assert outcome.total("kiln-out") == pytest.approx(11.5)
    assert outcome.total("mill-out") == pytest.approx(2250)
    assert set(outcome.lines("mill-out")) == {"mill/2", "quarry/1"}


def test_an_emission_takes_the_potential_of_the_set_asked_for(tmp_path, library):
    files = kiln(emission("kiln", 1, "ch4_fossil", 2), emission("kiln", 2, "ch4_biogenic", 1))
    outcome = computed(tmp_path / "one", library, ("AR4", "AR5", "AR6"), **files)
    totals = {s: outcome.total("kiln-out", s) for s in ("AR4", "AR5", "AR6")}
    assert totals == pytest.approx({"AR4": 75.0, "AR5": 88.0, "AR6": 86.6})
    assert outcome.parts("component", "kiln-out") == {"fossil": 60.0, "biogenic_non_co2": 28.0}


def test_the_set_of_the_product_is_computed_even_if_others_are_asked_for(tmp_path, library):
    files = kiln(emission("kiln", 1, "ch4_fossil", 1), gwp_set="AR6")
    outcome = computed(tmp_path / "one", library, ("AR5",), **files)
    assert outcome.total("kiln-out", "AR6") == pytest.approx(29.8)
    assert outcome.total("kiln-out", "AR5") == pytest.approx(30)


def breathing():
    """A process that takes up and gives off biogenic carbon beside fossil carbon."""
    return (
        emission("kiln", 1, "co2_biogenic", 2),
        emission("kiln", 2, "co2_biogenic", 3, direction="removal"),
        emission("kiln", 3, "CO2", 10),
    )


@pytest.mark.parametrize(
    ("rule", "expected"), [("cn-guideline-2025", 10.0), ("iso-14067-ar6", 9.0)]
)
def test_biogenic_carbon_counts_only_where_the_rule_includes_it(tmp_path, library, rule, expected):
    outcome = computed(tmp_path / "one", library, **kiln(*breathing(), accounting_rule=rule))
    row = outcome.row("footprint")
    assert float(row["footprint_value"]) == expected
    assert float(row["value_excluding_uptake"]) == 10
    assert float(row["value_including_uptake"]) == 10 + 2 - 3
    assert outcome.parts("component", "kiln-out") == {
        "fossil": 10.0, "biogenic_co2_emission": 2.0, "biogenic_uptake": -3.0,
    }  # fmt: skip
    assert sum(outcome.parts("stage", "kiln-out").values()) == expected
    assert sum(outcome.parts("gas", "kiln-out").values()) == expected
    assert float(exact_sum(outcome.rows("footprint_line"))) == expected


@pytest.mark.parametrize(
    ("gas", "component"),
    [("co2_fossil", "technological_removal"), ("co2_land_use", "land_management_removal")],
)
def test_a_removal_is_written_positive_and_counted_negative(tmp_path, library, gas, component):
    files = kiln(
        emission("kiln", 1, "CO2", 5), emission("kiln", 2, gas, 2, direction="removal")
    )  # fmt: skip
    outcome = computed(tmp_path / "one", library, **files)
    assert outcome.total("kiln-out") == 3
    assert outcome.parts("component", "kiln-out") == {"fossil": 5.0, component: -2.0}
    mass = sum(float(r["gas_mass"]) for r in outcome.rows("footprint_gas"))
    assert mass == 3


PINE = "FPINEAAAAAAAA"


@pytest.mark.parametrize(
    ("rule", "expected"), [("cn-guideline-2025", 10.0), ("iso-14067-ar6", 7.0)]
)
def test_a_factor_with_components_is_split_and_flight_stays_outside(
    tmp_path, library_with, rule, expected
):
    wood = factor(
        PINE, "sand", 10.0, "kg", value_convention="excluding_uptake", fossil=7.0,
        biogenic_non_co2=3.0, biogenic_uptake=-4.0, biogenic_co2_emission=1.0, aircraft=0.5,
    )  # fmt: skip
    files = kiln(line("kiln", 1, "sand", 2, "kg", **pinned(PINE)), accounting_rule=rule)
    outcome = computed(tmp_path / "one", library_with(factors=(wood,), gases=()), **files)
    assert outcome.parts("component", "kiln-out") == {
        "fossil": 14.0, "biogenic_non_co2": 6.0, "biogenic_uptake": -8.0,
        "biogenic_co2_emission": 2.0, "aircraft": 1.0,
    }  # fmt: skip
    assert outcome.total("kiln-out") == 2 * expected
    assert outcome.parts("gas", "kiln-out") == {"co2e_unsplit": 2 * expected}


def test_what_a_factor_does_not_split_stays_unsplit(tmp_path, library_with):
    half = factor(PINE, "sand", 10.0, "kg", value_convention="not_stated", fossil=7.0)
    files = kiln(line("kiln", 1, "sand", 1, "kg", **pinned(PINE)))
    outcome = computed(tmp_path / "one", library_with(factors=(half,), gases=()), **files)
    assert outcome.parts("component", "kiln-out") == {"fossil": 7.0, "unsplit": 3.0}
    assert outcome.total("kiln-out") == 10


def test_primary_data_of_a_plant_count_and_factors_of_others_do_not(tmp_path, library):
    files = kiln(
        emission("kiln", 1, "CO2", 3, data_origin="primary"),
        line("kiln", 2, "electricity", 10, "kWh", data_origin="primary", **pinned(POWER)),
    )
    outcome = computed(tmp_path / "one", library, **files)
    assert outcome.row("footprint")["primary_data_share"] == pytest.approx(3 / 8)


def test_a_supplier_s_own_factor_counts_as_primary(tmp_path, library_with):
    own = factor(POWER, "electricity", 0.5, "kWh", data_origin="primary")
    files = kiln(
        emission("kiln", 1, "CO2", 3),
        line("kiln", 2, "electricity", 10, "kWh", data_origin="primary", **pinned(POWER)),
    )
    outcome = computed(tmp_path / "one", library_with(factors=(own,), gases=()), **files)
    assert outcome.row("footprint")["primary_data_share"] == pytest.approx(5 / 8)


def test_quality_is_weighed_by_absolute_contribution(tmp_path, library_with):
    library = library_with(qualities=((POWER, 1.0, 2.0, 3.0, 4.0),))
    files = kiln(
        line("kiln", 1, "electricity", 12, "kWh", **pinned(POWER)),
        emission("kiln", 2, "CO2", 2, direction="removal"),
    )
    row = computed(tmp_path / "one", library, **files).row("footprint")
    # Weights 6 and |-2|; a line without scores has the worst, 5.
    expected = [(6 * score + 2 * 5) / 8 for score in (1, 2, 3, 4)]
    assert [row[k] for k in ("ter", "ger", "tir", "precision_score")] == pytest.approx(expected)
    assert row["dqr"] == pytest.approx(sum(expected) / 4)


def check(product_id, value, unit, number=1):
    """A row of ``check.csv``."""
    return {
        "product_id": product_id, "check_id": f"C{number}", "check_kind": "published result",
        "check_value": value, "check_unit": unit, "check_boundary": "gate",
        "explanation_zh": "口径不同", "explanation_en": "other boundary", "citation": "paper",
        "confidence": "high",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit", "ratio"),
    [
        (10, "kgCO2e/kg", 0.5),
        (2.5, "tCO2e/t", 2),
        (5000, "kgCO2e/t", 1),
        (20, "gCO2e/g", 0.25),
    ],
)
def test_a_published_value_is_compared_in_one_unit(tmp_path, library, value, unit, ratio):
    files = kiln(emission("kiln", 1, "CO2", 5), unit="kg", amount=4)
    outcome = computed(tmp_path / "one", library, **files, check=[check("kiln-out", value, unit)])
    row = outcome.row("footprint_check")
    assert row["ratio"] == pytest.approx(ratio)
    assert float(row["our_value"]) == 20
    assert row["gwp_set"] == "AR5"


def test_an_extra_column_does_no_harm_and_a_name_serves_as_a_flow(tmp_path, library):
    bought = {**line("kiln", 1, "电力", 10, "kWh", **pinned(POWER)), "meter": "M-7"}
    outcome = computed(tmp_path / "one", library, **kiln(bought, emission("kiln", 2, "CO2", 1)))
    assert outcome.total("kiln-out") == 6
    assert outcome.lines("kiln-out")["kiln/1"]["flow"] == "electricity"
    assert outcome.lines("kiln-out")["kiln/2"]["flow"] == "co2_fossil"


def test_a_pin_may_name_the_version(tmp_path, library_with):
    second = factor(POWER, "electricity", 0.8, "kWh", version="2.0")
    library = library_with(factors=(*FACTORS, second), gases=GASES)
    totals = [
        computed(
            tmp_path / version.replace(".", "-"),
            library,
            **kiln(line("kiln", 1, "electricity", 10, "kWh", provider=f"factor:{POWER}@{version}")),
        ).total("kiln-out")
        for version in ("1.0", "2.0")
    ]
    assert totals == [5, 8]
