"""Can anyone read an owner's value out of a published benchmark?"""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import FaultyData
from pipelines.grade import read_disclosure_rule
from pipelines.grade.disclosure import publishable, rounded
from pipelines.settings import REPOSITORY
from tests.grade.samples import (
    DISCLOSURE,
    ON,
    a_rule,
    build,
    build_all,
    footprints,
    member,
    population,
    products,
)

SEEDS = REPOSITORY / "seeds"
VALUES = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0]


def judged(outputs: list[float], **rule):
    return build(a_rule(**rule), population(VALUES[: len(outputs)], outputs), DISCLOSURE)


def codes(benchmark) -> list[str]:
    return [r.code for r in benchmark.reasons]


def test_five_owners_of_equal_weight_may_be_published():
    made = judged([1.0] * 5)
    assert (codes(made), made.is_graded, len(made.limits)) == ([], True, 2)
    assert (made.owners.count, made.owners.largest, made.owners.two_largest) == (5, 0.2, 0.4)


def test_four_owners_are_too_few():
    made = judged([1.0] * 4)
    assert codes(made) == ["G-OWN-01"]
    assert "4" in made.reasons[0].zh
    assert "4 owners only, fewer than 5" in made.reasons[0].en


def test_a_rule_may_ask_for_more_owners_but_never_for_fewer():
    assert codes(judged([1.0] * 5, minimum_owners=6)) == ["G-OWN-01"]
    assert codes(judged([1.0] * 6, minimum_owners=6)) == []
    assert codes(judged([1.0] * 4, minimum_owners=1)) == ["G-OWN-01"]


@pytest.mark.parametrize(
    ("outputs", "wanted"),
    [
        ([50.0, 10.0, 10.0, 10.0, 10.0, 10.0], ["G-OWN-02"]),
        ([49.0, 11.0, 10.0, 10.0, 10.0, 10.0], []),
        ([43.0, 42.0, 5.0, 4.0, 3.0, 3.0], ["G-OWN-03"]),
        ([45.0, 39.0, 4.0, 4.0, 4.0, 4.0], []),
        ([80.0, 10.0, 3.0, 3.0, 2.0, 2.0], ["G-OWN-02", "G-OWN-03"]),
        ([90.0, 10.0], ["G-OWN-01", "G-OWN-02", "G-OWN-03"]),
    ],
)
def test_an_owner_or_two_that_dominate_suppress_the_benchmark(outputs, wanted):
    made = judged(outputs)
    assert codes(made) == wanted
    assert made.is_graded == (not wanted)
    assert bool(made.limits) == (not wanted)


def test_dominance_names_the_share_found_and_the_share_allowed():
    one, two = judged([80.0, 10.0, 3.0, 3.0, 2.0, 2.0]).reasons
    assert "80%" in one.zh
    assert "50%" in one.en
    assert "90%" in two.zh
    assert "85%" in two.en


def test_many_products_of_one_owner_are_one_owner():
    shared = [replace(m, owner_id="one") for m in population(VALUES)]
    made = build(a_rule(), shared, DISCLOSURE)
    assert (made.owners.count, made.owners.largest) == (1, 1.0)
    assert codes(made) == ["G-OWN-01", "G-OWN-02", "G-OWN-03"]


def test_a_population_without_owners_is_not_published():
    made = build(a_rule(), population(VALUES, owner_id=""), DISCLOSURE)
    assert codes(made) == ["G-CMP-01", "G-OWN-05", "G-OWN-04"]
    assert made.limits == ()


def test_a_suppressed_benchmark_publishes_its_reasons_and_no_limit():
    members = population(VALUES[:3])
    tables = build_all(
        {"rule-1": a_rule()}, {"milk": members}, DISCLOSURE, footprints(), products(), ON
    )
    assert tables["grade_threshold"].height == 0
    row = tables["benchmark"].row(0, named=True)
    assert row["reason_codes"] == ["G-OWN-01"]
    assert (row["owners"], row["largest_owner_share"], row["two_largest_share"]) == (3, 0.33, 0.66)
    assert (row["is_graded"], row["is_demonstration"]) == (False, False)
    assert tables["grade"]["label"].to_list() == [None]


