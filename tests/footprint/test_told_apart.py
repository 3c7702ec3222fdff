"""Is a result told apart as ISO 14067 wants it, every part counted once, to the last digit?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.footprint.handmade import (
    DIESEL,
    FACTORS,
    POWER,
    computed,
    emission,
    exact_sum,
    factor,
    line,
    pinned,
    process,
    product,
)

ISO = {"accounting_rule": "iso-14067-ar6", "gwp_set": "AR6"}
FLIGHT, MIX, WIND = f"F{'FLIGHT':A<12}", f"F{'MIX':A<12}", f"F{'WIND':A<12}"
SETS = ("AR5", "AR6")


@pytest.fixture(scope="module")
def library(library_with):
    """The bench with a flight, a residual mix and wind power."""
    flown = factor(
        FLIGHT, "freight_road", 1.5, "t*km", fossil=1.5, aircraft=0.4, gwp_set="not_stated",
        value_convention="excluding_uptake",
    )  # fmt: skip
    mix = factor(MIX, "electricity", 0.8, "kWh", factor_kind="residual_mix", gwp_set="not_stated")
    wind = factor(WIND, "electricity_wind", 0.02, "kWh", gwp_set="not_stated")
    plain = [{**row, "gwp_set": "not_stated"} if row["factor_id"] == POWER else row
             for row in FACTORS]  # fmt: skip
    return library_with(factors=(*plain, flown, mix, wind))


def forest(**of_product):
    """Wood grown, burnt in part and flown: every heading of separate reporting."""
    return {
        "product": [product("kiln", **of_product)],
        "process": [process("kiln"), process("farm", "lime")],
        "exchange": [
            line("kiln", 1, "lime", 2, "kg", stage="raw_material", provider="farm"),
            line("kiln", 2, "freight_road", 3, "t*km", stage="distribution", **pinned(FLIGHT)),
            emission("kiln", 3, "ch4_fossil", 0.1),
            emission("kiln", 4, "ch4_biogenic", 0.1),
            emission("kiln", 5, "co2_biogenic", 0.5),
            emission("kiln", 6, "co2_fossil", 0.25, direction="removal"),
            emission("farm", 1, "co2_biogenic", 1.5, direction="removal"),
            emission("farm", 2, "co2_land_use", 0.3),
            emission("farm", 3, "CO2", 0.7),
        ],
    }


@pytest.fixture(scope="module")
def told(tmp_path_factory, library):
    return computed(tmp_path_factory.mktemp("a") / "one", library, SETS, **forest())


@pytest.fixture(scope="module")
def told_by_iso(tmp_path_factory, library):
    return computed(tmp_path_factory.mktemp("b") / "one", library, SETS, **forest(**ISO))


def headings(outcome, gwp_set):
    sums = {}
    for row in outcome.rows("footprint_part", product_id="kiln-out", gwp_set=gwp_set):
        sums[row["heading"]] = sums.get(row["heading"], 0) + float(row["contribution"])
    return sums


@pytest.mark.parametrize("gwp_set", SETS)
def test_parts_that_count_sum_to_every_total_to_the_last_digit(told, told_by_iso, gwp_set):
    for outcome in (told, told_by_iso):
        total = outcome.row("footprint", gwp_set=gwp_set)["footprint_value"]
        parts = outcome.rows("footprint_part", gwp_set=gwp_set)
        counted = [row for row in parts if row["is_counted"]]
        assert exact_sum(counted) == total
        for table, key in (("footprint_stage", "stage"), ("footprint_gas", "gas_or_unsplit")):
            for row in outcome.rows(table, gwp_set=gwp_set):
                mine = [one for one in counted if one[key] == row[key]]
                assert exact_sum(mine) == row["contribution"]
        for row in outcome.rows("footprint_component", gwp_set=gwp_set):
            mine = [one for one in parts if one["component"] == row["component"]]
            assert exact_sum(mine) == row["contribution"]
        assert exact_sum(outcome.rows("footprint_line", gwp_set=gwp_set)) == total


def test_every_heading_holds_its_own_and_nothing_else(told):
    assert headings(told, "AR5") == pytest.approx({
        "fossil": 4.5 + 0.1 * 30 + 2 * 0.7, "biogenic": 0.1 * 28 + 0.5, "land_use_change": 0.6,
        "aircraft": 1.2, "removals": -0.25, "uptake": -3.0,
    })  # fmt: skip
    assert headings(told, "AR6")["fossil"] == pytest.approx(4.5 + 0.1 * 29.8 + 1.4)
    assert headings(told, "AR6")["biogenic"] == pytest.approx(0.1 * 27 + 0.5)


def test_zero_zero_and_minus_one_plus_one_are_the_rule_s_choice(told, told_by_iso):
    zero = told.row("footprint", gwp_set="AR6")
    one = told_by_iso.row("footprint", gwp_set="AR6")
    without = 4.5 + 0.1 * 29.8 + 1.4 + 0.1 * 27 + 0.6 - 0.25
    assert float(zero["footprint_value"]) == pytest.approx(without)
    assert float(one["footprint_value"]) == pytest.approx(without - 3.0 + 0.5)
    for row in (zero, one):
        assert float(row["value_excluding_uptake"]) == pytest.approx(without)
        assert float(row["value_including_uptake"]) == pytest.approx(without - 2.5)
    memo = told_by_iso.rows("footprint_part", component="aircraft", gwp_set="AR6")
    assert [row["is_counted"] for row in memo] == [False]


def test_carbon_in_the_product_is_balanced_and_stands_outside_the_total(tmp_path, library, told):
    taken = 3.0 - 0.5
    carbon = taken / 3.66406 - 0.1 / 1.33569
    balance = told.row("footprint", gwp_set="AR5")["carbon_balance_biogenic"]
    assert float(balance) == pytest.approx(carbon, rel=1e-9)
    for stated, codes in ((f"{carbon:.9f}", set()), ("0.9", {"E-SEL-09"})):
        files = forest(biogenic_carbon_in_product=stated)
        outcome = computed(tmp_path / stated.replace(".", "-"), library, **files)
        row = outcome.row("footprint")
        assert row["biogenic_carbon_in_product"] == float(stated)
        assert row["footprint_value"] == told.row("footprint", gwp_set="AR5")["footprint_value"]
        made = {one["assumption_source"] for one in outcome.rows("assumption")}
        assert made & {"E-SEL-09"} == codes


def test_without_uptake_nothing_is_balanced(tmp_path, library):
    files = forest()
    files["exchange"] = [row for row in files["exchange"] if row["flow"] != "co2_biogenic"]
    row = computed(tmp_path / "one", library, **files).row("footprint")
    assert row["carbon_balance_biogenic"] is None


def grid(covered=(), rule=None, **of_line):
    """A hundred kilowatt hours, covered in part by wind certificates."""
    return {
        "product": [product("a", **(rule or {}))],
        "process": [process("a")],
        "exchange": [line("a", 1, "electricity", 100, "kWh", **of_line)],
        "instrument": [
            {"instrument_id": f"I{n}", "process_id": "a", "line": 1, "kind": "certificate",
             "energy_source": "wind", "market_region": "CN", "provider": f"factor:{WIND}",
             "amount": amount, "unit": "kWh", "period_start": "2025-01-01",
             "period_end": "2025-12-31", "retired_for": "a"}
            for n, amount in enumerate(covered)
        ],
    }  # fmt: skip


def test_covered_and_uncovered_electricity_stand_apart_at_the_residual_mix(tmp_path, library):
    outcome = computed(tmp_path / "one", library, **grid((30, 10)))
    row = outcome.row("footprint_electricity")
    assert [float(row[k]) for k in ("covered_amount", "uncovered_amount")] == [40, 60]
    assert row["instruments"] == ["I0", "I1"]
    assert (row["electricity_basis"], row["residual_factor"]) == ("residual_mix", f"{MIX}@1.0")
    shown = [float(row[k]) for k in ("location_contribution", "covered_contribution",
                                     "uncovered_contribution")]  # fmt: skip
    assert shown == pytest.approx([50, 40 * 0.02, 60 * 0.8])
    total = outcome.row("footprint")
    assert float(total["value_location_based"]) == pytest.approx(50)
    assert float(total["value_contractual"]) == pytest.approx(48.8)
    assert total["footprint_value"] == total["value_location_based"]


def test_by_a_contractual_rule_the_result_and_its_lines_are_the_contractual_ones(tmp_path, library):
    outcome = computed(tmp_path / "one", library, ("AR6",), **grid((30, 10), rule=ISO))
    total = outcome.row("footprint", gwp_set="AR6")
    assert total["footprint_value"] == total["value_contractual"] == Decimal("48.8")
    row = outcome.row("footprint_line", gwp_set="AR6")
    assert (float(row["contribution"]), row["factor_id"]) == (pytest.approx(48.8), MIX)
    assert exact_sum(outcome.rows("footprint_part", gwp_set="AR6")) == total["footprint_value"]
    whole = computed(tmp_path / "two", library, ("AR6",), **grid((100,), rule=ISO))
    row = whole.row("footprint_line", gwp_set="AR6")
    assert (float(row["contribution"]), row["factor_id"]) == (pytest.approx(2.0), WIND)


def test_without_a_residual_mix_the_rest_stays_average_and_the_ledger_says_so(
    tmp_path, library_with
):
    wind = factor(WIND, "electricity_wind", 0.02, "kWh")
    bench = library_with(factors=(*FACTORS, wind))
    outcome = computed(tmp_path / "one", bench, **grid((40,)))
    row = outcome.row("footprint_electricity")
    assert (row["electricity_basis"], row["residual_factor"]) == ("average", None)
    assert float(row["uncovered_contribution"]) == pytest.approx(30)
    made = {one["assumption_source"]: one for one in outcome.rows("assumption")}
    assert "60 kWh" in made["E-SEL-08"]["text_zh"]
    free = computed(tmp_path / "two", bench, **grid((100,)))
    assert "E-SEL-08" not in {one["assumption_source"] for one in free.rows("assumption")}


def test_fuel_is_no_electricity(tmp_path, library):
    files = {name: rows for name, rows in grid().items() if name != "instrument"}
    files["exchange"] = [line("a", 1, "diesel", 1, "kg", flow_use="combustion", **pinned(DIESEL))]
    assert computed(tmp_path / "one", library, **files).rows("footprint_electricity") == []
