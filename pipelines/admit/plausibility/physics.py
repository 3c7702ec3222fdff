"""Checks against laws of nature: carbon (P5), mass (P6), stoichiometry (P10).

Belongs here: what no plant can beat. Does not belong here: what is merely unusual
(``peers``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.admit.plausibility.flag import Flag, figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.admit.plausibility.limits import PlausibilityLimits

CO2_OVER_CARBON = 44 / 12  # as IPCC 2006 writes it
TERAJOULES_PER_MEGAJOULE = 1e-6


def fuel_carbon(tables: Mapping[str, pl.DataFrame], limits: PlausibilityLimits) -> list[Flag]:
    """P5: the CO2 of a fuel is its carbon, oxidised in part; uptake is the carbon in the product.

    The widest carbon content known of the fuel bounds the CO2 per energy from above; the
    smallest, with the lowest oxidation of the rule, from below.
    """
    rule = limits.by_code["A-PLA-05"]
    slack = 1 + rule["tolerance"]
    carbon = (
        tables["parameter"]
        .filter(
            (pl.col("parameter_kind") == "carbon_content") & (pl.col("parameter_unit") == "tC/TJ")
        )
        .group_by("flow_id")
        .agg(
            least=pl.col("parameter_value").min() * 1000 * TERAJOULES_PER_MEGAJOULE,
            most=pl.col("parameter_value").max() * 1000 * TERAJOULES_PER_MEGAJOULE,
        )
    )
    co2 = tables["factor_gas"].filter(pl.col("gas").is_in(["co2_fossil", "co2_biogenic"]))
    of_energy = (
        tables["comparable"]
        .filter((pl.col("unit_group") == "energy") & (pl.col("factor_kind") == "direct_ef"))
        .join(co2.select("factor_id", "version", "mass"), on=["factor_id", "version"])
        .join(carbon, on="flow_id")
        .join(tables["energy_unit"], how="cross")
        .with_columns(co2_per_mj=pl.col("mass") / pl.col("to_base") * pl.col("base_per_mj"))
        .with_columns(
            lowest=pl.col("least") * CO2_OVER_CARBON * rule["lowest_oxidation"] / slack,
            highest=pl.col("most") * CO2_OVER_CARBON * slack,
        )
        .filter(~pl.col("co2_per_mj").is_between("lowest", "highest"))
    )
    flags = [
        Flag("A-PLA-05", "factor", row["factor_id"],
             {"name": row["name_zh"],
              "value": figure(row["co2_per_mj"] / (row["most"] * CO2_OVER_CARBON)),
              "expected": f"{rule['lowest_oxidation']:g}..1"})
        for row in of_energy.iter_rows(named=True)
    ]  # fmt: skip
    grown = tables["comparable"].filter(
        (pl.col("biogenic_uptake") + pl.col("carbon_content_biogenic") * CO2_OVER_CARBON).abs()
        > rule["tolerance"] * pl.col("biogenic_uptake").abs()
    )
    return flags + [
        Flag("A-PLA-05", "factor", row["factor_id"],
             {"name": row["name_zh"],
              "value": figure((0 - row["biogenic_uptake"])
                              / (row["carbon_content_biogenic"] * CO2_OVER_CARBON))
              if row["carbon_content_biogenic"] else "∞",
              "expected": "1"})
        for row in grown.iter_rows(named=True)
    ]  # fmt: skip


def mass_balance(tables: Mapping[str, pl.DataFrame], limits: PlausibilityLimits) -> list[Flag]:
    """P6: what leaves a unit process weighs no more than what enters it.

    Only processes all of whose products and at least one input are given in mass are judged;
    emissions count as leaving.
    """
    slack = 1 + limits.by_code["A-PLA-06"]["tolerance"]
    mass = tables["unit"].filter(pl.col("unit_group") == "mass").select("unit", "to_base")
    lines = (
        tables["exchange"]
        .join(mass, left_on="amount_unit", right_on="unit", how="left")
        .with_columns(kg=pl.col("amount") * pl.col("to_base"))
    )
    leaves = pl.col("direction").is_in(["coproduct", "waste", "emission"])
    sums = lines.group_by("process_id", "version").agg(
        entering=pl.col("kg").filter(pl.col("direction") == "input").sum(),
        inputs=pl.col("kg").filter(pl.col("direction") == "input").count(),
        leaving=pl.col("kg").filter(leaves).sum(),
        unweighed=(leaves & pl.col("kg").is_null()).any(),
    )
    found = (
        tables["process"]
        .join(mass, left_on="reference_flow_unit", right_on="unit")
        .join(sums, on=["process_id", "version"])
        .with_columns(out=pl.col("reference_amount") * pl.col("to_base") + pl.col("leaving"))
        .filter((pl.col("inputs") > 0) & ~pl.col("unweighed"))
        .filter(pl.col("out") > slack * pl.col("entering"))
    )
    return [
        Flag("A-PLA-06", "process", row["process_id"],
             {"name": row["name_zh"], "value": figure(row["out"] / row["entering"])
              if row["entering"] else "∞"})
        for row in found.iter_rows(named=True)
    ]  # fmt: skip


def stoichiometry(tables: Mapping[str, pl.DataFrame], limits: PlausibilityLimits) -> list[Flag]:
    """P10: a substance gives off no more gas than its formula holds."""
    slack = 1 + limits.by_code["A-PLA-10"]["tolerance"]
    found = (
        tables["comparable"]
        .filter((pl.col("unit_group") == "mass") & (pl.col("factor_kind") == "direct_ef"))
        .join(
            tables["factor_gas"].select("factor_id", "version", "gas", "mass"),
            on=["factor_id", "version"],
        )
        .join(limits.bounds, on=["flow_id", "gas"])
        .with_columns(per_kg=pl.col("mass") / pl.col("to_base"))
        .filter(pl.col("per_kg") > pl.col("bound") * slack)
    )
    return [
        Flag("A-PLA-10", "factor", row["factor_id"],
             {"name": row["name_zh"], "value": figure(row["per_kg"]), "formula": row["formula"],
              "expected": figure(row["bound"])})
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
