"""Is a grade rule that cannot be applied refused, and does the refusal say what is wrong?"""

from __future__ import annotations

import datetime as dt

import pytest

from pipelines.cli.grade import assign as assign_command
from pipelines.cli.grade import show
from pipelines.errors import FaultyData, RefusedByPolicy, WrongUsage
from pipelines.grade import read_grade_rules
from pipelines.grade.rule import parse_rule
from pipelines.settings import REPOSITORY
from tests.grade.samples import QUANTILE, RATIO, SLIDING, TABLE, a_rule, rule_text

SEEDS = REPOSITORY / "seeds"
NEEDED = [
    "rule_id", "version", "title_zh", "title_en", "category_id", "indicator", "indicator_unit",
    "declared_unit", "method", "labels", "inclusion", "tie_rule", "population_kind",
    "uncertainty_policy", "p_min", "valid_from", "valid_until", "source",
]  # fmt: skip


def faults(text: str) -> list[tuple[str, str | None]]:
    with pytest.raises(FaultyData) as refused:
        parse_rule(text, "rule-1.toml")
    assert all(f.place["file"] == "rule-1.toml" for f in refused.value.findings)
    return [(f.code, f.place.get("field")) for f in refused.value.findings]


@pytest.mark.parametrize("key", NEEDED)
def test_a_rule_that_lacks_a_key_is_refused_by_that_key(key):
    assert faults(rule_text(**{key: None})) == [("E-GRD-01", key)]


@pytest.mark.parametrize("key", ["rule_id", "title_zh", "source"])
def test_a_blank_is_no_answer(key):
    assert faults(rule_text(**{key: ""})) == [("E-GRD-01", key)]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("indicator", "water"),
        ("method", "guess"),
        ("boundary", "cradle"),
        ("gwp_set", "AR7"),
        ("inclusion", "=<"),
        ("tie_rule", "coin"),
        ("population_kind", "survey"),
        ("uncertainty_policy", "optimistic"),
        ("quantile_type", 5),
    ],
)
def test_a_value_outside_the_closed_list_is_refused(key, value):
    assert faults(rule_text(**{key: value})) == [("E-GRD-01", key)]


def test_the_accepted_values_are_named():
    with pytest.raises(FaultyData) as refused:
        parse_rule(rule_text(quantile_type=5), "rule-1.toml")
    assert refused.value.findings[0].expected == ("1", "6", "7")


def test_a_key_nobody_knows_is_refused_rather_than_overlooked():
    assert faults(rule_text(minimum_owner=9)) == [("E-GRD-01", "minimum_owner")]


def test_every_fault_is_named_at_once():
    assert faults(rule_text(source=None, inclusion="=<", colour="red")) == [
        ("E-GRD-01", "source"), ("E-GRD-01", "inclusion"), ("E-GRD-01", "colour"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "key"),
    [(QUANTILE, "quantiles"), (RATIO, "limits"), (TABLE, "limits"), (SLIDING, "band_multiples")],
)
def test_a_method_without_its_numbers_is_refused(base, key):
    assert faults(rule_text(base, **{key: None})) == [("E-GRD-01", key)]
    assert faults(rule_text(base, **{key: []})) == [("E-GRD-01", key)]


@pytest.mark.parametrize("benchmark", [None, 0.0, -10.0])
def test_a_ratio_needs_a_benchmark_above_zero(benchmark):
    assert faults(rule_text(RATIO, benchmark=benchmark)) == [("E-GRD-01", "benchmark")]


@pytest.mark.parametrize(
    ("base", "key", "numbers"),
    [
        (TABLE, "limits", [1.0]),
        (TABLE, "limits", [1.0, 2.0, 3.0, 4.0]),
        (QUANTILE, "quantiles", [0.5]),
        (QUANTILE, "quantiles", [0.1, 0.2, 0.3, 0.4]),
        (RATIO, "limits", [1.0]),
        (SLIDING, "band_multiples", [1.0]),
    ],
)
def test_limits_that_do_not_fit_the_classes_are_refused(base, key, numbers):
    assert faults(rule_text(base, **{key: numbers})) == [("E-GRD-02", None)]


def test_every_subclass_must_fit_the_classes():
    odd = {"a": [1.0, 2.0], "b": [1.0], "c": [1.0, 2.0, 3.0, 4.0]}
    assert faults(rule_text(TABLE, limits=None, subclasses=odd)) == [("E-GRD-02", None)] * 2


