"""Does every method give the class worked out by hand, on both sides of each limit?"""

from __future__ import annotations

import csv
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import WrongUsage
from pipelines.grade import assign, read_grade_rules, read_population
from pipelines.grade.assign import NOT_GRADED, credit_of, sampled_probabilities
from pipelines.grade.energy_limits import energy_limit_blocks
from pipelines.grade.threshold import limits_of, sliding_base
from pipelines.settings import REPOSITORY
from tests.grade.samples import (
    DISCLOSURE,
    ON,
    SLIDING,
    TABLE,
    a_rule,
    build,
)

SEEDS = REPOSITORY / "seeds"
RULES = read_grade_rules(SEEDS)
CONCRETE = RULES["gsa-ira-concrete"]
STEEL = RULES["iea-2022-crude-steel"]
CEMENT = RULES["iea-2022-cement-near-zero"]
PRINTED = {
    "<=2499": (228, 261, 277), "3000": (257, 291, 318), "4000": (284, 326, 352),
    "5000": (305, 357, 382), "6000": (319, 374, 407), ">=7200": (321, 362, 402),
}  # fmt: skip


def sides(limit: float) -> tuple[float, float, float]:
    return (math.nextafter(limit, -math.inf), limit, math.nextafter(limit, math.inf))


@pytest.mark.parametrize("strength", PRINTED)
def test_concrete_on_both_sides_of_each_printed_limit(strength):
    limits = limits_of(CONCRETE, subclass=strength)
    assert limits == PRINTED[strength]
    classes = [*CONCRETE.labels, NOT_GRADED]
    for place, limit in enumerate(limits):
        found = [assign(CONCRETE, value, limits).grade for value in sides(limit)]
        assert found == [classes[place], classes[place], classes[place + 1]]


@pytest.mark.parametrize(
    ("strength", "wanted"),
    [("<=2499", (296.4, 339.3, 360.1)), ("3000", (334.1, 378.3, 413.4)),
     ("6000", (414.7, 486.2, 529.1)), (">=7200", (417.3, 470.6, 522.6))],
)  # fmt: skip
def test_high_early_strength_adds_thirty_per_cent_to_the_last_digit(strength, wanted):
    assert limits_of(CONCRETE, subclass=strength, modifier="high_early_strength") == wanted


def test_a_strength_between_the_printed_classes_is_not_covered():
    with pytest.raises(WrongUsage):
        limits_of(CONCRETE, subclass="4500")


def test_the_last_row_of_concrete_falls_below_its_neighbour_as_printed():
    assert limits_of(CONCRETE, subclass=">=7200")[2] < limits_of(CONCRETE, subclass="6000")[2]


@pytest.mark.parametrize(
    ("scrap", "near_zero", "low"),
    [(0.0, 400.0, 2400.0), (0.2, 330.0, 1980.0), (0.3, 295.0, 1770.0), (1.0, 50.0, 300.0)],
)
def test_steel_slides_with_scrap_in_bands_of_two_to_six(scrap, near_zero, low):
    limits = limits_of(STEEL, covariate=scrap)
    assert limits[0] == near_zero == sliding_base(STEEL, scrap)
    assert limits[-1] == low == 2400.0 - 2100.0 * scrap
    classes = [*STEEL.labels, NOT_GRADED]
    for place, limit in enumerate(limits):
        assert limit == near_zero * (place + 1)
        found = [assign(STEEL, value, limits).grade for value in sides(limit)]
        assert found == [classes[place], classes[place], classes[place + 1]]


@pytest.mark.parametrize(
    ("value", "credit"),
    [(1980.0, 0.0), (2500.0, 0.0), (1155.0, 0.5), (330.0, 1.0), (100.0, 1.0), (1567.5, 0.25)],
)
def test_the_pro_rata_credit_of_steel_by_hand(value, credit):
    # s = 0.2: T = 330, six times that 1980; P = (1980 - E)/(1980 - 330).
    assert credit_of(STEEL, value, sliding_base(STEEL, 0.2)) == credit


def test_a_rule_without_credit_gives_none():
    assert credit_of(a_rule(SLIDING), 100.0, 400.0) is None


@pytest.mark.parametrize(
    ("ratio", "limit"), [(0.0, 40.0), (0.5, 82.5), (0.75, 103.75), (1.0, 125.0)]
)
def test_cement_near_zero_slides_with_the_clinker_ratio(ratio, limit):
    limits = limits_of(CEMENT, covariate=ratio)
    assert limits == (limit,)
    found = [assign(CEMENT, value, limits).grade for value in sides(limit)]
    assert found == [CEMENT.labels[0], CEMENT.labels[0], NOT_GRADED]


