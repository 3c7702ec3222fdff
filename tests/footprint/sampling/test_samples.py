"""Is every product of every sample the solution of its own drawn system?"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from pipelines.footprint.sampling.large_system import run_blocks
from pipelines.footprint.sampling.plan import plan_of
from pipelines.footprint.sampling.productive import radius_and_loop
from pipelines.footprint.sampling.sample import multipliers_of_sample, sample, sample_blocks
from pipelines.footprint.sampling.small_system import is_small, sample_small
from pipelines.footprint.sampling.sweep_order import sweep_order
from tests.footprint.sampling.made_systems import direct_intensity, made_system

STRUCTURES = {
    "as generated": {},
    "more loops": {"backward": 0.3},
    "nearly all passed on": {"own": 0.97},
    "wide spread": {"spread": 0.5},
    "units far apart": {"units": 6.0},
    "few suppliers": {"degree": 2},
    "many suppliers": {"degree": 20},
    "another seed": {"seed": 5},
}


@pytest.mark.parametrize("how", STRUCTURES.values(), ids=STRUCTURES)
def test_every_product_of_every_sample_meets_a_direct_solver(how) -> None:
    system = made_system(400, **how)
    found = sample(system, direct_intensity(system), 32, 11)
    bad = {one.sample for one in found.unproductive}
    for number in range(0, 32, 5):
        if number in bad:
            continue
        wanted = direct_intensity(system, multipliers_of_sample(system, 11, number))
        assert found.intensity[:, number] == pytest.approx(wanted, rel=1e-9)


def test_both_ways_agree_to_the_last_digits_that_count() -> None:
    system = made_system(60, backward=0.01)
    plan = plan_of(system, direct_intensity(system))
    small, is_productive = sample_small(system, 48, 4)
    large = sample_blocks(plan, 4, range(3), np.arange(60))
    assert is_productive.all()
    assert not large.unproductive
    assert large.intensity == pytest.approx(small, rel=1e-10)


def test_the_bits_do_not_depend_on_threads_or_partition() -> None:
    system = made_system(300)
    plan = plan_of(system, direct_intensity(system))
    whole = run_blocks(plan, 3, range(6), workers=1).intensity
    assert np.array_equal(run_blocks(plan, 3, range(6), workers=2).intensity, whole)
    parts = [run_blocks(plan, 3, [b]).intensity for b in (5, 0, 3)]
    for block, part in zip((5, 0, 3), parts, strict=True):
        assert np.array_equal(part, whole[:, 16 * block : 16 * (block + 1)])


def sampled_digest() -> str:
    """Intensities and proved errors of some samples, hashed."""
    system = made_system(300)
    found = run_blocks(plan_of(system, direct_intensity(system)), 3, range(3))
    return hashlib.sha256(found.intensity.tobytes() + found.error.tobytes()).hexdigest()


@pytest.mark.long
@pytest.mark.parametrize("processor", ["generic", "haswell"])
def test_the_bits_do_not_depend_on_the_kind_of_processor(processor, tmp_path) -> None:
    given = {"NUMBA_CPU_NAME": processor, "NUMBA_CPU_FEATURES": "", "TANYUAN_HOME": str(tmp_path)}
    script = "from tests.footprint.sampling.test_samples import *; print(sampled_digest())"
    done = subprocess.run(
        [sys.executable, "-c", script], env=os.environ | given, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout.split()[-1] == sampled_digest()


def test_without_spread_every_sample_is_the_point_value() -> None:
    system = made_system(300, spread=0.0)
    nominal = direct_intensity(system)
    assert sample(system, nominal, 20, 1).intensity == pytest.approx(
        np.repeat(nominal[:, None], 20, axis=1), rel=1e-10
    )


def test_own_use_is_solved_exactly() -> None:
    system = made_system(200, spread=0.0)
    looped = replace(
        system,
        provider=np.append(system.provider, 7),
        taker=np.append(system.taker, 7),
        amount=np.append(system.amount, 0.25),
        amount_at=np.append(system.amount_at, 0),
    )
    found = sample(looped, direct_intensity(looped), 1, 1).intensity[:, 0]
    assert found == pytest.approx(direct_intensity(looped), rel=1e-10)


def near_the_edge(size):
    """Two nodes that feed each other so much that a good part of the draws uses more than it
    makes; the rest of the system is sound."""
    system = made_system(size)
    return replace(
        system,
        provider=np.append(system.provider, [size - 1, size - 2]),
        taker=np.append(system.taker, [size - 2, size - 1]),
        amount=np.append(system.amount, [0.95, 0.95]),
        amount_at=np.append(system.amount_at, [1, 2]),
    )


@pytest.mark.parametrize("size", [40, 400])
def test_a_draw_that_uses_more_than_it_makes_is_named_and_holds_no_number(size) -> None:
    system = near_the_edge(size)
    if size == 400:
        assert not is_small(system)
    found = sample(system, direct_intensity(system), 64, 6)
    bad = {one.sample: one for one in found.unproductive}
    assert 4 < len(bad) < 60
    for number in sorted({*list(bad)[:4], *range(0, 64, 8)}):
        links = system.links(multipliers_of_sample(system, 6, number))
        radius = np.abs(np.linalg.eigvals(links.toarray())).max()
        assert (number in bad) == (radius >= 1)
        assert np.isnan(found.intensity[:, number]).all() == (number in bad)
        if number in bad:
            assert bad[number].radius == pytest.approx(radius, rel=1e-6)
            assert set(bad[number].loop) == {size - 1, size - 2}


@pytest.mark.parametrize("size", [40, 400])
def test_removals_and_credits_do_not_make_a_sound_draw_suspect(size) -> None:
    system = made_system(size)
    emission = system.emission.copy()
    emission[::3] *= -5
    amount = system.amount.copy()
    amount[::7] *= -1
    signed = replace(system, emission=emission, amount=amount)
    found = sample(signed, direct_intensity(signed), 16, 2)
    assert not found.unproductive
    for number in (0, 9):
        wanted = direct_intensity(signed, multipliers_of_sample(signed, 2, number))
        assert found.intensity[:, number] == pytest.approx(wanted, rel=1e-8, abs=1e-9)


def test_the_radius_of_a_loop_is_that_of_its_matrix() -> None:
    random = np.random.default_rng(1)
    from scipy import sparse

    for _ in range(20):
        dense = random.random((6, 6)) * (random.random((6, 6)) < 0.4)
        radius, loop = radius_and_loop(sparse.csc_array(dense))
        assert radius == pytest.approx(np.abs(np.linalg.eigvals(dense)).max(), abs=1e-6)
        for taker, provider in zip(loop, (*loop[1:], *loop[:1]), strict=True):
            assert dense[provider, taker] > 0


def test_suppliers_outside_loops_come_before_their_takers() -> None:
    links = made_system(500, backward=0.1).links()
    order = sweep_order(links, np.ones(500))
    start = np.repeat(np.arange(len(order.spans)), order.spans[:, 2] - order.spans[:, 0])
    rows, columns = links.nonzero()
    one, other = order.place[rows], order.place[columns]
    is_apart = start[one] != start[other]
    assert (one[is_apart] < other[is_apart]).all()
    plain = (order.spans[start[one], 3] == 0) & ~is_apart & (one != other)
    assert (one[plain] < other[plain]).all()
