"""Does each admission rule refuse the candidate that breaks it, with its own code, in words?"""

from __future__ import annotations

import datetime as dt
import math
import re

import polars as pl
import pytest

from pipelines.admit import judge
from pipelines.admit.reviewed import REVIEW_CODES
from pipelines.admit.rules import reason_order
from pipelines.findings import catalogue
from tests.admit.samples import RELEASED_ON, candidate, enter, factor_id, gas, tables

YESTERDAY = RELEASED_ON - dt.timedelta(days=1)


def alone(gases=(), without_evidence=(), source=None, **changes):
    return tables(
        [candidate(**changes)], gases, without_evidence=without_evidence, **(source or {})
    )


SUMMED = {"fossil": 2.0, "biogenic_non_co2": 0.0, "land_use_change": 0.0,
          "land_management_emission": 0.0, "land_management_removal": 0.0,
          "technological_removal": 0.0, "ccs_capture": 0.0, "value": 2.0,
          "value_convention": "excluding_uptake"}  # fmt: skip
SUMS = ("A-PLA-03", "A-PLA-04")
PLANTED = [
    ("A-KIND-01", "offset margin", alone(flags=["offset_margin"])),
    ("A-GWP-01", "CO2e without a set", alone(gwp_set=None)),
    ("A-GWP-02", "set not stated", alone(gwp_set="not_stated", flags=["gwp_not_stated"])),
    ("A-EVI-01", "no evidence", alone(without_evidence=["k1"])),
    ("A-RIGHT-01", "no onward publication", alone(source={"onward_publication": False})),
    ("A-RIGHT-01", "licence forbids", alone(licence="closed")),
    ("A-RIGHT-01", "restricted data", alone(data_class="restricted")),
    ("A-RIGHT-01", "confidential data", alone(data_class="confidential")),
    ("A-RIGHT-01", "no authorisation", alone(authorisation_scope="none")),
    ("A-RIGHT-02", "right ended", alone(source={"authorisation_until": YESTERDAY})),
    ("A-CONF-01", "low confidence", alone(confidence="low")),
    ("A-CORE-01", "core data without method", alone(core_data=True)),
    ("A-VAL-01", "neither value nor gases", alone(value=None)),
    ("A-RIGHT-01", "restricted source", alone(source={"data_class": "restricted"})),
    ("A-GWP-02", "set not stated and no flag", alone(gwp_set="not_stated",
                                                     source_id="gbt_51366_2019")),
    ("A-VAL-02", "endless value", alone(value=math.inf)),
    ("A-VAL-02", "no number", alone(value=math.nan)),
    ("A-VAL-02", "endless limit", alone(upper95=math.inf)),
    ("A-VAL-02", "endless mass", alone([gas("k1", "n2o", math.inf)], value=None)),
    ("A-VAL-02", "endless limit of a mass", alone([gas("k1", "n2o", 1.0)
                                                   | {"mass_upper95": math.inf}], value=None)),
    ("A-VAL-02", "endless CO2e", alone([gas("k1", "n2o", 1e307)], value=None)),
    ("A-SIGN-01", "negative emission", alone(value=-0.4)),
    ("A-SIGN-01", "negative mass", alone([gas("k1", "n2o", -0.1), gas("k1", "co2_fossil", 99.0)],
                                         value=None)),
    ("A-SIGN-01", "negative mass beside a value", alone(
        [gas("k1", "n2o", -0.1), gas("k1", "co2_fossil", 29.0)])),
    ("A-SIGN-01", "negative in sum", alone([gas("k1", "n2o", -0.1)], value=None,
                                           factor_kind="footprint_factor", boundary="not_stated")),
    ("A-SIGN-01", "more than its removals", alone(
        value=-1.5, ccs_capture=-1.0, value_convention="excluding_uptake")),
    ("A-SIGN-01", "uptake outside its convention", alone(
        value=-1.0, biogenic_uptake=-1.0, value_convention="excluding_uptake")),
    ("A-SIGN-01", "removals of no convention", alone(value=-1.0, ccs_capture=-1.0)),
    ("A-EST-01", "an estimate without method or reason", alone(derivation="estimated")),
    ("A-EST-01", "a blank is no reason", alone(derivation="estimated", note_zh=" ")),
    *[("A-UNC-01", f"{kind} {text}", alone(uncertainty_kind=kind, uncertainty_value=text))
      for kind, text in (("gsd2", "0.95"), ("gsd2", "1"), ("gsd", "1.0"), ("variance_ln", "0"),
                         ("sigma_ln", "-0.1"), ("cv", "nan"), ("cv", "abc"),
                         ("pedigree", "(1,-,3,4,5)"), ("pedigree", "(1,2,3,4)"))],
    ("A-GAS-01", "gas without GWP in its set", alone([gas("k1", "nf3", 1.0)], value=None,
                                                     gwp_set="AR4")),
    ("A-PLA-03", "a part more", alone(**SUMMED | {"value": 2.0001})),
    ("A-PLA-03", "small figures", alone(**SUMMED | {"fossil": 2e-8, "value": 1.9e-8})),
    ("A-PLA-03", "with uptake", alone(**SUMMED | {
        "biogenic_uptake": -1.0, "biogenic_co2_emission": 0.25, "value": 1.3,
        "value_convention": "including_uptake"})),
    ("A-PLA-03", "a message off by more than it rounds", alone(
        flags=["components_differ_from_total"])),
    ("A-PLA-04", "gases make more", alone([gas("k1", "co2_fossil", 2.52)])),
    ("A-PLA-04", "gases make less", alone([gas("k1", "co2_fossil", 2.48)])),
    ("A-PLA-04", "gases in part make more", alone([gas("k1", "co2_fossil", 2.52)], flags=["p"])),
    ("A-ROW-01", "an unknown boundary", alone(boundary="no_such_code")),
    ("A-ROW-01", "life cycle at the activity", alone(boundary="cradle_to_gate")),
    ("A-ROW-01", "an unknown region", alone(region_code="R-NOWHERE")),
    ("A-ROW-01", "computed value outside its limits", alone(
        [gas("k1", "co2_fossil", 3.0)], value=None, lower95=1.0, upper95=2.0)),
    ("A-ROW-01", "a gas outside its limits", alone(
        [gas("k1", "co2_fossil", 2.5) | {"mass_lower95": 3.0, "mass_upper95": 4.0}])),
    ("A-ROW-01", "a gas twice", alone([gas("k1", "co2_fossil", 1.25)] * 2)),
]  # fmt: skip
CASES = [pytest.param(code, given, id=f"{code} {what}") for code, what, given in PLANTED]
TWIN = {"name_en": "coal", "name_zh": "煤"}


