"""Does a result say what it does not cover and how firm it is, and pass that on?"""

from __future__ import annotations

import json

import pytest

from tests.footprint.handmade import (
    DIESEL,
    FACTORS,
    LIME,
    POWER,
    computed,
    emission,
    factor,
    line,
    pinned,
    process,
    product,
)


def kiln(*lines, **of_product):
    """One process with these lines and its product."""
    return {
        "product": [product("kiln", **of_product)],
        "process": [process("kiln")],
        "exchange": [emission("kiln", "e", "CO2", 4), *lines],
    }


def test_an_input_without_a_factor_is_listed_and_not_zero(tmp_path, library):
    files = kiln(line("kiln", 1, "quartz", 2, "kg"))
    outcome = computed(tmp_path / "one", library, **files)
    row = outcome.lines("kiln-out")["kiln/1"]
    assert not row["is_covered"]
    assert row["applied_value"] is None
    assert (row["factor_id"], row["version"], row["selection_rank"]) == (None, None, None)
    assert float(row["scaled_amount"]) == 2
    assert "不按零计" in row["reason_zh"]
    assert "not counted as zero" in row["reason_en"]
    assert "uncovered" in row["flags"]
    total = outcome.row("footprint")
    assert (total["lines_total"], total["lines_uncovered"]) == (2, 1)
    assert "uncovered_lines" in total["flags"]


def test_a_result_without_gaps_does_not_claim_any(tmp_path, library):
    files = kiln(line("kiln", 1, "electricity", 2, "kWh", **pinned(POWER)))
    total = computed(tmp_path / "one", library, **files).row("footprint")
    assert (total["lines_total"], total["lines_uncovered"]) == (2, 0)
    assert total["flags"] == ["uncertainty_not_stated"]
    assert total["result_state"] == "confirmed"


@pytest.mark.parametrize("count", [1, 3])
def test_every_gap_is_counted_and_the_total_stays(tmp_path, library, count):
    gaps = [line("kiln", n, "quartz", 10**n, "kg") for n in range(1, count + 1)]
    outcome = computed(tmp_path / "one", library, **kiln(*gaps))
    assert outcome.total("kiln-out") == 4
    assert outcome.row("footprint")["lines_uncovered"] == count
    assert len(outcome.rows("footprint_line", is_covered=False)) == count


def test_the_missing_upstream_of_a_fuel_is_a_gap_of_its_own(tmp_path, library):
    files = kiln(line("kiln", 1, "diesel", 2, "kg", flow_use="supply_and_combustion"))
    lines = computed(tmp_path / "one", library, **files).lines("kiln-out")
    assert lines["kiln/1"]["factor_id"] == DIESEL
    assert lines["kiln/1"]["is_covered"]
    assert not lines["kiln/1.supply"]["is_covered"]
    assert "上游" in lines["kiln/1.supply"]["reason_zh"]
    assert lines["kiln/1.supply"]["applied_value"] is None


def test_waste_without_treatment_is_a_gap(tmp_path, library):
    files = kiln(line("kiln", 1, "coal_ash", 2, "kg", direction="waste"))
    assert computed(tmp_path / "one", library, **files).row("footprint")["lines_uncovered"] == 1


def test_a_gap_upstream_is_a_gap_of_the_product(tmp_path, library):
    files = kiln(line("kiln", 1, "lime", 0.5, "kg", provider="mill"))
    files["process"].append(process("mill", "lime"))
    files["exchange"].append(line("mill", 1, "quartz", 4, "kg"))
    outcome = computed(tmp_path / "one", library, **files)
    row = outcome.lines("kiln-out")["mill/1"]
    assert not row["is_covered"]
    assert float(row["scaled_amount"]) == 2
    assert outcome.row("footprint")["lines_uncovered"] == 1


def test_a_gap_is_kept_apart_in_the_totals_of_the_inventory(tmp_path, library):
    files = kiln(
        line("kiln", 1, "quartz", 2, "kg"), line("kiln", 2, "quartz", 3, "kg"),
        line("kiln", 3, "sand", 5, "kg"),
    )  # fmt: skip
    outcome = computed(tmp_path / "one", library, **files)
    totals = {
        (r["flow_id"], r["is_covered"]): float(r["total_amount"])
        for r in outcome.rows("inventory_result")
    }
    assert totals == {("co2_fossil", True): 4, ("quartz", False): 5, ("sand", True): 5}


def test_a_factor_that_was_refused_is_named_with_the_reason(tmp_path, library_with):
    abroad = factor("FABROADAAAAAA", "quartz", 1.0, "kg", region_code="DE")
    files = kiln(line("kiln", 1, "quartz", 2, "kg"))
    outcome = computed(tmp_path / "one", library_with(factors=(*FACTORS, abroad)), **files)
    row = outcome.lines("kiln-out")["kiln/1"]
    (lost,) = json.loads(row["runners_up"])
    assert (lost["factor_id"], lost["lost_on"]) == ("FABROADAAAAAA", "F-GEO-01")
    assert "place of the activity" in row["reason_en"]
    assert not row["is_covered"]


# How firm the result is.


