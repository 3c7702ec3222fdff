"""The uncertainty a candidate states, as variance of ln x, or why it cannot be.

Belongs here: reading the stated kind and figure of candidates, once per distinct pair, by
the rule of the seeds. Does not belong here: the relations themselves
(``pipelines.quantities.uncertainty`` and ``pedigree``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.quantities.number import exact
from pipelines.quantities.pedigree import (
    POLICIES,
    PedigreeTable,
    pedigree_variance,
    read_pedigree_tables,
    scores_of,
)
from pipelines.quantities.uncertainty import (
    CERTAIN,
    WITH_LIMITS,
    WITH_SCORES,
    variance_of_figure,
)
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import (
    POSITIVE,
    SOURCE,
    TEXT,
    Named,
    Shape,
    require_shape,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHOWN = "rules/uncertainty.toml"
SHAPE: Shape = {
    "normal": {"z975": POSITIVE, "source": SOURCE},
    "pedigree": {
        "table": TEXT, "missing_cell": TEXT, "group_of_kind": Named(TEXT), "source": SOURCE,
    },
}  # fmt: skip
STATED = ("uncertainty_kind", "uncertainty_value", "factor_kind")


@dataclass(frozen=True)
class UncertaintyRule:
    """How stated uncertainties are read.

    Attributes:
        z975: 97.5 % quantile of the standard normal distribution.
        table: the pedigree table that turns scores into variance.
        policy: what happens where it has no cell.
        group_of_kind: flow group of the basic variance, by factor kind.
    """

    z975: float
    table: PedigreeTable
    policy: str
    group_of_kind: Mapping[str, str]


def read_uncertainty_rule(seeds: Path) -> UncertaintyRule:
    """The rule of a seeds folder.

    Raises:
        UnreadableInput: E-SEED-06, the file is missing or no text.
        FaultyData: E-SEED-08 not valid TOML; E-SEED-02 a part is missing, of another kind
            or names an unknown table or policy; E-SEED-09 a block without source.
    """
    blocks = read_toml(seeds / SHOWN, SHOWN)
    require_shape(blocks, SHOWN, SHAPE)
    tables = read_pedigree_tables(seeds)
    rule = blocks["pedigree"]
    faults = [
        finding("E-SEED-02", file=SHOWN, column=f"pedigree.{key}", value=rule[key],
                expected=sorted(known))
        for key, known in (("table", tables), ("missing_cell", POLICIES))
        if rule[key] not in known
    ]  # fmt: skip
    if faults:
        raise FaultyData(faults)
    return UncertaintyRule(
        float(exact(blocks["normal"]["z975"])),
        tables[rule["table"]],
        rule["missing_cell"],
        rule["group_of_kind"],
    )


def stated_variance(candidates: pl.DataFrame, rule: UncertaintyRule) -> pl.DataFrame:
    """What every distinct statement of uncertainty amounts to.

    Args:
        candidates: (n) rows of ``candidate``.
        rule: from ``read_uncertainty_rule``.

    Returns:
        One row per distinct kind, figure and factor kind: those three, ``variance_stated``
        (null where nothing is stated or limits say it), ``uncertainty_fault`` (null, or what
        is wrong with the statement).
    """
    rows = []
    for kind, text, factor_kind in candidates.select(STATED).unique().sort(STATED).iter_rows():
        try:
            variance, fault = _variance(kind, text, factor_kind, rule), None
        except FaultyData as refused:
            variance, fault = None, refused.findings[0].code
        rows.append((kind, text, factor_kind, variance, fault))
    return pl.DataFrame(
        rows,
        schema=dict.fromkeys(STATED, pl.String)
        | {"variance_stated": pl.Float64, "uncertainty_fault": pl.String},
        orient="row",
    )


def _variance(
    kind: str | None, text: str | None, factor_kind: str, rule: UncertaintyRule
) -> float | None:
    if kind in {None, CERTAIN, WITH_LIMITS} or not (text or "").strip():
        return None
    if kind == WITH_SCORES:
        return pedigree_variance(
            rule.table,
            scores_of(str(text)),
            flow_group=rule.group_of_kind.get(factor_kind),
            policy=rule.policy,
        ).variance_ln
    try:
        figure = float(exact(str(text)))
    except (ValueError, OverflowError):
        figure = float("nan")
    return variance_of_figure(str(kind), figure, rule.z975)
