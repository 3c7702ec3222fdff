"""Grade rules: what is graded, by which method, within which validity, read from seeds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData, RefusedByPolicy
from pipelines.findings import finding
from pipelines.grade.energy_limits import energy_limit_blocks
from pipelines.grade.rule_check import rule_faults
from pipelines.tabular.text_toml import parse_toml, read_toml

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path


@dataclass(frozen=True)
class AlarmDecision:
    """That an alarm over one edition of a population was looked into, by whom and why it stands.

    Attributes:
        code: code of the alarm.
        edition: mark of the edition it was raised over, see ``population.edition_mark``; an
            alarm over any other edition stands again.
        decided_on: the day.
        decided_by: the approving body or its role.
        reason: what was found.
    """

    code: str
    edition: str
    decided_on: dt.date
    decided_by: str
    reason: str


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
        dominance: the largest owner's weight must lie below this, where stricter than the
            disclosure rule.
        covariate: what a sliding scale slides with, for example ``scrap_share``.
        credit_multiples: multiples of the sliding limit between which a pro-rata credit
            rises from none (the larger) to one (the smaller).
        alarm_decisions: alarms that the approving body has looked into, each for one edition.
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
    credit_multiples: tuple[float, ...] = ()
    alarm_decisions: tuple[AlarmDecision, ...] = ()

    @property
    def has_owners(self) -> bool:
        """Whether its limits rest on results of owners."""
        modelled = ("modelled_average", "country_default")
        return self.method == "quantile" and self.population_kind not in modelled

    def is_settled(self, code: str, edition: str) -> bool:
        """Whether an alarm over one edition of the population was looked into and settled."""
        return any(d.code == code and d.edition == edition for d in self.alarm_decisions)

    def is_in_force(self, on: dt.date) -> bool:
        """Whether a day lies within the rule's validity."""
        return self.valid_from <= on <= self.valid_until

    def require_in_force(self, on: dt.date) -> None:
        """Refuse to grade outside the rule's validity.

        Raises:
            RefusedByPolicy: the day lies outside ``valid_from`` to ``valid_until``.
        """
        if not self.is_in_force(on):
            raise RefusedByPolicy(
                finding(
                    "E-GRD-04",
                    value=self.rule_id,
                    on=on,
                    valid_from=self.valid_from,
                    valid_until=self.valid_until,
                )
            )


TUPLES = (
    "labels", "limits", "quantiles", "band_multiples", "reference_period", "credit_multiples",
)  # fmt: skip


def parse_rule(text: str, shown: str) -> GradeRule:
    """A grade rule from its TOML text.

    Raises:
        FaultyData: not valid TOML, a key is missing, unknown or of another type, limits do
            not fit the classes or fall, quantiles do not increase, the validity ends
            before it begins, no source.
    """
    return rule_of(parse_toml(text, shown), shown)


def rule_of(block: dict[str, Any], shown: str) -> GradeRule:
    """A grade rule from its block, checked.

    Raises:
        FaultyData: see ``parse_rule``.
    """
    faults = rule_faults(block, shown, list(GradeRule.__dataclass_fields__))
    if faults:
        raise FaultyData(faults)
    given: dict[str, Any] = {
        key: tuple(value) if key in TUPLES else value for key, value in block.items()
    }
    given["subclasses"] = {k: tuple(v) for k, v in block.get("subclasses", {}).items()}
    given["alarm_decisions"] = tuple(
        AlarmDecision(**one) for one in block.get("alarm_decisions", ())
    )
    return GradeRule(**given)


def read_grade_rules(seeds: Path) -> dict[str, GradeRule]:
    """Every grade rule of a seeds folder, by id: its files, and its table of energy limits.

    Raises:
        UnreadableInput: E-SEED-06, a file is no text.
        FaultyData: see ``parse_rule``; or two rules have one id.
    """
    folder = seeds / "grade_rules"
    blocks: list[tuple[str, dict[str, Any]]] = []
    for path in sorted(folder.glob("*.toml")):
        shown = f"grade_rules/{path.name}"
        blocks.append((shown, read_toml(path, shown)))
    blocks += energy_limit_blocks(folder / "energy_limits.csv")
    rules: dict[str, GradeRule] = {}
    for shown, block in blocks:
        rule = rule_of(block, shown)
        if rule.rule_id in rules:
            raise FaultyData(finding("E-GRD-11", file=shown, column="rule_id", value=rule.rule_id))
        rules[rule.rule_id] = rule
    return rules
