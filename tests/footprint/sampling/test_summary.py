"""Do samples of a known distribution give its known figures?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from pipelines.footprint.sampling.draw_formula import drawn
from pipelines.footprint.sampling.summary import figures_of, share_below
from pipelines.footprint.sampling.uncertain_system import keys_of

Z = 1.959963984540054


def lognormal(name="one", sigma=0.3, count=20_000):
    return drawn(keys_of([name]), np.array([sigma]), count, 1)[:, 0].astype(float)


def test_a_lognormal_has_the_figures_of_its_formulas() -> None:
    figures = figures_of(10 * lognormal())
    assert figures.median == pytest.approx(10, abs=4 * figures.median_se)
    assert figures.mean == pytest.approx(10 * math.exp(0.045), abs=4 * figures.mean_se)
    assert figures.p2_5 == pytest.approx(10 * math.exp(-Z * 0.3), abs=4 * figures.p2_5_se)
    assert figures.p97_5 == pytest.approx(10 * math.exp(Z * 0.3), abs=4 * figures.p97_5_se)
    assert figures.gsd2 == pytest.approx(math.exp(0.6), rel=0.02)


def test_the_standard_error_of_a_percentile_is_what_repeating_shows() -> None:
    several = [figures_of(lognormal(f"run {i}", count=1000)) for i in range(200)]
    shown = np.std([f.p97_5 for f in several])
    assert np.mean([f.p97_5_se for f in several]) == pytest.approx(shown, rel=0.2)


def test_samples_without_number_enter_no_figure() -> None:
    whole = lognormal(count=100)
    holed = np.insert(whole, 50, np.nan)
    assert figures_of(holed) == figures_of(whole)
    assert figures_of(np.full(5, np.nan)) is None


def test_figures_do_not_depend_on_the_order_of_samples() -> None:
    whole = lognormal(count=999)
    assert figures_of(whole[::-1].copy()) == figures_of(whole)


def test_negative_results_have_a_spread_and_mixed_ones_have_none() -> None:
    assert figures_of(-lognormal()).gsd2 == pytest.approx(figures_of(lognormal()).gsd2)
    assert figures_of(lognormal() - 1).gsd2 is None


def test_common_draws_cancel_in_a_comparison() -> None:
    shared, own = lognormal("shared"), lognormal("own", 0.01)
    assert share_below(shared, 1.001 * shared)[0] == 1
    share, error = share_below(shared * own, 1.01 * shared)
    # P(own < 1.01) of a lognormal with sigma 0.01.
    expected = 0.5 * (1 + math.erf(math.log(1.01) / 0.01 / math.sqrt(2)))
    assert share == pytest.approx(expected, abs=4 * error)
    assert share_below(np.full(3, np.nan), shared[:3]) is None


def bootstrapped(samples, share, times=400):
    random = np.random.default_rng(1)
    picks = random.integers(0, samples.size, (times, samples.size))
    return np.quantile(samples[picks], share, axis=1).std()


@pytest.mark.parametrize("share", [0.025, 0.5, 0.975])
def test_the_standard_error_of_a_percentile_is_that_of_a_bootstrap(share) -> None:
    name = {0.025: "p2_5_se", 0.5: "median_se", 0.975: "p97_5_se"}[share]
    ratios = []
    for k in range(20):
        whole = lognormal(f"bootstrapped {k}", 0.5, 1000)
        ratios.append(getattr(figures_of(whole), name) / bootstrapped(whole, share))
    assert np.mean(ratios) == pytest.approx(1, abs=0.12)
    assert min(ratios) > 0.5
    assert max(ratios) < 1.7


def test_a_sample_turned_round_has_its_errors_turned_round() -> None:
    whole = lognormal(count=997)
    there, back = figures_of(whole), figures_of(-whole)
    assert back.p2_5_se == pytest.approx(there.p97_5_se, rel=1e-9)
    assert back.p97_5_se == pytest.approx(there.p2_5_se, rel=1e-9)
    assert back.median_se == pytest.approx(there.median_se, rel=1e-9)


def test_no_spread_has_no_error() -> None:
    figures = figures_of(np.full(1000, 3.7))
    told = figures.p2_5, figures.median, figures.p97_5, figures.mean
    assert told == (3.7,) * 4
    assert figures.gsd2 == 1
    assert figures.median_se == figures.p2_5_se == figures.p97_5_se == figures.mean_se == 0


@pytest.mark.parametrize(
    ("a", "b", "shared", "alone_a", "alone_b"),
    [
        (1, 1, 0.5, 0.1, 0.1),
        (1, 1.1, 0.5, 0.1, 0.2),
        (1, 0.9, 1.0, 0.05, 0.0),
        (2, 2.02, 0, 0.01, 0.02),
    ],
)
def test_two_lognormals_with_a_shared_factor_compare_by_their_closed_form(
    a, b, shared, alone_a, alone_b
) -> None:
    # ln A - ln B is normal; the shared factor has left it.
    factor = lognormal("of both", shared)
    one = a * factor * lognormal("of one", alone_a)
    other = b * factor * lognormal("of the other", alone_b)
    found, error = share_below(one, other)
    apart = math.log(b / a) / math.hypot(alone_a, alone_b)
    wanted = 0.5 * (1 + math.erf(apart / math.sqrt(2)))
    assert found == pytest.approx(wanted, abs=4 * error)
    assert error == pytest.approx(math.sqrt(wanted * (1 - wanted) / 20_000), rel=0.05)
    # Drawn apart, the shared factor would drown the difference.
    if shared > 0.4 and b != a:
        apart = math.log(b / a) / math.sqrt(2 * shared**2 + alone_a**2 + alone_b**2)
        assert abs(0.5 * (1 + math.erf(apart / math.sqrt(2))) - wanted) > 10 * error


def test_what_shares_everything_is_a_tie_and_what_is_always_below_is_certain() -> None:
    whole = lognormal()
    assert share_below(whole, whole) == (0.5, 0.0)
    # The same lines summed in another order: bits differ, results do not.
    again = whole * (1 + 1e-15 * np.where(np.arange(whole.size) % 3, 1, -1))
    assert (again != whole).any()
    assert share_below(whole, again) == (0.5, 0.0)
    assert share_below(whole, whole * (1 + 1e-6)) == (1.0, 0.0)
    assert share_below(whole * (1 + 1e-6), whole) == (0.0, 0.0)
    assert share_below(np.full(9, 2.0), np.full(9, 2.0)) == (0.5, 0.0)
    assert share_below(np.zeros(9), np.zeros(9)) == (0.5, 0.0)


def test_both_ways_round_add_up_to_one() -> None:
    one, other = lognormal("one", count=999).round(1), lognormal("other", count=999).round(1)
    there, back = share_below(one, other), share_below(other, one)
    assert (one == other).any()
    assert there[0] + back[0] == pytest.approx(1, abs=1e-12)
    assert there[1] == pytest.approx(back[1])


def test_a_sample_without_number_on_one_side_is_compared_on_neither() -> None:
    one, other = lognormal(count=100), 1.5 * lognormal("two", count=100)
    holed = one.copy()
    holed[::7] = np.nan
    kept = np.isfinite(holed)
    assert share_below(holed, other) == share_below(one[kept], other[kept])
