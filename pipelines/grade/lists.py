"""Lists from a release: procurement, progress, a reduction between two results.

Belongs here: what is listed and when two results may be subtracted. Does not belong here:
grading.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import RefusedByPolicy, WrongUsage
from pipelines.findings import finding

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

ALIKE = {
    "boundary": "G-BOU-01",
    "gwp_set": "G-GWP-01",
    "accounting_rule": "G-RULE-01",
    "declared_unit": "G-UNIT-01",
    "category_id": "G-CAT-01",
}


def procurement_list(
    tables: Mapping[str, pl.DataFrame], on: dt.date, best: int = 2
) -> list[dict[str, Any]]:
    """Products in the best classes under a rule in force on a day.

    Args:
        tables: the tables of a release.
        on: the day of the list.
        best: how many classes from the best on.

    Returns:
        One entry per product and rule, by category, class and value.
    """
    in_force = tables["benchmark"].filter(
        (pl.col("rule_valid_from") <= on) & (pl.col("rule_valid_until") >= on)
    )
    names = tables["footprint"].unique("product_id", keep="first", maintain_order=True)
    rows = (
        tables["grade"]
        .filter(~pl.col("is_withheld"))
        .join(
            in_force.select("rule_id", "rule_version_no", "category_id", "rule_valid_until",
                            rule_zh="title_zh", rule_en="title_en"),
            on=["rule_id", "rule_version_no"],
        )
        .join(
            tables["grade_threshold"].select("rule_id", "rule_version_no", "label", "position"),
            on=["rule_id", "rule_version_no", "label"],
        )
        .join(names.select("product_id", "name_zh", "name_en"), on="product_id")
        .filter(pl.col("position") <= best)
        .sort("category_id", "position", "graded_value", "product_id", "rule_id")
    )  # fmt: skip
    return rows.select(
        "product_id", "name_zh", "name_en", "category_id", "label", "position", "graded_value",
        "graded_unit", "rule_id", "rule_zh", "rule_en", "rule_valid_until", "flags",
    ).to_dicts()  # fmt: skip


def progress(tables: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """Progress figures of a release: rules, factors, products, verified share.

    Returns:
        Counts, and the share of products with a third-party verification (null without
        products).
    """
    benchmark, product = tables["benchmark"], tables["product"]
    given = tables["grade"].filter(~pl.col("is_withheld"))
    is_shown = pl.col("flags").list.contains("demonstration")
    verified = product.filter(pl.col("verification_id").is_not_null()).height
    found = {
        "rules": benchmark.height,
        "rules_graded": int(benchmark["is_graded"].sum()),
        "rules_demonstration": int(benchmark["is_demonstration"].sum()),
        "products": product.height,
        "products_graded": given.filter(~is_shown)["product_id"].n_unique(),
        "products_demonstrated": given.filter(is_shown)["product_id"].n_unique(),
        "products_verified": verified,
        "verified_share": verified / product.height if product.height else None,
    }
    if "factor" in tables:
        status = tables["factor"]["status"]
        found["factors"] = tables["factor"].height
        found["factors_admitted"] = int((status == "admitted").sum())
        found["factors_provisional"] = int((status == "provisional").sum())
    return found


def reduction(
    before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame], product_id: str
) -> dict[str, Any]:
    """The reduction of a product's footprint between two releases, if the two compare.

    Args:
        before: the tables of the former release.
        after: the tables of the later one.
        product_id: a product of both.

    Returns:
        Values per declared unit as decimal texts, the difference exact, the relative one to
        six places; above zero is a reduction. The standing of the results goes along.

    Raises:
        WrongUsage: the product is not in both releases.
        RefusedByPolicy: boundary, GWP set, accounting rule, unit or category differ.
    """
    rows = [_main_row(tables, product_id) for tables in (before, after)]
    first, second = rows
    differing = [column for column in ALIKE if first[column] != second[column]]
    if differing:
        shown = "；".join(f"{c} {first[c]} → {second[c]}" for c in differing)
        raise RefusedByPolicy(finding("E-GRD-17", value=product_id, reason=shown))
    with localcontext() as context:
        context.prec = 60
        values = [row["footprint_value"] / Decimal(repr(row["declared_amount"])) for row in rows]
        less = values[0] - values[1]
        share = (less / values[0]).quantize(Decimal("0.000001")) if values[0] > 0 else None
    return {
        "product_id": product_id,
        "unit": f"kgCO2e/{first['declared_unit']}",
        "before": str(values[0]),
        "after": str(values[1]),
        "reduction": str(less),
        "relative": None if share is None else str(share),
        "states": [row["result_state"] for row in rows],
        "gwp_set": first["gwp_set"],
        "boundary": first["boundary"],
        "accounting_rule": first["accounting_rule"],
    }


def _main_row(tables: Mapping[str, pl.DataFrame], product_id: str) -> dict[str, Any]:
    """The product's result under the set of its own."""
    rows = tables["footprint"].join(
        tables["product"].select("product_id", "gwp_set"), on=["product_id", "gwp_set"]
    )
    mine = rows.filter(product_id=product_id)
    if not mine.height:
        known = sorted(set(rows["product_id"]))
        raise WrongUsage(
            finding("E-USE-02", value=product_id, what_zh="产品", what_en="product", expected=known)
        )
    return mine.row(0, named=True)
