"""The published rows of grading: ``benchmark``, ``grade_threshold`` and ``grade``.

Belongs here: what of a benchmark and an assignment goes into a release. Does not belong
here: how they come about (``benchmarks``, ``assign``).
"""

from __future__ import annotations

import json
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Any

from pipelines.findings import Finding, finding
from pipelines.grade.assign import assign
from pipelines.grade.benchmarks import build_benchmarks
from pipelines.grade.disclosure import rounded
from pipelines.grade.spread import Spread
from schemas.grade import BENCHMARK, GRADE, GRADE_THRESHOLD
from schemas.render.frame import frame_of, ordered

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import polars as pl

    from pipelines.grade.benchmarks import Benchmark, Editions
    from pipelines.grade.disclosure import DisclosureRule
    from pipelines.grade.population import Member
    from pipelines.grade.rule import GradeRule


def _floored(share: float) -> float:
    """A share to two places, downwards: a share that passed a limit still passes it."""
    return float(Decimal(repr(share)).quantize(Decimal("0.01"), ROUND_FLOOR))


def _benchmark_row(benchmark: Benchmark) -> dict[str, Any]:
    rule, disclosure = benchmark.rule, benchmark.disclosure
    has_owners = benchmark.owners.count > 0
    return {
        "rule_id": rule.rule_id,
        "rule_version_no": rule.version,
        "category_id": rule.category_id,
        "title_zh": rule.title_zh,
        "title_en": rule.title_en,
        "indicator": rule.indicator,
        "graded_unit": rule.indicator_unit,
        "method": rule.method,
        "population_kind": rule.population_kind,
        "rule_valid_from": rule.valid_from,
        "rule_valid_until": rule.valid_until,
        "rows_in": benchmark.rows_in,
        "rows_comparable": len(benchmark.kept),
        "owners": benchmark.owners.count,
        "effective_owners": rounded(benchmark.owners.effective, 2) if has_owners else None,
        "largest_owner_share": _floored(benchmark.owners.largest) if has_owners else None,
        "two_largest_share": _floored(benchmark.owners.two_largest) if has_owners else None,
        "owners_needed": max(disclosure.minimum_owners, rule.minimum_owners),
        "largest_below": min(disclosure.largest_below, rule.dominance or 1.0),
        "two_largest_below": disclosure.two_largest_below,
        "limit_digits": disclosure.significant_digits,
        "is_graded": benchmark.is_graded,
        "is_demonstration": benchmark.is_demonstration,
        "reason_codes": [r.code for r in benchmark.reasons],
        "reasons_zh": "；".join(r.zh for r in benchmark.reasons) or None,
        "reasons_en": "; ".join(r.en for r in benchmark.reasons) or None,
        "notice_codes": [n.code for n in benchmark.notices],
        "citation": rule.source,
    }


def threshold_rows(benchmark: Benchmark) -> list[dict[str, Any]]:
    """Rows of ``grade_threshold``: one per class, the open last one without limit."""
    if not benchmark.limits:
        return []
    rule = benchmark.rule
    errors = dict(zip(rule.labels, published_errors(benchmark), strict=False))
    smoothed = dict(zip(rule.labels, benchmark.smoothed, strict=False))
    padded = [*benchmark.limits, *[None] * (len(rule.labels) - len(benchmark.limits))]
    return [
        {
            "rule_id": rule.rule_id,
            "rule_version_no": rule.version,
            "position": i,
            "label": label,
            "upper_limit": limit,
            "inclusion": rule.inclusion,
            "graded_unit": rule.indicator_unit,
            "standard_error": errors.get(label),
            "is_smoothed": smoothed.get(label, False),
            "is_provisional": rule.is_provisional,
            "is_demonstration": benchmark.is_demonstration,
        }
        for i, (label, limit) in enumerate(zip(rule.labels, padded, strict=True), start=1)
    ]


def published_errors(benchmark: Benchmark) -> list[float]:
    """Standard error of each limit, to as many digits as may be published."""
    digits = benchmark.disclosure.error_digits
    return [rounded(one.standard_error, digits) for one in benchmark.errors]


def _grade_rows(
    footprints: pl.DataFrame, products: pl.DataFrame, benchmarks: Sequence[Benchmark]
) -> list[dict[str, Any]]:
    """One row per product and rule of its category: a class, or why there is none."""
    by_category: dict[str, list[Benchmark]] = {}
    for benchmark in benchmarks:
        by_category.setdefault(benchmark.rule.category_id, []).append(benchmark)
    own_set = dict(products.select("product_id", "gwp_set").iter_rows())
    by_set = {(r["product_id"], r["gwp_set"]): r for r in footprints.iter_rows(named=True)}
    return [
        _grade_row(by_set[product_id, own_set[product_id]], by_set, benchmark)
        for product_id in footprints["product_id"].unique().sort()
        for benchmark in by_category.get(by_set[product_id, own_set[product_id]]["category_id"], [])
    ]