def test_a_candidate_with_nothing_against_it_is_admitted(rulebook):
    made = judge(alone(), rulebook, enter)
    assert made["refused_factor"].height == 0
    (row,) = made["factor"].iter_rows(named=True)
    assert (row["factor_id"], row["value"], row["status"]) == (factor_id("k1"), 2.5, "admitted")
    assert (row["review_state"], row["known_from"]) == ("policy_checked", RELEASED_ON)


@pytest.mark.parametrize(("code", "given"), CASES)
def test_one_broken_rule_refuses_with_exactly_that_code(rulebook, code, given):
    made = judge(given, rulebook, enter)
    assert [made[n].height for n in ("factor", "factor_gas", "factor_co2e")] == [0, 0, 0]
    assert made["factor_quality"].height == 0
    (row,) = made["refused_factor"].iter_rows(named=True)
    assert row["reason_codes"] == [code]
    for text, template in ((row["reasons_zh"], catalogue()[code].zh),
                           (row["reasons_en"], catalogue()[code].en)):  # fmt: skip
        assert re.fullmatch(re.sub(r"\\\{\w+\\\}", ".*", re.escape(template)), text)
        assert "煤 k1" in text
    assert re.search(r"[一-鿿]", row["reasons_zh"].replace("煤 k1", ""))
    assert not re.search(r"[一-鿿]", row["reasons_en"].replace("煤 k1", ""))
    (decision,) = made["decision"].iter_rows(named=True)
    assert (decision["verdict"], decision["reason_codes"]) == ("refuse", [code])
    assert decision["decision_id"] == row["decision_id"]


def test_a_row_without_a_key_is_told_with_a_dash_for_it(rulebook):
    (row,) = judge(alone(record_key=" "), rulebook, enter)["refused_factor"].iter_rows(named=True)
    assert (row["reason_codes"], row["record_key"]) == (["A-ROW-01"], "-")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (alone(value=math.inf), "value"),
        (alone(upper95=math.inf, lower95=1.0), "upper95"),
        (alone([gas("k1", "n2o", math.inf)], value=None), "mass"),
        (alone([gas("k1", "n2o", math.inf)], value=math.nan), "value, mass"),
    ],
)
def test_the_columns_that_hold_no_number_are_named_and_no_other(rulebook, given, told):
    (row,) = judge(given, rulebook, enter)["refused_factor"].iter_rows(named=True)
    text = catalogue()["A-VAL-02"].zh.format(name="煤 k1", number=told)
    assert text in row["reasons_zh"].split("；")


