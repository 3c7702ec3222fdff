"""The factors of a release laid out for choosing many at once.

Belongs here: which factors can serve a use at all, their order by flow, boundary and
region, the nearest region that holds any, ranks as numbers. Does not belong here: encoding
requests and choosing (``bulk_resolution``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.footprint.reference import FlowBook
    from pipelines.footprint.resolution_rule import ResolutionRule

NOTHING = -1
EARLIEST, LATEST = -(2**29), 2**29 - 1
# What the kernel reads in the last column of a factor.
IS_LAST, IS_LIMITED, ROUTE_AT = 1, 2, 2
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
        starts: where the factors of a flow, boundary and region begin.
        boundaries: how many boundaries serve the use.
        chain: (regions, depth) regions around each, nearest first, then -1.
        nearest: for each flow, boundary and region, the first factor of the nearest region
            around it that holds any, or -1.
        outer: for each factor, the first of the nearest group around its own that holds any.
        is_nested: whether the regions around a region are those around each of them too; if
            not, ``outer`` says nothing.
        columns: first and last day of data, fixed rank and kind of each factor, as the
            kernel reads them.
        validity: first and last day of validity of each factor.
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
    boundaries: int
    chain: NDArray[np.int32]
    nearest: NDArray[np.int32]
    outer: NDArray[np.int32]
    is_nested: bool
    columns: NDArray[np.int32]
    validity: NDArray[np.int32]
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
    places = ranked["place"].to_numpy()
    starts = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(places, minlength=count), out=starts[1:])
    chain = _chain(chains, regions, rule)
    is_nested = _is_nested(chain)
    outer = np.full(len(ranked), NOTHING, np.int32)
    if is_nested and len(ranked):
        around = chain[ranked["n_region"].to_numpy(), 1:]
        outer = _first_around(starts, around, (places // len(regions)) * len(regions))
    return FactorIndex(
        ranked, flows, regions, routes, starts, len(best_first), chain, _nearest(starts, chain),
        outer, is_nested, *_columns(ranked), int(rule.unknown_years * DAYS_PER_YEAR), use, rule,
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


def _nearest(starts: NDArray[np.int32], chain: NDArray[np.int32]) -> NDArray[np.int32]:
    """The first factor of the nearest region that holds any, from every place."""
    regions = len(chain)
    if not regions:
        return np.empty(0, np.int32)
    first = np.where(starts[1:] > starts[:-1], starts[:-1], -1).reshape(-1, regions)
    found = np.full(first.shape, -1, np.int32)
    for around in chain.T:
        there = first[:, np.maximum(around, 0)]
        np.copyto(found, there, where=(found < 0) & (around >= 0))
    return found.ravel()


def _first_around(
    starts: NDArray[np.int32], around: NDArray[np.int32], base: NDArray[np.int64]
) -> NDArray[np.int32]:
    """For rows of regions, nearest first, the first factor of the nearest that holds any."""
    found = np.full(len(base), NOTHING, np.int32)
    for region in around.T:
        place = base + np.maximum(region, 0)
        holds = (found < 0) & (region >= 0) & (starts[place] < starts[place + 1])
        found[holds] = starts[place][holds]
    return found


def _is_nested(chain: NDArray[np.int32]) -> bool:
    """Whether what lies around a region is what lies around each region on its way."""
    own = np.arange(len(chain))
    if not chain.size or not (chain[:, 0] == own).all():
        return False
    rest = chain[:, 1:]
    has_next = rest[:, :1] >= 0 if rest.size else np.zeros((len(chain), 1), np.bool_)
    if not rest.size:
        return True
    seen = chain[np.maximum(rest[:, 0], 0), : rest.shape[1]]
    return bool((np.where(has_next, seen, -1) == rest).all())


def _columns(ranked: pl.DataFrame) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    def days(name: str, otherwise: int) -> NDArray[np.int32]:
        return ranked[name].cast(pl.Int32).fill_null(otherwise).to_numpy().astype(np.int32)

    opens, closes = days("data_start", LATEST), days("data_end", EARLIEST)
    # A period of which one end is unknown is unknown.
    is_unknown = (opens == LATEST) | (closes == EARLIEST)
    opens[is_unknown], closes[is_unknown] = 1, 0
    ranks = ranked["rank"].to_numpy().astype(np.int32)
    validity = np.stack([days("valid_from", EARLIEST), days("valid_until", LATEST)], axis=1)
    place = ranked["place"].to_numpy()
    kinds = ranked["n_route"].to_numpy().astype(np.int32) << ROUTE_AT
    kinds |= np.where((validity == (EARLIEST, LATEST)).all(axis=1), 0, IS_LIMITED)
    kinds |= np.where(np.append(place[1:] != place[:-1], place[:1] >= 0), IS_LAST, 0)
    columns = np.ascontiguousarray(np.stack([opens, closes, ranks, kinds], axis=1), np.int32)
    return columns, np.ascontiguousarray(validity)
