"""A declared table as DuckDB statements: types, checks, keys, references, comments.

Text only: this module imports no database, so that a dictionary or a page can show the
statements without one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.table import DECIMAL_PRECISION, DECIMAL_SCALE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.table import Field, Table

_TYPES = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "json": "VARCHAR",
    "texts": "VARCHAR[]",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "decimal": f"DECIMAL({DECIMAL_PRECISION},{DECIMAL_SCALE})",
    "boolean": "BOOLEAN",
    "date": "DATE",
}


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL string.

    Example:
        >>> literal("it's")
        "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def _checks_of(field: Field, *, required: bool) -> list[str]:
    column = quoted(field.name)
    checks = []
    if field.kind == "number":
        checks.append(f"isfinite({column})")
    if field.minimum is not None:
        sign = ">" if field.exclusive_minimum else ">="
        checks.append(f"{column} {sign} {field.minimum!r}")
    if field.maximum is not None:
        checks.append(f"{column} <= {field.maximum!r}")
    if field.vocabulary:
        codes = ", ".join(literal(code) for code in field.vocabulary.codes)
        checks.append(f"{column} IN ({codes})")
    if field.pattern:
        checks.append(f"regexp_full_match({column}, {literal(field.pattern)})")
    if field.kind in {"text", "code", "json"} and required:
        checks.append(f"length(trim({column})) > 0")
    return checks


def row_checks(table: Table) -> dict[str, str]:
    """Every rule of one row of a table by name, as SQL that is true, false or null.

    Args:
        table: a declared table.

    Returns:
        ``column.rule`` numbered within the column, or a rule's code, to an SQL expression.
    """
    checks: dict[str, str] = {}
    for field in table:
        required = table.is_required(field.name)
        if required:
            checks[f"{field.name}.required"] = f"{quoted(field.name)} IS NOT NULL"
        for check in _checks_of(field, required=required):
            rule = "finite" if check.startswith("isfinite") else str(len(checks))
            checks[f"{field.name}.{rule}"] = check
    return checks | {rule.code: f"({rule.sql})" for rule in table.rules}


def create_table(table: Table, *, references: bool = True) -> str:
    """The CREATE TABLE statement with every rule as a constraint.

    Args:
        table: a declared table.
        references: write foreign keys (the referenced tables must exist already).

    Returns:
        One statement.
    """
    lines = []
    for field in table:
        required = table.is_required(field.name)
        null = " NOT NULL" if required else ""
        lines.append(f"{quoted(field.name)} {_TYPES[field.kind]}{null}")
        lines += [f"CHECK ({check})" for check in _checks_of(field, required=required)]
    lines.append(f"PRIMARY KEY ({', '.join(quoted(k) for k in table.key)})")
    lines += [f"CHECK ({rule.sql})" for rule in table.rules]
    if references:
        for ref in table.references:
            columns = ", ".join(quoted(c) for c in ref.columns)
            to = ", ".join(quoted(c) for c in ref.to)
            lines.append(f"FOREIGN KEY ({columns}) REFERENCES {quoted(ref.table)} ({to})")
    body = ",\n  ".join(lines)
    return f"CREATE TABLE {quoted(table.name)} (\n  {body}\n)"


def comments(table: Table) -> list[str]:
    """COMMENT statements: Chinese | English, with the unit, for the table and columns."""
    statements = [
        f"COMMENT ON TABLE {quoted(table.name)} IS "
        + literal(f"{table.title_zh}：{table.meaning_zh} | {table.title_en}: {table.meaning_en}")
    ]
    for field in table:
        unit = f" [{field.unit}]" if field.unit else ""
        words = f"{field.title_zh}：{field.meaning_zh} | {field.title_en}: {field.meaning_en}{unit}"
        statements.append(
            f"COMMENT ON COLUMN {quoted(table.name)}.{quoted(field.name)} IS {literal(words)}"
        )
    return statements


def in_load_order(tables: Iterable[Table]) -> list[Table]:
    """The tables so that each comes after those it references.

    Raises:
        ValueError: the references form a circle.
    """
    waiting = {t.name: t for t in tables}
    placed: list[Table] = []
    done: set[str] = set()
    while waiting:
        ready = [
            t
            for t in waiting.values()
            if all(r.table in done or r.table not in waiting for r in t.references)
        ]
        if not ready:
            raise ValueError(f"references form a circle among {', '.join(sorted(waiting))}")
        for table in ready:
            placed.append(table)
            done.add(table.name)
            del waiting[table.name]
    return placed
