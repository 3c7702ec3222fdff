"""Do a thousand categories at once get the limits that each gets alone?"""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.grade.bootstrap import resampled_quantiles
from pipelines.grade.categories import category_limits
from pipelines.grade.threshold import parts_of

QUANTILES = (0.1, 0.2, 0.4, 0.5, 0.6, 0.8)


def results(n: int, categories: int):
    rng = np.random.default_rng(5)
    return rng.integers(0, categories, n).astype(np.int32), rng.lognormal(0, 0.4, n)


@pytest.mark.parametrize(("kind", "method"), [(1, "inverted_cdf"), (6, "weibull"), (7, "linear")])
def test_limits_are_the_quantiles_of_each_category(kind, method):
    category, values = results(20_000, 60)
    found = category_limits(category, values, 61, QUANTILES, kind=kind, replicates=0)
    for k in range(60):
        wanted = np.quantile(values[category == k], QUANTILES, method=method)
        assert found.limits[k] == pytest.approx(wanted, rel=1e-12)
    assert found.count[60] == 0
    assert np.isnan(found.limits[60]).all()


@pytest.mark.parametrize("n", [1, 2, 3, 7])
@pytest.mark.parametrize(("kind", "method"), [(1, "inverted_cdf"), (6, "weibull"), (7, "linear")])
def test_small_categories_too(n, kind, method):
    values = np.arange(1.0, n + 1)
    found = category_limits(np.zeros(n, np.int32), values, 1, QUANTILES, kind=kind, replicates=50)
    assert found.limits[0] == pytest.approx(np.quantile(values, QUANTILES, method=method))
    assert np.isfinite(found.errors).all()


def test_errors_are_those_of_the_category_alone():
    category, values = results(8_000, 8)
    many = category_limits(category, values, 8, QUANTILES, replicates=4000, seed=1).errors
    for k in range(8):
        ordered = np.sort(values[category == k])
        parts = [parts_of(len(ordered), q, 7) for q in QUANTILES]
        alone = resampled_quantiles(ordered, parts, 4000, np.random.default_rng(k)).std(axis=0)
        assert many[k] == pytest.approx(alone, rel=0.12)


def test_the_same_seed_gives_the_same_errors_in_any_order_of_results():
    category, values = results(5_000, 10)
    once = category_limits(category, values, 10, QUANTILES, seed=3)
    again = category_limits(category[::-1].copy(), values[::-1].copy(), 10, QUANTILES, seed=3)
    assert np.array_equal(once.limits, again.limits)
    assert np.array_equal(once.errors, again.errors)
