"""Benchmarks of every rule and the grades of products, as the published tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import Finding, finding
from pipelines.grade.assign import assign
from pipelines.grade.disclosure import against_disclosure, owners_of, publishable
from pipelines.grade.population import comparable
from pipelines.grade.threshold import limits_of, quantile, weighted_quantile
from schemas.grade import BENCHMARK, GRADE, GRADE_THRESHOLD
from schemas.render.frame import frame_of, ordered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from pipelines.grade.disclosure import DisclosureRule, Owners
    from pipelines.grade.population import Exclusion, Member
    from pipelines.grade.rule import GradeRule

NEVER_GRADED = ("modelled_average", "country_default")


@dataclass(frozen=True)
class Benchmark:
    """The benchmark of a rule: limits or the reasons for having none.

    Attributes:
        rule: the grade rule.
        rows_in: members read.
        kept: members that compare.
        exclusions: why the others do not.
        owners: owners behind the population judged.
        limits: limits that may be published, best class first.
        is_graded: whether products may be graded.
        is_demonstration: whether the limits are shown as a demonstration only.
        reasons: every reason against grading.
    """

    rule: GradeRule
    rows_in: int
    kept: tuple[Member, ...]
    exclusions: tuple[Exclusion, ...]
    owners: Owners
    limits: tuple[float, ...]
    is_graded: bool
    is_demonstration: bool
    reasons: tuple[Finding, ...]


def quantile_limits(members: Sequence[Member], rule: GradeRule, digits: int) -> tuple[float, ...]:
    """Publishable limits at the rule's quantiles of a population."""
    values = [m.value for m in members]
    if rule.weighted:
        weights = [m.output for m in members]
        found = [weighted_quantile(values, weights, q) for q in rule.quantiles]
    else:
        found = [quantile(values, q, rule.quantile_type) for q in rule.quantiles]
    return tuple(publishable(limit, values, digits) for limit in found)


def build(rule: GradeRule, members: Sequence[Member], disclosure: DisclosureRule) -> Benchmark:
    """The benchmark of a rule over a population.

    Comparability is tested first, then disclosure. A population of producers that fails
    comparability alone may be shown as a demonstration when disclosure allows it; modelled
    averages and country defaults have no owners to protect and give statistics only.

    Args:
        rule: the grade rule.
        members: its population; empty for rules that print their limits.
        disclosure: the disclosure rule.

    Returns:
        The benchmark with limits, or with every reason for having none.
    """
    kept, left_out = comparable(members, rule)
    if rule.method != "quantile":
        limits = () if rule.subclasses or rule.method == "sliding_scale" else limits_of(rule)
        never = rule.population_kind in NEVER_GRADED
        return Benchmark(
            rule, len(members), tuple(kept), tuple(left_out), owners_of(kept), limits,
            is_graded=not never, is_demonstration=False,
            reasons=(finding("G-KIND-01"),) if never else (),
        )  # fmt: skip
    reasons: list[Finding] = []
    is_modelled = rule.population_kind in NEVER_GRADED
    if is_modelled:
        reasons.append(finding("G-KIND-01"))
    if not kept:
        reasons.append(finding("G-CMP-01"))
        reasons += [finding(code) for code in sorted({x.code for x in left_out} - {"G-DUP-01"})]
    judged = kept or _once(members)
    owners = owners_of(judged)
    secrets = against_disclosure(owners, disclosure, rule.minimum_owners)
    reasons += secrets
    may_show = bool(judged) and (is_modelled or not secrets)
    limits = quantile_limits(judged, rule, disclosure.significant_digits) if may_show else ()
    graded = not reasons
    return Benchmark(
        rule, len(members), tuple(kept), tuple(left_out), owners, limits,
        is_graded=graded, is_demonstration=bool(limits) and not graded, reasons=tuple(reasons),
    )  # fmt: skip


def _once(members: Sequence[Member]) -> list[Member]:
    return list({m.product_id: m for m in members}.values())


