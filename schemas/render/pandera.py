"""A declared table as a pandera contract, and the check of a frame against it.

Belongs here: types, nulls, ranges, finiteness, vocabularies, patterns, keys, row rules and
references, checked on collected frames only: on a LazyFrame pandera looks at types alone,
so a LazyFrame is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.render.frame import POLARS_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandera.polars as pa

    from schemas.table import Field, Rule, Table

SHOWN = 5


@dataclass(frozen=True)
class Breach:
    """One broken rule of a table: which column, how many rows, which rows first.

    ``rule`` is ``columns``, ``type``, ``required``, ``blank``, ``finite``, ``minimum``,
    ``maximum``, ``vocabulary``, ``pattern``, ``key``, ``reference`` or a rule's code.
    """

    table: str
    rule: str
    column: str
    rows: int
    first_rows: tuple[int, ...]
    first_values: tuple[str, ...]


class ContractBroken(ValueError):
    """A frame breaks the contract of its table."""

    def __init__(self, breaches: list[Breach]) -> None:
        """Keep the breaches; the message lists them."""
        self.breaches = tuple(breaches)
        lines = [
            f"{b.table}.{b.column}: {b.rule} in {b.rows} rows, "
            f"first {b.first_rows} {b.first_values}"
            for b in breaches
        ]
        super().__init__("\n".join(lines))


def _column_check(name: str, expression: pl.Expr) -> pa.Check:
    import pandera.polars as pa

    def check(data: Any) -> pl.LazyFrame:
        result: pl.LazyFrame = data.lazyframe.select(expression.fill_null(value=True))
        return result

    return pa.Check(check, name=name, error=name, ignore_na=False)


def _rules_of(field: Field, *, required: bool) -> list[tuple[str, pl.Expr]]:
    """Each rule of a column by name, as an expression that holds or is null."""
    column = pl.col(field.name)
    rules = []
    if field.kind == "number":
        rules.append(("finite", column.is_finite()))
    if field.minimum is not None:
        above = column > field.minimum if field.exclusive_minimum else column >= field.minimum
        rules.append(("minimum", above))
    if field.maximum is not None:
        rules.append(("maximum", column <= field.maximum))
    if field.vocabulary:
        rules.append(("vocabulary", column.is_in(list(field.vocabulary.codes))))
    if field.pattern:
        rules.append(("pattern", column.str.contains(field.pattern)))
    if field.kind in {"text", "code", "json"} and required:
        rules.append(("blank", column.str.strip_chars().str.len_chars() > 0))
    return rules


def _row_check(rule: Rule) -> pa.Check:
    import pandera.polars as pa

    def check(data: Any) -> pl.LazyFrame:
        result: pl.LazyFrame = data.lazyframe.select(
            pl.sql_expr(rule.sql).fill_null(value=True).alias(rule.code)
        )
        return result

    return pa.Check(check, name=rule.code, error=rule.code, ignore_na=False)


@cache
def contract(table: Table) -> pa.DataFrameSchema:
    """The pandera schema of a table: order, types, nulls, ranges, key, row rules."""
    # Loaded here: it takes a second, and a frame that keeps its contract needs none of it.
    import pandera.polars as pa

    return pa.DataFrameSchema(
        {
            f.name: pa.Column(
                POLARS_TYPES[f.kind],
                checks=[
                    _column_check(name, rule)
                    for name, rule in _rules_of(f, required=table.is_required(f.name))
                ],
                nullable=not table.is_required(f.name),
                coerce=False,
            )
            for f in table
        },
        checks=[_row_check(rule) for rule in table.rules],
        unique=list(table.key),
        strict=True,
        ordered=True,
        name=table.name,
    )


@cache
def row_rules(table: Table) -> dict[str, pl.Expr]:
    """Every rule of one row of a table by name, types, key and references apart.

    Args:
        table: a declared table.

    Returns:
        ``column.rule`` or a rule's code to an expression over a frame of the table, true or
        false in each row.
    """
    rules: dict[str, pl.Expr] = {}
    for f in table:
        is_required = table.is_required(f.name)
        if is_required:
            rules[f"{f.name}.required"] = pl.col(f.name).is_not_null()
        for name, rule in _rules_of(f, required=is_required):
            rules[f"{f.name}.{name}"] = rule.fill_null(value=True)
    for declared in table.rules:
        rules[declared.code] = pl.sql_expr(declared.sql).fill_null(value=True)
    return rules


@cache
def row_holds(table: Table) -> pl.Expr:
    """Every rule of a table as one expression: whether a row keeps all, types and key apart.

    Args:
        table: a declared table.

    Returns:
        An expression over a frame of the table, true or false in each row.
    """
    return pl.all_horizontal(*row_rules(table).values())


def _plainly_keeps(table: Table, frame: pl.DataFrame) -> bool:
    """Whether the whole contract holds, in one pass; which rule broke is pandera's to say."""
    if list(frame.schema.items()) != [(f.name, POLARS_TYPES[f.kind]) for f in table]:
        return False
    if frame.is_empty():
        return True
    every_row = frame.select(row_holds(table).all()).item()
    return bool(every_row) and not frame.select(table.key).is_duplicated().any()


