"""Do worked examples of the literature come out to the last digit they can be written with?

Belongs here: examples with a source that anybody can open. The numbers beside each are the
exact solution of the example as printed, held to 1e-9; the digits printed there are named.
"""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from tests.footprint.handmade import (
    FACTORS,
    POWER,
    computed,
    emission,
    line,
    pinned,
    process,
    product,
)
from tests.footprint.test_uncertainty import Z, kiln, run, spread

EXACT = 1e-9


def test_electricity_from_fuel_of_heijungs_and_suh(tmp_path, library):
    """Heijungs and Suh (2002), The computational structure of life cycle assessment, 2.1.

    2 litres of fuel make 10 kWh and 1 kg CO2; 100 litres of fuel are made with 10 kg CO2.
    For 1,000 kWh: scaling vector (100, 2), 120 kg CO2. (Here a litre of fuel is a kilogram.)
    """
    outcome = computed(
        tmp_path / "one",
        library,
        product=[product("power", "kWh", 1000)],
        process=[process("power", "electricity", 10, "kWh"), process("fuel", "lime", 100)],
        exchange=[
            line("power", 1, "lime", 2, "kg", provider="fuel"),
            emission("power", 2, "CO2", 1),
            emission("fuel", 1, "CO2", 10),
        ],
    )
    assert outcome.total("power-out") == pytest.approx(120, rel=EXACT)
    # Units made, of which a run of the process makes ten and a hundred.
    assert outcome.scale("power-out", "power") / 10 == pytest.approx(100, rel=EXACT)
    assert outcome.scale("power-out", "fuel") / 100 == pytest.approx(2, rel=EXACT)


@pytest.mark.parametrize(("sector", "printed"), [("one", "1247.5"), ("two", "1841.6")])
def test_total_requirements_of_two_sectors_of_miller_and_blair(tmp_path, library, sector, printed):
    """Miller and Blair (2009), Input-output analysis, 2.3: two sectors that feed each other.

    A = [[0.15, 0.25], [0.20, 0.05]], final demand (600, 1500): outputs (1247.5, 1841.6).
    """
    outcome = computed(
        tmp_path / "one",
        library,
        product=[product("demand")],
        process=[process("demand"), process("one", "lime"), process("two", "sand")],
        exchange=[
            line("demand", 1, "lime", 600, "kg", provider="one"),
            line("demand", 2, "sand", 1500, "kg", provider="two"),
            line("one", 1, "lime", 0.15, "kg", provider="one"),
            line("one", 2, "sand", 0.20, "kg", provider="two"),
            line("two", 1, "lime", 0.25, "kg", provider="one"),
            line("two", 2, "sand", 0.05, "kg", provider="two"),
            emission(sector, 9, "CO2", 1),
        ],
    )
    minor = Fraction(85, 100) * Fraction(95, 100) - Fraction(25, 100) * Fraction(20, 100)
    outputs = {
        "one": (Fraction(95, 100) * 600 + Fraction(25, 100) * 1500) / minor,
        "two": (Fraction(20, 100) * 600 + Fraction(85, 100) * 1500) / minor,
    }
    assert f"{float(outputs[sector]):.1f}" == printed
    assert outcome.total("demand-out") == pytest.approx(float(outputs[sector]), rel=EXACT)
    assert outcome.scale("demand-out", sector) == pytest.approx(float(outputs[sector]), rel=EXACT)


def of_width(half):
    """sigma of ln x of a quantity whose 95 % interval is so many parts of it wide, halved."""
    return math.asinh(half) / Z


@pytest.fixture(scope="module")
def ten_percent(library_with):
    """The hand-made library with an interval of ten percent to either side on power."""
    variance = of_width(0.10) ** 2
    return library_with(
        factors=[
            {**row, "variance_ln": variance if row["factor_id"] == POWER else None}
            for row in FACTORS
        ]
    )


def test_an_activity_times_a_factor_by_approach_1_of_the_ipcc(tmp_path, ten_percent):
    """IPCC (2006), volume 1, chapter 3, equation 3.1: U = sqrt(U1^2 + U2^2)."""
    used = line("kiln", 1, "electricity", 2, "kWh", **pinned(POWER))
    used |= spread("sigma_ln", repr(of_width(0.05)))
    row = run(tmp_path, ten_percent, samples=0, **kiln(used)).row("footprint")
    # 5 and 10 percent make 11.2 percent.
    assert row["half_width_approach1"] == pytest.approx(math.hypot(0.05, 0.10), rel=EXACT)


def test_a_sum_by_approach_1_of_the_ipcc(tmp_path, library):
    """IPCC (2006), volume 1, chapter 3, equation 3.2: U = sqrt(sum (U_i x_i)^2) / |sum x_i|."""
    parts = ((30.0, 0.05), (20.0, 0.25), (50.0, 0.01))
    lines = [
        emission("kiln", n, "CO2", x, **spread("sigma_ln", repr(of_width(half))))
        for n, (x, half) in enumerate(parts, start=1)
    ]
    row = run(tmp_path, library, samples=0, **kiln(*lines)).row("footprint")
    wanted = math.sqrt(sum((x * half) ** 2 for x, half in parts)) / 100
    assert row["half_width_approach1"] == pytest.approx(wanted, rel=EXACT)


def test_gases_to_co2e_by_the_fifth_report_of_the_ipcc(tmp_path, library):
    """IPCC (2013), Fifth assessment report, working group I, table 8.A.1, 100 years."""
    gases = (("CO2", 1000.0, 1), ("ch4_fossil", 2.0, 30), ("n2o", 0.5, 265), ("cf4", 0.01, 6630))
    lines = [emission("kiln", n, gas, kg) for n, (gas, kg, _) in enumerate(gases, start=1)]
    wanted = sum(kg * potential for _, kg, potential in gases)
    assert computed(tmp_path / "one", library, **kiln(*lines)).total("kiln-out") == pytest.approx(
        wanted, rel=EXACT
    )
