"""The factor chosen for every request, with its rank, reasons and runners-up.

Belongs here: the words of a choice, its runners-up, uncovered requests. Does not belong here:
factors that a line names itself (``pins``), the ranking (``resolve``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import FaultyData
from pipelines.footprint.choice_words import words_of, words_of_use
from pipelines.footprint.pins import keep_pins, require_pins
from pipelines.footprint.resolve import (
    KEY,
    SORT,
    WORDS,
    candidates_of,
    choose,
    refusal_words,
    why_lost,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipelines.footprint.reference import FlowBook
    from pipelines.footprint.resolution_rule import ResolutionRule

RUNNERS_UP = 5
ID = ("factor_id", "version")
# Columns of a factor by which it is compared or told.
COMPARED = (
    *ID, "name_zh", "name_en", "flow_id", "factor_kind", "boundary", "region_code", "route",
    "value_unit", "reference_unit", "gwp_set", "has_gas", "flags", "data_origin", "data_start",
    "data_end", "valid_from", "valid_until", "dqr", "published_on",
)  # fmt: skip
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Choice:
    """What serves a request: a factor with reasons, or nothing with the reason.

    Attributes:
        factor: row of the ``factor`` table, or None when uncovered.
        unit_ratio: reference units of the factor per amount unit of the line.
        rank: 1, or None when uncovered.
        reason_zh: why this one, Chinese.
        reason_en: why this one, English.
        runners_up: JSON list of those that lost or were refused, and why.
        unused_primary: the supplier's own admissible primary factor, where another serves.
    """

    factor: dict[str, Any] | None
    unit_ratio: float
    rank: int | None
    reason_zh: str
    reason_en: str
    runners_up: str
    unused_primary: str | None = None


@dataclass(frozen=True)
class _Considered:
    """What was considered for each request, as far as it is told.

    Attributes:
        best: the first of the admissible.
        count: how many are admissible.
        behind: the next few, in order of rank.
        refused: the first few that were refused, by id.
        codes: every code that refused any.
    """

    best: dict[Key, dict[str, Any]]
    count: dict[Key, int]
    behind: dict[Key, list[dict[str, Any]]]
    refused: dict[Key, list[dict[str, Any]]]
    codes: dict[Key, list[str]]


def select(
    requests: pl.DataFrame,
    factor: pl.DataFrame,
    factor_gas: pl.DataFrame,
    chains: dict[str, list[tuple[str, str]]],
    rule: ResolutionRule,
    book: FlowBook,
) -> dict[Key, Choice]:
    """A choice for every request; requests alike in all but their line are decided once.

    Args:
        requests: from ``requests_of``.
        factor: the ``factor`` table.
        factor_gas: the ``factor_gas`` table.
        chains: regions around each region.
        rule: the resolution rule.
        book: units and flow properties.

    Returns:
        ``(process_id, line, use)`` to its choice.

    Raises:
        FaultyData: a pinned factor does not exist or cannot serve, or a tie is unsettled.
    """
    asked = [name for name in requests.columns if name not in {"process_id", "line"}]
    first_alike = requests.with_row_index("at").select(pl.col("at").min().over(asked))["at"]
    firsts = requests[first_alike.unique().sort()]
    try:
        decided = _selected(firsts, factor, factor_gas, chains, rule, book)
    except FaultyData:
        # Every line at fault is named, not one of each kind.
        return _selected(requests, factor, factor_gas, chains, rule, book)
    keys = [_key(row) for row in requests.iter_rows(named=True)]
    return {key: decided[keys[first]] for key, first in zip(keys, first_alike, strict=True)}


def usable_factors(factor: pl.DataFrame, factor_gas: pl.DataFrame) -> pl.DataFrame:
    """The factors that may be chosen, with ``has_gas``: whether their gases are known."""
    usable = factor.filter(pl.col("status").is_in(["admitted", "provisional"]))
    held = factor_gas.select(ID).unique().with_columns(has_gas=True)
    return usable.join(held, on=ID, how="left").with_columns(
        pl.col("has_gas").fill_null(value=False)
    )


def _selected(
    requests: pl.DataFrame,
    factor: pl.DataFrame,
    factor_gas: pl.DataFrame,
    chains: dict[str, list[tuple[str, str]]],
    rule: ResolutionRule,
    book: FlowBook,
) -> dict[Key, Choice]:
    usable = usable_factors(factor, factor_gas)
    require_pins(requests, usable)
    # What is ranked is many times what is chosen: it carries no column it does not need.
    candidates = candidates_of(requests, usable.select(COMPARED), chains, rule, book)
    candidates = keep_pins(candidates, requests, rule)
    ranked = choose(candidates, rule)
    rest = usable.drop(name for name in COMPARED if name not in ID)
    best = ranked.filter(pl.col("rank") == 1).join(rest, on=ID, how="left", maintain_order="left")
    order = [*SORT, *rule.tie_criteria]
    told = (*KEY, *ID, "name_zh", "name_en")
    losers = candidates.filter(pl.col("refused").list.len() > 0).select(*told, "refused")
    # Of those that lost only the first few are told: the others stay in their columns.
    considered = _Considered(
        {_key(row): row for row in best.iter_rows(named=True)},
        dict(_by_key(ranked.group_by(KEY, maintain_order=True).agg(pl.len()))),
        _rows_by_key(ranked.filter(pl.col("rank").is_between(2, RUNNERS_UP + 1))
                     .select(*told, *order)),
        _rows_by_key(losers.sort([*KEY, "factor_id"]).group_by(KEY, maintain_order=True)
                     .head(RUNNERS_UP)),
        dict(_by_key(losers.explode("refused").group_by(KEY, maintain_order=True)
                     .agg(pl.col("refused").unique().sort()))),
    )  # fmt: skip
    choices = {
        _key(request): _choice(request, considered, order)
        for request in requests.iter_rows(named=True)
    }
    for key, own in _own_primaries(requests, usable, chains, rule, book).items():
        served = choices[key].factor
        if served is not None and served["factor_id"] != own:
            choices[key] = replace(choices[key], unused_primary=own)
    return choices


def _own_primaries(
    requests: pl.DataFrame,
    usable: pl.DataFrame,
    chains: dict[str, list[tuple[str, str]]],
    rule: ResolutionRule,
    book: FlowBook,
) -> dict[Key, str]:
    """The best admissible primary factor of each request's own supplier, pinned or not.

    Source:
        宁夏征求意见稿第九条: primary data first. A default below the supplier's own figure
        is no reason to pass that figure over.
    """
    named = requests.filter(pl.col("supplier_id").is_not_null())
    if named.is_empty():
        return {}
    free = named.with_columns(pinned=pl.lit(None, pl.String))
    own = candidates_of(free, usable, chains, rule, book).filter(
        pl.col("r_supplier") == 0, pl.col("refused").list.len() == 0
    )
    best = own.sort([*KEY, *SORT, "factor_id"]).unique(KEY, keep="first", maintain_order=True)
    return {_key(row): row["factor_id"] for row in best.iter_rows(named=True)}


def _key(row: Mapping[str, Any]) -> Key:
    return (row["process_id"], row["line"], row["use"])


def _rows_by_key(frame: pl.DataFrame) -> dict[Key, list[dict[str, Any]]]:
    found: dict[Key, list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        found.setdefault(_key(row), []).append(row)
    return found


def _by_key(frame: pl.DataFrame) -> Iterator[tuple[Key, Any]]:
    """Rows of a key and one value."""
    return (((process, line, use), value) for process, line, use, value in frame.iter_rows())


def _choice(request: dict[str, Any], considered: _Considered, order: list[str]) -> Choice:
    key = _key(request)
    best = considered.best.get(key)
    behind = considered.behind.get(key, [])
    lost = [lost_to(row, why_lost(best or {}, row, order)) for row in behind]
    few = considered.refused.get(key, [])[: RUNNERS_UP - len(lost)]
    lost += [refused_as(row, row["refused"]) for row in few]
    runners_up = json.dumps(lost, ensure_ascii=False, sort_keys=True)
    if best is None:
        return _uncovered(request, considered.codes.get(key, []), runners_up)
    second = behind[0] if behind else None
    zh, en = words_of(request, best, second, considered.count[key], order)
    return Choice(best, best["unit_ratio"], 1, zh, en, runners_up)


def lost_to(row: Mapping[str, Any], criterion: str) -> dict[str, str]:
    """How a runner-up is told that fell behind on a criterion."""
    return {
        "factor_id": row["factor_id"],
        "version": row["version"],
        "lost_on": criterion,
        "zh": f"{row['name_zh']}：不及入选者（{WORDS[criterion][0]}）",
        "en": f"{row['name_en']}: behind the chosen one ({WORDS[criterion][1]})",
    }


def refused_as(row: Mapping[str, Any], codes: list[str]) -> dict[str, str]:
    """How a factor is told that was refused."""
    zh, en = refusal_words(codes)
    return {
        "factor_id": row["factor_id"],
        "version": row["version"],
        "lost_on": ",".join(codes),
        "zh": f"{row['name_zh']}：{zh}",
        "en": f"{row['name_en']}: {en}",
    }


def _uncovered(request: dict[str, Any], codes: list[str], runners_up: str) -> Choice:
    return Choice(None, 0.0, None, *uncovered_words(request["use"], codes), runners_up)


def uncovered_words(use: str, codes: list[str]) -> tuple[str, str]:
    """Why nothing serves a request, Chinese and English.

    Args:
        use: what for.
        codes: every code that refused a factor of the flow, sorted.
    """
    zh, en = refusal_words(codes) if codes else ("库中没有该流的因子", "no factor of this flow")
    what_zh, what_en = words_of_use(use)
    return (
        f"未覆盖：缺{what_zh}（{zh}），不按零计",
        f"uncovered: no {what_en} ({en}); not counted as zero",
    )
