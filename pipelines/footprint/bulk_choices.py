"""Choices with reasons and runners-up for many requests, as the written rule gives them.

Belongs here: requests and factors as numbers, the words of what the kernel found. Does not
belong here: the rule (``resolve``, ``selection``), which decides requests that name a
supplier or a factor and names what ties; the choice without reasons (``bulk_resolution``).

What depends on a factor alone (its boundary, age, origin, quality, kind, GWP set) is asked
of the written rule itself, once for each factor; the kernel adds place, route, time and unit.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pipelines.footprint.choice_words import sentence
from pipelines.footprint.resolve import candidates_of, geography_of, ratios_of, shared_levels
from pipelines.footprint.selection import (
    COMPARED,
    RUNNERS_UP,
    lost_to,
    refused_as,
    uncovered_words,
    usable_factors,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from pipelines.footprint.library import Library

    Whole = NDArray[np.int64]
    Decision = tuple[int, str | None, str | None, int | None, str, str, str]

EVER = 2**30
CODES = ("F-KIND-01", "F-GWP-01", "F-GEO-01", "F-TEC-01", "F-UNIT-01", "F-VAL-01")
FIXED = ("r_data_end", "r_data_origin", "r_dqr", "r_publication")
OWN_UNIT = "own_unit"
# Requests that name neither a supplier nor a factor.
OPEN = pl.col("supplier_id").is_null() & pl.col("pinned").is_null()


def decided_in_bulk(kinds: pl.DataFrame, library: Library) -> list[Decision] | None:
    """The factor of every request with its words.

    Args:
        kinds: (n) ``kind`` and the columns of a request but process and line; all open.
        library: the tables of a release.

    Returns:
        Number, factor, version, rank, reasons zh and en, runners-up; or None where two
        factors tie or the rule has criteria beyond these, which the written rule tells.
    """
    usable = usable_factors(library.factor, library.factor_gas).select(COMPARED)
    usable = usable.join(kinds.select("flow_id").unique(), on="flow_id", how="semi")
    usable = usable.sort("flow_id", "factor_id")
    is_plain = set(library.resolution.tie_criteria) <= {OWN_UNIT}
    if not is_plain or usable["factor_id"].n_unique() < usable.height:
        return None
    found: list[Decision] = []
    for (use, gwp_set), asked in kinds.group_by("use", "gwp_set", maintain_order=True):
        few = _ranked(asked, usable, library, str(use), str(gwp_set))
        if (few.counts < 0).any():
            return None
        found += _told(asked, usable, few, str(use))
    return found


@dataclass(frozen=True)
class _Few:
    """What the kernel found; rows of the factors, or what they were before being numbers.

    Attributes:
        top: (n, 6) the first, best first.
        counts: (n) how many are admissible.
        refused: (n, 5) the first that are refused, by id.
        refused_codes: (n, 5) why, as bits of ``CODES``.
        codes: (n) every reason, as bits.
        ranks: the ranks of a pair of request and factor, by criterion, in order.
    """

    top: Whole
    counts: Whole
    refused: Whole
    refused_codes: Whole
    codes: Whole
    ranks: dict[str, Any]


def _numbers(column: pl.Series, of: dict[Any, int], otherwise: int) -> Whole:
    found: Whole = np.array([of.get(name, otherwise) for name in column.to_list()], np.int64)
    return found


def _days(column: pl.Series, otherwise: int) -> Whole:
    found: Whole = column.cast(pl.Int32).fill_null(otherwise).to_numpy().astype(np.int64)
    return found


def _static(usable: pl.DataFrame, library: Library, use: str, gwp_set: str) -> pl.DataFrame:
    """What the written rule says of each factor whatever is asked of it, in the same order."""
    flows = usable["flow_id"].unique(maintain_order=True)
    asked = pl.DataFrame({"flow_id": flows}).with_columns(
        process_id=pl.lit(""), line=pl.lit(""), use=pl.lit(use),
        region_code=pl.lit(None, pl.String), route=pl.lit(None, pl.String),
        supplier_id=pl.lit(None, pl.String), midpoint=pl.lit(0).cast(pl.Date),
        amount_unit=pl.lit("kg"), gwp_set=pl.lit(gwp_set), pinned=pl.lit(None, pl.String),
    )  # fmt: skip
    said = candidates_of(asked, usable, library.chains, library.resolution, library.book)
    bits = pl.sum_horizontal(
        pl.col("refused").list.contains(code).cast(pl.Int64) * 2**i
        for i, code in enumerate(CODES[:2])
    )
    said = said.select("factor_id", "r_boundary", *FIXED, static=bits,
                       fixed=pl.struct(FIXED).rank("dense").cast(pl.Int64))  # fmt: skip
    return usable.select("factor_id").join(said, on="factor_id", how="left", maintain_order="left")


def _ranked(
    asked: pl.DataFrame, usable: pl.DataFrame, library: Library, use: str, gwp_set: str
) -> _Few:
    from pipelines.footprint.ranking_kernel import SHOWN, TOP, first_few

    rule = library.resolution
    static = _static(usable, library, use, gwp_set)
    flows = {name: i for i, name in enumerate(usable["flow_id"].unique(maintain_order=True))}
    at = _numbers(usable["flow_id"], flows, 0)
    starts = np.searchsorted(at, np.arange(len(flows) + 1))
    regions, around = _named(asked["region_code"]), _named(usable["region_code"])
    geography = np.full((len(regions), len(around)), -1, np.int64)
    for one, other, far in geography_of(library.chains, rule).iter_rows():
        if one in regions and other in around:
            geography[regions[one], around[other]] = far
    routes, ways = _named(asked["route"]), _named(usable["route"])
    technology, is_other = _routes(routes, ways, needs_common=use in rule.needs_common_level)
    pairs = asked.select("flow_id", "amount_unit").unique(maintain_order=True)
    units = _named(usable["reference_unit"])
    pair_of = {pair: i for i, pair in enumerate(pairs.iter_rows())}
    own_unit = np.full((len(pair_of), len(units)), -1, np.int64)
    met = pairs.join(usable.select("flow_id", "reference_unit").unique(), on="flow_id")
    for flow, unit, reference, ratio, own in ratios_of(met, library.book).iter_rows():
        if ratio is not None:
            own_unit[pair_of[flow, unit], units[reference]] = own
    if OWN_UNIT not in rule.tie_criteria:
        own_unit = np.minimum(own_unit, 0)
    requests = (
        _numbers(asked["flow_id"], flows, -1), _numbers(asked["region_code"], regions, 0),
        _numbers(asked["route"], routes, 0), _days(asked["midpoint"], 0),
        np.array([pair_of[pair] for pair in asked.select("flow_id", "amount_unit").iter_rows()]),
    )  # fmt: skip
    columns = {name: static[name].to_numpy() for name in ("r_boundary", "static", "fixed", *FIXED)}
    held = (
        columns["r_boundary"], _numbers(usable["region_code"], around, 0),
        _numbers(usable["route"], ways, 0), _numbers(usable["reference_unit"], units, 0),
        columns["fixed"], columns["static"],
    )  # fmt: skip
    is_known = (usable["data_start"].is_not_null() & usable["data_end"].is_not_null()).to_numpy()
    opens, closes = _days(usable["data_start"], 0), _days(usable["data_end"], 0)
    days = (opens, closes, is_known, _days(usable["valid_from"], -EVER),
            _days(usable["valid_until"], EVER))  # fmt: skip
    count = asked.height
    found = (
        np.full((count, TOP), -1, np.int64), np.zeros(count, np.int64),
        np.full((count, SHOWN), -1, np.int64), np.zeros((count, SHOWN), np.int64),
        np.zeros(count, np.int64),
    )  # fmt: skip
    unknown_days = int(rule.unknown_years * 365.2425)
    first_few(requests, starts, held, days, (geography, technology, is_other, own_unit),
              unknown_days, found)  # fmt: skip

    def time_of(i: Any, p: Any) -> Any:
        day = requests[3][i]
        away = np.maximum(np.maximum(opens[p] - day, day - closes[p]), 0)
        return np.where(is_known[p], away, unknown_days)

    ranks = {
        "r_boundary": _of_factor(columns["r_boundary"]),
        "r_geography": lambda i, p: geography[requests[1][i], held[1][p]],
        "r_technology": lambda i, p: technology[requests[2][i], held[2][p]],
        "r_time": time_of,
        **{name: _of_factor(columns[name]) for name in FIXED},
        OWN_UNIT: lambda i, p: own_unit[requests[4][i], held[3][p]],
    }
    return _Few(*found, ranks)


def _of_factor(values: Any) -> Callable[[Any, Any], Any]:
    """A rank that depends on the factor alone."""
    return lambda _, p: values[p]


def _named(column: pl.Series) -> dict[Any, int]:
    return {name: i for i, name in enumerate(column.unique(maintain_order=True).to_list())}


def _routes(
    asked: dict[Any, int], held: dict[Any, int], *, needs_common: bool
) -> tuple[Whole, NDArray[np.bool_]]:
    """Distance of each asked route to each held one, and whether it may not serve at all."""
    far = np.zeros((len(asked), max(len(held), 1)), np.int64)
    is_other = np.zeros(far.shape, np.bool_)
    for route, i in asked.items():
        for other, j in held.items():
            if route is None:
                continue
            shared = shared_levels(route, other)
            far[i, j] = len(route.split(".")) - max(shared, 0)
            is_other[i, j] = needs_common and shared == 0
    return far, is_other


def _told(asked: pl.DataFrame, usable: pl.DataFrame, few: _Few, use: str) -> Iterator[Decision]:
    rows = usable.select("factor_id", "version", "name_zh", "name_en").rows(named=True)
    has_period = usable["data_end"].is_not_null().to_list()
    at = np.arange(asked.height)
    best = few.top[:, 0]
    criteria = list(few.ranks)
    lost_on = np.full((asked.height, RUNNERS_UP), len(criteria) - 1)
    for j in range(RUNNERS_UP):
        other = few.top[:, j + 1]
        for k, rank in reversed(list(enumerate(few.ranks.values()))):
            lost_on[rank(at, best) != rank(at, other), j] = k

    @cache
    def behind(row: int, criterion: int) -> str:
        return _json(lost_to(rows[row], criteria[criterion]))

    @cache
    def refused(row: int, codes: int) -> str:
        return _json(refused_as(rows[row], _codes(codes)))

    @cache
    def nothing(codes: int) -> tuple[str, str]:
        return uncovered_words(use, sorted(_codes(codes)))

    places = few.ranks["r_geography"](at, best).tolist()
    days = few.ranks["r_time"](at, best).tolist()
    columns = (
        asked["kind"], few.top, few.counts, few.refused, few.refused_codes, few.codes, lost_on,
    )  # fmt: skip
    for i, (kind, top, count, out, out_codes, codes, on) in enumerate(
        zip(*(column.to_list() if isinstance(column, pl.Series) else column.tolist()
              for column in columns), strict=True)
    ):  # fmt: skip
        told = [behind(row, k) for row, k in zip(top[1:], on, strict=True) if row >= 0]
        told += [refused(row, bits) for row, bits in zip(out, out_codes, strict=True) if row >= 0]
        runners_up = f"[{', '.join(told[:RUNNERS_UP])}]"
        if not count:
            yield (kind, None, None, None, *nothing(codes), runners_up)
            continue
        criterion = criteria[on[0]] if count > 1 else None
        words = sentence(places[i], days[i], count, criterion, has_period=has_period[top[0]])
        row = rows[top[0]]
        yield (kind, row["factor_id"], row["version"], 1, *words, runners_up)


def _json(told: dict[str, str]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _codes(bits: int) -> list[str]:
    return [code for i, code in enumerate(CODES) if bits >> i & 1]
