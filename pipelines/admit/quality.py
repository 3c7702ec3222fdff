"""Representativeness of a factor for its own declared scope, by the rubric in seeds.

Belongs here: TeR, GeR, TiR, P and their mean. Unknown is always the worst score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.judgement import FACTOR_QUALITY
from schemas.render.frame import frame_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    import polars as pl

    from pipelines.admit.rulebook import RubricRow, Rulebook

CRITERIA = ("ter", "ger", "tir", "precision_score")
WORST = 5
DAYS_PER_YEAR = 365.2425


def _age_years(record: Mapping[str, Any], released_on: dt.date) -> float | None:
    end = record["data_end"]
    return None if end is None else (released_on - end).days / DAYS_PER_YEAR


def _is_young(row: RubricRow, age: float | None) -> bool:
    if age is None:
        return False
    limit = float(row.limit)
    return age <= limit if row.inclusion == "<=" else age < limit


def fits(row: RubricRow, record: Mapping[str, Any], kinds: Mapping[str, str], at: dt.date) -> bool:
    """Whether a rubric row's condition holds for a record.

    Args:
        row: a rubric row; ``limit`` is a number of years or a list separated by ``;``.
        record: columns of the ``factor`` table.
        kinds: kind of region by region code.
        at: the date at which ages are measured.
    """
    listed = row.limit.split(";")
    tests: dict[str, Callable[[], bool]] = {
        "otherwise": lambda: True,
        "age_years": lambda: _is_young(row, _age_years(record, at)),
        "region_kind": lambda: kinds.get(record["region_code"], "") in listed,
        "has_route": lambda: bool(record["route"] or record["technology"]),
        "has_flow": lambda: bool(record["flow_id"]),
        "derivation": lambda: record["derivation"] in listed,
    }
    return tests[row.condition]()


def score(
    record: Mapping[str, Any], rulebook: Rulebook, kinds: Mapping[str, str]
) -> dict[str, Any]:
    """The four scores of a record, their mean, and the reason of each.

    Returns:
        The columns of ``factor_quality`` without the key.
    """
    scores: dict[str, Any] = {}
    zh, en = [], []
    for criterion in CRITERIA:
        fitting = (
            r
            for r in rulebook.rubric
            if r.criterion == criterion and fits(r, record, kinds, rulebook.released_on)
        )
        row = next(fitting, None)
        scores[criterion] = float(row.score if row else WORST)
        zh.append(f"{criterion} {int(scores[criterion])}：{row.reason_zh if row else '无适用细则'}")
        en.append(
            f"{criterion} {int(scores[criterion])}: {row.reason_en if row else 'no row fits'}"
        )
    scores["dqr"] = sum(scores[c] for c in CRITERIA) / len(CRITERIA)
    scores["rubric_id"] = rulebook.rubric[0].rubric_id if rulebook.rubric else "none"
    scores["reasons_zh"] = "；".join(zh)
    scores["reasons_en"] = "; ".join(en)
    return scores


def quality_of(
    factors: list[dict[str, Any]], rulebook: Rulebook, region: pl.DataFrame
) -> pl.DataFrame:
    """The ``factor_quality`` rows of factors.

    Args:
        factors: (n) rows of the ``factor`` table.
        rulebook: holds the rubric and the date.
        region: the ``region`` table.

    Returns:
        (n) rows.
    """
    kinds = dict(zip(region["region_code"], region["region_kind"], strict=True))
    return frame_of(
        FACTOR_QUALITY,
        (
            {"factor_id": f["factor_id"], "version": f["version"], **score(f, rulebook, kinds)}
            for f in factors
        ),
    )
