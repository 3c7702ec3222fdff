"""Examples of admission and plausibility: one candidate or factor, changed by statements."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from pipelines.admit import judge, read_rulebook
from pipelines.tabular.text_table import read_rows
from tests.admit.plausibility.test_planted_errors import factor as plain_factor
from tests.admit.plausibility.test_planted_errors import judged
from tests.admit.samples import RELEASED_ON, candidate, enter, gas, tables
from tests.conftest import SEEDS
from tests.examples.written import statements_of

if TYPE_CHECKING:
    from pipelines.admit import Rulebook

TEXTS = ("uncertainty_value",)
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def typed(text: str) -> Any:
    """A text as the value it is: truth, day, number, list, nothing, or the text."""
    if text in {"true", "false", ""}:
        return {"true": True, "false": False, "": None}[text]
    if _DAY.match(text):
        return dt.date.fromisoformat(text)
    if text.startswith("["):
        return [part.strip() for part in text[1:-1].split("+") if part.strip()]
    try:
        return float(text)
    except ValueError:
        return text


@cache
def _rulebook() -> Rulebook:
    rubric = read_rows(SEEDS / "rules" / "representativeness.csv")
    return read_rulebook(SEEDS, [row.cells for row in rubric], RELEASED_ON)


def admission(_, text: str, __) -> set[str]:
    """Reasons for which a candidate is refused."""
    changed: dict[str, dict[str, Any]] = {"k1": {}}
    source: dict[str, Any] = {}
    gases, silent = [], []
    for table, named, answers in statements_of(text):
        values = {k: v if k in TEXTS else typed(v) for k, v in answers.items()}
        if table == "candidate":
            changed.setdefault(named[0] if named else "k1", {}).update(values)
        elif table == "source":
            source |= values
        elif table == "gas":
            gases.append(gas("k1", named[0], values["mass"]))
        else:
            silent.append("k1")
    rows = [candidate(key, **answers) for key, answers in changed.items()]
    made = judge(tables(rows, gases, without_evidence=silent, **source), _rulebook(), enter)
    return {code for codes in made["refused_factor"]["reason_codes"] for code in codes}


def plausibility(_, text: str, __) -> set[str]:
    """What the suite of plausibility finds among factors and the rows beside them."""
    factors: dict[str, dict[str, Any]] = {}
    more: dict[str, list[dict[str, Any]]] = {}
    for table, named, answers in statements_of(text):
        values = {name: typed(value) for name, value in answers.items()}
        if table == "factor":
            first, _, last = (named[0] if named else "1").partition("..")
            for number in range(int(first), int(last or first) + 1):
                factors[str(number)] = plain_factor(number, **values)
        else:
            kept = {"factor_id": "F1", "process_id": "p", "version": "1.0", **values}
            more.setdefault(table, []).append(kept)
    return set(judged(*factors.values(), **more)["check_code"])


WAYS = {"admission": admission, "plausibility": plausibility}
