"""CO2e of a factor from the masses of its gases, under each GWP set.

Belongs here: characterisation of factors. Does not belong here: footprints, which add
factors up (``pipelines.footprint``).
"""

from __future__ import annotations

import math
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow, localcontext
from typing import Any

import polars as pl

APART = "biogenic_co2_emission"
# Digits enough that sums of products of shortest decimals are exact; a sum that is not is
# an error (Inexact is trapped), never a silent rounding.
EXACT = Context(prec=700, traps=[Inexact, Overflow, InvalidOperation])


def co2e_by_set(gases: pl.DataFrame, gwp: pl.DataFrame, gas: pl.DataFrame) -> pl.DataFrame:
    """CO2e per reference unit of every factor under every set that holds all its gases.

    Biogenic CO2 stands apart and is not in ``co2e``. Masses are doubles read exactly, GWPs
    likewise; the sum is exact and rounded once.

    Args:
        gases: (n) factor_id, gas, mass in kg per reference unit.
        gwp: (m) gwp_set, gas, gwp100 in kgCO2e/kg.
        gas: the gas table, for the component a gas counts in.

    Returns:
        factor_id, gwp_set, co2e, co2_biogenic_apart; a set that lacks one of the gases of a
        factor has no row for it.

    Example:
        1 kg CO2 and 0.1 kg CH4 at 28 kgCO2e/kg are 1 + 2.8 = 3.8 kgCO2e.

        >>> g = pl.DataFrame({"factor_id": ["F", "F"], "gas": ["co2_fossil", "ch4"],
        ...                   "mass": [1.0, 0.1]})
        >>> w = pl.DataFrame({"gwp_set": ["AR5", "AR5"], "gas": ["co2_fossil", "ch4"],
        ...                   "gwp100": [1.0, 28.0]})
        >>> k = pl.DataFrame({"gas": ["co2_fossil", "ch4"], "component": ["fossil", "fossil"]})
        >>> co2e_by_set(g, w, k).row(0)
        ('F', 'AR5', 3.8, 0.0)
    """
    joined = (
        gases.select("factor_id", "gas", "mass")
        .join(gas.select("gas", "component"), on="gas", how="left")
        .join(gwp.select("gwp_set", "gas", "gwp100"), on="gas", how="inner")
        .with_columns(is_apart=pl.col("component") == APART)
    )
    wanted = gases.group_by("factor_id").len("gases_in_all")
    whole = (
        joined.group_by("factor_id", "gwp_set")
        .agg(pl.len().alias("gases_held"), "mass", "gwp100", "is_apart")
        .join(wanted, on="factor_id")
        .filter(pl.col("gases_held") == pl.col("gases_in_all"))
        .sort("factor_id", "gwp_set")
    )
    found: dict[str, list[Any]] = {
        "factor_id": whole["factor_id"].to_list(),
        "gwp_set": whole["gwp_set"].to_list(),
        "co2e": [],
        "co2_biogenic_apart": [],
    }
    exact = {x: Decimal(repr(x)) for x in {*joined["mass"].unique(), *joined["gwp100"].unique()}}
    parts = zip(whole["mass"].to_list(), whole["gwp100"].to_list(), whole["is_apart"].to_list(),
                strict=True)  # fmt: skip
    with localcontext(EXACT):
        for masses, potentials, apart in parts:
            total, beside = Decimal(0), Decimal(0)
            for mass, potential, is_apart in zip(masses, potentials, apart, strict=True):
                product = exact[mass] * exact[potential]
                if is_apart:
                    beside += product
                else:
                    total += product
            found["co2e"].append(float(total))
            found["co2_biogenic_apart"].append(float(beside))
    schema = {
        "factor_id": pl.String, "gwp_set": pl.String, "co2e": pl.Float64,
        "co2_biogenic_apart": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(found, schema=schema)


def variance_of_limits(lower: float | None, upper: float | None, z975: float) -> float | None:
    """Variance of ln x from the limits of a 95 % interval read as lognormal.

    Args:
        lower: lower limit; without one above zero there is no lognormal.
        upper: upper limit.
        z975: 97.5 % quantile of the standard normal distribution.

    Returns:
        ``(ln(upper / lower) / (2 z))²``, or None where the limits do not allow it.

    Example:
        >>> round(variance_of_limits(0.5, 2.0, 1.96), 4)
        0.1251
    """
    if lower is None or upper is None or not 0 < lower <= upper < math.inf:
        return None
    ratio = upper / lower
    spread = math.log(ratio) if math.isfinite(ratio) else math.log(upper) - math.log(lower)
    return (spread / (2 * z975)) ** 2
