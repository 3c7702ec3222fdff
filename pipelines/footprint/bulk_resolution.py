"""Factors for millions of lines: the one rule of choice over an index of the release.

Belongs here: laying factors out by flow, boundary and region, encoding requests, choosing
for all of them at once. Does not belong here: the rule itself and its reasons, which
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

    from pipelines.footprint.reference import FlowBook
    from pipelines.footprint.resolution_rule import ResolutionRule

NOTHING, TIE = -1, -2
PART = 65_536
EARLIEST, LATEST = -(2**30), 2**30
DAYS_PER_YEAR = 365.2425
# The fixed part of the order of choice, after technology and time.
FIXED = ("r_data_end", "r_data_origin", "r_dqr", "r_publication")


@dataclass(frozen=True)
class FactorIndex:
    """The factors that can serve one use under one GWP set, by flow, boundary and region.

    Attributes:
        factor: their rows, in the order of the arrays.
        flows: number of each flow.
        regions: number of each region.
        routes: number of each route that factors or requests may state; null is one.
        starts: where the runs of a flow, boundary and region begin.
        runs: route and first factor of each run of factors of one route; one more at the end.
        boundaries: how many boundaries serve the use.
        chain: (regions, depth) regions around each, nearest first, then -1.
        columns: first and last day of data, validity and fixed rank of each factor.
        unknown_days: time distance of a factor without a data period.
        own_group: unit group of each flow.
        use: the use.
        rule: the rule of choice.
    """

    factor: pl.DataFrame
    flows: dict[str, int]
    regions: dict[str, int]
    routes: dict[str | None, int]
    starts: NDArray[np.int32]
    runs: NDArray[np.int32]
    boundaries: int
    chain: NDArray[np.int32]
    columns: NDArray[np.int32]
    unknown_days: int
    use: str
    rule: ResolutionRule


def index_of(
    factor: pl.DataFrame,
    chains: dict[str, list[tuple[str, str]]],
    rule: ResolutionRule,
    book: FlowBook,
    use: str,
    gwp_set: str,
) -> FactorIndex:
    """Index the factors of a release that can serve a use under a GWP set.

    Args:
        factor: the ``factor`` table with ``has_gas``, usable statuses only.
        chains: regions around each region, nearest first.
        rule: the rule of choice.
        book: unit groups.
        use: ``supply`` or ``combustion``.
        gwp_set: the GWP set asked for.
    """
    best_first = rule.boundaries[use]
    group_of = {unit.unit: unit.unit_group for unit in book.units.units.values()}
    own_unit = pl.col("reference_unit").replace_strict(group_of, default=None) == pl.col(
        "flow_id"
    ).replace_strict(book.groups, default=None)
    is_known = (
        (pl.col("value_unit") != "kgCO2e")
        | pl.col("has_gas")
        | pl.col("gwp_set").is_in([gwp_set, "not_stated"])
    )
    kept = factor.filter(
        pl.col("factor_kind").is_in(rule.kinds[use]),
        pl.col("boundary").is_in(best_first),
        pl.col("gwp_set").is_not_null(),
        is_known,
        own_unit,
    )
    flows = _numbers(kept["flow_id"])
    regions = {code: i for i, code in enumerate(sorted(chains))}
    kept = kept.filter(pl.col("region_code").is_in(list(regions)))
    ranked = _ranked(kept, rule).with_columns(
        n_boundary=_number("boundary", {name: i for i, name in enumerate(best_first)}),
        n_flow=_number("flow_id", flows),
        n_region=_number("region_code", regions),
    )
    place = (pl.col("n_flow") * len(best_first) + pl.col("n_boundary")) * len(regions)
    routes: dict[str | None, int] = {None: 0}
    for route in ranked["route"].drop_nulls().unique().sort():
        routes[route] = len(routes)
    n_route = _number("route", {name: i for name, i in routes.items() if name is not None})
    ranked = ranked.with_columns(place=place + pl.col("n_region"), n_route=n_route)
    ranked = ranked.sort("place", "n_route", "factor_id")
    count = len(flows) * len(best_first) * len(regions)
    starts, runs = _runs(ranked["place"].to_numpy(), ranked["n_route"].to_numpy(), count)
    return FactorIndex(
        ranked, flows, regions, routes, starts, runs, len(best_first),
        _chain(chains, regions, rule), _columns(ranked), int(rule.unknown_years * DAYS_PER_YEAR),
        use, rule,
    )  # fmt: skip


def _number(column: str, of: dict[str, int]) -> pl.Expr:
    """The numbers of names; 0 for a name that has none."""
    if not of:
        return pl.lit(0, pl.Int64)
    return pl.col(column).replace_strict(of, default=0, return_dtype=pl.Int64)


def _numbers(column: pl.Series) -> dict[str, int]:
    return {name: i for i, name in enumerate(column.drop_nulls().unique().sort())}


def _ranked(kept: pl.DataFrame, rule: ResolutionRule) -> pl.DataFrame:
    """The fixed rank of each factor; only those equal in all of it share one."""
    origin = {code: i for i, code in enumerate(rule.data_origins)}
    published = pl.col("published_on").fill_null("0001").str.replace_all("-", "")
    ranked = kept.with_columns(
        r_data_end=-pl.col("data_end").cast(pl.Int32).fill_null(EARLIEST).cast(pl.Int64),
        r_data_origin=pl.col("data_origin").replace_strict(
            origin, default=len(origin), return_dtype=pl.Int64
        ),
        r_dqr=pl.col("dqr").fill_null(float("inf")),
        r_publication=-published.str.pad_end(8, "0").cast(pl.Int64),
    )
    return ranked.with_columns(rank=pl.struct(FIXED).rank("dense").cast(pl.Int64))


def _chain(
    chains: dict[str, list[tuple[str, str]]], regions: dict[str, int], rule: ResolutionRule
) -> NDArray[np.int32]:
    """Regions outward by rank; regions of equal rank keep the order of the chain."""
    found = {
        code: sorted(
            (rule.geography[kind], i, regions[around])
            for i, (around, kind) in enumerate(chain)
            if kind in rule.geography
        )
        for code, chain in chains.items()
    }
    depth = max((len(chain) for chain in found.values()), default=0)
    table = np.full((len(regions), depth), -1, np.int32)
    for code, chain in found.items():
        table[regions[code], : len(chain)] = [number for _, _, number in chain]
    return table


def _runs(
    place: NDArray[np.int64], route: NDArray[np.int64], count: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Where each place's runs begin, and the runs, from sorted places and routes."""
    is_new = np.ones(place.size, np.bool_)
    is_new[1:] = (place[1:] != place[:-1]) | (route[1:] != route[:-1])
    first = np.flatnonzero(is_new)
    starts = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(place[first], minlength=count), out=starts[1:])
    runs = np.empty((first.size + 1, 2), np.int32)
    runs[:-1, 0], runs[-1, 0] = route[first], 0
    runs[:-1, 1], runs[-1, 1] = first, place.size
    return starts, runs


