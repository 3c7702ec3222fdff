"""Checks that a record does not contradict itself: P1 to P4, P12, P14.

Belongs here: unit against flow, sign against kind, parts against total, gases against CO2e,
repeats, words against boundary. Does not belong here: comparison with other records
(``peers``), laws of nature (``physics``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.admit.plausibility.flag import Flag, figure
from schemas.factor import FACTOR, SUMMED, UPTAKE
from schemas.render.pandera import row_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.admit.plausibility.limits import PlausibilityLimits

PARTIAL = "p"
REPEATED = (
    "flow_id", "region_code", "data_start", "data_end", "reference_year", "factor_kind",
    "boundary", "delivery_scope", "reference_unit", "value_unit", "route", "technology",
    "gwp_set", "value", "name_zh",
)  # fmt: skip


def dimension(tables: Mapping[str, pl.DataFrame], _: PlausibilityLimits) -> list[Flag]:
    """P1: the reference unit is of the flow's dimension, or a property converts it."""
    bridged = (
        tables["flow_property"]
        .join(tables["unit"].select("unit", "unit_group"), left_on="to_unit", right_on="unit")
        .select("flow_id", "unit_group")
        .vstack(
            tables["flow_property"]
            .join(tables["unit"].select("unit", "unit_group"), left_on="from_unit", right_on="unit")
            .select("flow_id", "unit_group")
        )
        .unique()
        .with_columns(is_bridged=True)
    )
    found = (
        tables["comparable"]
        .join(tables["flow"].select("flow_id", pl.col("unit_group").alias("of_flow")), on="flow_id")
        .join(bridged, on=["flow_id", "unit_group"], how="left")
        .filter((pl.col("unit_group") != pl.col("of_flow")) & pl.col("is_bridged").is_null())
    )
    return [
        Flag("A-PLA-01", "factor", row["factor_id"],
             {"name": row["name_zh"], "value": row["reference_unit"], "expected": row["of_flow"]})
        for row in found.iter_rows(named=True)
    ]  # fmt: skip


def sign(tables: Mapping[str, pl.DataFrame], _: PlausibilityLimits) -> list[Flag]:
    """P2: only removals, and totals that include uptake, are negative."""
    found = tables["comparable"].filter(
        (pl.col("value") < 0)
        & (pl.col("factor_kind") != "removal_factor")
        & (pl.col("value_convention") != "including_uptake")
    )
    return [
        Flag("A-PLA-02", "factor", row["factor_id"],
             {"name": row["name_zh"], "value": figure(row["value"])})
        for row in found.iter_rows(named=True)
    ]  # fmt: skip


def parts_total() -> pl.Expr:
    """The sum of the components that the stated convention names; null where one is null."""
    convention = pl.col("value_convention")
    return (
        pl.when(convention == "excluding_uptake")
        .then(pl.sum_horizontal(SUMMED, ignore_nulls=False))
        .when(convention == "including_uptake")
        .then(pl.sum_horizontal([*SUMMED, *UPTAKE], ignore_nulls=False))
    )


def parts_are_off(tolerance: float) -> pl.Expr:
    """Whether the components miss the value by more than the rounding declared for sums.

    Args:
        tolerance: rounding declared, of the largest of value and components.
    """
    # Doubles that take each other away leave a rest of the size of the largest of them.
    size = pl.max_horizontal("value", *SUMMED, *UPTAKE, -pl.min_horizontal(
        "value", *SUMMED, *UPTAKE))  # fmt: skip
    beyond = (pl.col("total_of_parts") - pl.col("value")).abs() > tolerance * size
    contract = [~row_rules(FACTOR)[code] for code in ("R-FAC-10", "R-FAC-11")]
    return pl.any_horizontal(beyond.fill_null(value=False), *contract)


def gases_are_off(tolerance: float, rounding: pl.Expr) -> pl.Expr:
    """Whether gases times GWP miss the stated CO2e by more than the rounding declared.

    Gases that the source gives in part (flag ``p``) may come to less, never to more.

    Args:
        tolerance: rounding declared for every source, of the value.
        rounding: rounding declared for the source of the row, kgCO2e per reference unit.
    """
    gap = pl.col("co2e") - pl.col("value")
    allowed = pl.max_horizontal(tolerance * pl.col("value").abs(), rounding)
    is_part = pl.col("flags").list.contains(PARTIAL).fill_null(value=False) & (gap < 0)
    return (
        (pl.col("value_unit") == "kgCO2e")
        & pl.col("value_convention").ne_missing("including_uptake")
        & ~is_part
        & (gap.abs() > allowed)
    )


def components(tables: Mapping[str, pl.DataFrame], limits: PlausibilityLimits) -> list[Flag]:
    """P3: declared components sum to the total of the stated convention."""
    found = (
        tables["comparable"]
        .with_columns(total_of_parts=parts_total())
        .filter(parts_are_off(limits.by_code["A-PLA-03"]["tolerance"]))
        .rename({"total_of_parts": "total"})
    )
    return [
        Flag("A-PLA-03", "factor", row["factor_id"],
             {"name": row["name_zh"], "total": figure(row["total"]),
              "value": figure(row["value"])})
        for row in found.iter_rows(named=True)
    ]  # fmt: skip


def gases(tables: Mapping[str, pl.DataFrame], limits: PlausibilityLimits) -> list[Flag]:
    """P4: gases times GWP are the CO2e of the same set."""
    rule = limits.by_code["A-PLA-04"]
    # Sources whose places are declared were judged by them at admission.
    by_places = [one["source_id"] for one in rule.get("rounding", [])]
    found = (
        tables["comparable"]
        .filter(~pl.col("source_id").is_in(by_places))
        .join(
            tables["factor_co2e"].select("factor_id", "version", "gwp_set", "co2e"),
            on=["factor_id", "version", "gwp_set"],
        )
        .filter(gases_are_off(rule["tolerance"], pl.lit(0.0)))
    )
    return [
        Flag("A-PLA-04", "factor", row["factor_id"],
             {"name": row["name_zh"], "total": figure(row["co2e"]),
              "value": figure(row["value"])})
        for row in found.iter_rows(named=True)
    ]  # fmt: skip


def repeats(tables: Mapping[str, pl.DataFrame], _: PlausibilityLimits) -> list[Flag]:
    """P12: no record repeats another one, of whatever source."""
    found = (
        tables["comparable"]
        .sort("factor_id")
        .with_columns(other=pl.col("factor_id").first().over(REPEATED))
        .filter(pl.col("other") != pl.col("factor_id"))
    )
    return [
        Flag("A-PLA-12", "factor", row["factor_id"],
             {"name": row["name_zh"], "other": row["other"]})
        for row in found.iter_rows(named=True)
    ]  # fmt: skip


def wording(tables: Mapping[str, pl.DataFrame], limits: PlausibilityLimits) -> list[Flag]:
    """P14: name, technology and note do not say what the boundary excludes."""
    text = pl.concat_str(
        ["name_zh", "name_en", "technology"], separator=" | ", ignore_nulls=True
    ).str.to_lowercase()
    flags = []
    for rule in limits.by_code["A-PLA-14"]["contradiction"]:
        of_boundary = tables["comparable"].filter(pl.col("boundary").is_in(rule["boundary"]))
        for word in rule["words"]:
            hits = of_boundary.filter(text.str.contains(word.lower(), literal=True))
            flags += [
                Flag("A-PLA-14", "factor", row["factor_id"],
                     {"name": row["name_zh"], "value": row["boundary"], "expected": word})
                for row in hits.iter_rows(named=True)
            ]  # fmt: skip
    return flags
