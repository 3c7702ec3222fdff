"""Lines for the register of planted values, proposed from the declarations.

    TANYUAN_APPROVE=1 python -m tests.schemas.proposing

keeps every line there is, drops those of rules that are gone, and proposes one for each rule
that has none. A person reads what is proposed: a value made from a rule proves only that it is
there, so the limits of a row rule are planted by hand.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import re
from decimal import Decimal
from typing import Any

import schemas
from schemas.table import Field, Table
from tests.entries.declared import rules_of
from tests.schemas.test_every_rule_bites import BROKEN_ROWS, PATTERN_EXAMPLES, good_row
from tests.schemas.test_planted_rules import HERE, good_rows, planted
from tests.schemas.test_what_templates_ask import asked, codes, editions

HEADERS = {
    "asked": "template,table,sheet,sheet_en,main,single,name,column,answer,unit,required,listed,"
             "open_list,from_source,when,example,minimum,maximum,pattern",
    "editions": "template,version,added,renamed,removed",
    "codes": "list,code,zh,en",
}  # fmt: skip
ODD = ("!", "a", "A", "0", "_", "-", ".", "x", "9")


def as_text(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def refused(field: Field, rule: str) -> list[Any]:
    """Values that a rule of a column must refuse."""
    if rule == "pattern":
        return _against(str(field.pattern))
    found: dict[str, list[Any]] = {
        "required": [None], "blank": [" "], "vocabulary": ["no_such_code"],
        "finite": [math.nan, math.inf, -math.inf],
    }  # fmt: skip
    step = 0.001 if field.kind == "number" else 1
    if rule == "minimum" and field.minimum is not None:
        return [_of(field, field.minimum - (0 if field.exclusive_minimum else step))]
    if rule == "maximum" and field.maximum is not None:
        return [_of(field, field.maximum + step)]
    return found[rule]


def _of(field: Field, value: float) -> Any:
    return {"integer": int, "decimal": str}.get(field.kind, float)(value)


def _against(pattern: str) -> list[str]:
    """Texts a pattern refuses: its example with a character more, less or another."""
    good = PATTERN_EXAMPLES[pattern]
    near = {good[:i] + c + good[i + 1 :] for i in range(len(good)) for c in (*ODD, "")}
    bad = [text for text in sorted({*near, good + "!", "!" + good, ""})
           if not re.fullmatch(pattern, text)]  # fmt: skip
    return [good + "\n", "不合", *bad[:: max(1, len(bad) // 4)]]


def accepted(table: Table, field: Field) -> list[Any]:
    """Values at the limits of a column's rules."""
    found: list[Any] = [] if table.is_required(field.name) else [None]
    if field.minimum is not None:
        found.append(_of(field, field.minimum + (0.001 if field.exclusive_minimum else 0)))
    if field.maximum is not None:
        found.append(_of(field, field.maximum))
    if field.vocabulary:
        found += field.vocabulary.codes
    elif field.pattern:
        found.append(PATTERN_EXAMPLES[field.pattern])
    return found


def lines_of(table: Table) -> list[list[Any]]:
    """The lines of a table: what stands in the register, and what is proposed."""
    held = {(x["column"], x["rule"], x["outcome"]): x["values"] for x in planted()[table.name]}
    made: list[list[Any]] = []

    def line(column: str, rule: str, outcome: str, proposed: Any, *, keep: bool = True) -> None:
        values = held.get((column, rule, outcome), proposed) if keep else proposed
        if values:
            made.append([table.name, column, rule, outcome, json.dumps(values, ensure_ascii=False)])

    for field in table:
        for rule in rules_of(table, field):
            line(field.name, rule, "refused", refused(field, rule))
        if field.kind != "json":
            line(field.name, "", "accepted", accepted(table, field))
    for rule in table.rules:
        broken = {k: as_text(v) for k, v in BROKEN_ROWS[rule.code].items() if k in table}
        line("*", rule.code, "refused", [broken])
        line("*", rule.code, "accepted", [])
    for ref in table.references:
        line("+".join(ref.columns), "reference", ref.table, list(ref.to), keep=False)
    line("*", "key", "", list(table.key), keep=False)
    outcome = "published" if table.published else ""
    line("*", "order", outcome, list(table.order), keep=False)
    return made


def main() -> None:
    """Write the registers anew."""
    rows = [line for table in schemas.ALL_TABLES.values() for line in lines_of(table)]
    write("planted_rules", "table,column,rule,outcome,values", rows)
    for name, found in (("asked", asked), ("editions", editions), ("codes", codes)):
        write(name, HEADERS[name], found())
    good = {}
    for name, table in schemas.ALL_TABLES.items():
        proposed = {k: as_text(v) for k, v in good_row(table).items()}
        held = good_rows().get(name, {})
        good[name] = {k: held.get(k, v) for k, v in proposed.items()}
    told = ",\n".join(f' "{n}": {json.dumps(row, ensure_ascii=False)}' for n, row in good.items())
    (HERE / "good_rows.json").write_text("{\n" + told + "\n}\n", "utf-8")


def write(name: str, header: str, rows: list[list[Any]]) -> None:
    """One register."""
    with (HERE / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header.split(","))
        out.writerows(rows)


if __name__ == "__main__":
    main()
