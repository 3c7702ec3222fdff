"""Samples of intensities: the right way for the size, and every sample judged.

Belongs here: choosing between the two ways, proving that samples are productive, naming
those that are not. Does not belong here: figures from the samples (``summary``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from pipelines.footprint.sampling.draw_formula import LANES, drawn
from pipelines.footprint.sampling.productive import Unproductive, radius_and_loop
from pipelines.footprint.sampling.small_system import is_small, sample_small

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from pipelines.footprint.sampling.plan import Plan
    from pipelines.footprint.sampling.uncertain_system import UncertainSystem

    Array = NDArray[np.float64]
    Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Samples:
    """Sampled intensities, each sample judged.

    Attributes:
        intensity: (m, samples) of the nodes asked for; NaN in unproductive samples.
        unproductive: the samples that use more than they make.
    """

    intensity: Array
    unproductive: tuple[Unproductive, ...]


def sample(
    system: UncertainSystem, nominal: Array, samples: int, seed: int, wanted: Whole | None = None
) -> Samples:
    """Sample the intensities of a system.

    Args:
        system: medians and quantities.
        nominal: (n) intensities at the medians.
        samples: how many.
        seed: the seed; with the names of the quantities it decides every draw.
        wanted: (m) nodes asked for; all by default.

    Returns:
        Every sample; those without a solution are named and hold no number.
    """
    rows = np.arange(system.size) if wanted is None else wanted
    if is_small(system):
        intensity, is_productive = sample_small(system, samples, seed)
        doubted = np.flatnonzero(~is_productive)
        return _judged(system, intensity[rows], doubted, seed)
    from pipelines.footprint.sampling.plan import plan_of

    plan = plan_of(system, nominal)
    found = sample_blocks(plan, seed, range(-(-samples // LANES)), rows)
    kept = tuple(one for one in found.unproductive if one.sample < samples)
    return Samples(found.intensity[:, :samples], kept)


def sample_span(
    system: UncertainSystem, plan: Plan | None, seed: int, span: range, wanted: Whole
) -> Samples:
    """Some samples of a system on one thread: the bits that all at once would have.

    Args:
        system: medians and quantities.
        plan: the system laid out, or None where elimination is the shorter way.
        seed: the seed.
        span: their numbers; the first is that of a block.
        wanted: (m) nodes asked for.
    """
    if plan is not None:
        numbers = range(span.start // LANES, -(-span.stop // LANES))
        found = sample_blocks(plan, seed, numbers, wanted, workers=1)
        kept = tuple(one for one in found.unproductive if one.sample < span.stop)
        return Samples(found.intensity[:, : len(span)], kept)
    scale = drawn(
        system.keys, system.sigmas, len(span), seed, first_block=span.start // LANES
    ).astype(np.float64)
    for quantity in system.given:
        scale[:, quantity] = system.given_in(quantity, span.start, span.stop)
    intensity, is_productive = sample_small(system, len(span), seed, scale)
    doubted = np.flatnonzero(~is_productive)
    return _judged(system, intensity[wanted], doubted, seed, np.arange(span.start, span.stop))


def sample_blocks(
    plan: Plan, seed: int, blocks: Iterable[int], wanted: Whole, workers: int | None = None
) -> Samples:
    """Sample some blocks of a system that is laid out: the unit that partitions share out.

    Args:
        plan: the system laid out.
        seed: the seed.
        blocks: numbers of the blocks, sixteen samples each.
        wanted: (m) nodes asked for.
        workers: threads.

    Returns:
        The samples of those blocks, in their order; whoever else takes the other blocks
        gets the same bits as one who takes them all.
    """
    from pipelines.footprint.sampling.large_system import LARGEST_ERROR, run_blocks

    numbers = list(blocks)
    found = run_blocks(plan, seed, numbers, wanted, workers)
    is_open = ~(found.error <= LARGEST_ERROR)
    if plan.is_certified:
        doubted = is_open | ~(found.low > 0)
    else:
        proof = _certificate(plan)
        proved = run_blocks(proof, seed, numbers, np.empty(0, np.int64), workers)
        doubted = is_open | ~(proved.low > 0) | ~(proved.error <= LARGEST_ERROR)
    names = (np.array(numbers)[:, None] * LANES + np.arange(LANES)).ravel()
    for i in np.flatnonzero(is_open):
        found.intensity[:, i] = _solved(plan.system, seed, int(names[i]))[wanted]
    return _judged(plan.system, found.intensity, np.flatnonzero(doubted), seed, names)


def _certificate(plan: Plan) -> Plan:
    """The uses of a system alone, every node emitting one: positive means productive."""
    from pipelines.footprint.sampling.plan import plan_of

    system = plan.system
    n = system.size
    # A quantity that never varies stands behind the ones.
    certain = len(system.keys)
    uses = replace(
        system,
        amount=np.maximum(system.amount, 0.0),
        emitter=np.arange(n),
        emission=np.ones(n),
        emission_at=np.full((n, 2), certain),
        keys=np.append(system.keys, np.uint64(0)),
        sigmas=np.append(system.sigmas, 0.0),
    )
    matrix = sparse.csc_array(sparse.eye_array(n, format="csc") - uses.links())
    return plan_of(uses, splu(sparse.csc_array(matrix.T)).solve(np.ones(n)))


def multipliers_of_sample(system: UncertainSystem, seed: int, number: int) -> Array:
    """(k) multipliers of one sample, from its number alone."""
    first = number - number % LANES
    block = drawn(system.keys, system.sigmas, LANES, seed, first_block=first // LANES)
    scale: Array = block[number % LANES].astype(np.float64)
    for quantity in system.given:
        scale[quantity] = system.given_in(quantity, number, number + 1)[0]
    return scale


def _solved(system: UncertainSystem, seed: int, number: int) -> Array:
    """One sample by a direct solver, for what sweeps do not settle."""
    scale = multipliers_of_sample(system, seed, number)
    matrix = sparse.csc_array(
        sparse.eye_array(system.size, format="csc") - system.links(scale)
    ).T.tocsc()
    right = system.direct(scale)
    try:
        factors = splu(matrix)
    except RuntimeError:
        return np.full(system.size, np.nan)
    found: Array = factors.solve(right)
    refined: Array = found + factors.solve(right - matrix @ found)
    return refined


def _judged(
    system: UncertainSystem, intensity: Array, doubted: Whole, seed: int, names: Whole | None = None
) -> Samples:
    """Name the doubted samples that are unproductive and take their numbers away."""
    unproductive = []
    for i in doubted.tolist():
        number = int(names[i]) if names is not None else i
        links = system.links(multipliers_of_sample(system, seed, number))
        radius, loop = radius_and_loop(links)
        # A sample without number comes from a product that had none.
        if radius >= 1:
            unproductive.append(Unproductive(number, radius, loop))
            intensity[:, i] = np.nan
    return Samples(intensity, tuple(sorted(unproductive, key=lambda one: one.sample)))