def rows() -> list[dict[str, str]]:
    path = SEEDS / "grade_rules" / "energy_limits.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_energy_limit_grades_both_sides_of_each_level():
    assert len(rows()) > 150
    for row in rows():
        rule = RULES[row["rule_id"]]
        printed = [float(row[k]) for k in ("level1", "level2", "level3") if row[k]]
        limits = limits_of(rule)
        assert (list(limits), rule.indicator) == (printed, "energy_intensity")
        assert rule.indicator_unit == row["unit"]
        assert rule.is_provisional == (row["is_provisional"] == "true")
        assert "能耗限额等级" in rule.title_zh
        classes = [*rule.labels, NOT_GRADED]
        for place, limit in enumerate(limits):
            # Where two levels are printed alike the better one is reached.
            first = limits.index(limit)
            below, at, above = (assign(rule, value, limits).grade for value in sides(limit))
            assert below == at == classes[first]
            assert above == classes[place + 1] or limits.count(limit) > 1


def test_energy_recovered_is_graded_below_zero():
    converter = next(r for r in rows() if r["level1"] == "-30")
    rule = RULES[converter["rule_id"]]
    found = [assign(rule, value, limits_of(rule)).grade for value in (-31.0, -29.0, -20.0, 0.0)]
    assert found == [*rule.labels, NOT_GRADED]


def test_a_level_printed_as_a_dash_has_no_class():
    furnace = next(r for r in rows() if not r["level2"])
    rule = RULES[furnace["rule_id"]]
    assert len(rule.labels) == len(rule.limits) == 2
    assert not any("2级" in label for label in rule.labels)


def test_a_table_of_limits_that_is_not_there_has_no_rules(tmp_path):
    assert energy_limit_blocks(tmp_path / "none.csv") == []


@pytest.mark.parametrize(("kind", "method"), [(1, "inverted_cdf"), (6, "weibull"), (7, "linear")])
def test_limits_of_the_constructed_populations_are_numpy_quantiles_before_publication(kind, method):
    for name, rule in sorted(RULES.items()):
        if rule.population_kind != "constructed" or not rule.population or rule.weighted:
            continue
        members = read_population(SEEDS / "populations" / f"{rule.population}.csv")
        changed = a_rule(
            quantiles=list(rule.quantiles), labels=list(rule.labels), quantile_type=kind,
            category_id=rule.category_id, accounting_rule=rule.accounting_rule,
            reference_period=list(rule.reference_period), population_kind="modelled_average",
        )  # fmt: skip
        made = build(changed, members, DISCLOSURE, on=ON)
        values = [m.value for m in members]
        wanted = np.quantile(values, rule.quantiles, method=method)
        for limit, exact in zip(made.limits, wanted, strict=True):
            # Two digits; a limit on values is the next step above them, here two at most.
            assert limit == pytest.approx(
                exact, abs=2 * 10.0 ** (math.floor(math.log10(exact)) - 1)
            )
            assert limit not in values, name


def test_each_constructed_population_gives_limits_and_is_marked():
    for rule in RULES.values():
        if rule.population_kind != "constructed":
            continue
        members = (
            read_population(SEEDS / "populations" / f"{rule.population}.csv")
            if rule.population
            else []
        )
        made = build(rule, members, DISCLOSURE, on=ON)
        assert made.limits
        assert (made.is_graded, made.is_demonstration, made.demonstrates) == (False, True, True)
        assert [r.code for r in made.reasons] == ["G-KIND-02"]
    methods = {r.method for r in RULES.values() if r.population_kind == "constructed"}
    assert {"quantile", "ratio"} == methods


@settings(deadline=None, max_examples=25)
@given(st.floats(0.2, 5.0), st.floats(1.05, 4.0), st.integers(0, 2**32))
def test_analytic_probabilities_are_those_of_monte_carlo(value, gsd2, seed):
    limits = (0.8, 1.3, 2.0)
    rule = a_rule(TABLE, limits=list(limits), p_min=0.0)
    n = 20_000
    sigma = math.log(gsd2) / 2
    draws = value * np.exp(sigma * np.random.default_rng(seed).standard_normal(n))
    sampled = sampled_probabilities(draws.tolist(), limits, rule.labels, "<=")
    analytic = assign(rule, value, limits, gsd2).probabilities
    assert sampled.keys() == analytic.keys()
    for label, p in analytic.items():
        # Five standard errors of a share, one draw at least.
        assert abs(sampled[label] - p) <= 5 * math.sqrt(p * (1 - p) / n) + 1 / n


def test_a_conflict_of_point_and_most_probable_class_is_shown():
    found = assign(a_rule(TABLE, p_min=0.0), 1.0, (0.95, 1.1), 4.0)
    assert (found.point_grade, found.most_probable) == ("B", "A")
    (notice,) = found.findings
    assert notice.code == "G-PROB-02"
    assert "B" in notice.zh
    assert "A" in notice.en


def test_a_ratio_needs_a_positive_value():
    from pipelines.errors import FaultyData
    from tests.grade.samples import RATIO

    for value in (0.0, -1.0):
        with pytest.raises(FaultyData) as refused:
            assign(a_rule(RATIO), value, (5.0, 10.0))
        assert [f.code for f in refused.value.findings] == ["E-GRD-14"]
