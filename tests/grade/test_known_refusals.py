"""Is everything refused that would have been graded in silence?"""

from __future__ import annotations

import datetime as dt

import pytest

from pipelines.errors import FaultyData, WrongUsage
from pipelines.grade import read_grade_rules, read_population
from pipelines.grade.assign import class_of
from pipelines.grade.comparable import Exclusion, comparable
from pipelines.grade.disclosure import publishable
from pipelines.grade.rule import parse_rule
from pipelines.grade.threshold import limits_of, quantile
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
    member,
    population,
    products,
    rule_text,
)
from tests.grade.test_population_file import fault_of, write

VALUES = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0]


def refusal(text: str) -> list[tuple[str, str | None]]:
    with pytest.raises(FaultyData) as refused:
        parse_rule(text, "rule-1.toml")
    return [(f.code, f.place.get("field")) for f in refused.value.findings]


@pytest.mark.parametrize(
    ("base", "changes", "code", "key"),
    [
        (TABLE, {"limits": [2.0, 1.0]}, "E-GRD-10", "limits"),
        (RATIO, {"limits": [1.0, 0.5]}, "E-GRD-10", "limits"),
        (SLIDING, {"band_multiples": [3.0, 2.0]}, "E-GRD-10", "band_multiples"),
        (SLIDING, {"scale_intercept": None}, "E-GRD-01", "scale_intercept"),
        (SLIDING, {"scale_slope": None}, "E-GRD-01", "scale_slope"),
        (SLIDING, {"scale_slope": -500.0}, "E-GRD-01", "scale_slope"),
        (TABLE, {"valid_until": dt.date(2025, 1, 1)}, "E-GRD-01", "valid_until"),
        (TABLE, {"p_min": 5}, "E-GRD-01", "p_min"),
        (TABLE, {"p_min": -0.1}, "E-GRD-01", "p_min"),
        (TABLE, {"labels": ["A", "A", "B"]}, "E-GRD-01", "labels"),
        (TABLE, {"labels": "ABC"}, "E-GRD-01", "labels"),
        (TABLE, {"limits": ["1", "2"]}, "E-GRD-01", "limits"),
        (TABLE, {"valid_from": "2026-01-01"}, "E-GRD-01", "valid_from"),
        (TABLE, {"rule_id": 7}, "E-GRD-01", "rule_id"),
        (TABLE, {"version": 1.0}, "E-GRD-01", "version"),
        (TABLE, {"is_provisional": "no"}, "E-GRD-01", "is_provisional"),
        (TABLE, {"reference_period": [2024, 2023]}, "E-GRD-01", "reference_period"),
        (TABLE, {"modifiers": {"wet": 0.0}}, "E-GRD-01", "modifiers"),
        (TABLE, {"dominance": 1.5}, "E-GRD-01", "dominance"),
        (TABLE, {"minimum_owners": 2.5}, "E-GRD-01", "minimum_owners"),
    ],
)
def test_a_rule_that_cannot_be_applied_is_refused_by_its_key(base, changes, code, key):
    assert refusal(rule_text(base, **changes)) == [(code, key)]


def test_limits_of_a_subclass_may_not_fall_but_neighbours_may_differ():
    subclasses = {"6000": [319.0, 374.0, 407.0], "7200": [321.0, 362.0, 402.0]}
    base = {k: v for k, v in TABLE.items() if k != "limits"}
    assert a_rule(base, subclasses=subclasses).subclasses["7200"] == (321.0, 362.0, 402.0)
    assert refusal(rule_text(base, subclasses={"x": [2.0, 1.0]})) == [("E-GRD-10", "subclasses")]


def test_two_levels_printed_alike_are_no_fault():
    assert a_rule(TABLE, limits=[110.0, 110.0]).limits == (110.0, 110.0)