def standing(outcome, product_id="kiln-out"):
    """State and confidence of a product's result."""
    row = outcome.row("footprint", product_id=product_id)
    return row["result_state"], row["confidence"]


@pytest.mark.parametrize(
    ("confidence", "state"),
    [("high", "confirmed"), ("medium", "provisional"), ("low", "demonstration")],
)
@pytest.mark.parametrize("where", ["line", "product", "emission"])
def test_a_result_is_no_firmer_than_its_weakest_datum(tmp_path, library, confidence, state, where):
    files = kiln(line("kiln", 1, "electricity", 2, "kWh", **pinned(POWER)))
    row = {
        "line": files["exchange"][1], "product": files["product"][0],
        "emission": files["exchange"][0],
    }[where]  # fmt: skip
    for other in (*files["exchange"], *files["product"]):
        other["confidence"] = "high"
    row["confidence"] = confidence
    outcome = computed(tmp_path / "one", library, **files)
    assert standing(outcome) == (state, confidence)
    assert ("demonstration" in outcome.row("footprint")["flags"]) == (confidence == "low")


def test_a_gap_of_low_confidence_weakens_the_result_too(tmp_path, library):
    files = kiln(line("kiln", 1, "quartz", 2, "kg", confidence="low"))
    files["exchange"][0]["confidence"] = "high"
    assert standing(computed(tmp_path / "one", library, **files)) == ("demonstration", "low")


def provisional():
    """The factors of the bench, that of power being provisional."""
    return [
        {**row, "status": "provisional"} if row["factor_id"] == POWER else row for row in FACTORS
    ]


@pytest.mark.parametrize("provider", ["", f"factor:{POWER}"], ids=["chosen", "pinned"])
def test_a_provisional_factor_makes_the_result_provisional(tmp_path, library_with, provider):
    files = kiln(line("kiln", 1, "electricity", 2, "kWh", provider=provider))
    outcome = computed(tmp_path / "one", library_with(factors=provisional()), **files)
    assert standing(outcome) == ("provisional", "high")
    assert "provisional_factors" in outcome.row("footprint")["flags"]
    assert "factor_provisional" in outcome.lines("kiln-out")["kiln/1"]["flags"]


def test_provisional_spreads_downstream_and_nowhere_else(tmp_path, library_with):
    files = {
        "product": [product("kiln"), product("quarry")],
        "process": [process("kiln"), process("mill", "lime"), process("quarry", "sand")],
        "exchange": [
            line("kiln", 1, "lime", 0.5, "kg", provider="mill"),
            line("mill", 1, "electricity", 2, "kWh"),
            line("quarry", 1, "lime", 2, "kg", **pinned(LIME)),
        ],
    }
    outcome = computed(tmp_path / "one", library_with(factors=provisional()), **files)
    assert standing(outcome)[0] == "provisional"
    assert standing(outcome, "quarry-out")[0] == "confirmed"


def test_demonstration_outranks_provisional(tmp_path, library_with):
    files = kiln(line("kiln", 1, "electricity", 2, "kWh", confidence="low"))
    outcome = computed(tmp_path / "one", library_with(factors=provisional()), **files)
    assert standing(outcome) == ("demonstration", "low")


def test_limits_and_assumptions_are_said_on_the_result(tmp_path, library):
    files = kiln(is_limit_activity="true")
    files["assumption"] = [
        {"process_id": "kiln", "line": "e", "text_zh": "估计", "text_en": "a guess",
         "effect": "unknown", "source": "us"},
    ]  # fmt: skip
    outcome = computed(tmp_path / "one", library, **files)
    row = outcome.row("footprint")
    assert row["is_limit_activity"]
    assert set(row["flags"]) == {
        "assumptions", "limit_values_not_plant_measurements", "uncertainty_not_stated",
    }  # fmt: skip
    stated = outcome.row("assumption", assumption_origin="inventory")
    assert (stated["assumption_no"], stated["text_en"]) == (1, "a guess")
    made = outcome.row("assumption", assumption_origin="engine")
    assert (made["assumption_no"], made["assumption_source"]) == (2, "E-SEL-11")


def test_a_factor_that_prints_no_gwp_set_is_used_unsplit_and_said_so(tmp_path, library_with):
    unstated = factor(
        POWER, "electricity", 0.5, "kWh", gwp_set="not_stated", flags=["gwp_not_stated"]
    )
    files = kiln(line("kiln", 1, "electricity", 2, "kWh", **pinned(POWER)))
    library = library_with(factors=(unstated,), gases=())
    outcome = computed(tmp_path / "one", library, ("AR4", "AR5", "AR6"), **files)
    for gwp_set in ("AR4", "AR5", "AR6"):
        assert outcome.parts("gas", "kiln-out", gwp_set) == {"co2_fossil": 4, "co2e_unsplit": 1}
        row = outcome.row("footprint", gwp_set=gwp_set)
        assert row["unsplit_share"] == pytest.approx(0.2)
        assert "gwp_not_stated" in row["flags"]
    assert (
        outcome.row("footprint_gas", gwp_set="AR5", gas_or_unsplit="co2e_unsplit")["gas_mass"]
        is None
    )