def _columns(ranked: pl.DataFrame) -> NDArray[np.int32]:
    def days(name: str, otherwise: int) -> NDArray[np.int32]:
        return ranked[name].cast(pl.Int32).fill_null(otherwise).to_numpy().astype(np.int32)

    opens, closes = days("data_start", LATEST), days("data_end", EARLIEST)
    # A period of which one end is unknown is unknown.
    is_unknown = (opens == LATEST) | (closes == EARLIEST)
    opens[is_unknown], closes[is_unknown] = 1, 0
    ranks = ranked["rank"].to_numpy().astype(np.int32)
    valid_from, valid_until = days("valid_from", EARLIEST), days("valid_until", LATEST)
    return np.ascontiguousarray(np.stack([opens, closes, valid_from, valid_until, ranks], axis=1))


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

    distance = _distance(index, asked.route_names)
    chosen = np.empty(asked.flows.size, np.int32)
    numbers = (asked.flows, asked.regions, asked.routes, asked.days)

    def work(first: int) -> None:
        walk(
            first, min(first + PART, chosen.size), numbers, index.chain, index.starts,
            index.boundaries, len(index.regions), (index.runs, index.columns), distance,
            index.unknown_days, chosen,
        )  # fmt: skip

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(0, chosen.size, PART)))
    return chosen


def _distance(index: FactorIndex, asked: Sequence[str | None]) -> NDArray[np.int32]:
    """Technology distance of each asked route to each factor's; -1 where not admissible."""
    table = np.empty((len(asked), len(index.routes)), np.int32)
    needs_common = index.use in index.rule.needs_common_level
    for i, route in enumerate(asked):
        depth = len(route.split(".")) if route is not None else 0
        for other, j in index.routes.items():
            shared = shared_levels(route, other)
            is_other = needs_common and route is not None and shared == 0
            table[i, j] = -1 if is_other else depth - max(shared, 0)
    return table
