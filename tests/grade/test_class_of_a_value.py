"""Which class does a value get under printed limits, and what of a value at a limit?"""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import FaultyData, WrongUsage
from pipelines.grade import assign
from pipelines.grade.assign import NOT_GRADED, class_of
from pipelines.grade.threshold import limits_of
from tests.grade.samples import (
    DISCLOSURE,
    RATIO,
    SLIDING,
    TABLE,
    a_rule,
    build,
    population,
)

LABELS = ["A", "B", "C"]


def codes(error) -> list[str]:
    return [f.code for f in error.value.findings]


@pytest.mark.parametrize(
    ("value", "at_most", "below"),
    [(0.5, "A", "A"), (1.0, "A", "B"), (1.5, "B", "B"), (2.0, "B", "C"), (9.0, "C", "C")],
)
def test_a_limit_belongs_to_its_class_or_to_the_next_as_the_rule_says(value, at_most, below):
    assert assign(a_rule(TABLE, inclusion="<="), value, (1.0, 2.0)).grade == at_most
    assert assign(a_rule(TABLE, inclusion="<"), value, (1.0, 2.0)).grade == below


@pytest.mark.parametrize(
    ("inclusion", "tie_rule", "wanted"), [("<=", "better_class", "A"), ("<", "worse_class", "B")]
)
def test_a_tie_at_a_printed_limit_goes_where_the_rule_sends_it(inclusion, tie_rule, wanted):
    rule = a_rule(TABLE, inclusion=inclusion, tie_rule=tie_rule)
    assert assign(rule, 1.0, rule.limits).grade == wanted


@pytest.mark.parametrize("inclusion", ["<=", "<"])
def test_products_tied_at_a_cut_of_the_population_all_get_the_better_class(inclusion):
    values = [10.0, 20.0, 20.0, 20.0, 20.0, 30.0, 40.0, 50.0]
    rule = a_rule(quantiles=[0.5, 0.9], inclusion=inclusion)
    limits = build(rule, population(values), DISCLOSURE).limits
    assert [assign(rule, v, limits).grade for v in values] == [*"AAAAABBC"]


def test_beyond_a_closed_last_class_there_is_no_class():
    rule = a_rule(TABLE, limits=[1.0, 2.0, 3.0])
    assert assign(rule, 3.0, rule.limits).grade == "C"
    beyond = assign(rule, 3.5, rule.limits, 1.0)
    assert beyond.most_probable == NOT_GRADED
    assert beyond.grade == beyond.point_grade == NOT_GRADED
    assert beyond.probabilities == {"A": 0.0, "B": 0.0, "C": 0.0, NOT_GRADED: 1.0}


@settings(deadline=None)
@given(
    st.lists(st.integers(-20, 20), min_size=1, max_size=6),
    st.lists(st.integers(-25, 25), min_size=2, max_size=12),
    st.sampled_from(["<=", "<"]),
    st.booleans(),
)
def test_a_higher_value_never_gets_a_better_class(limits, values, inclusion, is_open):
    labels = [f"{i}" for i in range(len(limits) + is_open)]
    places = [*labels, NOT_GRADED]
    found = [
        places.index(class_of(v / 2, sorted(limits), labels, inclusion)) for v in sorted(values)
    ]
    assert found == sorted(found)
    passed = [
        sum(v / 2 > limit if inclusion == "<=" else v / 2 >= limit for limit in limits)
        for v in sorted(values)
    ]
    assert found == passed


@pytest.mark.parametrize(
    ("value", "margin"), [(0.25, 0.75), (1.0, 0.0), (1.5, 0.5), (3.0, None)]
)  # fmt: skip
def test_the_margin_is_the_way_to_the_limit_of_the_class(value, margin):
    assert assign(a_rule(TABLE), value, (1.0, 2.0)).margin == margin


def test_the_margin_beyond_all_classes_is_what_is_missing():
    rule = a_rule(TABLE, limits=[1.0, 2.0, 3.0])
    assert assign(rule, 3.5, rule.limits).margin == -0.5


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_no_number_is_refused(value):
    with pytest.raises(FaultyData) as refused:
        assign(a_rule(TABLE), value, (1.0, 2.0))
    assert codes(refused) == ["E-GRD-14"]


def test_a_removal_may_be_graded_by_its_point_value():
    assert assign(a_rule(TABLE), -3.0, (1.0, 2.0)).grade == "A"


def test_ratio_limits_are_shares_of_the_benchmark():
    rule = a_rule(RATIO, benchmark=831.2, limits=[0.8, 1.0])
    assert limits_of(rule) == pytest.approx((664.96, 831.2), rel=1e-12)
    assert build(rule, [], DISCLOSURE).limits == limits_of(rule)


@pytest.mark.parametrize(("share", "base"), [(0.0, 400.0), (0.2, 330.0), (1.0, 50.0)])
def test_a_sliding_limit_falls_with_the_covariate(share, base):
    limits = limits_of(a_rule(SLIDING), covariate=share)
    assert limits == pytest.approx((base, 2 * base), rel=1e-12)


@pytest.mark.parametrize("share", [None, -0.01, 1.01, 30.0, math.nan])
def test_a_sliding_scale_without_its_covariate_is_refused(share):
    with pytest.raises(WrongUsage) as refused:
        limits_of(a_rule(SLIDING), covariate=share)
    assert codes(refused) == ["E-GRD-07"]


CONCRETE = {
    **{k: v for k, v in TABLE.items() if k != "limits"},
    "subclasses": {"6000": [319.0, 374.0, 407.0], "7200": [321.0, 362.0, 402.0]},
    "modifiers": {"high_early_strength": 1.3},
}


def test_each_subclass_has_its_own_limits_even_when_they_do_not_rise():
    rule = a_rule(CONCRETE)
    assert limits_of(rule, subclass="6000") == (319.0, 374.0, 407.0)
    assert limits_of(rule, subclass="7200") == (321.0, 362.0, 402.0)


def test_a_modifier_scales_every_limit():
    limits = limits_of(a_rule(CONCRETE), subclass="6000", modifier="high_early_strength")
    assert limits == pytest.approx((414.7, 486.2, 529.1), rel=1e-12)


@pytest.mark.parametrize(
    ("choice", "known"),
    [
        ({"subclass": "4500"}, ("6000", "7200")),
        ({}, ("6000", "7200")),
        ({"subclass": "6000", "modifier": "frost"}, ("high_early_strength",)),
    ],
)
def test_an_unknown_subclass_or_modifier_is_refused_with_the_known_ones(choice, known):
    with pytest.raises(WrongUsage) as refused:
        limits_of(a_rule(CONCRETE), **choice)
    assert codes(refused) == ["E-GRD-06"]
    assert refused.value.findings[0].expected == known
