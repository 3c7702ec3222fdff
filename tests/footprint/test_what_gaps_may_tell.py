"""Does every step of an estimate say what it is from, and does none give a kept value away?"""

from __future__ import annotations

import os
import tomllib
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from statistics import fmean

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from pipelines.errors import FaultyData
from pipelines.footprint.gap_rule import ClosedRule, gap_rule_of
from pipelines.footprint.gap_weights import figures
from pipelines.settings import REPOSITORY
from tests.footprint.handmade import (
    FACTORS,
    burnt,
    computed,
    factor,
    line,
    process,
    product,
    reporting,
)

RULES = REPOSITORY / "seeds" / "rules"
DATA = Path(os.environ.get("TANYUAN_DATA", REPOSITORY.parent / "shared" / "data"))
PRINTED = DATA / "uk-ghg-factors" / "ghg-conversion-factors-2025-flat-file.xlsx"
RULE = reporting().gap.closed
CANARY = 7919.0000731


def buys(*lines):
    return {"product": [product("kiln")], "process": [process("kiln")], "exchange": list(lines)}


def gap_of(place, library_with, factors, flow, unit="kg", amount=1):
    bench = library_with(factors=factors, gases=())
    outcome = computed(place / "one", bench, **buys(line("kiln", 1, flow, amount, unit)))
    return outcome.row("footprint_gap")


def told(gap):
    return [float(gap[name]) for name in ("estimate_low", "estimate", "estimate_high")]


# The steps outwards.


def test_the_upstream_of_a_fuel_is_a_published_share_of_what_burning_it_emits(
    tmp_path, library_with
):
    coal = [burnt(f"FCOAL{n}AAAAAAA", "bituminous_coal", "kg", value=v)
            for n, v in enumerate((2.0, 2.4))]  # fmt: skip
    gap = gap_of(tmp_path, library_with, coal, "bituminous_coal", amount=10)
    assert (gap["gap_basis"], gap["proxies"]) == ("upstream_share", 2)
    low, high = 0.05925 / 0.37675, 0.05925 / 0.33621
    middle = (0.05925 / 0.33944 + 0.05925 / 0.36549) / 2
    assert told(gap) == pytest.approx([20 * low, 22 * middle, 24 * high])


def test_heat_is_weighed_by_the_kind_that_may_not_serve_it(tmp_path, library_with):
    steam = factor("FHEATAAAAAAAA", "heat", 110.0, "GJ", factor_kind="energy_indirect_ef",
                   boundary="activity")  # fmt: skip
    gap = gap_of(tmp_path, library_with, [steam], "heat", "MJ", 1000)
    assert (gap["gap_basis"], gap["proxies"], float(gap["estimate"])) == ("other_kind", 1, 110.0)


def test_a_mineral_is_weighed_by_those_alike_and_a_chemical_by_the_whole_division(
    tmp_path, library_with
):
    stones = [
        factor(f"FSTO{n}AAAAAAAA", flow, v, "t")
        for n, (flow, v) in enumerate((("gravel", 2.0), ("sand", 3.0), ("sand", 5.0)))
    ]
    stones[2] |= {"region_code": "DE"}
    near = gap_of(tmp_path / "near", library_with, stones, "limestone")
    assert near["gap_basis"] in {"near_category", "same_category"}
    metals = [
        factor(f"FMET{n}AAAAAAAA", flow, v, "kg")
        for n, (flow, v) in enumerate((("hdpe", 1.0), ("ldpe", 2.0), ("pvc", 9.0)))
    ]
    outcome = computed(tmp_path / "far", library_with(factors=metals, gases=()),
                       **buys(line("kiln", 1, "sodium_hydroxide", 1, "kg")))  # fmt: skip
    far = outcome.row("footprint_gap")
    assert (far["gap_basis"], told(far)) == ("same_division", [1.0, 2.0, 9.0])
    # Bounds are said as bounds: what stands between them is no estimate.
    assert [row["assumption_source"] for row in outcome.rows("assumption")] == ["E-SEL-14"]
    assert "1 至 9 kgCO2e" in outcome.rows("assumption")[0]["text_zh"]


