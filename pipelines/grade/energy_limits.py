"""Energy consumption limits as grade rules: one row of the table, one rule.

Belongs here: what every such rule has in common and how a row becomes one. Does not belong
here: rules that stand in a file of their own (``rule``).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.quantities.number import NotANumber, exact, to_double
from pipelines.tabular.text_table import TextRow, read_rows

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = "grade_rules/energy_limits.csv"
LEVELS = (
    ("level1", "1级（先进值）"),
    ("level2", "2级（准入值）"),
    ("level3", "3级（限定值）"),
)
COLUMNS = (
    "rule_id", "standard", "title_zh", "product_zh", "product_en", "indicator_zh", "unit",
    "category_id", "level1", "level2", "level3", "valid_from", "valid_until",
    "is_provisional", "correction", "citation", "where_seen",
)  # fmt: skip


def energy_limit_blocks(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """The rules of a table of energy limits, as blocks to be checked like any other.

    A level that a standard prints as a dash is left out with its class. The last class is
    closed: what is beyond the limit value does not comply.

    Args:
        path: the table; one that is not there has no rules.

    Returns:
        For each row its place, as messages show it, and the block of its rule.

    Raises:
        UnreadableInput: the table is not UTF-8.
        FaultyData: a column is missing or a cell is no number or date.
    """
    if not path.exists():
        return []
    rows = read_rows(path, needed=COLUMNS, key="rule_id", name=SHOWN)
    return [(f"{SHOWN}:{row.number}", _block(row)) for row in rows]


def _block(row: TextRow) -> dict[str, Any]:
    levels = [(label, _number(row, key)) for key, label in LEVELS if row.get(key)]
    correction = row.get("correction")
    return {
        "rule_id": row["rule_id"],
        "version": row["standard"].rpartition("-")[2],
        "title_zh": f"能耗限额等级：{row['product_zh']}{row['indicator_zh']}",
        "title_en": f"Energy limit level: {row['product_en']} ({row['unit']})",
        "category_id": row["category_id"],
        "indicator": "energy_intensity",
        "indicator_unit": row["unit"],
        "declared_unit": row["unit"].partition("/")[2],
        "method": "table",
        "labels": [label for label, _ in levels],
        "limits": [limit for _, limit in levels],
        "inclusion": "<=",
        "tie_rule": "better_class",
        "population_kind": "limit_table",
        "is_provisional": row["is_provisional"] != "false",
        "p_min": 0.5,
        "uncertainty_policy": "point",
        "valid_from": _day(row, "valid_from"),
        "valid_until": _day(row, "valid_until"),
        "source": "；".join(
            part for part in (row["citation"], row["where_seen"], correction) if part
        ),
    }


def _number(row: TextRow, column: str) -> float:
    try:
        return to_double(exact(row[column]))
    except NotANumber as error:
        raise FaultyData(
            finding("E-GRD-08", file=SHOWN, row=row.number, column=column, value=row[column])
        ) from error


def _day(row: TextRow, column: str) -> dt.date:
    try:
        return dt.date.fromisoformat(row[column])
    except ValueError as error:
        raise FaultyData(
            finding("E-GRD-01", file=SHOWN, row=row.number, column=column,
                    expected=["2026-01-01"])
        ) from error  # fmt: skip
