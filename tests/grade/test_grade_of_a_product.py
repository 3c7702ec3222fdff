"""Does a product get a class only where a footprint rule, its data and its owner allow it?"""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from pipelines.errors import FaultyData
from pipelines.findings import catalogue
from pipelines.grade import assign, read_grade_rules
from pipelines.grade.assign import NOT_GRADED
from pipelines.settings import REPOSITORY
from schemas.grade import BENCHMARK, GRADE, GRADE_THRESHOLD
from schemas.render.pandera import require
from tests.grade.samples import (
    DISCLOSURE,
    ON,
    RATIO,
    SLIDING,
    TABLE,
    a_rule,
    build,
    build_all,
    footprints,
    population,
    products,
)

CLINKER = read_grade_rules(REPOSITORY / "seeds")["gb-16780-2021-clinker-energy"]
VALUES = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0]


def tables(rule, *rows, members=(), **own_set):
    return build_all(
        {rule.rule_id: rule},
        {rule.population: members} if rule.population else {},
        DISCLOSURE,
        footprints(*rows),
        products(**own_set),
        ON,
    )


def grades(rule, *rows, **more) -> list[dict]:
    return list(tables(rule, *rows, **more)["grade"].iter_rows(named=True))


def test_a_product_gets_the_class_of_its_footprint_per_declared_unit():
    (row,) = grades(a_rule(TABLE), {"footprint_value": Decimal("3.0"), "declared_amount": 2.0})
    assert (row["label"], row["graded_value"], row["graded_unit"]) == ("B", 1.5, "kgCO2e/kg")
    assert (row["is_withheld"], row["reason_codes"], row["flags"]) == (False, ["G-PROB-03"], [])
    assert (row["probabilities"], row["most_probable_label"]) == (None, None)
    assert (row["rule_id"], row["rule_version_no"]) == ("rule-1", "1.0")


def test_a_product_is_graded_by_the_limits_of_its_population():
    members = population(VALUES)
    for value, label in (("22", "A"), ("22.1", "B"), ("35", "B"), ("35.1", "C")):
        (row,) = grades(a_rule(), {"footprint_value": Decimal(value)}, members=members)
        assert row["label"] == label


@pytest.mark.parametrize(
    ("code", "flaw"),
    [
        ("G-UNIT-01", {"declared_unit": "t"}),
        ("G-BOU-01", {"boundary": "cradle_to_grave"}),
        ("G-GWP-01", {"gwp_set": "AR6"}),
        ("G-RULE-01", {"accounting_rule": "pcr-cheese"}),
        ("G-LIM-01", {"is_limit_activity": True}),
    ],
)
def test_a_result_that_does_not_fit_the_rule_gets_no_class_and_the_reason(code, flaw):
    (row,) = grades(a_rule(TABLE), flaw, milk_1=flaw.get("gwp_set", "AR5"))
    assert (row["label"], row["graded_value"], row["is_withheld"]) == (None, None, True)
    assert row["reason_codes"] == [code]
    assert row["reasons_zh"] == catalogue()[code].zh
    assert row["reasons_en"] == catalogue()[code].en
    assert row["flags"] == ["withheld"]


def test_the_result_under_the_set_of_the_rule_is_graded():
    rows = (
        {"gwp_set": "AR5", "footprint_value": Decimal("2.5")},
        {"gwp_set": "AR6", "footprint_value": Decimal("0.5")},
    )
    for rule_set, label in (("AR5", "C"), ("AR6", "A"), (None, "C")):
        (row,) = grades(a_rule(TABLE, gwp_set=rule_set), *rows, milk_1="AR5")
        assert row["label"] == label


SAMPLED = {"samples": 1000, "p2_5": Decimal("1.0"), "median": Decimal("1.5"),
           "p97_5": Decimal("2.4"), "uncertainty_coverage": 1.0}  # fmt: skip


def test_the_probabilities_of_a_result_are_those_of_its_samples():
    (row,) = grades(a_rule(TABLE), SAMPLED)
    assert json.loads(row["probabilities"]) == {"A": 0.025, "B": 0.8649, "C": 0.1101}
    assert (row["label"], row["most_probable_label"], row["reason_codes"]) == ("B", "B", [])
    (twice,) = grades(a_rule(TABLE), {**SAMPLED, "declared_amount": 2.0})
    assert twice["most_probable_label"] == "A"