def test_two_files_with_one_rule_id_are_refused(tmp_path):
    (tmp_path / "grade_rules").mkdir()
    for name in ("one", "two"):
        (tmp_path / "grade_rules" / f"{name}.toml").write_text(rule_text(), "utf-8")
    with pytest.raises(FaultyData) as refused:
        read_grade_rules(tmp_path)
    (why,) = refused.value.findings
    assert (why.code, why.place["file"]) == ("E-GRD-11", "grade_rules/two.toml")


@pytest.mark.parametrize("day", ["2025-12-31", "2028-01-01"])
def test_a_rule_out_of_force_on_the_day_of_the_release_grades_nothing(day):
    on = dt.date.fromisoformat(day)
    made = build_all(
        {"rule-1": a_rule(TABLE)}, {}, DISCLOSURE, footprints(), products(), on
    )  # fmt: skip
    row = made["benchmark"].row(0, named=True)
    assert (row["is_graded"], row["reason_codes"]) == (False, ["G-EXP-01"])
    (grade,) = made["grade"].iter_rows(named=True)
    assert (grade["label"], grade["is_withheld"]) == (None, True)
    assert grade["reason_codes"] == ["G-EXP-01"]
    assert day in grade["reasons_zh"]
    within = build_all({"rule-1": a_rule(TABLE)}, {}, DISCLOSURE, footprints(), products(), ON)
    assert within["grade"]["label"].to_list() == ["B"]


@pytest.mark.parametrize(
    ("tie_rule", "limits", "classes"),
    [("better_class", (21.0, 41.0), "AAAABBBC"), ("worse_class", (19.0, 39.0), "ABBBCCCC")],
)
def test_the_tie_rule_says_where_values_on_a_cut_go(tie_rule, limits, classes):
    # Places 2.75 and 6.25 of 8 fall between tied values at 20 and at 40.
    values = [10.0, 20.0, 20.0, 20.0, 40.0, 40.0, 40.0, 50.0]
    rule = a_rule(quantiles=[0.25, 0.75], tie_rule=tie_rule)
    made = build(rule, population(values), DISCLOSURE)
    assert made.limits == limits
    assert "".join(class_of(v, made.limits, rule.labels, rule.inclusion) for v in values) == classes


@pytest.mark.parametrize(
    ("limit", "values", "better", "worse"),
    [
        (2345.0, [2345.0], 2400.0, 2300.0),
        (99.9, [99.9], 100.0, 99.0),
        (0.1249, [0.1249], 0.13, 0.12),
        (20.0, [20.0, 21.0], 22.0, 19.0),
        (-2345.0, [-2345.0], -2300.0, -2400.0),
    ],
)
def test_rounding_never_carries_a_limit_past_the_values_tied_at_it(limit, values, better, worse):
    assert publishable(limit, values, 2, "better_class") == better
    assert publishable(limit, values, 2, "worse_class") == worse


@pytest.mark.parametrize(("dominance", "wanted"), [(0.2, ["G-OWN-02"]), (0.3, []), (1.0, [])])
def test_a_rule_may_ask_for_less_dominance_than_the_disclosure_rule(dominance, wanted):
    made = build(
        a_rule(dominance=dominance), population(VALUES, [25.0, 15.0, 15, 15, 15, 15]), DISCLOSURE
    )
    assert [r.code for r in made.reasons] == wanted
    strict = build(a_rule(dominance=0.9), population(VALUES, [60.0, 8.0, 8, 8, 8, 8]), DISCLOSURE)
    assert [r.code for r in strict.reasons] == ["G-OWN-02"]


def test_a_demonstration_is_shown_in_the_unit_of_the_rule_or_not_at_all():
    odd = {"boundary": ""}
    mixed = [
        *population([v * 1000 for v in VALUES], unit="kgCO2e/t", **odd),
        *[member(f"kg{i}", value=v, **odd) for i, v in enumerate(VALUES)],
    ]
    made = build(a_rule(), mixed, DISCLOSURE)
    assert (made.is_demonstration, made.limits) == (True, (22.0, 35.0))
    other = build(a_rule(), population(VALUES, unit="kgCO2e/t"), DISCLOSURE)
    assert (other.is_demonstration, other.limits) == (False, ())


