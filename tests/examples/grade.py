"""Examples of grading: a rule, a population or a choice, changed in one place."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import Any

from pipelines.errors import TanyuanError
from pipelines.grade import assign, build, build_all, read_population
from pipelines.grade.comparable import comparable
from pipelines.grade.threshold import limits_of
from tests.examples.admission import typed
from tests.examples.written import answers_of, statements_of
from tests.grade.samples import (
    DISCLOSURE,
    ON,
    QUANTILE,
    RATIO,
    SLIDING,
    TABLE,
    a_rule,
    footprints,
    member,
    population,
    products,
)
from tests.grade.test_population_file import write

BASES = {"quantile": QUANTILE, "ratio": RATIO, "table": TABLE, "sliding": SLIDING}
VALUES = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0]


def _codes(act) -> set[str]:
    try:
        act()
    except TanyuanError as refused:
        return {f.code for f in refused.findings}
    return set()


def rule(argument: str, text: str, _) -> set[str]:
    """Why a rule file is refused that says so of itself."""
    changes: dict[str, Any] = {
        name: None if value is None else tomllib.loads(f"x = {value}")["x"]
        for name, value in ((k, v or None) for k, v in answers_of(text).items())
    }
    return _codes(lambda: a_rule(BASES[argument], **changes))


def members(argument: str, text: str, _) -> set[str]:
    """Why results are left out of a population; ``weighted`` by a rule that weighs."""
    made = []
    for table, _, answers in statements_of(text):
        values = {k: typed(v) if k in {"output", "value"} else v for k, v in answers.items()}
        if "years" in values:
            values["years"] = tuple(int(year) for year in values["years"].split(".."))
        made.append(member(values.pop("product_id", table), **values))
    return {x.code for x in comparable(made, a_rule(weighted=argument == "weighted"))[1]}


def population_file(_, text: str, tools) -> set[str]:
    """Why a population file is refused with such a row."""
    path = write(tools.fresh(), answers_of(text))
    return _codes(lambda: read_population(path))


def owners(_, text: str, __) -> set[str]:
    """Why a benchmark is kept back whose owners put out so much each."""
    outputs = [float(part) for part in text.split(",")]
    made = build(a_rule(), population(VALUES[: len(outputs)], outputs), DISCLOSURE)
    return {reason.code for reason in made.reasons}


def kept_back(_, text: str, __) -> set[str]:
    """Why a benchmark is kept back whose results all say so."""
    answers = answers_of(text)
    kind = answers.pop("population_kind", "producer")
    made = build(a_rule(population_kind=kind), population(VALUES, **answers), DISCLOSURE)
    return {reason.code for reason in made.reasons}


def graded(_, text: str, __) -> set[str]:
    """Why a product gets no grade on a day, or with such a result."""
    answers = answers_of(text)
    on = dt.date.fromisoformat(answers.pop("on", ON.isoformat()))
    values = {k: typed(v) for k, v in answers.items()}
    made = build_all(
        {"rule-1": a_rule(TABLE, p_min=0.9)}, {}, DISCLOSURE, footprints(values), products(), on
    )  # fmt: skip
    return {code for codes in made["grade"]["reason_codes"] for code in codes}


def choice(argument: str, text: str, _) -> set[str]:
    """Why a choice of the user is refused by a rule: covariate, subclass, value."""
    said = {k: typed(v) for k, v in answers_of(text).items()}
    chosen = a_rule(BASES[argument])
    if argument == "table" and "subclass" in said:
        limits = {"4000": [1.0, 2.0], "5000": [2.0, 3.0]}
        base = {k: v for k, v in TABLE.items() if k != "limits"}
        chosen, said = a_rule(base, subclasses=limits), {"subclass": answers_of(text)["subclass"]}
    if "value" in said:
        spread = float(said.get("gsd2") or 0) or None
        return _codes(lambda: assign(chosen, said["value"], chosen.limits, gsd2=spread))
    return _codes(lambda: limits_of(chosen, **said))


WAYS = {
    "rule": rule, "members": members, "population-file": population_file, "owners": owners,
    "kept-back": kept_back, "graded": graded, "choice": choice,
}  # fmt: skip
