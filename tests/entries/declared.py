"""Which checks are declared, by name: what the planted rows are held against.

Belongs here: the names of checks as declarations and seeds give them. Does not belong here:
what breaks them (``planted.csv``).
"""

from __future__ import annotations

from pipelines.admit import Rulebook
from pipelines.admit.plausibility import CHECKS
from pipelines.admit.rules import reason_order
from schemas.candidate import CANDIDATE, CANDIDATE_GAS
from schemas.table import Field, Table


def rules_of(table: Table, field: Field) -> list[str]:
    """Rules of one column, by the names that a broken contract gives them."""
    is_text = field.kind in {"text", "code", "json"}
    return [
        name
        for name, is_declared in (
            ("required", table.is_required(field.name)),
            ("blank", table.is_required(field.name) and is_text),
            ("finite", field.kind == "number"),
            ("minimum", field.minimum is not None),
            ("maximum", field.maximum is not None),
            ("vocabulary", field.vocabulary is not None),
            ("pattern", field.pattern is not None),
        )
        if is_declared
    ]


def of_table(table: Table) -> list[str]:
    """Every check of a declared table: ``table.column.rule``, ``table.CODE``, ``table.key``."""
    found = [f"{table.name}.{f.name}.{rule}" for f in table for rule in rules_of(table, f)]
    found += [f"{table.name}.{rule.code}" for rule in table.rules]
    found += [f"{table.name}.{'+'.join(ref.columns)}.reference" for ref in table.references]
    return [*found, f"{table.name}.key"]


def checks(rulebook: Rulebook) -> list[str]:
    """Every check that a factor meets on its way into the library."""
    return [
        *of_table(CANDIDATE),
        *of_table(CANDIDATE_GAS),
        *reason_order(rulebook),
        # Of the suite, the sums are reasons as well.
        *(code for code in CHECKS if code not in reason_order(rulebook)),
        *(f"quality.{row.criterion}.{row.score}" for row in rulebook.rubric),
    ]
