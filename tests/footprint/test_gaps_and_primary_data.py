"""Is what a result leaves out weighed, and a supplier's own data never silently passed over?"""

from __future__ import annotations

import datetime as dt

import pytest

from tests.footprint.handmade import (
    DIESEL,
    FACTORS,
    GASES,
    LIME,
    POWER,
    codes,
    computed,
    factor,
    line,
    pinned,
    process,
    product,
    refusal,
)

OWN, TANK, FAR = f"F{'OWN':A<12}", f"F{'TANK':A<12}", f"F{'FAR':A<12}"


def buys(*lines, **of_product):
    return {"product": [product("kiln", **of_product)], "process": [process("kiln")],
            "exchange": list(lines)}  # fmt: skip


def sources(outcome):
    return [row["assumption_source"] for row in outcome.rows("assumption")]


# What a line without a factor may weigh.


def test_a_flow_served_elsewhere_is_weighed_by_the_factors_of_elsewhere(tmp_path, library_with):
    abroad = [factor(f"FLIM{n}AAAAAAAA", "lime", value, "t", region_code="DE")
              for n, value in enumerate((900.0, 1000.0, 1400.0))]  # fmt: skip
    bench = library_with(factors=abroad, gases=())
    outcome = computed(tmp_path / "one", bench, **buys(line("kiln", 1, "lime", 50, "kg")))
    gap = outcome.row("footprint_gap")
    assert (gap["gap_kind"], gap["gap_basis"], gap["proxies"]) == ("no_factor", "same_flow", 3)
    shown = [float(gap[k]) for k in ("estimate_low", "estimate", "estimate_high")]
    assert shown == pytest.approx([45, 50, 70])
    total = outcome.row("footprint")
    assert float(total["footprint_value"]) == 0
    assert (total["cut_off_share"], total["gaps_total"], total["gaps_unestimated"]) == (1.0, 1, 0)
    (made,) = outcome.rows("assumption")
    assert made["assumption_source"] == "E-SEL-02"
    assert "45 to 70" in made["text_en"]


def test_the_share_left_out_is_the_estimate_over_result_and_estimate(tmp_path, library_with):
    far = factor(FAR, "lime", 1000.0, "t", region_code="DE")
    rest = [row for row in FACTORS if row["factor_id"] != LIME]
    bench = library_with(factors=(*rest, far))
    lines = line("kiln", 1, "lime", 50, "kg"), line("kiln", 2, "electricity", 300, "kWh")
    total = computed(tmp_path / "one", bench, **buys(*lines)).row("footprint")
    assert total["cut_off_share"] == pytest.approx(50 / (150 + 50))


def test_a_flow_without_any_factor_is_weighed_by_its_category_or_said_to_be_beyond_it(
    tmp_path, library_with
):
    kin = [factor(f"FKIN{n}AAAAAAAA", flow, 1.0 + n, "kg")
           for n, flow in enumerate(("hdpe", "ldpe", "pvc"))]  # fmt: skip
    for factors, basis in ((kin, "same_category"), ((), "none")):
        bench = library_with(factors=(*FACTORS, *factors))
        outcome = computed(tmp_path / basis, bench, **buys(line("kiln", 1, "gpps", 2, "kg")))
        gap = outcome.row("footprint_gap")
        assert gap["gap_basis"] == basis
        if basis == "none":
            assert gap["estimate"] is None
            assert outcome.row("footprint")["cut_off_share"] is None
            assert sources(outcome) == ["E-SEL-03"]
        else:
            assert float(gap["estimate"]) == pytest.approx(4.0)


def test_burning_alone_is_a_gap_upstream_unless_a_line_supplies_the_fuel(tmp_path, library_with):
    tank = factor(TANK, "diesel", 0.5, "kg", boundary="well_to_tank")
    bench = library_with(factors=(*FACTORS, tank))
    fire = line("kiln", 1, "diesel", 10, "kg", flow_use="combustion", **pinned(DIESEL))
    outcome = computed(tmp_path / "alone", bench, **buys(fire))
    gap = outcome.row("footprint_gap")
    assert (gap["gap_kind"], float(gap["estimate"])) == ("upstream_not_declared", 5.0)
    assert "E-SEL-04" in sources(outcome)
    served = line("kiln", 2, "diesel", 10, "kg", flow_use="supply")
    both = {**fire, "flow_use": "supply_and_combustion"}
    for name, lines in (("apart", (fire, served)), ("both", (both,))):
        found = computed(tmp_path / name, bench, **buys(*lines))
        assert found.rows("footprint_gap") == []
        assert found.row("footprint")["cut_off_share"] == 0
    gate = computed(tmp_path / "gate", bench, **buys(fire, boundary="gate_to_gate"))
    assert gate.rows("footprint_gap") == []


# Primary data of the supplier itself.


@pytest.fixture(scope="module")
def own(library_with):
    made = factor(OWN, "electricity", 0.9, "kWh", data_origin="primary", flags=["supplier:acme"])
    return library_with(factors=(*FACTORS, made), gases=GASES)


