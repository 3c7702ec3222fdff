"""Do certificates of electricity change the contractual result, and only for what they cover?"""

from __future__ import annotations

import pytest

from tests.footprint.handmade import (
    FACTORS,
    POWER,
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


@pytest.fixture(scope="module")
def library(library_with):
    """The bench with wind power of 0.02 kg per kWh beside the average of 0.5."""
    return library_with(factors=(*FACTORS, factor(WIND, "electricity_wind", 0.02, "kWh")))


def certificate(number, amount, process_id="plant", at=1, **more):
    """A row of ``instrument.csv``."""
    return {
        "instrument_id": f"GEC-{number}", "process_id": process_id, "line": at,
        "kind": "certificate", "energy_source": "wind", "market_region": "CN",
        "provider": f"factor:{WIND}", "amount": amount, "unit": "kWh",
        "period_start": "2025-01-01", "period_end": "2025-12-31", "retired_for": "plant", **more,
    }  # fmt: skip


def plant(*certificates):
    """A plant that uses 100 kWh, which stand beside an emission of 7 kg."""
    return {
        "product": [product("plant", amount=2)],
        "process": [process("plant")],
        "exchange": [
            line("plant", 1, "electricity", 100, "kWh", **pinned(POWER)),
            emission("plant", 2, "CO2", 7),
        ],
        **({"instrument": list(certificates)} if certificates else {}),
    }


@pytest.mark.parametrize(
    ("amounts", "contractual"),
    [
        ((), 2 * (100 * 0.5 + 7)),
        ((100,), 2 * (100 * 0.02 + 7)),
        ((80,), 2 * (80 * 0.02 + 20 * 0.5 + 7)),
        ((0,), 2 * (100 * 0.5 + 7)),
    ],
)
def test_the_covered_part_takes_the_certificate_s_factor(tmp_path, library, amounts, contractual):
    files = plant(*(certificate(n, amount) for n, amount in enumerate(amounts)))
    row = computed(tmp_path / "one", library, **files).row("footprint")
    assert float(row["value_contractual"]) == pytest.approx(contractual)
    assert float(row["value_location_based"]) == pytest.approx(2 * (50 + 7))


@pytest.mark.parametrize("amounts", [(100.5,), (60, 50)], ids=["one", "together"])
def test_certificates_for_more_than_was_used_are_refused(tmp_path, library, amounts):
    files = plant(*(certificate(n, amount) for n, amount in enumerate(amounts)))
    (found,) = refusal(tmp_path / "one", library, **files)
    assert found.code == "E-FPT-06"
    assert found.place["value"] == f"GEC-{len(amounts) - 1}"
    assert found.place["row"] == len(amounts) + 1


def test_a_certificate_used_twice_is_refused(tmp_path, library):
    files = plant(certificate(1, 10), certificate(1, 10))
    (found,) = refusal(tmp_path / "one", library, **files)
    assert found.code == "E-FPT-07"
    assert "GEC-1" in found.en


def test_a_certificate_of_no_line_is_refused(tmp_path, library):
    assert codes(refusal(tmp_path / "one", library, **plant(certificate(1, 1, at=9)))) == {
        "E-FPT-06"
    }


def test_a_certificate_without_a_factor_is_refused(tmp_path, library):
    files = plant(certificate(1, 1, provider="factor:FNOSUCHAAAAAA"))
    assert codes(refusal(tmp_path / "one", library, **files)) == {"E-FPT-02"}
