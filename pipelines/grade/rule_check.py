"""Whether the block of a grade rule can be applied: keys, types, closed lists, shapes.

Belongs here: every reason to refuse a rule before anything is graded under it. Does not
belong here: the rule itself (``rule``) and what its limits come to (``threshold``).
"""

from __future__ import annotations

import datetime as dt
import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pipelines.findings import Finding, finding
from schemas.vocabularies import (
    BOUNDARY,
    GRADE_METHOD,
    GWP_SET,
    INDICATOR,
    POPULATION_KIND,
    UNCERTAINTY_POLICY,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

REQUIRED = (
    "rule_id", "version", "title_zh", "title_en", "category_id", "indicator",
    "indicator_unit", "declared_unit", "method", "labels", "inclusion", "tie_rule",
    "population_kind", "uncertainty_policy", "p_min", "valid_from", "valid_until", "source",
)  # fmt: skip
CLOSED: dict[str, Sequence[Any]] = {
    "indicator": INDICATOR.codes,
    "method": GRADE_METHOD.codes,
    "boundary": BOUNDARY.codes,
    "gwp_set": GWP_SET.codes,
    "inclusion": ("<=", "<"),
    "tie_rule": ("better_class", "worse_class"),
    "population_kind": POPULATION_KIND.codes,
    "uncertainty_policy": UNCERTAINTY_POLICY.codes,
    "quantile_type": (1, 6, 7),
}


def is_number(value: Any) -> bool:
    """A finite number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _day(value: Any) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _numbers(value: Any) -> bool:
    return isinstance(value, list) and all(map(is_number, value))


def _labels(value: Any) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(one, str) and one.strip() for one in value)
        and len(set(value)) == len(value)
    )


def _decisions(value: Any) -> bool:
    texts = ("code", "edition", "decided_by", "reason")
    return isinstance(value, list) and all(
        isinstance(one, dict)
        and one.keys() == {*texts, "decided_on"}
        and _day(one["decided_on"])
        and all(isinstance(one[key], str) and one[key].strip() for key in texts)
        for one in value
    )


def _share(value: Any) -> bool:
    return is_number(value) and 0 <= value <= 1


def _dominance(value: Any) -> bool:
    return is_number(value) and 0 < value <= 1


def _years(value: Any) -> bool:
    return (
        isinstance(value, list) and len(value) == 2 and all(map(_count, value))
        and 1900 <= value[0] <= value[1] <= 2200
    )  # fmt: skip


def _subclasses(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_numbers, value.values()))


def _modifiers(value: Any) -> bool:
    return isinstance(value, dict) and all(is_number(v) and v > 0 for v in value.values())


def _multiples(value: Any) -> bool:
    return _numbers(value) and all(one > 0 for one in value)


def _credit(value: Any) -> bool:
    return _numbers(value) and len(value) == 2 and 0 <= value[0] < value[1]


# What each key may hold: the test, and the words for it in a refusal.
KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(
        ("rule_id", "version", "title_zh", "title_en", "category_id", "indicator",
         "indicator_unit", "declared_unit", "method", "inclusion", "tie_rule",
         "population_kind", "uncertainty_policy", "source", "boundary", "gwp_set",
         "accounting_rule", "population", "covariate", "approved_by"), (_text, "text")
    ),
    **dict.fromkeys(("weighted", "is_provisional"), (_flag, "true, false")),
    **dict.fromkeys(("valid_from", "valid_until"), (_day, "date, 2026-01-01")),
    **dict.fromkeys(("limits", "quantiles"), (_numbers, "list of numbers")),
    **dict.fromkeys(("scale_intercept", "scale_slope"), (is_number, "number")),
    "labels": (_labels, "list of different texts"),
    "quantile_type": (_count, "1, 6, 7"),
    "minimum_owners": (_count, "whole number"),
    "p_min": (_share, "number from 0 to 1"),
    "dominance": (_dominance, "number above 0, at most 1"),
    "benchmark": (is_number, "number above 0"),
    "band_multiples": (_multiples, "list of numbers above 0"),
    "subclasses": (_subclasses, "table of lists of numbers"),
    "modifiers": (_modifiers, "table of numbers above 0"),
    "reference_period": (_years, "first and last year"),
    "credit_multiples": (_credit, "two numbers, the smaller first"),
    "alarm_decisions": (
        _decisions, "list of code, edition, decided_on, decided_by, reason; none empty"
    ),
}  # fmt: skip


def rule_faults(block: dict[str, Any], shown: str, known: Sequence[str]) -> list[Finding]:
    """Every reason against a rule as it stands in its file.

    Args:
        block: the parsed file.
        shown: how the file is called in messages.
        known: the keys a rule may have.

    Returns:
        Findings; missing keys, types and closed lists first, shapes only where those hold.
    """

    def fault(key: str, expected: Sequence[Any]) -> Finding:
        return finding("E-GRD-01", file=shown, column=key, expected=list(map(str, expected)))

    faults = [
        fault(key, CLOSED.get(key, ())) for key in REQUIRED if block.get(key) in (None, "", [])
    ]
    missing = {key for key in REQUIRED if block.get(key) in (None, "", [])}
    for key, value in block.items():
        if key not in known:
            faults.append(fault(key, sorted(known)))
        elif key not in missing and not KINDS[key][0](value):
            faults.append(fault(key, CLOSED.get(key, (KINDS[key][1],))))
        elif key not in missing and key in CLOSED and value not in CLOSED[key]:
            faults.append(fault(key, CLOSED[key]))
    order = {key: place for place, key in enumerate((*REQUIRED, *CLOSED))}
    faults.sort(key=lambda f: order.get(f.place["field"], 2 * len(order)))
    return faults or [*_span_faults(block, fault), *_shape_faults(block, shown, fault)]


def _span_faults(
    block: dict[str, Any], fault: Callable[[str, Sequence[Any]], Finding]
) -> list[Finding]:
    if block["valid_until"] < block["valid_from"]:
        return [fault("valid_until", [f">= {block['valid_from']}"])]
    return []


def _shape_faults(
    block: dict[str, Any], shown: str, fault: Callable[[str, Sequence[Any]], Finding]
) -> list[Finding]:
    method = block["method"]
    needed = {
        "quantile": ("quantiles",), "ratio": ("limits", "benchmark"),
        "sliding_scale": ("band_multiples", "scale_intercept", "scale_slope"),
        "table": ("subclasses",) if block.get("subclasses") else ("limits",),
    }[method]  # fmt: skip
    missing = [key for key in needed if block.get(key) in (None, [], {})]
    if missing:
        return [fault(key, ["> 0"] if key == "benchmark" else []) for key in missing]
    faults = []
    if method == "ratio" and block["benchmark"] <= 0:
        faults.append(fault("benchmark", ["> 0"]))
    if method == "sliding_scale" and _falls_below_zero(block):
        faults.append(fault("scale_slope", ["scale_intercept + scale_slope >= 0"]))
    key = needed[0]
    lists = list(block["subclasses"].values()) if key == "subclasses" else [block[key]]
    labels = len(block["labels"])
    faults += [
        finding("E-GRD-02", file=shown, found=len(one), wanted=labels)
        for one in lists
        if len(one) not in {labels - 1, labels}
    ]
    quantiles = block.get("quantiles", [])
    strictly = all(a < b for a, b in pairwise(quantiles))
    if quantiles and not (strictly and all(0 < q < 1 for q in quantiles)):
        faults.append(finding("E-GRD-03", file=shown, value=quantiles))
    if key != "quantiles":
        # Neighbours may be equal (two levels printed alike); they may not fall. Between
        # subclasses nothing is asked.
        faults += [
            finding("E-GRD-10", file=shown, column=key, value=one)
            for one in lists
            if any(a > b for a, b in pairwise(one))
        ]
    return faults


def _falls_below_zero(block: dict[str, Any]) -> bool:
    ends = (block["scale_intercept"], block["scale_intercept"] + block["scale_slope"])
    return any(end < 0 for end in ends)