def test_a_waste_is_weighed_by_what_publishers_elsewhere_print_for_treating_it(
    tmp_path, library_with
):
    """20 kg CO2e a short ton of ash to landfill; of gypsum also 71.95 a tonne."""
    ash = gap_of(tmp_path / "ash", library_with, FACTORS, "coal_ash", "t", 2)
    assert (ash["gap_basis"], ash["proxies"]) == ("published_treatment", 1)
    assert told(ash) == pytest.approx([40 / 0.90718474] * 3, rel=1e-12)
    gypsum = gap_of(tmp_path / "gypsum", library_with, FACTORS, "waste_gypsum", "kg", 1000)
    low, high = 20 / 0.90718474, 71.95
    assert gypsum["proxies"] == 2
    assert told(gypsum) == pytest.approx([low, (low + high) / 2, high], rel=1e-12)
    water = gap_of(tmp_path / "water", library_with, FACTORS, "wastewater", "m3", 10)
    assert told(water) == pytest.approx([1.7088] * 3, rel=1e-12)


def test_a_published_treatment_in_a_unit_nobody_knows_is_told(tmp_path, library_with):
    bench = library_with(factors=FACTORS, gases=())
    gap = bench.reporting.gap
    strange = tuple(replace(one, unit="kgCO2e/barrow") for one in gap.treatments)
    bench = replace(bench, reporting=replace(bench.reporting, gap=replace(gap, treatments=strange)))
    with pytest.raises(FaultyData) as refused:
        computed(tmp_path / "one", bench, **buys(line("kiln", 1, "coal_ash", 1, "kg")))
    (fault,) = refused.value.findings
    assert (fault.code, fault.place["field"], fault.place["value"]) == (
        "E-SEED-02", "gap.treatment.unit", "kgCO2e/barrow",
    )  # fmt: skip


def test_what_nothing_tells_of_stays_without_an_estimate(tmp_path, library_with):
    gap = gap_of(tmp_path, library_with, FACTORS, "organic_waste_dry")
    assert (gap["gap_basis"], gap["estimate"], gap["proxies"]) == ("none", None, 0)


def test_the_shares_of_upstream_are_those_the_publisher_prints():
    if not PRINTED.is_file():
        pytest.skip("published data are not on this machine; set TANYUAN_DATA")
    book = CalamineWorkbook.from_path(str(PRINTED))
    rows = book.get_sheet_by_name("Factors by Category").to_python()
    printed = {
        (row[2], row[4]): str(row[9])
        for row in rows
        if row[6:9] == ["", "kWh (Net CV)", "kg CO2e"] or row[7:9] == ["kWh (Net CV)", "kg CO2e"]
    }
    block = tomllib.loads((RULES / "reporting.toml").read_text("utf-8"))["gap"]
    for share in block["upstream"]:
        for name, upstream, burning in share["pairs"]:
            assert (printed["WTT- fuels", name], printed["Fuels", name]) == (upstream, burning)


def test_the_treatments_are_those_the_publishers_print():
    hub = DATA / "epa-ef-hub" / "ghg-emission-factors-hub-2024.xlsx"
    if not (PRINTED.is_file() and hub.is_file()):
        pytest.skip("published data are not on this machine; set TANYUAN_DATA")
    american = {
        ("tCO2e/short_ton", str(row[1]), str(row[3]))
        for row in CalamineWorkbook.from_path(str(hub)).get_sheet_by_index(0).to_python()
    }
    british = {
        (f"{row[8].replace(' ', '')}/{ {'tonnes': 't', 'cubic metres': 'm3'}.get(row[7]) }",
         row[4] or row[3], str(row[9]))
        for row in CalamineWorkbook.from_path(str(PRINTED))
        .get_sheet_by_name("Factors by Category").to_python()
        if row[2] in {"Waste disposal", "Water treatment"} and row[6] in {"", "Landfill"}
    }  # fmt: skip
    block = tomllib.loads((RULES / "reporting.toml").read_text("utf-8"))["gap"]
    told = [(one["unit"], *row) for one in block["treatment"] for row in one["printed"]]
    assert {(unit, name, value) for unit, _, name, value in told} <= american | british
    known = pl.read_csv(RULES.parent / "reference" / "flow.csv")["flow_id"]
    assert {flow for _, flow, _, _ in told} <= set(known)


@pytest.mark.parametrize(
    "part", ["few", "near", "division", "other_kind", "closed", "upstream", "treatment"]
)
def test_a_part_of_the_rule_without_a_source_is_refused(part):
    block = tomllib.loads((RULES / "reporting.toml").read_text("utf-8"))["gap"]
    held = block[part][1] if isinstance(block[part], list) else block[part]
    held["source"] = ""
    with pytest.raises(FaultyData) as refused:
        gap_rule_of(block, "rules/reporting.toml")
    assert [one.code for one in refused.value.findings] == ["E-SEED-09"]


# What is kept.


