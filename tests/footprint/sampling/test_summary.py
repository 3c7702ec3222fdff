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
