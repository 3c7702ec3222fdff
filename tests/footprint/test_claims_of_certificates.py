"""Do certificates cover what they claim, in any unit, with factors that may serve?"""

from __future__ import annotations

import pytest

from tests.footprint.handmade import (
    FACTORS,
    GRID,
    POWER,
    SAND,
    codes,
    computed,
    emission,
    factor,
    line,
    pinned,
    process,
    product,
    refusal,
)

WIND = "FWINDAAAAAAAA"


@pytest.fixture
def windy(library_with):
    return library_with(factors=(*FACTORS, factor(WIND, "electricity_wind", 0.02, "kWh")))


def certified(*certificates, **of_line):
    return {
        "product": [product("a")],
        "process": [process("a"), process("b", "electricity", 1, "kWh")],
        "exchange": [
            line("a", 1, "electricity", 100, "kWh", **(of_line or pinned(POWER))),
            emission("b", 1, "CO2", 1),
        ],
        "instrument": [
            {
                "instrument_id": f"I{n}",
                "process_id": "a",
                "line": 1,
                "kind": "certificate",
                "energy_source": "wind",
                "market_region": "CN",
                "provider": f"factor:{WIND}",
                "amount": 1,
                "unit": "kWh",
                "period_start": "2025-01-01",
                "period_end": "2025-12-31",
                "retired_for": "x",
                **c,
            }
            for n, c in enumerate(certificates)
        ],
    }


def contractual(outcome):
    return float(outcome.row("footprint")["value_contractual"])


def test_two_certificates_on_a_line_cover_their_parts(tmp_path, windy):
    got = computed(tmp_path / "i", windy, **certified({"amount": 60}, {"amount": 40}))
    assert contractual(got) == pytest.approx(2.0)


def test_a_claim_beyond_the_use_is_refused_in_another_unit_too(tmp_path, windy):
    found = refusal(tmp_path / "i", windy, **certified({"amount": 1, "unit": "MWh"}))
    assert codes(found) == {"E-FPT-06"}


def test_a_sound_claim_in_another_unit_is_accepted(tmp_path, windy):
    files = certified({"amount": 40, "unit": "kWh"})
    files["exchange"][0] |= {"amount": 0.1, "unit": "MWh"}
    assert contractual(computed(tmp_path / "i", windy, **files)) == pytest.approx(0.8 + 30)


def test_a_grid_factor_in_a_certificate_is_refused(tmp_path, windy):
    found = refusal(tmp_path / "i", windy, **certified({"provider": f"factor:{GRID}"}))
    assert codes(found) == {"E-FPT-01"}


def test_a_factor_that_does_not_convert_is_refused(tmp_path, windy):
    found = refusal(
        tmp_path / "i", windy, **certified({"amount": 100, "provider": f"factor:{SAND}"})
    )
    assert codes(found) == {"E-FPT-01"}


def test_a_certificate_on_a_line_served_by_a_process_is_refused(tmp_path, windy):
    files = certified({"amount": 10}, provider="b")
    assert codes(refusal(tmp_path / "i", windy, **files)) == {"E-FPT-12"}


def test_a_negative_claim_is_refused(tmp_path, windy):
    found = refusal(tmp_path / "i", windy, **certified({"amount": -50}))
    assert codes(found) == {"E-INV-18"}
