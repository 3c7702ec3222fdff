"""Generated linked systems of any size, and the same system for the peer.

Belongs here: structures alike to life-cycle databases: few suppliers of very many, inputs
from the own sector, markets fed by ordinary producers (the loops), units orders of
magnitude apart, lognormal spreads. No licensed data is inside. Does not belong here: timing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipelines.footprint.sampling.uncertain_system import UncertainSystem, keys_of

FLOWS = 30
OFFSET = 1_000_000
WEIGHT_SPREAD, COMPLETE = 1.5, 0.97


@dataclass(frozen=True)
class Structure:
    """What is varied between generated systems."""

    name: str
    seed: int = 1
    inputs: float = 12.0
    hubs: float = 0.04
    heavy: float = 2.5
    loops: float = 0.03
    far: float = 0.002
    passed: float = 0.72
    units: float = 2.0


STRUCTURES = (
    Structure("as published databases"),
    Structure("another seed", seed=2),
    Structure("more loops", seed=3, loops=0.10, far=0.01),
    Structure("many loops", seed=4, loops=0.25, far=0.02),
    Structure("little own emission", seed=5, passed=0.80),
    Structure("more and flatter hubs", seed=6, hubs=0.10, heavy=1.5),
    Structure("units farther apart", seed=7, units=4.0),
    Structure("few inputs", seed=8, inputs=4.0),
)


def linked_system(size: int, of: Structure = STRUCTURES[0]) -> UncertainSystem:
    """A generated system of ``size`` processes, about ``of.inputs`` inputs each."""
    random = np.random.default_rng(of.seed)
    hubs = max(20, int(of.hubs * size))
    count = np.maximum(
        1, random.poisson(np.exp(random.normal(np.log(of.inputs) - 0.18, 0.6, size)))
    )
    taker = np.repeat(np.arange(size), count)
    provider = (hubs * random.random(taker.size) ** of.heavy).astype(np.int64)
    draw = random.random(taker.size)
    back = (taker < hubs) & (draw < of.loops)
    provider[back] = random.integers(hubs, size, back.sum())
    near = (taker >= hubs) & (draw < 0.35)
    provider[near] = np.maximum(hubs, taker[near] - 1 - random.geometric(0.05, near.sum()))
    far = (taker >= hubs) & (draw > 1 - of.far)
    provider[far] = random.integers(0, size, far.sum())
    pairs = np.unique(taker[provider != taker] * size + provider[provider != taker])
    taker, provider = pairs // size, pairs % size
    weight = np.exp(random.normal(0, WEIGHT_SPREAD, taker.size))
    part = np.minimum(random.beta(4, 1.5, size) * of.passed / 0.727, COMPLETE)
    price = np.exp(random.normal(0, of.units, size))
    amount = weight / np.bincount(taker, weight, size)[taker] * part[taker]
    amount = amount * price[taker] / price[provider]
    told = random.poisson(4.2, size) + 1
    emitter = np.repeat(np.arange(size), told)
    emission = np.exp(random.normal(-1, WEIGHT_SPREAD, emitter.size)) * price[emitter]
    links, flows = taker.size, emitter.size
    sigmas = np.concatenate([
        [0.0], np.log(random.uniform(1.02, 1.5, links)) / 2 + 0.02,
        np.log(random.uniform(1.05, 2.0, flows)) / 2 + 0.02,
    ])  # fmt: skip
    at = np.stack([1 + links + np.arange(flows), np.zeros(flows, np.int64)], axis=1)
    return UncertainSystem(
        size, provider, taker, amount, 1 + np.arange(links), emitter, emission, at,
        keys_of(map(str, range(1 + links + flows))), sigmas,
    )  # fmt: skip


def mixed_system(size: int, of: Structure = STRUCTURES[0]) -> UncertainSystem:
    """The same with its labels mixed, so that nothing can be read from their order."""
    system = linked_system(size, of)
    label = np.random.default_rng(of.seed + 1000).permutation(size)
    return replace(
        system, provider=label[system.provider], taker=label[system.taker],
        emitter=label[system.emitter],
    )  # fmt: skip


def datapackage(system: UncertainSystem) -> Any:
    """The system as the peer reads it: matrices with lognormal distributions."""
    import bw_processing as bwp

    package = bwp.create_datapackage()
    links, size = system.amount.size, system.size
    indices = np.empty(links + size, dtype=bwp.INDICES_DTYPE)
    indices["row"][:links], indices["col"][:links] = system.provider, system.taker
    indices["row"][links:] = indices["col"][links:] = np.arange(size)
    spread = _distributions(bwp, links + size)
    spread["uncertainty_type"][:links] = 2
    spread["loc"][:links] = np.log(system.amount)
    spread["scale"][:links] = system.sigmas[system.amount_at]
    spread["loc"][links:] = 1.0
    package.add_persistent_vector(
        matrix="technosphere_matrix", name="t", indices_array=indices,
        data_array=np.concatenate([system.amount, np.ones(size)]),
        flip_array=np.concatenate([np.ones(links, bool), np.zeros(size, bool)]),
        distributions_array=spread,
    )  # fmt: skip
    flows = system.emission.size
    own = np.empty(flows, dtype=bwp.INDICES_DTYPE)
    own["row"], own["col"] = np.arange(flows) + OFFSET, system.emitter
    spread = _distributions(bwp, flows)
    spread["uncertainty_type"] = 2
    spread["loc"], spread["scale"] = (
        np.log(system.emission),
        system.sigmas[system.emission_at[:, 0]],
    )
    package.add_persistent_vector(
        matrix="biosphere_matrix", name="b", indices_array=own, data_array=system.emission,
        distributions_array=spread,
    )  # fmt: skip
    factors = np.empty(flows, dtype=bwp.INDICES_DTYPE)
    factors["row"], factors["col"] = np.arange(flows) + OFFSET, 0
    package.add_persistent_vector(
        matrix="characterization_matrix", name="c", indices_array=factors,
        data_array=np.ones(flows), global_index=0, nrow=flows, identifier=["m", "gwp100"],
    )  # fmt: skip
    return package


def _distributions(bwp: Any, count: int) -> Any:
    empty = np.zeros(count, dtype=bwp.UNCERTAINTY_DTYPE)
    for name in ("loc", "scale", "shape", "minimum", "maximum"):
        empty[name] = np.nan
    return empty
