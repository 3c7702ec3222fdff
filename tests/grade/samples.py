"""What is the smallest grade rule, result and population that has nothing wrong with it?"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines import grade
from pipelines.grade import GradeRule, read_disclosure_rule
from pipelines.grade.population import Member, edition_mark
from pipelines.grade.rule import AlarmDecision, parse_rule
from pipelines.settings import REPOSITORY
from schemas.footprint import FOOTPRINT
from schemas.product import PRODUCT
from schemas.render.frame import frame_of

if TYPE_CHECKING:
    from collections.abc import Sequence

DISCLOSURE = replace(read_disclosure_rule(REPOSITORY / "seeds"), replicates=50)
ON = dt.date(2026, 11, 21)
QUANTILE: dict[str, Any] = {
    "rule_id": "rule-1",
    "version": "1.0",
    "title_zh": "牛奶",
    "title_en": "milk",
    "category_id": "product.milk",
    "indicator": "carbon_footprint",
    "indicator_unit": "kgCO2e/kg",
    "declared_unit": "kg",
    "boundary": "cradle_to_gate",
    "gwp_set": "AR5",
    "accounting_rule": "pcr-milk",
    "method": "quantile",
    "labels": ["A", "B", "C"],
    "quantiles": [0.25, 0.5],
    "quantile_type": 7,
    "weighted": False,
    "inclusion": "<=",
    "tie_rule": "better_class",
    "population": "milk",
    "population_kind": "producer",
    "reference_period": [2023, 2024],
    "minimum_owners": 5,
    "p_min": 0.5,
    "uncertainty_policy": "point",
    "valid_from": dt.date(2026, 1, 1),
    "valid_until": dt.date(2027, 12, 31),
    "approved_by": "",
    "source": "a document",
}
BY_POPULATION = ("quantiles", "quantile_type", "weighted", "population", "minimum_owners")
TABLE: dict[str, Any] = {
    **{k: v for k, v in QUANTILE.items() if k not in BY_POPULATION},
    "method": "table",
    "limits": [1.0, 2.0],
    "population_kind": "limit_table",
}
RATIO = {**TABLE, "method": "ratio", "benchmark": 10.0, "limits": [0.5, 1.0]}
SLIDING = {
    **{k: v for k, v in TABLE.items() if k != "limits"},
    "method": "sliding_scale",
    "scale_intercept": 400.0,
    "scale_slope": -350.0,
    "band_multiples": [1.0, 2.0],
}


def _toml(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def rule_text(base: dict[str, Any] = QUANTILE, **changes: Any) -> str:
    """The rule as a file; a change to None leaves the key out."""
    block = {k: v for k, v in {**base, **changes}.items() if v is not None}
    return "".join(f"{key} = {_toml(value)}\n" for key, value in block.items())


def a_rule(base: dict[str, Any] = QUANTILE, **changes: Any) -> GradeRule:
    return parse_rule(rule_text(base, **changes), "rule-1.toml")


def member(product_id: str = "p1", **changes: Any) -> Member:
    """A result that compares under the rule above."""
    return Member(
        **{
            "product_id": product_id,
            "owner_id": f"owner-of-{product_id}",
            "value": 1.0,
            "unit": "kgCO2e/kg",
            "boundary": "cradle_to_gate",
            "gwp_set": "AR5",
            "accounting_rule": "pcr-milk",
            "years": (2023, 2024),
            "output": 1.0,
            "category_id": "product.milk",
            **changes,
        }
    )


def settled(rule: GradeRule, members: Sequence[Member], *codes: str) -> GradeRule:
    """The rule with a recorded decision on alarms over this very edition."""
    return replace(
        rule,
        alarm_decisions=tuple(
            AlarmDecision(code, edition_mark(members), ON, "approving body", "verified")
            for code in ("G-ALM-04", *codes)
        ),
    )


def build(rule: GradeRule, members: Sequence[Member], *more: Any, **named: Any):
    """A benchmark whose first edition was verified owner by owner, and decided upon."""
    return grade.build(settled(rule, members), members, *more, **named)


def build_all(rules: dict[str, GradeRule], populations: dict[str, Any], *more: Any, **named: Any):
    """The tables of rules whose first editions were verified."""
    return grade.build_all(_settled(rules, populations), populations, *more, **named)


def build_benchmarks(rules: dict[str, GradeRule], populations: dict[str, Any], *more: Any):
    """The benchmarks of rules whose first editions were verified."""
    return grade.build_benchmarks(_settled(rules, populations), populations, *more)


def _settled(rules: dict[str, GradeRule], populations: dict[str, Any]) -> dict[str, GradeRule]:
    return {
        name: settled(rule, populations.get(rule.population or "", ()),
                      *(d.code for d in rule.alarm_decisions))
        for name, rule in rules.items()
    }  # fmt: skip


def population(values: list[float], outputs: list[float] | None = None, **changes: Any):
    """One product of its own owner per value."""
    weights = outputs or [1.0] * len(values)
    return [
        member(f"p{i}", value=value, output=weight, **changes)
        for i, (value, weight) in enumerate(zip(values, weights, strict=True))
    ]


def footprints(*rows: dict[str, Any]) -> pl.DataFrame:
    """Results of products that compare under the rule above, changed as each row says."""
    good = {
        "product_id": "milk-1",
        "gwp_set": "AR5",
        "category_id": "product.milk",
        "boundary": "cradle_to_gate",
        "accounting_rule": "pcr-milk",
        "declared_unit": "kg",
        "declared_amount": 1.0,
        "footprint_value": Decimal("1.5"),
        "gsd2": None,
        "is_limit_activity": False,
    }
    return frame_of(FOOTPRINT, [{**good, **row} for row in rows or ({},)])


def products(**own_set: str) -> pl.DataFrame:
    """Products with the GWP set of their main result; ``milk_1`` stands for ``milk-1``."""
    sets = own_set or {"milk_1": "AR5"}
    return frame_of(
        PRODUCT,
        [{"product_id": name.replace("_", "-"), "gwp_set": one} for name, one in sets.items()],
    )
