"""Uncertain systems made by a generator: many suppliers, hubs, loops, units far apart."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from pipelines.footprint.sampling.uncertain_system import UncertainSystem, keys_of

HUBS = 0.06


def made_system(size, seed=1, *, degree=6, backward=0.05, own=0.7, spread=0.2, units=2.0):
    """A random system: hubs serve everybody, some producers serve hubs, ``own`` < 1 is passed on.

    ``own`` is the share of a node's intensity that comes from upstream; at one and more the
    system would use all it makes.
    """
    random = np.random.default_rng(seed)
    hubs = max(2, int(HUBS * size))
    taker = np.repeat(np.arange(size), random.integers(1, 2 * degree, size))
    provider = np.minimum((hubs * random.random(taker.size) ** 2).astype(np.int64), hubs - 1)
    near = (taker >= hubs) & (random.random(taker.size) < 0.4)
    provider[near] = np.maximum(hubs, taker[near] - random.integers(1, 20, near.sum()))
    back = (taker < hubs) & (random.random(taker.size) < backward)
    provider[back] = random.integers(0, size, back.sum())
    pairs = np.unique(np.stack([provider, taker]), axis=1)
    provider, taker = pairs
    price = np.exp(random.normal(0, units, size))
    weight = np.exp(random.normal(0, 1, taker.size))
    passed = random.uniform(0.3, 1.0, size) * own
    share = weight / np.bincount(taker, weight, size)[taker] * passed[taker]
    emitter = np.arange(size)
    emission = np.exp(random.normal(-1, 1, size)) * price
    links, flows = taker.size, emitter.size
    names = ["certain", *(f"link {i}" for i in range(links)), *(f"flow {i}" for i in range(flows))]
    sigmas = np.concatenate([[0.0], np.full(links, spread), np.full(flows, spread)])
    at = np.stack([links + 1 + np.arange(flows), np.zeros(flows, np.int64)], axis=1)
    return UncertainSystem(
        size, provider, taker, share * price[taker] / price[provider], 1 + np.arange(links),
        emitter, emission, at, keys_of(names), sigmas,
    )  # fmt: skip


def direct_intensity(system, scale=None):
    """(n) intensities by a direct solver with one step of refinement."""
    identity = sparse.eye_array(system.size, format="csc")
    matrix = sparse.csc_array((identity - system.links(scale)).T)
    right = system.direct(scale)
    factors = splu(matrix)
    found = factors.solve(right)
    return found + factors.solve(right - matrix @ found)
