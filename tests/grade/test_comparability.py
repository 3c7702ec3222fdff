"""Which results may be ranked together, and is every other left out for its own reason?"""

from __future__ import annotations

import pytest

from pipelines.findings import catalogue
from pipelines.grade.comparable import Exclusion, comparable
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

FLAWS = [
    pytest.param("G-UNIT-01", {"unit": "kgCO2e/t"}, id="another unit"),
    pytest.param("G-BOU-01", {"boundary": "cradle_to_grave"}, id="another boundary"),
    pytest.param("G-BOU-01", {"boundary": ""}, id="no boundary stated"),
    pytest.param("G-GWP-01", {"gwp_set": "AR6"}, id="another GWP set"),
    pytest.param("G-GWP-01", {"gwp_set": ""}, id="no GWP set stated"),
    pytest.param("G-RULE-01", {"accounting_rule": "pcr-cheese"}, id="another accounting rule"),
    pytest.param("G-RULE-01", {"accounting_rule": ""}, id="no accounting rule stated"),
    pytest.param("G-WIN-01", {"years": (2022, 2023)}, id="begins before the window"),
    pytest.param("G-WIN-01", {"years": (2024, 2025)}, id="ends after the window"),
    pytest.param("G-WIN-01", {"years": None}, id="no period stated"),
]


def test_results_that_agree_with_the_rule_all_compare():
    members = population([1.0, 2.0, 3.0])
    assert comparable(members, a_rule()) == (members, [])


@pytest.mark.parametrize(("code", "flaw"), FLAWS)
def test_one_result_that_differs_is_left_out_with_that_code_alone(code, flaw):
    good, odd = population([1.0, 2.0, 3.0]), member("odd", **flaw)
    kept, left_out = comparable([good[0], odd, *good[1:]], a_rule())
    assert kept == good
    assert left_out == [Exclusion("odd", code)]


def test_a_product_reported_twice_is_counted_once():
    first, again = member("p1", value=1.0), member("p1", value=2.0)
    kept, left_out = comparable([first, member("p2"), again], a_rule())
    assert kept == [first, member("p2")]
    assert left_out == [Exclusion("p1", "G-DUP-01")]


def test_a_result_with_every_flaw_names_every_flaw():
    odd = member(
        "p1", unit="t", boundary="", gwp_set="SAR", accounting_rule="other", years=(1999, 1999)
    )
    _, left_out = comparable([member("p1"), odd], a_rule())
    assert [x.code for x in left_out] == [
        "G-UNIT-01", "G-BOU-01", "G-GWP-01", "G-RULE-01", "G-WIN-01", "G-DUP-01",
    ]  # fmt: skip


def test_a_rule_that_asks_for_no_boundary_set_rule_or_window_takes_any():
    rule = a_rule(boundary=None, gwp_set=None, accounting_rule=None, reference_period=None)
    members = [
        member("p1", boundary="", gwp_set="", accounting_rule="", years=None),
        member("p2", boundary="cradle_to_grave", gwp_set="SAR", accounting_rule="other"),
    ]
    assert comparable(members, rule) == (members, [])


def test_what_does_not_compare_moves_no_limit():
    good = population([10.0, 20.0, 30.0, 40.0, 50.0, 60.0])
    odd = [member(f"odd{i}", value=1000.0, gwp_set="AR6") for i in range(6)]
    alone, among = (build(a_rule(), m, DISCLOSURE) for m in (good, odd + good))
    assert among.limits == alone.limits == (22.0, 35.0)
    assert (among.rows_in, len(among.kept), among.owners.count) == (12, 6, 6)
    assert among.is_graded
    assert len(among.exclusions) == 6


@pytest.mark.parametrize(("code", "flaw"), FLAWS)
def test_where_nothing_compares_the_published_verdict_says_why(code, flaw):
    members = population([10.0, 20.0, 30.0, 40.0, 50.0, 60.0], **flaw)
    row = build_all(
        {"rule-1": a_rule()}, {"milk": members}, DISCLOSURE, footprints(), products(), ON
    )["benchmark"].row(0, named=True)  # fmt: skip
    assert row["reason_codes"] == ["G-CMP-01", code]
    assert (row["rows_in"], row["rows_comparable"], row["is_graded"]) == (6, 0, False)
    for one in ("G-CMP-01", code):
        assert catalogue()[one].zh in row["reasons_zh"]
        assert catalogue()[one].en in row["reasons_en"]


def test_an_empty_population_has_no_limits():
    made = build(a_rule(), [], DISCLOSURE)
    assert (made.limits, made.is_graded, made.is_demonstration) == ((), False, False)
    assert [r.code for r in made.reasons] == ["G-CMP-01", "G-OWN-04"]
