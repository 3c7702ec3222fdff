"""What the masses of gases say against a candidate given as gases.

Belongs here: facts per candidate about its gases and their CO2e. Does not belong here: the
CO2e itself (``characterise``), which reason follows (``rules``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.factor import COMPONENTS, GAS_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

# Components that take up or remove, and land use change, which does either.
MAY_BE_NEGATIVE = tuple(f.name for f in COMPONENTS if f.minimum is None)
MASSES = tuple(f.name for f in GAS_COLUMNS if f.kind == "number")


def finite_gases(gases: pl.DataFrame) -> pl.DataFrame:
    """The gases of factors all of whose masses are finite: only those can be added up."""
    endless = gases.filter(~_is_number("mass")).select("factor_id").unique()
    return gases.join(endless, on="factor_id", how="anti") if endless.height else gases


def declared_rounding(
    tables: Mapping[str, pl.DataFrame], places: Mapping[str, int]
) -> pl.DataFrame:
    """How far gases times GWP may miss a CO2e where a source prints so many decimal places.

    Args:
        tables: ``candidate``, ``candidate_gas``, ``gwp``.
        places: source id to decimal places of its CO2e and of its gases.

    Returns:
        factor_id, sum_rounding: half of the last place of the CO2e and of every gas, each
        gas times its GWP, kgCO2e per reference unit; only of sources that are named.
    """
    half = {source: 0.5 * 10.0**-n for source, n in places.items()}
    named = tables["candidate"].filter(pl.col("source_id").is_in(sorted(half)))
    return (
        named.select("factor_id", "gwp_set", half=pl.col("source_id").replace_strict(
            half, default=0.0, return_dtype=pl.Float64))
        .join(tables["candidate_gas"].select("factor_id", "gas"), on="factor_id")
        .join(tables["gwp"].select("gwp_set", "gas", "gwp100"), on=["gwp_set", "gas"])
        .group_by("factor_id")
        .agg((pl.col("half").first() * (1 + pl.col("gwp100").sort().sum())).alias("sum_rounding"))
    )  # fmt: skip


def _is_number(name: str) -> pl.Expr:
    """Whether a figure is there and finite."""
    return pl.col(name).is_finite().fill_null(value=False)


def gas_facts(tables: Mapping[str, pl.DataFrame], co2e: pl.DataFrame) -> pl.DataFrame:
    """What stands out in the gases of each candidate.

    Args:
        tables: ``candidate``, ``candidate_gas``, ``gas``, ``gwp``.
        co2e: factor_id, gwp_set, co2e, co2_biogenic_apart.

    Returns:
        One row per candidate with gases: factor_id, has_gas, has_negative_emission,
        has_endless_gas; gases_lacking (those without GWP in the candidate's set, null when
        none), co2e (under that set, null when it cannot be given).
    """
    gases = tables["candidate_gas"].join(
        tables["gas"].select("gas", "component"), on="gas", how="left"
    )
    is_emission = ~pl.col("component").is_in(MAY_BE_NEGATIVE).fill_null(value=False)
    is_endless = pl.any_horizontal(~_is_number("mass"), *(~pl.col(n).is_finite() for n in MASSES))
    facts = gases.group_by("factor_id").agg(
        pl.lit(value=True).alias("has_gas"),
        ((pl.col("mass") < 0) & is_emission).any().alias("has_negative_emission"),
        is_endless.fill_null(value=False).any().alias("has_endless_gas"),
    )
    sets = tables["candidate"].select("factor_id", "gwp_set")
    lacking = (
        tables["candidate_gas"]
        .select("factor_id", "gas")
        .join(sets, on="factor_id")
        .join(tables["gwp"].select("gwp_set", "gas"), on=["gwp_set", "gas"], how="anti")
        .group_by("factor_id")
        .agg(pl.col("gas").sort().str.join("; ").alias("gases_lacking"))
    )
    is_endless_sum = ~(pl.col("co2e").is_finite() & pl.col("co2_biogenic_apart").is_finite())
    endless = co2e.filter(is_endless_sum).select("factor_id").unique()
    held = co2e.join(sets, on=["factor_id", "gwp_set"]).select("factor_id", "co2e")
    return (
        facts.join(lacking, on="factor_id", how="left")
        .join(held, on="factor_id", how="left")
        .join(endless.with_columns(is_endless_sum=True), on="factor_id", how="left")
        .with_columns(pl.col("has_endless_gas") | pl.col("is_endless_sum").fill_null(value=False))
        .drop("is_endless_sum")
    )
