"""Which factor serves a line: every candidate ranked, the choice explained.

Belongs here: the ranking of contract's one rule, set-based over all requests at once, the
reasons of refusals and of losers, ties and the decisions that settle them. Does not belong
here: what a line needs (``requests``) and what follows from the choice (``account``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.errors import FaultyData
from pipelines.findings import catalogue, finding

if TYPE_CHECKING:
    from pipelines.footprint.reference import FlowBook
    from pipelines.footprint.resolution_rule import ResolutionRule

FAR = 10**6
KEY = ("process_id", "line", "use")
SORT = (
    "r_boundary", "r_supplier", "r_geography", "r_technology", "r_time", "r_data_end",
    "r_data_origin", "r_dqr", "r_publication",
)  # fmt: skip
WORDS = {
    "r_boundary": ("边界", "boundary"),
    "r_supplier": ("供应商自有数据", "supplier's own data"),
    "r_geography": ("地域更近", "nearer in place"),
    "r_technology": ("工艺更近", "nearer in technology"),
    "r_time": ("时间更近", "nearer in time"),
    "r_data_end": ("数据更新", "later data"),
    "r_data_origin": ("数据来源更优", "better data origin"),
    "r_dqr": ("质量评级更优", "better quality rating"),
    "r_publication": ("发布更晚", "later publication"),
    "own_unit": ("具名决定：单位无须换算", "named decision: no conversion of unit"),
}


def candidates_of(
    requests: pl.DataFrame,
    factor: pl.DataFrame,
    chains: dict[str, list[tuple[str, str]]],
    rule: ResolutionRule,
    book: FlowBook,
) -> pl.DataFrame:
    """Every factor of each request's flow, with its ranks and the codes that refuse it.

    Args:
        requests: (n) process_id, line, use, flow_id, region_code, route, supplier_id,
            midpoint (date), amount_unit, gwp_set.
        factor: the ``factor`` table with ``has_gas``.
        chains: regions around each region, nearest first.
        rule: the resolution rule.
        book: units and flow properties.

    Returns:
        One row per request and factor: the ranks ``r_*``, ``unit_ratio`` (reference units
        per amount unit) and ``refused`` (a list of codes, empty when admissible).
    """
    joined = _joined(requests, factor)
    joined = joined.join(geography_of(chains, rule), on=["region_code", "region_code_of_factor"],
                         how="left")  # fmt: skip
    joined = joined.join(ratios_of(joined, book), on=["flow_id", "amount_unit", "reference_unit"],
                         how="left", nulls_equal=True)  # fmt: skip
    joined = joined.join(_common_levels(joined), on=["route", "route_of_factor"], how="left",
                         nulls_equal=True)  # fmt: skip
    return _refused(_ranked(joined, rule), rule)


def _joined(requests: pl.DataFrame, factor: pl.DataFrame) -> pl.DataFrame:
    """Factors of the same flow; a pinned line meets only the factor it names."""
    free = requests.filter(pl.col("pinned").is_null()).join(
        factor.with_columns(flow_of_factor=pl.col("flow_id")), on="flow_id", how="inner",
        suffix="_of_factor",
    )  # fmt: skip
    named = factor.rename({"flow_id": "flow_of_factor"})
    exact = pl.concat(
        [
            named.with_columns(pinned=pl.col("factor_id")),
            named.with_columns(pinned=pl.format("{}@{}", "factor_id", "version")),
        ]
    )
    pinned = requests.filter(pl.col("pinned").is_not_null()).join(
        exact, on="pinned", how="inner", suffix="_of_factor"
    )
    return pl.concat([free, pinned.select(free.columns)])


def geography_of(chains: dict[str, list[tuple[str, str]]], rule: ResolutionRule) -> pl.DataFrame:
    """Rank of every region around every region."""
    rows = [
        (code, around, rule.geography[kind])
        for code, chain in chains.items()
        for around, kind in chain
        if kind in rule.geography
    ]
    return pl.DataFrame(
        rows, schema=["region_code", "region_code_of_factor", "r_geography"], orient="row"
    )


def ratios_of(joined: pl.DataFrame, book: FlowBook) -> pl.DataFrame:
    """Reference units per amount unit of each flow, null where none is known."""
    wanted = joined.select("flow_id", "amount_unit", "reference_unit").unique().sort(pl.all())
    rows = []
    for flow, unit, reference in wanted.iter_rows():
        ratio = book.ratio(flow, unit, reference)
        own = book.units.find(unit).unit_group == book.units.find(reference).unit_group
        rows.append((flow, unit, reference, None if ratio is None else float(ratio), int(not own)))
    schema = {
        "flow_id": pl.String, "amount_unit": pl.String, "reference_unit": pl.String,
        "unit_ratio": pl.Float64, "own_unit": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _position(column: pl.Expr, best_first: list[str]) -> pl.Expr:
    return column.replace_strict(
        {code: i for i, code in enumerate(best_first)}, default=FAR, return_dtype=pl.Int64
    )


def _common_levels(joined: pl.DataFrame) -> pl.DataFrame:
    """Number of leading levels that asked and held routes share, by the dots."""
    pairs = joined.select("route", "route_of_factor").unique()
    shared = [shared_levels(one, other) for one, other in pairs.iter_rows()]
    return pairs.with_columns(shared_levels=pl.Series(shared, dtype=pl.Int64))


def shared_levels(one: str | None, other: str | None) -> int:
    """How many leading levels two routes share; -1 where one of them is not stated."""
    if one is None or other is None:
        return -1
    count = 0
    for a, b in zip(one.split("."), other.split("."), strict=False):
        if a != b:
            break
        count += 1
    return count


def _ranked(joined: pl.DataFrame, rule: ResolutionRule) -> pl.DataFrame:
    use = pl.col("use")
    boundary = pl.lit(FAR, pl.Int64)
    for name, best_first in rule.boundaries.items():
        boundary = (
            pl.when(use == name).then(_position(pl.col("boundary"), best_first)).otherwise(boundary)
        )
    years = pl.max_horizontal(
        (pl.col("data_start") - pl.col("midpoint")).dt.total_days(),
        (pl.col("midpoint") - pl.col("data_end")).dt.total_days(),
        pl.lit(0),
    )
    depth = pl.col("route").str.split(".").list.len()
    is_own = (
        pl.col("supplier_id").is_not_null()
        & (pl.col("data_origin") == "primary")
        & pl.col("flags").list.contains(pl.format("supplier:{}", pl.col("supplier_id")))
    )
    unknown_days = int(rule.unknown_years * 365.2425)
    return joined.with_columns(
        r_boundary=boundary,
        r_supplier=(~is_own.fill_null(value=False)).cast(pl.Int64),
        r_time=pl.when(pl.col("data_start").is_null() | pl.col("data_end").is_null())
        .then(unknown_days)
        .otherwise(years)
        .cast(pl.Int64),
        r_data_end=-(pl.col("data_end").cast(pl.Int32).fill_null(-FAR).cast(pl.Int64)),
        r_data_origin=_position(pl.col("data_origin"), rule.data_origins),
        # Unknown quality is the worst, not the first in line.
        r_dqr=pl.col("dqr").fill_null(float(FAR)),
        r_publication=-(
            pl.col("published_on").fill_null("0001").str.replace_all("-", "").str.pad_end(8, "0")
        ).cast(pl.Int64),
    ).with_columns(
        r_technology=pl.when(pl.col("route").is_null())
        .then(0)
        .when(pl.col("shared_levels") < 0)
        .then(depth)
        .otherwise(depth - pl.col("shared_levels"))
        .cast(pl.Int64)
    )


def _refused(ranked: pl.DataFrame, rule: ResolutionRule) -> pl.DataFrame:
    use = pl.col("use")
    serves = pl.lit(value=False)
    for name, kinds in rule.kinds.items():
        serves = serves | ((use == name) & pl.col("factor_kind").is_in(kinds))
    is_foreign = (
        (pl.col("value_unit") == "kgCO2e")
        & ~pl.col("has_gas")
        & (pl.col("gwp_set_of_factor") != pl.col("gwp_set"))
        & (pl.col("gwp_set_of_factor") != "not_stated")
    )
    is_other_route = (
        use.is_in(list(rule.needs_common_level))
        & pl.col("route").is_not_null()
        & (pl.col("shared_levels") == 0)
    )
    is_expired = (pl.col("valid_until") < pl.col("midpoint")) | (
        pl.col("valid_from") > pl.col("midpoint")
    )
    codes = {
        "F-KIND-01": ~serves | (pl.col("r_boundary") == FAR),
        "F-GWP-01": is_foreign | pl.col("gwp_set_of_factor").is_null(),
        "F-GEO-01": pl.col("r_geography").is_null(),
        "F-TEC-01": is_other_route,
        "F-UNIT-01": pl.col("unit_ratio").is_null(),
        "F-VAL-01": is_expired,
    }
    # Codes as bits first: lists of words are made once for each set of codes that occurs.
    bits = pl.sum_horizontal(
        condition.fill_null(value=False).cast(pl.Int64) * 2**i
        for i, condition in enumerate(codes.values())
    )
    found = ranked.with_columns(codes=bits)
    occurring = found["codes"].unique()
    words = [[code for i, code in enumerate(codes) if one >> i & 1] for one in occurring]
    table = pl.DataFrame(
        {"codes": occurring, "refused": words},
        schema={"codes": pl.Int64, "refused": pl.List(pl.String)},
    )
    return found.join(table, on="codes", how="left").drop("codes")


def choose(candidates: pl.DataFrame, rule: ResolutionRule) -> pl.DataFrame:
    """The admissible candidates of each request in order of rank.

    Args:
        candidates: from ``candidates_of``; ``pinned`` marks the factor a line names.
        rule: the resolution rule, with its tie decisions.

    Returns:
        The admissible rows with ``rank`` from 1, sorted by request and rank, and
        ``decided_by``: the criterion by which the first beat the second.

    Raises:
        FaultyData: several factors tie on every criterion and no decision settles it.
    """
    order = [*SORT, *rule.tie_criteria]
    admissible = (
        candidates.filter(pl.col("refused").list.len() == 0)
        .sort([*KEY, *order, "factor_id"])
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over(KEY))
    )
    _refuse_ties(admissible, order)
    return admissible


def _refuse_ties(admissible: pl.DataFrame, order: list[str]) -> None:
    first_two = admissible.filter(pl.col("rank") <= 2)
    tied = (
        first_two.group_by(KEY, maintain_order=True)
        .agg(
            pl.col("factor_id"),
            pl.len().alias("count"),
            *[pl.col(c).n_unique().alias(f"n_{c}") for c in order],
        )
        .filter((pl.col("count") == 2) & pl.all_horizontal([pl.col(f"n_{c}") == 1 for c in order]))
    )
    faults = [
        finding(
            "E-FPT-03",
            process=row["process_id"],
            line=row["line"],
            value=", ".join(row["factor_id"]),
        )
        for row in tied.iter_rows(named=True)
    ]
    if faults:
        raise FaultyData(faults)


def why_lost(winner: dict[str, object], loser: dict[str, object], order: list[str]) -> str:
    """The first criterion on which a loser falls behind the winner."""
    return next((c for c in order if winner[c] != loser[c]), order[-1])


def refusal_words(codes: list[str]) -> tuple[str, str]:
    """The texts of refusal codes, Chinese and English."""
    entries = [catalogue()[code] for code in codes]
    return "；".join(e.zh for e in entries), "; ".join(e.en for e in entries)
