"""What class does an uncertain value get, with which probability, and when none?"""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import lognorm

from pipelines.errors import FaultyData
from pipelines.grade import assign
from pipelines.grade.assign import NOT_GRADED
from pipelines.grade.spread import Spread
from tests.grade.samples import TABLE, a_rule

VALUES = st.floats(0.01, 100)
SPREADS = st.floats(1.01, 20)
LIMITS = st.lists(st.floats(0.01, 100), min_size=2, max_size=3, unique=True).map(sorted)
LABELS = ["A", "B", "C", NOT_GRADED]


@settings(deadline=None)
@given(VALUES, SPREADS, LIMITS)
def test_probabilities_are_those_of_the_lognormal_and_sum_to_one(value, gsd2, limits):
    rule = a_rule(TABLE, limits=limits)
    found = assign(rule, value, limits, gsd2).probabilities
    spread = lognorm(s=math.log(gsd2) / 2, scale=value)
    marks = [0.0, *spread.cdf(limits), 1.0]
    wanted = [b - a for a, b in pairwise(marks)]
    assert list(found) == LABELS[: len(limits) + 1]
    assert list(found.values()) == pytest.approx(wanted, abs=1e-12)
    assert math.fsum(found.values()) == pytest.approx(1.0, abs=1e-12)
    assert min(found.values()) >= 0


def test_a_class_that_no_value_reaches_has_no_probability():
    found = assign(a_rule(TABLE, p_min=0.0), 1.0, (2.0, 1.5), 1.5).probabilities
    assert found["B"] == 0.0
    assert math.fsum(found.values()) == pytest.approx(1.0, abs=1e-12)
    assert found["A"] == pytest.approx(lognorm(s=math.log(1.5) / 2).cdf(2.0), abs=1e-12)


@pytest.mark.parametrize("lowest", [0.0, -5.0])
def test_a_limit_at_or_below_zero_is_never_met_and_an_endless_one_always(lowest):
    found = assign(a_rule(TABLE, p_min=0.0), 1.0, (lowest, 1.0, math.inf), 2.0).probabilities
    assert found == pytest.approx({"A": 0.0, "B": 0.5, "C": 0.5, NOT_GRADED: 0.0}, abs=1e-12)


def test_a_certain_value_has_its_class_for_certain():
    found = assign(a_rule(TABLE), 1.5, (1.0, 2.0), 1.0)
    assert found.probabilities == {"A": 0.0, "B": 1.0, "C": 0.0}
    assert (found.grade, found.most_probable, found.withheld) == ("B", "B", False)


@pytest.mark.parametrize(
    ("policy", "grade"), [("point", "B"), ("conservative", None), ("probability", None)]
)
def test_where_no_uncertainty_is_stated_no_class_is_called_certain(policy, grade):
    found = assign(a_rule(TABLE, uncertainty_policy=policy), 1.5, (1.0, 2.0))
    assert (found.grade, found.point_grade, found.withheld) == (grade, "B", grade is None)
    assert (found.probabilities, found.most_probable) == ({}, None)
    assert [f.code for f in found.findings] == ([] if grade else ["G-PROB-05"])


@pytest.mark.parametrize(
    ("low", "median", "high"),
    [(1.0, 2.0, 4.0), (1.0, 3.0, 4.0), (1.0, 2.0, 3.0), (-2.0, -1.0, 3.0), (-5.0, -1.0, 0.5)],
)
def test_the_distribution_of_samples_passes_through_their_percentiles(low, median, high):
    found = Spread.sampled(low, median, high)
    shares = [found.share_below(x) for x in (low, median, high)]
    assert shares == pytest.approx([0.025, 0.5, 0.975], abs=1e-9)
    rising = [found.share_below(median + k * (high - low) / 5) for k in range(-20, 21)]
    assert rising == sorted(rising)
    assert (found.share_below(-math.inf), found.share_below(math.inf)) == (0.0, 1.0)
    assert found.upper == high


def test_samples_that_are_all_one_value_are_certain():
    found = Spread.sampled(2.0, 2.0, 2.0)
    assert found.is_certain
    assert assign(a_rule(TABLE), 2.0, (1.0, 2.0), spread=found).probabilities["B"] == 1.0


@settings(deadline=None)
@given(VALUES, st.floats(1, 20), LIMITS, st.sampled_from(["<=", "<"]))
def test_the_conservative_class_is_that_of_the_upper_bound_and_never_better(
    value, gsd2, limits, inclusion
):
    rule = a_rule(
        TABLE, limits=limits, p_min=0.0, uncertainty_policy="conservative", inclusion=inclusion
    )
    found = assign(rule, value, limits, gsd2)
    assert LABELS.index(found.grade) >= LABELS.index(found.point_grade)
    assert found.grade == assign(rule, value * gsd2, limits).point_grade


def test_each_policy_gives_its_own_class():
    # The value lies in the narrow class B, its upper bound in C; A is the likeliest.
    given_by = {
        policy: assign(
            a_rule(TABLE, uncertainty_policy=policy, p_min=0.4), 1.0, (0.95, 1.1), 4.0
        ).grade
        for policy in ("point", "conservative", "probability")
    }
    assert given_by == {"point": "B", "conservative": "C", "probability": "A"}


def test_below_the_smallest_probability_no_class_is_given_and_the_reason_is():
    limits = (0.95, 1.1)
    most = max(assign(a_rule(TABLE, p_min=0.0), 1.0, limits, 4.0).probabilities.values())
    assert 0.4 < most < 0.5
    assert assign(a_rule(TABLE, p_min=most), 1.0, limits, 4.0).grade == "B"
    withheld = assign(a_rule(TABLE, p_min=0.5), 1.0, limits, 4.0)
    assert withheld.grade is None
    assert withheld.withheld
    assert (withheld.point_grade, withheld.most_probable) == ("B", "A")
    assert [f.code for f in withheld.findings] == ["G-PROB-02", "G-PROB-01"]
    assert f"{most:.2f}" in withheld.findings[1].zh
    assert "0.50" in withheld.findings[1].en


@pytest.mark.parametrize(
    ("value", "gsd2", "column"),
    [(1.0, 0.99, "gsd2"), (1.0, -1.0, "gsd2"), (0.0, 1.1, "value"), (-1.0, 1.1, "value"),
     (0.0, 1.0, "value"), (math.nan, 1.1, "value"), (1.0, math.nan, "gsd2"),
     (1.0, math.inf, "gsd2")],
)  # fmt: skip
def test_a_spread_that_cannot_be_is_refused(value, gsd2, column):
    with pytest.raises(FaultyData) as refused:
        assign(a_rule(TABLE), value, (1.0, 2.0), gsd2)
    assert [(f.code, f.place["field"]) for f in refused.value.findings] == [("E-GRD-14", column)]
