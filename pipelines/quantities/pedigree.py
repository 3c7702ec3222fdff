"""Pedigree scores become variance of ln x, by a named table with its own convention.

Belongs here: reading the tables of the seeds (ecoinvent 3 adds variances, ecoinvent 2
gives GSD² factors, Ciroth gives GSD ratios), one set of scores, what happens where a table
has no cell. Does not belong here: other kinds of uncertainty (``uncertainty``).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from pipelines.errors import FaultyData
from pipelines.findings import Finding, finding
from pipelines.quantities.number import exact
from pipelines.tabular.text_table import TextRow, read_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

INDICATORS = ("reliability", "completeness", "temporal", "geographical", "technological")
SCORES = (1, 2, 3, 4, 5)
DEFAULT_TABLE = "ecoinvent_3"
TABLES_FILE = "rules/pedigree.csv"
BASIC_FILE = "rules/basic_uncertainty.csv"
# What a table's figure contributes to the variance of ln x.
CONTRIBUTION: dict[str, Callable[[float], float]] = {
    "variance_ln": lambda x: x,
    "gsd2": lambda x: (math.log(x) / 2) ** 2,
    "gsd": lambda x: math.log(x) ** 2,
}
CELLS = ("table", "quantity", "pedigree_indicator", "score", "value", "citation")
BASICS = ("table", "quantity", "flow_group", "value", "citation")
# Policies for a cell the table does not have. The default refuses.
REFUSE = "refuse"
WORST_KNOWN = "extrapolate_ratio"
POLICIES = (REFUSE, WORST_KNOWN)


@dataclass(frozen=True)
class PedigreeTable:
    """One pedigree table.

    Attributes:
        table_id: for example ``ecoinvent_3``.
        quantity: variance_ln, gsd2 or gsd: what its figures are.
        variance: (5 x 5) variance of ln x by indicator and score; None where not available.
        basic: basic variance of ln x by flow group.
    """

    table_id: str
    quantity: str
    variance: Mapping[tuple[str, int], float | None]
    basic: Mapping[str, float]


@dataclass(frozen=True)
class PedigreeVariance:
    """The variance that scores amount to, and which cells were imputed by which policy."""

    variance_ln: float
    table_id: str
    imputed: tuple[str, ...] = ()


def scores_of(text: str) -> tuple[int, ...]:
    """The five scores written as ``(r,c,t,g,f)``.

    Raises:
        FaultyData: E-UNC-03, not five whole numbers from 1 to 5.

    Example:
        >>> scores_of("(1,2,3,4,5)")
        (1, 2, 3, 4, 5)
    """
    if re.fullmatch(r"\(?\s*[1-5](\s*[,，;；]\s*[1-5]){4}\s*\)?", text.strip(), re.ASCII) is None:
        raise FaultyData(finding("E-UNC-03", value=text))
    return tuple(int(digit) for digit in re.findall(r"[1-5]", text))


def pedigree_variance(
    table: PedigreeTable,
    scores: tuple[int, ...],
    basic_variance: float | None = None,
    *,
    flow_group: str | None = None,
    policy: str = REFUSE,
) -> PedigreeVariance:
    """Variance of ln x of a datum: its basic part plus one part per indicator.

    Args:
        table: the table; figures of different tables are never mixed.
        scores: (5,) reliability, completeness, temporal, geographical, technological.
        basic_variance: basic variance of ln x, not negative; else that of the flow group.
        flow_group: a group of the table's basic variances.
        policy: what to do where the table has no cell: ``refuse``, or
            ``extrapolate_ratio`` (the variance grows from 4 to 5 by the ratio by which it
            grows from 3 to 4), which is recorded in the result.

    Raises:
        FaultyData: E-UNC-02 a negative basic variance, E-UNC-03 scores out of range,
            E-UNC-04 a cell that is not available, E-UNC-06 no basic variance.

    Source: Muller et al. 2014 eq. 2: ``v = v_basic + sum(v_indicator)``.

    Example:
        >>> one = {(i, s): 0.01 * (s - 1) for i in INDICATORS for s in SCORES}
        >>> table = PedigreeTable("demo", "variance_ln", one, {})
        >>> round(pedigree_variance(table, (1, 2, 3, 1, 1), 0.0006).variance_ln, 4)
        0.0306
    """
    if len(scores) != len(INDICATORS) or any(s not in SCORES for s in scores):
        raise FaultyData(finding("E-UNC-03", value=str(scores)))
    total = [_basic(table, basic_variance, flow_group)]
    imputed = []
    for indicator, score in zip(INDICATORS, scores, strict=True):
        part = table.variance[indicator, score]
        if part is None:
            part = _imputed(table, indicator, score, policy)
            imputed.append(f"{indicator} {score}: {policy}")
        total.append(part)
    return PedigreeVariance(math.fsum(total), table.table_id, tuple(imputed))


def _basic(table: PedigreeTable, stated: float | None, flow_group: str | None) -> float:
    if stated is None:
        if flow_group is None or flow_group not in table.basic:
            raise FaultyData(
                finding(
                    "E-UNC-06",
                    value=flow_group or "",
                    table=table.table_id,
                    expected=sorted(table.basic),
                )
            )
        return table.basic[flow_group]
    if not (math.isfinite(stated) and stated >= 0):
        raise FaultyData(
            finding(
                "E-UNC-02",
                kind="basic_variance",
                value=stated,
                what_zh="不为负",
                what_en="it must not be negative",
            )
        )
    return stated


def _imputed(table: PedigreeTable, indicator: str, score: int, policy: str) -> float:
    if policy == WORST_KNOWN:
        known = [v for s in SCORES if s < score and (v := table.variance[indicator, s])]
        if len(known) >= 2:
            return known[-1] * known[-1] / known[-2]
    raise FaultyData(
        finding(
            "E-UNC-04",
            table=table.table_id,
            indicator=indicator,
            value=score,
            expected=[WORST_KNOWN],
        )
    )


@cache
def read_pedigree_tables(seeds: Path) -> dict[str, PedigreeTable]:
    """The pedigree tables of a seeds folder, by id.

    Raises:
        UnreadableInput: E-SEED-06, a file is missing or no text.
        FaultyData: E-SEED-04, a column is missing; E-UNC-05, a row without source or figure, a
            cell given twice or not at all, two quantities in one table, a worse score with a
            smaller figure.
    """
    rows = read_rows(seeds / TABLES_FILE, needed=CELLS, name=TABLES_FILE, filled=True)
    faults: list[Finding] = []
    cells: dict[str, dict[tuple[str, int], float | None]] = {}
    quantity: dict[str, str] = {}
    for row in rows:
        reason = _reason_against(row, cells, quantity)
        if reason:
            faults.append(finding("E-UNC-05", file=TABLES_FILE, row=row.number, reason=reason))
            continue
        quantity[row["table"]] = row["quantity"]
        cells.setdefault(row["table"], {})[row["pedigree_indicator"], int(row["score"])] = (
            _figure(row) if row["value"] else None
        )
    if not faults:
        faults = [
            finding("E-UNC-05", file=TABLES_FILE, row=len(rows) + 1, reason=reason)
            for table, own in cells.items()
            if (reason := _gap_or_drop(table, own))
        ]
    basic = _basics(seeds, faults)
    if faults:
        raise FaultyData(faults)
    return {
        table: PedigreeTable(table, quantity[table], own, basic.get(table, {}))
        for table, own in cells.items()
    }


def _figure(row: TextRow) -> float:
    return CONTRIBUTION[row["quantity"]](float(exact(row["value"])))


def _reason_against(
    row: TextRow,
    cells: Mapping[str, Mapping[tuple[str, int], float | None]],
    quantity: Mapping[str, str],
) -> str:
    if not row["citation"]:
        return "无出处 no source"
    if row["quantity"] not in CONTRIBUTION:
        return f"quantity {row['quantity']}"
    if quantity.get(row["table"], row["quantity"]) != row["quantity"]:
        return f"一表两种量 two quantities in table {row['table']}"
    if row["pedigree_indicator"] not in INDICATORS or row["score"] not in {str(s) for s in SCORES}:
        return f"indicator {row['pedigree_indicator']} score {row['score']}"
    if (row["pedigree_indicator"], int(row["score"])) in cells.get(row["table"], {}):
        return f"重复 twice: {row['pedigree_indicator']} {row['score']}"
    return _reason_against_figure(row) if row["value"] else ""


def _reason_against_figure(row: TextRow) -> str:
    try:
        _figure(row)
    except ValueError:
        return f"value {row['value']}"
    return ""


def _gap_or_drop(table: str, own: Mapping[tuple[str, int], float | None]) -> str:
    for indicator in INDICATORS:
        if any((indicator, score) not in own for score in SCORES):
            return f"{table} {indicator}: 缺分 a score is missing"
        known = [v for score in SCORES if (v := own[indicator, score]) is not None]
        if any(worse < better for better, worse in pairwise(known)):
            return f"{table} {indicator}: 分数越差数值越小 a worse score has a smaller figure"
    return ""


def _basics(seeds: Path, faults: list[Finding]) -> dict[str, dict[str, float]]:
    basic: dict[str, dict[str, float]] = {}
    for row in read_rows(seeds / BASIC_FILE, needed=BASICS, name=BASIC_FILE, filled=True):
        known = bool(row["citation"]) and row["quantity"] in CONTRIBUTION
        reason = _reason_against_figure(row) if known else "无出处 no source"
        if reason:
            faults.append(finding("E-UNC-05", file=BASIC_FILE, row=row.number, reason=reason))
            continue
        basic.setdefault(row["table"], {})[row["flow_group"]] = _figure(row)
    return basic
