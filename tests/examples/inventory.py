"""Examples of inventories: a sound one, changed by statements, then computed.

``line kiln 2: flow = electricty`` changes that line, or adds it where it is not there;
``inventory b`` begins another inventory, ``on`` sets the day, ``empty product`` empties a file.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from pipelines.errors import TanyuanError
from pipelines.footprint import FactorBook, compute, double_counted, read_double_counting_rule
from tests.conftest import SEEDS
from tests.examples.written import statements_of
from tests.footprint.handmade import (
    FACTORS,
    GASES,
    POWER,
    burnt,
    emission,
    factor,
    line,
    output,
    pinned,
    process,
    product,
    write,
)

if TYPE_CHECKING:
    from tests.examples.conftest import Tools

RULE = read_double_counting_rule(SEEDS)
# Factors whose boundaries and scopes tell what is counted twice.
MORE = {
    one["factor_id"]: one
    for one in (
        factor("FGRAVEAAAAAAA", "diesel", 4.0, "kg", boundary="cradle_to_grave"),
        factor("FTANKAAAAAAAA", "diesel", 0.5, "kg", boundary="well_to_tank"),
        factor("FCOALPAAAAAAA", "electricity_coal", 0.9, "kWh"),
        burnt("FCOALAAAAAAAA", "bituminous_coal", "kg", value=2.0),
        factor("FDELIVAAAAAAA", "electricity", 0.6, "kWh", delivery_scope="delivered"),
        factor("FMADEAAAAAAAA", "electricity", 0.5, "kWh", delivery_scope="generation"),
        factor(
            "FWIRESAAAAAAA", "electricity_transmission", 0.05, "kWh", delivery_scope="transmission"
        ),
    )
}


def _sound(name: str) -> dict[str, list[dict[str, Any]]]:
    if name != "kiln":
        return {"product": [], "process": [], "exchange": []}
    return {
        "product": [product("kiln")],
        "process": [process("kiln"), process("mill", "lime")],
        "exchange": [
            line("kiln", "1", "lime", 0.5, "kg", provider="mill"),
            line("kiln", "2", "electricity", 10, "kWh", **pinned(POWER)),
            emission("mill", "1", "CO2", 1),
        ],
    }


def _certificate(name: str) -> dict[str, Any]:
    return {
        "instrument_id": name, "process_id": "kiln", "line": "2", "kind": "certificate",
        "energy_source": "wind", "market_region": "CN", "provider": f"factor:{POWER}",
        "amount": 5, "unit": "kWh", "period_start": "2025-01-01", "period_end": "2025-12-31",
        "retired_for": "kiln",
    }  # fmt: skip


DAYS = ("valid_from", "valid_until")
# Statement to its file, the columns that name a row, and a new row.
ROWS = {
    "product": ("product", ("process_id",), product),
    "process": ("process", ("process_id",), process),
    "line": ("exchange", ("process_id", "line"), lambda p, n: line(p, n, "electricity", 1, "kWh")),
    "emission": ("exchange", ("process_id", "line"), lambda p, n: emission(p, n, "CO2", 1)),
    "output": ("exchange", ("process_id", "line"), lambda p, n: output(p, n, "lime", 1, "kg", 1)),
    "instrument": ("instrument", ("instrument_id",), _certificate),
}


def _typed(answers: dict[str, str]) -> dict[str, Any]:
    """Answers about a factor: days as days, flags as a list."""
    days = {k: dt.date.fromisoformat(v) for k, v in answers.items() if k in DAYS}
    flags = {k: [v] for k, v in answers.items() if k == "flags"}
    return {**answers, **days, **flags}


def inventory(argument: str, text: str, tools: Tools) -> set[str]:
    """Codes with which inventories are refused, or which their results carry."""
    books: dict[str, dict[str, list[dict[str, Any]]]] = {"kiln": _sound("kiln")}
    factors, now, on, emptied = dict(MORE), "kiln", None, []
    for table, named, answers in statements_of(text):
        if table == "inventory":
            now = named[0]
            books.setdefault(now, _sound(now))
        elif table == "on":
            on = dt.date.fromisoformat(named[0])
        elif table == "empty":
            emptied.append(named[0])
        elif table == "factor":
            base = factor(named[0], "electricity", 0.5, "kWh")
            factors[named[0]] = {**factors.get(named[0], base), **_typed(answers)}
        else:
            file, keys, made = ROWS[table]
            rows = books[now].setdefault(file, [])
            row = next((r for r in rows if tuple(r[k] for k in keys) == named), None)
            if row is None or "again" in answers:
                rows.append({**made(*named), **answers})
            else:
                row.update(answers)
    library = tools.library(tuple(factors.values())) if factors != MORE else tools.library()
    if on is not None:
        library = dataclasses.replace(library, on=on)
    folders = [write(tools.fresh() / name, **files) for name, files in books.items()]
    for name in emptied:
        path = folders[0] / f"{name}.csv"
        path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    try:
        tables = compute(
            folders, library, gwp_sets=(argument,) if argument else (), samples=0,
            double_counting=RULE,
        )  # fmt: skip
    except TanyuanError as refused:
        return {f.code for f in refused.findings}
    rows = {name: frame.to_dicts() for name, frame in tables.items()}
    book = FactorBook.over(library.factor, library.book.categories)
    twice = {one.code for found in double_counted(rows, book, RULE).values() for one in found}
    others = [
        one for row in rows["footprint_line"] for one in json.loads(row["runners_up"] or "[]")
    ]
    twice |= {row["assumption_source"] for row in rows["assumption"]}
    return twice | {str(one["lost_on"]) for one in others if one.get("lost_on")}


def bench(library_with, *factors):
    """The library that examples are computed with."""
    return library_with(
        factors=(*FACTORS, *(factors or MORE.values())),
        gases=(*GASES, ("FCOALAAAAAAAA", "co2_fossil", 2.0)),
    )


WAYS = {"kiln": inventory}