def test_the_supplier_s_own_primary_factor_is_used_even_where_a_default_is_lower(tmp_path, own):
    bought = line("kiln", 1, "electricity", 10, "kWh", supplier_id="acme")
    outcome = computed(tmp_path / "one", own, **buys(bought))
    assert outcome.row("footprint_line")["factor_id"] == OWN
    assert outcome.total("kiln-out") == pytest.approx(9)
    assert sources(outcome) == []


def test_a_secondary_factor_beside_the_supplier_s_own_is_flagged(tmp_path, own):
    bought = line("kiln", 1, "electricity", 10, "kWh", supplier_id="acme", **pinned(POWER))
    outcome = computed(tmp_path / "one", own, **buys(bought))
    row = outcome.row("footprint_line")
    assert row["factor_id"] == POWER
    assert f"supplier_primary_unused:{OWN}" in row["flags"]
    assert "supplier_primary_unused" in outcome.row("footprint")["flags"]
    (made,) = outcome.rows("assumption")
    assert made["assumption_source"] == "E-SEL-01"
    assert all(word in made["text_en"] for word in (POWER, OWN, "kiln", "1"))


@pytest.mark.parametrize(
    ("more", "of_line"),
    [
        ({"data_origin": "secondary"}, {}),
        ({"flags": ["supplier:other"]}, {}),
        ({"region_code": "DE"}, {}),
        ({"gwp_set": "AR4"}, {}),
        ({}, {"supplier_id": ""}),
    ],
    ids=["not primary", "another's", "of another place", "another set", "no supplier named"],
)
def test_only_an_admissible_primary_factor_of_that_supplier_flags(
    tmp_path, library_with, more, of_line
):
    made = factor(OWN, "electricity", 0.9, "kWh",
                  **{"data_origin": "primary", "flags": ["supplier:acme"], **more})  # fmt: skip
    bench = library_with(factors=(*FACTORS, made))
    bought = line("kiln", 1, "electricity", 10, "kWh",
                  **{"supplier_id": "acme", **pinned(POWER), **of_line})  # fmt: skip
    outcome = computed(tmp_path / "one", bench, **buys(bought))
    assert not [f for f in outcome.row("footprint_line")["flags"] if "unused" in f]
    assert sources(outcome) == []


# Runners-up and time.


def test_every_line_names_its_runners_up_with_the_reason_in_both_languages(tmp_path, own):
    outcome = computed(tmp_path / "one", own, **buys(line("kiln", 1, "electricity", 10, "kWh")))
    row = outcome.row("footprint_line")
    assert row["selection_rank"] == 1
    assert row["reason_zh"]
    assert row["reason_en"]
    assert all(word in row["runners_up"] for word in ('"lost_on"', '"zh"', '"en"'))


@pytest.mark.parametrize(
    "of_factor",
    [{"valid_until": dt.date(2024, 12, 31)}, {"valid_from": dt.date(2025, 12, 1)}],
    ids=["expired", "not yet"],
)
def test_a_pinned_factor_out_of_its_time_is_refused(tmp_path, library_with, of_factor):
    bench = library_with(factors=(factor(POWER, "electricity", 0.5, "kWh", **of_factor),))
    bought = line("kiln", 7, "electricity", 10, "kWh", **pinned(POWER))
    found = refusal(tmp_path / "one", bench, **buys(bought))
    assert codes(found) == {"E-SEL-10"}
    assert all(word in found[0].en for word in ("kiln", "7", POWER))


# What the source of a factor leaves unsaid.


@pytest.mark.parametrize(
    ("unsaid", "code"),
    [({"gwp_set": "not_stated"}, "E-SEL-06"), ({"boundary": "not_stated"}, "E-SEL-07")],
)
def test_what_a_factor_leaves_unsaid_is_told_once_with_the_lines_that_use_it(
    tmp_path, library_with, unsaid, code
):
    bare = [factor(name, flow, 1.0, "kg", **unsaid) for name, flow in ((OWN, "hdpe"), (FAR, "pvc"))]
    bench = library_with(factors=(*FACTORS, *bare))
    lines = [line("kiln", n, "hdpe", 1, "kg", **pinned(OWN)) for n in range(1, 8)]
    lines += [line("mill", 1, "hdpe", 1, "kg", **pinned(OWN)),
              line("mill", 2, "pvc", 1, "kg", **pinned(FAR))]  # fmt: skip
    outcome = computed(
        tmp_path / "one", bench, product=[product("kiln"), product("mill")],
        process=[process("kiln"), process("mill", "lime")], exchange=lines,
    )  # fmt: skip
    first, second = outcome.rows("assumption", assumption_source=code)
    assert OWN in first["text_zh"]
    assert FAR in second["text_zh"]
    for text in (first["text_zh"], first["text_en"]):
        assert "kiln/1; kiln/2; kiln/3; kiln/4; kiln/5; …" in text
        assert "8" in text
    assert "mill/2" in second["text_en"]
    # Each line still stands in the results with its factor.
    used = {name for p in ("kiln", "mill") for name, row in outcome.lines(f"{p}-out").items()
            if row["factor_id"] in {OWN, FAR}}  # fmt: skip
    assert len(used) == len(lines)
