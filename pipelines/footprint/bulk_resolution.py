"""Factors for millions of lines: the one rule of choice over an index of the release.

Belongs here: encoding requests and choosing for all of them at once. Does not belong here:
how factors are laid out (``factor_index``), the rule itself and its reasons, which
``resolve`` and ``selection`` give line by line; both choose the same factor.

Lines that name a supplier or a factor, or whose unit is of another group than that of the
flow, take the way of ``resolve``: they need more than the index holds.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from pipelines.footprint.resolve import shared_levels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipelines.footprint.factor_index import FactorIndex

NOTHING, TIE = -1, -2
PART = 524_288
# How the kernel packs ranks; a technology beyond is not admissible.
RANK_BITS, DAY_BITS = 24, 30
BEYOND = (1 << 62) + 1


@dataclass(frozen=True)
class Encoded:
    """Requests as numbers: flow and region (-1 unknown), route, day of the activity."""

    flows: NDArray[np.int32]
    regions: NDArray[np.int32]
    routes: NDArray[np.int32]
    days: NDArray[np.int32]
    route_names: tuple[str | None, ...]


def encoded(index: FactorIndex, requests: pl.DataFrame) -> Encoded:
    """Requests of the index's use as numbers.

    Args:
        index: gives the numbers.
        requests: (n) flow_id, region_code, route, midpoint.
    """
    names = (None, *requests["route"].drop_nulls().unique().sort())
    number = {name: i for i, name in enumerate(names) if name is not None}

    def numbers(column: str, of: dict[str, int], otherwise: int) -> NDArray[np.int32]:
        known = pl.DataFrame({column: list(of), "n": list(of.values())},
                             schema={column: pl.String, "n": pl.Int32})  # fmt: skip
        found = requests.select(column).join(known, on=column, how="left", maintain_order="left")
        return found["n"].fill_null(otherwise).to_numpy().astype(np.int32)

    return Encoded(
        numbers("flow_id", index.flows, -1),
        numbers("region_code", index.regions, -1),
        numbers("route", number, 0),
        requests["midpoint"].cast(pl.Int32).to_numpy().astype(np.int32),
        names,
    )


def resolved(index: FactorIndex, asked: Encoded, workers: int = 2) -> NDArray[np.int32]:
    """The row of the chosen factor for every request.

    Args:
        index: the factors.
        asked: the requests.
        workers: threads; parts of the requests are independent of each other.

    Returns:
        (n) row in ``index.factor``; ``NOTHING`` where none is admissible, ``TIE`` where
        several tie on every criterion, which a named decision must settle.
    """
    from pipelines.footprint.bulk_kernel import walk

    if not index.nearest.size:
        return np.full(asked.flows.size, NOTHING, np.int32)
    distance = _distance(index, asked.route_names)
    chosen = np.empty(asked.flows.size, np.int32)
    numbers = (asked.flows, asked.regions, asked.routes, asked.days)
    laid_out = (
        index.chain,
        index.starts,
        index.nearest,
        index.outer,
        index.columns,
        index.validity,
    )

    def work(first: int) -> None:
        walk(
            first, min(first + PART, chosen.size), numbers, laid_out, index.is_nested,
            index.boundaries, len(index.regions), distance, index.unknown_days, chosen,
        )  # fmt: skip

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(0, chosen.size, PART)))
    return chosen


def _distance(index: FactorIndex, asked: Sequence[str | None]) -> NDArray[np.int64]:
    """Technology distance of each asked route to each factor's, in its place of the ranks."""
    table = np.empty((len(asked), len(index.routes)), np.int64)
    needs_common = index.use in index.rule.needs_common_level
    for i, route in enumerate(asked):
        depth = len(route.split(".")) if route is not None else 0
        for other, j in index.routes.items():
            shared = shared_levels(route, other)
            is_other = needs_common and route is not None and shared == 0
            far = depth - max(shared, 0)
            table[i, j] = BEYOND if is_other else far << (DAY_BITS + RANK_BITS)
    return table