def test_what_does_not_compare_is_shown_as_a_demonstration_only_if_disclosure_allows_it():
    apart = {"gwp_set": ""}
    many = build(a_rule(), population(VALUES, **apart), DISCLOSURE)
    assert (many.is_graded, many.is_demonstration, len(many.limits)) == (False, True, 2)
    few = build(a_rule(), population(VALUES[:4], **apart), DISCLOSURE)
    assert (few.is_graded, few.is_demonstration, few.limits) == (False, False, ())


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.integers(1, 400), min_size=5, max_size=40),
    st.sampled_from(["0.01", "0.1", "1", "10"]),
    st.sampled_from([1, 6, 7]),
    st.booleans(),
)
def test_no_published_limit_is_the_value_of_an_owner(numbers, scale, kind, weighted):
    values = [float(n * Decimal(scale)) for n in numbers]
    rule = a_rule(
        quantiles=[0.01, 0.2, 0.5, 0.8, 0.99],
        labels=[*"ABCDEF"],
        quantile_type=kind,
        weighted=weighted,
    )
    made = build(rule, population(values), DISCLOSURE)
    assert len(made.limits) == 5 or codes(made)[-1] == "G-DIS-01"
    assert not set(made.limits) & set(values)
    assert list(made.limits) == sorted(made.limits)


def test_neither_the_smallest_nor_the_largest_value_is_ever_published():
    rule = a_rule(quantiles=[0.001, 0.999], quantile_type=1)
    members = population([12.0, 20.0, 30.0, 40.0, 95.0])
    # 62/3 and 165/3: means over the three owners at either end.
    made = build(rule, members, DISCLOSURE)
    assert (made.limits, made.smoothed) == ((21.0, 55.0), (True, True))


def test_a_limit_that_meets_a_value_moves_up_until_it_meets_none():
    assert publishable(20.0, [20.0, 21.0, 22.0], 2) == 23.0
    assert publishable(99.0, [99.0], 2) == 100.0
    assert publishable(2345.0, [2300.0], 2) == 2400.0
    assert publishable(2345.0, [2345.0], 2) == 2400.0
    assert publishable(2345.0, [2345.0], 2, "worse_class") == 2300.0


@pytest.mark.parametrize(
    ("value", "digits", "wanted"),
    [(2345.0, 2, 2300.0), (2350.0, 2, 2400.0), (2450.0, 2, 2400.0), (2345.6, 3, 2350.0),
     (0.0125, 2, 0.012), (0.0135, 2, 0.014), (99.6, 2, 100.0), (-2345.0, 2, -2300.0),
     (0.0, 2, 0.0), (7.0, 2, 7.0)],
)  # fmt: skip
def test_a_limit_is_rounded_to_so_many_digits_halves_to_even(value, digits, wanted):
    assert rounded(value, digits) == wanted


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(10**6, 10**9), min_size=5, max_size=30), st.sampled_from([1, 2, 3]))
def test_the_seeded_number_of_digits_is_published_and_no_more(numbers, digits):
    values = [n + 0.5 for n in numbers]
    made = build(a_rule(), population(values), replace(DISCLOSURE, significant_digits=digits))
    for limit, is_smoothed, q in zip(made.limits, made.smoothed, (0.25, 0.5), strict=False):
        shown = Decimal(repr(limit)).normalize().as_tuple().digits
        assert len(shown) <= digits
        if not is_smoothed and np.quantile(values, q) not in values:
            wanted = np.quantile(values, q)
            assert limit == pytest.approx(wanted, rel=0.5 * 10.0 ** (1 - digits))


def test_weights_count_rows_where_no_output_is_given():
    members = [member(f"a{i}", owner_id="a", value=1.0 + i) for i in range(3)]
    members += [member(f"b{i}", owner_id=f"b{i}", value=2.5 + i) for i in range(5)]
    made = build(a_rule(), members, DISCLOSURE)
    assert (made.owners.count, made.owners.largest, made.owners.two_largest) == (6, 0.375, 0.5)


def test_the_thresholds_are_those_of_the_seeds():
    rule = read_disclosure_rule(SEEDS)
    assert (rule.minimum_owners, rule.largest_below, rule.two_largest_below) == (5, 0.5, 0.85)
    assert (rule.significant_digits, rule.protection, rule.smoothing_owners) == (2, 0.05, 3)


@pytest.mark.parametrize("block", ["owners", "publication", "difference", "alarm", "bootstrap"])
def test_a_disclosure_threshold_without_source_is_refused(tmp_path, block):
    (tmp_path / "rules").mkdir()
    path = tmp_path / "rules" / "disclosure.toml"
    shutil.copy(SEEDS / "rules" / "disclosure.toml", path)
    head, mark, rest = path.read_text("utf-8").partition(f"[{block}]")
    path.write_text(head + mark + rest.replace("source = ", 'source = "" # ', 1), "utf-8")
    with pytest.raises(FaultyData) as refused:
        read_disclosure_rule(tmp_path)
    assert [(f.code, f.place["field"]) for f in refused.value.findings] == [("E-SEED-09", block)]
