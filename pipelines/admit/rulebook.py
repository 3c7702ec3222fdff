"""The admission rules, policies and rubrics as read from seeds, each with its source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.admit.judged import read_source_judgements
from pipelines.admit.plausibility.limits import SumRule, read_sum_rule
from pipelines.admit.uncertainty import UncertaintyRule, read_uncertainty_rule
from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.tabular.text_table import read_rows
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import (
    DATE,
    SOURCE,
    TEXT,
    TEXTS,
    Each,
    Kind,
    Maybe,
    Shape,
    require_shape,
)  # fmt: skip

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

ADMISSION, POLICIES = "rules/admission.toml", "decisions/policies.toml"
RUBRIC = "rules/representativeness.csv"
SCORES = frozenset("12345")
COLUMNS = (
    "rubric_id", "criterion", "score", "condition", "limit", "inclusion", "reason_zh", "reason_en",
    "citation",
)  # fmt: skip
VERDICTS = ("admit", "provisional")
POLICY = {
    "id": TEXT, "verdict": Kind(lambda value: value in VERDICTS, "admit"), "confidence": TEXTS,
    "decided_on": DATE, "title_zh": TEXT, "title_en": TEXT, "source": TEXT,
}  # fmt: skip
REPORTING: Shape = {"reporting": {"gwp_set": TEXT, "source": SOURCE}}
SHAPE: Shape = {
    "version": TEXT,
    "source": SOURCE,
    "not_stated": {"sources": TEXTS, "source": SOURCE},
    "refused_flag": Maybe(Each({"flag": TEXT, "code": TEXT, "source": SOURCE})),
    "derived_right": Maybe(Each({"derived": TEXT, "parent": TEXT, "source": SOURCE})),
    **REPORTING,
}
# What a policy must hold has a code of its own.
POLICIES_SHAPE: Shape = {"version": TEXT, "policy": Each({})}


@dataclass(frozen=True)
class Policy:
    """One admission policy: which transcriptions it covers and what follows."""

    policy_id: str
    verdict: str
    confidence: tuple[str, ...]
    decided_on: dt.date
    title_zh: str
    title_en: str
    source: str


@dataclass(frozen=True)
class RubricRow:
    """One row of the representativeness rubric: the score a condition earns, and why."""

    rubric_id: str
    criterion: str
    score: int
    condition: str
    limit: str
    inclusion: str
    reason_zh: str
    reason_en: str


@dataclass(frozen=True)
class Rulebook:
    """Everything admission decides by.

    Attributes:
        version: versions of the rules and policies, as written into decisions.
        policies: in the order in which they are tried.
        not_stated_sources: sources whose CO2e may stand without a GWP set.
        refused_flags: flag to reason code.
        derived_rights: pairs of a source that derives and a source it derives from, for which
            a stated rule lets the strictest right of the parents down.
        reporting_gwp_set: set of the value column of factors given as gases.
        uncertainty: how stated uncertainties become the variance of ln x.
        sums: the rounding declared for sums of components and of gases.
        rubric: rows of the representativeness rubric, best score first.
        released_on: the date the release carries; ages and rights are measured at it.
        judgements: by source id, what the seeds' policy says of its rigour and traceability.
    """

    version: str
    policies: tuple[Policy, ...]
    not_stated_sources: frozenset[str]
    refused_flags: dict[str, str]
    derived_rights: tuple[tuple[str, str], ...]
    reporting_gwp_set: str
    uncertainty: UncertaintyRule
    sums: SumRule
    rubric: tuple[RubricRow, ...]
    released_on: dt.date
    judgements: dict[str, dict[str, Any]] = field(default_factory=dict)


def _policies(blocks: list[dict[str, Any]], shown: str) -> tuple[Policy, ...]:
    faults = [
        finding("E-POLICY-01", file=shown, value=block.get("id", "?"), column=key)
        for block in blocks
        for key, kind in POLICY.items()
        if not kind.fits(block.get(key))
    ]
    if faults:
        raise FaultyData(faults)
    return tuple(
        Policy(
            b["id"],
            b["verdict"],
            tuple(b["confidence"]),
            b["decided_on"],
            b["title_zh"],
            b["title_en"],
            b["source"],
        )
        for b in blocks
    )


def read_rubric(seeds: Path) -> list[dict[str, str]]:
    """The rows of ``rules/representativeness.csv`` as text.

    Raises:
        UnreadableInput: E-SEED-06, the file is missing or no text.
        FaultyData: E-SEED-04 a column is missing, E-SEED-12 there is no row.
    """
    return [r.cells for r in read_rows(seeds / RUBRIC, needed=COLUMNS, name=RUBRIC, filled=True)]


def read_rulebook(seeds: Path, rubric_rows: list[dict[str, str]], released_on: dt.date) -> Rulebook:
    """The rulebook of a seeds folder.

    Args:
        seeds: the seeds folder.
        rubric_rows: from ``read_rubric``.
        released_on: the date the release carries.

    Returns:
        The rulebook.

    Raises:
        UnreadableInput: E-SEED-06, a file is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-02 a key is missing or of another kind,
            E-SEED-09 a rule or rubric row names no source, E-POLICY-01 a policy is not whole,
            E-SEED-10 a score is none of 1 to 5, E-POLICY-02 an age is not a whole number of years.
    """
    rules = read_toml(seeds / ADMISSION, ADMISSION)
    require_shape(rules, ADMISSION, SHAPE)
    policies = read_toml(seeds / POLICIES, POLICIES)
    require_shape(policies, POLICIES, POLICIES_SHAPE)
    uncertainty = read_uncertainty_rule(seeds)
    flags = rules.get("refused_flag", [])
    let_down = rules.get("derived_right", [])
    _require_whole(rubric_rows)
    return Rulebook(
        f"admission {rules['version']}; policies {policies['version']}",
        _policies(policies["policy"], POLICIES),
        frozenset(rules["not_stated"]["sources"]),
        {f["flag"]: f["code"] for f in flags},
        tuple((r["derived"], r["parent"]) for r in let_down),
        rules["reporting"]["gwp_set"],
        uncertainty,
        read_sum_rule(seeds),
        tuple(
            RubricRow(
                r["rubric_id"],
                r["criterion"],
                int(r["score"]),
                r["condition"],
                r["limit"],
                r["inclusion"],
                r["reason_zh"],
                r["reason_en"],
            )
            for r in rubric_rows
        ),
        released_on,
        read_source_judgements(seeds),
    )


def _require_whole(rows: list[dict[str, str]]) -> None:
    """Every row of the rubric names its source, a score there is, and whole years."""
    faults = []
    for number, row in enumerate(rows, start=2):
        if not row["citation"].strip():
            faults.append(finding("E-SEED-09", file=RUBRIC, row=number, column=row["criterion"]))
        if row["score"] not in SCORES:
            faults.append(
                finding("E-SEED-10", file=RUBRIC, row=number, column="score", value=row["score"],
                        reason="1..5")
            )  # fmt: skip
        if row["condition"] == "age_years" and not row["limit"].isdecimal():
            faults.append(
                finding("E-POLICY-02", file=RUBRIC, row=number, column="limit", value=row["limit"])
            )
    if faults:
        raise FaultyData(faults)


def read_reporting_gwp_set(seeds: Path) -> str:
    """The GWP set in which factors given as gases show their value.

    Raises:
        UnreadableInput: E-SEED-06, ``rules/admission.toml`` is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-02 it does not name the set, E-SEED-09 its
            source.
    """
    rules = read_toml(seeds / ADMISSION, ADMISSION)
    require_shape(rules, ADMISSION, REPORTING)
    return str(rules["reporting"]["gwp_set"])