def test_a_result_of_another_category_does_not_compare():
    odd = member("odd", category_id="product.cheese")
    kept, left_out = comparable([member("p1"), odd], a_rule())
    assert (kept, left_out) == ([member("p1")], [Exclusion("odd", "G-CAT-01")])


def test_a_product_whose_first_row_does_not_compare_keeps_its_comparable_one():
    odd, good = member("p1", gwp_set="AR6"), member("p1", value=2.0)
    kept, left_out = comparable([odd, good], a_rule())
    assert kept == [good]
    assert left_out == [Exclusion("p1", "G-GWP-01"), Exclusion("p1", "G-DUP-01")]


def test_of_a_product_reported_for_two_periods_the_later_stands():
    old, new = member("p1", years=(2023, 2023)), member("p1", value=2.0, years=(2024, 2024))
    for rows in ([old, new], [new, old]):
        kept, left_out = comparable(rows, a_rule())
        assert kept == [new]
        assert left_out == [Exclusion("p1", "G-DUP-01")]


def test_a_result_of_producers_without_owner_is_left_out():
    kept, left_out = comparable([member("p1"), member("p2", owner_id="")], a_rule())
    assert kept == [member("p1")]
    assert left_out == [Exclusion("p2", "G-OWN-05")]


def test_an_output_of_nothing_cannot_be_weighted():
    rows = [member("p1"), member("p2", output=0.0)]
    assert comparable(rows, a_rule(weighted=True))[1] == [Exclusion("p2", "G-OUT-01")]
    assert comparable(rows, a_rule(weighted=False))[1] == []


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"period_start": "2024-12-31", "period_end": "2023-01-01"}, "E-GRD-13", "period_end"),
        ({"period_start": "2024", "period_end": "2023"}, "E-GRD-13", "period_end"),
        ({"output": "-5"}, "E-GRD-08", "output"),
        ({"gsd2": "nan"}, "E-GRD-08", "gsd2"),
        ({"gsd2": "0.9"}, "E-GRD-08", "gsd2"),
        ({"product_id": ""}, "E-TEXT-01", "product_id"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_by_row_and_column(tmp_path, cells, code, column):
    assert fault_of(write(tmp_path, {}, cells)) == (code, 3, column)


def test_every_bad_cell_of_a_file_is_named_at_once(tmp_path):
    path = write(tmp_path, {"value": "x"}, {"output": "-1"}, {"gsd2": "0"})
    with pytest.raises(FaultyData) as refused:
        read_population(path)
    assert [(f.place["row"], f.place["field"]) for f in refused.value.findings] == [
        (2, "value"), (3, "output"), (4, "gsd2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("n", "q", "wanted"), [(100, 0.55, 55), (100, 0.29, 29), (10, 0.7, 7), (1000, 0.001, 1)]
)
def test_type_1_takes_the_rank_of_the_decimal_and_not_of_the_double(n, q, wanted):
    # In doubles 100 * 0.55 is 55.00000000000001, whose ceiling is 56.
    assert quantile([float(i) for i in range(1, n + 1)], q, 1) == wanted


def test_limits_are_the_decimals_of_the_rule_to_the_last_digit():
    # In doubles 831.2 * 0.8 is 664.9600000000001 and 400 - 350 * 0.3 * 2 drifts alike.
    assert limits_of(a_rule(RATIO, benchmark=831.2, limits=[0.8, 1.0])) == (664.96, 831.2)
    assert limits_of(a_rule(SLIDING), covariate=0.07) == (375.5, 751.0)


@pytest.mark.parametrize(
    ("base", "choice"),
    [(TABLE, {"covariate": 0.3}), (TABLE, {"subclass": "x"}), (SLIDING, {"subclass": "x"})],
)
def test_a_choice_that_the_rule_does_not_know_is_refused(base, choice):
    with pytest.raises(WrongUsage) as refused:
        limits_of(a_rule(base), **{"covariate": 0.1 if base is SLIDING else None, **choice})
    assert [f.code for f in refused.value.findings] == ["E-GRD-12"]