def test_a_result_that_states_no_uncertainty_is_not_called_certain():
    for flaw in ({"uncertainty_coverage": 0.0, "gsd2": 1.0}, {"uncertainty_coverage": 0.0}):
        (row,) = grades(a_rule(TABLE), {**SAMPLED, **flaw})
        assert (row["label"], row["probabilities"]) == ("B", None)
        assert row["reason_codes"] == ["G-PROB-03"]
        (row,) = grades(a_rule(TABLE, uncertainty_policy="conservative"), {**SAMPLED, **flaw})
        assert (row["label"], row["is_withheld"]) == (None, True)
        assert row["reason_codes"] == ["G-PROB-05", "G-PROB-03"]


def test_an_uncertainty_of_a_part_says_of_how_much():
    (row,) = grades(a_rule(TABLE), {**SAMPLED, "uncertainty_coverage": 0.4})
    assert row["reason_codes"] == ["G-PROB-04"]
    assert "40%" in row["reasons_zh"]


def test_without_samples_the_analytic_spread_is_taken():
    (row,) = grades(a_rule(TABLE), {"gsd2_analytic": 1.5, "uncertainty_coverage": 1.0})
    assert json.loads(row["probabilities"])["B"] == pytest.approx(0.8995, abs=1e-3)


def test_a_result_too_uncertain_for_the_rule_is_withheld():
    (row,) = grades(a_rule(TABLE, p_min=0.9), {"gsd2": 2.0})
    assert (row["label"], row["graded_value"], row["is_withheld"]) == (None, 1.5, True)
    assert row["reason_codes"] == ["G-PROB-01"]
    assert "0.90" in row["reasons_zh"]
    assert "0.90" in row["reasons_en"]


def test_each_product_is_judged_under_every_rule_of_its_category_and_no_other():
    rules = {
        name: a_rule(TABLE, rule_id=name, category_id=category)
        for name, category in (
            ("strict", "product.milk"),
            ("loose", "product.milk"),
            ("cheese", "product.cheese"),
        )
    }
    rows = ({"product_id": "milk-1"}, {"product_id": "milk-2"},
            {"product_id": "steel-1", "category_id": "product.steel"})  # fmt: skip
    made = build_all(rules, {}, DISCLOSURE, footprints(*rows),
                     products(milk_1="AR5", milk_2="AR5", steel_1="AR5"), ON)["grade"]  # fmt: skip
    assert made.select("product_id", "rule_id").rows() == [
        ("milk-1", "loose"), ("milk-1", "strict"), ("milk-2", "loose"), ("milk-2", "strict"),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["modelled_average", "country_default"])
def test_modelled_averages_and_country_defaults_give_statistics_and_never_a_class(kind):
    # The very population that grades when it is of producers.
    members = population([*VALUES, 70.0, 80.0])
    assert build(a_rule(), members, DISCLOSURE).is_graded
    rule = a_rule(population_kind=kind)
    made = build(rule, members, DISCLOSURE)
    assert (made.is_graded, made.is_demonstration, len(made.limits)) == (False, True, 2)
    assert [r.code for r in made.reasons] == ["G-KIND-01"]
    found = tables(rule, members=members)
    assert found["grade_threshold"]["is_demonstration"].to_list() == [True, True, True]
    (row,) = found["grade"].iter_rows(named=True)
    assert (row["label"], row["reason_codes"]) == (None, ["G-RUL-01"])


def test_averages_without_owners_are_still_shown_as_statistics():
    made = build(
        a_rule(population_kind="modelled_average"), population(VALUES, owner_id=""), DISCLOSURE
    )
    assert (made.is_graded, made.is_demonstration, made.limits) == (False, True, (22.0, 35.0))
    assert [r.code for r in made.reasons] == ["G-KIND-01", "G-OWN-04"]


def test_a_demonstration_of_producers_gives_no_product_a_class():
    members = population(VALUES, gwp_set="")
    found = tables(a_rule(), members=members)
    assert found["benchmark"]["is_demonstration"].to_list() == [True]
    (row,) = found["grade"].iter_rows(named=True)
    assert (row["label"], row["is_withheld"], row["reason_codes"]) == (None, True, ["G-RUL-01"])


