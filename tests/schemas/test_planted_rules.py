"""Every declared rule of every table against values written down beside it, not made from it.

``planted_rules.csv`` holds for each rule what it must refuse and, at its limit, what it must
accept; ``good_rows.json`` a row of each table that keeps every rule. A rule that is taken
away, widened, narrowed or added without its planted value is noticed here.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pandera.polars as pa
import polars as pl
import pytest

import schemas
from schemas.render.frame import frame_of
from schemas.render.pandera import breaches_of, broken_references, contract, rule_name
from schemas.table import Table
from tests.entries.declared import rules_of

HERE = Path(__file__).parent
TABLES = schemas.ALL_TABLES


@cache
def planted() -> dict[str, list[dict[str, Any]]]:
    """The lines of the register by table."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    with (HERE / "planted_rules.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["table"], []).append({**row, "values": json.loads(row["values"])})
    return found


@cache
def good_rows() -> dict[str, dict[str, Any]]:
    """One good row of each table."""
    return dict(json.loads((HERE / "good_rows.json").read_text("utf-8")))


def typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON gives it, with days and decimals as such."""
    made: dict[str, Any] = {}
    for name, value in row.items():
        kind = table[name].kind
        if isinstance(value, str) and kind == "date":
            made[name] = dt.date.fromisoformat(value)
        elif isinstance(value, str) and kind == "decimal":
            made[name] = Decimal(value)
        else:
            made[name] = value
    return made


def changed(table: Table, lines: list[dict[str, Any]]) -> list[tuple[str, str, dict[str, Any]]]:
    """(column, rule, row) of every value of the lines, each in a row otherwise good."""
    return [
        (line["column"], line["rule"],
         typed(table, {**good_rows()[table.name],
                       **(value if line["column"] == "*" else {line["column"]: value})}))
        for line in lines
        for value in line["values"]
    ]  # fmt: skip


def test_the_tables_are_those_written_down() -> None:
    assert list(planted()) == list(good_rows()) == list(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_the_rules_of_a_table_are_those_planted(name) -> None:
    table = TABLES[name]
    refused = [(x["column"], x["rule"]) for x in planted()[name] if x["outcome"] == "refused"]
    of_columns = [(f.name, rule) for f in table for rule in rules_of(table, f)]
    assert refused == of_columns + [("*", rule.code) for rule in table.rules]
    references = [(x["column"], x["outcome"], x["values"]) for x in planted()[name]
                  if x["rule"] == "reference"]  # fmt: skip
    assert references == [("+".join(r.columns), r.table, list(r.to)) for r in table.references]
    told = {x["rule"]: x for x in planted()[name]}
    assert told["key"]["values"] == list(table.key)
    assert (told["order"]["values"], told["order"]["outcome"] == "published") == (
        list(table.order), table.published,
    )  # fmt: skip


@cache
def failures(name: str) -> frozenset[tuple[str, str, int]]:
    """(rule, column, row) of everything the contract says of all planted rows in one frame."""
    table = TABLES[name]
    rows = [row for _, _, row in changed(table, in_order(name))]
    try:
        contract(table).validate(frame_of(table, rows), lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases.drop_nulls("index").select("check", "column", "index")
        codes = {rule.code for rule in table.rules}
        return frozenset(
            (rule_name(check), "*" if rule_name(check) in codes else column, int(row))
            for check, column, row in cases.iter_rows()
        )
    return frozenset()


def in_order(name: str) -> list[dict[str, Any]]:
    """Lines with values, those that are refused first."""
    held = [x for x in planted()[name] if x["outcome"] in {"refused", "accepted"}
            and x["rule"] not in {"reference", "key", "order"}]  # fmt: skip
    return sorted(held, key=lambda line: line["outcome"] == "accepted")


@pytest.mark.parametrize("name", TABLES)
def test_what_is_planted_is_refused_and_what_lies_at_the_limit_is_not(name) -> None:
    told, wrong = failures(name), []
    number = 0
    for line in in_order(name):
        for value in line["values"]:
            place = {(rule, column) for rule, column, row in told if row == number}
            if line["outcome"] == "refused" and (line["rule"], line["column"]) not in place:
                wrong.append(("not refused", line["column"], line["rule"], value))
            if line["outcome"] == "accepted" and line["column"] != "*":
                wrong += [("refused", *x, value) for x in place if x[1] == line["column"]]
            if line["outcome"] == "accepted" and (line["rule"], line["column"]) in place:
                wrong.append(("refused", line["column"], line["rule"], value))
            number += 1
    # That the key repeats is said of the whole frame.
    assert [x for x in wrong if x[1] != "key"] == []


@pytest.mark.parametrize("name", TABLES)
def test_a_good_row_is_good(name) -> None:
    table = TABLES[name]
    assert breaches_of(table, frame_of(table, [typed(table, good_rows()[name])])) == []


@pytest.mark.parametrize("name", [n for n, t in TABLES.items() if t.references])
def test_a_reference_leads_to_a_row_that_is_there(name) -> None:
    table = TABLES[name]
    row = typed(table, good_rows()[name])
    frame = frame_of(table, [row])
    for ref in table.references:
        there = {to: row[own] for own, to in zip(ref.columns, ref.to, strict=True)}
        target = pl.DataFrame([there])
        away = pl.DataFrame([{**there, ref.to[0]: "elsewhere"}])
        column = "+".join(ref.columns)
        told = [broken_references(table, frame, {ref.table: t}) for t in (target, away)]
        assert [[b.rule for b in one if b.column == column] for one in told] == [[], ["reference"]]
