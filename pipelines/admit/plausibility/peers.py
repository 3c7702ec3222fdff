"""Checks against other records: P7 peer range, P8 same values, P9 time, P11 sources, P13 digits.

Belongs here: what is unusual, with how unusual. Does not belong here: what is impossible
(``physics``).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import polars as pl

from pipelines.admit.plausibility.flag import Flag, figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.admit.plausibility.limits import PlausibilityLimits

# Peers share flow, kind, boundary, route, gas and dimension; regions and years differ.
PEERS = (
    "flow_id", "factor_kind", "boundary", "delivery_scope", "route", "technology", "value_unit",
    "unit_group",
)  # fmt: skip
SERIES = (*PEERS, "source_id", "region_code", "name_group")
NORMAL_CONSISTENCY = 0.6745  # makes the median deviation that of a normal distribution
LAST_DIGITS = 10
FEWEST_DIGITS = 3
ROUNDING = 1e-9  # of a ratio by way of logarithms, so that the limit itself is within


def _positive(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    return (
        tables["comparable"]
        .filter(pl.col("per_base") > 0)
        .with_columns(log=pl.col("per_base").log())
    )


def peer_range(tables: Mapping[str, pl.DataFrame], limits: PlausibilityLimits) -> list[Flag]:
    """P7: the modified z value on the log scale among peers; a slip of 1000 is told as such."""
    rule = limits.by_code["A-PLA-07"]
    found = (
        _positive(tables)
        .with_columns(peers=pl.len().over(PEERS), middle=pl.col("log").median().over(PEERS))
        .with_columns(off=pl.col("log") - pl.col("middle"))
        .with_columns(
            spread=pl.max_horizontal(
                pl.col("off").abs().median().over(PEERS), pl.lit(rule["smallest_spread"])
            )
        )
        .with_columns(z=NORMAL_CONSISTENCY * pl.col("off") / pl.col("spread"))
        .filter((pl.col("peers") >= rule["fewest_peers"]) & (pl.col("z").abs() > rule["robust_z"]))
    )
    return [
        Flag("A-PLA-07", "factor", row["factor_id"],
             {"name": row["name_zh"], "peers": row["peers"] - 1, "value": figure(row["z"]),
              "expected": f"{rule['robust_z']:g}", **_slip(row["off"], limits)})
        for row in found.iter_rows(named=True)
    ]  # fmt: skip


def _slip(off: float, limits: PlausibilityLimits) -> dict[str, str]:
    """Words for a value that is about a power of 1000 away from its peers."""
    power, tolerance = limits.slip["power"], limits.slip["tolerance"]
    steps = round(off / math.log(power))
    if steps and abs(off - steps * math.log(power)) <= math.log1p(tolerance):
        return {
            "what_zh": f"，约为同类的 {power}^{steps} 倍，像是单位笔误",
            "what_en": f", about {power}^{steps} times its peers: a slip of unit?",
        }
    return {"what_zh": "", "what_en": ""}


def same_values(tables: Mapping[str, pl.DataFrame], limits: PlausibilityLimits) -> list[Flag]:
    """P8: one value for many different activities of a source."""
    rule = limits.by_code["A-PLA-08"]
    digits = (
        pl.col("value").cast(pl.String).str.replace(r"[eE].*$", "")
        .str.replace_all(r"[^0-9]", "").str.strip_chars("0").str.len_chars()
    )  # fmt: skip
    same = ["source_id", "factor_kind", "value", "value_unit", "reference_unit"]
    found = (
        tables["comparable"]
        .filter(digits >= rule["significant_digits"])
        .with_columns(equal=pl.col("flow_id").n_unique().over(same))
        .filter(pl.col("equal") >= rule["fewest_equal"])
    )
    return [
        Flag("A-PLA-08", "factor", row["factor_id"],
             {"name": row["name_zh"], "peers": row["equal"], "value": figure(row["value"])})
        for row in found.iter_rows(named=True)
    ]  # fmt: skip


def time_jump(tables: Mapping[str, pl.DataFrame], limits: PlausibilityLimits) -> list[Flag]:
    """P9: a jump from one year of a series to the next needs an explanation."""
    rule = limits.by_code["A-PLA-09"]
    # Names of one series differ by their years only.
    named = _positive(tables).with_columns(
        name_group=pl.col("name_zh").str.replace_all(r"[0-9]{4}", "")
    )
    found = (
        named.filter(pl.col("reference_year").is_not_null())
        .sort("reference_year", "factor_id")
        .with_columns(
            ratio=pl.col("per_base") / pl.col("per_base").shift(1).over(SERIES),
            before=pl.col("reference_year").shift(1).over(SERIES),
        )
        .filter(pl.col("reference_year") > pl.col("before"))
        .filter(~pl.col("ratio").is_between(1 / rule["ratio"], rule["ratio"]))
        .filter(pl.col("note_zh").fill_null("") == "")
    )
    return [
        Flag("A-PLA-09", "factor", row["factor_id"],
             {"name": row["name_zh"], "value": figure(row["ratio"]), "before": row["before"],
              "expected": f"{rule['ratio']:g}"})
        for row in found.iter_rows(named=True)
    ]  # fmt: skip


def cross_source(tables: Mapping[str, pl.DataFrame], limits: PlausibilityLimits) -> list[Flag]:
    """P11: far from the median of what other sources say of the same activity and place."""
    rule = limits.by_code["A-PLA-11"]
    same = [*PEERS, "region_code"]
    rows = _positive(tables)
    other = (
        rows.select(*same, "factor_id", "source_id")
        .join(
            rows.select(*same, pl.col("source_id").alias("of"), pl.col("log").alias("theirs")),
            on=same,
            nulls_equal=True,
        )
        .filter(pl.col("source_id") != pl.col("of"))
        .group_by("factor_id")
        .agg(middle=pl.col("theirs").median())
    )
    found = (
        rows.join(other, on="factor_id")
        .with_columns(ratio=(pl.col("log") - pl.col("middle")).exp())
        .filter(pl.max_horizontal("ratio", 1 / pl.col("ratio")) > rule["ratio"] * (1 + ROUNDING))
    )
    return [
        Flag("A-PLA-11", "factor", row["factor_id"],
             {"name": row["name_zh"], "value": figure(row["ratio"]),
              "expected": f"{rule['ratio']:g}"})
        for row in found.iter_rows(named=True)
    ]  # fmt: skip


def last_digits(tables: Mapping[str, pl.DataFrame], limits: PlausibilityLimits) -> list[Flag]:
    """P13: last digits of the figures as found are about even; chi-square over ten digits.

    Figures of fewer than three digits say nothing about their last one and are left out.
    """
    rule = limits.by_code["A-PLA-13"]
    digit = pl.col("text_found").str.strip_chars()
    significant = digit.str.replace(".", "", literal=True).str.strip_chars_start("0")
    found = (
        tables["comparable"]
        .select("factor_id", "source_id", "evidence_id")
        .join(tables["evidence"].select("evidence_id", "text_found"), on="evidence_id")
        .filter(digit.str.contains(r"^[0-9]+\.[0-9]+$"))
        .filter(significant.str.len_chars() >= FEWEST_DIGITS)
        .with_columns(last=digit.str.slice(-1))
        .group_by("source_id", "last")
        .len()
        .with_columns(values=pl.col("len").sum().over("source_id"))
        .with_columns(even=pl.col("values") / LAST_DIGITS)
        .group_by("source_id", "values", "even")
        .agg(squares=((pl.col("len") - pl.col("even")) ** 2).sum(), seen=pl.len())
        .with_columns(
            chi=(
                pl.col("squares") + (LAST_DIGITS - pl.col("seen")) * pl.col("even") ** 2
            ) / pl.col("even")
        )
        .filter(
            (pl.col("values") >= rule["fewest_values"])
            & (pl.col("chi") > rule["critical_chi_square"])
        )
    )  # fmt: skip
    return [
        Flag("A-PLA-13", "source", row["source_id"],
             {"name": row["source_id"], "peers": row["values"], "value": figure(row["chi"]),
              "expected": f"{rule['critical_chi_square']:g}"})
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
