"""Is the CO2e of a factor the sum of its masses times the GWPs of the set asked for?"""

from __future__ import annotations

import math
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest

from pipelines.admit import judge
from pipelines.admit.characterise import co2e_by_set, variance_of_limits
from tests.admit.samples import candidate, enter, factor_id, gas, tables

GASOLINE = [
    gas("k1", "co2_fossil", 69300.0),
    gas("k1", "ch4_fossil", 3.0),
    gas("k1", "n2o", 0.6),
]
Z = Fraction("1.959963984540054")


def by_set(*gases) -> dict[str, tuple[float, float]]:
    given = tables([candidate("k1", value=None)], gases)
    found = co2e_by_set(given["candidate_gas"], given["gwp"], given["gas"])
    assert set(found["factor_id"]) == ({factor_id("k1")} if len(found) else set())
    return {r["gwp_set"]: (r["co2e"], r["co2_biogenic_apart"]) for r in found.iter_rows(named=True)}


def test_gasoline_by_hand_under_three_sets():
    # 69300 + 3 x 25 + 0.6 x 298; 69300 + 3 x 28 + 0.6 x 265; 69300 + 3 x 29.8 + 0.6 x 273.
    assert by_set(*GASOLINE) == {
        "AR4": (69553.8, 0.0), "AR5": (69543.0, 0.0), "AR6": (69553.2, 0.0),
    }  # fmt: skip


def test_biogenic_co2_stands_apart_and_outside_the_sum():
    assert by_set(gas("k1", "co2_biogenic", 112.0), gas("k1", "n2o", 0.004))["AR5"] == (
        1.06, 112.0,
    )  # fmt: skip


def test_a_set_that_lacks_a_gas_gives_no_sum_rather_than_a_smaller_one():
    assert set(by_set(*GASOLINE, gas("k1", "nf3", 0.1))) == {"AR5", "AR6"}


def test_many_small_masses_are_added_without_error():
    tenths = (("co2_fossil", 0.1), ("n2o", 0.2), ("ch4_fossil", 0.3))
    found = by_set(*(gas("k1", code, mass) for code, mass in tenths))
    assert found["AR5"][0] == 61.5
    assert found["AR6"][0] == 63.64


@pytest.mark.parametrize("gwp_set", ["SAR", "AR4", "AR5", "AR5-feedback", "AR6"])
def test_every_shipped_factor_is_the_sum_of_its_masses_times_the_gwps(seeds, judged, gwp_set):
    given = seeds.tables
    gwp = {
        r["gas"]: Decimal(repr(r["gwp100"]))
        for r in given["gwp"].filter(gwp_set=gwp_set).iter_rows(named=True)
    }
    component = dict(given["gas"].select("gas", "component").iter_rows())
    masses = defaultdict(dict)
    for row in judged["factor_gas"].iter_rows(named=True):
        masses[row["factor_id"]][row["gas"]] = Decimal(repr(row["mass"]))
    held = {one: own for one, own in masses.items() if own.keys() <= gwp.keys()}
    assert len(held) > 500
    found = {
        r["factor_id"]: (r["co2e"], r["co2_biogenic_apart"])
        for r in judged["factor_co2e"].filter(gwp_set=gwp_set).iter_rows(named=True)
    }
    assert found.keys() == held.keys()
    for one, own in held.items():
        apart = {g for g in own if component[g] == "biogenic_co2_emission"}
        counted = sum((m * gwp[g] for g, m in own.items() if g not in apart), Decimal(0))
        aside = sum((own[g] * gwp[g] for g in apart), Decimal(0))
        assert found[one] == (float(counted), float(aside))


# Printed GWP100 of the fourth, fifth (without feedback) and sixth assessment reports.
PRINTED = {
    ("AR4", "ch4_biogenic"): 25.0, ("AR4", "n2o"): 298.0, ("AR4", "hfc_23"): 14800.0,
    ("AR5", "ch4_biogenic"): 28.0, ("AR5", "n2o"): 265.0, ("AR5", "hfc_23"): 12400.0,
    ("AR6", "ch4_biogenic"): 27.0, ("AR6", "n2o"): 273.0, ("AR6", "hfc_23"): 14600.0,
}  # fmt: skip


@pytest.mark.parametrize(("gwp_set", "code"), PRINTED)
def test_a_kilogram_of_one_gas_counts_as_the_report_prints(judged, gwp_set, code):
    gases = judged["factor_gas"]
    alone = gases.filter(pl.len().over("factor_id") == 1).filter(gas=code)
    found = alone.join(judged["factor_co2e"].filter(gwp_set=gwp_set), on="factor_id")
    assert len(found) == len(alone) > 0
    assert found["mass"].max() > 0
    for row in found.filter(pl.col("mass") > 0).iter_rows(named=True):
        assert row["co2e"] / row["mass"] == pytest.approx(PRINTED[gwp_set, code], rel=1e-12)


