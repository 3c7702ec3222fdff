"""Is the sampling error of a limit the one a full resampling would give?"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import binom, chisquare

from pipelines.grade.bootstrap import limit_errors, resampled_quantiles, resampled_ranks, seed_of
from pipelines.grade.threshold import parts_of
from tests.grade.samples import (
    DISCLOSURE,
    a_rule,
    build,
    member,
    population,
)


@pytest.mark.parametrize(("n", "k"), [(10, 3), (25, 13), (60, 59)])
def test_the_rank_of_a_resampled_order_statistic_has_its_exact_distribution(n, k):
    # P(J <= j) is the chance that at least k of n draws fall on the j smallest values.
    draws = resampled_ranks(n, [k], 40_000, np.random.default_rng(7))[:, 0]
    below = [binom.sf(k - 1, n, j / n) for j in range(n + 1)]
    wanted = np.array([b - a for a, b in pairwise(below)]) * len(draws)
    counts = np.bincount(draws, minlength=n + 1)[1:]
    often = wanted >= 5
    seen = [*counts[often], counts[~often].sum()]
    due = [*wanted[often], wanted[~often].sum()]
    if due[-1] < 5:
        seen, due = [*seen[:-2], seen[-2] + seen[-1]], [*due[:-2], due[-2] + due[-1]]
    assert chisquare(seen, due).pvalue > 1e-4


@pytest.mark.parametrize("kind", [1, 6, 7])
def test_joint_draws_have_the_moments_of_a_full_resampling(kind):
    rng = np.random.default_rng(3)
    values = np.sort(rng.lognormal(0, 0.4, 80))
    quantiles = (0.2, 0.4, 0.6, 0.8)
    parts = [parts_of(80, q, kind) for q in quantiles]
    ours = resampled_quantiles(values, parts, 20_000, rng)
    full = np.sort(rng.choice(values, size=(20_000, 80)), axis=1)
    theirs = np.stack(
        [sum(float(w) * full[:, r - 1] for r, w in one.items()) for one in parts], axis=1
    )
    error = theirs.std(axis=0) / math.sqrt(20_000)
    assert np.all(np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) < 6 * error)
    assert ours.std(axis=0) == pytest.approx(theirs.std(axis=0), rel=0.05)
    assert np.corrcoef(ours.T) == pytest.approx(np.corrcoef(theirs.T), abs=0.05)


def test_the_error_is_the_same_for_the_same_rule_and_population():
    members = population([10.0, 20.0, 30.0, 40.0, 50.0, 60.0])
    once, again = (limit_errors(members, a_rule(), 200) for _ in range(2))
    assert once == again
    assert seed_of(a_rule()) != seed_of(a_rule(version="2.0"))


def test_several_results_of_an_owner_are_resampled_together():
    # Twelve owners with one value each against the same twelve with four copies of it: the
    # rows are four times as many, what is known is not.
    values = [10.0 * 1.1**i for i in range(12)]
    plain = [member(f"p{i}", owner_id=f"o{i}", value=v) for i, v in enumerate(values)]
    copied = [
        member(f"p{i}-{k}", owner_id=f"o{i}", value=v * (1 + k / 1000))
        for i, v in enumerate(values)
        for k in range(4)
    ]
    one = limit_errors(plain, a_rule(quantiles=[0.3, 0.6]), 2000)
    four = limit_errors(copied, a_rule(quantiles=[0.3, 0.6]), 2000)
    assert (one[0].method, four[0].method) == ("order_statistics", "owners")
    for a, b in zip(one, four, strict=True):
        assert b.standard_error == pytest.approx(a.standard_error, rel=0.25)


def test_a_weighted_limit_has_an_error_too():
    members = population([10.0, 20.0, 30.0, 40.0, 50.0, 60.0], [10.0, 15.0, 30, 15, 15, 15])
    made = build(a_rule(weighted=True), members, DISCLOSURE)
    assert [e.method for e in made.errors] == ["owners", "owners"]
    assert all(0 < e.standard_error < 30 for e in made.errors)


def test_a_population_without_spread_has_no_error():
    found = limit_errors(population([5.0] * 6), a_rule(), 100)
    assert [e.standard_error for e in found] == [0.0, 0.0]
