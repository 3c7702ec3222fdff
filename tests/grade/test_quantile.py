"""Is the limit at a quantile the one that the rule's definition gives?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.grade.threshold import quantile, weighted_quantile
from tests.grade.samples import (
    DISCLOSURE,
    a_rule,
    build,
    population,
)

SAMPLES = st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=40)
SHARES = st.floats(0.001, 0.999)
TENS = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0]


@settings(deadline=None, max_examples=40)
@given(SAMPLES, SHARES)
def test_type_1_is_the_inverse_of_the_distribution_function(values, q):
    assert quantile(values, q, 1) == np.quantile(values, q, method="inverted_cdf")


@pytest.mark.parametrize(("kind", "method"), [(6, "weibull"), (7, "linear")])
@settings(deadline=None, max_examples=40)
@given(values=SAMPLES, q=SHARES)
def test_types_6_and_7_interpolate_as_numpy_does(kind, method, values, q):
    wanted = np.quantile(values, q, method=method)
    assert quantile(values, q, kind) == pytest.approx(wanted, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(
    ("kind", "q", "wanted"),
    [(1, 0.25, 1.0), (6, 0.25, 1.25), (7, 0.25, 1.75), (1, 0.5, 2.0), (6, 0.5, 2.5), (7, 0.5, 2.5),
     (6, 0.1, 1.0), (6, 0.95, 4.0)],
)  # fmt: skip
def test_four_values_by_hand(kind, q, wanted):
    assert quantile([3.0, 1.0, 4.0, 2.0], q, kind) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(("kind", "limit"), [(1, 41.0), (6, 36.0), (7, 38.0)])
def test_the_rule_chooses_the_definition(kind, limit):
    # Places 4, 3.6 and 3.8 of 8; 40 is a member's value, so 41 is shown.
    rule = a_rule(quantiles=[0.4, 0.9], quantile_type=kind)
    assert build(rule, population(TENS), DISCLOSURE).limits[0] == limit


@pytest.mark.parametrize(
    ("q", "wanted"),
    [(0.1, 10.0), (0.5, 10.0), (0.500001, 20.0), (0.8, 20.0), (0.81, 30.0), (0.999, 30.0)],
)
def test_a_weighted_quantile_by_hand(q, wanted):
    # Of the output, 50 % stands at 10, 30 % at 20 and 20 % at 30.
    assert weighted_quantile([30.0, 10.0, 20.0], [2.0, 5.0, 3.0], q) == wanted


def test_output_of_equal_values_adds_up_and_no_output_counts_for_nothing():
    assert weighted_quantile([10.0, 10.0, 20.0], [1.0, 1.0, 2.0], 0.5) == 10.0
    assert weighted_quantile([10.0, 10.0, 20.0], [1.0, 1.0, 2.0], 0.6) == 20.0
    assert weighted_quantile([5.0, 10.0], [0.0, 1.0], 0.01) == 10.0


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), min_size=1, max_size=20),
    st.integers(1, 15),
)
def test_an_output_of_n_weighs_as_n_products_of_one(pairs, sixteenths):
    values, weights = [float(v) for v, _ in pairs], [float(w) for _, w in pairs]
    each = [float(v) for v, w in pairs for _ in range(w)]
    q = sixteenths / 16
    assert weighted_quantile(values, weights, q) == np.quantile(each, q, method="inverted_cdf")


def test_a_rule_weighted_by_output_counts_output_and_not_products():
    outputs = [10.0, 15.0, 30.0, 15.0, 15.0, 15.0]
    members = population(TENS[:6], outputs)
    assert build(a_rule(weighted=True), members, DISCLOSURE).limits == (21.0, 31.0)
    assert build(a_rule(weighted=False), members, DISCLOSURE).limits == (22.0, 35.0)


@settings(deadline=None, max_examples=30)
@given(st.permutations(TENS), st.booleans())
def test_the_order_of_the_results_changes_nothing(values, weighted):
    rule = a_rule(weighted=weighted)
    by_value = {v: float(1 + i % 3) for i, v in enumerate(TENS)}
    shuffled = population(values, [by_value[v] for v in values])
    in_order = population(TENS, [by_value[v] for v in TENS])
    assert build(rule, shuffled, DISCLOSURE).limits == build(rule, in_order, DISCLOSURE).limits
    assert len(build(rule, shuffled, DISCLOSURE).limits) == 2
