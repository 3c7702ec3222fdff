"""Do worked examples of the literature come out as printed, and to 1e-9 as their inputs say?

Belongs here: every published example computed as a user would, from an inventory on disk to
the answer. The examples, with what each publication prints and where it was read, stand in
``solved_systems``, ``shared_outputs`` and ``worked_products``.
"""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from tests.conftest import asked
from tests.footprint.handmade import FACTORS, POWER, computed, emission, line, pinned, write
from tests.footprint.published.cases import library_of
from tests.footprint.published.shared_outputs import SHARED
from tests.footprint.published.solved_systems import SYSTEMS, fuel_and_power
from tests.footprint.published.worked_products import PRODUCTS, with_suppliers
from tests.footprint.test_uncertainty import Z, kiln, run, spread

EXACT = 1e-9
EXAMPLES = SYSTEMS | SHARED | PRODUCTS


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_published_example_comes_out_as_printed(tmp_path, library, library_with, name):
    case = EXAMPLES[name]
    with_its = library_with(factors=library_of(case)) if case.factors else library
    outcome = computed(tmp_path / "one", with_its, **case.files)
    for printed in case.printed:
        of, read = printed.of
        found = read(outcome)
        assert found == pytest.approx(float(printed.wanted), rel=EXACT), of
        if printed.exact is not None:
            # And, rounded as on the page, the digits on the page, unless these are misprinted.
            places = -min(Decimal(printed.digits).as_tuple().exponent, 0)
            same = Decimal(f"{found:.{places}f}") == Decimal(printed.digits)
            assert same is not printed.misprint, of


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_says_where_it_can_be_looked_up(name):
    case = EXAMPLES[name]
    assert any(
        word in case.source for word in ("p.", "pp.", "tables", "chapter", "tests/", "test of")
    )
    assert case.seen
    assert case.printed
    assert case.note or not any(printed.misprint for printed in case.printed)


@pytest.mark.parametrize(
    ("name", "value", "stages"),
    [
        ("t-shirts, own data and a database", 70250, {"production": 3050, "raw_material": 67200}),
        ("storage shared by room taken", 5187.5, {"distribution": 5187.5}),
    ],
)
def test_an_example_whole_is_answered_by_the_command_line(
    shared_home, tmp_path, name, value, stages
):
    folder = write(tmp_path / "whole", **with_suppliers(EXAMPLES[name]))
    (answer,) = asked("footprint", "run", str(folder), home=shared_home).data["products"]
    assert answer["value"] == pytest.approx(value, rel=EXACT)
    assert answer["stages"] == pytest.approx(stages, rel=EXACT)
    assert answer["separate"] == pytest.approx({"fossil": value}, rel=EXACT)


def test_what_a_percent_of_each_number_does_to_electricity_from_fuel(tmp_path, library):
    """Groen, E. A. (2016), multipliers of the example of Heijungs and Suh (2002).

    A multiplier is (a / g) dg/da with dg/da = -Lambda s for the technology and s for the
    emissions: 20/120 for the fuel that 10 kWh take, 100/120 and 20/120 for the two emissions
    (public code index 6140368520; the formula is printed there, these are its values). Their
    squares add up to the variance of the logarithm, as in the analytic propagation beside it
    (31964612318).
    """
    files = fuel_and_power("1", "10")
    for row in files["exchange"]:
        row.update(spread("sigma_ln", "0.05"))
    outcome = run(tmp_path, library, samples=10, **files)
    told = {row["quantity"]: row["sensitivity"] for row in outcome.rows("footprint_uncertainty")}
    multipliers = {"power/1": 20 / 120, "power/2": 100 / 120, "fuel/1": 20 / 120}
    wanted = {f"line:one/{name}": value for name, value in multipliers.items()}
    assert told == pytest.approx(wanted, rel=EXACT)
    spreads = math.hypot(*multipliers.values()) * 0.05
    found = outcome.row("footprint")["gsd2_analytic"]
    assert found == pytest.approx(math.exp(2 * spreads), rel=EXACT)


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
    """IPCC (2006), volume 1, chapter 3, equation 3.1: U = sqrt(U1^2 + U2^2); numbers are ours."""
    used = line("kiln", 1, "electricity", 2, "kWh", **pinned(POWER))
    used |= spread("sigma_ln", repr(of_width(0.05)))
    row = run(tmp_path, ten_percent, samples=0, **kiln(used)).row("footprint")
    assert row["half_width_approach1"] == pytest.approx(math.hypot(0.05, 0.10), rel=EXACT)


def test_a_sum_by_approach_1_of_the_ipcc(tmp_path, library):
    """IPCC (2006), volume 1, chapter 3, equation 3.2, with numbers of ours.

    U = sqrt(sum (U_i x_i)^2) / |sum x_i|.
    """
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
