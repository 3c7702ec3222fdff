"""The factor chosen for every request, with its rank, reasons and runners-up.

Belongs here: pinned factors and their refusal, the words of a choice, uncovered requests.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import FaultyData
from pipelines.findings import finding
from pipelines.footprint.choice_words import words_of
from pipelines.footprint.requests import COMBUSTION
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
    from collections.abc import Mapping

    from pipelines.footprint.reference import FlowBook
    from pipelines.footprint.resolution_rule import ResolutionRule

RUNNERS_UP = 5


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


def select(
    requests: pl.DataFrame,
    factor: pl.DataFrame,
    factor_gas: pl.DataFrame,
    chains: dict[str, list[tuple[str, str]]],
    rule: ResolutionRule,
    book: FlowBook,
) -> dict[tuple[str, str, str], Choice]:
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


def _selected(
    requests: pl.DataFrame,
    factor: pl.DataFrame,
    factor_gas: pl.DataFrame,
    chains: dict[str, list[tuple[str, str]]],
    rule: ResolutionRule,
    book: FlowBook,
) -> dict[tuple[str, str, str], Choice]:
    usable = factor.filter(pl.col("status").is_in(["admitted", "provisional"]))
    held = factor_gas.select("factor_id", "version").unique().with_columns(has_gas=True)
    usable = usable.join(held, on=["factor_id", "version"], how="left").with_columns(
        pl.col("has_gas").fill_null(value=False)
    )
    _pins_exist(requests, usable)
    candidates = candidates_of(requests, usable, chains, rule, book)
    candidates = _keep_pins(candidates, requests, rule)
    ranked = choose(candidates, rule)
    order = [*SORT, *rule.tie_criteria]
    by_key: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in ranked.iter_rows(named=True):
        by_key.setdefault(_key(row), []).append(row)
    refused: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    losers = candidates.filter(pl.col("refused").list.len() > 0).sort([*KEY, "factor_id"])
    for row in losers.iter_rows(named=True):
        refused.setdefault(_key(row), []).append(row)
    choices = {
        _key(request): _choice(
            request, by_key.get(_key(request), []), refused.get(_key(request), []), order
        )
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
) -> dict[tuple[str, str, str], str]:
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


def _key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return (row["process_id"], row["line"], row["use"])


def _pins_exist(requests: pl.DataFrame, usable: pl.DataFrame) -> None:
    known = set(usable["factor_id"]) | set(
        usable.select(pl.format("{}@{}", "factor_id", "version")).to_series()
    )
    faults = [
        finding(
            "E-FPT-02",
            process=row["process_id"],
            line=row["line"],
            column="provider",
            value=row["pinned"],
        )
        for row in requests.filter(pl.col("pinned").is_not_null()).iter_rows(named=True)
        if row["pinned"] not in known
    ]
    if faults:
        raise FaultyData(faults)


def _keep_pins(
    candidates: pl.DataFrame, requests: pl.DataFrame, rule: ResolutionRule
) -> pl.DataFrame:
    """A pinned line keeps its factor alone; one that cannot serve is a fault."""
    held = candidates.filter(pl.col("pinned").is_not_null())
    faults = [
        finding(
            "E-FPT-01",
            process=row["process_id"],
            line=row["line"],
            column="provider",
            value=row["factor_id"],
            kind=row["factor_kind"],
            use=row["use"],
        )
        for row in held.iter_rows(named=True)
        if {"F-KIND-01", "F-UNIT-01"} & set(row["refused"])
    ]
    faults += [
        finding(
            "E-SEL-13",
            process=row["process_id"],
            line=row["line"],
            column="provider",
            value=row["factor_id"],
            of=row["gwp_set_of_factor"] or "-",
            wanted=row["gwp_set"],
        )
        for row in held.iter_rows(named=True)
        if "F-GWP-01" in row["refused"]
    ]
    faults += [
        finding(
            "E-SEL-10",
            process=row["process_id"],
            line=row["line"],
            column="provider",
            value=row["factor_id"],
            since=row["valid_from"] or "-",
            until=row["valid_until"] or "-",
        )
        for row in held.iter_rows(named=True)
        if "F-VAL-01" in row["refused"]
    ]
    served = {_key(row) for row in held.iter_rows(named=True)}
    faults += [
        finding(
            "E-FPT-01",
            process=row["process_id"],
            line=row["line"],
            column="provider",
            value=row["pinned"],
            kind=row["flow_id"],
            use=row["use"],
        )
        for row in requests.filter(pl.col("pinned").is_not_null()).iter_rows(named=True)
        if _key(row) not in served
    ]
    if faults:
        raise FaultyData(faults)
    # A person pinned it: place, route and period are theirs to answer for.
    nothing = pl.lit([], pl.List(pl.String))
    free = candidates.filter(pl.col("pinned").is_null())
    worst = max(rule.geography.values()) + 1
    return pl.concat(
        [
            free,
            held.with_columns(refused=nothing, r_geography=pl.col("r_geography").fill_null(worst)),
        ]
    )


def _choice(
    request: dict[str, Any],
    ranked: list[dict[str, Any]],
    refused: list[dict[str, Any]],
    order: list[str],
) -> Choice:
    lost = [
        {
            "factor_id": row["factor_id"],
            "version": row["version"],
            "lost_on": (criterion := why_lost(ranked[0], row, order)),
            "zh": f"{row['name_zh']}：不及入选者（{WORDS[criterion][0]}）",
            "en": f"{row['name_en']}: behind the chosen one ({WORDS[criterion][1]})",
        }
        for row in ranked[1 : RUNNERS_UP + 1]
    ]
    for row in refused[: RUNNERS_UP - len(lost) if len(lost) < RUNNERS_UP else 0]:
        zh, en = refusal_words(row["refused"])
        lost.append(
            {
                "factor_id": row["factor_id"],
                "version": row["version"],
                "lost_on": ",".join(row["refused"]),
                "zh": f"{row['name_zh']}：{zh}",
                "en": f"{row['name_en']}: {en}",
            }
        )
    runners_up = json.dumps(lost, ensure_ascii=False, sort_keys=True)
    if not ranked:
        return _uncovered(request, refused, runners_up)
    zh, en = words_of(request, ranked, order)
    return Choice(ranked[0], ranked[0]["unit_ratio"], 1, zh, en, runners_up)


def _uncovered(request: dict[str, Any], refused: list[dict[str, Any]], runners_up: str) -> Choice:
    codes = sorted({code for row in refused for code in row["refused"]})
    zh, en = refusal_words(codes) if codes else ("库中没有该流的因子", "no factor of this flow")
    what_zh = "直接排放因子" if request["use"] == COMBUSTION else "上游（供应）因子"
    what_en = "direct factor" if request["use"] == COMBUSTION else "upstream (supply) factor"
    return Choice(
        None, 0.0, None, f"未覆盖：缺{what_zh}（{zh}），不按零计",
        f"uncovered: no {what_en} ({en}); not counted as zero", runners_up,
    )  # fmt: skip