def _benchmark_row(benchmark: Benchmark) -> dict[str, Any]:
    rule = benchmark.rule
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
        "rows_in": benchmark.rows_in,
        "rows_comparable": len(benchmark.kept),
        "owners": benchmark.owners.count,
        "largest_owner_share": round(benchmark.owners.largest, 2) if has_owners else None,
        "two_largest_share": round(benchmark.owners.two_largest, 2) if has_owners else None,
        "is_graded": benchmark.is_graded,
        "is_demonstration": benchmark.is_demonstration,
        "reason_codes": [r.code for r in benchmark.reasons],
        "reasons_zh": "；".join(r.zh for r in benchmark.reasons) or None,
        "reasons_en": "; ".join(r.en for r in benchmark.reasons) or None,
        "citation": rule.source,
    }


def threshold_rows(benchmark: Benchmark) -> list[dict[str, Any]]:
    """Rows of ``grade_threshold``: one per class, the open last one without limit."""
    if not benchmark.limits:
        return []
    rule = benchmark.rule
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
            "is_provisional": rule.is_provisional,
            "is_demonstration": benchmark.is_demonstration,
        }
        for i, (label, limit) in enumerate(zip(rule.labels, padded, strict=True), start=1)
    ]


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
    reasons: list[Finding] = []
    if product["is_limit_activity"]:
        reasons.append(finding("G-LIM-01"))
    # Limits that depend on a subclass or covariate need a person's choice: none here.
    cannot = not benchmark.is_graded or not benchmark.limits
    if rule.indicator != "carbon_footprint" or cannot:
        reasons.append(finding("G-RUL-01"))
    else:
        reasons += [
            finding(code)
            for code, is_broken in (
                ("G-UNIT-01", product["declared_unit"] != rule.declared_unit),
                ("G-BOU-01", rule.boundary not in {None, product["boundary"]}),
                ("G-GWP-01", rule.gwp_set not in {None, product["gwp_set"]}),
                ("G-RULE-01", rule.accounting_rule not in {None, product["accounting_rule"]}),
            )
            if is_broken
        ]
    value = label = None
    if not reasons:
        value = float(product["footprint_value"]) / product["declared_amount"]
        given = assign(rule, value, benchmark.limits, product["gsd2"])
        label = given.grade
        reasons += given.findings
    return {
        "product_id": product["product_id"],
        "rule_id": rule.rule_id,
        "rule_version_no": rule.version,
        "graded_value": value,
        "graded_unit": rule.indicator_unit,
        "label": label,
        "is_withheld": label is None,
        "reason_codes": [r.code for r in reasons],
        "reasons_zh": "；".join(r.zh for r in reasons) or None,
        "reasons_en": "; ".join(r.en for r in reasons) or None,
        "flags": (["withheld"] if label is None else []) + _standing(product),
    }


def _standing(product: Mapping[str, Any]) -> list[str]:
    """The flag of a result that is not confirmed; it goes wherever the grade goes."""
    state = product["result_state"]
    return [state] if state in {"demonstration", "provisional"} else []


def build_all(
    rules: Mapping[str, GradeRule],
    populations: Mapping[str, Sequence[Member]],
    disclosure: DisclosureRule,
    footprints: pl.DataFrame,
    products: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """The ``benchmark``, ``grade_threshold`` and ``grade`` tables of a release.

    Args:
        rules: grade rules by id.
        populations: members by the name a rule gives in ``population``.
        disclosure: the disclosure rule.
        footprints: results per product and GWP set.
        products: the products, each with the set of its main result.

    Returns:
        The three tables, sorted by key.

    Raises:
        FaultyData: a rule names a population that is not given.
    """
    unknown = [
        finding("E-GRD-01", file=f"{rule_id}.toml", column="population", value=rule.population)
        for rule_id, rule in sorted(rules.items())
        if rule.population and rule.population not in populations
    ]
    if unknown:
        raise FaultyData(unknown)
    benchmarks = [
        build(rule, populations.get(rule.population or "", ()), disclosure)
        for _, rule in sorted(rules.items())
    ]
    thresholds = [row for b in benchmarks for row in threshold_rows(b)]
    return {
        "benchmark": ordered(BENCHMARK, frame_of(BENCHMARK, map(_benchmark_row, benchmarks))),
        "grade_threshold": ordered(GRADE_THRESHOLD, frame_of(GRADE_THRESHOLD, thresholds)),
        "grade": ordered(GRADE, frame_of(GRADE, _grade_rows(footprints, products, benchmarks))),
    }