def test_a_sum_that_is_off_is_told_in_nine_figures(rulebook):
    given = alone(**SUMMED | {"fossil": 1.23456789123, "value": 2.98765432198})
    (row,) = judge(given, rulebook, enter)["refused_factor"].iter_rows(named=True)
    assert "1.23456789 " in row["reasons_zh"]
    assert "2.98765432 " in row["reasons_zh"]


def test_a_row_without_a_name_is_told_all_the_same(rulebook):
    (row,) = judge(alone(name_zh=None), rulebook, enter)["refused_factor"].iter_rows(named=True)
    assert (row["reason_codes"], row["name_zh"]) == (["A-ROW-01"], "-")
    assert row["reasons_zh"] == "- 不合候选因子的契约：candidate.name_zh.required"


@pytest.mark.parametrize(
    ("gases", "more"),
    [
        ([gas("k1", "co2_fossil", 2.512)], {}),
        ([gas("k1", "co2_fossil", 2.488)], {}),
        ([gas("k1", "co2_fossil", 1.0)], {"flags": ["p"]}),
        ([gas("k1", "co2_fossil", 9.0)], {"value_convention": "including_uptake"}),
        ([gas("k1", "nf3", 9.0)], {"gwp_set": "AR4"}),
        ([], SUMMED | {"value": 2.000001}),
        ([], SUMMED | {"fossil": None, "value": 9.0}),
        ([], SUMMED | {"value": 9.0, "value_convention": "not_stated"}),
    ],
)
def test_a_sum_within_the_rounding_declared_or_not_whole_stands(rulebook, gases, more):
    assert judge(alone(gases, **more), rulebook, enter)["refused_factor"].is_empty()


def test_a_source_that_prints_fixed_places_is_held_to_its_places(rulebook):
    """0.013 beside 0.0134 of CO2 and CH4 in three places: 0.0005 + 0.0005 x 1 + 0.0005 x 28."""
    source = {"source_id": "epa_supply_chain_ghg"}
    for mass, codes in ((0.0134, []), (0.0279, []), (0.0281, ["A-PLA-04"])):
        given = alone([gas("k1", "co2_fossil", mass), gas("k1", "ch4_fossil", 0.0)],
                      value=0.013, **source)  # fmt: skip
        found = judge(given, rulebook, enter)["refused_factor"]["reason_codes"].to_list()
        assert found == [codes] * bool(codes)


def test_an_estimate_with_method_and_reason_may_enter(rulebook):
    made = judge(alone(derivation="estimated", note_zh="无实测，由产量回归"), rulebook, enter)
    assert made["refused_factor"].is_empty()


@pytest.mark.parametrize(
    ("kind", "text", "variance"),
    [
        ("none", None, None),
        ("gsd2", "1.21", math.log(1.1) ** 2),
        ("gsd", "1.1", math.log(1.1) ** 2),
        ("cv", "0.1", math.log(1.01)),
        ("variance_ln", "0.04", 0.04),
        ("sigma_ln", "0.2", 0.04),
        # Basic part of CO2, then reliability 2, completeness 3, temporal 4, technological 4.
        ("pedigree", "(2,3,4,1,4)", 0.0006 + 0.0006 + 0.0006 + 0.008 + 0.04),
    ],
)
def test_a_stated_uncertainty_is_kept_as_variance_of_the_logarithm(rulebook, kind, text, variance):
    made = judge(alone(uncertainty_kind=kind, uncertainty_value=text), rulebook, enter)
    (found,) = made["factor"]["variance_ln"]
    assert found == (None if variance is None else pytest.approx(variance, rel=1e-12))


def test_limits_tell_more_than_a_stated_figure(rulebook):
    given = alone(uncertainty_kind="gsd2", uncertainty_value="1.5", lower95=2.0, upper95=3.0)
    (found,) = judge(given, rulebook, enter)["factor"]["variance_ln"]
    assert found == pytest.approx((math.log(1.5) / (2 * 1.959963984540054)) ** 2)


