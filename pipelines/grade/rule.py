"""Grade rules: what is graded, by which method, within which validity, read from seeds."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData, RefusedByPolicy
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
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

REQUIRED = (
    "rule_id", "version", "title_zh", "title_en", "category_id", "indicator",
    "indicator_unit", "declared_unit", "method", "labels", "inclusion", "tie_rule",
    "population_kind", "uncertainty_policy", "p_min", "valid_from", "valid_until", "source",
)  # fmt: skip
CLOSED: dict[str, Sequence[str]] = {
    "indicator": INDICATOR.codes,
    "method": GRADE_METHOD.codes,
    "boundary": BOUNDARY.codes,
    "gwp_set": GWP_SET.codes,
    "inclusion": ("<=", "<"),
    "tie_rule": ("better_class", "worse_class"),
    "population_kind": POPULATION_KIND.codes,
    "uncertainty_policy": UNCERTAINTY_POLICY.codes,
    "quantile_type": (1, 6, 7),  # type: ignore[dict-item]
}


@dataclass(frozen=True)
class GradeRule:
    """One grade rule.

    Attributes:
        rule_id: its id.
        version: its version.
        title_zh: Chinese title.
        title_en: English title.
        category_id: category it grades.
        indicator: carbon footprint or energy intensity.
        indicator_unit: unit of the graded value.
        declared_unit: unit the products are declared in.
        boundary: boundary asked for, if any.
        gwp_set: GWP set asked for, if any.
        accounting_rule: accounting rule asked for, if any.
        method: quantile, ratio, sliding scale or table.
        labels: classes, best first.
        limits: upper limits, best first; for subclasses see ``subclasses``.
        quantiles: quantiles of the population, increasing.
        quantile_type: Hyndman-Fan type 1, 6 or 7.
        weighted: quantiles weighted by output.
        benchmark: benchmark value of a ratio rule.
        scale_intercept: limit at covariate zero of a sliding scale.
        scale_slope: change of that limit per unit of covariate.
        band_multiples: multiples of the sliding limit, best first.
        subclasses: limits by subclass.
        modifiers: factor on the limits by modifier.
        inclusion: ``<=`` or ``<``: whether the limit itself is inside its class.
        tie_rule: where values tied at a cut point go.
        population: folder under ``seeds/populations``, if any.
        population_kind: producers, modelled averages, country defaults or a limit table.
        reference_period: first and last year of comparable results.
        minimum_owners: owners needed beyond the disclosure rule.
        p_min: smallest probability of the given class.
        uncertainty_policy: point, conservative or probability.
        is_provisional: whether the limits are provisional.
        valid_from: first day in force.
        valid_until: last day in force.
        approved_by: the approving body, empty when none has.
        source: the document that sets the rule.
    """

    rule_id: str
    version: str
    title_zh: str
    title_en: str
    category_id: str
    indicator: str
    indicator_unit: str
    declared_unit: str
    method: str
    labels: tuple[str, ...]
    inclusion: str
    tie_rule: str
    population_kind: str
    uncertainty_policy: str
    p_min: float
    valid_from: dt.date
    valid_until: dt.date
    source: str
    boundary: str | None = None
    gwp_set: str | None = None
    accounting_rule: str | None = None
    limits: tuple[float, ...] = ()
    quantiles: tuple[float, ...] = ()
    quantile_type: int = 7
    weighted: bool = False
    benchmark: float | None = None
    scale_intercept: float | None = None
    scale_slope: float | None = None
    band_multiples: tuple[float, ...] = ()
    subclasses: dict[str, tuple[float, ...]] = field(default_factory=dict)
    modifiers: dict[str, float] = field(default_factory=dict)
    population: str | None = None
    reference_period: tuple[int, int] | None = None
    minimum_owners: int = 0
    dominance: float | None = None
    covariate: str | None = None
    is_provisional: bool = False
    approved_by: str = ""

    def require_in_force(self, on: dt.date) -> None:
        """Refuse to grade outside the rule's validity.

        Raises:
            RefusedByPolicy: the day lies outside ``valid_from`` to ``valid_until``.
        """
        if not self.valid_from <= on <= self.valid_until:
            raise RefusedByPolicy(
                finding(
                    "E-GRD-04",
                    value=self.rule_id,
                    on=on,
                    valid_from=self.valid_from,
                    valid_until=self.valid_until,
                )
            )


TUPLES = ("labels", "limits", "quantiles", "band_multiples", "reference_period")


def _faults(block: dict[str, Any], shown: str) -> list[Finding]:
    known = set(GradeRule.__dataclass_fields__)
    faults = [
        finding("E-GRD-01", file=shown, column=key, expected=list(map(str, CLOSED.get(key, ()))))
        for key in REQUIRED
        if block.get(key) in (None, "", [])
    ]
    faults += [
        finding("E-GRD-01", file=shown, column=key, expected=list(map(str, allowed)))
        for key, allowed in CLOSED.items()
        if block.get(key) is not None and block[key] not in allowed
    ]
    faults += [
        finding("E-GRD-01", file=shown, column=key, expected=sorted(known))
        for key in block
        if key not in known
    ]
    return faults or _shape_faults(block, shown)


def _shape_faults(block: dict[str, Any], shown: str) -> list[Finding]:
    labels = len(block["labels"])
    faults = []
    needed = {
        "quantile": "quantiles", "ratio": "limits", "sliding_scale": "band_multiples",
        "table": "subclasses" if block.get("subclasses") else "limits",
    }[block["method"]]  # fmt: skip
    if not block.get(needed):
        return [finding("E-GRD-01", file=shown, column=needed, expected=[])]
    if block["method"] == "ratio" and not (block.get("benchmark") or 0) > 0:
        faults.append(finding("E-GRD-01", file=shown, column="benchmark", expected=["> 0"]))
    lists = list(block["subclasses"].values()) if needed == "subclasses" else [block[needed]]
    faults += [
        finding("E-GRD-02", file=shown, found=len(one), wanted=labels)
        for one in lists
        if len(one) not in {labels - 1, labels}
    ]
    quantiles = block.get("quantiles", [])
    increasing = all(a < b for a, b in pairwise(quantiles))
    if quantiles and not (increasing and all(0 < q < 1 for q in quantiles)):
        faults.append(finding("E-GRD-03", file=shown, value=quantiles))
    return faults


def parse_rule(text: str, shown: str) -> GradeRule:
    """A grade rule from its TOML text.

    Raises:
        FaultyData: not valid TOML, a key is missing or unknown, limits do not fit the
            classes, quantiles do not increase, no source.
    """
    try:
        block = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FaultyData(finding("E-SEED-08", file=shown, reason=str(error))) from error
    faults = _faults(block, shown)
    if faults:
        raise FaultyData(faults)
    for key in TUPLES:
        if key in block:
            block[key] = tuple(block[key])
    block["subclasses"] = {k: tuple(v) for k, v in block.get("subclasses", {}).items()}
    return GradeRule(**block)


def read_grade_rules(seeds: Path) -> dict[str, GradeRule]:
    """Every grade rule of a seeds folder, by id.

    Raises:
        FaultyData: see ``parse_rule``.
    """
    rules = [
        parse_rule(path.read_text("utf-8"), f"grade_rules/{path.name}")
        for path in sorted((seeds / "grade_rules").glob("*.toml"))
    ]
    return {rule.rule_id: rule for rule in rules}