def test_every_mass_a_source_gave_is_published_unchanged(seeds, judged):
    key = ["factor_id", "gas"]
    kept = judged["factor_gas"].select(*key, "mass").sort(key)
    given = seeds.tables["candidate_gas"].join(judged["factor"], on="factor_id", how="semi")
    assert kept.equals(given.select(*key, "mass").sort(key))
    refused = set(judged["refused_factor"]["factor_id"])
    assert refused & set(seeds.tables["candidate_gas"]["factor_id"])
    assert not refused & set(kept["factor_id"])


def test_a_factor_given_as_gases_shows_its_co2e_under_the_reported_set(seeds, judged, rulebook):
    assert rulebook.reporting_gwp_set == "AR5"
    as_gases = set(seeds.tables["candidate"].filter(pl.col("value").is_null())["factor_id"])
    co2e = dict(judged["factor_co2e"].filter(gwp_set="AR5").select("factor_id", "co2e").iter_rows())
    shown = [r for r in judged["factor"].iter_rows(named=True) if r["factor_id"] in as_gases]
    assert len(shown) == len(as_gases) > 200
    for row in shown:
        assert (row["value"], row["gwp_set"]) == (co2e[row["factor_id"]], "AR5")
        assert row["value_unit"] == "kgCO2e"
        assert "value_from_gases" in row["flags"]


@pytest.mark.parametrize(("gwp_set", "value"), [("AR4", 69553.8), ("AR5", 69543.0),
                                                ("AR6", 69553.2)])  # fmt: skip
def test_a_factor_given_as_gases_is_valued_under_the_set_it_names(rulebook, gwp_set, value):
    made = judge(tables([candidate(value=None, gwp_set=gwp_set)], GASOLINE), rulebook, enter)
    assert made["factor"].select("value", "gwp_set").rows() == [(value, gwp_set)]


def test_a_gas_that_another_set_lacks_does_not_matter(rulebook):
    given = tables([candidate(value=None, gwp_set="AR6")], [gas("k1", "nf3", 0.1)])
    lacks = (pl.col("gwp_set") == "AR5") & (pl.col("gas") == "nf3")
    made = judge({**given, "gwp": given["gwp"].filter(~lacks)}, rulebook, enter)
    assert made["factor"].select("value", "gwp_set").rows() == [(1740.0, "AR6")]


def test_a_value_given_is_never_replaced(seeds, judged):
    given = dict(seeds.tables["candidate"].select("factor_id", "value").iter_rows())
    for row in judged["factor"].iter_rows(named=True):
        if given[row["factor_id"]] is not None:
            assert row["value"] == given[row["factor_id"]]
            assert "value_from_gases" not in row["flags"]


def test_the_value_from_gases_keeps_the_flags_it_had(rulebook):
    made = judge(tables([candidate(value=None, flags=["p"])], GASOLINE), rulebook, enter)
    assert made["factor"].select("value", "flags").rows() == [(69543.0, ["p", "value_from_gases"])]


def test_the_variance_of_an_interval_by_hand():
    # From 1 to e^(2 z) lies four standard deviations of one half each: the variance is 1.
    assert variance_of_limits(1.0, math.exp(2 * float(Z)), Z) == pytest.approx(1.0, rel=1e-12)
    assert variance_of_limits(0.5, 2.0, Z) == pytest.approx(0.12506, rel=1e-4)
    assert variance_of_limits(3.0, 3.0, Z) == 0.0
    # The ratio itself is beyond the largest double: its logarithm is not.
    wide = (600 * math.log(10) / (2 * float(Z))) ** 2
    assert variance_of_limits(1e-300, 1e300, Z) == pytest.approx(wide, rel=1e-12)


@pytest.mark.parametrize(
    "limits", [(None, 2.0), (1.0, None), (0.0, 2.0), (-1.0, 2.0), (2.0, 1.0), (None, None),
               (1.0, math.inf)]
)  # fmt: skip
def test_limits_that_no_lognormal_has_give_no_variance(limits):
    assert variance_of_limits(*limits, Z) is None
    assert variance_of_limits(1.0, 2.0, Z) is not None


def test_the_limits_a_source_gave_become_the_published_variance(judged):
    limited = [r for r in judged["factor"].iter_rows(named=True) if r["lower95"] is not None]
    assert len(limited) > 50
    for row in limited:
        if row["lower95"] > 0:
            wanted = (math.log(row["upper95"] / row["lower95"]) / (2 * 1.959963984540054)) ** 2
            assert row["variance_ln"] == pytest.approx(wanted, rel=1e-12)
        else:
            assert row["variance_ln"] is None
    assert any(r["lower95"] > 0 for r in limited)
