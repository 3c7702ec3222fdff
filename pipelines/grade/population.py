"""Populations: results read from CSV, and the comparability test before any ranking.

Belongs here: reading contract's population columns and the reasons for leaving a row out.
Does not belong here: owners and disclosure (``disclosure``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.quantities.number import NotANumber, exact, to_double
from pipelines.tabular.text_table import TextRow, read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipelines.grade.rule import GradeRule

COLUMNS = (
    "product_id", "owner_id", "category_id", "value", "unit", "boundary", "gwp_set",
    "accounting_rule", "period_start", "period_end", "output", "gsd2",
)  # fmt: skip


@dataclass(frozen=True)
class Member:
    """One result of a population.

    Attributes:
        product_id: the product.
        owner_id: its ultimate owner; empty for modelled or country data.
        value: the graded value.
        unit: its unit.
        boundary: its boundary, empty when not stated.
        gwp_set: its GWP set, empty when not stated.
        accounting_rule: its accounting rule, empty when not stated.
        years: first and last year of its period.
        output: output for weighting, 1 when not given.
    """

    product_id: str
    owner_id: str
    value: float
    unit: str
    boundary: str
    gwp_set: str
    accounting_rule: str
    years: tuple[int, int] | None
    output: float


@dataclass(frozen=True)
class Exclusion:
    """A result left out of a population, with the code of the reason."""

    product_id: str
    code: str


def _number(row: TextRow, column: str, default: float | None = None) -> float:
    text = row.get(column)
    if text is None and default is not None:
        return default
    try:
        return to_double(exact(text or ""))
    except NotANumber as error:
        raise FaultyData(
            finding("E-GRD-08", file=row.file, row=row.number, column=column, value=text)
        ) from error


def read_population(path: Path, name: str | None = None) -> list[Member]:
    """The results of a population file.

    Args:
        path: CSV with the columns of ``COLUMNS``.
        name: how the file is called in messages.

    Returns:
        One member per row, in the order of the file.

    Raises:
        UnreadableInput: the file is missing or not UTF-8.
        FaultyData: a column is missing, a row ragged, a value not a finite number.
    """
    return [
        Member(
            row["product_id"],
            row["owner_id"],
            _number(row, "value"),
            row["unit"],
            row["boundary"],
            row["gwp_set"],
            row["accounting_rule"],
            _years(row),
            _number(row, "output", 1.0),
        )
        for row in read_rows(path, needed=COLUMNS, name=name or path.name)
    ]


def _years(row: TextRow) -> tuple[int, int] | None:
    start, end = row.get("period_start"), row.get("period_end")
    if not start or not end or not (start[:4].isdigit() and end[:4].isdigit()):
        return None
    return int(start[:4]), int(end[:4])


def comparable(members: Sequence[Member], rule: GradeRule) -> tuple[list[Member], list[Exclusion]]:
    """The members that compare under a rule, and why the others do not.

    Two results compare only if unit, boundary, GWP set, accounting rule and time window
    agree with the rule; what is not stated does not agree.

    Args:
        members: the population.
        rule: the grade rule.

    Returns:
        The comparable members in order, and one exclusion per broken condition.

    Source:
        Ningxia draft measures, art. 7: results must be comparable.
    """
    kept, left_out = [], []
    seen: set[str] = set()
    for member in members:
        codes = _incomparable(member, rule)
        if member.product_id in seen:
            codes.append("G-DUP-01")
        seen.add(member.product_id)
        left_out += [Exclusion(member.product_id, code) for code in codes]
        if not codes:
            kept.append(member)
    return kept, left_out


def _incomparable(member: Member, rule: GradeRule) -> list[str]:
    window = rule.reference_period
    years = member.years
    outside = window is not None and (years is None or years[0] < window[0] or years[1] > window[1])
    return [
        code
        for code, is_broken in (
            ("G-UNIT-01", member.unit != rule.indicator_unit),
            ("G-BOU-01", rule.boundary is not None and member.boundary != rule.boundary),
            ("G-GWP-01", rule.gwp_set is not None and member.gwp_set != rule.gwp_set),
            (
                "G-RULE-01",
                rule.accounting_rule is not None and member.accounting_rule != rule.accounting_rule,
            ),
            ("G-WIN-01", outside),
        )
        if is_broken
    ]