@pytest.mark.parametrize("numbers", [[1.0, 2.0], [1.0, 2.0, 3.0]])
def test_the_last_class_may_be_open_or_closed(numbers):
    assert a_rule(TABLE, limits=numbers).limits == tuple(numbers)


@pytest.mark.parametrize(
    "quantiles", [[0.5, 0.25], [0.5, 0.5], [0.0, 0.5], [0.5, 1.0], [-0.1, 0.5], [20, 40]]
)
def test_quantiles_that_do_not_rise_between_0_and_1_are_refused(quantiles):
    assert faults(rule_text(quantiles=quantiles)) == [("E-GRD-03", None)]


def test_a_file_that_is_not_toml_is_refused():
    assert faults("rule_id = ") == [("E-SEED-08", None)]


def test_a_good_rule_is_read_as_written():
    rule = a_rule(modifiers={"wet": 1.3})
    assert (rule.labels, rule.quantiles, rule.reference_period) == (
        ("A", "B", "C"), (0.25, 0.5), (2023, 2024),
    )  # fmt: skip
    assert (rule.boundary, rule.gwp_set, rule.accounting_rule) == (
        "cradle_to_gate", "AR5", "pcr-milk",
    )  # fmt: skip
    assert (rule.valid_from, rule.modifiers) == (dt.date(2026, 1, 1), {"wet": 1.3})


def test_rules_are_read_from_their_folder_by_id(tmp_path):
    (tmp_path / "grade_rules").mkdir()
    for name in ("one", "two"):
        (tmp_path / "grade_rules" / f"{name}.toml").write_text(rule_text(rule_id=name), "utf-8")
    assert {k: r.rule_id for k, r in read_grade_rules(tmp_path).items()} == {
        "one": "one", "two": "two",
    }  # fmt: skip
    (tmp_path / "grade_rules" / "two.toml").write_text(rule_text(source=None), "utf-8")
    with pytest.raises(FaultyData) as refused:
        read_grade_rules(tmp_path)
    assert refused.value.findings[0].place["file"] == "grade_rules/two.toml"


@pytest.mark.parametrize("day", ["2025-12-31", "2028-01-01"])
def test_a_rule_out_of_force_grades_nothing(day):
    with pytest.raises(RefusedByPolicy) as refused:
        a_rule().require_in_force(dt.date.fromisoformat(day))
    (why,) = refused.value.findings
    assert (why.code, refused.value.exit_code) == ("E-GRD-04", 4)
    for text in (why.zh, why.en):
        assert all(word in text for word in ("rule-1", day, "2026-01-01", "2027-12-31"))


@pytest.mark.parametrize("day", ["2026-01-01", "2027-12-31"])
def test_a_rule_is_in_force_on_its_first_and_last_day(day):
    rule = a_rule()
    rule.require_in_force(dt.date.fromisoformat(day))
    with pytest.raises(RefusedByPolicy):
        rule.require_in_force(dt.date(2030, 1, 1))


def test_grading_under_an_expired_rule_is_refused():
    asked = {"rule": "gb-16780-2021-clinker-energy", "value": 105.0, "seeds": SEEDS}
    assert assign_command(**asked, on="2030-12-31").data["grade"] == "2级（准入值）"
    with pytest.raises(RefusedByPolicy) as refused:
        assign_command(**asked, on="2031-01-01")
    assert [f.code for f in refused.value.findings] == ["E-GRD-04"]


def test_an_unknown_rule_is_refused_with_the_nearest_names():
    with pytest.raises(WrongUsage) as refused:
        show(rule="clinker-energy", seeds=SEEDS)
    (why,) = refused.value.findings
    assert why.code == "E-GRD-05"
    assert "gb-16780-2021-clinker-energy" in why.expected


def test_grading_under_a_benchmark_that_may_not_grade_is_refused_with_its_reasons():
    with pytest.raises(RefusedByPolicy) as refused:
        assign_command(rule="quantile-jeans-unit", value=9.0, on="2026-11-21", seeds=SEEDS)
    (why,) = refused.value.findings
    assert why.code == "E-GRD-09"
    assert "G-OWN-01" in why.zh
    assert "G-CMP-01" in why.zh