def test_every_rule_in_force_is_planted_here(rulebook):
    planted = {code for code, _, _ in PLANTED} | {"A-DUP-01", "A-PAR-01", "A-RIGHT-03"}
    # What review holds against a candidate is planted in tests/review.
    assert planted | {*REVIEW_CODES} == set(reason_order(rulebook))
    assert planted | {*REVIEW_CODES} == {
        # The plausibility suite asks a person to look; it refuses nothing.
        code
        for code in catalogue()
        if code.startswith("A-") and (not code.startswith("A-PLA-") or code in SUMS)
    }


def test_a_row_entered_twice_is_refused_once(rulebook):
    twins = [candidate("k1", **TWIN), candidate("k2", **TWIN)]
    made = judge(tables(twins), rulebook, enter)
    first, second = sorted(r["factor_id"] for r in twins)
    assert made["factor"]["factor_id"].to_list() == [first]
    (row,) = made["refused_factor"].iter_rows(named=True)
    assert (row["factor_id"], row["reason_codes"]) == (second, ["A-DUP-01"])
    assert row["reasons_zh"].startswith(f"煤 与 {first} 的")
    assert row["reasons_en"].startswith(f"煤 repeats {first}:")


@pytest.mark.parametrize("bad", [0, 1])
def test_a_good_row_is_no_repetition_of_a_refused_one(rulebook, bad):
    twins = [candidate("k1", **TWIN), candidate("k2", **TWIN)]
    twins.sort(key=lambda row: row["factor_id"])
    twins[bad]["data_class"] = "restricted"
    made = judge(tables(twins), rulebook, enter)
    assert made["factor"]["factor_id"].to_list() == [twins[1 - bad]["factor_id"]]
    (row,) = made["refused_factor"].iter_rows(named=True)
    assert row["reason_codes"] == ["A-RIGHT-01", "A-DUP-01"]
    assert f"煤 repeats {twins[1 - bad]['factor_id']}:" in row["reasons_en"]


def test_the_gases_without_a_potential_are_named(rulebook):
    given = alone([gas("k1", "nf3", 1.0), gas("k1", "n2o", 1.0)], value=None, gwp_set="AR4")
    (row,) = judge(given, rulebook, enter)["refused_factor"].iter_rows(named=True)
    assert row["reasons_zh"].startswith("煤 k1 的气体 nf3 在 AR4 中")
    assert row["reasons_en"] == "煤 k1: AR4 has no GWP for nf3, so no CO2e can be given"


def test_the_number_that_is_none_is_named(rulebook):
    given = alone([gas("k1", "n2o", math.inf)], value=math.nan, upper95=math.inf)
    (row,) = judge(given, rulebook, enter)["refused_factor"].iter_rows(named=True)
    assert row["reason_codes"] == ["A-VAL-02", "A-ROW-01"]
    assert "value, upper95, mass" in row["reasons_zh"]


@pytest.mark.parametrize("unknown", ["source", "licence"])
def test_what_is_not_known_gives_no_right(rulebook, unknown):
    given = alone()
    given[unknown] = given[unknown].clear()
    made = judge(given, rulebook, enter)
    assert made["refused_factor"]["reason_codes"].to_list() == [["A-RIGHT-01"]]


def test_the_variance_a_source_states_stands_where_no_limits_do(rulebook):
    stated = {"uncertainty_kind": "variance_ln", "variance_ln": 0.04}
    assert judge(alone(**stated), rulebook, enter)["factor"]["variance_ln"].to_list() == [0.04]
    limits = {**stated, "lower95": 1.0, "upper95": 4.0}
    (found,) = judge(alone(**limits), rulebook, enter)["factor"]["variance_ln"]
    assert found == pytest.approx((math.log(4.0) / (2 * 1.959963984540054)) ** 2)


