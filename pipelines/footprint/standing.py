"""How firm a result is: confidence, state, flags, quality, share of primary data.

Belongs here: what a result may claim, from its lines and from what it draws on. Does not
belong here: amounts (``account``).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.footprint.product_links import UNCOVERED
from pipelines.footprint.requests import PRODUCT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.footprint.account import Context
    from pipelines.footprint.contributions import LineParts, Run
    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.product_links import ProductResult
    from pipelines.footprint.system import ProductSystem

ZERO = Decimal(0)
CRITERIA = ("ter", "ger", "tir", "precision_score")
WORST = 5.0
CONFIDENCE = ("high", "medium", "low")
PRIMARY = "primary_data"
UNUSED_PRIMARY = "supplier_primary_unused"
FLAG_WORDS = ("gwp_not_stated", "p")


def weakest(confidences: Iterable[str]) -> str:
    """The weakest of several confidences."""
    return max(confidences, key=CONFIDENCE.index)


def parents_of(inventory: Inventory, system: ProductSystem, run: Run) -> tuple[str, ...]:
    """Confidences of the processes a product draws on and of all their lines.

    Lines between processes and of co-products are among them: they stand in no row of the
    result, yet it rests on them.
    """
    used = {system.nodes[i].process_id for i in run.scale.nonzero()[0]}
    rows = [r for r in inventory.rows["process"] if r["process_id"] in used]
    rows += [r for r in inventory.rows["exchange"] if r["process_id"] in used and r["amount"]]
    return tuple(row["confidence"] for row in rows)


def line_flags(entry: LineParts) -> list[str]:
    """What a line says about itself and about what serves it."""
    line, choice, product = entry.line, entry.choice, entry.product
    confidence = line["confidence"]
    served = choice.factor if choice else None
    flags = set()
    if product is not None:
        confidence = weakest([confidence, product.confidence])
        flags |= set(product.flags)
    elif line["data_origin"] == "primary" and (
        choice is None or (served is not None and served["data_origin"] == "primary")
    ):
        flags.add(PRIMARY)
    flags.add(f"confidence_{confidence}")
    if served is not None:
        flags |= set(served["flags"]) & set(FLAG_WORDS)
        flags.add(f"factor_{served['status']}")
        if choice is not None and choice.unused_primary is not None:
            flags.add(f"{UNUSED_PRIMARY}:{choice.unused_primary}")
    elif choice:
        flags.add("uncovered")
    return sorted(flags)


def confidence_of(context: Context, lines: list[dict[str, Any]]) -> str:
    """A result is never better than its weakest parent."""
    said = [
        flag.removeprefix("confidence_")
        for line in lines
        for flag in line["flags"]
        if flag.startswith("confidence_")
    ]
    return weakest([context.product["confidence"], *context.parents, *said])


def state_of(confidence: str, lines: list[dict[str, Any]]) -> str:
    """Confirmed, provisional or demonstration."""
    if confidence == "low":
        return "demonstration"
    is_provisional = any("factor_provisional" in line["flags"] for line in lines)
    return "provisional" if is_provisional or confidence == "medium" else "confirmed"


def result_flags(context: Context, lines: list[dict[str, Any]], confidence: str) -> list[str]:
    """What a result says about itself."""
    said = {flag for line in lines for flag in line["flags"]}
    words = {
        "provisional_factors": "factor_provisional" in said,
        "uncovered_lines": UNCOVERED in said or not all(line["is_covered"] for line in lines),
        "assumptions": context.assumptions > 0,
        "limit_values_not_plant_measurements": context.product["is_limit_activity"],
        "demonstration": confidence == "low",
        UNUSED_PRIMARY: any(flag.startswith(UNUSED_PRIMARY) for flag in said),
        "gwp_set_differs_from_rule": context.product["gwp_set"] != context.rule.gwp_set,
    }
    return sorted({word for word, holds in words.items() if holds} | (said & set(FLAG_WORDS)))


def quality(context: Context, lines: list[dict[str, Any]]) -> dict[str, float | None]:
    """Contribution-weighted scores with absolute weights; no score is the worst score.

    Source:
        EF method as in the CFIA guideline chapter 5, F.1; PACT v3: absolute contributions.
    """
    weights = [(abs(line["contribution"]), line) for line in lines if line["contribution"]]
    total = sum((w for w, _ in weights), ZERO)
    if not total:
        return dict.fromkeys((*CRITERIA, "dqr"))
    scores: dict[str, float | None] = {}
    for criterion in CRITERIA:
        parts = [w * Decimal(repr(_score(context, line, criterion))) for w, line in weights]
        scores[criterion] = float(round(sum(parts, ZERO) / total, 9))
    values = [s for s in scores.values() if s is not None]
    scores["dqr"] = sum(values) / len(CRITERIA)
    return scores


def _product_of(context: Context, line: dict[str, Any]) -> ProductResult | None:
    """The product whose result serves a line's supply, if one does."""
    provider = line["provider"] or ""
    if line["factor_id"] is not None or not provider.startswith(PRODUCT):
        return None
    return context.products.get(provider.removeprefix(PRODUCT))


def _score(context: Context, line: dict[str, Any], criterion: str) -> float:
    product = _product_of(context, line)
    if product is not None:
        # A product's result is as good as what it was computed from, no better and no worse.
        own = dict(product.scores).get(criterion)
        return WORST if own is None else own
    found = context.quality.get((line["factor_id"], line["version"]))
    return float(found[criterion]) if found else WORST


def primary_share(context: Context, lines: list[dict[str, Any]]) -> float:
    """Share of primary data by absolute contribution; other parties' factors count zero.

    A line served by another product's result counts by that result's own share.
    """
    total = sum((abs(line["contribution"]) for line in lines), ZERO)
    primary = ZERO
    for line in lines:
        product = _product_of(context, line)
        if product is not None:
            share = Decimal(repr(product.primary_share))
        else:
            share = Decimal(PRIMARY in line["flags"])
        primary += abs(line["contribution"]) * share
    return float(primary / total) if total else 0.0
