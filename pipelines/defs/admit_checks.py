"""Asset checks of admission: what stops the graph, and what only asks a person to look."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from pipelines.admit.held import ASKED_OF, QUESTIONS
from pipelines.admit.review_rule import read_review_rule
from pipelines.defs.house import House
from pipelines.publish.release_plan import read_plan

SHOWN = 20


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec(
            name,
            asset=asset,
            description=words,
            blocking=True,
            additional_deps=[one for one in ASKED_OF if one != asset],
        )
        for name, (asset, words, _) in QUESTIONS.items()
    ],
    ins={name: dg.AssetIn(name) for name in ASKED_OF},
    name="admission_holds",
)
def admission_holds(house: House, **tables: pl.DataFrame) -> Iterator[dg.AssetCheckResult]:
    """What admission promises, asked of the tables as they stand; a breach stops the graph."""
    rule = read_review_rule(house.settings.seeds)
    on = read_plan(house.settings.seeds).released_on
    for name, (asset, _, question) in QUESTIONS.items():
        found = question(tables, rule, on)
        yield dg.AssetCheckResult(
            check_name=name,
            asset_key=dg.AssetKey(asset),
            passed=not found,
            metadata={"rows": len(found), "first": ", ".join(found[:SHOWN])},
        )


def _counted(rows: pl.DataFrame, column: str) -> dict[str, Any]:
    return {str(k): int(n) for k, n in rows[column].value_counts().sort(column).rows()}


@dg.asset_check(
    asset="plausibility",
    description="合理性提示，按检查计数 | flags of the plausibility suite, by check",
)
def nothing_is_implausible(plausibility: pl.DataFrame) -> dg.AssetCheckResult:
    """A warning for people: a flag never admits or refuses."""
    errors = plausibility.filter(pl.col("severity") == "error")
    return dg.AssetCheckResult(
        passed=plausibility.is_empty(),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"flags": plausibility.height, "errors": errors.height,
                  **_counted(plausibility, "check_code")},
    )  # fmt: skip


@dg.asset_check(
    asset="balance",
    description="质量、能量、元素平衡，按结论计数 | balances, by result",
)
def balances_close(balance: pl.DataFrame) -> dg.AssetCheckResult:
    """A warning for people: which unit processes and models do not add up."""
    off = balance.filter(pl.col("balance_result").is_in(["exceeds", "short"]))
    named = [f"{i} {kind}" for i, kind in off.select("balanced_id", "balance_kind").rows()]
    return dg.AssetCheckResult(
        passed=off.is_empty(),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={**_counted(balance, "balance_result"), "first": ", ".join(named[:SHOWN])},
    )


CHECKS = [admission_holds, nothing_is_implausible, balances_close]
