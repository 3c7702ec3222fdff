"""Are rows that feed each other swept one after another, suppliers first?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from pipelines.footprint.sampling.large_system import run_blocks
from pipelines.footprint.sampling.plan import plan_of
from pipelines.footprint.sampling.row_order import TOGETHER, clusters, row_order, weakly_backward
from tests.footprint.sampling.made_systems import direct_intensity, made_system

ROWS = 3 * TOGETHER


@pytest.fixture(scope="module")
def chain():
    """Each row takes from the thirty before it, a few from anywhere; and the mixed labels."""
    random = np.random.default_rng(4)
    taker = np.repeat(np.arange(ROWS), 4)
    provider = taker - random.integers(1, 30, taker.size)
    anywhere = random.random(taker.size) < 0.004
    provider[anywhere] = random.integers(0, ROWS, anywhere.sum())
    kept = (provider >= 0) & (provider != taker)
    label = random.permutation(ROWS)
    share = random.uniform(0.05, 0.2, taker.size)
    pairs = (label[provider[kept]], label[taker[kept]])
    return sparse.csc_array(sparse.coo_array((share[kept], pairs), shape=(ROWS, ROWS))), label


def distances(shares, order):
    """How far a row stands from each it takes from; above zero where that one comes first."""
    place = np.empty(order.size, np.int64)
    place[order] = np.arange(order.size)
    provider, taker = shares.tocoo().coords
    return place[taker] - place[provider]


def test_neighbours_are_found_among_mixed_labels(chain):
    shares, label = chain
    cluster = clusters(shares, TOGETHER)
    assert np.bincount(cluster).max() <= 3 * TOGETHER
    in_turn = cluster[label]
    # Rows next to each other in the chain are nearly always in one cluster.
    assert (in_turn[1:] == in_turn[:-1]).mean() > 0.95
    assert len(set(cluster.tolist())) > 1


def test_rows_stand_by_those_they_take_from_and_little_goes_backwards(chain):
    shares, _ = chain
    ours, whole = (distances(shares, f(shares)) for f in (row_order, weakly_backward))
    assert np.median(np.abs(ours)) < 60 < np.median(np.abs(whole))
    assert (ours < 0).mean() < 0.15
    assert (ours < 0).mean() < (whole < 0).mean()


def test_an_order_of_clusters_that_goes_backwards_more_is_not_taken():
    # Two bands that feed each other crosswise: cut in clusters, one half goes backwards.
    random = np.random.default_rng(1)
    far = random.integers(0, ROWS // 2, (8, ROWS // 2)).T
    taker = np.repeat(np.arange(ROWS // 2, ROWS), 8)
    pairs = (far.ravel(), taker)
    shares = sparse.csc_array(sparse.coo_array((np.full(taker.size, 0.1), pairs), (ROWS, ROWS)))
    assert (distances(shares, row_order(shares)) > 0).all()


@pytest.mark.parametrize("begin", [0.0, 1e-3, 50.0, "random"])
def test_wherever_a_proof_begins_it_covers_the_error(begin):
    system = made_system(400, own=0.95)
    plan = plan_of(system, direct_intensity(system))
    usual = np.full(400, begin) if begin != "random" else np.random.default_rng(2).random(400) * 9
    given = run_blocks(replace(plan, usual=usual.astype(np.float32)), 3, [0], workers=1)
    best = run_blocks(plan, 3, [0], workers=1)
    apart = np.abs(given.intensity / best.intensity - 1).max(axis=0)
    assert (apart <= given.error + best.error).all()
    assert (given.error <= 9e-10).all()