@pytest.mark.parametrize(
    "change",
    [
        {"source_id": "src-2"}, {"edition": "2"}, {"flow_id": "coke"}, {"name_en": "coke"},
        {"region_code": "R-WORLD"}, {"route": "stoker"}, {"technology": "stoker"},
        {"data_start": dt.date(2023, 1, 1)}, {"data_end": dt.date(2025, 12, 31)},
        {"factor_kind": "removal_factor"}, {"gwp_set": "AR6"},
        {"delivery_scope": "delivered"}, {"reference_unit": "t"},
        {"value_unit": "kgCO2", "gwp_set": "not_applicable"},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_what_differs_in_one_respect_is_no_repetition(rulebook, change):
    rows = [candidate("k1", **TWIN), candidate("k2", **TWIN | change)]
    made = judge(tables(rows), rulebook, enter)
    assert made["factor"].height == 2
    same = judge(tables([candidate("k1", **TWIN), candidate("k2", **TWIN)]), rulebook, enter)
    assert same["factor"].height == 1


def test_of_two_alike_the_first_is_kept_though_one_is_given_as_gases(rulebook):
    keys = sorted(("k1", "k2"), key=factor_id)
    for by_gases in keys:
        twins = [candidate(k, **TWIN, **({"value": None} if k == by_gases else {})) for k in keys]
        made = judge(tables(twins, [gas(by_gases, "co2_fossil", 2.5)]), rulebook, enter)
        assert made["factor"]["factor_id"].to_list() == [factor_id(keys[0])]


def test_a_gas_nobody_knows_is_a_gas_and_an_emission(rulebook):
    def codes(mass, value):
        made = judge(alone([gas("k1", "phlogiston", mass)], value=value), rulebook, enter)
        return made["decision"]["reason_codes"].to_list()[0]

    assert codes(1.0, None) == ["A-GAS-01", "A-ROW-01"]
    assert codes(-1.0, 2.5) == ["A-SIGN-01", "A-ROW-01"]
    assert codes(1.0, 2.5) == ["A-ROW-01"]


def test_another_boundary_is_no_repetition(rulebook):
    kind = {**TWIN, "factor_kind": "footprint_factor"}
    rows = [candidate(f"k{n}", **kind, boundary=b)
            for n, b in enumerate(("not_stated", "cradle_to_gate", "cradle_to_gate"))]  # fmt: skip
    assert judge(tables(rows), rulebook, enter)["factor"].height == 2


def test_a_source_none_of_whose_rows_is_a_candidate_is_counted_too(rulebook):
    given = alone()
    other = given["row_count"].with_columns(
        source_id=pl.lit("other"), candidates=pl.lit(0, pl.Int64)
    )
    given["row_count"] = pl.concat([given["row_count"], other])
    counted = judge(given, rulebook, enter)["source_count"]
    names = ("source_id", "candidates", "admitted", "provisional", "refused")
    assert counted.select(names).rows() == [("other", 0, 0, 0, 0), ("src", 1, 1, 0, 0)]


def test_two_blanks_are_the_same_respect(rulebook):
    blank = {**TWIN, "route": None, "technology": None, "data_start": None, "data_end": None}
    made = judge(tables([candidate("k1", **blank), candidate("k2", **blank)]), rulebook, enter)
    assert made["refused_factor"]["reason_codes"].to_list() == [["A-DUP-01"]]


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(alone(source={"authorisation_until": RELEASED_ON}), id="last day of a right"),
        pytest.param(alone(value=0.0), id="zero"),
        pytest.param(alone(value=-0.4, factor_kind="removal_factor"), id="a removal"),
        pytest.param(
            alone(value=-1.0, fossil=0.2, ccs_capture=-1.2, value_convention="excluding_uptake"),
            id="captured more than emitted",
        ),
        pytest.param(
            alone(
                value=-1.5, fossil=0.5, biogenic_uptake=-2.0, value_convention="including_uptake"
            ),
            id="taken up by growth",
        ),
        pytest.param(
            alone(
                value=-0.3,
                land_use_change=-0.1,
                ccs_capture=-0.2,
                value_convention="excluding_uptake",
            ),
            id="nothing but removals",
        ),
        pytest.param(
            alone([gas("k1", "co2_land_use", -1.0), gas("k1", "n2o", 0.001)], value=None),
            id="land taking up carbon",
        ),
        pytest.param(
            alone(
                [gas("k1", "n2o", -0.1), gas("k1", "co2_fossil", 99.0)],
                value=None,
                factor_kind="footprint_factor",
                boundary="not_stated",
            ),
            id="a credit within a footprint",
        ),
        pytest.param(alone(value=1e308), id="large and finite"),
        pytest.param(alone(uncertainty_kind="none", uncertainty_value="1.2"), id="of no kind"),
        pytest.param(alone(uncertainty_kind="gsd2", uncertainty_value=None), id="of no figure"),
        pytest.param(alone(core_data=True, methodology_url="https://m"), id="core data with it"),
        pytest.param(alone(flags=["p"]), id="another flag"),
        pytest.param(alone(gwp_set="not_applicable", value_unit="kgCH4"), id="mass of one gas"),
        pytest.param(alone([gas("k1", "n2o", 1.0)], value=None), id="gases in place of a value"),
        pytest.param(alone([gas("k1", "nf3", 1.0)], value=None, gwp_set="AR5"), id="a held gas"),
    ],
)
def test_what_lies_just_within_a_rule_is_admitted(rulebook, given):
    made = judge(given, rulebook, enter)
    assert made["factor"]["status"].to_list() == ["admitted"]
    assert made["decision"]["reason_codes"].to_list() == [[]]


