"""How a product stood in a release, read from the release's tables.

Belongs here: from published rows to a ``Standing``. Does not belong here: comparing two of
them (``explain``).
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import WrongUsage
from pipelines.findings import finding
from pipelines.grade.explain import STEP, Line, Standing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TABLES = ("grade", "grade_threshold", "benchmark", "footprint", "footprint_line", "product")


def graded_tables(folder: Path) -> dict[str, pl.DataFrame]:
    """The tables of a release that grading is read from, by name."""
    return {name: pl.read_parquet(folder / "data" / f"{name}.parquet") for name in TABLES}


def grade_row(
    tables: Mapping[str, pl.DataFrame], product_id: str, rule_id: str | None = None
) -> dict[str, Any]:
    """The row of ``grade`` of a product: of the rule asked for, else a class if it has one.

    Raises:
        WrongUsage: the product has no class in the release; the reasons are given.
    """
    rows = tables["grade"].filter(product_id=product_id)
    if rule_id:
        rows = rows.filter(rule_id=rule_id)
    given = rows.filter(~pl.col("is_withheld")).sort("rule_id")
    if given.height:
        return given.row(0, named=True)
    reasons = sorted({code for codes in rows["reason_codes"].to_list() for code in codes})
    labelled = tables["grade"].filter(~pl.col("is_withheld"))["product_id"].unique().sort()
    raise WrongUsage(
        finding("E-GRD-16", value=product_id, reason="、".join(reasons) or "-",
                expected=labelled.to_list())
    )  # fmt: skip


def standing_of(
    tables: Mapping[str, pl.DataFrame],
    product_id: str,
    rule_id: str | None = None,
    release_id: str = "",
) -> Standing:
    """How a product stood in a release.

    Args:
        tables: the tables of a release.
        product_id: a product with a class in it.
        rule_id: the rule; by default the first that gives the product a class.
        release_id: the release's name.

    Raises:
        WrongUsage: the product has no class in the release.
    """
    grade = grade_row(tables, product_id, rule_id)
    mine = tables["grade_threshold"].filter(
        rule_id=grade["rule_id"], rule_version_no=grade["rule_version_no"]
    ).sort("position")  # fmt: skip
    footprints = {
        row["gwp_set"]: row
        for row in tables["footprint"].filter(product_id=product_id).iter_rows(named=True)
    }
    under = {name: _value_of(tables, row) for name, row in footprints.items()}
    graded = Decimal(repr(grade["graded_value"]))
    chosen = min(under, key=lambda name: (abs(under[name][0] - graded), name))
    row = footprints[chosen]
    value, lines = under[chosen]
    return Standing(
        release_id, product_id, grade["rule_id"], grade["rule_version_no"], chosen,
        (row["boundary"], row["accounting_rule"], row["declared_unit"]), value, lines, under,
        tuple(mine["label"]),
        tuple(Decimal(repr(x)) for x in mine["upper_limit"] if x is not None),
        grade["label"],
    )  # fmt: skip


def _value_of(
    tables: Mapping[str, pl.DataFrame], footprint: Mapping[str, Any]
) -> tuple[Decimal, dict[tuple[str, str], Line]]:
    """Value and lines of a footprint, per declared unit."""
    amount = Decimal(repr(footprint["declared_amount"]))

    def per_unit(number: Decimal) -> Decimal:
        with localcontext() as context:
            context.prec = 60
            return number if amount == 1 else (number / amount).quantize(STEP)

    mine = tables["footprint_line"].filter(
        product_id=footprint["product_id"], gwp_set=footprint["gwp_set"]
    )
    lines = {
        (row["process_id"], row["line"]): Line(
            per_unit(row["scaled_amount"]), per_unit(row["contribution"]),
            f"{row['factor_id']}@{row['version']}" if row["factor_id"] else row["provider"] or "",
        )
        for row in mine.iter_rows(named=True)
    }  # fmt: skip
    return per_unit(footprint["footprint_value"]), lines