_BY_PANDERA = {
    "not_nullable": "required",
    "column_in_schema": "columns",
    "column_in_dataframe": "columns",
    "column_ordered": "columns",
    "multiple_fields_uniqueness": "key",
    "field_uniqueness": "key",
}


def rule_name(check: str) -> str:
    """Our name of a rule from the name pandera gives its check."""
    name = _BY_PANDERA.get(check, check)
    return "type" if name.startswith("dtype(") or name == "dtype" else name


def _row_numbers(rows: pl.DataFrame) -> tuple[int, ...]:
    numbers = rows["index"].drop_nulls().cast(pl.Int64).unique().sort()
    return tuple(numbers.head(SHOWN).to_list())


def breaches_of(table: Table, frame: pl.DataFrame) -> list[Breach]:
    """Every rule of the table that the frame breaks, references apart.

    Args:
        table: a declared table.
        frame: (n rows), collected.

    Returns:
        One breach per broken rule and column, none when the frame keeps the contract.

    Raises:
        TypeError: the frame is lazy; its values would go unchecked.
    """
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(f"{table.name}: collect the frame; a LazyFrame is checked for types only")
    if _plainly_keeps(table, frame):
        return []
    from pandera.errors import SchemaErrors

    try:
        contract(table).validate(frame, lazy=True)
    except SchemaErrors as error:
        return _read_failures(table, error.failure_cases)
    return []


def _read_failures(table: Table, cases: pl.DataFrame) -> list[Breach]:
    found = []
    for (check, column), rows in sorted(
        cases.group_by(["check", "column"], maintain_order=True), key=lambda item: str(item[0])
    ):
        rule = rule_name(str(check))
        is_row_rule = rule in {r.code for r in table.rules}
        where = "*" if is_row_rule or rule == "columns" or column is None else str(column)
        if rule == "key":
            where = "+".join(table.key)
        numbers = _row_numbers(rows)
        values = tuple(str(v)[:80] for v in rows["failure_case"].head(SHOWN).to_list())
        count = int(rows["index"].drop_nulls().n_unique()) or rows.height
        found.append(Breach(table.name, rule, where, count, numbers, values))
    return found


def broken_references(
    table: Table, frame: pl.DataFrame, others: Mapping[str, pl.DataFrame]
) -> list[Breach]:
    """Every reference of the table that leads nowhere.

    Args:
        table: a declared table.
        frame: (n rows), collected.
        others: the referenced tables by name; a table not given is not checked.

    Returns:
        One breach per reference with rows whose values are not in the other table.
    """
    found = []
    for ref in table.references:
        if ref.table not in others:
            continue
        known = others[ref.table].select(ref.to).unique()
        lost = (
            frame.with_row_index("__row")
            .drop_nulls(list(ref.columns))
            .join(known, left_on=list(ref.columns), right_on=list(ref.to), how="anti")
            .sort("__row")
        )
        if lost.height:
            values = lost.select(pl.concat_str(list(ref.columns), separator="@")).to_series()
            found.append(
                Breach(
                    table.name,
                    "reference",
                    "+".join(ref.columns),
                    lost.height,
                    tuple(lost["__row"].head(SHOWN).to_list()),
                    tuple(values.unique(maintain_order=True).head(SHOWN).to_list()),
                )
            )
    return found


def require(
    table: Table, frame: pl.DataFrame, others: Mapping[str, pl.DataFrame] | None = None
) -> pl.DataFrame:
    """The frame itself, if it keeps the whole contract of its table.

    Raises:
        ContractBroken: a rule or a reference is broken.
        TypeError: the frame is lazy.
    """
    found = breaches_of(table, frame)
    if not found:
        found = broken_references(table, frame, others or {})
    if found:
        raise ContractBroken(found)
    return frame
