"""Limits of many categories at once, from columns: exact quantiles and their error.

Belongs here: the arithmetic of ``threshold`` and ``bootstrap`` over millions of results,
grouped without sorting them together. Does not belong here: owners and disclosure, which
are judged category by category (``benchmarks``).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.grade.threshold import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

THREADS = 2


@dataclass(frozen=True)
class CategoryLimits:
    """Quantiles of each category and their standard errors.

    Attributes:
        count: (k) results per category.
        limits: (k, m) quantiles; NaN where a category is empty.
        errors: (k, m) bootstrap standard errors.
    """

    count: NDArray[np.int64]
    limits: NDArray[np.float64]
    errors: NDArray[np.float64]


def grouped(
    category: NDArray[np.int32], values: NDArray[np.float64], categories: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Values brought together by category and sorted within each.

    Args:
        category: (n) from 0 to ``categories`` - 1.
        values: (n).
        categories: their number.

    Returns:
        (k + 1) where each category begins, and (n) the values.
    """
    starts = np.zeros(categories + 1, np.int64)
    np.cumsum(np.bincount(category, minlength=categories), out=starts[1:])
    placed = np.empty_like(values)
    _scatter()(category, values, starts[:-1].copy(), placed)

    def sort(block: range) -> None:
        for k in block:
            placed[starts[k] : starts[k + 1]].sort()

    # A slice belongs to one thread alone, so threads change no byte.
    blocks = [range(i, categories, THREADS) for i in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(sort, blocks))
    return starts, placed


_compiled: list[Any] = []


def _scatter() -> Any:
    if not _compiled:
        from numba import njit

        @njit
        def scatter(category: Any, values: Any, place: Any, placed: Any) -> None:
            for i in range(category.size):
                c = category[i]
                placed[place[c]] = values[i]
                place[c] += 1

        _compiled.append(scatter)
    return _compiled[0]


def _places(
    count: NDArray[np.int64], quantiles: Sequence[float], kind: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(k, m) rank below each quantile, from 1, and the weight of the rank above it."""
    below = np.empty((len(count), len(quantiles)), np.int64)
    above = np.zeros((len(count), len(quantiles)))
    for j, q in enumerate(quantiles):
        share = written(q)
        num, den = share.numerator, share.denominator
        if kind == 1:
            below[:, j] = -((-count * num) // den)
        else:
            scaled = (count + 1) * num if kind == 6 else (count - 1) * num + den
            below[:, j] = scaled // den
            above[:, j] = (scaled % den) / den
    low = below < 1
    high = below >= count[:, None]
    above[low | high] = 0.0
    return np.clip(below, 1, np.maximum(count, 1)[:, None]), above


def category_limits(
    category: NDArray[np.int32],
    values: NDArray[np.float64],
    categories: int,
    quantiles: Sequence[float],
    *,
    kind: int = 7,
    replicates: int = 200,
    seed: int = 0,
) -> CategoryLimits:
    """Quantiles of every category with their bootstrap error.

    Args:
        category: (n) category of each result, from 0.
        values: (n) results, finite.
        categories: number of categories.
        quantiles: (m) increasing, between 0 and 1.
        kind: Hyndman-Fan type 1, 6 or 7.
        replicates: bootstrap replicates; 0 draws none and leaves the errors NaN.
        seed: of the draws; the same seed gives the same errors.

    Returns:
        Limits and errors. The draws take memory of ``replicates * categories * 2 m``
        doubles in blocks of 250 categories.

    Example:
        >>> import numpy as np
        >>> found = category_limits(np.array([0, 1, 0, 0], np.int32),
        ...     np.array([3.0, 9.0, 1.0, 2.0]), 2, [0.5], replicates=0)
        >>> found.limits.tolist()
        [[2.0], [9.0]]
    """
    starts, ordered = grouped(category, values, categories)
    count = np.diff(starts)
    below, above = _places(count, quantiles, kind)
    at = np.minimum(starts[:-1, None] + below - 1, max(len(ordered) - 1, 0))
    after = np.minimum(at + 1, np.maximum(starts[1:, None] - 1, 0))
    limits = (1 - above) * ordered[at] + above * ordered[after]
    limits[count == 0] = np.nan
    errors = np.full_like(limits, np.nan)
    if replicates:
        generator = np.random.default_rng(seed)
        for first in range(0, categories, 250):
            block = slice(first, min(first + 250, categories))
            errors[block] = _errors(
                ordered, starts[block], count[block], (below[block], above[block]), replicates,
                generator,
            )  # fmt: skip
    errors[count == 0] = np.nan
    return CategoryLimits(count, limits, errors)


def _errors(
    ordered: NDArray[np.float64],
    starts: NDArray[np.int64],
    count: NDArray[np.int64],
    places: tuple[NDArray[np.int64], NDArray[np.float64]],
    replicates: int,
    generator: np.random.Generator,
) -> NDArray[np.float64]:
    """Standard errors of a block of categories, see ``bootstrap.resampled_ranks``."""
    below, above = places
    k, m = below.shape
    ranks = np.empty((k, 2 * m), np.int64)
    ranks[:, 0::2] = below
    ranks[:, 1::2] = np.minimum(below + 1, np.maximum(count, 1)[:, None])
    ends = np.concatenate([np.zeros((k, 1), np.int64), ranks, count[:, None] + 1], axis=1)
    # Ranks of close quantiles may coincide or cross by one; a spacing of none is zero.
    shapes = np.maximum(np.diff(np.maximum.accumulate(ends, axis=1), axis=1), 0)
    spacings = generator.standard_gamma(shapes.astype(np.float64), size=(replicates, k, 2 * m + 1))
    reached = np.cumsum(spacings, axis=2)
    taken = np.ceil(reached[:, :, :-1] / reached[:, :, -1:] * count[None, :, None])
    taken = np.clip(taken, 1, np.maximum(count, 1)[None, :, None]).astype(np.int64)
    values = ordered[np.minimum(starts[None, :, None] + taken - 1, len(ordered) - 1)]
    found = (1 - above) * values[:, :, 0::2] + above * values[:, :, 1::2]
    return np.asarray(found.std(axis=0, ddof=1))