@pytest.mark.parametrize(
    ("value", "label"),
    [(99.9, 0), (100.0, 0), (100.1, 1), (107.0, 1), (107.1, 2), (117.0, 2), (117.1, None)],
)
def test_the_energy_limits_of_clinker_grade_an_energy_intensity(value, label):
    made = build(CLINKER, [], DISCLOSURE)
    assert (CLINKER.indicator, CLINKER.indicator_unit) == ("energy_intensity", "kgce/t")
    found = assign(CLINKER, value, made.limits)
    assert found.grade == (NOT_GRADED if label is None else CLINKER.labels[label])


def test_an_energy_limit_grades_no_footprint():
    steel = {"category_id": "product.clinker", "declared_unit": "t", "footprint_value": Decimal(9)}
    (row,) = grades(CLINKER, steel)
    assert (row["label"], row["graded_value"], row["reason_codes"]) == (None, None, ["G-RUL-01"])
    (limited,) = grades(CLINKER, {**steel, "is_limit_activity": True})
    assert (limited["label"], limited["reason_codes"]) == (None, ["G-LIM-01", "G-RUL-01"])


def test_the_energy_limits_are_published_as_provisional():
    made = tables(CLINKER, {"category_id": "product.steel"})["grade_threshold"]
    assert made["upper_limit"].to_list() == [100.0, 107.0, 117.0]
    assert made["is_provisional"].to_list() == [True] * 3
    assert made["is_demonstration"].to_list() == [False] * 3


def test_published_thresholds_name_every_class_in_order_the_open_last_without_limit():
    made = tables(a_rule(inclusion="<"), members=population(VALUES))["grade_threshold"]
    assert made.select("position", "label", "upper_limit", "inclusion", "graded_unit").rows() == [
        (1, "A", 22.0, "<", "kgCO2e/kg"),
        (2, "B", 35.0, "<", "kgCO2e/kg"),
        (3, "C", None, "<", "kgCO2e/kg"),
    ]
    assert made["is_provisional"].to_list() == [False] * 3


def test_ratio_limits_are_published_in_the_unit_of_the_indicator():
    made = tables(a_rule(RATIO))["grade_threshold"]
    assert made["upper_limit"].to_list() == [5.0, 10.0, None]


def test_a_benchmark_that_may_grade_is_published_without_reasons():
    (row,) = tables(a_rule(), members=population(VALUES))["benchmark"].iter_rows(named=True)
    assert (row["is_graded"], row["is_demonstration"], row["reason_codes"]) == (True, False, [])
    assert (row["reasons_zh"], row["reasons_en"]) == (None, None)
    assert (row["rows_in"], row["rows_comparable"], row["owners"]) == (6, 6, 6)
    assert (row["largest_owner_share"], row["two_largest_share"]) == (0.16, 0.33)


@pytest.mark.parametrize(
    "rule",
    [
        a_rule(SLIDING, category_id="product.steel"),
        a_rule(TABLE, category_id="product.steel", limits=None, subclasses={"x": [1.0, 2.0]}),
    ],
    ids=["sliding scale", "subclasses"],
)
def test_a_rule_whose_limits_depend_on_the_product_publishes_none(rule):
    made = tables(rule)
    assert made["benchmark"].height == 1
    assert made["grade_threshold"].height == made["grade"].height == 0


def test_what_is_published_keeps_its_contract():
    found = tables(a_rule(), {}, {"product_id": "milk-2", "is_limit_activity": True},
                   members=population(VALUES), milk_1="AR5", milk_2="AR5")  # fmt: skip
    for table in (BENCHMARK, GRADE_THRESHOLD, GRADE):
        assert found[table.name].height > 0
        require(table, found[table.name], found)


def test_a_rule_that_names_a_population_nobody_has_is_refused():
    with pytest.raises(FaultyData) as refused:
        build_all({"rule-1": a_rule()}, {"cheese": []}, DISCLOSURE, footprints(), products(), ON)
    (fault,) = refused.value.findings
    assert (fault.code, fault.place["field"], fault.place["value"]) == (
        "E-GRD-01", "population", "milk",
    )  # fmt: skip
    assert fault.place["file"] == "rule-1.toml"