def test_the_last_day_of_a_right_is_measured_at_the_release(rulebook):
    held = {"authorisation_until": RELEASED_ON - dt.timedelta(days=400)}
    (row,) = judge(alone(source=held), rulebook, enter)["refused_factor"].iter_rows(named=True)
    assert "2025-10-17" in row["reasons_zh"]
    assert "2025-10-17" in row["reasons_en"]


def test_every_reason_is_named_not_only_the_first(rulebook):
    given = alone(
        flags=["offset_margin"], gwp_set=None, data_class="restricted", confidence="low",
        core_data=True, value=-1.0, without_evidence=["k1"],
        source={"authorisation_until": YESTERDAY},
    )  # fmt: skip
    (row,) = judge(given, rulebook, enter)["refused_factor"].iter_rows(named=True)
    assert row["reason_codes"] == [
        "A-KIND-01", "A-GWP-01", "A-EVI-01", "A-RIGHT-01", "A-RIGHT-02", "A-CONF-01", "A-CORE-01",
        "A-SIGN-01",
    ]  # fmt: skip
    assert row["reasons_zh"].count("；") == row["reasons_en"].count("; ") - 1 == 7


def test_a_refusal_shows_what_was_read(rulebook):
    (row,) = judge(alone(confidence="low"), rulebook, enter)["refused_factor"].iter_rows(named=True)
    assert (row["text_found"], row["unit_found"]) == ("2.50", "kgCO2e/kg")
    assert (row["record_key"], row["source_id"], row["edition"]) == ("k1", "src", "1")
    lacking = judge(alone(without_evidence=["k1"]), rulebook, enter)["refused_factor"]
    assert lacking.select("text_found", "unit_found").rows() == [("-", "-")]


@pytest.mark.parametrize("source", ["mee_electricity_footprint", "gbt_51366_2019"])
def test_a_set_not_stated_is_taken_from_the_named_sources_only(rulebook, source):
    unstated = {"gwp_set": "not_stated", "flags": ["gwp_not_stated"]}
    made = judge(alone(source_id=source, **unstated), rulebook, enter)
    assert made["factor"].select("value", "gwp_set").rows() == [(2.5, "not_stated")]
    other = judge(alone(source_id=f"{source}_2", **unstated), rulebook, enter)
    assert other["refused_factor"]["reason_codes"].to_list() == [["A-GWP-02"]]
    assert f"{source}_2" in other["refused_factor"]["reasons_zh"][0]


def test_the_policy_names_the_two_sources_that_print_no_set_and_no_more(rulebook):
    assert rulebook.not_stated_sources == {"mee_electricity_footprint", "gbt_51366_2019"}


def test_a_shipped_value_without_set_is_flagged_and_never_converted(seeds, judged):
    unstated = judged["factor"].filter(gwp_set="not_stated")
    assert set(unstated["source_id"]) == {"mee_electricity_footprint", "gbt_51366_2019"}
    assert all("gwp_not_stated" in flags for flags in unstated["flags"])
    as_read = seeds.tables["candidate"].select("factor_id", wanted="value")
    both = unstated.join(as_read, on="factor_id")
    assert both.height == unstated.height > 0
    assert both["value"].equals(both["wanted"], check_names=False)
    assert not set(unstated["factor_id"]) & set(judged["factor_co2e"]["factor_id"])


def test_of_the_shipped_candidates_only_margins_and_unsure_transcriptions_are_refused(
    seeds, judged
):
    wanted = {
        row["factor_id"]: ["A-KIND-01"] * ("offset_margin" in row["flags"])
        + ["A-CONF-01"] * (row["confidence"] == "low")
        for row in seeds.tables["candidate"].iter_rows(named=True)
    }
    found = dict(judged["refused_factor"].select("factor_id", "reason_codes").iter_rows())
    assert found == {one: codes for one, codes in wanted.items() if codes}
    assert ["A-KIND-01"] in found.values()
