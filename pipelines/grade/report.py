"""What a person sees of a benchmark that was just built: limits, errors, reasons, alarms.

Belongs here: the answer of ``grade build`` as plain data, published figures only. Does not
belong here: the tables of a release (``tables``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pipelines.grade.bootstrap import Z_95
from pipelines.grade.disclosure import rounded
from pipelines.grade.tables import published_errors

if TYPE_CHECKING:
    from pipelines.grade.benchmarks import Benchmark


def benchmark_report(benchmark: Benchmark) -> dict[str, Any]:
    """A benchmark as plain data.

    Args:
        benchmark: as built.

    Returns:
        ``thresholds`` (empty when suppressed), ``bootstrap``, counts, exclusions by
        reason, and every reason, alarm and notice.
    """
    rule = benchmark.rule
    padded = [*benchmark.limits, *[None] * (len(rule.labels) - len(benchmark.limits))]
    smoothed = [*benchmark.smoothed, *[False] * len(rule.labels)]
    owners = benchmark.owners
    return {
        "rule": asdict(rule),
        "thresholds": [
            {"label": label, "upper_limit": limit, "inclusion": rule.inclusion,
             "is_smoothed": is_smoothed}
            for label, limit, is_smoothed in zip(rule.labels, padded, smoothed, strict=False)
        ] if benchmark.limits else [],
        "bootstrap": _errors(benchmark),
        "n": len(benchmark.kept),
        "rows_in": benchmark.rows_in,
        "edition": benchmark.edition,
        "owners": owners.count,
        "effective_owners": rounded(owners.effective, 2),
        "largest_owner_share": round(owners.largest, 2),
        "two_largest_share": round(owners.two_largest, 2),
        "excluded": dict(sorted(Counter(x.code for x in benchmark.exclusions).items())),
        "suppressed": not benchmark.limits,
        "is_graded": benchmark.is_graded,
        "is_demonstration": benchmark.is_demonstration,
        "reason": [r.as_json() for r in benchmark.reasons],
        "alarms": [r.as_json() for r in benchmark.reasons if r.severity == "review"],
        "notices": [n.as_json() for n in benchmark.notices],
    }  # fmt: skip


def _errors(benchmark: Benchmark) -> list[dict[str, Any]]:
    """The sampling error of each limit, rounded as it may be published."""
    if not benchmark.errors:
        return []
    digits = benchmark.disclosure.significant_digits
    return [
        {
            "label": one.label,
            "upper_limit": limit,
            "standard_error": error,
            "lower95": rounded(limit - Z_95 * error, digits),
            "upper95": rounded(limit + Z_95 * error, digits),
            "method": one.method,
            "replicates": one.replicates,
        }
        for one, limit, error in zip(
            benchmark.errors, benchmark.limits, published_errors(benchmark), strict=True
        )
    ]