def _grade_row(
    main: dict[str, Any], by_set: Mapping[tuple[str, str], dict[str, Any]], benchmark: Benchmark
) -> dict[str, Any]:
    """Grade the result under the rule's GWP set; what does not compare gets no class."""
    rule = benchmark.rule
    product = by_set.get((main["product_id"], rule.gwp_set or main["gwp_set"]), main)
    reasons = _against(product, benchmark)
    row: dict[str, Any] = {
        "product_id": product["product_id"],
        "rule_id": rule.rule_id,
        "rule_version_no": rule.version,
        "graded_unit": rule.indicator_unit,
    }
    if not reasons:
        value = float(product["footprint_value"]) / product["declared_amount"]
        spread = spread_of(product)
        given = assign(rule, value, benchmark.limits, spread=spread)
        reasons += [*given.findings, *_about_spread(product, spread)]
        row |= {
            "graded_value": value,
            "label": given.grade,
            "point_label": given.point_grade,
            "most_probable_label": given.most_probable,
            "probabilities": json.dumps(
                {k: float(f"{v:.4f}") for k, v in given.probabilities.items()}, ensure_ascii=False
            )
            if given.probabilities
            else None,
            "margin": given.margin,
        }
    label = row.get("label")
    marks = ["withheld"] if label is None else []
    if label is not None and benchmark.demonstrates:
        marks.append("demonstration")
    return row | {
        "is_withheld": label is None,
        "reason_codes": [r.code for r in reasons],
        "reasons_zh": "；".join(r.zh for r in reasons) or None,
        "reasons_en": "; ".join(r.en for r in reasons) or None,
        "flags": [*marks, *[mark for mark in _standing(product) if mark not in marks]],
    }


def spread_of(product: Mapping[str, Any]) -> Spread | None:
    """How far a result may lie from its value, per declared unit; None where nothing is stated.

    Of its samples where any were drawn, else of the analytic propagation.

    Args:
        product: a row of ``footprint``.
    """
    if product["uncertainty_coverage"] == 0:
        return None
    amount = product["declared_amount"]
    percentiles = [product[name] for name in ("p2_5", "median", "p97_5")]
    if product["samples"] and all(p is not None for p in percentiles):
        return Spread.sampled(*(float(p) / amount for p in percentiles))
    gsd2 = product["gsd2"] or product["gsd2_analytic"]
    value = float(product["footprint_value"]) / amount
    return Spread.stated(value, gsd2) if gsd2 and value > 0 else None


def _about_spread(product: Mapping[str, Any], spread: Spread | None) -> list[Finding]:
    """That a result states no uncertainty, or only for a part of itself."""
    if spread is None:
        return [finding("G-PROB-03")]
    coverage = product["uncertainty_coverage"]
    if coverage is not None and coverage < 1:
        return [finding("G-PROB-04", found=f"{coverage:.0%}")]
    return []


def _against(product: Mapping[str, Any], benchmark: Benchmark) -> list[Finding]:
    """Every reason against grading a result under a benchmark."""
    rule = benchmark.rule
    reasons = [finding("G-LIM-01")] if product["is_limit_activity"] else []
    expired = [r for r in benchmark.reasons if r.code == "G-EXP-01"]
    # Limits that depend on a subclass or covariate need a person's choice: none here.
    usable = (benchmark.is_graded or benchmark.demonstrates) and benchmark.limits
    if expired:
        return [*reasons, *expired]
    if rule.indicator != "carbon_footprint" or not usable:
        return [*reasons, finding("G-RUL-01")]
    return reasons + [
        finding(code)
        for code, is_broken in (
            ("G-UNIT-01", product["declared_unit"] != rule.declared_unit),
            ("G-BOU-01", rule.boundary not in {None, product["boundary"]}),
            ("G-GWP-01", rule.gwp_set not in {None, product["gwp_set"]}),
            ("G-RULE-01", rule.accounting_rule not in {None, product["accounting_rule"]}),
        )
        if is_broken
    ]


def _standing(product: Mapping[str, Any]) -> list[str]:
    """The flag of a result that is not confirmed; it goes wherever the grade goes."""
    state = product["result_state"]
    return [state] if state in {"demonstration", "provisional"} else []


def tables_of(
    benchmarks: Sequence[Benchmark], footprints: pl.DataFrame, products: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """The ``benchmark``, ``grade_threshold`` and ``grade`` tables of a release.

    Args:
        benchmarks: of every rule.
        footprints: results per product and GWP set.
        products: the products, each with the set of its main result.

    Returns:
        The three tables, sorted by key.
    """
    thresholds = [row for b in benchmarks for row in threshold_rows(b)]
    return {
        "benchmark": ordered(BENCHMARK, frame_of(BENCHMARK, map(_benchmark_row, benchmarks))),
        "grade_threshold": ordered(GRADE_THRESHOLD, frame_of(GRADE_THRESHOLD, thresholds)),
        "grade": ordered(GRADE, frame_of(GRADE, _grade_rows(footprints, products, benchmarks))),
    }


def build_all(
    rules: Mapping[str, GradeRule],
    populations: Mapping[str, Sequence[Member]],
    disclosure: DisclosureRule,
    footprints: pl.DataFrame,
    products: pl.DataFrame,
    on: dt.date,
    earlier: Mapping[str, Editions] | None = None,
) -> dict[str, pl.DataFrame]:
    """The tables of a release from rules, populations and results.

    Args:
        rules: grade rules by id.
        populations: members by the name a rule gives in ``population``.
        disclosure: the disclosure rule.
        footprints: results per product and GWP set.
        products: the products, each with the set of its main result.
        on: the day of the release; a rule out of force grades nothing.
        earlier: every edition of each population before, oldest first.

    Returns:
        The three tables, sorted by key.

    Raises:
        FaultyData: a rule names a population that is not given.
    """
    return tables_of(
        build_benchmarks(rules, populations, disclosure, on, earlier), footprints, products
    )
