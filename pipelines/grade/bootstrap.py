"""The sampling error of thresholds, by bootstrap.

Belongs here: drawing order statistics of a resample without drawing the resample, and
resampling owners where one owner has several results. Does not belong here: quantile
definitions (``threshold``) and what may be published (``disclosure``).
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.grade.threshold import parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from numpy.typing import NDArray

    from pipelines.grade.population import Member
    from pipelines.grade.rule import GradeRule

Z_95 = 1.959963984540054  # 97.5 % quantile of the standard normal


@dataclass(frozen=True)
class LimitError:
    """The sampling error of one limit.

    Attributes:
        label: the class it closes.
        standard_error: in the rule's unit, of the exact quantile.
        method: ``order_statistics`` or ``owners`` (owners resampled with their results).
        replicates: number of replicates.
    """

    label: str
    standard_error: float
    method: str
    replicates: int


def seed_of(rule: GradeRule) -> int:
    """The seed of a rule's draws: a digest of its id and version, so never the clock."""
    words = f"{rule.rule_id}\x1f{rule.version}\x1fbootstrap"
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], "big")


def resampled_ranks(
    n: int, ranks: Sequence[int], replicates: int, generator: np.random.Generator
) -> NDArray[np.int64]:
    """Ranks in a sample that the order statistics of its resamples take.

    The k-th smallest of n draws with replacement is the value at rank ``ceil(n U)``, U the
    k-th smallest of n uniform numbers. Several of these come jointly from gamma spacings,
    at a cost that does not grow with n.

    Args:
        n: size of the sample and of each resample.
        ranks: increasing, different, from 1 to n.
        replicates: number of resamples.
        generator: source of the draws.

    Returns:
        (replicates, len(ranks)) ranks from 1 to n, not falling along a row.

    Source:
        L. Devroye, Non-Uniform Random Variate Generation (1986), chapter V: uniform order
        statistics from exponential spacings.
    """
    shapes = np.diff([0, *ranks, n + 1]).astype(np.float64)
    spacings = generator.standard_gamma(shapes, size=(replicates, len(shapes)))
    reached = np.cumsum(spacings, axis=1)
    uniform = reached[:, :-1] / reached[:, -1:]
    return np.clip(np.ceil(uniform * n), 1, n).astype(np.int64)


def resampled_quantiles(
    ordered: NDArray[np.float64],
    parts: Sequence[Mapping[int, Fraction]],
    replicates: int,
    generator: np.random.Generator,
) -> NDArray[np.float64]:
    """Quantiles of resamples of a sorted sample.

    Args:
        ordered: (n) values, not falling.
        parts: weight by rank of each quantile, see ``threshold.parts_of``.
        replicates: number of resamples.
        generator: source of the draws.

    Returns:
        (replicates, number of quantiles).
    """
    ranks = sorted({rank for one in parts for rank in one})
    places = {rank: i for i, rank in enumerate(ranks)}
    values = ordered[resampled_ranks(len(ordered), ranks, replicates, generator) - 1]
    found = np.zeros((replicates, len(parts)))
    for column, one in enumerate(parts):
        for rank, weight in sorted(one.items()):
            found[:, column] += float(weight) * values[:, places[rank]]
    return found


def _by_owner(
    members: Sequence[Member], rule: GradeRule, replicates: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Quantiles of resamples of owners, each with all its results."""
    groups: dict[str, list[Member]] = {}
    for member in members:
        groups.setdefault(member.owner_id or member.product_id, []).append(member)
    owners = [groups[name] for name in sorted(groups)]
    draws = generator.integers(0, len(owners), size=(replicates, len(owners)))
    if rule.weighted:
        return _by_owner_weighted(owners, rule, draws)
    values = [np.array([m.value for m in group]) for group in owners]
    found = np.empty((replicates, len(rule.quantiles)))
    # Resamples of owners differ in size, but only in a few sizes.
    weights: dict[int, list[list[tuple[int, float]]]] = {}
    for i, row in enumerate(draws):
        ordered = np.sort(np.concatenate([values[k] for k in row]))
        n = len(ordered)
        if n not in weights:
            weights[n] = [
                [(r - 1, float(w)) for r, w in parts_of(n, q, rule.quantile_type).items()]
                for q in rule.quantiles
            ]
        for j, places in enumerate(weights[n]):
            found[i, j] = math.fsum(w * ordered[place] for place, w in places)
    return found


def _by_owner_weighted(
    owners: Sequence[Sequence[Member]], rule: GradeRule, draws: NDArray[np.int64]
) -> NDArray[np.float64]:
    rows = sorted((m.value, m.output, i) for i, group in enumerate(owners) for m in group)
    values, outputs = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    owner = np.array([r[2] for r in rows])
    found = np.empty((len(draws), len(rule.quantiles)))
    for i, row in enumerate(draws):
        reached = np.cumsum(outputs * np.bincount(row, minlength=len(owners))[owner])
        wanted = np.array(rule.quantiles) * reached[-1] * (1 - 1e-12)
        found[i] = values[np.searchsorted(reached, wanted, side="left")]
    return found


def limit_errors(
    members: Sequence[Member], rule: GradeRule, replicates: int
) -> tuple[LimitError, ...]:
    """The sampling error of each limit of a quantile rule.

    Args:
        members: comparable results, at least two.
        rule: a quantile rule.
        replicates: number of resamples.

    Returns:
        One entry per limit, best class first; the same for the same input.
    """
    generator = np.random.default_rng(seed_of(rule))
    named = [m.owner_id for m in members if m.owner_id]
    is_plain = len(set(named)) == len(named) and not rule.weighted
    if is_plain:
        ordered = np.array(sorted(m.value for m in members))
        parts = [parts_of(len(ordered), q, rule.quantile_type) for q in rule.quantiles]
        found = resampled_quantiles(ordered, parts, replicates, generator)
    else:
        found = _by_owner(members, rule, replicates, generator)
    method = "order_statistics" if is_plain else "owners"
    return tuple(
        LimitError(label, float(np.std(found[:, i], ddof=1)), method, replicates)
        for i, label in enumerate(rule.labels[: len(rule.quantiles)])
    )