def kept(count, owners):
    return [
        factor(f"FKEP{n}AAAAAAAA", "lime", CANARY + n * 100, "t", region_code="DE",
               data_class="restricted", source_id=f"mill_{n % owners}")
        for n in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize(("count", "owners"), [(1, 1), (6, 4), (9, 1)])
def test_kept_factors_of_too_few_owners_weigh_nothing(tmp_path, library_with, count, owners):
    gap = gap_of(tmp_path, library_with, kept(count, owners), "lime", "t")
    assert gap["estimate"] is None
    assert gap["proxies"] == 0
    public = factor("FPUBAAAAAAAAA", "lime", 1000.0, "t", region_code="DE")
    beside = gap_of(tmp_path / "two", library_with, [*kept(count, owners), public], "lime", "t")
    assert (beside["proxies"], told(beside)) == (1, [1000.0, 1000.0, 1000.0])


def test_enough_owners_are_told_as_rounded_means_of_several(tmp_path, library_with):
    gap = gap_of(tmp_path, library_with, kept(6, 6), "lime", "t")
    assert (gap["proxies"], told(gap)) == (6, [8000.0, 8100.0, 8300.0])
    assert str(CANARY) not in str([float(value) for value in told(gap)])


def test_a_rule_that_let_one_owner_through_would_print_the_canary(tmp_path, library_with):
    """The planted fault: without the rule the kept value stands in the table as it is."""
    bench = library_with(factors=kept(1, 1), gases=())
    loose = replace(bench.reporting.gap, closed=ClosedRule(1, 1, 16))
    bench = replace(bench, reporting=replace(bench.reporting, gap=loose))
    outcome = computed(tmp_path / "one", bench, **buys(line("kiln", 1, "lime", 1, "t")))
    assert str(CANARY) in str(outcome.row("footprint_gap")["estimate"])


def test_a_factor_kept_back_for_its_source_or_its_parents_counts_as_kept(tmp_path, library_with):
    far = factor("FSRCAAAAAAAAA", "lime", CANARY, "t", region_code="DE")
    bench = replace(library_with(factors=[far], gases=()), closed={"FSRCAAAAAAAAA": "mill"})
    outcome = computed(tmp_path / "one", bench, **buys(line("kiln", 1, "lime", 1, "t")))
    assert outcome.row("footprint_gap")["estimate"] is None


values = st.floats(0.01, 1e6)
OPEN = st.tuples(values, st.none())
KEPT = st.tuples(values, st.sampled_from("abcdefg"))


@given(st.lists(st.one_of(OPEN, KEPT), min_size=1, max_size=12))
def test_a_figure_is_public_or_hidden_among_enough_owners(found):
    told = figures(found, ClosedRule(RULE.owners, RULE.mean_of, 15))
    public = [value for value, owner in found if owner is None]
    if len({owner for _, owner in found if owner}) < RULE.owners:
        assert told == figures([one for one in found if one[1] is None], RULE)
        return
    ranked = sorted(found, key=lambda one: (one[0], one[1] or ""))
    parts = [ranked[a:b] for a, b in combinations(range(len(ranked) + 1), 2)]
    hiding = [part for part in parts if len({o for _, o in part if o}) >= RULE.mean_of]
    means = [fmean(value for value, _ in part) for part in hiding]
    for figure in told[1:]:
        assert any(figure == pytest.approx(one, rel=1e-12) for one in (*public, *means))


def test_the_numbers_are_those_of_the_disclosure_rule():
    rule = tomllib.loads((RULES / "disclosure.toml").read_text("utf-8"))
    assert (RULE.owners, RULE.mean_of, RULE.digits) == (
        rule["owners"]["minimum"], rule["publication"]["smoothing_owners"],
        rule["publication"]["significant_digits"],
    )  # fmt: skip


def test_what_only_bounds_a_gap_has_no_share_in_the_result(tmp_path, library_with):
    metals = [
        factor(f"FMET{n}AAAAAAAA", flow, v, "kg")
        for n, (flow, v) in enumerate((("hdpe", 1.0), ("ldpe", 2.0), ("pvc", 9.0)))
    ]
    bench = library_with(factors=metals, gases=())
    lines = line("kiln", 1, "sodium_hydroxide", 1, "kg"), line("kiln", 2, "hdpe", 1, "kg")
    total = computed(tmp_path / "one", bench, **buys(*lines)).row("footprint")
    assert (total["gaps_total"], total["gaps_unestimated"], total["cut_off_share"]) == (1, 1, None)
