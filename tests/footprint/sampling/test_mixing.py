"""Anderson's step: hubs that creep towards their values are brought there in a few steps."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.footprint.sampling.draw_formula import LANES
from pipelines.footprint.sampling.mixing import DEPTH, mix

HUBS, LOW = 3, 2


def memory_of(hubs):
    """Room for what is kept from step to step, as the sampling lays it out."""
    past, held = (DEPTH, hubs, LANES), (hubs, LANES)
    single = np.float32
    return (
        np.zeros(past, single), np.zeros(past, single), np.zeros(held, single),
        np.zeros(held, single), np.zeros(held), np.zeros(held), np.zeros((1, LANES)),
        np.zeros((DEPTH, DEPTH, LANES)), np.zeros((2, LANES)),
    )  # fmt: skip


def slow_loops(seed, radius=0.95):
    """Hubs that feed each other in every lane, and what they come to by a direct solve."""
    random = np.random.default_rng(seed)
    loops = random.uniform(0.1, 1, (LANES, HUBS, HUBS))
    loops *= radius / np.abs(np.linalg.eigvals(loops)).max(axis=1)[:, None, None]
    own = random.uniform(1, 2, (LANES, HUBS))
    answer = np.linalg.solve(np.eye(HUBS) - loops, own[..., None])[..., 0]
    return loops, own, answer.T


def stepped(loops, own, values):
    """One plain step of every lane."""
    return np.einsum("qij,jq->iq", loops, values) + own.T


def left_after(steps, seed, *, is_mixed):
    """How far the worst lane is from its answer, of what it comes to."""
    loops, own, answer = slow_loops(seed)
    u, memory = np.zeros((LOW + HUBS, LANES)), memory_of(HUBS)
    u[:LOW] = 7.0
    for turn in range(steps):
        before = u[LOW:].copy()
        u[LOW:] = stepped(loops, own, before)
        if is_mixed:
            memory[5][:] = before
            mix(max(turn - 1, 0), turn == 0, LOW, HUBS, u, memory)
    assert (u[:LOW] == 7.0).all()
    return np.abs(u[LOW:] / answer - 1).max()


@pytest.mark.parametrize("seed", range(3))
def test_three_hubs_are_where_they_belong_after_a_few_steps(seed):
    """Of three unknowns three changes tell all: after them only rounding of singles is left."""
    assert left_after(8, seed, is_mixed=True) < 1e-6
    assert left_after(8, seed, is_mixed=False) > 0.1


def test_a_direction_that_says_nothing_new_does_no_harm():
    """Hubs that stand where they belong stay there."""
    loops, own, answer = slow_loops(5)
    u, memory = np.concatenate([np.zeros((LOW, LANES)), answer]), memory_of(HUBS)
    for turn in range(12):
        memory[5][:] = u[LOW:]
        u[LOW:] = stepped(loops, own, u[LOW:])
        mix(max(turn - 1, 0), turn == 0, LOW, HUBS, u, memory)
    assert np.abs(u[LOW:] / answer - 1).max() < 1e-12
